//! Integers: immediate ones in machine arithmetic, others through `num-bigint`.

use super::divide::div_mod_floor;
use super::{Num, float, to_cow, to_machine, true_ratio};
use crate::objects::{BigInt, Range, Stored, Wide, big, float as new_float, int, tuple, wide};
use crate::ops::arith::BinOp;
use crate::value::Value;
use crate::{Res, Thrown, Vm, class_of, types};
use num_bigint::{BigInt as Big, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// Integers up to this have an exact float.
const EXACT: u64 = 1 << 53;
/// Results with more bits than this (4 GB) are a MemoryError.
const MAX_BITS: u64 = 1 << 35;

/// `&`, `|`, `^` of two bools give a bool.
pub fn of_bools(op: BinOp, a: bool, b: bool) -> Option<Value> {
    Some(Value::bool(match op {
        BinOp::And => a & b,
        BinOp::Or => a | b,
        BinOp::Xor => a ^ b,
        _ => return None,
    }))
}

/// `x op y` of integers of at most 62 bits.
#[inline]
pub fn small(vm: &mut Vm, op: BinOp, x: i64, y: i64) -> Res {
    Ok(match op {
        BinOp::Add => int(x + y),
        BinOp::Sub => int(x - y),
        BinOp::Mul => match x.checked_mul(y) {
            Some(product) => int(product),
            None => wide(Wide::new((x < 0) != (y < 0), u128::from(x.unsigned_abs()) * u128::from(y.unsigned_abs()))),
        },
        BinOp::FloorDiv if y != 0 => int(Integer::div_floor(&x, &y)),
        BinOp::Mod if y != 0 => int(Integer::mod_floor(&x, &y)),
        BinOp::DivMod if y != 0 => tuple(vec![int(Integer::div_floor(&x, &y)), int(Integer::mod_floor(&x, &y))]),
        BinOp::TrueDiv if y != 0 => return small_ratio(vm, x, y),
        BinOp::FloorDiv | BinOp::Mod | BinOp::DivMod | BinOp::TrueDiv => return Err(zero_division(vm, op)),
        BinOp::Pow => return small_power(vm, x, y),
        BinOp::LShift => return shift_left(vm, Num::Int(x), Num::Int(y)),
        BinOp::RShift if y >= 0 => int(x >> y.min(63)),
        BinOp::RShift => return Err(vm.value_error("negative shift count")),
        BinOp::And => int(x & y),
        BinOp::Or => int(x | y),
        BinOp::Xor => int(x ^ y),
        BinOp::MatMul => Value::NOT_IMPLEMENTED,
    })
}

#[cold]
fn zero_division(vm: &mut Vm, op: BinOp) -> Thrown {
    vm.zero_division_error(match op {
        BinOp::TrueDiv => "division by zero",
        BinOp::Mod => "integer modulo by zero",
        _ => "integer division or modulo by zero",
    })
}

fn small_ratio(vm: &mut Vm, x: i64, y: i64) -> Res {
    if x.unsigned_abs() <= EXACT && y.unsigned_abs() <= EXACT {
        return Ok(new_float(x as f64 / y as f64));
    }
    ratio(vm, &Big::from(x), &Big::from(y))
}

fn ratio(vm: &mut Vm, x: &Big, y: &Big) -> Res {
    match true_ratio(x, y) {
        Some(quotient) => Ok(new_float(quotient)),
        None => Err(vm.overflow_error("integer division result too large for a float")),
    }
}

fn small_power(vm: &mut Vm, base: i64, exponent: i64) -> Res {
    if exponent < 0 {
        return float::binary(vm, BinOp::Pow, base as f64, exponent as f64);
    }
    match u32::try_from(exponent).ok().and_then(|e| base.checked_pow(e)) {
        Some(power) => Ok(int(power)),
        None => match u32::try_from(exponent).ok().and_then(|e| super::wide::power(base, e)) {
            Some(power) => Ok(power),
            None => power(vm, &Big::from(base), &Big::from(exponent)),
        },
    }
}

/// `base ** exponent` of a non-negative exponent.
fn power(vm: &mut Vm, base: &Big, exponent: &Big) -> Res {
    if exponent.is_zero() {
        return Ok(int(1));
    }
    if base.magnitude().is_one() || base.is_zero() {
        let negative = base.is_negative() && exponent.is_even();
        return Ok(big(if negative { -base } else { base.clone() }));
    }
    let bits = base.bits();
    let size = exponent.to_u64().and_then(|e| e.checked_mul(bits));
    match (size, exponent.to_u32()) {
        (Some(size), Some(e)) if size <= MAX_BITS => {
            // Powers of two need no multiplication.
            let zeros = base.magnitude().trailing_zeros().unwrap_or(0);
            if zeros + 1 == bits {
                let magnitude = Big::one() << (zeros * u64::from(e));
                return Ok(big(if base.is_negative() && e % 2 == 1 { -magnitude } else { magnitude }));
            }
            Ok(big(base.pow(e)))
        }
        _ => Err(vm.memory_error("")),
    }
}

/// Sum, difference or product of a large integer that is not needed any more and another integer, in its place. None if the other
/// one is none, or small enough to need no such care.
pub fn in_place(op: BinOp, left: &BigInt, right: &Value) -> Option<Value> {
    let exact = class_of(right).is(&types().int);
    let other = right.downcast::<BigInt>().filter(|_| exact).map(BigInt::stored);
    let (small, large) = match (right.as_small_int(), other) {
        (Some(n), _) => (n, None),
        (None, Some(Stored::Large(n))) => (0, Some(n)),
        _ => return None,
    };
    // The product of two large ones is made anew anyway.
    if op == BinOp::Mul && large.is_some() {
        return None;
    }
    let digits = left.take_large()?;
    Some(big(match (op, large) {
        (BinOp::Add, Some(n)) => digits + n,
        (BinOp::Add, None) => digits + small,
        (BinOp::Sub, Some(n)) => digits - n,
        (BinOp::Sub, None) => digits - small,
        _ => digits * small,
    }))
}

/// `a op b` where at least one is large.
pub fn large(vm: &mut Vm, op: BinOp, a: Num<'_>, b: Num<'_>) -> Res {
    if let (Some(x), Some(y)) = (a.as_wide(), b.as_wide())
        && let Some(result) = super::wide::binary(op, x, y)
    {
        return Ok(result);
    }
    match (op, a, b) {
        (BinOp::And, Num::Big(x), Num::Int(n @ 0..)) | (BinOp::And, Num::Int(n @ 0..), Num::Big(x))
            if !x.is_negative() =>
        {
            return Ok(int(n & x.iter_u64_digits().next().unwrap_or(0) as i64));
        }
        (BinOp::Add, Num::Big(x), Num::Big(y)) => return Ok(big(x + y)),
        (BinOp::Add, Num::Big(x), Num::Int(n)) | (BinOp::Add, Num::Int(n), Num::Big(x)) => return Ok(big(x + n)),
        (BinOp::Sub, Num::Big(x), Num::Int(n)) => return Ok(big(x - n)),
        (BinOp::Sub, Num::Int(n), Num::Big(x)) => return Ok(big(n - x)),
        (BinOp::Mul, Num::Big(x), Num::Int(n)) | (BinOp::Mul, Num::Int(n), Num::Big(x)) => return Ok(big(x * n)),
        (BinOp::LShift, ..) => return shift_left(vm, a, b),
        (BinOp::RShift, ..) => return shift_right(vm, a, b),
        _ => {}
    }
    let (x, y) = (to_cow(a), to_cow(b));
    let (x, y) = (&*x, &*y);
    if y.is_zero() && matches!(op, BinOp::FloorDiv | BinOp::Mod | BinOp::DivMod | BinOp::TrueDiv) {
        return Err(zero_division(vm, op));
    }
    Ok(match op {
        BinOp::Add => big(x + y),
        BinOp::Sub => big(x - y),
        BinOp::Mul => return multiply(vm, x, y),
        BinOp::FloorDiv => big(div_mod_floor(x, y).0),
        BinOp::Mod => big(div_mod_floor(x, y).1),
        BinOp::DivMod => {
            let (quotient, rest) = div_mod_floor(x, y);
            tuple(vec![big(quotient), big(rest)])
        }
        BinOp::TrueDiv => return ratio(vm, x, y),
        BinOp::Pow if y.is_negative() => {
            let (base, exponent) = (a.to_float(vm)?, b.to_float(vm)?);
            return float::binary(vm, BinOp::Pow, base, exponent);
        }
        BinOp::Pow => return power(vm, x, y),
        BinOp::And => big(x & y),
        BinOp::Or => big(x | y),
        BinOp::Xor => big(x ^ y),
        BinOp::LShift | BinOp::RShift | BinOp::MatMul => Value::NOT_IMPLEMENTED,
    })
}

fn multiply(vm: &mut Vm, x: &Big, y: &Big) -> Res {
    if x.bits() + y.bits() > MAX_BITS {
        return Err(vm.memory_error(""));
    }
    Ok(big(x * y))
}

fn shift_left(vm: &mut Vm, value: Num<'_>, count: Num<'_>) -> Res {
    if let (Some(x), Some(n)) = (value.as_wide(), count.as_wide())
        && let Some(shifted) = super::wide::binary(BinOp::LShift, x, n)
    {
        return Ok(shifted);
    }
    let value = to_cow(value);
    if to_cow(count).is_negative() {
        return Err(vm.value_error("negative shift count"));
    }
    if value.is_zero() {
        return Ok(int(0));
    }
    match to_machine(count) {
        None => Err(vm.overflow_error("too many digits in integer")),
        Some(n) if (n as u64).saturating_add(value.bits()) > MAX_BITS => Err(vm.memory_error("")),
        Some(n) => Ok(big(&*value << n as u64)),
    }
}

fn shift_right(vm: &mut Vm, value: Num<'_>, count: Num<'_>) -> Res {
    if to_cow(count).is_negative() {
        return Err(vm.value_error("negative shift count"));
    }
    let value = to_cow(value);
    match to_machine(count) {
        Some(n) if (n as u64) < value.bits() => Ok(big(&*value >> n as u64)),
        _ => Ok(int(if value.is_negative() { -1 } else { 0 })),
    }
}

/// `pow(base, exponent, modulus)` of integers.
pub fn power_modulo(vm: &mut Vm, base: &Value, exponent: &Value, modulus: &Value) -> Res {
    if let (Some(b), Some(e @ 0..), Some(m @ 1..)) =
        (base.as_small_int(), exponent.as_small_int(), modulus.as_small_int())
    {
        return Ok(int(machine_power_modulo(b, e, m)));
    }
    let (Some(b), Some(e), Some(m)) = (base.as_big(), exponent.as_big(), modulus.as_big()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if m.is_zero() {
        return Err(vm.value_error("pow() 3rd argument cannot be 0"));
    }
    if !e.is_negative() {
        return Ok(big(b.modpow(&e, &m)));
    }
    match inverse(&b, &m) {
        Some(inverse) => Ok(big(inverse.modpow(&-e, &m))),
        None => Err(vm.value_error("base is not invertible for the given modulus")),
    }
}

fn machine_power_modulo(base: i64, exponent: i64, modulus: i64) -> i64 {
    let modulus = modulus as u128;
    let mut square = i128::from(base).rem_euclid(modulus as i128) as u128;
    let mut exponent = exponent as u64;
    let mut result = 1 % modulus;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * square % modulus;
        }
        square = square * square % modulus;
        exponent >>= 1;
    }
    result as i64
}

