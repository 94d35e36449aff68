//! Literals as `repr` writes them.

use weft_syntax::ast::Constant;

pub(super) fn constant(out: &mut Vec<u8>, literal: &Constant) {
    let text = match literal {
        Constant::None => "None".to_owned(),
        Constant::True => "True".to_owned(),
        Constant::False => "False".to_owned(),
        Constant::Ellipsis => "...".to_owned(),
        Constant::Int(n) => n.to_string(),
        Constant::BigInt(digits) => decimal(digits),
        Constant::Float(f) => float(*f),
        Constant::Imaginary(f) => format!("{}j", float(*f).trim_end_matches(".0")),
        Constant::Str(text) => return quoted(out, text),
        Constant::Bytes(bytes) => return quoted_bytes(out, bytes),
    };
    out.extend_from_slice(text.as_bytes());
}

/// The shortest text that reads back as the same number.
fn float(value: f64) -> String {
    if value.is_infinite() {
        // As long an exponent as makes every reader overflow.
        return "1e309".to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{value}");
        return if plain.contains('.') { plain } else { format!("{plain}.0") };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// Hexadecimal to decimal digits.
fn decimal(hexadecimal: &str) -> String {
    const CHUNK: u64 = 1_000_000_000;
    // Little-endian limbs below 10^9.
    let mut limbs: Vec<u64> = vec![0];
    for digit in hexadecimal.chars().filter_map(|c| c.to_digit(16)) {
        let mut carry = u64::from(digit);
        for limb in &mut limbs {
            let value = *limb * 16 + carry;
            *limb = value % CHUNK;
            carry = value / CHUNK;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let mut text = limbs.pop().unwrap_or(0).to_string();
    for limb in limbs.into_iter().rev() {
        text.push_str(&format!("{limb:09}"));
    }
    text
}

/// Single quotes, unless only double ones need no escape.
fn quote_for(text: &[u8]) -> u8 {
    if text.contains(&b'\'') && !text.contains(&b'"') { b'"' } else { b'\'' }
}

fn escape_ascii(out: &mut Vec<u8>, byte: u8, quote: u8) {
    match byte {
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        b'\\' => out.extend_from_slice(b"\\\\"),
        _ if byte == quote => out.extend_from_slice(&[b'\\', byte]),
        0x20..0x7f => out.push(byte),
        _ => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
    }
}

/// A string literal of WTF-8 text.
pub(super) fn quoted(out: &mut Vec<u8>, text: &[u8]) {
    let quote = quote_for(text);
    out.push(quote);
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            match u8::try_from(c) {
                Ok(byte) if c.is_ascii() => escape_ascii(out, byte, quote),
                Ok(byte @ (0x80..=0xa0 | 0xad)) => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
                _ => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        // Part of a lone surrogate, whose three bytes arrive one by one.
        out.extend_from_slice(chunk.invalid());
    }
    out.push(quote);
}

fn quoted_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    let quote = quote_for(bytes);
    out.extend_from_slice(&[b'b', quote]);
    bytes.iter().for_each(|byte| escape_ascii(out, *byte, quote));
    out.push(quote);
}
