//! Integers of up to 128 bits and a sign, without memory of their own.

use crate::objects::number::{Wide, wide};
use crate::ops::arith::BinOp;
use crate::value::Value;
use std::cmp::Ordering;

/// `x op y`; None if the result needs more bits, the operator has no answer, or the general way words the error.
#[inline]
pub fn binary(op: BinOp, x: Wide, y: Wide) -> Option<Value> {
    Some(wide(match op {
        BinOp::Add => add(x, y)?,
        BinOp::Sub => add(x, negated(y))?,
        BinOp::Mul => Wide::new(x.negative != y.negative, product(x.magnitude, y.magnitude)?),
        BinOp::FloorDiv if y.magnitude != 0 => div_mod(x, y).0,
        BinOp::Mod if y.magnitude != 0 => div_mod(x, y).1,
        BinOp::And | BinOp::Or | BinOp::Xor => bitwise(op, x, y)?,
        BinOp::LShift => shift_left(x, y)?,
        BinOp::RShift if !y.negative => shift_right(x, y.magnitude),
        _ => return None,
    }))
}

pub fn negated(n: Wide) -> Wide {
    Wide::new(!n.negative, n.magnitude)
}

/// `~n`.
pub fn inverted(n: Wide) -> Option<Wide> {
    add(negated(n), Wide { negative: true, magnitude: 1 })
}

pub fn compare(x: Wide, y: Wide) -> Ordering {
    match (x.negative, y.negative) {
        (false, false) => x.magnitude.cmp(&y.magnitude),
        (true, true) => y.magnitude.cmp(&x.magnitude),
        (negative, _) => {
            if negative {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
    }
}

/// `base ** exponent`, if it fits.
pub fn power(base: i64, exponent: u32) -> Option<Value> {
    let magnitude = u128::from(base.unsigned_abs()).checked_pow(exponent)?;
    Some(wide(Wide::new(base < 0 && exponent % 2 == 1, magnitude)))
}

#[inline]
fn add(x: Wide, y: Wide) -> Option<Wide> {
    if x.negative == y.negative {
        return Some(Wide { negative: x.negative, magnitude: x.magnitude.checked_add(y.magnitude)? });
    }
    Some(match x.magnitude.checked_sub(y.magnitude) {
        Some(rest) => Wide::new(x.negative, rest),
        None => Wide { negative: y.negative, magnitude: y.magnitude - x.magnitude },
    })
}

#[inline]
fn product(x: u128, y: u128) -> Option<u128> {
    match (u64::try_from(x), u64::try_from(y)) {
        (Ok(x), Ok(y)) => Some(u128::from(x) * u128::from(y)),
        _ => x.checked_mul(y),
    }
}

/// Quotient and remainder of magnitudes; the machine divides 64 bits many times faster than 128.
#[inline]
fn divide(x: u128, y: u128) -> (u128, u128) {
    if y.is_power_of_two() {
        return (x >> y.trailing_zeros(), x & (y - 1));
    }
    match (u64::try_from(x), u64::try_from(y)) {
        (Ok(x), Ok(y)) => (u128::from(x / y), u128::from(x % y)),
        _ => (x / y, x % y),
    }
}

/// Quotient rounded down and remainder of the divisor's sign.
fn div_mod(x: Wide, y: Wide) -> (Wide, Wide) {
    let (quotient, rest) = divide(x.magnitude, y.magnitude);
    if x.negative == y.negative {
        return (Wide::new(false, quotient), Wide::new(y.negative, rest));
    }
    if rest == 0 {
        return (Wide::new(true, quotient), Wide::new(false, 0));
    }
    // `quotient` is below 2**127 here or the divisor would be 1, which leaves no rest.
    (Wide::new(true, quotient + 1), Wide::new(y.negative, y.magnitude - rest))
}

/// The number in two's complement, if 128 bits are enough.
fn complement(n: Wide) -> Option<i128> {
    let magnitude = i128::try_from(n.magnitude).ok()?;
    Some(if n.negative { -magnitude } else { magnitude })
}

#[inline]
fn bitwise(op: BinOp, x: Wide, y: Wide) -> Option<Wide> {
    if !x.negative && !y.negative {
        let (x, y) = (x.magnitude, y.magnitude);
        return Some(Wide {
            negative: false,
            magnitude: match op {
                BinOp::And => x & y,
                BinOp::Or => x | y,
                _ => x ^ y,
            },
        });
    }
    let (x, y) = (complement(x)?, complement(y)?);
    let bits = match op {
        BinOp::And => x & y,
        BinOp::Or => x | y,
        _ => x ^ y,
    };
    Some(Wide { negative: bits < 0, magnitude: bits.unsigned_abs() })
}

fn shift_left(x: Wide, count: Wide) -> Option<Wide> {
    let count = u32::try_from(count.magnitude).ok().filter(|_| !count.negative)?;
    (count <= x.magnitude.leading_zeros() && count < 128)
        .then(|| Wide { negative: x.negative, magnitude: x.magnitude << count })
}

/// Rounds down, as two's complement does.
fn shift_right(x: Wide, count: u128) -> Wide {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    if !x.negative {
        return Wide { negative: false, magnitude: x.magnitude.checked_shr(count).unwrap_or(0) };
    }
    Wide { negative: true, magnitude: (x.magnitude - 1).checked_shr(count).unwrap_or(0) + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt as Big;
    use num_integer::Integer;

    fn samples() -> Vec<Wide> {
        let magnitudes = [0, 1, 2, 3, 7, 1 << 61, (1 << 62) - 1, 1 << 62, u128::from(u64::MAX), 1 << 64, (1 << 64) + 5]
            .into_iter()
            .chain([10u128.pow(30), 1 << 127, (1 << 127) - 1, u128::MAX - 1, u128::MAX]);
        magnitudes.flat_map(|m| [Wide::new(false, m), Wide::new(true, m)]).collect()
    }

    /// What the general arithmetic makes of it.
    fn expected(op: BinOp, x: &Big, y: &Big) -> Big {
        match op {
            BinOp::Add => x + y,
            BinOp::Sub => x - y,
            BinOp::Mul => x * y,
            BinOp::FloorDiv => x.div_floor(y),
            BinOp::Mod => x.mod_floor(y),
            BinOp::And => x & y,
            BinOp::Or => x | y,
            _ => x ^ y,
        }
    }

    #[test]
    fn agrees_with_integers_of_any_size() {
        use BinOp::*;
        for op in [Add, Sub, Mul, FloorDiv, Mod, And, Or, Xor] {
            for x in samples() {
                for y in samples() {
                    if let Some(result) = binary(op, x, y) {
                        assert_eq!(result.as_big(), Some(expected(op, &x.to_big(), &y.to_big())), "{x:?} {op:?} {y:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn shifts_as_integers_of_any_size_do() {
        for x in samples() {
            for count in [0u64, 1, 5, 63, 64, 100, 127, 128, 200] {
                let by = Wide::new(false, count.into());
                if let Some(result) = binary(BinOp::LShift, x, by) {
                    assert_eq!(result.as_big(), Some(x.to_big() << count), "{x:?} << {count}");
                }
                let result = binary(BinOp::RShift, x, by).and_then(|value| value.as_big());
                assert_eq!(result, Some(x.to_big() >> count), "{x:?} >> {count}");
            }
        }
    }
}
