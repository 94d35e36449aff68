//! Which part of an expression is to blame: the operator of a binary operation, the brackets of a call or subscript.

use super::tokens::{Kind, Token, scan};

/// What an expression is at its outermost level, with what is marked `^` in it as byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Binary(usize, usize),
    Subscript(usize, usize),
    Call(usize, usize),
}

impl Shape {
    /// The range that is marked `^`; the rest is marked `~`.
    pub fn range(self) -> (usize, usize) {
        match self {
            Shape::Binary(start, end) | Shape::Subscript(start, end) | Shape::Call(start, end) => (start, end),
        }
    }
}

/// The shape of the expression that `text` is; None for any other expression, and for what is none.
pub fn shape(text: &str) -> Option<Shape> {
    let tokens = scan(text)?;
    shape_of(text, &tokens, 0, tokens.len())
}

/// Whether the first statement in `lines` is no more than `return name(…)` or `name = …(…)` with the call in exactly
/// this range: then marking the call says nothing new. The range is in characters, counted from the line's beginning.
pub fn is_mere_call(text: &str, start: usize, end: usize, last_line_start: usize) -> bool {
    let Some(tokens) = scan(text) else { return false };
    if text.starts_with([' ', '\t']) {
        return false;
    }
    let Some(first) = tokens.first() else { return false };
    let returned = &text[first.start..first.end] == "return";
    let value = if returned {
        1
    } else if first.kind == Kind::Name && tokens.get(1).is_some_and(|t| &text[t.start..t.end] == "=") {
        2
    } else {
        return false;
    };
    let mut stop = value;
    while let Some(token) = tokens.get(stop) {
        if &text[token.start..token.end] == ";" {
            break;
        }
        stop = if token.kind == Kind::Open { token.close + 1 } else { stop + 1 };
    }
    let (Some(head), Some(last)) = (tokens.get(value), tokens.get(stop - 1)) else { return false };
    // What is returned must be the call of a plain name.
    if returned && (head.kind != Kind::Name || tokens.get(value + 1).is_none_or(|open| open.close + 1 != stop)) {
        return false;
    }
    let whole = head.start == start && last.end.checked_sub(last_line_start) == Some(end);
    whole && last.kind == Kind::Close && matches!(shape_of(text, &tokens, value, stop), Some(Shape::Call(..)))
}

fn bracket(text: &str, token: &Token) -> u8 {
    text.as_bytes()[token.start]
}

/// How strongly a binary operator binds; None for what is no operator of arithmetic.
fn precedence(operator: &str) -> Option<u8> {
    Some(match operator {
        "|" => 0,
        "^" => 1,
        "&" => 2,
        "<<" | ">>" => 3,
        "+" | "-" => 4,
        "*" | "/" | "//" | "%" | "@" => 5,
        "**" => 6,
        _ => return None,
    })
}

fn shape_of(text: &str, tokens: &[Token], mut from: usize, mut to: usize) -> Option<Shape> {
    // Brackets around the whole mean nothing.
    while let Some(inner) = parenthesised(text, tokens, from, to) {
        (from, to) = inner;
    }
    let unary = |token: &Token| matches!(&text[token.start..token.end], "+" | "-" | "~" | "await");
    let mut operator: Option<(u8, usize)> = None;
    let mut operand_before = false;
    let mut last_open = None;
    let mut at = from;
    while at < to {
        let token = &tokens[at];
        let piece = &text[token.start..token.end];
        match token.kind {
            Kind::Open => {
                last_open = operand_before.then_some(at);
                operand_before = true;
                at = token.close;
            }
            Kind::Close => return None,
            Kind::Name | Kind::Literal => {
                operand_before = true;
                last_open = None;
            }
            Kind::Keyword if piece == "await" => operand_before = false,
            Kind::Operator if piece == "." && operand_before => {}
            Kind::Operator if piece == "..." => operand_before = true,
            Kind::Operator if operand_before => {
                let strength = precedence(piece)?;
                // The last of the weakest, except that `**` groups to the right.
                if operator.is_none_or(|(weakest, _)| strength < weakest || strength == weakest && strength != 6) {
                    operator = Some((strength, at));
                }
                operand_before = false;
            }
            Kind::Operator if unary(token) => {}
            _ => return None,
        }
        at += 1;
    }
    if !operand_before {
        return None;
    }
    let first = tokens.get(from)?;
    match operator {
        Some((6, _)) if first.kind == Kind::Operator && unary(first) => None,
        Some((_, at)) => Some(binary(text, tokens, at, to)),
        None if unary(first) => None,
        None => {
            let open = &tokens[last_open.filter(|&open| tokens[open].close + 1 == to)?];
            let end = tokens[open.close].end;
            match bracket(text, open) {
                b'(' => Some(Shape::Call(open.start, end)),
                b'[' => Some(Shape::Subscript(open.start, end)),
                _ => None,
            }
        }
    }
}

/// The tokens inside, if the range is one pair of round brackets around a single expression.
fn parenthesised(text: &str, tokens: &[Token], from: usize, to: usize) -> Option<(usize, usize)> {
    let first = tokens.get(from)?;
    if first.kind != Kind::Open || bracket(text, first) != b'(' || first.close + 1 != to || first.close == from + 1 {
        return None;
    }
    let mut at = from + 1;
    while at < first.close {
        let token = &tokens[at];
        // A tuple or a generator expression owns its brackets.
        if matches!(&text[token.start..token.end], "," | "for" | "async") {
            return None;
        }
        at = if token.kind == Kind::Open { token.close + 1 } else { at + 1 };
    }
    Some((from + 1, first.close))
}

/// The marked part of a binary operation: two characters, if the second is no blank and not of the right operand.
fn binary(text: &str, tokens: &[Token], operator: usize, to: usize) -> Shape {
    let start = tokens[operator].start;
    let (mut from, mut stop) = (operator + 1, to);
    while let Some(inner) = parenthesised(text, tokens, from, stop) {
        (from, stop) = inner;
    }
    let right = tokens.get(from).map_or(text.len(), |t| t.start);
    let second = text[start + 1..].chars().next();
    let takes_second = start + 1 < right && second.is_some_and(|c| !c.is_whitespace() && c != '\\' && c != '#');
    let end = if takes_second { start + 1 + second.map_or(0, char::len_utf8) } else { start + 1 };
    Shape::Binary(start, end)
}
