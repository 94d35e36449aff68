//! Text to tokens. Logos finds where simple tokens end; strings, numbers and layout are scanned here. The whole text
//! is scanned before it is parsed, because CPython lets an error of the tokenizer win over most others.

mod fstrings;
mod layout;
mod numbers;
mod strings;

use logos::Logos;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use weft_source::{Diagnostic, DiagnosticKind, Span};

use crate::token::{Kind, Token};
use fstrings::FString;
use layout::Indentation;

/// CPython's `MAXLEVEL`.
const MAX_BRACKETS: usize = 200;

/// What scanning gave. After an error the last tokens are `Error` and `End`.
#[derive(Default)]
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    pub(crate) error: Option<Diagnostic>,
    /// The error is told only if parsing gets there; others win over mistakes before them.
    pub(crate) error_waits: bool,
    /// The innermost bracket still open at the end of the text.
    pub(crate) unclosed: Option<Token>,
    /// The text ends within a bracket, a triple-quoted string or after a continuation.
    pub(crate) incomplete: bool,
    pub(crate) warnings: Vec<Diagnostic>,
}

/// Scans all of `text`; `start` is the token that tells the grammar what to parse.
pub(crate) fn tokenize(text: &str, start: Kind) -> Lexed {
    let mut lexer = Lexer {
        text,
        scanner: Kind::lexer(text),
        lexed: Lexed::default(),
        brackets: Vec::new(),
        fstrings: Vec::new(),
        indents: vec![Indentation::default()],
        at_line_start: true,
        comment: None,
    };
    lexer.lexed.tokens.reserve(text.len() / 4);
    lexer.push(start, 0, 0);
    while lexer.lexed.error.is_none() && lexer.step() {}
    lexer.finish()
}

struct Lexer<'a> {
    text: &'a str,
    scanner: logos::Lexer<'a, Kind>,
    lexed: Lexed,
    brackets: Vec<Token>,
    fstrings: Vec<FString>,
    indents: Vec<Indentation>,
    at_line_start: bool,
    /// Where the comment at the end of this line begins.
    comment: Option<usize>,
}

impl<'a> Lexer<'a> {
    fn position(&self) -> usize {
        self.scanner.span().end
    }

    /// Continues at another place of the text.
    fn seek(&mut self, position: usize) {
        let now = self.position();
        if position < now {
            self.scanner = Kind::lexer(self.text);
            self.scanner.bump(position);
        } else {
            self.scanner.bump(position - now);
        }
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.lexed.tokens.push(Token { kind, start: start as u32, end: end as u32 });
    }

    fn fail(&mut self, message: impl Into<String>, at: usize) {
        self.fail_as(DiagnosticKind::SyntaxError, message, at);
    }

    /// An error that counts only if parsing gets there.
    fn fail_later(&mut self, message: impl Into<String>, at: usize) {
        self.lexed.error_waits = true;
        self.fail(message, at);
    }

    fn fail_as(&mut self, kind: DiagnosticKind, message: impl Into<String>, at: usize) {
        let span = Span::new(at as u32, at as u32);
        self.lexed.error = Some(Diagnostic { kind, message: message.into(), span });
    }

    /// Where the last line ends: what the end of the text is called in errors.
    fn text_end(&self) -> usize {
        let text = self.text;
        text.strip_suffix("\r\n").or_else(|| text.strip_suffix(['\n', '\r'])).unwrap_or(text).len()
    }

