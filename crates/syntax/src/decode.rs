//! Bytes of a source file to text: byte order mark, encoding line (PEP 263), invalid bytes.

use weft_source::{Diagnostic, DiagnosticKind, Span};

/// Decodes source text as CPython decodes that of a file.
///
/// # Errors
/// An unknown encoding, bytes that it does not allow, or null bytes, in CPython's words.
pub fn decode(bytes: &[u8]) -> Result<String, Diagnostic> {
    decode_from(bytes, None)
}

/// Decodes a file; the path is named in messages that name it in CPython.
///
/// # Errors
/// As [`decode`].
pub fn decode_file(bytes: &[u8], path: &str) -> Result<String, Diagnostic> {
    decode_from(bytes, Some(path))
}

fn decode_from(bytes: &[u8], path: Option<&str>) -> Result<String, Diagnostic> {
    let (bytes, marked) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let text = match declared_encoding(bytes).as_deref().map(normalise) {
        None => utf8(bytes).map_err(|error| undeclared(bytes, error.valid_up_to(), path))?,
        Some(name) if name == "utf-8" => utf8(bytes).map_err(|error| invalid_utf8(bytes, error))?,
        Some(name) if marked => return Err(failure(format!("encoding problem: {name} with BOM"), 0)),
        Some(name) => legacy(bytes, &name).ok_or_else(|| failure(format!("encoding problem: {name}"), 0))?,
    };
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        return Err(failure("source code cannot contain null bytes", at));
    }
    Ok(text)
}

fn failure(message: impl Into<String>, at: usize) -> Diagnostic {
    let span = Span::new(at as u32, at as u32);
    Diagnostic { kind: DiagnosticKind::SyntaxError, message: message.into(), span }
}

/// What the first or second line declares; the second counts only if the first is blank or a comment.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|&b| b == b'\n').take(2) {
        let code = line.trim_ascii_start();
        let comment = code.strip_prefix(b"#");
        if let Some(name) = comment.and_then(declaration) {
            return Some(name);
        }
        if comment.is_none() && !code.is_empty() {
            return None;
        }
    }
    None
}

/// `coding`, then `:` or `=`, then the name.
fn declaration(comment: &[u8]) -> Option<String> {
    let mut rest = comment;
    while let Some(at) = memchr::memmem::find(rest, b"coding") {
        rest = &rest[at + b"coding".len()..];
        if let [b':' | b'=', name @ ..] = rest {
            let name = name.trim_ascii_start();
            let end = name.iter().position(|b| !b.is_ascii_alphanumeric() && !b"-_.".contains(b));
            let name = &name[..end.unwrap_or(name.len())];
            if !name.is_empty() {
                return Some(String::from_utf8_lossy(name).into_owned());
            }
        }
    }
    None
}

fn normalise(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    match lower.as_str() {
        "utf8" | "utf-8-sig" | "u8" | "utf" => "utf-8".to_owned(),
        _ if lower.starts_with("utf-8-") => "utf-8".to_owned(),
        "latin1" | "latin" | "l1" | "iso8859-1" | "8859" => "iso-8859-1".to_owned(),
        _ if lower.starts_with("latin-1-") || lower.starts_with("iso-8859-1-") || lower == "latin-1" => {
            "iso-8859-1".to_owned()
        }
        "us-ascii" | "646" => "ascii".to_owned(),
        _ => lower,
    }
}

fn utf8(bytes: &[u8]) -> Result<String, std::str::Utf8Error> {
    std::str::from_utf8(bytes).map(str::to_owned)
}

/// Nothing declares an encoding, and the text is not UTF-8.
fn undeclared(bytes: &[u8], at: usize, path: Option<&str>) -> Diagnostic {
    let line = 1 + memchr::memchr_iter(b'\n', &bytes[..at]).count();
    let file = path.map(|path| format!(" in file {path}")).unwrap_or_default();
    let message = format!(
        "Non-UTF-8 code starting with '\\x{:02x}'{file} on line {line}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details",
        bytes[at]
    );
    failure(message, at)
}

/// CPython decodes line by line, and counts positions so.
fn invalid_utf8(bytes: &[u8], error: std::str::Utf8Error) -> Diagnostic {
    let at = error.valid_up_to();
    let byte = bytes[at];
    let reason = match error.error_len() {
        None => "unexpected end of data",
        Some(_) if matches!(byte, 0xC2..=0xF4) => "invalid continuation byte",
        Some(_) => "invalid start byte",
    };
    let position = at - memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |n| n + 1);
    let message =
        format!("(unicode error) 'utf-8' codec can't decode byte 0x{byte:02x} in position {position}: {reason}");
    failure(message, at)
}

fn legacy(bytes: &[u8], name: &str) -> Option<String> {
    match name {
        "iso-8859-1" => Some(bytes.iter().map(|&b| b as char).collect()),
        "ascii" => bytes.is_ascii().then(|| String::from_utf8_lossy(bytes).into_owned()),
        _ => encoding_rs::Encoding::for_label(name.as_bytes())?
            .decode_without_bom_handling_and_without_replacement(bytes)
            .map(std::borrow::Cow::into_owned),
    }
}
