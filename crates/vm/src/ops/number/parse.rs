//! Numbers from text: `int(text, base)`, `float(text)`, `complex(text)`.

use crate::objects::str::{char_width, decode_char};
use crate::ops::unicode::{decimal_value, is_space};
use num_bigint::{BigInt as Big, Sign};
use std::borrow::Cow;
use std::cell::Cell;

thread_local! {
    static MAX_STR_DIGITS: Cell<usize> = const { Cell::new(4300) };
}

/// The most decimal digits that conversions between `int` and text accept (`sys.get_int_max_str_digits`); 0: no limit.
pub fn max_str_digits() -> usize {
    MAX_STR_DIGITS.get()
}

/// Sets that limit (`sys.set_int_max_str_digits`).
pub fn set_max_str_digits(limit: usize) {
    MAX_STR_DIGITS.set(limit);
}

/// Why a text is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntProblem {
    Invalid,
    /// More digits than `max_str_digits` allows.
    TooLong(usize),
}

/// The text without surrounding white space, decimal digits of all scripts made ASCII. Other characters that are not
/// ASCII become `?`, which no number contains.
pub fn normalise(text: &[u8]) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return trim(text).into();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(&first) = rest.first() {
        let code = decode_char(rest);
        rest = &rest[char_width(first)..];
        out.push(match u8::try_from(code) {
            Ok(byte) if byte.is_ascii() => byte,
            _ if is_space(code) => b' ',
            _ => decimal_value(code).map_or(b'?', |digit| b'0' + digit as u8),
        });
    }
    trim(&out).to_vec().into()
}

/// Without ASCII white space at both ends.
pub fn trim(mut text: &[u8]) -> &[u8] {
    // As for `str`, the separators 0x1C to 0x1F are white space.
    let space = |b: u8| matches!(b, b' ' | 9..=13 | 0x1C..=0x1F);
    while let [first, rest @ ..] = text
        && space(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && space(*last)
    {
        text = rest;
    }
    text
}

/// The base that a prefix says, and its length.
fn prefix(digits: &[u8]) -> Option<(u32, usize)> {
    match digits {
        [b'0', b'x' | b'X', ..] => Some((16, 2)),
        [b'0', b'o' | b'O', ..] => Some((8, 2)),
        [b'0', b'b' | b'B', ..] => Some((2, 2)),
        _ => None,
    }
}

/// The commonest case: nothing but digits, few enough for the machine, perhaps after a minus sign. None for all others.
pub fn parse_plain(text: &[u8], base: u32) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    // Twelve digits of base 36 stay below 2**63.
    let most = if base == 10 { 18 } else { 12 };
    if digits.is_empty() || digits.len() > most || base == 0 {
        return None;
    }
    let mut value = 0i64;
    for &byte in digits {
        value = value * i64::from(base) + i64::from((byte as char).to_digit(base)?);
    }
    Some(if negative { -value } else { value })
}

/// An integer in a base from 2 to 36, or 0 to go by the prefix. The text is trimmed.
pub fn parse_int(text: &[u8], base: u32) -> Result<Big, IntProblem> {
    let (negative, mut body) = split_sign(text);
    let mut radix = if base == 0 { 10 } else { base };
    let mut leading_underscore = false;
    match prefix(body) {
        Some((found, length)) if base == 0 || base == found => {
            radix = found;
            body = &body[length..];
            leading_underscore = true;
        }
        _ => {}
    }
    if leading_underscore && let [b'_', rest @ ..] = body {
        body = rest;
    }
    let mut digits = Vec::with_capacity(body.len());
    let mut after_digit = false;
    for &byte in body {
        if byte == b'_' && after_digit {
            after_digit = false;
            continue;
        }
        let digit = (byte as char).to_digit(radix).ok_or(IntProblem::Invalid)?;
        digits.push(digit as u8);
        after_digit = true;
    }
    if !after_digit {
        return Err(IntProblem::Invalid);
    }
    // In a literal, leading zeros need a prefix, except for zero itself.
    if base == 0 && radix == 10 && digits[0] == 0 && digits.iter().any(|&d| d != 0) {
        return Err(IntProblem::Invalid);
    }
    let limit = max_str_digits();
    if !radix.is_power_of_two() && limit != 0 && digits.len() > limit {
        return Err(IntProblem::TooLong(digits.len()));
    }
    let magnitude = from_digits(&digits, radix);
    Ok(if negative { -magnitude } else { magnitude })
}

