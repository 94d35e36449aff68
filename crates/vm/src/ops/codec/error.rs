//! What happens to bytes or characters that a codec can't do.

use super::registry::ask_handler;
use super::{Codec, Endian};
use crate::heap::Ref;
use crate::objects::str::push_code_point;
use crate::objects::{Class, Exception, Str, bytes, int};
use crate::value::Value;
use crate::{Asks, Res, Thrown, Vm, names, types};

/// The named ways to go on after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    SurrogateEscape,
    SurrogatePass,
    XmlCharRefReplace,
    NameReplace,
    /// One that a script has registered.
    Registered(usize),
}

impl Handler {
    /// The handler of this name; asked for only when there is an error.
    pub fn find(vm: &mut Vm, name: &str) -> Res<Handler> {
        if let Some(number) = vm.codecs.handler_number(name) {
            return Ok(Handler::Registered(number));
        }
        Ok(match name {
            "strict" => Handler::Strict,
            "ignore" => Handler::Ignore,
            "replace" => Handler::Replace,
            "backslashreplace" => Handler::BackslashReplace,
            "surrogateescape" => Handler::SurrogateEscape,
            "surrogatepass" => Handler::SurrogatePass,
            "xmlcharrefreplace" => Handler::XmlCharRefReplace,
            "namereplace" => Handler::NameReplace,
            _ => return Err(vm.lookup_error(format!("unknown error handler name '{name}'"))),
        })
    }
}

/// The part of a codec's input that is at fault.
#[derive(Clone, Copy)]
pub struct Fault {
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

#[cold]
fn unicode_error(vm: &mut Vm, class: &Ref<Class>, encoding: &str, object: Value, fault: Fault) -> Thrown {
    let n = names();
    let fields = [
        (&n.encoding, Value::from(encoding)),
        (&n.object, object),
        (&n.start, int(fault.start as i64)),
        (&n.end, int(fault.end as i64)),
        (&n.reason, Value::from(fault.reason)),
    ];
    let args = fields.iter().map(|(_, value)| value.clone()).collect();
    let exception = Exception::create(class, args);
    for (name, value) in fields {
        exception.set_field(name, value);
    }
    vm.throw(exception.into_value())
}

/// UnicodeDecodeError.
pub fn decode_error(vm: &mut Vm, codec: Codec, input: &[u8], fault: Fault) -> Thrown {
    let class = types().exceptions.UnicodeDecodeError.clone();
    unicode_error(vm, &class, codec.name(), bytes(input), fault)
}

/// UnicodeEncodeError.
pub fn encode_error(vm: &mut Vm, codec: Codec, text: &Value, fault: Fault) -> Thrown {
    let class = types().exceptions.UnicodeEncodeError.clone();
    unicode_error(vm, &class, codec.name(), text.clone(), fault)
}

/// Appends to `out` what stands for undecodable bytes, and says where decoding goes on.
pub fn mend_decoding(
    machine: &mut impl Asks,
    codec: Codec,
    handler: Handler,
    input: &[u8],
    fault: Fault,
    out: &mut Vec<u8>,
) -> Res<usize> {
    let wrong = &input[fault.start..fault.end];
    let vm = machine.vm();
    match handler {
        Handler::Ignore => return Ok(fault.end),
        Handler::Replace => push_code_point(out, 0xFFFD),
        Handler::BackslashReplace => wrong.iter().for_each(|b| out.extend(format!("\\x{b:02x}").bytes())),
        Handler::SurrogateEscape => {
            let high = wrong.iter().take(4).take_while(|b| **b >= 0x80);
            let count = high.inspect(|b| push_code_point(out, 0xDC00 + u32::from(**b))).count();
            if count > 0 {
                return Ok(fault.start + count);
            }
            return Err(decode_error(vm, codec, input, fault));
        }
        Handler::SurrogatePass => match leading_surrogate(codec, &input[fault.start..]) {
            Some((code, width)) => {
                push_code_point(out, code);
                return Ok(fault.start + width);
            }
            None => return Err(decode_error(vm, codec, input, fault)),
        },
        Handler::XmlCharRefReplace | Handler::NameReplace => {
            return Err(vm.type_error("don't know how to handle UnicodeDecodeError in error callback"));
        }
        Handler::Registered(number) => {
            decode_error(vm, codec, input, fault);
            let what = "decoding error handler must return (str, int)";
            let (replacement, at) = ask_handler(machine, number, input.len(), what)?;
            match replacement.downcast::<Str>() {
                Some(text) => out.extend_from_slice(text.as_bytes()),
                None => return Err(machine.vm().type_error(format!("{what} tuple"))),
            }
            return Ok(at);
        }
        Handler::Strict => return Err(decode_error(vm, codec, input, fault)),
    }
    Ok(fault.end)
}

/// A surrogate in the codec's form at the beginning of the input, and its width.
fn leading_surrogate(codec: Codec, input: &[u8]) -> Option<(u32, usize)> {
    let (code, width) = match (codec, input) {
        (Codec::Utf8 | Codec::Utf8Sig, [0xED, b @ 0xA0..=0xBF, c @ 0x80..=0xBF, ..]) => {
            (0xD000 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F), 3)
        }
        (Codec::Utf16(Some(Endian::Little)), [a, b, ..]) => (u32::from(u16::from_le_bytes([*a, *b])), 2),
        (Codec::Utf16(Some(Endian::Big)), [a, b, ..]) => (u32::from(u16::from_be_bytes([*a, *b])), 2),
        (Codec::Utf32(Some(Endian::Little)), [a, b, c, d, ..]) => (u32::from_le_bytes([*a, *b, *c, *d]), 4),
        (Codec::Utf32(Some(Endian::Big)), [a, b, c, d, ..]) => (u32::from_be_bytes([*a, *b, *c, *d]), 4),
        _ => return None,
    };
    (0xD800..0xE000).contains(&code).then_some((code, width))
}

