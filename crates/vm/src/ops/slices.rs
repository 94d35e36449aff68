//! Algorithms that text and bytes share: splitting, stripping, replacing, on slices of bytes. WTF-8 lets them work on
//! text as it stands, since no code point's bytes occur inside another's.

use crate::objects::str::{char_width, decode_char, is_char_start};
use crate::ops::unicode::{is_line_break, is_space};
use memchr::memmem;

/// What counts as white space: the width of a space at the beginning or end of a slice, 0 if there is none.
#[derive(Clone, Copy)]
pub struct Spaces {
    pub leading: fn(&[u8]) -> usize,
    pub trailing: fn(&[u8]) -> usize,
}

/// White space of `str`.
pub const TEXT: Spaces = Spaces { leading: leading_text_space, trailing: trailing_text_space };
/// White space of `bytes`.
pub const BYTES: Spaces = Spaces {
    leading: |text| usize::from(text.first().is_some_and(is_byte_space)),
    trailing: |text| usize::from(text.last().is_some_and(is_byte_space)),
};

fn is_byte_space(byte: &u8) -> bool {
    matches!(byte, b' ' | 0x09..=0x0D)
}

fn leading_text_space(text: &[u8]) -> usize {
    match text.first() {
        Some(&first) if first < 0x80 => usize::from(is_space(first.into())),
        Some(&first) if is_char_start(first) && is_space(decode_char(text)) => char_width(first),
        _ => 0,
    }
}

fn trailing_text_space(text: &[u8]) -> usize {
    let Some(&last) = text.last() else { return 0 };
    if last < 0x80 {
        return usize::from(is_space(last.into()));
    }
    let Some(start) = text.iter().rposition(|&b| is_char_start(b)) else { return 0 };
    let (width, available) = (char_width(text[start]), text.len() - start);
    if width == available && is_space(decode_char(&text[start..])) { width } else { 0 }
}

/// Without the spaces at the beginning.
pub fn strip_start(mut text: &[u8], spaces: Spaces) -> &[u8] {
    loop {
        match (spaces.leading)(text) {
            0 => return text,
            width => text = &text[width..],
        }
    }
}

/// Without the spaces at the end.
pub fn strip_end(mut text: &[u8], spaces: Spaces) -> &[u8] {
    loop {
        match (spaces.trailing)(text) {
            0 => return text,
            width => text = &text[..text.len() - width],
        }
    }
}

/// Words between runs of spaces; after `max` of them the rest is one piece.
pub fn split_spaces(text: &[u8], max: usize, spaces: Spaces) -> Vec<&[u8]> {
    if max == usize::MAX && text.is_ascii() {
        return split_ascii(text, |byte| (spaces.leading)(&[byte]) > 0);
    }
    let mut out = Vec::new();
    let mut rest = strip_start(text, spaces);
    while !rest.is_empty() {
        if out.len() == max {
            out.push(rest);
            break;
        }
        let end = (0..rest.len()).find(|&i| (spaces.leading)(&rest[i..]) > 0).unwrap_or(rest.len());
        out.push(&rest[..end]);
        rest = strip_start(&rest[end..], spaces);
    }
    out
}

/// All words of ASCII text. What is a space is asked once for each byte below 64, where all of them lie.
fn split_ascii(text: &[u8], is_space: impl Fn(u8) -> bool) -> Vec<&[u8]> {
    let spaces = (0..64).filter(|&byte| is_space(byte)).fold(0u64, |set, byte| set | 1 << byte);
    let space = |byte: &u8| *byte < 64 && spaces >> *byte & 1 == 1;
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.iter().position(|byte| !space(byte)) {
        let word = &rest[start..];
        let end = word.iter().position(space).unwrap_or(word.len());
        out.push(&word[..end]);
        rest = &word[end..];
    }
    out
}

/// As `split_spaces`, from the end.
pub fn rsplit_spaces(text: &[u8], max: usize, spaces: Spaces) -> Vec<&[u8]> {
    let mut out = Vec::new();
    let mut rest = strip_end(text, spaces);
    while !rest.is_empty() {
        if out.len() == max {
            out.push(rest);
            break;
        }
        let start = (1..=rest.len()).rev().find(|&i| (spaces.trailing)(&rest[..i]) > 0).unwrap_or(0);
        out.push(&rest[start..]);
        rest = strip_end(&rest[..start], spaces);
    }
    out.reverse();
    out
}

/// Pieces between separators, at most `max` of which are cut at.
pub fn split_at<'a>(text: &'a [u8], separator: &[u8], max: usize) -> Vec<&'a [u8]> {
    let mut out = Vec::new();
    let mut start = 0;
    for at in occurrences(text, separator).take(max) {
        out.push(&text[start..at]);
        start = at + separator.len();
    }
    out.push(&text[start..]);
    out
}