fn split_sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// Digits, most significant first. Long ones in halves, so that the work is that of a few large multiplications.
fn from_digits(digits: &[u8], radix: u32) -> Big {
    if digits.len() <= 15 {
        let value = digits.iter().fold(0u128, |n, &d| n * u128::from(radix) + u128::from(d));
        return Big::from(value);
    }
    if digits.len() <= 4000 || radix.is_power_of_two() {
        return Big::from_radix_be(Sign::Plus, digits, radix).unwrap_or_default();
    }
    let low = digits.len() / 2;
    let (high, rest) = digits.split_at(digits.len() - low);
    from_digits(high, radix) * Big::from(radix).pow(low as u32) + from_digits(rest, radix)
}

/// Removes underscores that stand between digits; None if one stands elsewhere.
fn without_underscores(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.contains(&b'_') {
        return Some(text.into());
    }
    let mut out = Vec::with_capacity(text.len());
    for (i, &byte) in text.iter().enumerate() {
        if byte != b'_' {
            out.push(byte);
            continue;
        }
        let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
        if i == 0 || !digit(text.get(i - 1)) || !digit(text.get(i + 1)) {
            return None;
        }
    }
    Some(out.into())
}

/// A float. The text is trimmed.
pub fn parse_float(text: &[u8]) -> Option<f64> {
    let text = without_underscores(text)?;
    let (value, length) = float_prefix(&text)?;
    (length == text.len()).then_some(value)
}

/// The float at the beginning of a text, and its length.
pub fn float_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let (negative, body) = split_sign(text);
    let sign = text.len() - body.len();
    let signed = |x: f64| if negative { -x } else { x };
    for (word, value) in [("infinity", f64::INFINITY), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        if body.get(..word.len()).is_some_and(|b| b.eq_ignore_ascii_case(word.as_bytes())) {
            return Some((signed(value), sign + word.len()));
        }
    }
    let digits = |from: usize| body[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(0);
    let mut end = whole;
    let mut count = whole;
    if body.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        count += fraction;
        end += 1 + fraction;
    }
    if count == 0 {
        return None;
    }
    if matches!(body.get(end), Some(b'e' | b'E')) {
        let after_sign = end + 1 + usize::from(matches!(body.get(end + 1), Some(b'+' | b'-')));
        if body.get(after_sign).is_some_and(u8::is_ascii_digit) {
            end = after_sign + digits(after_sign);
        }
    }
    let value = std::str::from_utf8(&body[..end]).ok()?.parse::<f64>().ok()?;
    Some((signed(value), sign + end))
}

/// A complex number. The text is trimmed.
pub fn parse_complex(text: &[u8]) -> Option<(f64, f64)> {
    let text = without_underscores(text)?;
    let inner = match &*text {
        [b'(', inner @ .., b')'] => trim(inner),
        plain => plain,
    };
    let is_unit = |b: &[u8]| matches!(b, [b'j' | b'J']);
    let lone_sign = |b: &[u8]| match b {
        [b'+', rest @ ..] => Some((1.0, rest.len())),
        [b'-', rest @ ..] => Some((-1.0, rest.len())),
        _ => None,
    };
    let Some((first, length)) = float_prefix(inner) else {
        // `j`, `+j`, `-j`.
        let (unit, rest) = lone_sign(inner).unwrap_or((1.0, inner.len()));
        return is_unit(&inner[inner.len() - rest..]).then_some((0.0, unit));
    };
    let rest = &inner[length..];
    if rest.is_empty() {
        return Some((first, 0.0));
    }
    if is_unit(rest) {
        return Some((0.0, first));
    }
    let (unit, after_sign) = lone_sign(rest)?;
    let (imaginary, length) = float_prefix(rest).unwrap_or((unit, rest.len() - after_sign));
    is_unit(&rest[length..]).then_some((first, imaginary))
}
