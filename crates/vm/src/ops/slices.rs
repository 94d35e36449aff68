//! Algorithms that text and bytes share: splitting, stripping, replacing, on slices of bytes. WTF-8 lets them work on
//! text as it stands, since no code point's bytes occur inside another's.

use crate::objects::str::{char_width, decode_char, is_char_start};
use crate::ops::unicode::{is_line_break, is_space};
use memchr::memmem;
use smallvec::SmallVec;

/// Parts of a text or of bytes; few need no memory of their own.
pub type Pieces<'a> = SmallVec<[&'a [u8]; 12]>;

/// What counts as white space: the width of a space at the beginning or end of a slice, 0 if there is none.
#[derive(Clone, Copy)]
pub struct Spaces {
    /// The spaces of ASCII, one bit each.
    ascii: u64,
    pub leading: fn(&[u8]) -> usize,
    pub trailing: fn(&[u8]) -> usize,
}

/// White space of `str`.
pub const TEXT: Spaces = Spaces { ascii: 0x1_F000_3E00, leading: leading_text_space, trailing: trailing_text_space };
/// White space of `bytes`.
pub const BYTES: Spaces = Spaces {
    ascii: 0x1_0000_3E00,
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

impl Spaces {
    #[inline(always)]
    fn has(self, byte: u8) -> bool {
        byte < 64 && self.ascii >> byte & 1 == 1
    }
}

/// Without the spaces at the beginning.
pub fn strip_start(mut text: &[u8], spaces: Spaces) -> &[u8] {
    while let [first, rest @ ..] = text
        && spaces.has(*first)
    {
        text = rest;
    }
    if text.first().is_none_or(u8::is_ascii) {
        return text;
    }
    loop {
        match (spaces.leading)(text) {
            0 => return text,
            width => text = &text[width..],
        }
    }
}

/// Without the spaces at the end.
pub fn strip_end(mut text: &[u8], spaces: Spaces) -> &[u8] {
    while let [rest @ .., last] = text
        && spaces.has(*last)
    {
        text = rest;
    }
    if text.last().is_none_or(u8::is_ascii) {
        return text;
    }
    loop {
        match (spaces.trailing)(text) {
            0 => return text,
            width => text = &text[..text.len() - width],
        }
    }
}

/// Words between runs of spaces; after `max` of them the rest is one piece.
pub fn split_spaces<'a>(text: &'a [u8], max: usize, spaces: Spaces, out: &mut Pieces<'a>) {
    if max == usize::MAX && text.is_ascii() {
        return split_ascii(text, spaces, out);
    }
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
}

/// All words of ASCII text.
fn split_ascii<'a>(text: &'a [u8], spaces: Spaces, out: &mut Pieces<'a>) {
    let mut word = None;
    for (at, &byte) in text.iter().enumerate() {
        match word {
            Some(start) if spaces.has(byte) => {
                out.push(&text[start..at]);
                word = None;
            }
            None if !spaces.has(byte) => word = Some(at),
            _ => {}
        }
    }
    if let Some(start) = word {
        out.push(&text[start..]);
    }
}

/// As `split_spaces`, from the end.
pub fn rsplit_spaces<'a>(text: &'a [u8], max: usize, spaces: Spaces, out: &mut Pieces<'a>) {
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
}

/// Pieces between separators, at most `max` of which are cut at.
pub fn split_at<'a>(text: &'a [u8], separator: &[u8], max: usize, out: &mut Pieces<'a>) {
    let mut start = 0;
    for at in occurrences(text, separator).take(max) {
        out.push(&text[start..at]);
        start = at + separator.len();
    }
    out.push(&text[start..]);
}

/// As `split_at`, from the end.
pub fn rsplit_at<'a>(text: &'a [u8], separator: &[u8], max: usize, out: &mut Pieces<'a>) {
    let mut end = text.len();
    for at in memmem::rfind_iter(text, separator).take(max) {
        out.push(&text[at + separator.len()..end]);
        end = at;
    }
    out.push(&text[..end]);
    out.reverse();
}

/// The places of a needle, found one after the other.
pub enum Occurrences<'a> {
    Byte(memchr::Memchr<'a>),
    Near { text: &'a [u8], byte: u8, from: usize },
    Short { text: &'a [u8], needle: &'a [u8], from: usize },
    Long(Box<memmem::FindIter<'a, 'a>>),
}

impl Iterator for Occurrences<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        match self {
            Occurrences::Byte(places) => places.next(),
            Occurrences::Near { text, byte, from } => {
                let at = *from + text[*from..].iter().position(|found| found == byte)?;
                *from = at + 1;
                Some(at)
            }
            Occurrences::Short { text, needle, from } => {
                let at = *from + find_in_short(&text[*from..], needle)?;
                *from = at + needle.len();
                Some(at)
            }
            Occurrences::Long(places) => places.next(),
        }
    }
}

/// Where a non-empty needle stands, without overlaps.
pub fn occurrences<'a>(text: &'a [u8], needle: &'a [u8]) -> Occurrences<'a> {
    match needle {
        [byte] if text.len() <= NEAR => Occurrences::Near { text, byte: *byte, from: 0 },
        [byte] => Occurrences::Byte(memchr::memchr_iter(*byte, text)),
        [_, ..] if text.len() <= SHORT => Occurrences::Short { text, needle, from: 0 },
        _ => Occurrences::Long(Box::new(memmem::find_iter(text, needle))),
    }
}

/// The first place of a needle.
pub fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [byte] if text.len() <= NEAR => text.iter().position(|found| found == byte),
        [byte] => memchr::memchr(*byte, text),
        [_, ..] if text.len() <= SHORT => find_in_short(text, needle),
        _ => memmem::find(text, needle),
    }
}

/// In text up to this length, a plain loop finds a byte sooner than one made for long text.
const NEAR: usize = 24;

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
pub fn places(text: &[u8], old: &[u8], max: usize, is_text: bool, out: &mut SmallVec<[usize; 16]>) {
    if old.is_empty() {
        let between = (0..=text.len()).filter(|&i| !is_text || text.get(i).is_none_or(|&b| is_char_start(b)));
        out.extend(between.take(max));
        return;
    }
    for at in occurrences(text, old).take(max) {
        out.push(at);
    }
}

/// Hands the parts of `text` to `each` in turn, with `old`, which stands at these places, replaced by `new`.
pub fn replace_at(text: &[u8], places: &[usize], old_len: usize, new: &[u8], mut each: impl FnMut(&[u8])) {
    let mut start = 0;
    for &at in places {
        each(&text[start..at]);
        each(new);
        start = at + old_len;
    }
    each(&text[start..]);
}

/// Lines, with their ends if asked for.
pub fn split_lines<'a>(text: &'a [u8], keep_ends: bool, is_text: bool, out: &mut Pieces<'a>) {
    let width_of_break = |at: usize| match text[at] {
        b'\r' if text.get(at + 1) == Some(&b'\n') => 2,
        b'\r' | b'\n' => 1,
        byte if !is_text || !is_char_start(byte) => 0,
        byte if byte < 0x80 => usize::from(is_line_break(byte.into())),
        byte if is_line_break(decode_char(&text[at..])) => char_width(byte),
        _ => 0,
    };
    let (mut start, mut at) = (0, 0);
    // No printable character of ASCII ends a line.
    while let Some(next) = text[at..].iter().position(|byte| !(b' '..=b'~').contains(byte)) {
        at += next;
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
