//! What the grammar's actions call: builds the tree, and notes what the grammar accepts but the language does not.

mod arguments;
mod literals;
mod numbers;
mod parameters;
mod patterns;
mod statements;
mod targets;

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use weft_source::{Diagnostic, DiagnosticKind, Span};

use crate::ast::{BoolOp, CmpOp, Comprehension, Constant, Expr, ExprKind, Ident, Name, Stmt, StmtKind};
use crate::token::{Kind, Token};

pub(crate) use arguments::{Arg, DictItem};
pub(crate) use literals::{Field, Piece, PieceKind};
pub(crate) use parameters::ParamItem;
pub(crate) use patterns::{ClassArg, MapItem};

/// A list and whether a comma ends it: `(a)` is a group, `(a,)` a tuple.
pub(crate) struct Items<T> {
    pub(crate) items: Vec<T>,
    pub(crate) comma: bool,
}

impl<T> Items<T> {
    pub(crate) fn none() -> Items<T> {
        Items { items: Vec::new(), comma: false }
    }
}

/// Left-nested chains (`a.b.c`, `1 + 1 + 1`) may be this deep: as many as CPython compiles.
const MAX_LEFT_DEPTH: u32 = 9_000;
/// Right-nested ones (`not not x`, `elif`) are bounded by the stack of CPython's parser.
pub(crate) const MAX_RIGHT_DEPTH: u32 = 6_000;

