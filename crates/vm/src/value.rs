//! The 8-byte value and its tagging. Nobody else knows the bits.
//!
//! | low three bits | meaning |
//! | --- | --- |
//! | `000` | pointer to a heap object |
//! | `x11` | 62-bit integer |
//! | `010` `101` `110` | float, self-tagged: `rotl(bits + (2 << 60), 4)`; floats that don't fit are boxed |
//! | `001` | singletons |

use crate::heap::{Header, Kind, Payload, Ref, release};
use std::num::NonZeroU64;

/// Any Python object. `Clone` and `Drop` own its reference count.
#[repr(transparent)]
pub struct Value(NonZeroU64);

const TAG_SINGLETON: u64 = 0b001;
/// Largest and smallest immediate integers.
pub const INT_MAX: i64 = (1 << 61) - 1;
pub const INT_MIN: i64 = -(1 << 61);
const FLOAT_SHIFT: u64 = 2 << 60;
/// One bit for each low tag that marks a float.
const FLOAT_TAGS: u32 = 1 << 2 | 1 << 5 | 1 << 6;

const fn singleton(n: u64) -> u64 {
    n << 3 | TAG_SINGLETON
}

const UNSET: u64 = singleton(0);
const NONE: u64 = singleton(1);
const FALSE: u64 = singleton(2);
const TRUE: u64 = singleton(3);
const ELLIPSIS: u64 = singleton(4);
const NOT_IMPLEMENTED: u64 = singleton(5);
const SEND: u64 = singleton(6);

/// The immediate singletons, for matching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Immediate {
    Unset,
    None,
    False,
    True,
    Ellipsis,
    NotImplemented,
}

impl Value {
    /// A register or slot that holds nothing. Never seen by scripts.
    pub const UNSET: Value = Value::from_bits_const(UNSET);
    /// Stands for the method `send` of a generator between `LoadMethod` and its call: a count less to keep. Never seen by
    /// scripts, nor outside the dispatch module.
    pub(crate) const SEND: Value = Value::from_bits_const(SEND);
    /// The bits of `UNSET`, for filling registers.
    pub const UNSET_BITS: u64 = UNSET;
    pub const NONE: Value = Value::from_bits_const(NONE);
    pub const TRUE: Value = Value::from_bits_const(TRUE);
    pub const FALSE: Value = Value::from_bits_const(FALSE);
    pub const ELLIPSIS: Value = Value::from_bits_const(ELLIPSIS);
    pub const NOT_IMPLEMENTED: Value = Value::from_bits_const(NOT_IMPLEMENTED);

    const fn from_bits_const(bits: u64) -> Value {
        match NonZeroU64::new(bits) {
            Some(bits) => Value(bits),
            None => panic!("a value is never zero"),
        }
    }

    /// The bits; does not touch the count.
    #[inline(always)]
    pub fn bits(&self) -> u64 {
        self.0.get()
    }

    /// # Safety
    /// `bits` come from `bits()` of a live value, and the caller owns (or borrows, in a `ManuallyDrop`) its count.
    #[inline(always)]
    pub unsafe fn from_bits(bits: u64) -> Value {
        // SAFETY: bits of a value are never zero.
        Value(unsafe { NonZeroU64::new_unchecked(bits) })
    }

    #[inline(always)]
    pub fn bool(b: bool) -> Value {
        Value::from_bits_const(if b { TRUE } else { FALSE })
    }

    /// An immediate integer, if it fits 62 bits.
    #[inline(always)]
    pub fn small_int(n: i64) -> Option<Value> {
        if (INT_MIN..=INT_MAX).contains(&n) { Some(Value::int_unchecked(n)) } else { None }
    }

    /// An immediate integer from a number known to fit (32-bit operands, lengths).
    #[inline(always)]
    pub fn int_unchecked(n: i64) -> Value {
        debug_assert!((INT_MIN..=INT_MAX).contains(&n));
        Value::from_bits_const((n as u64) << 2 | 3)
    }

    /// A float that self-tags, or None if it needs a box.
    #[inline(always)]
    pub fn small_float(f: f64) -> Option<Value> {
        let bits = f.to_bits().wrapping_add(FLOAT_SHIFT).rotate_left(4);
        if FLOAT_TAGS >> (bits & 7) & 1 != 0 { Some(Value::from_bits_const(bits)) } else { None }
    }

    #[inline(always)]
    pub fn is_heap(&self) -> bool {
        self.bits() & 7 == 0
    }

    #[inline(always)]
    pub fn is_small_int(&self) -> bool {
        self.bits() & 3 == 3
    }

    #[inline(always)]
    pub fn is_small_float(&self) -> bool {
        FLOAT_TAGS >> (self.bits() & 7) & 1 != 0
    }

    /// The immediate integer.
    #[inline(always)]
    pub fn as_small_int(&self) -> Option<i64> {
        if self.is_small_int() { Some(self.bits() as i64 >> 2) } else { None }
    }

    #[inline(always)]
    pub fn as_small_float(&self) -> Option<f64> {
        if self.is_small_float() { Some(self.small_float_unchecked()) } else { None }
    }

    /// The float of a value that `is_small_float`.
    #[inline(always)]
    pub fn small_float_unchecked(&self) -> f64 {
        f64::from_bits(self.bits().rotate_right(4).wrapping_sub(FLOAT_SHIFT))
    }

