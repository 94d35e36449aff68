//! Complex numbers.

use crate::objects::complex;
use crate::ops::arith::BinOp;
use crate::value::Value;
use crate::{Res, Vm};

type Pair = (f64, f64);

/// Integer exponents up to this are multiplied out.
const SMALL_EXPONENT: f64 = 100.0;

/// Whether complex numbers know the operator.
pub fn supports(op: BinOp) -> bool {
    matches!(op, BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::TrueDiv | BinOp::Pow)
}

/// `a op b`, or NotImplemented.
pub fn binary(vm: &mut Vm, op: BinOp, a: Pair, b: Pair) -> Res {
    let (re, im) = match op {
        BinOp::Add => (a.0 + b.0, a.1 + b.1),
        BinOp::Sub => (a.0 - b.0, a.1 - b.1),
        BinOp::Mul => multiply(a, b),
        BinOp::TrueDiv => match divide(a, b) {
            Some(quotient) => quotient,
            None => return Err(vm.zero_division_error("complex division by zero")),
        },
        BinOp::Pow => return power(vm, a, b),
        _ => return Ok(Value::NOT_IMPLEMENTED),
    };
    Ok(complex(re, im))
}

fn multiply(a: Pair, b: Pair) -> Pair {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// Smith's method: scales by the larger part of the divisor, so that nothing overflows needlessly.
fn divide(a: Pair, b: Pair) -> Option<Pair> {
    let (re, im) = (b.0.abs(), b.1.abs());
    if re >= im {
        if re == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let scale = b.0 + b.1 * ratio;
        Some(((a.0 + a.1 * ratio) / scale, (a.1 - a.0 * ratio) / scale))
    } else if im >= re {
        let ratio = b.0 / b.1;
        let scale = b.0 * ratio + b.1;
        Some(((a.0 * ratio + a.1) / scale, (a.1 * ratio - a.0) / scale))
    } else {
        // A part is not a number.
        Some((f64::NAN, f64::NAN))
    }
}

fn power(vm: &mut Vm, a: Pair, b: Pair) -> Res {
    let small = b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= SMALL_EXPONENT;
    let result = if small { integer_power(a, b.0 as i32) } else { general_power(a, b) };
    match result {
        None => Err(vm.zero_division_error("0.0 to a negative or complex power")),
        Some((re, im)) if re.is_infinite() || im.is_infinite() => Err(vm.overflow_error("complex exponentiation")),
        Some((re, im)) => Ok(complex(re, im)),
    }
}

fn integer_power(a: Pair, exponent: i32) -> Option<Pair> {
    let mut result = (1.0, 0.0);
    let mut square = a;
    let mut left = exponent.unsigned_abs();
    while left > 0 {
        if left & 1 == 1 {
            result = multiply(result, square);
        }
        left >>= 1;
        if left > 0 {
            square = multiply(square, square);
        }
    }
    if exponent < 0 { divide((1.0, 0.0), result) } else { Some(result) }
}

fn general_power(a: Pair, b: Pair) -> Option<Pair> {
    if b == (0.0, 0.0) {
        return Some((1.0, 0.0));
    }
    if a == (0.0, 0.0) {
        return if b.1 != 0.0 || b.0 < 0.0 { None } else { Some((0.0, 0.0)) };
    }
    let modulus = hypot(a.0, a.1);
    let angle = a.1.atan2(a.0);
    let mut length = modulus.powf(b.0);
    let mut phase = angle * b.0;
    if b.1 != 0.0 {
        length *= (-angle * b.1).exp();
        phase += b.1 * modulus.ln();
    }
    Some((length * phase.cos(), length * phase.sin()))
}

/// The distance from the origin; infinite if a part is, whatever the other.
pub fn hypot(x: f64, y: f64) -> f64 {
    x.hypot(y)
}
