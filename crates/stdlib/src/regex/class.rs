//! Single characters and sets of them, written for the engine.

use std::fmt::Write;

/// The flags that decide how characters match.
#[derive(Clone, Copy)]
pub struct Mode {
    pub ignore_case: bool,
    pub ascii: bool,
}

/// One member of a set.
#[derive(Clone, Copy, Debug)]
pub enum Item {
    One(char),
    Range(char, char),
    /// `\d`, `\D`, `\s`, `\S`, `\w` or `\W`, by its letter.
    Category(char),
}

/// The engine's words for a category, to stand inside brackets.
fn category(letter: char, ascii: bool) -> &'static str {
    match (letter, ascii) {
        ('d', false) => r"\p{Nd}",
        ('d', true) => "0-9",
        ('D', false) => r"[^\p{Nd}]",
        ('D', true) => "[^0-9]",
        ('s', false) => r"\s\x1C-\x1F",
        ('s', true) => r"\x09-\x0D\x20",
        ('S', false) => r"[^\s\x1C-\x1F]",
        ('S', true) => r"[^\x09-\x0D\x20]",
        ('w', false) => r"\p{L}\p{N}_",
        ('w', true) => "0-9A-Za-z_",
        (_, false) => r"[^\p{L}\p{N}_]",
        (_, true) => "[^0-9A-Za-z_]",
    }
}

fn push_char(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii() && c.is_alphabetic() {
        out.push(c);
    } else {
        // A fmt::Write of a String cannot fail.
        let _ = write!(out, "\\x{{{:X}}}", u32::from(c));
    }
}

/// The same letter in the other case, if both are ASCII.
fn other_case(c: char) -> Option<char> {
    let other = if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    (other != c).then_some(other)
}

/// The engine's words for one character.
pub fn literal(c: char, mode: Mode) -> String {
    let mut out = String::new();
    if mode.ignore_case && mode.ascii {
        return match other_case(c) {
            Some(other) => format!("[{c}{other}]"),
            None => literal(c, Mode { ignore_case: false, ..mode }),
        };
    }
    if mode.ignore_case && c.is_alphabetic() {
        out.push_str("(?i:");
        push_char(&mut out, c);
        out.push(')');
    } else {
        push_char(&mut out, c);
    }
    out
}

/// The engine's words for a set.
pub fn set(items: &[Item], negated: bool, mode: Mode) -> String {
    let mut out = String::from(if negated { "[^" } else { "[" });
    for &item in items {
        match item {
            Item::One(c) => push_range(&mut out, c, c, mode),
            Item::Range(low, high) => push_range(&mut out, low, high, mode),
            Item::Category(letter) => out.push_str(category(letter, mode.ascii)),
        }
    }
    out.push(']');
    if mode.ignore_case && !mode.ascii { format!("(?i:{out})") } else { out }
}

fn push_range(out: &mut String, low: char, high: char, mode: Mode) {
    push_char(out, low);
    if low != high {
        out.push('-');
        push_char(out, high);
    }
    if mode.ignore_case && mode.ascii {
        let letters = (low..=high).filter(char::is_ascii).take_while(char::is_ascii);
        letters.filter_map(other_case).for_each(|c| out.push(c));
    }
}
