//! Text to bytes.

use super::error::{Fault, Handler, Mended, encode_error, mend_encoding};
use super::{Codec, Endian};
use crate::objects::Str;
use crate::objects::str::push_code_point;
use crate::value::Value;
use crate::{Asks, Res};

/// Encodes all of `text`, which is a `str`.
pub fn encode(vm: &mut impl Asks, codec: Codec, text: &Value, errors: &str) -> Res<Vec<u8>> {
    let Some(string) = text.downcast::<Str>() else { return Ok(Vec::new()) };
    let narrow = matches!(codec, Codec::Utf8 | Codec::Ascii | Codec::Latin1);
    if narrow && string.is_ascii() || codec == Codec::Utf8 && string.as_str().is_some() {
        return Ok(string.as_bytes().to_vec());
    }
    let mut out = Vec::with_capacity(string.as_bytes().len() * 2);
    push_mark(&mut out, codec);
    let codes: Vec<u32> = string.code_points().collect();
    let mut at = 0;
    while let Some(&code) = codes.get(at) {
        if push(&mut out, codec, code) {
            at += 1;
            continue;
        }
        let count = codes[at..].iter().take_while(|code| !can_encode(codec, **code)).count();
        // UTF-16 and UTF-32 report one character at a time.
        let wide = matches!(codec, Codec::Utf16(_) | Codec::Utf32(_));
        let end = at + if wide { 1 } else { count };
        let handler = Handler::find(vm.vm(), errors)?;
        let fault = Fault { start: at, end, reason: reason(codec) };
        let (mended, next) = mend_encoding(vm, codec, handler, text, &codes, fault)?;
        match mended {
            Mended::Bytes(bytes) => out.extend_from_slice(&bytes),
            Mended::Text(replacement) => {
                for c in replacement.chars() {
                    if !push(&mut out, codec, c.into()) {
                        return Err(encode_error(vm.vm(), codec, text, fault));
                    }
                }
            }
        }
        at = next;
    }
    Ok(out)
}

fn reason(codec: Codec) -> &'static str {
    match codec {
        Codec::Ascii => "ordinal not in range(128)",
        Codec::Latin1 => "ordinal not in range(256)",
        _ => "surrogates not allowed",
    }
}

fn can_encode(codec: Codec, code: u32) -> bool {
    match codec {
        Codec::Ascii => code < 0x80,
        Codec::Latin1 => code < 0x100,
        Codec::Escape { .. } => true,
        _ => !(0xD800..0xE000).contains(&code),
    }
}

/// Appends one character, if the codec has it.
fn push(out: &mut Vec<u8>, codec: Codec, code: u32) -> bool {
    if !can_encode(codec, code) {
        return false;
    }
    match codec {
        Codec::Ascii | Codec::Latin1 => out.push(code as u8),
        Codec::Utf8 | Codec::Utf8Sig => push_code_point(out, code),
        Codec::Escape { raw } => super::escape::push(out, code, raw),
        Codec::Utf16(endian) if code > 0xFFFF => {
            push_16(out, endian, (0xD800 + ((code - 0x10000) >> 10)) as u16);
            push_16(out, endian, (0xDC00 + (code & 0x3FF)) as u16);
        }
        Codec::Utf16(endian) => push_16(out, endian, code as u16),
        Codec::Utf32(endian) => push_32(out, endian, code),
    }
    true
}

fn push_mark(out: &mut Vec<u8>, codec: Codec) {
    match codec {
        Codec::Utf8Sig => out.extend_from_slice(b"\xEF\xBB\xBF"),
        Codec::Utf16(None) => push_16(out, None, 0xFEFF),
        Codec::Utf32(None) => push_32(out, None, 0xFEFF),
        _ => {}
    }
}

/// Appends a unit of UTF-16, little-endian if no order is given.
pub fn push_16(out: &mut Vec<u8>, endian: Option<Endian>, unit: u16) {
    out.extend(if endian == Some(Endian::Big) { unit.to_be_bytes() } else { unit.to_le_bytes() });
}

/// Appends a unit of UTF-32, little-endian if no order is given.
pub fn push_32(out: &mut Vec<u8>, endian: Option<Endian>, unit: u32) {
    out.extend(if endian == Some(Endian::Big) { unit.to_be_bytes() } else { unit.to_le_bytes() });
}
