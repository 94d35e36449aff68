//! First walk: expressions.

use super::build::Builder;
use super::{CompKind, Role, ScopeKind, uses};
use crate::{Res, syntax_error};
use weft_source::Span;
use weft_syntax::ast::{Comprehension, Expr, ExprKind, FStringPart, Ident, Name};

impl Builder {
    pub(super) fn expr(&mut self, expr: &Expr) -> Res {
        match &*expr.node {
            ExprKind::Name(name) => self.read(name, expr.span),
            ExprKind::Constant(_) => Ok(()),
            ExprKind::BoolOp { values, .. } => self.exprs(values),
            ExprKind::NamedExpr { target, value } => self.named(target, value, expr.span),
            ExprKind::BinOp { .. } => self.binary(expr),
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { args, body } => {
                self.defaults(args)?;
                self.enter(&*expr.node, Role::Body, ScopeKind::Function);
                self.parameters(args)?;
                self.expr(body)?;
                self.leave();
                Ok(())
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                keys.iter().try_for_each(|k| self.optional(k.as_ref()))?;
                self.exprs(values)
            }
            ExprKind::Set(items) | ExprKind::List(items) | ExprKind::Tuple(items) => self.exprs(items),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => self.comprehension(expr, elt, None, generators),
            ExprKind::DictComp { key, value, generators } => self.comprehension(expr, key, Some(value), generators),
            ExprKind::Await(value) => {
                self.forbid_in_annotation("await expression", expr.span)?;
                self.expr(value)?;
                self.scope_mut().awaits = true;
                Ok(())
            }
            ExprKind::Yield(value) => {
                self.forbid_in_annotation("yield expression", expr.span)?;
                self.optional(value.as_ref())?;
                self.yields(expr.span)
            }
            ExprKind::YieldFrom(value) => {
                self.forbid_in_annotation("yield expression", expr.span)?;
                self.expr(value)?;
                self.yields(expr.span)
            }
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                keywords.iter().try_for_each(|k| self.expr(&k.value))
            }
            ExprKind::JoinedStr(parts) => self.fstring(parts),
            ExprKind::Attribute { value, .. } | ExprKind::Starred(value) => self.expr(value),
            ExprKind::Subscript { value, slice } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().try_for_each(|part| self.optional(part.as_ref()))
            }
        }
    }

    fn exprs(&mut self, exprs: &[Expr]) -> Res {
        exprs.iter().try_for_each(|e| self.expr(e))
    }

    /// Chains of operators lean to the left: a loop there, recursion to the right.
    fn binary(&mut self, expr: &Expr) -> Res {
        let mut rights = Vec::new();
        let mut left = expr;
        while let ExprKind::BinOp { left: inner, right, .. } = &*left.node {
            rights.push(right);
            left = inner;
        }
        self.expr(left)?;
        rights.into_iter().rev().try_for_each(|right| self.expr(right))
    }

    fn fstring(&mut self, parts: &[FStringPart]) -> Res {
        for part in parts {
            if let FStringPart::Field { value, spec, .. } = part {
                self.expr(value)?;
                spec.as_ref().map_or(Ok(()), |spec| self.fstring(spec))?;
            }
        }
        Ok(())
    }

    fn read(&mut self, name: &Name, span: Span) -> Res {
        self.add(name, uses::READ, span)?;
        // `super()` finds its class through this name.
        if &**name == "super" && self.scope().kind.is_function_like() {
            self.add(&"__class__".into(), uses::READ, span)?;
        }
        Ok(())
    }

    pub(super) fn target(&mut self, target: &Expr) -> Res {
        self.bind_target(target, uses::LOCAL)
    }

    pub(super) fn delete_target(&mut self, target: &Expr) -> Res {
        self.bind_target(target, uses::LOCAL | uses::DELETED)
    }

    fn bind_target(&mut self, target: &Expr, bits: u16) -> Res {
        match &*target.node {
            ExprKind::Name(name) => self.add(name, bits, target.span),
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().try_for_each(|item| self.bind_target(item, bits))
            }
            ExprKind::Starred(value) => self.bind_target(value, bits),
            _ => self.expr(target),
        }
    }

    fn forbid_in_annotation(&self, what: &str, span: Span) -> Res {
        match self.scope().kind.annotation_like() {
            Some(place) => Err(syntax_error(span, format!("{what} cannot be used within {place}"))),
            None => Ok(()),
        }
    }

    fn yields(&mut self, span: Span) -> Res {
        if let ScopeKind::Comprehension(kind) = self.scope().kind {
            return Err(syntax_error(span, format!("'yield' inside {}", kind.describe())));
        }
        self.scope_mut().yields = true;
        Ok(())
    }

    fn named(&mut self, target: &Ident, value: &Expr, span: Span) -> Res {
        self.forbid_in_annotation("named expression", span)?;
        if self.scope().iterable_depth > 0 {
            let message = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(syntax_error(span, message));
        }
        if matches!(self.scope().kind, ScopeKind::Comprehension(_)) {
            self.bind_outside_comprehension(target)?;
        }
        self.expr(value)?;
        if matches!(self.scope().kind, ScopeKind::Comprehension(_)) {
            return Ok(());
        }
        self.add(&target.name, uses::LOCAL | uses::WALRUS, target.span)
    }

    /// A target in a comprehension belongs to the nearest block around that is not one.
    fn bind_outside_comprehension(&mut self, target: &Ident) -> Res {
        let (name, span) = (&target.name, target.span);
        let mut id = self.current;
        loop {
            let scope = self.scopes.get(id);
            match scope.kind {
                ScopeKind::Comprehension(_) => {
                    let symbol = self.scopes.symbol(id, &scope.mangle(name));
                    if symbol.has(uses::COMP_TARGET) {
                        let message =
                            format!("assignment expression cannot rebind comprehension iteration variable '{name}'");
                        return Err(syntax_error(span, message));
                    }
                    let Some(parent) = scope.parent else { return Ok(()) };
                    id = parent;
                }
                ScopeKind::Function => {
                    let symbol = self.scopes.symbol(id, &scope.mangle(name));
                    let bit = if symbol.has(uses::GLOBAL) { uses::GLOBAL } else { uses::NONLOCAL };
                    self.add(name, bit, span)?;
                    return self.add_in(id, name, uses::LOCAL | uses::WALRUS, span);
                }
                ScopeKind::Module => {
                    self.add(name, uses::GLOBAL, span)?;
                    return self.add_in(id, name, uses::GLOBAL | uses::LOCAL, span);
                }
                kind => {
                    let place = match kind.annotation_like() {
                        None => "in a class body".to_owned(),
                        Some(place) if matches!(kind, ScopeKind::TypeParams) => format!("within {place}"),
                        Some(place) => format!("in {place}"),
                    };
                    let message = format!("assignment expression within a comprehension cannot be used {place}");
                    return Err(syntax_error(span, message));
                }
            }
        }
    }

    fn iterable(&mut self, iter: &Expr) -> Res {
        self.scope_mut().iterable_depth += 1;
        self.expr(iter)?;
        self.scope_mut().iterable_depth -= 1;
        Ok(())
    }

    fn comprehension(&mut self, expr: &Expr, elt: &Expr, value: Option<&Expr>, generators: &[Comprehension]) -> Res {
        let Some((first, rest)) = generators.split_first() else { return Ok(()) };
        let kind = Builder::comprehension_kind(&expr.node).unwrap_or(CompKind::Generator);
        self.iterable(&first.iter)?;
        self.enter(&*expr.node, Role::Body, ScopeKind::Comprehension(kind));
        if kind == CompKind::Generator {
            self.add(&".0".into(), uses::PARAM, expr.span)?;
        }
        self.scope_mut().awaits |= first.is_async;
        self.comprehension_target(&first.target)?;
        self.exprs(&first.ifs)?;
        for generator in rest {
            self.scope_mut().awaits |= generator.is_async;
            self.comprehension_target(&generator.target)?;
            self.iterable(&generator.iter)?;
            self.exprs(&generator.ifs)?;
        }
        self.optional(value)?;
        self.expr(elt)?;
        let awaits = self.scope().awaits;
        self.leave();
        if kind != CompKind::Generator && awaits {
            let scope = self.scope_mut();
            scope.awaits = true;
            scope.async_comprehension = true;
        }
        Ok(())
    }

    fn comprehension_target(&mut self, target: &Expr) -> Res {
        self.scope_mut().in_comp_target = true;
        self.target(target)?;
        self.scope_mut().in_comp_target = false;
        Ok(())
    }
}