    /// The line of an offset, from 1. Only for messages.
    fn line_of(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text_end())];
        let line_feeds = memchr::memchr_iter(b'\n', before).count();
        let lone_returns =
            memchr::memchr_iter(b'\r', before).filter(|&i| self.text.as_bytes().get(i + 1) != Some(&b'\n')).count();
        1 + line_feeds + lone_returns
    }

    /// Scans one token, or one run of f-string text; false at the end.
    fn step(&mut self) -> bool {
        if self.in_fstring_text() {
            self.fstring_text();
            return true;
        }
        if self.at_line_start && self.brackets.is_empty() && !self.line_start() {
            return true;
        }
        let before = self.position();
        let Some(kind) = self.scanner.next() else {
            if let Some(backslash) = self.text[before..].rfind('\\') {
                let at = before + backslash + 1;
                self.unexpected_end(at);
            }
            return false;
        };
        let span = self.scanner.span();
        match kind {
            Ok(kind) => self.token(kind, span.start, span.end),
            Err(()) => self.odd_character(span.start),
        }
        true
    }

    fn token(&mut self, kind: Kind, start: usize, end: usize) {
        match kind {
            Kind::Name => self.name(start, end),
            Kind::Number => self.number(start),
            Kind::String => self.string(start, end),
            Kind::FStringStart => self.fstring_start(start, end),
            Kind::Newline => self.newline(start, end),
            Kind::Comment => self.comment = self.brackets.is_empty().then_some(start),
            Kind::LeftParen | Kind::LeftBracket | Kind::LeftBrace => self.open_bracket(kind, start, end),
            Kind::RightParen | Kind::RightBracket | Kind::RightBrace => self.close_bracket(kind, start, end),
            Kind::Colon | Kind::ColonEqual if self.at_field_level() => self.format_spec(start),
            _ => self.push(kind, start, end),
        }
    }

    fn newline(&mut self, start: usize, end: usize) {
        if self.brackets.is_empty() {
            // The token covers the comment before it, as in CPython.
            let start = self.comment.take().unwrap_or(start);
            self.push(Kind::Newline, start, end);
            self.at_line_start = true;
        }
    }

    fn name(&mut self, start: usize, end: usize) {
        let name = &self.text[start..end];
        if !name.is_ascii() {
            for (at, c) in name.char_indices() {
                let fits = if at == 0 { unicode_ident::is_xid_start(c) } else { unicode_ident::is_xid_continue(c) };
                if !fits && c != '_' {
                    self.invalid_character(c, start + at);
                    return;
                }
            }
        }
        self.push(Kind::Name, start, end);
    }

    fn invalid_character(&mut self, c: char, at: usize) {
        let printable =
            !matches!(c.general_category_group(), GeneralCategoryGroup::Other | GeneralCategoryGroup::Separator);
        let message = if printable {
            format!("invalid character '{c}' (U+{:04X})", c as u32)
        } else {
            format!("invalid non-printable character U+{:04X}", c as u32)
        };
        self.fail(message, at);
    }

    fn odd_character(&mut self, at: usize) {
        let rest = &self.text[at..];
        match rest.chars().next() {
            Some('\\') if rest.len() == 1 => self.unexpected_end(at + 1),
            Some('\\') => self.fail_later("unexpected character after line continuation character", at + 1),
            Some(c) if c.is_ascii_control() => self.invalid_character(c, at),
            Some(c) => {
                self.push(Kind::Unknown, at, at + c.len_utf8());
                self.seek(at + c.len_utf8());
            }
            None => {}
        }
    }

    /// The text ends after a backslash; within brackets, these are to blame.
    fn unexpected_end(&mut self, at: usize) {
        self.lexed.incomplete = true;
        if self.brackets.is_empty() {
            self.fail_later("unexpected EOF while parsing", at);
        } else {
            self.seek(self.text.len());
        }
    }

    fn open_bracket(&mut self, kind: Kind, start: usize, end: usize) {
        if self.brackets.len() >= MAX_BRACKETS {
            self.fail("too many nested parentheses", start);
            return;
        }
        self.push(kind, start, end);
        self.brackets.push(Token { kind, start: start as u32, end: end as u32 });
    }

    fn close_bracket(&mut self, kind: Kind, start: usize, end: usize) {
        let closing = &self.text[start..end];
        let Some(open) = self.brackets.last().copied() else {
            self.fail(format!("unmatched '{closing}'"), start);
            return;
        };
        if !matches!(
            (open.kind, kind),
            (Kind::LeftParen, Kind::RightParen)
                | (Kind::LeftBracket, Kind::RightBracket)
                | (Kind::LeftBrace, Kind::RightBrace)
        ) {
            let message = self.mismatch(open, closing, start);
            // CPython lets other mistakes in the f-string speak first.
            self.lexed.error_waits = self.at_field_level();
            self.fail(message, start);
            return;
        }
        if kind == Kind::RightBrace {
            self.close_field();
        }
        self.brackets.pop();
        self.push(kind, start, end);
    }

    fn mismatch(&self, open: Token, closing: &str, at: usize) -> String {
        if self.at_field_level() {
            return format!("f-string: unmatched '{closing}'");
        }
        let opening = &self.text[open.start as usize..open.end as usize];
        let message = format!("closing parenthesis '{closing}' does not match opening parenthesis '{opening}'");
        let line = self.line_of(open.start as usize);
        if line == self.line_of(at) { message } else { format!("{message} on line {line}") }
    }

    /// Ends the last line and all blocks, or marks where scanning stopped.
    fn finish(mut self) -> Lexed {
        let end = self.text_end();
        if let Some(error) = &self.lexed.error {
            let span = error.span;
            self.push(Kind::Error, span.start as usize, span.end as usize);
        } else if let Some(&open) = self.brackets.last() {
            self.lexed.unclosed = Some(open);
            self.lexed.incomplete = true;
            self.push(Kind::Error, end, end);
        } else {
            self.close_lines(end);
        }
        self.push(Kind::End, end, end);
        self.lexed
    }
}
