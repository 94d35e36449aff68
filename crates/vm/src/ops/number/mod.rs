//! Arithmetic of the builtin numbers, on their payloads: no class is asked, no script runs.

mod complex;
mod convert;
mod divide;
mod float;
mod int;
pub mod parse;
mod ratio;
pub(crate) mod slots;
mod wide;

pub use complex::hypot;
pub use convert::{
    checked_int, exact_float, exact_int, float_to_big, index, integer, real, real_by_method, truncated,
    warn_of_subclass,
};
pub use float::{divmod as float_divmod, pow as float_pow};
pub use int::{in_place, inverse, power_modulo, range_len};
pub use ratio::{frexp, ldexp, scaled, to_f64, true_ratio};

use crate::objects::{
    BigInt, Complex, FloatBox, Stored, Wide, big, complex as new_complex, float as new_float, int as new_int,
    wide as new_wide,
};
use crate::ops::arith::{BinOp, UnaryOp};
use crate::ops::compare::Cmp;
use crate::value::Value;
use crate::{Res, Vm};
use num_bigint::{BigInt as Big, Sign};
use num_traits::{FromPrimitive, Signed};
use std::cmp::Ordering;

/// The number in a value, whatever subclass it is of.
#[derive(Clone, Copy)]
pub enum Num<'a> {
    /// At most 62 bits.
    Int(i64),
    Wide(Wide),
    Big(&'a Big),
    Float(f64),
    Complex(f64, f64),
}

impl<'a> Num<'a> {
    /// The number of a value; None if it is none.
    #[inline]
    pub fn of(value: &'a Value) -> Option<Num<'a>> {
        if let Some(n) = value.as_small_int() {
            return Some(Num::Int(n));
        }
        if let Some(x) = value.as_small_float() {
            return Some(Num::Float(x));
        }
        if value.is_bool() {
            return Some(Num::Int(i64::from(value.is_true())));
        }
        if let Some(n) = value.downcast::<BigInt>() {
            return Some(match n.stored() {
                // An instance of a subclass may hold a small one.
                Stored::Wide(n) => match n.to_i64().filter(|n| Value::small_int(*n).is_some()) {
                    Some(small) => Num::Int(small),
                    None => Num::Wide(n),
                },
                Stored::Large(n) => Num::Big(n),
            });
        }
        if let Some(x) = value.downcast::<FloatBox>() {
            return Some(Num::Float(x.value));
        }
        value.downcast::<Complex>().map(|c| Num::Complex(c.re, c.im))
    }

    /// The integer, if it is one of at most 128 bits.
    #[inline]
    fn as_wide(self) -> Option<Wide> {
        match self {
            Num::Int(n) => Some(Wide::from(n)),
            Num::Wide(n) => Some(n),
            _ => None,
        }
    }

    fn is_int(&self) -> bool {
        matches!(self, Num::Int(_) | Num::Wide(_) | Num::Big(_))
    }

    /// As a float; OverflowError for an int beyond its range. Of a complex, the real part.
    fn to_float(self, vm: &mut Vm) -> Res<f64> {
        match self {
            Num::Int(n) => Ok(n as f64),
            Num::Wide(n) => Ok(n.to_f64()),
            Num::Big(n) => to_f64(n).ok_or_else(|| vm.overflow_error("int too large to convert to float")),
            Num::Float(x) | Num::Complex(x, _) => Ok(x),
        }
    }
}

/// `a op b` of numbers; NotImplemented if an operand is none or the operator isn't theirs.
#[inline]
pub fn binary(vm: &mut Vm, op: BinOp, a: &Value, b: &Value) -> Res {
    if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int()) {
        return int::small(vm, op, x, y);
    }
    if let (Some(x), Some(y)) = (a.as_small_float(), b.as_small_float()) {
        return float::binary(vm, op, x, y);
    }
    mixed(vm, op, a, b)
}

