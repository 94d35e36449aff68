//! Numbers that don't fit a tagged value: large integers, boxed floats, complex numbers.

use crate::value::Value;
use num_bigint::{BigInt as Big, Sign};
use num_traits::ToPrimitive;

/// An `int` outside the immediate range (always: smaller ones are immediate), or an instance of a subclass of `int`.
pub struct BigInt {
    pub value: Big,
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
    Value::small_int(n).unwrap_or_else(|| big_unnormalised(Big::from(n)))
}

/// An `int`, immediate if it fits.
pub fn big(n: Big) -> Value {
    match n.to_i64().and_then(Value::small_int) {
        Some(small) => small,
        None => big_unnormalised(n),
    }
}

fn big_unnormalised(value: Big) -> Value {
    crate::heap::new(&crate::types().int, BigInt { value }).into_value()
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
        self.downcast::<BigInt>()?.value.to_i64()
    }

    /// The integer of an `int` (also `bool` and subclasses).
    pub fn as_big(&self) -> Option<Big> {
        if let Some(n) = self.as_small_int() {
            return Some(Big::from(n));
        }
        if self.is_bool() {
            return Some(Big::from(u8::from(self.is_true())));
        }
        Some(self.downcast::<BigInt>()?.value.clone())
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
