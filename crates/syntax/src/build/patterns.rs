//! Patterns of `match`.

use std::collections::HashSet;

use weft_source::{Diagnostic, DiagnosticKind};

use super::{Builder, Items};
use crate::ast::{BinOp, Constant, Expr, ExprKind, Ident, Pattern, PatternKind, UnaryOp};

/// One entry of a mapping pattern.
pub(crate) enum MapItem {
    Pair(Expr, Pattern),
    Rest(Ident),
}

/// One argument of a class pattern.
pub(crate) struct ClassArg {
    pub(crate) name: Option<Ident>,
    pub(crate) pattern: Pattern,
}

impl Builder<'_> {
    /// `case a, b:`; a lone pattern without comma is itself, and may not be starred.
    pub(crate) fn open_pattern(&mut self, l: u32, r: u32, list: Items<Pattern>) -> Pattern {
        self.one_or_sequence(l, r, list, r)
    }

    pub(crate) fn paren_pattern(&mut self, l: u32, r: u32, list: Items<Pattern>) -> Pattern {
        self.one_or_sequence(l, r, list, r.saturating_sub(1))
    }

    /// `end` is the token after the list, where a lone star is found to be wrong.
    fn one_or_sequence(&mut self, l: u32, r: u32, mut list: Items<Pattern>, end: u32) -> Pattern {
        if !list.comma
            && list.items.len() == 1
            && let Some(only) = list.items.pop()
        {
            if let PatternKind::Star(_) = only.node {
                self.reject(self.token(end).span());
            }
            return only;
        }
        Pattern { span: self.span(l, r), node: PatternKind::Sequence(list.items) }
    }

    pub(crate) fn star_pattern(&mut self, l: u32, r: u32, name: Ident) -> Pattern {
        Pattern { span: self.span(l, r), node: PatternKind::Star(unless_wildcard(name)) }
    }

    pub(crate) fn capture(&mut self, l: u32, name: Ident) -> Pattern {
        let node = PatternKind::As { pattern: None, name: unless_wildcard(name) };
        Pattern { span: self.span(l, l + 1), node }
    }

    pub(crate) fn as_pattern(&mut self, l: u32, r: u32, pattern: Pattern, name: Ident) -> Pattern {
        if &*name.name == "_" {
            self.reject(name.span);
        }
        let node = PatternKind::As { pattern: Some(Box::new(pattern)), name: Some(name) };
        Pattern { span: self.span(l, r), node }
    }

    pub(crate) fn or_pattern(&mut self, l: u32, r: u32, mut alternatives: Vec<Pattern>) -> Pattern {
        if alternatives.len() == 1
            && let Some(only) = alternatives.pop()
        {
            return only;
        }
        Pattern { span: self.span(l, r), node: PatternKind::Or(alternatives) }
    }

    /// Numbers and strings; an f-string is no literal.
    pub(crate) fn value_pattern(&mut self, value: Expr) -> PatternKind {
        if let ExprKind::JoinedStr(_) = *value.node {
            let message = "patterns may only match literals and attribute lookups";
            self.fail(DiagnosticKind::SyntaxError, message, value.span);
        }
        PatternKind::Value(value)
    }

    /// The same for keys, which CPython finds later.
    pub(crate) fn mapping_key(&mut self, key: Expr) -> Expr {
        if let ExprKind::JoinedStr(_) = *key.node
            && self.compile_error.is_none()
        {
            let message = "mapping pattern keys may only match literals and attribute lookups".to_owned();
            self.compile_error = Some(Diagnostic { kind: DiagnosticKind::SyntaxError, message, span: key.span });
        }
        key
    }

    /// `1 + 2j`: a real number, then an imaginary one.
    pub(crate) fn complex_pattern(&mut self, l: u32, r: u32, left: Expr, op: BinOp, right: Expr) -> Expr {
        if is_imaginary(&left) {
            self.fail(DiagnosticKind::SyntaxError, "real number required in complex literal", left.span);
        } else if !is_imaginary(&right) {
            self.fail(DiagnosticKind::SyntaxError, "imaginary number required in complex literal", right.span);
        }
        self.expr(l, r, ExprKind::BinOp { left, op, right })
    }

    pub(crate) fn mapping_pattern(&mut self, items: Vec<MapItem>) -> PatternKind {
        let mut keys = Vec::new();
        let mut patterns = Vec::new();
        let mut rest: Option<Ident> = None;
        for item in items {
            match item {
                MapItem::Pair(key, pattern) => {
                    if rest.is_some() {
                        self.reject(key.span);
                    }
                    keys.push(key);
                    patterns.push(pattern);
                }
                MapItem::Rest(name) if rest.is_some() || &*name.name == "_" => self.reject(name.span),
                MapItem::Rest(name) => rest = Some(name),
            }
        }
        PatternKind::Mapping { keys, patterns, rest }
    }

    pub(crate) fn class_pattern(&mut self, cls: Expr, args: Vec<ClassArg>) -> PatternKind {
        let mut patterns = Vec::new();
        let mut keywords: Vec<(Ident, Pattern)> = Vec::new();
        for arg in args {
            match arg.name {
                Some(name) => keywords.push((name, arg.pattern)),
                None if keywords.is_empty() => patterns.push(arg.pattern),
                None => self.reject(arg.pattern.span),
            }
        }
        self.check_repeated_attributes(&keywords);
        PatternKind::Class { cls, patterns, keywords }
    }

    fn check_repeated_attributes(&mut self, keywords: &[(Ident, Pattern)]) {
        let mut seen = HashSet::new();
        for (name, pattern) in keywords {
            if !seen.insert(&name.name) && self.compile_error.is_none() {
                self.compile_error = Some(Diagnostic {
                    kind: DiagnosticKind::SyntaxError,
                    message: format!("attribute name repeated in class pattern: {}", name.name),
                    span: pattern.span,
                });
            }
        }
    }
}

fn unless_wildcard(name: Ident) -> Option<Ident> {
    (&*name.name != "_").then_some(name)
}

fn is_imaginary(number: &Expr) -> bool {
    match &*number.node {
        ExprKind::Constant(Constant::Imaginary(_)) => true,
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => {
            matches!(*operand.node, ExprKind::Constant(Constant::Imaginary(_)))
        }
        _ => false,
    }
}