fn mixed(vm: &mut Vm, op: BinOp, a: &Value, b: &Value) -> Res {
    let (Some(x), Some(y)) = (Num::of(a), Num::of(b)) else { return Ok(Value::NOT_IMPLEMENTED) };
    match (x, y) {
        (Num::Int(m), Num::Int(n)) => {
            if a.is_bool()
                && b.is_bool()
                && let Some(result) = int::of_bools(op, a.is_true(), b.is_true())
            {
                return Ok(result);
            }
            int::small(vm, op, m, n)
        }
        _ if x.is_int() && y.is_int() => int::large(vm, op, x, y),
        (Num::Complex(..), _) | (_, Num::Complex(..)) => {
            if !complex::supports(op) {
                return Ok(Value::NOT_IMPLEMENTED);
            }
            let (left, right) = (to_complex(vm, x)?, to_complex(vm, y)?);
            complex::binary(vm, op, left, right)
        }
        _ => {
            if !float::supports(op) {
                return Ok(Value::NOT_IMPLEMENTED);
            }
            let (left, right) = (x.to_float(vm)?, y.to_float(vm)?);
            float::binary(vm, op, left, right)
        }
    }
}

fn to_complex(vm: &mut Vm, x: Num<'_>) -> Res<(f64, f64)> {
    match x {
        Num::Complex(re, im) => Ok((re, im)),
        other => Ok((other.to_float(vm)?, 0.0)),
    }
}

