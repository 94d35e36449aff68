//! f-strings: text and fields alternate, and fields hold any expression, f-strings too (PEP 701).

use super::{Lexer, strings::Quotes};
use crate::token::Kind;

/// CPython's `MAXFSTRINGLEVEL` and `MAX_EXPR_NESTING`.
const MAX_FSTRINGS: usize = 150;
const MAX_FIELDS: usize = 3;

/// An f-string being scanned.
pub(super) struct FString {
    start: usize,
    pub(super) quotes: Quotes,
    raw: bool,
    /// The open fields, each inside the format spec of the one before.
    fields: Vec<Field>,
}

struct Field {
    /// How many brackets are open, the field's brace included.
    depth: usize,
    in_spec: bool,
}

/// What ends a run of text.
enum Stop {
    Quote,
    Open,
    Close,
    Line,
    Unterminated,
    SingleBrace,
}

impl Lexer<'_> {
    pub(super) fn fstring_start(&mut self, start: usize, end: usize) {
        if self.fstrings.len() + 1 >= MAX_FSTRINGS {
            self.fail("too many nested f-strings", start);
            return;
        }
        let opening = &self.text[start..end];
        self.fstrings.push(FString {
            start,
            quotes: Quotes::of(opening),
            raw: opening.contains(['r', 'R']),
            fields: Vec::new(),
        });
        self.push(Kind::FStringStart, start, end);
    }

    pub(super) fn in_fstring_text(&self) -> bool {
        self.fstrings
            .last()
            .is_some_and(|f| f.fields.last().is_none_or(|field| field.in_spec && field.depth == self.brackets.len()))
    }

    /// Directly within the braces of a field, not in further brackets.
    pub(super) fn at_field_level(&self) -> bool {
        let field = self.fstrings.last().and_then(|f| f.fields.last());
        field.is_some_and(|field| !field.in_spec && field.depth == self.brackets.len())
    }

    /// A colon at field level begins the format spec, also where `:=` stands.
    pub(super) fn format_spec(&mut self, colon: usize) {
        self.push(Kind::Colon, colon, colon + 1);
        self.seek(colon + 1);
        if let Some(field) = self.fstrings.last_mut().and_then(|f| f.fields.last_mut()) {
            field.in_spec = true;
        }
    }

    /// Called for a closing brace while its bracket is still open.
    pub(super) fn close_field(&mut self) {
        let depth = self.brackets.len();
        if let Some(f) = self.fstrings.last_mut()
            && f.fields.last().is_some_and(|field| field.depth == depth)
        {
            f.fields.pop();
        }
    }

    /// Scans text up to a field, the end of one, or the closing quotes.
    pub(super) fn fstring_text(&mut self) {
        let Some(f) = self.fstrings.last() else {
            return;
        };
        let start = self.position();
        let in_spec = !f.fields.is_empty();
        let (at, stop) = self.find_text_end(f, start, in_spec);
        let empty_spec = in_spec && self.lexed.tokens.last().is_some_and(|t| t.kind == Kind::Colon);
        if at > start || empty_spec {
            self.push(Kind::FStringMiddle, start, at);
        }
        self.seek(at);
        match stop {
            Stop::Quote => self.fstring_end(at),
            Stop::Open => self.open_field(at),
            Stop::Close => {
                self.seek(at + 1);
                self.close_bracket(Kind::RightBrace, at, at + 1);
            }
            Stop::Line => {
                // A line ends a spec within single quotes; what follows is scanned as code.
                if let Some(field) = self.fstrings.last_mut().and_then(|f| f.fields.last_mut()) {
                    field.in_spec = false;
                }
            }
            Stop::SingleBrace => self.fail("f-string: single '}' is not allowed", at),
            Stop::Unterminated => self.unterminated_fstring(at),
        }
    }

    fn find_text_end(&self, f: &FString, from: usize, in_spec: bool) -> (usize, Stop) {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            let next = bytes.get(at + 1);
            match byte {
                b'{' if in_spec || next != Some(&b'{') => return (at, Stop::Open),
                b'}' if in_spec => return (at, Stop::Close),
                b'}' if next != Some(&b'}') => return (at, Stop::SingleBrace),
                b'{' | b'}' => at += 2,
                b'\n' | b'\r' if !f.quotes.triple => {
                    return (at, if in_spec { Stop::Line } else { Stop::Unterminated });
                }
                b'\\' => at += self.escape_length(f, at),
                _ if f.quotes.closes(&bytes[at..]) => return (at, Stop::Quote),
                _ => at += 1,
            }
        }
        (bytes.len(), Stop::Unterminated)
    }

    /// How much of the text a backslash protects: never a brace, except in `\N{…}`.
    fn escape_length(&self, f: &FString, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at..];
        match rest {
            [_, b'{' | b'}', ..] => 1,
            [_, b'\r', b'\n', ..] => 3,
            [_, b'N', b'{', ..] if !f.raw => {
                let stop = rest.iter().position(|&b| b == b'}' || b == b'\n' || b == f.quotes.quote);
                stop.map_or(rest.len(), |n| if rest[n] == b'}' { n + 1 } else { n })
            }
            [_] => 1,
            _ => 2,
        }
    }

    fn open_field(&mut self, at: usize) {
        let fields = self.fstrings.last().map_or(0, |f| f.fields.len());
        if fields >= MAX_FIELDS {
            self.fail("f-string: expressions nested too deeply", at.saturating_sub(1));
            return;
        }
        self.seek(at + 1);
        self.open_bracket(Kind::LeftBrace, at, at + 1);
        let depth = self.brackets.len();
        if let Some(f) = self.fstrings.last_mut() {
            f.fields.push(Field { depth, in_spec: false });
        }
    }

    /// The quotes close the literal even within a spec; the parser then misses the brace.
    fn fstring_end(&mut self, at: usize) {
        if let Some(f) = self.fstrings.pop() {
            let end = at + f.quotes.len();
            self.push(Kind::FStringEnd, at, end);
            self.seek(end);
        }
    }

    fn unterminated_fstring(&mut self, at: usize) {
        let Some(f) = self.fstrings.last() else {
            return;
        };
        let (start, triple) = (f.start, f.quotes.triple);
        let line = self.line_of(at);
        self.lexed.incomplete |= triple;
        let kind = if triple { "triple-quoted f-string" } else { "f-string" };
        self.fail(format!("unterminated {kind} literal (detected at line {line})"), start);
    }
}
