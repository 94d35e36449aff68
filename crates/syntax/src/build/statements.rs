//! Compound statements.

use super::{Builder, Items, MAX_RIGHT_DEPTH, arguments::Arg, parameters::ParamItem};
use crate::ast::{ClassDef, ExceptHandler, Expr, FunctionDef, Ident, Stmt, StmtKind, TypeParam};

impl Builder<'_> {
    /// Folds `elif` from the last to the first into `orelse`.
    pub(crate) fn if_chain(
        &mut self,
        first: (u32, Expr, Vec<Stmt>),
        mut elifs: Vec<(u32, Expr, Vec<Stmt>)>,
        orelse: Option<Vec<Stmt>>,
        r: u32,
    ) -> Stmt {
        if elifs.len() > MAX_RIGHT_DEPTH as usize {
            self.too_complex(self.span(first.0, r));
            elifs.clear();
        }
        let mut orelse = orelse.unwrap_or_default();
        for (l, test, body) in elifs.into_iter().rev() {
            orelse = vec![self.stmt(l, r, StmtKind::If { test, body, orelse })];
        }
        let (l, test, body) = first;
        self.stmt(l, r, StmtKind::If { test, body, orelse })
    }

    pub(crate) fn try_except(
        &mut self,
        body: Vec<Stmt>,
        handlers: Vec<(bool, ExceptHandler)>,
        orelse: Option<Vec<Stmt>>,
        finalbody: Option<Vec<Stmt>>,
    ) -> StmtKind {
        let is_star = handlers.first().is_some_and(|h| h.0);
        if let Some((_, odd)) = handlers.iter().find(|h| h.0 != is_star) {
            self.reject(odd.span);
        }
        StmtKind::Try {
            body,
            handlers: handlers.into_iter().map(|h| h.1).collect(),
            orelse: orelse.unwrap_or_default(),
            finalbody: finalbody.unwrap_or_default(),
            is_star,
        }
    }

    pub(crate) fn handler(
        &mut self,
        l: u32,
        r: u32,
        caught: Option<(Expr, Option<Ident>)>,
        body: Vec<Stmt>,
    ) -> ExceptHandler {
        let (typ, name) = match caught {
            Some((typ, name)) => (Some(typ), name),
            None => (None, None),
        };
        ExceptHandler { span: self.span(l, r), typ, name, body }
    }

    #[expect(clippy::too_many_arguments, reason = "one for each part of the definition")]
    pub(crate) fn function(
        &mut self,
        l: u32,
        r: u32,
        is_async: bool,
        name: Ident,
        type_params: Vec<TypeParam>,
        params: Vec<ParamItem>,
        returns: Option<Expr>,
        body: Vec<Stmt>,
    ) -> Stmt {
        self.check_type_params(&type_params);
        let args = self.parameters(self.span(l, r), params);
        let definition = FunctionDef { is_async, name, type_params, args, returns, body, decorators: Vec::new() };
        self.stmt(l, r, StmtKind::FunctionDef(Box::new(definition)))
    }

    pub(crate) fn class(
        &mut self,
        l: u32,
        r: u32,
        name: Ident,
        type_params: Vec<TypeParam>,
        args: Option<Items<Arg>>,
        body: Vec<Stmt>,
    ) -> Stmt {
        self.check_type_params(&type_params);
        let (bases, keywords) = self.arguments(args.unwrap_or_else(Items::none), None);
        let definition = ClassDef { name, type_params, bases, keywords, body, decorators: Vec::new() };
        self.stmt(l, r, StmtKind::ClassDef(Box::new(definition)))
    }

    pub(crate) fn type_alias(&mut self, name: Ident, type_params: Vec<TypeParam>, value: Expr) -> StmtKind {
        self.check_type_params(&type_params);
        StmtKind::TypeAlias { name, type_params, value }
    }

    /// The definition's span stays that of `def` or `class`, as in CPython's tree.
    pub(crate) fn decorate(&mut self, decorators: Vec<Expr>, mut definition: Stmt) -> Stmt {
        match &mut definition.node {
            StmtKind::FunctionDef(f) => f.decorators = decorators,
            StmtKind::ClassDef(c) => c.decorators = decorators,
            _ => {}
        }
        definition
    }
}