/// `pow(base, exponent, modulus)`; NotImplemented unless all three are numbers.
pub fn power(vm: &mut Vm, base: &Value, exponent: &Value, modulus: &Value) -> Res {
    if modulus.is_none() {
        return binary(vm, BinOp::Pow, base, exponent);
    }
    let (Some(b), Some(e), Some(m)) = (Num::of(base), Num::of(exponent), Num::of(modulus)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if b.is_int() && e.is_int() && m.is_int() {
        return int::power_modulo(vm, base, exponent, modulus);
    }
    if [b, e, m].iter().any(|n| matches!(n, Num::Complex(..))) {
        return Err(vm.value_error("complex modulo"));
    }
    Err(vm.type_error("pow() 3rd argument not allowed unless all arguments are integers"))
}

/// `op value` of a number; NotImplemented otherwise.
pub fn unary(_vm: &mut Vm, op: UnaryOp, value: &Value) -> Res {
    Ok(match (op, Num::of(value)) {
        (UnaryOp::Neg, Some(Num::Int(n))) => new_int(-n),
        (UnaryOp::Neg, Some(Num::Wide(n))) => new_wide(wide::negated(n)),
        (UnaryOp::Neg, Some(Num::Big(n))) => big(-n),
        (UnaryOp::Neg, Some(Num::Float(x))) => new_float(-x),
        (UnaryOp::Neg, Some(Num::Complex(re, im))) => new_complex(-re, -im),
        (UnaryOp::Pos, Some(Num::Int(_) | Num::Wide(_) | Num::Big(_))) => exact_int(value),
        (UnaryOp::Pos, Some(Num::Float(x))) => new_float(x),
        (UnaryOp::Pos, Some(Num::Complex(re, im))) => new_complex(re, im),
        (UnaryOp::Invert, Some(Num::Int(n))) => new_int(!n),
        (UnaryOp::Invert, Some(Num::Wide(n))) => match wide::inverted(n) {
            Some(inverted) => new_wide(inverted),
            None => big(-n.to_big() - 1),
        },
        (UnaryOp::Invert, Some(Num::Big(n))) => big(-n - 1),
        _ => Value::NOT_IMPLEMENTED,
    })
}

/// `abs(value)` of a number; NotImplemented otherwise.
pub fn absolute(vm: &mut Vm, value: &Value) -> Res {
    Ok(match Num::of(value) {
        Some(Num::Int(n)) => new_int(n.abs()),
        Some(Num::Wide(n)) if n.negative => new_wide(wide::negated(n)),
        Some(Num::Big(n)) if n.sign() == Sign::Minus => big(n.abs()),
        Some(Num::Wide(_) | Num::Big(_)) => exact_int(value),
        Some(Num::Float(x)) => new_float(x.abs()),
        Some(Num::Complex(re, im)) => {
            let modulus = hypot(re, im);
            if modulus.is_infinite() && re.is_finite() && im.is_finite() {
                return Err(vm.overflow_error("absolute value too large"));
            }
            new_float(modulus)
        }
        None => Value::NOT_IMPLEMENTED,
    })
}

/// The comparison of two numbers, exact also between integers and floats; None for other types and for the ordering of
/// complex numbers.
pub fn compare_numbers(op: Cmp, a: &Value, b: &Value) -> Option<bool> {
    let (x, y) = (Num::of(a)?, Num::of(b)?);
    if let (Num::Float(x), Num::Float(y)) = (x, y) {
        return Some(op.floats(x, y));
    }
    if matches!(x, Num::Complex(..)) || matches!(y, Num::Complex(..)) {
        let equal = complex_equal(x, y);
        return match op {
            Cmp::Eq => Some(equal),
            Cmp::Ne => Some(!equal),
            _ => None,
        };
    }
    // Unordered (a NaN): only `!=` holds.
    Some(real_ordering(x, y).map_or(op == Cmp::Ne, |ordering| op.accepts(ordering)))
}

fn complex_equal(x: Num<'_>, y: Num<'_>) -> bool {
    match (x, y) {
        (Num::Complex(a, b), Num::Complex(c, d)) => a == c && b == d,
        (Num::Complex(re, im), other) | (other, Num::Complex(re, im)) => {
            im == 0.0 && real_ordering(Num::Float(re), other) == Some(Ordering::Equal)
        }
        _ => false,
    }
}

fn real_ordering(x: Num<'_>, y: Num<'_>) -> Option<Ordering> {
    Some(match (x, y) {
        (Num::Int(m), Num::Int(n)) => m.cmp(&n),
        (Num::Big(m), Num::Big(n)) => m.cmp(n),
        (Num::Wide(m), Num::Wide(n)) => wide::compare(m, n),
        // What is stored as wide or large is farther from zero than all smaller ones.
        (Num::Wide(m), Num::Int(_)) => sign_ordering(m.negative),
        (Num::Int(_), Num::Wide(n)) => sign_ordering(n.negative).reverse(),
        (Num::Big(m), Num::Int(_) | Num::Wide(_)) => sign_ordering(m.is_negative()),
        (Num::Int(_) | Num::Wide(_), Num::Big(n)) => sign_ordering(n.is_negative()).reverse(),
        (Num::Float(f), Num::Float(g)) => return f.partial_cmp(&g),
        (Num::Float(f), other) => return int_float_ordering(other, f).map(Ordering::reverse),
        (other, Num::Float(f)) => return int_float_ordering(other, f),
        _ => return None,
    })
}

fn sign_ordering(negative: bool) -> Ordering {
    if negative { Ordering::Less } else { Ordering::Greater }
}

/// The comparison of two integers of any class.
pub fn compare_ints(a: &Value, b: &Value) -> Ordering {
    match (Num::of(a), Num::of(b)) {
        (Some(x), Some(y)) => real_ordering(x, y).unwrap_or(Ordering::Equal),
        _ => Ordering::Equal,
    }
}

/// Compares an integer with a float without rounding either.
fn int_float_ordering(n: Num<'_>, f: f64) -> Option<Ordering> {
    if f.is_nan() {
        return None;
    }
    if f.is_infinite() {
        return Some(if f > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = f.trunc();
    let fraction = || 0.0f64.partial_cmp(&(f - whole)).unwrap_or(Ordering::Equal);
    let ordering = match n {
        // The cast saturates far outside the range of `m`.
        Num::Int(m) => i128::from(m).cmp(&(whole as i128)),
        Num::Wide(m) => m.to_big().cmp(&Big::from_f64(whole)?),
        Num::Big(m) => m.cmp(&Big::from_f64(whole)?),
        Num::Float(_) | Num::Complex(..) => return None,
    };
    Some(ordering.then_with(fraction))
}

/// The integer in a value known to hold one, borrowed where it is large.
pub(crate) fn to_cow(n: Num<'_>) -> std::borrow::Cow<'_, Big> {
    match n {
        Num::Int(n) => std::borrow::Cow::Owned(Big::from(n)),
        Num::Wide(n) => std::borrow::Cow::Owned(n.to_big()),
        Num::Big(n) => std::borrow::Cow::Borrowed(n),
        Num::Float(x) | Num::Complex(x, _) => std::borrow::Cow::Owned(Big::from_f64(x).unwrap_or_default()),
    }
}

/// A machine integer, if the number is one that fits.
pub(crate) fn to_machine(n: Num<'_>) -> Option<i64> {
    match n {
        Num::Int(n) => Some(n),
        Num::Wide(n) => n.to_i64(),
        Num::Big(_) | Num::Float(_) | Num::Complex(..) => None,
    }
}
