//! Finds CPython's words for what is wrong with a program that the grammar refused.
//!
//! CPython parses such a program a second time with rules for common mistakes, in a fixed order, and the first that
//! fits speaks. This is the same by hand: a backtracking reader that builds no tree, only the `Shape` of expressions.
//! It reads from the top-level statement that holds the failure, as everything before is known to be right.

mod arguments;
mod brackets;
mod compound;
mod expressions;
mod fstrings;
mod parameters;
mod patterns;
mod shape;
mod statements;

use std::collections::HashMap;
use std::rc::Rc;

use weft_source::{Diagnostic, DiagnosticKind, Span};

use crate::token::{Kind, Token};
use shape::Shape;

/// What ends the search: a mistake with its words, or the place where scanning stopped.
enum Stop {
    Found(Box<Diagnostic>),
    EndOfTokens,
}

/// `Ok(None)` means that the rule does not fit here.
type Reading<T> = Result<Option<T>, Stop>;

/// Takes the value of a rule, or leaves the calling rule without a fit.
macro_rules! need {
    ($reading:expr) => {
        match $reading? {
            Some(value) => value,
            None => return Ok(None),
        }
    };
}
use need;

/// Nesting at which the search gives up, so that hostile text cannot use up the native stack: a little more than the
/// 200 brackets that the lexer allows, at six rules each.
const MAX_DEPTH: u32 = 1300;

/// What the second reading tells.
pub(crate) enum Outcome {
    Found(Diagnostic),
    /// The text ends, or scanning stopped, before the mistake can be told.
    EndOfTokens,
    /// No known mistake; the token where CPython stops.
    Nothing(usize),
}

/// The rules whose results are remembered, as CPython does, to stay linear.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Rule {
    Expression,
    Disjunction,
    BitOr,
    Primary,
    Atom,
    Named,
}

type Memo = Option<(Rc<Shape>, usize)>;

pub(crate) struct Diagnoser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    /// How many brackets are open after each token, from `first`.
    levels: Vec<u16>,
    first: usize,
    position: usize,
    /// The furthest token looked at: where mistakes without a place of their own are reported.
    pub(crate) furthest: usize,
    /// Off while reading what only serves to see how far an expression goes.
    mistakes: bool,
    /// Where the grammar stopped, and where CPython would have: where "invalid syntax" is reported.
    failed_at: usize,
    stopped_at: usize,
    depth: u32,
    memo: HashMap<(Rule, usize, bool), Memo>,
}

/// Looks for the mistake; `failed_at` is the token where the grammar stopped.
pub(crate) fn diagnose(text: &str, tokens: &[Token], failed_at: usize) -> (Outcome, usize) {
    let first = statement_start(tokens, failed_at);
    let mut diagnoser = Diagnoser {
        text,
        tokens,
        levels: levels(&tokens[first..]),
        first,
        position: first,
        furthest: failed_at,
        mistakes: true,
        failed_at,
        stopped_at: failed_at,
        depth: 0,
        memo: HashMap::new(),
    };
    let outcome = match diagnoser.module() {
        Ok(()) => Outcome::Nothing(diagnoser.stopped_at),
        Err(Stop::Found(found)) => Outcome::Found(*found),
        Err(Stop::EndOfTokens) => Outcome::EndOfTokens,
    };
    (outcome, diagnoser.furthest)
}

/// The first token of the outermost statement around a token.
fn statement_start(tokens: &[Token], failed_at: usize) -> usize {
    let mut start = 0;
    let mut blocks = 0;
    for (i, token) in tokens.iter().enumerate().take(failed_at + 1) {
        match token.kind {
            Kind::StartExec | Kind::StartEval => start = i + 1,
            Kind::Indent => blocks += 1,
            Kind::Dedent => {
                blocks -= 1;
                if blocks == 0 && i + 1 < failed_at && !continues(tokens, i + 1) {
                    start = i + 1;
                }
            }
            Kind::Newline if blocks == 0 && i + 1 < failed_at && begins_statement(tokens, start, i + 1) => {
                start = i + 1;
            }
            _ => {}
        }
    }
    start
}

/// Does the token after a line begin a statement? Not in a block, and not after a decorator.
fn begins_statement(tokens: &[Token], start: usize, at: usize) -> bool {
    tokens[at].kind != Kind::Indent && !continues(tokens, at) && tokens[start].kind != Kind::At
}

/// Clauses that belong to the statement before them.
fn continues(tokens: &[Token], at: usize) -> bool {
    let kind = tokens.get(at).map(|t| t.kind);
    matches!(kind, Some(Kind::Elif | Kind::Else | Kind::Except | Kind::Finally))
}

fn levels(tokens: &[Token]) -> Vec<u16> {
    let mut level = 0u16;
    let step = |token: &Token| {
        if token.kind.is_open_bracket() {
            level += 1;
        } else if token.kind.is_close_bracket() {
            level = level.saturating_sub(1);
        }
        level
    };
    tokens.iter().map(step).collect()
}

impl<'a> Diagnoser<'a> {
    // ---- Tokens ----

    fn token(&self, index: usize) -> Token {
        self.tokens.get(index).copied().unwrap_or(Token { kind: Kind::End, start: 0, end: 0 })
    }

