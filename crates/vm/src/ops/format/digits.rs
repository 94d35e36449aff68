//! The digits of floats: shortest, or correctly rounded to a precision.

/// No float has more significant decimal digits after its first one, or more decimals.
const MAX_DIGITS: usize = 1100;

/// How a float is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// With exponent; the precision counts decimals.
    Exponent,
    /// Without exponent; the precision counts decimals.
    Fixed,
    /// One or the other; the precision counts significant digits.
    General,
    /// The fewest digits that read back as the same float.
    Repr,
}

/// How exactly.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub precision: usize,
    /// Keep the decimal point, and trailing zeros with `Style::General`.
    pub alternate: bool,
    /// End whole numbers in `.0`.
    pub dot_zero: bool,
}

/// Decimal digits without trailing zeros (at least one) and where the decimal point stands among them.
struct Decimal {
    digits: String,
    point: i32,
}

/// Significant digits of a finite number that is not negative: the fewest, or `count` of them.
fn significant(x: f64, count: Option<usize>) -> Decimal {
    let text = match count {
        None => shortest(x),
        Some(count) => format!("{x:.*e}", count.saturating_sub(1).min(MAX_DIGITS)),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mut digits: String = mantissa.chars().filter(|&c| c != '.').collect();
    digits.truncate(digits.trim_end_matches('0').len().max(1));
    Decimal { digits, point: exponent.parse::<i32>().unwrap_or(0) + 1 }
}

/// The fewest digits, in scientific notation. Of two equally short and near candidates, the even one.
fn shortest(x: f64) -> String {
    let text = format!("{x:e}");
    // Fifteen digits always tell floats apart: only beyond can there be two candidates.
    let digits = text.bytes().take_while(|&b| b != b'e').filter(u8::is_ascii_digit).count();
    if digits > 15 && may_be_halfway(x, digits, &text) {
        let even = format!("{x:.*e}", digits - 1);
        if even.parse() == Ok(x) {
            return even;
        }
    }
    text
}

/// Whether a float may lie halfway between two decimals of so many digits: twice the float must then be a whole number
/// of units of the last digit, for which its lowest bit may not stand for too small a fraction.
fn may_be_halfway(x: f64, digits: usize, text: &str) -> bool {
    let exponent: i32 = text.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    let decimals = digits as i32 - 1 - exponent;
    let (mantissa, power) = parts(x);
    -(power + mantissa.trailing_zeros() as i32) <= decimals + 1
}

/// A finite float that is not negative as `mantissa * 2**power`.
fn parts(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52 & 0x7FF) as i32 {
        0 => (fraction, -1074),
        exponent => (fraction | 1 << 52, exponent - 1075),
    }
}

/// The decimals that 128 bits are enough for: 53 bits times ten to this power.
const FEW_DECIMALS: usize = 22;

/// A float to some decimals, correctly rounded, as the integer that the digits without a point make. None if that or a
/// step towards it takes more than 128 bits.
fn in_units(x: f64, decimals: usize) -> Option<u128> {
    if decimals > FEW_DECIMALS {
        return None;
    }
    let (mantissa, power) = parts(x);
    let scaled = u128::from(mantissa) * 10u128.pow(decimals as u32);
    if power >= 0 {
        return (power.unsigned_abs() <= scaled.leading_zeros()).then(|| scaled << power);
    }
    let shift = power.unsigned_abs();
    if shift >= 128 {
        // Below 2**127, it is less than half a unit.
        return Some(0);
    }
    let (units, rest, half) = (scaled >> shift, scaled & ((1 << shift) - 1), 1 << (shift - 1));
    let up = rest > half || rest == half && units % 2 == 1;
    Some(units + u128::from(up))
}

/// A float with a fixed number of decimals.
fn fixed(x: f64, decimals: usize) -> String {
    let Some(units) = in_units(x, decimals) else { return format!("{x:.*}", decimals.min(MAX_DIGITS)) };
    let mut text = match u64::try_from(units) {
        Ok(units) => units.to_string(),
        Err(_) => units.to_string(),
    };
    if decimals > 0 {
        if text.len() <= decimals {
            text.insert_str(0, &"0".repeat(decimals + 1 - text.len()));
        }
        text.insert(text.len() - decimals, '.');
    }
    text
}

/// The text of a float without its sign.
pub fn float_text(x: f64, style: Style, options: Options) -> String {
    let x = x.abs();
    if x.is_nan() {
        return "nan".into();
    }
    if x.is_infinite() {
        return "inf".into();
    }
    let Options { precision, alternate, dot_zero } = options;
    match style {
        Style::Fixed => {
            let mut text = fixed(x, precision);
            pad_decimals(&mut text, precision);
            if precision == 0 && alternate {
                text.push('.');
            }
            text
        }
        Style::Exponent => {
            let decimal = significant(x, Some(precision.saturating_add(1)));
            with_exponent(&decimal, precision.saturating_add(1), alternate)
        }
        Style::General => {
            let precision = precision.max(1);
            let decimal = significant(x, Some(precision));
            let wanted = if alternate { precision } else { 0 };
            let most = i32::try_from(precision).unwrap_or(i32::MAX) - i32::from(dot_zero);
            if decimal.point <= -4 || decimal.point > most {
                with_exponent(&decimal, wanted, alternate)
            } else {
                without_exponent(&decimal, wanted, alternate, dot_zero)
            }
        }
        Style::Repr => {
            let decimal = significant(x, None);
            if decimal.point <= -4 || decimal.point > 16 {
                with_exponent(&decimal, 0, alternate)
            } else {
                without_exponent(&decimal, 0, alternate, dot_zero)
            }
        }
    }
}