/// As `split_at`, from the end.
pub fn rsplit_at<'a>(text: &'a [u8], separator: &[u8], max: usize) -> Vec<&'a [u8]> {
    let mut out = Vec::new();
    let mut end = text.len();
    for at in memmem::rfind_iter(text, separator).take(max) {
        out.push(&text[at + separator.len()..end]);
        end = at;
    }
    out.push(&text[..end]);
    out.reverse();
    out
}

/// Where a non-empty needle stands, without overlaps.
pub fn occurrences<'a>(text: &'a [u8], needle: &'a [u8]) -> Box<dyn Iterator<Item = usize> + 'a> {
    match needle {
        [byte] => Box::new(memchr::memchr_iter(*byte, text)),
        [_, ..] if text.len() <= SHORT => {
            let mut from = 0;
            Box::new(std::iter::from_fn(move || {
                let at = from + find_in_short(&text[from..], needle)?;
                from = at + needle.len();
                Some(at)
            }))
        }
        _ => Box::new(memmem::find_iter(text, needle)),
    }
}

/// The first place of a needle.
pub fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [byte] => memchr::memchr(*byte, text),
        [_, ..] if text.len() <= SHORT => find_in_short(text, needle),
        _ => memmem::find(text, needle),
    }
}

/// In text up to this length, looking for the needle's first byte costs less than preparing a search.
const SHORT: usize = 256;

fn find_in_short(text: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let last = text.len().checked_sub(needle.len())?;
    memchr::memchr_iter(first, &text[..=last]).find(|&at| text[at..].starts_with(needle))
}

/// The last place of a needle.
pub fn rfind(text: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [byte] => memchr::memrchr(*byte, text),
        _ => memmem::rfind(text, needle),
    }
}

/// Where replacements go: at each occurrence of `old`, or between all units if it is empty.
pub fn places(text: &[u8], old: &[u8], max: usize, is_text: bool) -> Vec<usize> {
    if old.is_empty() {
        let between = (0..=text.len()).filter(|&i| !is_text || text.get(i).is_none_or(|&b| is_char_start(b)));
        return between.take(max).collect();
    }
    occurrences(text, old).take(max).collect()
}

/// `text` with `old`, which stands at these places, replaced by `new`.
pub fn replace_at(text: &[u8], places: &[usize], old_len: usize, new: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() - places.len() * old_len + places.len() * new.len());
    let mut start = 0;
    for &at in places {
        out.extend_from_slice(&text[start..at]);
        out.extend_from_slice(new);
        start = at + old_len;
    }
    out.extend_from_slice(&text[start..]);
    out
}

/// Lines, with their ends if asked for.
pub fn split_lines(text: &[u8], keep_ends: bool, is_text: bool) -> Vec<&[u8]> {
    let width_of_break = |at: usize| match text[at] {
        b'\r' if text.get(at + 1) == Some(&b'\n') => 2,
        b'\r' | b'\n' => 1,
        byte if !is_text || !is_char_start(byte) => 0,
        byte if byte < 0x80 => usize::from(is_line_break(byte.into())),
        byte if is_line_break(decode_char(&text[at..])) => char_width(byte),
        _ => 0,
    };
    let mut out = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let width = width_of_break(at);
        if width == 0 {
            at += 1;
            continue;
        }
        out.push(&text[start..if keep_ends { at + width } else { at }]);
        at += width;
        start = at;
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

/// Tabs replaced by spaces up to the next multiple of `tab_size` columns; None if the size overflows.
pub fn expand_tabs(text: &[u8], tab_size: usize, is_text: bool) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut column = 0usize;
    for &byte in text {
        match byte {
            b'\t' if tab_size == 0 => {}
            b'\t' => {
                let count = tab_size - column % tab_size;
                if out.len().checked_add(count)? > crate::ops::text::MAX_SIZE {
                    return None;
                }
                out.resize(out.len() + count, b' ');
                column += count;
            }
            _ => {
                out.push(byte);
                match byte {
                    b'\n' | b'\r' => column = 0,
                    _ if !is_text || is_char_start(byte) => column += 1,
                    _ => {}
                }
            }
        }
    }
    Some(out)
}

/// A number's text filled with zeros behind its sign; `missing` says how many.
pub fn zero_fill(text: &[u8], missing: usize) -> Vec<u8> {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let mut out = Vec::with_capacity(text.len() + missing);
    out.extend_from_slice(&text[..sign]);
    out.resize(sign + missing, b'0');
    out.extend_from_slice(&text[sign..]);
    out
}

/// How many fill units stand left and right of centred text.
pub fn centre(width: usize, len: usize) -> (usize, usize) {
    let missing = width - len;
    let left = missing / 2 + (missing & width & 1);
    (left, missing - left)
}
