//! Integers to text.

use super::spec::{Align, Spec, parse_spec};
use super::{check_size, float::format_number};
use crate::heap::Ref;
use crate::objects::Str;
use crate::objects::str::push_code_point;
use crate::ops::number::{Num, exact_int, parse::max_str_digits, to_f64};
use crate::value::Value;
use crate::{Res, Thrown, Vm, class_of, types};
use num_bigint::{BigInt as Big, Sign};

/// `str(n)` of an int of any class.
pub fn int_to_decimal(vm: &mut Vm, value: &Value) -> Res<String> {
    match Num::of(value) {
        Some(Num::Int(n)) => Ok(n.to_string()),
        Some(Num::Wide(n)) => Ok(format!("{}{}", if n.negative { "-" } else { "" }, n.magnitude)),
        Some(Num::Big(n)) => big_to_decimal(vm, n),
        _ => Ok(String::new()),
    }
}

/// `repr` of an int of any class.
pub fn int_repr(vm: &mut Vm, value: &Value) -> Res<Ref<Str>> {
    if let Some(n) = value.as_small_int() {
        let mut buffer = [0; 20];
        return Ok(ascii(decimal_digits(n, &mut buffer)));
    }
    let text = int_to_decimal(vm, value)?;
    Ok(ascii(text.as_bytes()))
}

/// The decimal digits of a machine integer, written from the end of the buffer.
pub fn decimal_digits(n: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut left = n.unsigned_abs();
    let mut at = buffer.len();
    // Two digits for each division.
    while left >= 100 {
        let pair = (left % 100) as u8;
        left /= 100;
        at -= 2;
        (buffer[at], buffer[at + 1]) = (b'0' + pair / 10, b'0' + pair % 10);
    }
    if left >= 10 {
        at -= 1;
        buffer[at] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    at -= 1;
    buffer[at] = b'0' + left as u8;
    if n < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    &buffer[at..]
}

fn big_to_decimal(vm: &mut Vm, n: &Big) -> Res<String> {
    let limit = max_str_digits();
    // log10(2) is a little more than 0.3: far beyond the limit, don't even try.
    if limit != 0 && n.bits() / 10 * 3 > limit as u64 {
        return Err(too_long(vm, limit));
    }
    let text = n.to_str_radix(10);
    let digits = text.len() - usize::from(n.sign() == Sign::Minus);
    if limit != 0 && digits > limit {
        return Err(too_long(vm, limit));
    }
    Ok(text)
}

#[cold]
fn too_long(vm: &mut Vm, limit: usize) -> Thrown {
    vm.value_error(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"
    ))
}

/// The magnitude in binary, octal or hexadecimal digits, in lower case, with its prefix; and whether it is negative.
pub fn radix_text(value: &Value, kind: u8) -> (bool, &'static str, String) {
    let (radix, prefix) = match kind {
        b'b' => (2, "0b"),
        b'o' => (8, "0o"),
        _ => (16, "0x"),
    };
    match Num::of(value) {
        Some(Num::Int(n)) => (n < 0, prefix, in_radix(n.unsigned_abs().into(), radix)),
        Some(Num::Wide(n)) => (n.negative, prefix, in_radix(n.magnitude, radix)),
        Some(Num::Big(n)) => (n.sign() == Sign::Minus, prefix, n.magnitude().to_str_radix(radix)),
        _ => (false, prefix, String::new()),
    }
}

fn in_radix(magnitude: u128, radix: u32) -> String {
    match radix {
        2 => format!("{magnitude:b}"),
        8 => format!("{magnitude:o}"),
        _ => format!("{magnitude:x}"),
    }
}

