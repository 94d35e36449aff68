//! Bytes to text.

use super::error::{Fault, Handler, mend_decoding};
use super::{Codec, Endian, escape};
use crate::heap::Ref;
use crate::objects::Str;
use crate::objects::str::push_code_point;
use crate::{Asks, Res};

/// Decodes all of `input`.
pub fn decode(vm: &mut impl Asks, codec: Codec, input: &[u8], errors: &str) -> Res<Ref<Str>> {
    match codec {
        Codec::Utf8 => utf8(vm, codec, input, errors),
        Codec::Utf8Sig => utf8(vm, codec, input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(input), errors),
        Codec::Ascii if input.is_ascii() => Ok(Str::from_parts(input, input.len())),
        Codec::Ascii => {
            let step = |at: usize| match input[at] {
                byte if byte < 0x80 => Step::Code(byte.into(), 1),
                _ => Step::fault(at, at + 1, "ordinal not in range(128)"),
            };
            stepwise(vm, codec, input, errors, 0, step)
        }
        Codec::Latin1 => Ok(latin1(input)),
        Codec::Escape { raw } => stepwise(vm, codec, input, errors, 0, |at| escape::step(input, at, raw)),
        Codec::Utf16(endian) => {
            let (endian, start) = byte_order(endian, input, &[0xFF, 0xFE]);
            stepwise(vm, Codec::Utf16(Some(endian)), input, errors, start, |at| utf16_step(input, at, endian))
        }
        Codec::Utf32(endian) => {
            let (endian, start) = byte_order(endian, input, &[0xFF, 0xFE, 0, 0]);
            stepwise(vm, Codec::Utf32(Some(endian)), input, errors, start, |at| utf32_step(input, at, endian))
        }
    }
}

fn latin1(input: &[u8]) -> Ref<Str> {
    if input.is_ascii() {
        return Str::from_parts(input, input.len());
    }
    let mut out = Vec::with_capacity(input.len() * 2);
    input.iter().for_each(|&byte| push_code_point(&mut out, byte.into()));
    Str::from_parts(&out, input.len())
}

fn utf8(vm: &mut impl Asks, codec: Codec, input: &[u8], errors: &str) -> Res<Ref<Str>> {
    if std::str::from_utf8(input).is_ok() {
        return Ok(Str::from_wtf8(input));
    }
    let handler = Handler::find(vm.vm(), errors)?;
    let mut out = Vec::with_capacity(input.len());
    let mut at = 0;
    while let Err(error) = std::str::from_utf8(&input[at..]) {
        let start = at + error.valid_up_to();
        out.extend_from_slice(&input[at..start]);
        let fault = match error.error_len() {
            None => Fault { start, end: input.len(), reason: "unexpected end of data" },
            Some(len) => {
                let starts = matches!(input[start], 0xC2..=0xF4);
                let reason = if starts { "invalid continuation byte" } else { "invalid start byte" };
                Fault { start, end: start + len, reason }
            }
        };
        at = mend_decoding(vm, codec, handler, input, fault, &mut out)?;
    }
    out.extend_from_slice(&input[at..]);
    Ok(Str::from_wtf8(&out))
}

/// What stands at a position of the input.
pub enum Step {
    /// A code point and its width in bytes.
    Code(u32, usize),
    /// So many bytes that stand for no character.
    Nothing(usize),
    Wrong(Fault),
}

impl Step {
    pub fn fault(start: usize, end: usize, reason: &'static str) -> Step {
        Step::Wrong(Fault { start, end, reason })
    }
}

fn stepwise(
    vm: &mut impl Asks,
    codec: Codec,
    input: &[u8],
    errors: &str,
    start: usize,
    step: impl Fn(usize) -> Step,
) -> Res<Ref<Str>> {
    let mut out = Vec::with_capacity(input.len());
    let mut at = start;
    while at < input.len() {
        match step(at) {
            Step::Code(code, width) => {
                push_code_point(&mut out, code);
                at += width;
            }
            Step::Nothing(width) => at += width,
            Step::Wrong(fault) => {
                let handler = Handler::find(vm.vm(), errors)?;
                at = mend_decoding(vm, codec, handler, input, fault, &mut out)?;
            }
        }
    }
    Ok(Str::from_wtf8(&out))
}

/// The byte order, from the mark that the input begins with if none is given, and where the text begins.
fn byte_order(endian: Option<Endian>, input: &[u8], little_mark: &[u8]) -> (Endian, usize) {
    if let Some(endian) = endian {
        return (endian, 0);
    }
    if input.starts_with(little_mark) {
        return (Endian::Little, little_mark.len());
    }
    let big_mark: Vec<u8> = little_mark.iter().rev().copied().collect();
    if input.starts_with(&big_mark) { (Endian::Big, little_mark.len()) } else { (Endian::Little, 0) }
}

fn unit16(input: &[u8], at: usize, endian: Endian) -> Option<u32> {
    let pair = [*input.get(at)?, *input.get(at + 1)?];
    Some(u32::from(if endian == Endian::Little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }))
}

fn utf16_step(input: &[u8], at: usize, endian: Endian) -> Step {
    let Some(unit) = unit16(input, at, endian) else {
        return Step::fault(at, input.len(), "truncated data");
    };
    match unit {
        0xD800..0xDC00 => match unit16(input, at + 2, endian) {
            Some(low @ 0xDC00..0xE000) => Step::Code(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), 4),
            Some(_) => Step::fault(at, at + 2, "illegal UTF-16 surrogate"),
            None => Step::fault(at, input.len(), "unexpected end of data"),
        },
        0xDC00..0xE000 => Step::fault(at, at + 2, "illegal encoding"),
        _ => Step::Code(unit, 2),
    }
}

fn utf32_step(input: &[u8], at: usize, endian: Endian) -> Step {
    let Some(&[a, b, c, d]) = input[at..].first_chunk::<4>() else {
        return Step::fault(at, input.len(), "truncated data");
    };
    let bytes = [a, b, c, d];
    let code = if endian == Endian::Little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
    match code {
        0xD800..0xE000 => Step::fault(at, at + 4, "code point in surrogate code point range(0xd800, 0xe000)"),
        0x11_0000.. => Step::fault(at, at + 4, "code point not in range(0x110000)"),
        _ => Step::Code(code, 4),
    }
}
