//! Numbers that don't fit a tagged value: large integers, boxed floats, complex numbers.

use crate::heap::VmCell;
use crate::value::Value;
use num_bigint::{BigInt as Big, BigUint, Sign};
use num_traits::ToPrimitive;

/// An `int` outside the immediate range (always: smaller ones are immediate), or an instance of a subclass of `int`.
pub struct BigInt {
    repr: VmCell<Repr>,
}

/// Up to 128 bits stand in the object itself: hashes and random numbers of 64 bits, and the products of two of them,
/// need no memory besides.
enum Repr {
    Wide { negative: bool, high: u64, low: u64 },
    Large(Big),
}

/// An integer of at most 128 bits and a sign. Zero is not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wide {
    pub negative: bool,
    pub magnitude: u128,
}

/// What a `BigInt` holds.
#[derive(Clone, Copy)]
pub enum Stored<'a> {
    Wide(Wide),
    Large(&'a Big),
}

impl Wide {
    pub fn new(negative: bool, magnitude: u128) -> Wide {
        Wide { negative: negative && magnitude != 0, magnitude }
    }

    /// The number as an `i64`, if it fits.
    pub fn to_i64(self) -> Option<i64> {
        let magnitude = i128::try_from(self.magnitude).ok()?;
        i64::try_from(if self.negative { -magnitude } else { magnitude }).ok()
    }

    pub fn to_big(self) -> Big {
        let sign = if self.negative { Sign::Minus } else { Sign::Plus };
        Big::from_biguint(sign, BigUint::from(self.magnitude))
    }

    /// The nearest float.
    pub fn to_f64(self) -> f64 {
        if self.negative { -(self.magnitude as f64) } else { self.magnitude as f64 }
    }
}

impl From<i64> for Wide {
    #[inline]
    fn from(n: i64) -> Wide {
        Wide { negative: n < 0, magnitude: u128::from(n.unsigned_abs()) }
    }
}

impl BigInt {
    pub fn new(value: Big) -> BigInt {
        match value.magnitude().to_u128() {
            Some(magnitude) => BigInt::from_wide(Wide::new(value.sign() == Sign::Minus, magnitude)),
            None => BigInt { repr: VmCell::new(Repr::Large(value)) },
        }
    }

    fn from_wide(n: Wide) -> BigInt {
        let (high, low) = ((n.magnitude >> 64) as u64, n.magnitude as u64);
        BigInt { repr: VmCell::new(Repr::Wide { negative: n.negative, high, low }) }
    }

    #[inline]
    pub fn stored(&self) -> Stored<'_> {
        match self.repr.get() {
            Repr::Wide { negative, high, low } => {
                Stored::Wide(Wide { negative: *negative, magnitude: u128::from(*high) << 64 | u128::from(*low) })
            }
            Repr::Large(value) => Stored::Large(value),
        }
    }

    pub fn to_big(&self) -> Big {
        match self.stored() {
            Stored::Wide(n) => n.to_big(),
            Stored::Large(n) => n.clone(),
        }
    }

    /// Takes the digits of a large integer out of an object that nobody else holds and that is about to die.
    pub fn take_large(&self) -> Option<Big> {
        if !matches!(self.repr.get(), Repr::Large(_)) {
            return None;
        }
        match self.repr.replace(Repr::Wide { negative: false, high: 0, low: 0 }) {
            Repr::Large(value) => Some(value),
            Repr::Wide { .. } => None,
        }
    }

    /// An instance of a subclass may hold any integer.
    pub fn is_zero(&self) -> bool {
        matches!(self.stored(), Stored::Wide(n) if n.magnitude == 0)
    }
}

/// A `float` that doesn't self-tag, or an instance of a subclass of `float`.
pub struct FloatBox {
    pub value: f64,
}

/// A `complex`.
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

/// An `int` of any machine integer.
#[inline]
pub fn int(n: i64) -> Value {
    Value::small_int(n).unwrap_or_else(|| boxed(BigInt::from_wide(Wide::from(n))))
}

/// An `int` of up to 128 bits and a sign.
#[inline]
pub fn wide(n: Wide) -> Value {
    if n.magnitude < 1 << 61 {
        let magnitude = n.magnitude as i64;
        return Value::int_unchecked(if n.negative { -magnitude } else { magnitude });
    }
    match n.to_i64().and_then(Value::small_int) {
        Some(small) => small,
        None => boxed(BigInt::from_wide(n)),
    }
}

/// An `int`, immediate if it fits.
pub fn big(n: Big) -> Value {
    let payload = BigInt::new(n);
    match payload.stored() {
        Stored::Wide(n) => wide(n),
        Stored::Large(_) => boxed(payload),
    }
}

fn boxed(payload: BigInt) -> Value {
    crate::heap::new(&crate::types().int, payload).into_value()
}

/// A `float`.
#[inline(always)]
pub fn float(x: f64) -> Value {
    Value::small_float(x).unwrap_or_else(|| float_box(x))
}

#[cold]
fn float_box(value: f64) -> Value {
    crate::heap::new(&crate::types().float, FloatBox { value }).into_value()
}

pub fn complex(re: f64, im: f64) -> Value {
    crate::heap::new(&crate::types().complex, Complex { re, im }).into_value()
}

/// The integer of lower-case hexadecimal digits with an optional minus sign.
pub fn from_hex(text: &str) -> Value {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (Sign::Minus, rest),
        None => (Sign::Plus, text),
    };
    let nibbles: Vec<u8> = digits.bytes().filter_map(|b| (b as char).to_digit(16)).map(|d| d as u8).collect();
    big(Big::from_radix_be(sign, &nibbles, 16).unwrap_or_default())
}

impl Value {
    /// The integer of an `int` (also `bool` and subclasses), if it fits 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        if let Some(n) = self.as_small_int() {
            return Some(n);
        }
        if self.is_bool() {
            return Some(i64::from(self.is_true()));
        }
        match self.downcast::<BigInt>()?.stored() {
            Stored::Wide(n) => n.to_i64(),
            Stored::Large(_) => None,
        }
    }

    /// The integer of an `int` (also `bool` and subclasses).
    pub fn as_big(&self) -> Option<Big> {
        if let Some(n) = self.as_small_int() {
            return Some(Big::from(n));
        }
        if self.is_bool() {
            return Some(Big::from(u8::from(self.is_true())));
        }
        Some(self.downcast::<BigInt>()?.to_big())
    }

    /// Whether this is an `int`, `bool`, or an instance of a subclass.
    #[inline]
    pub fn is_int(&self) -> bool {
        self.is_small_int() || self.is_bool() || self.is_kind(crate::heap::Kind::BigInt)
    }

    /// The number of a `float` (also of subclasses).
    #[inline(always)]
    pub fn as_float(&self) -> Option<f64> {
        if self.is_small_float() {
            return Some(self.small_float_unchecked());
        }
        Some(self.downcast::<FloatBox>()?.value)
    }
}
