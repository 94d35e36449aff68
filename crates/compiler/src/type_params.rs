//! Type parameters and aliases (PEP 695, 696): hidden functions, and bounds that are computed when asked for.

use crate::Res;
use crate::compiler::{Compiler, FrameKind};
use crate::function::{DEFAULTS, KEYWORD_DEFAULTS, Part};
use crate::scope::{Role, ScopeId, has_defaults};
use crate::unit::{Reg, TEMP};
use std::rc::Rc;
use weft_bytecode::{Code, Intrinsic, Op};
use weft_source::Span;
use weft_syntax::ast::{ClassDef, Expr, ExprKind, FunctionDef, Ident, Stmt, TypeParam, TypeParamKind};

impl<'a> Compiler<'a> {
    /// The tuple of a definition's type parameters, each also bound to its name.
    fn type_params(&mut self, params: &'a [TypeParam], dst: Reg) -> Res {
        let mark = self.unit.mark();
        for param in params {
            self.at(param.span);
            let value = self.unit.temp()?;
            self.type_param(param, value)?;
            let copy = self.duplicate(value)?;
            self.store_name(&param.name.name, copy, param.span)?;
            self.unit.release(value - TEMP + 1);
        }
        self.unit.emit(Op::BuildTuple, 0, dst, TEMP + mark, params.len() as u16);
        self.unit.release(mark);
        Ok(())
    }

    fn type_param(&mut self, param: &'a TypeParam, dst: Reg) -> Res {
        let mark = self.unit.mark();
        let name = self.unit.temp()?;
        self.load_str(name, &param.name.name);
        match &param.kind {
            TypeParamKind::TypeVar { bound: Some(bound) } => {
                let function = self.unit.temp()?;
                let scope = self.scope_of(param, Role::Bound);
                self.lazy_value(scope, &param.name, bound, function)?;
                let which = match &*bound.node {
                    ExprKind::Tuple(_) => Intrinsic::TypeVarWithConstraints,
                    _ => Intrinsic::TypeVarWithBound,
                };
                self.at(param.span);
                self.intrinsic(which, dst, name, function);
            }
            TypeParamKind::TypeVar { bound: None } => self.intrinsic(Intrinsic::TypeVar, dst, name, name),
            TypeParamKind::TypeVarTuple => self.intrinsic(Intrinsic::TypeVarTuple, dst, name, name),
            TypeParamKind::ParamSpec => self.intrinsic(Intrinsic::ParamSpec, dst, name, name),
        }
        self.unit.release(mark);
        if let Some(default) = &param.default {
            let function = self.unit.temp()?;
            let scope = self.scope_of(param, Role::Default);
            self.lazy_value(scope, &param.name, default, function)?;
            self.at(param.span);
            self.intrinsic(Intrinsic::SetTypeParamDefault, dst, dst, function);
            self.unit.release(mark);
        }
        Ok(())
    }

    /// A function without parameters that computes the expression.
    fn lazy_value(&mut self, scope: ScopeId, name: &Ident, value: &'a Expr, dst: Reg) -> Res {
        let line = self.loc(value.span).line;
        let saved = self.enter(scope, FrameKind::TypeScope, &name.name, line)?;
        self.set_function_flags();
        let result = match &*value.node {
            ExprKind::Starred(_) => {
                let reg = self.unit.temp()?;
                self.starred_value(value, reg)?;
                reg
            }
            _ => self.operand(value)?,
        };
        self.at(value.span);
        self.unit.emit(Op::Return, 0, result, 0, 0);
        let code = self.leave(saved)?;
        self.at(value.span);
        self.make_function(code, dst, &[])
    }

    /// `*Ts` alone gives its only item.
    fn starred_value(&mut self, value: &'a Expr, dst: Reg) -> Res {
        let ExprKind::Starred(inner) = &*value.node else { return self.into(value, dst) };
        let mark = self.unit.mark();
        let source = self.push(inner)?;
        self.at(value.span);
        self.unit.emit(Op::UnpackSequence, 0, dst, source, 1);
        self.unit.release(mark);
        Ok(())
    }

    /// Opens the hidden function around a generic definition.
    fn type_scope<T>(
        &mut self,
        node: &T,
        name: &str,
        line: u32,
        body: impl FnOnce(&mut Self) -> Res<Reg>,
    ) -> Res<Rc<Code>> {
        let scope = self.scope_of(node, Role::TypeParams);
        let name = format!("<generic parameters of {name}>");
        let loc = self.unit.loc;
        let saved = self.enter(scope, FrameKind::TypeScope, &name, line)?;
        self.set_function_flags();
        self.unit.loc = loc;
        let result = body(self)?;
        self.unit.loc = loc;
        self.unit.emit(Op::Return, 0, result, 0, 0);
        self.leave(saved)
    }