    #[inline(always)]
    pub fn both_small_ints(a: &Value, b: &Value) -> bool {
        a.bits() & b.bits() & 3 == 3
    }

    /// a + b of two immediate integers, unless it overflows.
    #[inline(always)]
    pub fn add_small(a: &Value, b: &Value) -> Option<Value> {
        (a.bits() as i64).checked_add((b.bits() - 3) as i64).map(|n| Value::from_bits_const(n as u64))
    }

    /// a - b of two immediate integers, unless it overflows.
    #[inline(always)]
    pub fn sub_small(a: &Value, b: &Value) -> Option<Value> {
        (a.bits() as i64).checked_sub((b.bits() - 3) as i64).map(|n| Value::from_bits_const(n as u64))
    }

    /// a * b of two immediate integers, unless it overflows.
    #[inline(always)]
    pub fn mul_small(a: &Value, b: &Value) -> Option<Value> {
        (a.bits() as i64 >> 2).checked_mul((b.bits() - 3) as i64).map(|n| Value::from_bits_const(n as u64 | 3))
    }

    #[inline(always)]
    pub fn is(&self, other: &Value) -> bool {
        self.0 == other.0
    }

    #[inline(always)]
    pub fn is_unset(&self) -> bool {
        self.bits() == UNSET
    }

    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.bits() == NONE
    }

    #[inline(always)]
    pub fn is_true(&self) -> bool {
        self.bits() == TRUE
    }

    #[inline(always)]
    pub fn is_false(&self) -> bool {
        self.bits() == FALSE
    }

    #[inline(always)]
    pub fn is_bool(&self) -> bool {
        self.bits() | 8 == TRUE
    }

    #[inline(always)]
    pub fn is_not_implemented(&self) -> bool {
        self.bits() == NOT_IMPLEMENTED
    }

    /// Which singleton this is.
    pub fn immediate(&self) -> Option<Immediate> {
        Some(match self.bits() {
            UNSET => Immediate::Unset,
            NONE => Immediate::None,
            FALSE => Immediate::False,
            TRUE => Immediate::True,
            ELLIPSIS => Immediate::Ellipsis,
            NOT_IMPLEMENTED => Immediate::NotImplemented,
            _ => return None,
        })
    }

    /// The heap object, if it is one.
    #[inline(always)]
    pub fn header(&self) -> Option<&Header> {
        if self.is_heap() {
            // SAFETY: tag 000 is only made from live objects, and `self` owns a count.
            Some(unsafe { &*(self.bits() as *const Header) })
        } else {
            None
        }
    }

    /// The layout of the heap object, if it is one.
    #[inline(always)]
    pub fn kind(&self) -> Option<Kind> {
        self.header().map(Header::kind)
    }

    #[inline(always)]
    pub fn is_kind(&self, kind: Kind) -> bool {
        self.is_heap() && self.header().is_some_and(|h| h.kind() == kind)
    }

    /// Whether this is a string of which there is no other with the same content among the interned ones.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.header().is_some_and(|h| h.has_flag(crate::heap::object_flags::INTERNED))
    }

    /// The payload, if the object has this layout (also in an instance of a subclass).
    #[inline(always)]
    pub fn downcast<T: Payload>(&self) -> Option<&T> {
        if self.is_kind(T::KIND) {
            // SAFETY: the kind says that a `T` follows the header.
            Some(unsafe { &*((self.bits() as *const u8).add(size_of::<Header>()) as *const T) })
        } else {
            None
        }
    }

    /// The payload of a value whose kind has been checked.
    ///
    /// # Safety
    /// The value is a heap object of kind `T::KIND`.
    #[inline(always)]
    pub unsafe fn downcast_unchecked<T: Payload>(&self) -> &T {
        debug_assert!(self.is_kind(T::KIND));
        // SAFETY: promised by the caller.
        unsafe { &*((self.bits() as *const u8).add(size_of::<Header>()) as *const T) }
    }

    /// A typed reference, if the object has this layout.
    #[inline]
    pub fn as_ref<T: Payload>(&self) -> Option<Ref<T>> {
        if self.is_kind(T::KIND) { Some(Ref::from_value_unchecked(self.clone())) } else { None }
    }

    /// Drops the value; tells whether finalisers wait to be run because of it.
    #[inline(always)]
    #[must_use]
    pub fn discard(self) -> bool {
        let bits = self.bits();
        std::mem::forget(self);
        // SAFETY: the value, forgotten, owned a count of its object.
        bits & 7 == 0 && unsafe { crate::heap::release_and_tell(bits as *mut Header) }
    }

    /// Identity as a number, as `id()` shows it.
    pub fn id(&self) -> u64 {
        self.bits()
    }
}

impl Clone for Value {
    #[inline(always)]
    fn clone(&self) -> Value {
        if let Some(header) = self.header() {
            header.retain();
        }
        Value(self.0)
    }
}

impl Drop for Value {
    #[inline(always)]
    fn drop(&mut self) {
        if self.is_heap() {
            // SAFETY: the value owns a count of its object.
            unsafe { release(self.bits() as *mut Header) };
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(n) = self.as_small_int() {
            write!(f, "{n}")
        } else if let Some(x) = self.as_small_float() {
            write!(f, "{x:?}")
        } else if let Some(s) = self.immediate() {
            write!(f, "{s:?}")
        } else {
            write!(f, "{:?}@{:x}", self.kind(), self.bits())
        }
    }
}
