//! Values of number literals. The lexer has verified their shape.

use num_bigint::BigUint;
use weft_source::{DiagnosticKind, Span};

use super::Builder;
use crate::ast::{Constant, Expr, ExprKind};

/// `sys.int_info.default_max_str_digits`: what decimal literals may have at most.
const MAX_DECIMAL_DIGITS: usize = 4300;

impl Builder<'_> {
    pub(crate) fn number(&mut self, l: u32) -> Expr {
        let span = self.token(l).span();
        let value = self.number_value(self.token_text(l), span);
        Expr::new(span, ExprKind::Constant(value))
    }

    fn number_value(&mut self, text: &str, span: Span) -> Constant {
        let digits: String = text.chars().filter(|&c| c != '_').map(|c| c.to_ascii_lowercase()).collect();
        let radix = match digits.get(..2) {
            Some("0x") => 16,
            Some("0o") => 8,
            Some("0b") => 2,
            _ => return self.decimal_value(&digits, span),
        };
        integer(&digits[2..], radix)
    }

    fn decimal_value(&mut self, digits: &str, span: Span) -> Constant {
        if let Some(imaginary) = digits.strip_suffix('j') {
            return Constant::Imaginary(float(imaginary));
        }
        if digits.contains(['.', 'e']) {
            return Constant::Float(float(digits));
        }
        if digits.len() > MAX_DECIMAL_DIGITS {
            let message = format!(
                "Exceeds the limit ({MAX_DECIMAL_DIGITS} digits) for integer string conversion: value has {} digits; \
                 use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer \
                 literals to avoid decimal conversion limits.",
                digits.len()
            );
            self.fail(DiagnosticKind::SyntaxError, message, span);
            return Constant::Int(0);
        }
        integer(digits, 10)
    }
}

fn integer(digits: &str, radix: u32) -> Constant {
    if let Ok(small) = i64::from_str_radix(digits, radix) {
        return Constant::Int(small);
    }
    let big = BigUint::parse_bytes(digits.as_bytes(), radix).unwrap_or_default();
    Constant::BigInt(big.to_str_radix(16).into())
}

/// The nearest float; too large a literal is infinite, as in CPython.
fn float(digits: &str) -> f64 {
    digits.parse().unwrap_or(f64::INFINITY)
}