    fn text_of(&self, index: usize) -> &'a str {
        let token = self.token(index);
        &self.text[token.start as usize..token.end as usize]
    }

    fn line_of(&self, index: usize) -> usize {
        let before = &self.text.as_bytes()[..self.token(index).start as usize];
        1 + memchr::memchr_iter(b'\n', before).count()
    }

    /// The kind at a position. Where scanning stopped, reading stops too.
    fn kind_at(&mut self, index: usize) -> Result<Kind, Stop> {
        self.furthest = self.furthest.max(index.min(self.tokens.len() - 1));
        match self.token(index).kind {
            Kind::Error => Err(Stop::EndOfTokens),
            Kind::WithParen => Ok(Kind::LeftParen),
            Kind::Match | Kind::Case | Kind::Type => Ok(Kind::Name),
            kind => Ok(kind),
        }
    }

    fn peek(&mut self) -> Result<Kind, Stop> {
        self.kind_at(self.position)
    }

    fn at(&mut self, kind: Kind) -> Result<bool, Stop> {
        Ok(self.peek()? == kind)
    }

    fn at_any(&mut self, kinds: &[Kind]) -> Result<bool, Stop> {
        let kind = self.peek()?;
        Ok(kinds.contains(&kind))
    }

    /// Passes a token of the kind and gives its index.
    fn eat(&mut self, kind: Kind) -> Reading<usize> {
        self.eat_any(&[kind])
    }

    fn eat_any(&mut self, kinds: &[Kind]) -> Reading<usize> {
        if !self.at_any(kinds)? {
            return Ok(None);
        }
        self.position += 1;
        Ok(Some(self.position - 1))
    }

    fn at_word(&mut self, word: &str) -> Result<bool, Stop> {
        Ok(self.at(Kind::Name)? && self.text_of(self.position) == word)
    }

    // ---- Reading ----

    /// Tries a rule; where it does not fit, the position is as before.
    fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> Reading<T>) -> Reading<T> {
        let start = self.position;
        let reading = rule(self)?;
        if reading.is_none() {
            self.position = start;
        }
        Ok(reading)
    }

    /// Whether a rule fits, without moving.
    fn ahead<T>(&mut self, rule: impl FnOnce(&mut Self) -> Reading<T>) -> Result<bool, Stop> {
        let start = self.position;
        let reading = rule(self)?;
        self.position = start;
        Ok(reading.is_some())
    }

    /// Reads with the rules for mistakes turned off.
    fn without_mistakes<T>(&mut self, rule: impl FnOnce(&mut Self) -> Reading<T>) -> Reading<T> {
        let before = std::mem::replace(&mut self.mistakes, false);
        let reading = rule(self);
        self.mistakes = before;
        reading
    }

    /// Remembers what a rule gives at a place.
    fn remember(&mut self, rule: Rule, read: impl FnOnce(&mut Self) -> Reading<Shape>) -> Reading<Shape> {
        // CPython remembers most rules without regard to whether mistakes were looked for.
        let apart = matches!(rule, Rule::Atom | Rule::Named);
        let key = (rule, self.position, apart && self.mistakes);
        if let Some(memo) = self.memo.get(&key) {
            return Ok(memo.clone().map(|(shape, end)| {
                self.position = end;
                Shape::clone(&shape)
            }));
        }
        if self.depth >= MAX_DEPTH {
            return Err(Stop::EndOfTokens);
        }
        self.depth += 1;
        let reading = self.attempt(read);
        self.depth -= 1;
        let reading = reading?;
        self.memo.insert(key, reading.clone().map(|shape| (Rc::new(shape), self.position)));
        Ok(reading)
    }

    // ---- Mistakes ----

    fn span(&self, l: usize, r: usize) -> Span {
        Span::new(self.token(l).start, self.token(r.saturating_sub(1).max(l)).end)
    }

    fn found<T>(&self, span: Span, message: impl Into<String>) -> Reading<T> {
        self.found_as(DiagnosticKind::SyntaxError, span, message)
    }

    fn found_as<T>(&self, kind: DiagnosticKind, span: Span, message: impl Into<String>) -> Reading<T> {
        Err(Stop::Found(Box::new(Diagnostic { kind, message: message.into(), span })))
    }

    fn found_at_token<T>(&self, index: usize, message: impl Into<String>) -> Reading<T> {
        self.found(self.token(index).span(), message)
    }

    /// From one token to the end of what was read, both included.
    fn found_range<T>(&self, l: usize, r: usize, message: impl Into<String>) -> Reading<T> {
        self.found(self.span(l, r), message)
    }

    /// From one token to just before the end of the furthest one read.
    fn found_from<T>(&self, l: usize, message: impl Into<String>) -> Reading<T> {
        let start = self.token(l).start;
        let end = self.token(self.furthest).end.saturating_sub(1).max(start);
        self.found(Span::new(start, end), message)
    }

    /// A mistake without a place of its own is reported at the furthest token read.
    fn found_here<T>(&self, message: impl Into<String>) -> Reading<T> {
        self.found_at_token(self.furthest, message)
    }

    /// The token that must come now, whatever else the statement could have been.
    fn expect(&mut self, kind: Kind, text: &str) -> Result<usize, Stop> {
        match self.eat(kind)? {
            Some(index) => Ok(index),
            None => self.found_at_token::<usize>(self.position, format!("expected '{text}'")).map(|_| self.position),
        }
    }
}
