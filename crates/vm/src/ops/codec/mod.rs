//! Text to bytes and back: the codecs of `str.encode` and `bytes.decode`, and their error handlers.

mod decode;
mod encode;
mod error;
mod escape;
mod registry;

pub use error::backslashed;
pub use registry::Registry;
use registry::run_codec;

use crate::heap::Ref;
use crate::objects::Str;
use crate::value::Value;
use crate::{Asks, Res, Thrown, Vm};

/// The order of the bytes in a unit of UTF-16 or UTF-32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endian {
    Little,
    Big,
}

/// A codec. UTF-16 and UTF-32 without a byte order write and understand a byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    Utf8,
    Utf8Sig,
    Ascii,
    Latin1,
    Utf16(Option<Endian>),
    Utf32(Option<Endian>),
    /// As literals spell text; raw: only what Latin-1 lacks is escaped.
    Escape {
        raw: bool,
    },
}

const NAMES: &[(&str, Codec)] = &[
    ("utf_8", Codec::Utf8),
    ("utf8", Codec::Utf8),
    ("u8", Codec::Utf8),
    ("utf", Codec::Utf8),
    ("utf8_ucs2", Codec::Utf8),
    ("utf8_ucs4", Codec::Utf8),
    ("cp65001", Codec::Utf8),
    ("utf_8_sig", Codec::Utf8Sig),
    ("ascii", Codec::Ascii),
    ("us_ascii", Codec::Ascii),
    ("us", Codec::Ascii),
    ("646", Codec::Ascii),
    ("ansi_x3.4_1968", Codec::Ascii),
    ("ansi_x3_4_1968", Codec::Ascii),
    ("iso646_us", Codec::Ascii),
    ("iso_646.irv_1991", Codec::Ascii),
    ("iso_ir_6", Codec::Ascii),
    ("cp367", Codec::Ascii),
    ("latin_1", Codec::Latin1),
    ("latin1", Codec::Latin1),
    ("latin", Codec::Latin1),
    ("l1", Codec::Latin1),
    ("8859", Codec::Latin1),
    ("iso8859", Codec::Latin1),
    ("iso8859_1", Codec::Latin1),
    ("iso_8859_1", Codec::Latin1),
    ("iso_8859_1_1987", Codec::Latin1),
    ("iso_ir_100", Codec::Latin1),
    ("cp819", Codec::Latin1),
    ("ibm819", Codec::Latin1),
    ("unicode_escape", Codec::Escape { raw: false }),
    ("unicodeescape", Codec::Escape { raw: false }),
    ("raw_unicode_escape", Codec::Escape { raw: true }),
    ("rawunicodeescape", Codec::Escape { raw: true }),
    ("utf_16", Codec::Utf16(None)),
    ("utf16", Codec::Utf16(None)),
    ("u16", Codec::Utf16(None)),
    ("utf_16_le", Codec::Utf16(Some(Endian::Little))),
    ("utf_16le", Codec::Utf16(Some(Endian::Little))),
    ("unicodelittleunmarked", Codec::Utf16(Some(Endian::Little))),
    ("utf_16_be", Codec::Utf16(Some(Endian::Big))),
    ("utf_16be", Codec::Utf16(Some(Endian::Big))),
    ("unicodebigunmarked", Codec::Utf16(Some(Endian::Big))),
    ("utf_32", Codec::Utf32(None)),
    ("utf32", Codec::Utf32(None)),
    ("u32", Codec::Utf32(None)),
    ("utf_32_le", Codec::Utf32(Some(Endian::Little))),
    ("utf_32le", Codec::Utf32(Some(Endian::Little))),
    ("utf_32_be", Codec::Utf32(Some(Endian::Big))),
    ("utf_32be", Codec::Utf32(Some(Endian::Big))),
];

/// Codecs that the language has, but not between text and bytes.
const NOT_TEXT: &[&str] =
    &["rot13", "rot_13", "hex", "hex_codec", "base64", "base64_codec", "bz2", "zlib", "quopri", "uu"];