/// State of one parse. Positions in its methods are token indices: `l` the first token, `r` the one after the last.
pub(crate) struct Builder<'a> {
    text: &'a str,
    tokens: &'a [Token],
    names: HashMap<&'a str, Name>,
    /// The first place where the tree breaks a rule that `diagnose` words.
    pub(crate) rejected: Option<Span>,
    /// The first error that stops CPython's parser in an action: literals and depth.
    pub(crate) error: Option<Diagnostic>,
    /// The first error CPython finds after parsing, each in the pass that finds it.
    pub(crate) scope_error: Option<Diagnostic>,
    pub(crate) compile_error: Option<Diagnostic>,
    pub(crate) warnings: Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(text: &'a str, tokens: &'a [Token]) -> Builder<'a> {
        Builder {
            text,
            tokens,
            names: HashMap::new(),
            rejected: None,
            error: None,
            scope_error: None,
            compile_error: None,
            warnings: Vec::new(),
        }
    }

    fn token(&self, index: u32) -> Token {
        self.tokens.get(index as usize).copied().unwrap_or(Token { kind: Kind::End, start: 0, end: 0 })
    }

    fn token_text(&self, index: u32) -> &'a str {
        let token = self.token(index);
        &self.text[token.start as usize..token.end as usize]
    }

    /// The text from the first token to the last that has any: layout tokens at the end do not count.
    pub(crate) fn span(&self, l: u32, r: u32) -> Span {
        let is_layout = |i: u32| matches!(self.token(i).kind, Kind::Newline | Kind::Indent | Kind::Dedent);
        let mut last = r.saturating_sub(1);
        while last > l && is_layout(last) {
            last -= 1;
        }
        Span::new(self.token(l).start, self.token(last).end)
    }

    fn reject(&mut self, span: Span) {
        self.rejected.get_or_insert(span);
    }

    fn fail(&mut self, kind: DiagnosticKind, message: impl Into<String>, span: Span) {
        if self.error.is_none() {
            self.error = Some(Diagnostic { kind, message: message.into(), span });
        }
    }

    // ---- Names ----

    fn intern(&mut self, text: &'a str) -> Name {
        if let Some(name) = self.names.get(text) {
            return name.clone();
        }
        let name: Name = if text.is_ascii() { text.into() } else { text.nfkc().collect::<String>().into() };
        self.names.insert(text, name.clone());
        name
    }

    pub(crate) fn ident(&mut self, l: u32) -> Ident {
        Ident { name: self.intern(self.token_text(l)), span: self.token(l).span() }
    }

    pub(crate) fn name_expr(&mut self, l: u32) -> Expr {
        let name = self.intern(self.token_text(l));
        Expr::new(self.token(l).span(), ExprKind::Name(name))
    }

    pub(crate) fn star_name(&mut self, l: u32) -> Ident {
        Ident { name: self.intern("*"), span: self.token(l).span() }
    }

    /// `a.b.c` as one name, without what may stand around the dots.
    pub(crate) fn dotted_name(&mut self, l: u32, r: u32) -> Ident {
        let span = self.span(l, r);
        if r == l + 1 {
            return self.ident(l);
        }
        let parts: Vec<Name> = (l..r).step_by(2).map(|i| self.intern(self.token_text(i))).collect();
        Ident { name: parts.join(".").into(), span }
    }

    // ---- Expressions ----

    pub(crate) fn expr(&mut self, l: u32, r: u32, node: ExprKind) -> Expr {
        self.expr_at(self.span(l, r), node)
    }

    /// Refuses to build a tree too deep to walk: a flat placeholder takes its place, and the error is noted.
    fn expr_at(&mut self, span: Span, node: ExprKind) -> Expr {
        let expr = Expr::new(span, node);
        if expr.depth <= MAX_RIGHT_DEPTH {
            return expr;
        }
        let left_nested = matches!(
            *expr.node,
            ExprKind::Attribute { .. } | ExprKind::Call { .. } | ExprKind::Subscript { .. } | ExprKind::BinOp { .. }
        );
        if !left_nested {
            self.too_complex(span);
        } else if expr.depth > MAX_LEFT_DEPTH {
            self.fail(DiagnosticKind::RecursionError, "maximum recursion depth exceeded during compilation", span);
        } else {
            return expr;
        }
        Expr::new(span, ExprKind::Constant(Constant::None))
    }

    fn too_complex(&mut self, span: Span) {
        let message = "Parser stack overflowed - Python source too complex to parse";
        self.fail(DiagnosticKind::MemoryError, message, span);
    }

    pub(crate) fn constant(&mut self, l: u32, r: u32, value: Constant) -> Expr {
        self.expr(l, r, ExprKind::Constant(value))
    }

    pub(crate) fn tuple_or_single(&mut self, l: u32, r: u32, mut list: Items<Expr>) -> Expr {
        if !list.comma
            && list.items.len() == 1
            && let Some(only) = list.items.pop()
        {
            return only;
        }
        self.expr(l, r, ExprKind::Tuple(list.items))
    }

    /// `(a)` keeps the span of `a`; `(a, b)` is a tuple with its parentheses.
    pub(crate) fn paren(&mut self, l: u32, r: u32, list: Items<Expr>) -> Expr {
        if !list.comma
            && let [only] = list.items.as_slice()
            && let ExprKind::Starred(_) = *only.node
        {
            self.reject(only.span);
        }
        self.tuple_or_single(l, r, list)
    }

    pub(crate) fn slices(&mut self, l: u32, r: u32, list: Items<Expr>) -> Expr {
        if let [only] = list.items.as_slice()
            && let ExprKind::Starred(_) = *only.node
        {
            return self.expr(l, r, ExprKind::Tuple(list.items));
        }
        self.tuple_or_single(l, r, list)
    }

    pub(crate) fn disjunction(&mut self, l: u32, r: u32, first: Expr, rest: Vec<Expr>) -> Expr {
        self.bool_op(l, r, BoolOp::Or, first, rest)
    }

    pub(crate) fn conjunction(&mut self, l: u32, r: u32, first: Expr, rest: Vec<Expr>) -> Expr {
        self.bool_op(l, r, BoolOp::And, first, rest)
    }

    fn bool_op(&mut self, l: u32, r: u32, op: BoolOp, first: Expr, mut values: Vec<Expr>) -> Expr {
        values.insert(0, first);
        self.expr(l, r, ExprKind::BoolOp { op, values })
    }

    pub(crate) fn comparison(&mut self, l: u32, r: u32, left: Expr, rest: Vec<(CmpOp, Expr)>) -> Expr {
        let (ops, comparators) = rest.into_iter().unzip();
        self.expr(l, r, ExprKind::Compare { left, ops, comparators })
    }

    pub(crate) fn comprehension(&mut self, is_async: bool, target: Expr, iter: Expr, ifs: Vec<Expr>) -> Comprehension {
        self.check_target(&target);
        Comprehension { is_async, target, iter, ifs }
    }

    /// A list, set or generator comprehension: its element may not be starred.
    pub(crate) fn comprehend(&mut self, l: u32, r: u32, elt: Expr, node: impl FnOnce(Expr) -> ExprKind) -> Expr {
        if let ExprKind::Starred(_) = *elt.node {
            self.reject(elt.span);
        }
        self.expr(l, r, node(elt))
    }

    pub(crate) fn stmt(&mut self, l: u32, r: u32, node: StmtKind) -> Stmt {
        Stmt { span: self.span(l, r), node }
    }
}