/// The text for the specifications that most scripts keep to: an alignment or zeros, a width below 100, `d`.
fn plain_text(n: i64, spec: &[u8]) -> Option<Ref<Str>> {
    let (left, zeros, spec) = match spec {
        [b'<', rest @ ..] => (true, false, rest),
        [b'>', rest @ ..] => (false, false, rest),
        [b'0', rest @ ..] => (false, true, rest),
        _ => (false, false, spec),
    };
    let spec = spec.strip_suffix(b"d").unwrap_or(spec);
    let width = match spec {
        [a @ b'1'..=b'9'] => usize::from(a - b'0'),
        [a @ b'1'..=b'9', b @ b'0'..=b'9'] => usize::from(a - b'0') * 10 + usize::from(b - b'0'),
        _ => return None,
    };
    let mut buffer = [0; 20];
    let digits = decimal_digits(n, &mut buffer);
    let missing = width.saturating_sub(digits.len());
    let mut text = [b' '; 128];
    let length = digits.len() + missing;
    if zeros {
        let sign = usize::from(n < 0);
        text[..sign].fill(b'-');
        text[sign..sign + missing].fill(b'0');
        text[sign + missing..length].copy_from_slice(&digits[sign..]);
    } else if left {
        text[..digits.len()].copy_from_slice(digits);
    } else {
        text[missing..length].copy_from_slice(digits);
    }
    Some(ascii(&text[..length]))
}

/// `int.__format__`.
pub fn format_int(vm: &mut Vm, value: &Value, spec: &Str) -> Res<Ref<Str>> {
    if spec.is_empty() {
        let exact = class_of(value).is(&types().int);
        return if exact { int_repr(vm, value) } else { vm.str(value) };
    }
    if let Some(text) = value.as_small_int().and_then(|n| plain_text(n, spec.as_bytes())) {
        return Ok(text);
    }
    let type_name = || class_of(value).name_str();
    let spec = parse_spec(spec, type_name, b'd', Align::Right).map_err(|m| vm.value_error(m))?;
    check_size(vm, spec.width)?;
    let content = match spec.kind_byte() {
        b'c' => format_char(vm, value, &spec)?,
        kind @ (b'b' | b'o' | b'x' | b'X' | b'd' | b'n') => format_digits(vm, value, &spec, kind)?,
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' => {
            let x = match Num::of(value) {
                Some(Num::Big(n)) => to_f64(n).ok_or_else(|| vm.overflow_error("int too large to convert to float"))?,
                Some(Num::Wide(n)) => n.to_f64(),
                Some(Num::Int(n)) => n as f64,
                _ => 0.0,
            };
            format_number(vm, x, &spec)?
        }
        _ => return Err(vm.value_error(spec.unknown_kind(&type_name()))),
    };
    Ok(Str::from_wtf8(&content))
}

fn check_int_spec(vm: &mut Vm, spec: &Spec) -> Res<()> {
    if spec.precision.is_some() {
        return Err(vm.value_error("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(vm.value_error("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    Ok(())
}

fn format_char(vm: &mut Vm, value: &Value, spec: &Spec) -> Res<Vec<u8>> {
    check_int_spec(vm, spec)?;
    if spec.sign.is_some() {
        return Err(vm.value_error("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(vm.value_error("Alternate form (#) not allowed with integer format specifier 'c'"));
    }
    let Some(code) = exact_int(value).as_i64().and_then(|n| u32::try_from(n).ok()).filter(|&c| c < 0x11_0000) else {
        return Err(vm.overflow_error("%c arg not in range(0x110000)"));
    };
    let mut content = Vec::new();
    push_code_point(&mut content, code);
    Ok(spec.pad(&content, 1))
}

fn format_digits(vm: &mut Vm, value: &Value, spec: &Spec, kind: u8) -> Res<Vec<u8>> {
    check_int_spec(vm, spec)?;
    if matches!(kind, b'd' | b'n') {
        let text = int_to_decimal(vm, value)?;
        let digits = text.trim_start_matches('-');
        return Ok(spec.lay_out(digits.len() < text.len(), "", digits, ""));
    }
    let (negative, prefix, digits) = radix_text(value, kind.to_ascii_lowercase());
    let prefix = match (spec.alternate, kind) {
        (false, _) => "",
        (true, b'X') => "0X",
        (true, _) => prefix,
    };
    let digits = if kind == b'X' { digits.to_ascii_uppercase() } else { digits };
    Ok(spec.lay_out(negative, prefix, &digits, ""))
}

fn ascii(text: &[u8]) -> Ref<Str> {
    Str::from_parts(text, text.len())
}
