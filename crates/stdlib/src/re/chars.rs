//! Properties of characters, as regular expressions see them.

use super::tree::{Class, Fold, Item};
use weft_vm::objects::str::decode_char;
use weft_vm::ops::unicode;

pub fn is_word(code: u32, ascii: bool) -> bool {
    if code < 0x80 || ascii {
        return code < 0x80 && (code as u8 == b'_' || (code as u8).is_ascii_alphanumeric());
    }
    unicode::is_alnum(code)
}

pub fn in_class(code: u32, class: Class, ascii: bool) -> bool {
    match class {
        Class::Word => is_word(code, ascii),
        Class::Digit if code < 0x80 || ascii => (0x30..0x3A).contains(&code),
        Class::Digit => unicode::is_decimal(code),
        Class::Space if ascii => matches!(code, 0x20 | 0x09..=0x0D),
        Class::Space => unicode::is_space(code),
    }
}

/// The lowercase letter, where it is one character.
pub fn lower(code: u32, fold: Fold) -> u32 {
    match fold {
        Fold::Exact => code,
        _ if code < 0x80 => u32::from((code as u8).to_ascii_lowercase()),
        Fold::Ascii => code,
        // The dotted capital I is the only letter whose lowercase is longer; its first character is the `i`.
        Fold::Unicode => {
            let letter = char::from_u32(code).and_then(|c| c.to_lowercase().next());
            letter.map_or(code, u32::from)
        }
    }
}

fn upper(code: u32, fold: Fold) -> u32 {
    match fold {
        Fold::Exact => code,
        _ if code < 0x80 => u32::from((code as u8).to_ascii_uppercase()),
        Fold::Ascii => code,
        Fold::Unicode => {
            let Some(c) = char::from_u32(code) else { return code };
            let mut letters = c.to_uppercase();
            match (letters.next(), letters.next()) {
                (Some(one), None) => u32::from(one),
                _ => code,
            }
        }
    }
}

/// Whether two letters are the same for IGNORECASE: small letters of one capital are (`s` and the long s).
pub fn same(a: u32, b: u32, fold: Fold) -> bool {
    if a == b {
        return true;
    }
    let (a, b) = (lower(a, fold), lower(b, fold));
    if a == b || fold != Fold::Unicode {
        return a == b;
    }
    match (char::from_u32(a), char::from_u32(b)) {
        (Some(a), Some(b)) => {
            !(a.is_ascii() && b.is_ascii()) && a.to_uppercase().eq(b.to_uppercase()) && a.is_lowercase()
        }
        _ => false,
    }
}

/// A set of characters, ready for use.
pub struct Set {
    items: Vec<Item>,
    negated: bool,
    fold: Fold,
    /// Membership of the first 256 code points.
    low: [u64; 4],
}

impl Set {
    pub fn new(items: Vec<Item>, negated: bool, fold: Fold) -> Set {
        let mut set = Set { items, negated, fold, low: [0; 4] };
        for code in 0..256 {
            if set.search(code) {
                set.low[code as usize / 64] |= 1 << (code % 64);
            }
        }
        set
    }

    pub fn contains(&self, code: u32) -> bool {
        match code {
            0..256 => self.low[code as usize / 64] >> (code % 64) & 1 != 0,
            _ => self.search(code),
        }
    }

    fn search(&self, code: u32) -> bool {
        let found = self.holds(code)
            || self.fold != Fold::Exact && {
                let small = lower(code, self.fold);
                let capital = upper(small, self.fold);
                self.holds(small) || self.holds(capital) || self.holds_relative(small, capital)
            };
        found != self.negated
    }

    /// Small letters that share their capital with another one that the set names.
    fn holds_relative(&self, small: u32, capital: u32) -> bool {
        let back = lower(capital, self.fold);
        if back != small && self.holds(back) {
            return true;
        }
        self.fold == Fold::Unicode
            && self.items.iter().any(|item| match item {
                Item::Range(low, high) if high - low < 16 => (*low..=*high).any(|c| same(c, small, self.fold)),
                _ => false,
            })
    }

    fn holds(&self, code: u32) -> bool {
        self.items.iter().any(|item| match *item {
            Item::Range(low, high) => (low..=high).contains(&code),
            Item::Class { class, negated, ascii } => in_class(code, class, ascii) != negated,
        })
    }
}

/// The text that is searched: characters of one byte each, or WTF-8.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    pub data: &'a [u8],
    /// Whether some characters take several bytes.
    pub wide: bool,
}

impl Text<'_> {
    /// The character that begins at `at` (which is not the end) and where the next begins.
    #[inline]
    pub fn after(&self, at: usize) -> (u32, usize) {
        let first = self.data[at];
        if first < 0x80 || !self.wide {
            return (u32::from(first), at + 1);
        }
        (decode_char(&self.data[at..]), at + weft_vm::objects::str::char_width(first))
    }

    /// Where the character before `at` begins; `at` is not the start.
    #[inline]
    pub fn back(&self, at: usize) -> usize {
        let mut start = at - 1;
        while self.wide && start > 0 && !weft_vm::objects::str::is_char_start(self.data[start]) {
            start -= 1;
        }
        start
    }

    pub fn before(&self, at: usize) -> u32 {
        self.after(self.back(at)).0
    }
}
