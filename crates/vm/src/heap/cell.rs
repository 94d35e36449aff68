//! Interior mutability for payloads: one thread, no borrow flags.

use std::cell::UnsafeCell;

/// A slot of a heap object that changes in place.
///
/// Invariant kept by all users: a reference obtained from `get` or `get_mut` does not live across anything that can
/// run script code or drop a value that is not being moved out of the same place (dropping never runs script code,
/// but frees memory). Copy or clone first.
#[repr(transparent)]
pub struct VmCell<T>(UnsafeCell<T>);

impl<T> VmCell<T> {
    #[inline(always)]
    pub const fn new(value: T) -> VmCell<T> {
        VmCell(UnsafeCell::new(value))
    }

    #[inline(always)]
    pub fn get(&self) -> &T {
        // SAFETY: one thread, and by the invariant no mutation happens while the reference lives.
        unsafe { &*self.0.get() }
    }

    #[inline(always)]
    #[expect(clippy::mut_from_ref, reason = "interior mutability under the invariant stated on the type")]
    pub fn get_mut(&self) -> &mut T {
        // SAFETY: one thread, and by the invariant no other reference is in use.
        unsafe { &mut *self.0.get() }
    }

    /// Stores a new value and returns the old one, so that the caller decides when it dies.
    #[inline(always)]
    pub fn replace(&self, value: T) -> T {
        // SAFETY: as in `get_mut`; nothing is dropped here.
        unsafe { std::ptr::replace(self.0.get(), value) }
    }

    #[inline(always)]
    pub fn set(&self, value: T) {
        drop(self.replace(value));
    }

    #[inline(always)]
    pub fn as_ptr(&self) -> *mut T {
        self.0.get()
    }
}
