//! Floats.

use super::complex;
use crate::objects::{float, tuple};
use crate::ops::arith::BinOp;
use crate::value::Value;
use crate::{Res, Vm};

/// Whether floats know the operator.
pub fn supports(op: BinOp) -> bool {
    use BinOp::*;
    matches!(op, Add | Sub | Mul | TrueDiv | FloorDiv | Mod | DivMod | Pow)
}

/// `x op y`, or NotImplemented.
#[inline]
pub fn binary(vm: &mut Vm, op: BinOp, x: f64, y: f64) -> Res {
    Ok(match op {
        BinOp::Add => float(x + y),
        BinOp::Sub => float(x - y),
        BinOp::Mul => float(x * y),
        BinOp::TrueDiv if y != 0.0 => float(x / y),
        BinOp::FloorDiv if y != 0.0 => float(divmod(x, y).0),
        BinOp::Mod if y != 0.0 => float(divmod(x, y).1),
        BinOp::DivMod if y != 0.0 => {
            let (quotient, rest) = divmod(x, y);
            tuple(vec![float(quotient), float(rest)])
        }
        BinOp::TrueDiv => return Err(vm.zero_division_error("float division by zero")),
        BinOp::FloorDiv => return Err(vm.zero_division_error("float floor division by zero")),
        BinOp::Mod => return Err(vm.zero_division_error("float modulo by zero")),
        BinOp::DivMod => return Err(vm.zero_division_error("float divmod()")),
        BinOp::Pow => return pow(vm, x, y),
        _ => Value::NOT_IMPLEMENTED,
    })
}

/// Floored quotient and the remainder with the divisor's sign; the divisor is not zero.
pub fn divmod(x: f64, y: f64) -> (f64, f64) {
    let mut rest = x % y;
    let mut quotient = (x - rest) / y;
    if rest == 0.0 {
        rest = 0f64.copysign(y);
    } else if (y < 0.0) != (rest < 0.0) {
        rest += y;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0f64.copysign(x / y), rest);
    }
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, rest)
}

fn is_odd(y: f64) -> bool {
    y.abs() % 2.0 == 1.0
}

/// `x ** y`: a complex number for a negative base with a fractional exponent.
pub fn pow(vm: &mut Vm, x: f64, y: f64) -> Res {
    if x == 0.0 && y < 0.0 && y.is_finite() {
        return Err(vm.zero_division_error("0.0 cannot be raised to a negative power"));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
        return complex::binary(vm, BinOp::Pow, (x, 0.0), (y, 0.0));
    }
    let power = match x {
        // Exact, and without the platform's opinion on the sign of zero.
        _ if x == 1.0 || y == 0.0 => 1.0,
        _ if x == -1.0 && y.is_infinite() => 1.0,
        _ if x == 0.0 => {
            if y == f64::NEG_INFINITY {
                f64::INFINITY
            } else if is_odd(y) || y.is_nan() {
                x * if y.is_nan() { y } else { 1.0 }
            } else {
                0.0
            }
        }
        _ => x.powf(y),
    };
    if power.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range_error(vm));
    }
    Ok(float(power))
}

/// OverflowError as the C library words it.
#[cold]
pub fn range_error(vm: &mut Vm) -> crate::Thrown {
    let class = crate::types().exceptions.OverflowError.clone();
    vm.raise_with(&class, vec![crate::objects::int(34), Value::from("Numerical result out of range")])
}
