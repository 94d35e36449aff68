//! Plain string and bytes literals: where they end.

use super::Lexer;
use crate::token::Kind;

/// The quotes that open a literal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Quotes {
    pub(super) quote: u8,
    pub(super) triple: bool,
}

impl Quotes {
    /// From the text of prefix and opening quotes.
    pub(super) fn of(opening: &str) -> Quotes {
        let quote = opening.as_bytes().last().copied().unwrap_or(b'"');
        Quotes { quote, triple: opening.bytes().filter(|&b| b == quote).count() == 3 }
    }

    pub(super) fn len(self) -> usize {
        if self.triple { 3 } else { 1 }
    }

    pub(super) fn closes(self, bytes: &[u8]) -> bool {
        bytes.len() >= self.len() && bytes[..self.len()].iter().all(|&b| b == self.quote)
    }
}

impl Lexer<'_> {
    pub(super) fn string(&mut self, start: usize, content: usize) {
        let quotes = Quotes::of(&self.text[start..content]);
        let bytes = self.text.as_bytes();
        let mut at = content;
        let mut escaped_quote = false;
        loop {
            let found = if quotes.triple {
                memchr::memchr2(quotes.quote, b'\\', &bytes[at..])
            } else {
                bytes[at..].iter().position(|&b| b == quotes.quote || matches!(b, b'\\' | b'\n' | b'\r'))
            };
            at = found.map_or(bytes.len(), |n| at + n);
            match bytes.get(at) {
                Some(b'\\') => {
                    escaped_quote |= bytes.get(at + 1) == Some(&quotes.quote);
                    at += if bytes[at..].starts_with(b"\\\r\n") { 3 } else { 2 };
                    at = at.min(bytes.len());
                }
                Some(&b) if b == quotes.quote => {
                    if quotes.closes(&bytes[at..]) {
                        self.seek(at + quotes.len());
                        self.push(Kind::String, start, at + quotes.len());
                        return;
                    }
                    at += 1;
                }
                _ => {
                    self.unterminated_string(start, at, quotes, escaped_quote);
                    return;
                }
            }
        }
    }

    fn unterminated_string(&mut self, start: usize, at: usize, quotes: Quotes, escaped_quote: bool) {
        if self.fstrings.last().is_some_and(|f| f.quotes == quotes) {
            self.fail_later("f-string: expecting '}'", start);
            return;
        }
        let line = self.line_of(at);
        let message = if quotes.triple {
            self.lexed.incomplete = true;
            format!("unterminated triple-quoted string literal (detected at line {line})")
        } else if escaped_quote {
            format!("unterminated string literal (detected at line {line}); perhaps you escaped the end quote?")
        } else {
            format!("unterminated string literal (detected at line {line})")
        };
        self.fail(message, start);
    }
}
