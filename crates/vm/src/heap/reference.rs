//! `Ref<T>`: a value known to hold a `T`.

use super::{Header, Payload};
use crate::value::Value;
use std::marker::PhantomData;
use std::ops::Deref;

/// An owning reference to a heap object with payload `T`.
#[repr(transparent)]
pub struct Ref<T> {
    value: Value,
    _payload: PhantomData<T>,
}

impl<T: Payload> Ref<T> {
    /// # Safety
    /// `object` is a live object of kind `T::KIND`; its count passes to the reference.
    #[inline(always)]
    pub unsafe fn from_raw(object: *mut Header) -> Ref<T> {
        // SAFETY: a pointer to a header is the bits of its value.
        Ref { value: unsafe { Value::from_bits(object as u64) }, _payload: PhantomData }
    }

    #[inline(always)]
    pub(crate) fn from_value_unchecked(value: Value) -> Ref<T> {
        debug_assert!(value.is_kind(T::KIND));
        Ref { value, _payload: PhantomData }
    }

    #[inline(always)]
    pub fn value(&self) -> &Value {
        &self.value
    }

    #[inline(always)]
    pub fn into_value(self) -> Value {
        self.value
    }

    #[inline(always)]
    pub fn header(&self) -> &Header {
        // SAFETY: a `Ref` always holds a heap object.
        unsafe { &*(self.value.bits() as *const Header) }
    }

    #[inline(always)]
    pub fn as_ptr(&self) -> *mut T {
        (self.value.bits() as usize + size_of::<Header>()) as *mut T
    }

    #[inline(always)]
    pub fn is(&self, other: &Ref<T>) -> bool {
        self.value.is(&other.value)
    }
}

impl<T: Payload> Deref for Ref<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the kind was checked when the reference was made.
        unsafe { &*self.as_ptr() }
    }
}

impl<T> Clone for Ref<T> {
    #[inline(always)]
    fn clone(&self) -> Ref<T> {
        Ref { value: self.value.clone(), _payload: PhantomData }
    }
}

impl<T> From<Ref<T>> for Value {
    #[inline(always)]
    fn from(reference: Ref<T>) -> Value {
        reference.value
    }
}
