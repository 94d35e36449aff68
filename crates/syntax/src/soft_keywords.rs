//! Decides, by looking ahead in the line, where `match`, `case` and `type` are keywords and where `with (` opens a
//! list of items, so that the grammar needs no lookahead of its own.

use crate::token::{Kind, Token};

/// Rewrites the kinds of tokens in place. Each line is looked through at most twice.
pub(crate) fn mark(text: &str, tokens: &mut [Token]) {
    // For each open block: is it the body of a `match`?
    let mut blocks = vec![false];
    let mut match_line = false;
    for i in 0..tokens.len() {
        match tokens[i].kind {
            Kind::Indent => blocks.push(std::mem::take(&mut match_line)),
            Kind::Dedent => {
                blocks.pop();
            }
            Kind::With if opens_items(&tokens[i + 1..]) => tokens[i + 1].kind = Kind::WithParen,
            Kind::Name if i > 0 => {
                let line_start = is_line_start(tokens[i - 1].kind);
                if line_start {
                    match_line = false;
                }
                let word = &text[tokens[i].start as usize..tokens[i].end as usize];
                let in_match = blocks.last() == Some(&true);
                match word {
                    "match" if line_start && is_match(&tokens[i + 1..]) => {
                        tokens[i].kind = Kind::Match;
                        match_line = true;
                    }
                    "case" if line_start && in_match => tokens[i].kind = Kind::Case,
                    "type" if is_statement_start(tokens[i - 1].kind) && is_alias(&tokens[i + 1..]) => {
                        tokens[i].kind = Kind::Type;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

fn is_line_start(before: Kind) -> bool {
    matches!(before, Kind::Newline | Kind::Indent | Kind::Dedent | Kind::StartExec)
}

/// A colon too, for `if x: type Y = int`; elsewhere nothing legal has a name after `type`.
fn is_statement_start(before: Kind) -> bool {
    is_line_start(before) || matches!(before, Kind::Semicolon | Kind::Colon)
}

/// `match` begins a statement if something follows that can begin an expression, and the line ends with a colon.
fn is_match(rest: &[Token]) -> bool {
    let Some(end) = rest.iter().position(|t| t.kind == Kind::Newline) else {
        return false;
    };
    end >= 2 && rest[end - 1].kind == Kind::Colon && begins_expression(rest[0].kind)
}

pub(crate) fn begins_expression(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Name
            | Kind::Number
            | Kind::String
            | Kind::FStringStart
            | Kind::False
            | Kind::None
            | Kind::True
            | Kind::Await
            | Kind::Lambda
            | Kind::Not
            | Kind::LeftParen
            | Kind::LeftBracket
            | Kind::LeftBrace
            | Kind::Plus
            | Kind::Minus
            | Kind::Star
            | Kind::Tilde
            | Kind::Ellipsis
    )
}

fn is_alias(rest: &[Token]) -> bool {
    matches!(rest, [name, next, ..] if name.kind == Kind::Name && matches!(next.kind, Kind::Equal | Kind::LeftBracket))
}

/// Does a parenthesis follow that holds an `as` of its own?
fn opens_items(rest: &[Token]) -> bool {
    let mut depth = 0;
    for token in rest {
        match token.kind {
            kind if depth == 0 && kind != Kind::LeftParen => return false,
            Kind::As if depth == 1 => return true,
            kind if kind.is_open_bracket() => depth += 1,
            kind if kind.is_close_bracket() => {
                depth -= 1;
                if depth == 0 {
                    return false;
                }
            }
            _ => {}
        }
    }
    false
}