impl Codec {
    /// The codec's name as errors show it.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Utf8 | Codec::Utf8Sig => "utf-8",
            Codec::Ascii => "ascii",
            Codec::Latin1 => "latin-1",
            Codec::Utf16(None) => "utf-16",
            Codec::Utf16(Some(Endian::Little)) => "utf-16-le",
            Codec::Utf16(Some(Endian::Big)) => "utf-16-be",
            Codec::Escape { raw: false } => "unicodeescape",
            Codec::Escape { raw: true } => "rawunicodeescape",
            Codec::Utf32(None) => "utf-32",
            Codec::Utf32(Some(Endian::Little)) => "utf-32-le",
            Codec::Utf32(Some(Endian::Big)) => "utf-32-be",
        }
    }

    /// Finds a codec by any of its names: case does not matter, and runs of other signs than letters, digits and dots
    /// count as one underscore.
    pub fn find(name: &str) -> Option<Codec> {
        if matches!(name, "utf-8" | "utf8") {
            return Some(Codec::Utf8);
        }
        let normal = normalise(name);
        NAMES.iter().find(|(known, _)| *known == normal).map(|&(_, codec)| codec)
    }
}

fn normalise(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut pending = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if pending && !out.is_empty() {
                out.push('_');
            }
            pending = false;
            out.push(c.to_ascii_lowercase());
        } else {
            pending = true;
        }
    }
    out
}

fn find_codec(vm: &mut Vm, name: &str) -> Res<Codec> {
    if name.contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    if let Some(codec) = Codec::find(name) {
        return Ok(codec);
    }
    Err(unknown_codec(vm, name))
}

#[cold]
fn unknown_codec(vm: &mut Vm, name: &str) -> Thrown {
    if NOT_TEXT.contains(&normalise(name).as_str()) {
        let message = format!("'{name}' is not a text encoding; use codecs.encode() to handle arbitrary codecs");
        return vm.lookup_error(message);
    }
    vm.lookup_error(format!("unknown encoding: {name}"))
}

impl Vm {
    /// `bytes.decode(encoding, errors)`.
    pub fn decode(&mut self, bytes: &[u8], encoding: &str, errors: &str) -> Res<Ref<Str>> {
        decoded(self, bytes, encoding, errors)
    }

    /// `str.encode(encoding, errors)`.
    pub fn encode(&mut self, text: &Value, encoding: &str, errors: &str) -> Res<Vec<u8>> {
        encoded(self, text, encoding, errors)
    }
}

/// `bytes.decode(encoding, errors)`, by a native that may have to wait for codecs and handlers of the language.
pub fn decoded(vm: &mut impl Asks, bytes: &[u8], encoding: &str, errors: &str) -> Res<Ref<Str>> {
    if bytes.is_empty() {
        // Not even the codec is looked for.
        return Ok(Str::from_parts(b"", 0));
    }
    if let Some(info) = registered_codec(vm, encoding)? {
        let result = run_codec(vm, &info, 1, &crate::objects::bytes(bytes), errors)?;
        return match result.as_ref::<Str>() {
            Some(text) => Ok(text),
            None => Err(vm.vm().wrong_codec_result(encoding, 1, &result)),
        };
    }
    let codec = find_codec(vm.vm(), encoding)?;
    decode::decode(vm, codec, bytes, errors)
}

/// `str.encode(encoding, errors)`, likewise.
pub fn encoded(vm: &mut impl Asks, text: &Value, encoding: &str, errors: &str) -> Res<Vec<u8>> {
    if let Some(info) = registered_codec(vm, encoding)? {
        let result = run_codec(vm, &info, 0, text, errors)?;
        return match result.downcast::<crate::objects::Bytes>() {
            Some(bytes) => Ok(bytes.as_bytes().to_vec()),
            None => Err(vm.vm().wrong_codec_result(encoding, 0, &result)),
        };
    }
    let codec = find_codec(vm.vm(), encoding)?;
    encode::encode(vm, codec, text, errors)
}

/// The CodecInfo that scripts have for what is no codec of the machine's.
fn registered_codec(vm: &mut impl Asks, encoding: &str) -> Res<Option<Value>> {
    if Codec::find(encoding).is_some() {
        return Ok(None);
    }
    let info = vm.once_asked(|vm| vm.ask_codec(encoding))?;
    Ok(Some(info).filter(|info| !info.is_none()))
}
