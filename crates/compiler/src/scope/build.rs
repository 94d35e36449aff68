//! First walk: statements, definitions, and what each does to the names of its block.

use super::{CompKind, Place, Role, Scope, ScopeId, ScopeKind, Scopes, Symbol, address, uses};
use crate::{Res, syntax_error};
use rustc_hash::FxHashMap;
use weft_source::Span;
use weft_syntax::ast::{
    Alias, ClassDef, ExceptHandler, Expr, ExprKind, FunctionDef, Ident, MatchCase, Module, Name, Parameter, Parameters,
    Pattern, PatternKind, Stmt, StmtKind, TypeParam, TypeParamKind,
};

pub(super) fn build(module: &Module, future_annotations: bool) -> Res<Scopes> {
    let mut builder = Builder {
        scopes: Scopes { list: Vec::new(), by_node: FxHashMap::default() },
        current: Scopes::MODULE,
        private: None,
        future_annotations,
    };
    builder.push_scope(ScopeKind::Module, None);
    builder.body(&module.body)?;
    Ok(builder.scopes)
}

pub(super) struct Builder {
    pub(super) scopes: Scopes,
    pub(super) current: ScopeId,
    pub(super) private: Option<Name>,
    future_annotations: bool,
}

impl Builder {
    fn push_scope(&mut self, kind: ScopeKind, parent: Option<ScopeId>) -> ScopeId {
        let id = ScopeId(self.scopes.list.len() as u32);
        let nested = parent.is_some_and(|p| {
            let p = self.scopes.get(p);
            p.nested || p.kind.is_function_like()
        });
        let iterable_depth = parent.map_or(0, |p| self.scopes.get(p).iterable_depth);
        self.scopes.list.push(Scope {
            kind,
            parent,
            symbols: Default::default(),
            private: self.private.clone(),
            mangled: None,
            frees: Default::default(),
            is_async: false,
            yields: false,
            awaits: false,
            async_comprehension: false,
            needs_class_cell: false,
            needs_class_dict: false,
            nested,
            iterable_depth,
            in_comp_target: false,
            directives: Vec::new(),
        });
        id
    }

    pub(super) fn enter<T>(&mut self, node: &T, role: Role, kind: ScopeKind) -> ScopeId {
        let id = self.push_scope(kind, Some(self.current));
        self.scopes.by_node.insert((address(node), role), id);
        self.current = id;
        id
    }

    pub(super) fn leave(&mut self) {
        if let Some(parent) = self.scope().parent {
            self.current = parent;
        }
    }

    pub(super) fn scope(&self) -> &Scope {
        self.scopes.get(self.current)
    }

    pub(super) fn scope_mut(&mut self) -> &mut Scope {
        self.scopes.get_mut(self.current)
    }

    /// Records a use of a name in the current block.
    pub(super) fn add(&mut self, name: &Name, bits: u16, span: Span) -> Res {
        self.add_in(self.current, name, bits, span)
    }

    pub(super) fn add_in(&mut self, scope: ScopeId, name: &Name, mut bits: u16, span: Span) -> Res {
        let name = self.scopes.mangle(scope, name);
        let scope = self.scopes.get_mut(scope);
        let symbol = scope.symbols.entry(name.clone()).or_insert(Symbol { uses: 0, place: Place::default() });
        if bits & uses::PARAM != 0 && symbol.has(uses::PARAM) {
            return Err(syntax_error(span, format!("duplicate argument '{name}' in function definition")));
        }
        if bits & uses::TYPE_PARAM != 0 && symbol.has(uses::TYPE_PARAM) {
            return Err(syntax_error(span, format!("duplicate type parameter '{name}'")));
        }
        if scope.in_comp_target && bits & uses::LOCAL != 0 {
            if symbol.has(uses::GLOBAL | uses::NONLOCAL) {
                let message = format!("comprehension inner loop cannot rebind assignment expression target '{name}'");
                return Err(syntax_error(span, message));
            }
            bits |= uses::COMP_TARGET;
        }
        symbol.uses |= bits;
        Ok(())
    }