/// What stands for characters that can't be encoded.
pub enum Mended {
    /// Characters, which the codec is able to encode.
    Text(String),
    /// Bytes as they are.
    Bytes(Vec<u8>),
}

/// Replaces unencodable characters; gives the replacement and where to go on.
pub fn mend_encoding(
    machine: &mut impl Asks,
    codec: Codec,
    handler: Handler,
    text: &Value,
    codes: &[u32],
    fault: Fault,
) -> Res<(Mended, usize)> {
    let wrong = &codes[fault.start..fault.end];
    let vm = machine.vm();
    let spell = |spelling: fn(u32) -> String| Mended::Text(wrong.iter().map(|&code| spelling(code)).collect());
    let mended = match handler {
        Handler::Registered(number) => {
            encode_error(vm, codec, text, fault);
            let what = "encoding error handler must return (str/bytes, int)";
            let (replacement, at) = ask_handler(machine, number, codes.len(), what)?;
            return match (replacement.downcast::<Str>(), replacement.as_byte_slice()) {
                (Some(text), _) => Ok((Mended::Text(text.to_string_lossy()), at)),
                (None, Some(content)) => Ok((Mended::Bytes(content.to_vec()), at)),
                (None, None) => Err(machine.vm().type_error(format!("{what} tuple"))),
            };
        }
        Handler::Strict => return Err(encode_error(vm, codec, text, fault)),
        Handler::Ignore => Mended::Text(String::new()),
        Handler::Replace => spell(|_| "?".to_owned()),
        Handler::BackslashReplace => spell(backslashed),
        Handler::XmlCharRefReplace => spell(|code| format!("&#{code};")),
        Handler::NameReplace => spell(named),
        Handler::SurrogateEscape => {
            let escaped = wrong.iter().take_while(|code| (0xDC80..0xDD00).contains(*code));
            let escaped: Vec<u8> = escaped.map(|code| (code - 0xDC00) as u8).collect();
            let wide = matches!(codec, Codec::Utf16(_) | Codec::Utf32(_));
            if escaped.is_empty() || wide {
                return Err(encode_error(vm, codec, text, fault));
            }
            let count = escaped.len();
            return Ok((Mended::Bytes(escaped), fault.start + count));
        }
        Handler::SurrogatePass => match surrogates(codec, wrong) {
            Some(bytes) => Mended::Bytes(bytes),
            None => return Err(encode_error(vm, codec, text, fault)),
        },
    };
    Ok((mended, fault.end))
}

/// `\xe9`, `\u1234` or `\U0001f600`.
pub fn backslashed(code: u32) -> String {
    match code {
        0..=0xFF => format!("\\x{code:02x}"),
        0x100..=0xFFFF => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

fn named(code: u32) -> String {
    match char::from_u32(code).and_then(unicode_names2::name) {
        Some(name) => format!("\\N{{{name}}}"),
        None => backslashed(code),
    }
}

/// Surrogates in the codec's own form, if it has one for them.
fn surrogates(codec: Codec, codes: &[u32]) -> Option<Vec<u8>> {
    if !codes.iter().all(|code| (0xD800..0xE000).contains(code)) {
        return None;
    }
    let mut out = Vec::new();
    for &code in codes {
        match codec {
            Codec::Utf8 | Codec::Utf8Sig => push_code_point(&mut out, code),
            Codec::Utf16(endian) => super::encode::push_16(&mut out, endian, code as u16),
            Codec::Utf32(endian) => super::encode::push_32(&mut out, endian, code),
            Codec::Ascii | Codec::Latin1 | Codec::Escape { .. } => return None,
        }
    }
    Some(out)
}