    /// Defaults are computed outside and handed in as arguments.
    pub(crate) fn generic_function(&mut self, def: &'a FunctionDef, span: Span, dst: Reg) -> Res {
        let mark = self.unit.mark();
        let base = self.unit.temp()?;
        let arguments = self.default_parts(&def.args)?.len() as u16;
        let line = self.first_line(&def.decorators, span);
        self.at(span);
        let code = self.type_scope(def, &def.name.name, line, |inner| {
            inner.unit.code.args = arguments;
            let params = inner.unit.temp()?;
            inner.type_params(&def.type_params, params)?;
            let function = inner.unit.temp()?;
            let mut parts: Vec<Part> = Vec::new();
            let (positional, keyword) = has_defaults(&def.args);
            for (present, bit, name) in
                [(positional, DEFAULTS, ".defaults"), (keyword, KEYWORD_DEFAULTS, ".kwdefaults")]
            {
                if present {
                    let reg = inner.unit.temp()?;
                    inner.load_mangled(name, reg)?;
                    parts.push((bit, reg));
                }
            }
            inner.annotation_part(def, &mut parts)?;
            inner.at(span);
            inner.function_object(def, span, &parts, function)?;
            inner.intrinsic(Intrinsic::SetFunctionTypeParams, params, function, params);
            Ok(params)
        })?;
        self.at(span);
        self.make_function(code, base, &[])?;
        self.unit.emit(Op::Call, 0, base, arguments, dst);
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn generic_class(&mut self, def: &'a ClassDef, span: Span, dst: Reg) -> Res {
        let line = self.first_line(&def.decorators, span);
        let code = self.type_scope(def, &def.name.name, line, |inner| {
            let params = inner.unit.temp()?;
            inner.type_params(&def.type_params, params)?;
            inner.store_mangled(".type_params", params)?;
            inner.unit.release(0);
            let generic = inner.unit.temp()?;
            inner.load_mangled(".type_params", generic)?;
            inner.intrinsic(Intrinsic::SubscriptGeneric, generic, generic, generic);
            inner.store_mangled(".generic_base", generic)?;
            let generic = inner.store_register(&".generic_base".into()).unwrap_or(generic);
            inner.unit.release(0);
            let class = inner.unit.temp()?;
            inner.build_class(def, span, class, Some(generic))?;
            Ok(class)
        })?;
        let mark = self.unit.mark();
        self.at(span);
        self.make_function(code, dst, &[])?;
        self.unit.emit(Op::Call, 0, dst, 0, dst);
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn type_alias(
        &mut self,
        stmt: &'a Stmt,
        name: &'a Ident,
        type_params: &'a [TypeParam],
        value: &'a Expr,
    ) -> Res {
        self.check_binding(&name.name, stmt.span)?;
        let dst = self.unit.temp()?;
        if type_params.is_empty() {
            self.alias_value(stmt, name, value, None, dst)?;
        } else {
            let line = self.loc(stmt.span).line;
            let code = self.type_scope(stmt, &name.name, line, |inner| {
                let result = inner.unit.temp()?;
                let params = inner.unit.temp()?;
                inner.type_params(type_params, params)?;
                inner.alias_value(stmt, name, value, Some(params), result)?;
                Ok(result)
            })?;
            self.at(stmt.span);
            self.make_function(code, dst, &[])?;
            self.unit.emit(Op::Call, 0, dst, 0, dst);
        }
        self.at(stmt.span);
        self.store_name(&name.name, dst, name.span)?;
        self.unit.release(0);
        Ok(())
    }

    fn alias_value(&mut self, stmt: &'a Stmt, name: &'a Ident, value: &'a Expr, params: Option<Reg>, dst: Reg) -> Res {
        let mark = self.unit.mark();
        let base = self.unit.temps(3)?;
        self.load_str(base, &name.name);
        match params {
            Some(params) => self.unit.emit(Op::Move, 0, base + 1, params, 0),
            None => self.load_none(base + 1),
        }
        let scope = self.scope_of(stmt, Role::Body);
        self.lazy_value(scope, name, value, base + 2)?;
        self.at(stmt.span);
        self.unit.emit(Op::BuildTuple, 0, base, base, 3);
        self.intrinsic(Intrinsic::TypeAlias, dst, base, base);
        self.unit.release(mark);
        Ok(())
    }
}
