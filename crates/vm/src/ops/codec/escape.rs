//! The codecs `unicode_escape` and `raw_unicode_escape`: text as literals spell it.

use super::decode::Step;
use crate::objects::str::push_code_point;

/// What stands at a position of the input.
pub fn step(input: &[u8], at: usize, raw: bool) -> Step {
    let first = input[at];
    if first != b'\\' {
        return Step::Code(first.into(), 1);
    }
    let Some(&mark) = input.get(at + 1) else {
        return if raw { Step::Code(first.into(), 1) } else { Step::fault(at, at + 1, "\\ at end of string") };
    };
    match mark {
        b'u' => hex(input, at, 4, "truncated \\uXXXX escape"),
        b'U' => match hex(input, at, 8, "truncated \\UXXXXXXXX escape") {
            Step::Code(0x11_0000.., width) if raw => Step::fault(at, at + width, "\\Uxxxxxxxx out of range"),
            Step::Code(0x11_0000.., width) => Step::fault(at, at + width, "illegal Unicode character"),
            step => step,
        },
        _ if raw => Step::Code(first.into(), 1),
        b'x' => hex(input, at, 2, "truncated \\xXX escape"),
        b'N' => named(input, at),
        b'0'..=b'7' => {
            let digits = input[at + 1..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(*b));
            let (code, count) = digits.fold((0, 0), |(code, n), d| (code * 8 + u32::from(d - b'0'), n + 1));
            Step::Code(code, count + 1)
        }
        b'\n' => Step::Nothing(2),
        _ => match simple(mark) {
            Some(code) => Step::Code(code.into(), 2),
            None => Step::Code(first.into(), 1),
        },
    }
}

fn simple(mark: u8) -> Option<u8> {
    Some(match mark {
        b'\\' | b'\'' | b'"' => mark,
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        _ => return None,
    })
}

fn hex(input: &[u8], at: usize, count: usize, truncated: &'static str) -> Step {
    let digits = input[at + 2..].iter().take(count).map_while(|&b| char::from(b).to_digit(16));
    let (code, found) = digits.fold((0u32, 0), |(code, n), d| (code << 4 | d, n + 1));
    let end = at + 2 + found;
    if found < count {
        return Step::fault(at, end, truncated);
    }
    Step::Code(code, end - at)
}

fn named(input: &[u8], at: usize) -> Step {
    let malformed = "malformed \\N character escape";
    if input.get(at + 2) != Some(&b'{') {
        return Step::fault(at, at + 2, malformed);
    }
    let length = match input[at + 3..].iter().position(|b| *b == b'}') {
        None => return Step::fault(at, input.len(), malformed),
        Some(0) => return Step::fault(at, at + 3, malformed),
        Some(length) => length,
    };
    let end = at + 4 + length;
    let name = std::str::from_utf8(&input[at + 3..end - 1]).ok();
    match name.and_then(unicode_names2::character) {
        Some(c) => Step::Code(c.into(), end - at),
        None => Step::fault(at, end, "unknown Unicode character name"),
    }
}

/// Appends a character as the codec spells it.
pub fn push(out: &mut Vec<u8>, code: u32, raw: bool) {
    match (raw, code) {
        (true, 0..=0xFF) => out.push(code as u8),
        (false, 0x20..=0x7E) if code != u32::from(b'\\') => push_code_point(out, code),
        (false, 0x5C) => out.extend_from_slice(b"\\\\"),
        (false, 0x09) => out.extend_from_slice(b"\\t"),
        (false, 0x0A) => out.extend_from_slice(b"\\n"),
        (false, 0x0D) => out.extend_from_slice(b"\\r"),
        _ => out.extend(super::backslashed(code).bytes()),
    }
}