/// The number that times `n` is 1 modulo `modulus`, if there is one.
pub fn inverse(n: &Big, modulus: &Big) -> Option<Big> {
    if modulus.magnitude().is_one() {
        return Some(Big::zero());
    }
    let absolute = modulus.abs();
    let found = n.mod_floor(&absolute).extended_gcd(&absolute);
    found.gcd.is_one().then(|| found.x.mod_floor(modulus))
}

/// The length of a range.
pub fn range_len(range: &Range) -> Big {
    if let (Some(start), Some(stop), Some(step)) = (range.start.as_i64(), range.stop.as_i64(), range.step.as_i64()) {
        let (start, stop, step) = (i128::from(start), i128::from(stop), i128::from(step));
        let (span, step) = if step > 0 { (stop - start, step) } else { (start - stop, -step) };
        return if span <= 0 || step == 0 { Big::zero() } else { Big::from((span - 1) / step + 1) };
    }
    let (Some(start), Some(stop), Some(step)) = (range.start.as_big(), range.stop.as_big(), range.step.as_big()) else {
        return Big::zero();
    };
    let (span, step) = if step.sign() == Sign::Minus { (start - stop, -step) } else { (stop - start, step) };
    if !span.is_positive() || step.is_zero() { Big::zero() } else { (span - 1) / step + 1 }
}
