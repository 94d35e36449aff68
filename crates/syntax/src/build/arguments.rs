//! Arguments of calls and classes, and the entries of dicts.

use std::collections::HashSet;

use weft_source::{Diagnostic, DiagnosticKind, Span};

use super::{Builder, Items};
use crate::ast::{Comprehension, Expr, ExprKind, Ident, Keyword};

/// One argument as written.
pub(crate) enum Arg {
    Positional(Expr),
    Keyword(Keyword),
    /// `f(x for x in y)`, legal alone.
    Generator(Expr, Vec<Comprehension>),
}

/// A dict entry; without a key, `**value`.
pub(crate) struct DictItem {
    pub(crate) key: Option<Expr>,
    pub(crate) value: Expr,
}

impl Builder<'_> {
    pub(crate) fn keyword(&mut self, l: u32, r: u32, arg: Option<Ident>, value: Expr) -> Arg {
        Arg::Keyword(Keyword { span: self.span(l, r), arg, value })
    }

    /// `open` is the index of the opening parenthesis: a lone generator takes the parentheses as its own.
    pub(crate) fn call(&mut self, l: u32, r: u32, func: Expr, open: u32, args: Items<Arg>) -> Expr {
        let (args, keywords) = self.arguments(args, Some((open, r)));
        self.expr(l, r, ExprKind::Call { func, args, keywords })
    }

    /// Sorts positional from keyword arguments, and rejects what stands in a wrong place. A lone generator is legal
    /// where its parentheses are given.
    pub(super) fn arguments(&mut self, args: Items<Arg>, parens: Option<(u32, u32)>) -> (Vec<Expr>, Vec<Keyword>) {
        let lone = args.items.len() == 1 && !args.comma;
        let mut positional = Vec::with_capacity(args.items.len());
        let mut keywords: Vec<Keyword> = Vec::new();
        let mut unpacked = false;
        for arg in args.items {
            match arg {
                Arg::Keyword(keyword) => {
                    unpacked |= keyword.arg.is_none();
                    keywords.push(keyword);
                }
                Arg::Positional(value) => {
                    let unpacks = matches!(*value.node, ExprKind::Starred(_));
                    if unpacked || (!keywords.is_empty() && !unpacks) {
                        self.reject(value.span);
                    }
                    positional.push(value);
                }
                Arg::Generator(elt, generators) => {
                    // CPython stops at the `for`.
                    let span = Span::new(elt.span.end, elt.span.end);
                    let node = ExprKind::GeneratorExp { elt, generators };
                    match parens {
                        Some((l, r)) if lone => positional.push(self.expr(l, r, node)),
                        _ => self.reject(span),
                    }
                }
            }
        }
        self.check_repeated(&keywords);
        (positional, keywords)
    }

    fn check_repeated(&mut self, keywords: &[Keyword]) {
        let mut seen = HashSet::new();
        for keyword in keywords {
            if let Some(arg) = &keyword.arg
                && !seen.insert(&arg.name)
                && self.compile_error.is_none()
            {
                self.compile_error = Some(Diagnostic {
                    kind: DiagnosticKind::SyntaxError,
                    message: format!("keyword argument repeated: {}", arg.name),
                    span: keyword.span,
                });
            }
        }
    }

    pub(crate) fn dict(&mut self, l: u32, r: u32, items: Vec<DictItem>) -> Expr {
        let (keys, values) = items.into_iter().map(|item| (item.key, item.value)).unzip();
        self.expr(l, r, ExprKind::Dict { keys, values })
    }

    pub(crate) fn dict_comp(&mut self, l: u32, r: u32, item: DictItem, generators: Vec<Comprehension>) -> Expr {
        match item.key {
            Some(key) => self.expr(l, r, ExprKind::DictComp { key, value: item.value, generators }),
            None => {
                self.reject(item.value.span);
                item.value
            }
        }
    }
}
