//! Number literals: where they end, and what is wrong with those that are none.

use weft_source::{Diagnostic, DiagnosticKind, Span};

use super::Lexer;
use crate::token::Kind;

/// Words that may follow a number without a space, with a warning.
const WORDS_AFTER_NUMBERS: [&str; 8] = ["and", "else", "for", "if", "in", "is", "not", "or"];

impl Lexer<'_> {
    pub(super) fn number(&mut self, start: usize) {
        let mut number = Number { text: self.text.as_bytes(), at: start };
        match number.scan() {
            Ok(kind) => {
                let end = number.at;
                self.seek(end);
                if self.check_number_end(kind, end) {
                    self.push(Kind::Number, start, end);
                }
            }
            Err((message, span)) => {
                self.lexed.error = Some(Diagnostic { kind: DiagnosticKind::SyntaxError, message, span });
            }
        }
    }

    fn check_number_end(&mut self, kind: &str, end: usize) -> bool {
        let rest = &self.text[end..];
        if !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            return true;
        }
        let message = format!("invalid {kind} literal");
        if WORDS_AFTER_NUMBERS.iter().any(|word| rest.starts_with(word)) {
            let span = Span::new(end as u32 - 1, end as u32);
            self.lexed.warnings.push(Diagnostic { kind: DiagnosticKind::SyntaxError, message, span });
            return true;
        }
        self.fail(message, end - 1);
        false
    }
}

struct Number<'a> {
    text: &'a [u8],
    at: usize,
}

/// What is wrong, and where.
type Mistake = (String, Span);

impl Number<'_> {
    fn mistake<T>(message: impl Into<String>, start: usize, end: usize) -> Result<T, Mistake> {
        Err((message.into(), Span::new(start as u32, end as u32)))
    }

    /// At the last character that fits.
    fn broken<T>(&self, kind: &str) -> Result<T, Mistake> {
        let at = self.at - 1;
        Self::mistake(format!("invalid {kind} literal"), at, at)
    }

    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    /// Moves past the literal; gives what kind it is called in messages.
    fn scan(&mut self) -> Result<&'static str, Mistake> {
        if self.peek() == b'0' {
            match self.text.get(self.at + 1).map(u8::to_ascii_lowercase) {
                Some(b'x') => return self.prefixed(16, "hexadecimal"),
                Some(b'o') => return self.prefixed(8, "octal"),
                Some(b'b') => return self.prefixed(2, "binary"),
                _ => {}
            }
        }
        let start = self.at;
        if self.peek() != b'.' {
            self.digits()?;
        }
        let whole = &self.text[start..self.at];
        let zero_first = whole.first() == Some(&b'0') && whole.iter().any(|b| (b'1'..=b'9').contains(b));
        let mut is_float = false;
        if self.peek() == b'.' {
            is_float = true;
            self.at += 1;
            if self.peek().is_ascii_digit() {
                self.digits()?;
            }
        }
        is_float |= self.exponent()?;
        if self.peek().eq_ignore_ascii_case(&b'j') {
            self.at += 1;
            return Ok("imaginary");
        }
        // `01e` is told by what follows the number.
        if zero_first && !is_float && !self.peek().eq_ignore_ascii_case(&b'e') {
            let zeros = whole.iter().take_while(|b| matches!(b, b'0' | b'_')).count();
            let message = "leading zeros in decimal integer literals are not permitted; \
                           use an 0o prefix for octal integers";
            return Self::mistake(message, start, start + zeros);
        }
        Ok("decimal")
    }

    fn prefixed(&mut self, radix: u32, kind: &'static str) -> Result<&'static str, Mistake> {
        self.at += 2;
        loop {
            if self.peek() == b'_' {
                self.at += 1;
            }
            let digits = self.at;
            while (self.peek() as char).is_digit(radix) {
                self.at += 1;
            }
            let next = self.peek();
            if next.is_ascii_digit() {
                let message = format!("invalid digit '{}' in {kind} literal", next as char);
                return Self::mistake(message, self.at, self.at);
            }
            if self.at == digits {
                return self.broken(kind);
            }
            if next != b'_' {
                return Ok(kind);
            }
        }
    }

    /// Digits with single underscores between them.
    fn digits(&mut self) -> Result<(), Mistake> {
        loop {
            while self.peek().is_ascii_digit() {
                self.at += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !self.peek().is_ascii_digit() {
                return self.broken("decimal");
            }
        }
    }

    /// An `e` that no digit follows may begin `else`.
    fn exponent(&mut self) -> Result<bool, Mistake> {
        if !self.peek().eq_ignore_ascii_case(&b'e') {
            return Ok(false);
        }
        let signed = matches!(self.text.get(self.at + 1), Some(b'+' | b'-'));
        let digit = self.at + 1 + usize::from(signed);
        if self.text.get(digit).is_some_and(u8::is_ascii_digit) {
            self.at = digit;
            self.digits()?;
            return Ok(true);
        }
        if signed {
            self.at = digit;
            return self.broken("decimal");
        }
        Ok(false)
    }
}
