//! Indentation: lines to NEWLINE, INDENT and DEDENT.

use weft_source::DiagnosticKind;

use super::Lexer;
use crate::token::Kind;

/// CPython's `MAXINDENT`.
const MAX_INDENTATIONS: usize = 100;
const TAB_SIZE: u32 = 8;

/// The width of a line's indentation, with tabs of eight columns and of one: both must grow and shrink together.
#[derive(Clone, Copy, Default)]
pub(super) struct Indentation {
    column: u32,
    tabs_as_one: u32,
}

impl Lexer<'_> {
    /// Measures the indentation of a line and emits what it means. False if the line holds nothing.
    pub(super) fn line_start(&mut self) -> bool {
        let (indentation, mut at) = self.measure(self.position());
        let bytes = self.text.as_bytes();
        match bytes.get(at) {
            Some(b'#' | b'\n' | b'\r') => {
                at += memchr::memchr2(b'\n', b'\r', &bytes[at..]).unwrap_or(bytes.len() - at);
                at += match bytes.get(at..) {
                    Some([b'\r', b'\n', ..]) => 2,
                    Some([_, ..]) => 1,
                    _ => 0,
                };
                self.seek(at);
                return false;
            }
            None => {
                self.at_line_start = false;
                return true;
            }
            Some(_) => {}
        }
        self.at_line_start = false;
        self.seek(at);
        self.indent_to(indentation, at);
        self.lexed.error.is_none()
    }

    /// A line joined by a backslash to the one before counts where it began.
    fn measure(&self, from: usize) -> (Indentation, usize) {
        let bytes = self.text.as_bytes();
        let mut now = Indentation::default();
        let mut joined: Option<Indentation> = None;
        let mut at = from;
        loop {
            match bytes.get(at..).unwrap_or_default() {
                [b' ', ..] => {
                    now.column += 1;
                    now.tabs_as_one += 1;
                }
                [b'\t', ..] => {
                    now.column = (now.column / TAB_SIZE + 1) * TAB_SIZE;
                    now.tabs_as_one += 1;
                }
                [b'\x0c', ..] => now = Indentation::default(),
                [b'\\', b'\r', b'\n', ..] => {
                    joined = joined.or((now.column > 0).then_some(now));
                    at += 2;
                }
                [b'\\', b'\n' | b'\r', ..] => {
                    joined = joined.or((now.column > 0).then_some(now));
                    at += 1;
                }
                _ => return (joined.unwrap_or(now), at),
            }
            at += 1;
        }
    }

    fn indent_to(&mut self, to: Indentation, at: usize) {
        let current = self.indents.last().copied().unwrap_or_default();
        if to.column == current.column {
            if to.tabs_as_one != current.tabs_as_one {
                self.inconsistent_tabs(at);
            }
        } else if to.column > current.column {
            if self.indents.len() >= MAX_INDENTATIONS {
                self.lexed.error_waits = true;
                self.fail_as(DiagnosticKind::IndentationError, "too many levels of indentation", at);
            } else if to.tabs_as_one <= current.tabs_as_one {
                self.inconsistent_tabs(at);
            } else {
                self.indents.push(to);
                self.push(Kind::Indent, at, at);
            }
        } else {
            self.dedent_to(to, at);
        }
    }

    fn dedent_to(&mut self, to: Indentation, at: usize) {
        let open = self.indents.iter().take_while(|i| i.column <= to.column).count();
        let level = self.indents[open - 1];
        if level.column != to.column {
            let message = "unindent does not match any outer indentation level";
            let end = memchr::memchr2(b'\n', b'\r', &self.text.as_bytes()[at..]).map_or(self.text.len(), |n| at + n);
            self.lexed.error_waits = true;
            self.fail_as(DiagnosticKind::IndentationError, message, end);
        } else if level.tabs_as_one != to.tabs_as_one {
            self.inconsistent_tabs(at);
        } else {
            for _ in open..self.indents.len() {
                self.push(Kind::Dedent, at, at);
            }
            self.indents.truncate(open);
        }
    }

    fn inconsistent_tabs(&mut self, at: usize) {
        self.lexed.error_waits = true;
        let line_start = memchr::memrchr2(b'\n', b'\r', &self.text.as_bytes()[..at]).map_or(0, |n| n + 1);
        self.fail_as(DiagnosticKind::TabError, "inconsistent use of tabs and spaces in indentation", line_start);
    }

    /// The end of the text ends the last line and every block.
    pub(super) fn close_lines(&mut self, end: usize) {
        let kind = self.lexed.tokens.last().map(|t| t.kind);
        if !matches!(kind, None | Some(Kind::Newline | Kind::StartExec | Kind::StartEval | Kind::Dedent)) {
            let start = self.comment.take().unwrap_or(end);
            self.push(Kind::Newline, start, end);
        }
        for _ in 1..self.indents.len() {
            self.push(Kind::Dedent, end, end);
        }
    }
}
