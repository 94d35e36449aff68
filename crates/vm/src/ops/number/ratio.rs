//! Correctly rounded conversions of integers and their ratios to floats.

use num_bigint::{BigInt as Big, BigUint, Sign};
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};

/// Mantissa with magnitude in [0.5, 1) and exponent; zero and non-finite numbers as they are, with exponent 0.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i32;
    if exponent == 0 {
        // Subnormal: scaled up by 2**64.
        let (mantissa, exponent) = frexp(x * 18_446_744_073_709_551_616.0);
        return (mantissa, exponent - 64);
    }
    (f64::from_bits(bits & !(0x7FF << 52) | 1022 << 52), exponent - 1022)
}

/// `x * 2**exponent`, rounded once; infinite on overflow.
pub fn ldexp(x: f64, exponent: i64) -> f64 {
    let (mantissa, own) = frexp(x);
    if mantissa == 0.0 || !x.is_finite() {
        return x;
    }
    let total = i64::from(own).saturating_add(exponent);
    // 53 bits of the mantissa as an integer.
    let digits = (mantissa.abs() * 9_007_199_254_740_992.0) as u64;
    let magnitude = scaled(digits, false, total.saturating_sub(53));
    magnitude.copysign(x)
}

/// `digits * 2**exponent` rounded half to even, where `more` says that some lower bits were cut off. Infinite on overflow.
pub fn scaled(digits: u64, more: bool, exponent: i64) -> f64 {
    if digits == 0 {
        return 0.0;
    }
    let bits = 64 - i64::from(digits.leading_zeros());
    let top = bits.saturating_add(exponent);
    if top > 1024 {
        return f64::INFINITY;
    }
    // A float below 2**-1021 has fewer than 53 bits.
    let precision = if top >= -1021 { 53 } else { 53 - (-1021 - top) };
    if precision < 0 {
        return 0.0;
    }
    let drop = bits - precision;
    if drop <= 0 {
        return power_of_two_times(digits as f64, exponent);
    }
    let kept = if drop >= 64 { 0 } else { digits >> drop };
    let half = 1u64 << (drop - 1).min(63);
    let rest = if drop >= 64 { digits } else { digits & ((1u64 << drop) - 1) };
    let up = rest > half || rest == half && (more || kept & 1 == 1);
    power_of_two_times((kept + u64::from(up)) as f64, exponent + drop)
}

/// `x * 2**exponent` where the result is exact, or overflows.
fn power_of_two_times(mut x: f64, mut exponent: i64) -> f64 {
    while exponent > 1000 {
        x *= 2f64.powi(1000);
        exponent -= 1000;
        if x.is_infinite() {
            return x;
        }
    }
    // Down in steps that stay normal until the last one.
    while exponent < -1000 {
        let step = (-exponent).min(52);
        x /= (1u64 << step) as f64;
        exponent += step;
    }
    x * 2f64.powi(exponent as i32)
}

/// The float nearest to an integer; None if it is beyond all floats.
pub fn to_f64(n: &Big) -> Option<f64> {
    let magnitude = n.magnitude();
    let value = match magnitude.to_u64() {
        Some(small) => small as f64,
        None => {
            let shift = magnitude.bits() - 64;
            let top = (magnitude >> shift).to_u64().unwrap_or(u64::MAX);
            let more = magnitude.trailing_zeros().is_some_and(|zeros| zeros < shift);
            scaled(top, more, i64::try_from(shift).unwrap_or(i64::MAX))
        }
    };
    if value.is_infinite() {
        return None;
    }
    Some(if n.sign() == Sign::Minus { -value } else { value })
}

/// The float nearest to `a / b` (`b` is not zero); None if it is beyond all floats.
pub fn true_ratio(a: &Big, b: &Big) -> Option<f64> {
    if a.is_zero() {
        return Some(0.0);
    }
    let (x, y) = (a.magnitude(), b.magnitude());
    // A quotient of 62 to 64 bits; what is cut off is remembered by `more`.
    let shift = 63 - (x.bits() as i64 - y.bits() as i64);
    let (quotient, rest) =
        if shift >= 0 { (x << shift as u64).div_rem(y) } else { x.div_rem(&(y << shift.unsigned_abs())) };
    let digits = quotient.to_u64().unwrap_or(u64::MAX);
    let value = scaled(digits, rest != BigUint::ZERO, -shift);
    if value.is_infinite() {
        return None;
    }
    Some(if a.sign() != b.sign() { -value } else { value })
}
