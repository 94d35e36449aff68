//! Division of large integers of about the same length, whose quotient is small: one estimate from the leading bits in
//! place of a division made for long quotients.

use num_bigint::{BigInt as Big, BigUint};
use num_integer::Integer;
use num_traits::Zero;

/// Quotients of fewer bits are estimated.
const SHORT: u64 = 60;

/// Quotient and rest, the rest with the divisor's sign. The divisor is not zero.
pub fn div_mod_floor(a: &Big, b: &Big) -> (Big, Big) {
    let (length, other) = (a.bits(), b.bits());
    if other <= 64 || length < other || length - other >= SHORT {
        return a.div_mod_floor(b);
    }
    let (quotient, rest) = short_quotient(a.magnitude(), b.magnitude());
    let sign = b.sign();
    if a.sign() == sign {
        return (Big::from(quotient), Big::from_biguint(sign, rest));
    }
    if rest.is_zero() {
        return (-Big::from(quotient), Big::zero());
    }
    (-Big::from(quotient) - 1, Big::from_biguint(sign, b.magnitude() - rest))
}

/// Quotient and rest of numbers of which the second has more than 64 bits, and the first up to `SHORT` more than that.
fn short_quotient(a: &BigUint, b: &BigUint) -> (u64, BigUint) {
    let shift = b.bits() - 64;
    // Never too large: the dividend's bits are cut off, the divisor's rounded up.
    let mut quotient = (leading(a, shift) / (leading(b, shift) + 1)) as u64;
    let mut rest = a - b * quotient;
    while rest >= *b {
        rest -= b;
        quotient += 1;
    }
    (quotient, rest)
}

/// `n >> shift`, which has at most 124 bits.
fn leading(n: &BigUint, shift: u64) -> u128 {
    let (skipped, offset) = ((shift / 64) as usize, shift % 64);
    let digits = n.iter_u64_digits();
    let kept = digits.len() - skipped;
    let mut value = 0;
    for (i, digit) in digits.rev().take(kept).enumerate() {
        let place = 64 * (kept - 1 - i) as u64;
        let digit = u128::from(digit);
        value |= if place >= offset { digit << (place - offset) } else { digit >> offset };
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::Sign;

    #[test]
    fn quotients_are_those_of_the_long_way() {
        let mut seed = 1_u64;
        let mut digit = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 32) as u32
        };
        for length in 3..9_usize {
            for more in 0..3 {
                for round in 0..300 {
                    let mut divisor: Vec<u32> = (0..length).map(|_| digit()).collect();
                    let mut dividend: Vec<u32> = (0..length + more).map(|_| digit()).collect();
                    if round % 3 == 0 {
                        // Leading digits that an estimate finds hardest.
                        divisor[length - 1] = 0x8000_0000;
                        dividend[length + more - 1] = u32::MAX;
                    }
                    for signs in [(Sign::Plus, Sign::Plus), (Sign::Minus, Sign::Plus), (Sign::Plus, Sign::Minus)] {
                        let (a, b) = (Big::from_slice(signs.0, &dividend), Big::from_slice(signs.1, &divisor));
                        assert_eq!(div_mod_floor(&a, &b), a.div_mod_floor(&b));
                        let exact = &b * 12_345;
                        assert_eq!(div_mod_floor(&exact, &b), exact.div_mod_floor(&b));
                        assert_eq!(div_mod_floor(&-&exact, &b), (-&exact).div_mod_floor(&b));
                        let below = exact - 1;
                        assert_eq!(div_mod_floor(&below, &b), below.div_mod_floor(&b));
                    }
                }
            }
        }
    }
}