    pub(super) fn body(&mut self, body: &[Stmt]) -> Res {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Res {
        match &stmt.node {
            StmtKind::FunctionDef(def) => self.function_def(def, stmt.span),
            StmtKind::ClassDef(def) => self.class_def(def, stmt.span),
            StmtKind::TypeAlias { name, type_params, value } => self.type_alias(stmt, name, type_params, value),
            StmtKind::Return(value) => self.optional(value.as_ref()),
            StmtKind::Delete(targets) => targets.iter().try_for_each(|t| self.delete_target(t)),
            StmtKind::Assign { targets, value } => {
                targets.iter().try_for_each(|t| self.target(t))?;
                self.expr(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.target(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.annotated(target, annotation, value.as_ref(), *simple, stmt.span)
            }
            StmtKind::For { target, iter, body, orelse, is_async } => {
                self.scope_mut().awaits |= is_async;
                self.target(target)?;
                self.expr(iter)?;
                self.body(body)?;
                self.body(orelse)
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test)?;
                self.body(body)?;
                self.body(orelse)
            }
            StmtKind::If { .. } => self.if_chain(stmt),
            StmtKind::With { is_async, items, body } => {
                self.scope_mut().awaits |= is_async;
                for item in items {
                    self.expr(&item.context)?;
                    item.target.as_ref().map_or(Ok(()), |t| self.target(t))?;
                }
                self.body(body)
            }
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::Raise { exc, cause } => {
                self.optional(exc.as_ref())?;
                self.optional(cause.as_ref())
            }
            StmtKind::Try { body, handlers, orelse, finalbody, .. } => self.try_stmt(body, handlers, orelse, finalbody),
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.optional(msg.as_ref())
            }
            StmtKind::Import(names) => self.import(names, stmt.span),
            StmtKind::ImportFrom { names, .. } => self.import_from(names),
            StmtKind::Global(names) => self.directive(names, uses::GLOBAL, "global", stmt.span),
            StmtKind::Nonlocal(names) => self.directive(names, uses::NONLOCAL, "nonlocal", stmt.span),
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    fn match_stmt(&mut self, subject: &Expr, cases: &[MatchCase]) -> Res {
        self.expr(subject)?;
        for case in cases {
            self.pattern(&case.pattern)?;
            self.optional(case.guard.as_ref())?;
            self.body(&case.body)?;
        }
        Ok(())
    }

    fn try_stmt(&mut self, body: &[Stmt], handlers: &[ExceptHandler], orelse: &[Stmt], finalbody: &[Stmt]) -> Res {
        self.body(body)?;
        for handler in handlers {
            self.optional(handler.typ.as_ref())?;
            if let Some(name) = &handler.name {
                self.add(&name.name, uses::LOCAL | uses::DELETED, handler.span)?;
            }
            self.body(&handler.body)?;
        }
        self.body(orelse)?;
        self.body(finalbody)
    }

    fn import(&mut self, names: &[Alias], span: Span) -> Res {
        for alias in names {
            let bound = match &alias.asname {
                Some(asname) => asname.name.clone(),
                None => alias.name.name.split('.').next().unwrap_or_default().into(),
            };
            self.add(&bound, uses::IMPORTED, span)?;
        }
        Ok(())
    }

    /// A loop, because `elif` chains may be thousands long.
    fn if_chain(&mut self, mut stmt: &Stmt) -> Res {
        while let StmtKind::If { test, body, orelse } = &stmt.node {
            self.expr(test)?;
            self.body(body)?;
            match orelse.as_slice() {
                [next] if matches!(next.node, StmtKind::If { .. }) => stmt = next,
                _ => return self.body(orelse),
            }
        }
        Ok(())
    }

    fn import_from(&mut self, names: &[Alias]) -> Res {
        for alias in names {
            if &*alias.name.name == "*" {
                if self.scope().kind != ScopeKind::Module {
                    return Err(syntax_error(alias.name.span, "import * only allowed at module level"));
                }
                continue;
            }
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            self.add(&bound.name, uses::IMPORTED, bound.span)?;
        }
        Ok(())
    }

    fn annotated(&mut self, target: &Expr, annotation: &Expr, value: Option<&Expr>, simple: bool, span: Span) -> Res {
        if let ExprKind::Name(name) = &*target.node {
            let symbol = self.scopes.symbol(self.current, &self.scope().mangle(name));
            if simple && symbol.has(uses::GLOBAL | uses::NONLOCAL) && self.current != Scopes::MODULE {
                let what = if symbol.has(uses::GLOBAL) { "global" } else { "nonlocal" };
                return Err(syntax_error(span, format!("annotated name '{name}' can't be {what}")));
            }
            if simple {
                self.add(name, uses::ANNOTATED | uses::LOCAL, target.span)?;
            } else if value.is_some() {
                self.add(name, uses::LOCAL, target.span)?;
            }
        } else {
            self.target(target)?;
        }
        self.annotation(annotation)?;
        self.optional(value)
    }

    pub(super) fn annotation(&mut self, annotation: &Expr) -> Res {
        if !self.future_annotations {
            return self.expr(annotation);
        }
        self.enter(annotation, Role::Default, ScopeKind::Annotation);
        self.expr(annotation)?;
        self.leave();
        Ok(())
    }

    fn directive(&mut self, names: &[Ident], bit: u16, word: &str, span: Span) -> Res {
        for ident in names {
            let name = self.scope().mangle(&ident.name);
            let symbol = self.scopes.symbol(self.current, &name);
            if symbol.has(uses::PARAM | uses::LOCAL | uses::READ | uses::ANNOTATED) {
                let message = if symbol.has(uses::PARAM) {
                    format!("name '{name}' is parameter and {word}")
                } else if symbol.has(uses::READ) {
                    format!("name '{name}' is used prior to {word} declaration")
                } else if symbol.has(uses::ANNOTATED) {
                    format!("annotated name '{name}' can't be {word}")
                } else {
                    format!("name '{name}' is assigned to before {word} declaration")
                };
                return Err(syntax_error(span, message));
            }
            self.add(&ident.name, bit, span)?;
            self.scope_mut().directives.push((name, span));
        }
        Ok(())
    }

    fn function_def(&mut self, def: &FunctionDef, span: Span) -> Res {
        self.add(&def.name.name, uses::LOCAL, span)?;
        self.defaults(&def.args)?;
        def.decorators.iter().try_for_each(|d| self.expr(d))?;
        let generic = !def.type_params.is_empty();
        if generic {
            self.enter(def, Role::TypeParams, ScopeKind::TypeParams);
            let (positional, keyword) = has_defaults(&def.args);
            for (present, name) in [(positional, ".defaults"), (keyword, ".kwdefaults")] {
                if present {
                    self.add(&name.into(), uses::PARAM, span)?;
                }
            }
            self.type_params(&def.type_params)?;
        }
        self.parameter_annotations(&def.args)?;
        def.returns.as_ref().map_or(Ok(()), |r| self.annotation(r))?;
        self.enter(def, Role::Body, ScopeKind::Function);
        self.scope_mut().is_async = def.is_async;
        self.parameters(&def.args)?;
        self.body(&def.body)?;
        self.leave();
        if generic {
            self.leave();
        }
        Ok(())
    }

    fn class_def(&mut self, def: &ClassDef, span: Span) -> Res {
        self.add(&def.name.name, uses::LOCAL, span)?;
        def.decorators.iter().try_for_each(|d| self.expr(d))?;
        let outer = self.private.clone();
        let generic = !def.type_params.is_empty();
        if generic {
            self.private = Some(def.name.name.clone());
            self.enter(def, Role::TypeParams, ScopeKind::TypeParams);
            self.scope_mut().mangled = Some(Default::default());
            self.add(&".type_params".into(), uses::LOCAL, span)?;
            self.add(&".generic_base".into(), uses::LOCAL, span)?;
            self.type_params(&def.type_params)?;
        }
        def.bases.iter().try_for_each(|b| self.expr(b))?;
        def.keywords.iter().try_for_each(|k| self.expr(&k.value))?;
        self.private = Some(def.name.name.clone());
        self.enter(def, Role::Body, ScopeKind::Class);
        if generic {
            self.add(&".type_params".into(), uses::READ, span)?;
        }
        self.body(&def.body)?;
        self.leave();
        if generic {
            self.leave();
        }
        self.private = outer;
        Ok(())
    }

    fn type_alias(&mut self, stmt: &Stmt, name: &Ident, type_params: &[TypeParam], value: &Expr) -> Res {
        self.add(&name.name, uses::LOCAL, name.span)?;
        let generic = !type_params.is_empty();
        if generic {
            self.enter(stmt, Role::TypeParams, ScopeKind::TypeParams);
            self.type_params(type_params)?;
        }
        self.enter(stmt, Role::Body, ScopeKind::TypeAlias);
        self.expr(value)?;
        self.leave();
        if generic {
            self.leave();
        }
        Ok(())
    }

    fn type_params(&mut self, params: &[TypeParam]) -> Res {
        for param in params {
            let name = param.name.name.clone();
            if let Some(mangled) = &mut self.scope_mut().mangled {
                mangled.insert(name.clone());
            }
            self.add(&name, uses::TYPE_PARAM | uses::LOCAL, param.span)?;
            if let TypeParamKind::TypeVar { bound: Some(bound) } = &param.kind {
                self.enter(param, Role::Bound, ScopeKind::TypeVarBound);
                self.expr(bound)?;
                self.leave();
            }
            if let Some(default) = &param.default {
                self.enter(param, Role::Default, ScopeKind::TypeVarDefault);
                self.expr(default)?;
                self.leave();
            }
        }
        Ok(())
    }

    pub(super) fn defaults(&mut self, args: &Parameters) -> Res {
        let positional = args.posonly.iter().chain(&args.args);
        positional.chain(&args.kwonly).try_for_each(|p| self.optional(p.default.as_ref()))
    }

    fn parameter_annotations(&mut self, args: &Parameters) -> Res {
        for parameter in annotated_parameters(args) {
            parameter.annotation.as_ref().map_or(Ok(()), |a| self.annotation(a))?;
        }
        Ok(())
    }

    /// Parameters in register order.
    pub(super) fn parameters(&mut self, args: &Parameters) -> Res {
        let plain = args.posonly.iter().chain(&args.args).chain(&args.kwonly);
        for parameter in plain.chain(args.vararg.as_deref()).chain(args.kwarg.as_deref()) {
            self.add(&parameter.name.name, uses::PARAM, parameter.name.span)?;
        }
        Ok(())
    }

    pub(super) fn optional(&mut self, expr: Option<&Expr>) -> Res {
        expr.map_or(Ok(()), |e| self.expr(e))
    }

    fn pattern(&mut self, pattern: &Pattern) -> Res {
        let bind = |b: &mut Builder, name: &Option<Ident>, span: Span| {
            name.as_ref().map_or(Ok(()), |n| b.add(&n.name, uses::LOCAL, span))
        };
        match &pattern.node {
            PatternKind::Value(value) => self.expr(value),
            PatternKind::Singleton(_) => Ok(()),
            PatternKind::Sequence(patterns) | PatternKind::Or(patterns) => {
                patterns.iter().try_for_each(|p| self.pattern(p))
            }
            PatternKind::Mapping { keys, patterns, rest } => {
                keys.iter().try_for_each(|k| self.expr(k))?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                bind(self, rest, pattern.span)
            }
            PatternKind::Class { cls, patterns, keywords } => {
                self.expr(cls)?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                keywords.iter().try_for_each(|(_, p)| self.pattern(p))
            }
            PatternKind::Star(name) => bind(self, name, pattern.span),
            PatternKind::As { pattern: inner, name } => {
                inner.as_ref().map_or(Ok(()), |p| self.pattern(p))?;
                bind(self, name, pattern.span)
            }
        }
    }

    pub(super) fn comprehension_kind(kind: &ExprKind) -> Option<CompKind> {
        match kind {
            ExprKind::ListComp { .. } => Some(CompKind::List),
            ExprKind::SetComp { .. } => Some(CompKind::Set),
            ExprKind::DictComp { .. } => Some(CompKind::Dict),
            ExprKind::GeneratorExp { .. } => Some(CompKind::Generator),
            _ => None,
        }
    }
}

/// Whether there are positional and keyword-only defaults.
pub(crate) fn has_defaults(args: &Parameters) -> (bool, bool) {
    let positional = args.posonly.iter().chain(&args.args).any(|p| p.default.is_some());
    (positional, args.kwonly.iter().any(|p| p.default.is_some()))
}

/// All parameters in the order in which their annotations are evaluated.
pub(crate) fn annotated_parameters(args: &Parameters) -> impl Iterator<Item = &Parameter> {
    let positional = args.posonly.iter().chain(&args.args).chain(args.vararg.as_deref());
    positional.chain(&args.kwonly).chain(args.kwarg.as_deref())
}