/// Zeros for decimals beyond those that the formatter made.
fn pad_decimals(text: &mut String, precision: usize) {
    if precision > MAX_DIGITS {
        text.extend(std::iter::repeat_n('0', precision - MAX_DIGITS));
    }
}

/// `d.ddde+xx` with at least `wanted` significant digits.
fn with_exponent(decimal: &Decimal, wanted: usize, alternate: bool) -> String {
    let (first, rest) = decimal.digits.split_at(1);
    let mut out = String::with_capacity(wanted.max(decimal.digits.len()) + 8);
    out.push_str(first);
    let zeros = wanted.saturating_sub(decimal.digits.len());
    if !rest.is_empty() || zeros > 0 || alternate {
        out.push('.');
    }
    out.push_str(rest);
    out.extend(std::iter::repeat_n('0', zeros));
    let exponent = decimal.point - 1;
    out.push_str(if exponent < 0 { "e-" } else { "e+" });
    out.push_str(&format!("{:02}", exponent.unsigned_abs()));
    out
}

/// Digits with a decimal point, with at least `wanted` significant digits.
fn without_exponent(decimal: &Decimal, wanted: usize, alternate: bool, dot_zero: bool) -> String {
    let digits = &decimal.digits;
    let total = digits.len().max(wanted);
    let mut out = String::with_capacity(total + 8);
    let zeros = |out: &mut String, n: usize| out.extend(std::iter::repeat_n('0', n));
    match usize::try_from(decimal.point) {
        Ok(point) if point > 0 => {
            let whole = digits.len().min(point);
            out.push_str(&digits[..whole]);
            zeros(&mut out, point - whole);
            let fraction = &digits[whole..];
            let more = total.max(point) - point - fraction.len();
            if !fraction.is_empty() || more > 0 || alternate || dot_zero {
                out.push('.');
            }
            out.push_str(fraction);
            zeros(&mut out, more);
        }
        _ => {
            out.push_str("0.");
            zeros(&mut out, decimal.point.unsigned_abs() as usize);
            out.push_str(digits);
            zeros(&mut out, total - digits.len());
        }
    }
    if dot_zero && out.ends_with('.') {
        out.push('0');
    }
    out
}

/// `repr` of a float.
pub fn float_repr(x: f64) -> String {
    let text = float_text(x, Style::Repr, Options { precision: 0, alternate: false, dot_zero: true });
    if x.is_sign_negative() && !x.is_nan() { format!("-{text}") } else { text }
}

/// `repr` of a complex number.
pub fn complex_repr(re: f64, im: f64) -> String {
    let part = |x: f64, plus: bool| {
        let text = float_text(x, Style::Repr, Options { precision: 0, alternate: false, dot_zero: false });
        let sign = match (x.is_sign_negative() && !x.is_nan(), plus) {
            (true, _) => "-",
            (false, true) => "+",
            (false, false) => "",
        };
        format!("{sign}{text}j")
    };
    if re == 0.0 && re.is_sign_positive() {
        return part(im, false);
    }
    let real = part(re, false);
    format!("({}{})", &real[..real.len() - 1], part(im, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortest_digits_with_the_exponent_rules_of_repr() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (123_456_789.125, "123456789.125"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (5e-324, "5e-324"),
            // Halfway between .2 and .3.
            (1_180_964_033_384_672.2, "1180964033384672.2"),
            (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"),
            (f64::INFINITY, "inf"),
        ];
        for (x, text) in cases {
            assert_eq!(float_repr(x), text);
        }
    }

    #[test]
    fn few_decimals_are_those_of_the_exact_formatter() {
        let mut state = 1u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let small = (state >> 40) as f64 / 64.0;
            for x in [f64::from_bits(state >> 1), small, small / 3.0, small * 1e-9, 0.5, 2.5, 1e22, 5e-324] {
                let decimals = (state >> 7) as usize % 24;
                if x.is_finite() {
                    assert_eq!(fixed(x, decimals), format!("{x:.decimals$}"), "{x:e} to {decimals}");
                }
            }
        }
    }

    #[test]
    fn complex_parts_keep_their_signs() {
        assert_eq!(complex_repr(0.0, -0.0), "-0j");
        assert_eq!(complex_repr(-0.0, 1.0), "(-0+1j)");
        assert_eq!(complex_repr(1.5, -2.0), "(1.5-2j)");
    }
}
