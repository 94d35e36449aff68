//! Functions and lambdas.

use crate::compiler::{Compiler, FrameKind};
use crate::fold::fold;
use crate::scope::{Role, ScopeId, annotated_parameters};
use crate::unit::{Reg, TEMP};
use crate::{Res, syntax_error};
use std::rc::Rc;
use weft_bytecode::{Code, Const, Op, flags};
use weft_source::Span;
use weft_syntax::ast::{Constant, Expr, ExprKind, FunctionDef, Parameters, Stmt, StmtKind};

/// Bits of `MakeFunction`, in the order of its operands.
pub(crate) const DEFAULTS: u8 = 1;
pub(crate) const KEYWORD_DEFAULTS: u8 = 2;
pub(crate) const ANNOTATIONS: u8 = 4;
const CLOSURE: u8 = 8;

/// A part of a function, in a temporary.
pub(crate) type Part = (u8, Reg);

impl<'a> Compiler<'a> {
    pub(crate) fn function_def(&mut self, def: &'a FunctionDef, span: Span) -> Res {
        self.check_binding(&def.name.name, span)?;
        let decorators = self.push_all(&def.decorators)?;
        let direct = self.store_register(&def.name.name).filter(|_| def.decorators.is_empty());
        let dst = match direct {
            Some(reg) => reg,
            None => self.unit.temp()?,
        };
        self.at(span);
        self.function_value(def, span, dst)?;
        self.decorate(&def.decorators, decorators)?;
        self.at(span);
        match direct {
            Some(reg) => self.now_bound(reg),
            None => self.store_name(&def.name.name, decorators, span)?,
        }
        self.unit.release(0);
        Ok(())
    }

    /// `__debug__` can't be bound.
    pub(crate) fn check_binding(&self, name: &str, span: Span) -> Res {
        match name {
            "__debug__" => Err(syntax_error(span, "cannot assign to __debug__")),
            _ => Ok(()),
        }
    }

    /// The decorators stand in temporaries from `base` on, the value behind them; the result lands in `base`.
    pub(crate) fn decorate(&mut self, decorators: &'a [Expr], base: Reg) -> Res {
        for (decorator, reg) in decorators.iter().zip(base..).collect::<Vec<_>>().into_iter().rev() {
            self.at(decorator.span);
            self.unit.emit(Op::Call, 0, reg, 1, reg);
        }
        Ok(())
    }

    pub(crate) fn first_line(&self, decorators: &[Expr], span: Span) -> u32 {
        self.loc(decorators.first().map_or(span, |d| d.span)).line
    }

    /// The function without its decorators, into `dst`.
    fn function_value(&mut self, def: &'a FunctionDef, span: Span, dst: Reg) -> Res {
        let mark = self.unit.mark();
        if !def.type_params.is_empty() {
            self.generic_function(def, span, dst)?;
            self.unit.release(mark);
            return Ok(());
        }
        let mut parts = self.default_parts(&def.args)?;
        self.annotation_part(def, &mut parts)?;
        self.at(span);
        self.function_object(def, span, &parts, dst)?;
        self.unit.release(mark);
        Ok(())
    }

    /// Compiles the body and makes the function.
    pub(crate) fn function_object(&mut self, def: &'a FunctionDef, span: Span, parts: &[Part], dst: Reg) -> Res {
        let line = self.first_line(&def.decorators, span);
        let kind = if def.is_async { FrameKind::AsyncFunction } else { FrameKind::Function };
        let scope = self.scope_of(def, Role::Body);
        let saved = self.enter(scope, kind, &def.name.name, line)?;
        self.set_parameters(&def.args)?;
        let (doc, body) = split_docstring(&def.body);
        if let Some(doc) = doc.filter(|_| self.options.optimize < 2) {
            self.unit.code.doc = Some(clean_docstring(doc).into());
        }
        let body = if self.unit.code.doc.is_some() { body } else { &def.body };
        self.at(span);
        self.body(body)?;
        self.unit.emit(Op::ReturnNone, 0, 0, 0, 0);
        let code = self.leave(saved)?;
        self.at(span);
        self.make_function(code, dst, parts)
    }

    fn set_parameters(&mut self, args: &Parameters) -> Res {
        self.set_function_flags();
        for parameter in annotated_parameters(args) {
            self.check_binding(&parameter.name.name, parameter.name.span)?;
        }
        let code = &mut self.unit.code;
        let count = |n: usize| u16::try_from(n).map_err(|_| crate::too_large());
        code.posonly = count(args.posonly.len())?;
        code.args = count(args.posonly.len() + args.args.len())?;
        code.kwonly = count(args.kwonly.len())?;
        if args.vararg.is_some() {
            code.flags |= flags::VARARGS;
        }
        if args.kwarg.is_some() {
            code.flags |= flags::VARKEYWORDS;
        }
        Ok(())
    }

    pub(crate) fn lambda(&mut self, expr: &'a Expr, args: &'a Parameters, body: &'a Expr, dst: Reg) -> Res {
        let mark = self.unit.mark();
        let parts = self.default_parts(args)?;
        let scope: ScopeId = self.scope_of(&*expr.node, Role::Body);
        let line = self.loc(expr.span).line;
        let saved = self.enter(scope, FrameKind::Function, "<lambda>", line)?;
        self.set_parameters(args)?;
        let value = self.operand(body)?;
        self.at(body.span);
        self.unit.emit(Op::Return, 0, value, 0, 0);
        let code = self.leave(saved)?;
        self.at(expr.span);
        self.make_function(code, dst, &parts)?;
        self.unit.release(mark);
        Ok(())
    }

    /// Defaults into temporaries.
    pub(crate) fn default_parts(&mut self, args: &'a Parameters) -> Res<Vec<Part>> {
        let mut parts = Vec::new();
        let positional: Vec<&'a Expr> =
            args.posonly.iter().chain(&args.args).filter_map(|p| p.default.as_ref()).collect();
        if !positional.is_empty() {
            let dst = self.unit.temp()?;
            self.tuple_of(&positional, dst)?;
            parts.push((DEFAULTS, dst));
        }
        if args.kwonly.iter().any(|p| p.default.is_some()) {
            let dst = self.unit.temp()?;
            let mut count = 0;
            let mark = self.unit.mark();
            let base = TEMP + mark;
            for parameter in &args.kwonly {
                let Some(default) = &parameter.default else { continue };
                let key = self.unit.temp()?;
                let name = self.mangle(&parameter.name.name);
                self.load_str(key, &name);
                self.push(default)?;
                count += 1;
            }
            self.unit.emit(Op::BuildMap, 0, dst, base, count);
            self.unit.release(mark);
            parts.push((KEYWORD_DEFAULTS, dst));
        }
        Ok(parts)
    }

    fn tuple_of(&mut self, items: &[&'a Expr], dst: Reg) -> Res {
        if let Some(constants) = items.iter().map(|e| fold(e)).collect::<Option<Vec<_>>>() {
            self.load_const(dst, Const::Tuple(constants.into()));
            return Ok(());
        }
        let mark = self.unit.mark();
        for item in items {
            self.push(item)?;
        }
        self.unit.emit(Op::BuildTuple, 0, dst, TEMP + mark, items.len() as u16);
        self.unit.release(mark);
        Ok(())
    }

    /// The tuple of names and annotations.
    pub(crate) fn annotation_part(&mut self, def: &'a FunctionDef, parts: &mut Vec<Part>) -> Res {
        let parameters = annotated_parameters(&def.args).filter_map(|p| Some((&p.name.name, p.annotation.as_ref()?)));
        let result: weft_syntax::ast::Name = "return".into();
        let all: Vec<_> = parameters
            .map(|(name, annotation)| (self.mangle(name), annotation))
            .chain(def.returns.as_ref().map(|returns| (result, returns)))
            .collect();
        if all.is_empty() {
            return Ok(());
        }
        let dst = self.unit.temp()?;
        let mark = self.unit.mark();
        let count = u16::try_from(2 * all.len()).map_err(|_| crate::too_large())?;
        for (name, annotation) in all {
            let key = self.unit.temp()?;
            self.load_str(key, &name);
            let value = self.unit.temp()?;
            self.annotation(annotation, value)?;
        }
        self.unit.emit(Op::BuildTuple, 0, dst, TEMP + mark, count);
        self.unit.release(mark);
        parts.push((ANNOTATIONS, dst));
        Ok(())
    }

    /// The value of an annotation: with `from __future__ import annotations` its text.
    pub(crate) fn annotation(&mut self, annotation: &'a Expr, dst: Reg) -> Res {
        if self.future_annotations {
            let text = crate::unparse::unparse(annotation);
            self.load_const(dst, Const::Str(text.into()));
            return Ok(());
        }
        match &*annotation.node {
            ExprKind::Starred(inner) => {
                let value = self.push(inner)?;
                self.at(annotation.span);
                self.unit.emit(Op::UnpackSequence, 0, dst, value, 1);
                self.unit.release(value - TEMP);
                Ok(())
            }
            _ => self.into(annotation, dst),
        }
    }

    /// `MakeFunction` with the given parts and, if the code has free variables, a closure.
    pub(crate) fn make_function(&mut self, code: Rc<Code>, dst: Reg, parts: &[Part]) -> Res {
        let mark = self.unit.mark();
        // The parts are moved only if they don't stand side by side at the end already.
        let last = TEMP + mark;
        let first = last - parts.len() as u16;
        let in_place = parts.iter().zip(first..).all(|((_, reg), expected)| *reg == expected);
        let base = if in_place {
            first
        } else {
            for (_, reg) in parts {
                let copy = self.unit.temp()?;
                self.unit.move_to(copy, *reg);
            }
            last
        };
        let mut bits = parts.iter().fold(0, |bits, (bit, _)| bits | bit);
        if !code.freevars.is_empty() {
            let cells = self.unit.temp()?;
            self.closure(&code, cells)?;
            bits |= CLOSURE;
        }
        let constant = self.unit.short_constant(Const::Code(code))?;
        self.unit.emit(Op::MakeFunction, bits, dst, constant, base);
        self.unit.release(mark);
        Ok(())
    }

    fn closure(&mut self, code: &Code, dst: Reg) -> Res {
        let mark = self.unit.mark();
        let base = TEMP + mark;
        for name in &code.freevars {
            let reg = self.unit.temp()?;
            let cell = self.cell_register(name).ok_or_else(crate::too_large)?;
            self.unit.emit(Op::Move, 0, reg, cell, 0);
        }
        self.unit.emit(Op::BuildTuple, 0, dst, base, code.freevars.len() as u16);
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn load_text(&mut self, dst: Reg, text: &[u8]) {
        self.load_const(dst, Const::Str(text.into()));
    }
}

/// The docstring of a body, and the rest.
pub(crate) fn split_docstring(body: &[Stmt]) -> (Option<&[u8]>, &[Stmt]) {
    if let [first, rest @ ..] = body
        && let StmtKind::Expr(value) = &first.node
        && let ExprKind::Constant(Constant::Str(text)) = &*value.node
    {
        return (Some(text), rest);
    }
    (None, body)
}

/// The docstring with the indentation removed that all its lines but the first share.
pub(crate) fn clean_docstring(doc: &[u8]) -> Vec<u8> {
    let expanded = expand_tabs(doc);
    let mut lines = expanded.split(|b| *b == b'\n');
    let first = lines.next().unwrap_or_default();
    let indent = |line: &[u8]| line.iter().take_while(|b| **b == b' ').count();
    let rest: Vec<&[u8]> = lines.collect();
    let margin = rest.iter().filter(|line| indent(line) < line.len()).map(|line| indent(line)).min().unwrap_or(0);
    let mut cleaned = first[indent(first)..].to_vec();
    for line in rest {
        cleaned.push(b'\n');
        cleaned.extend_from_slice(&line[indent(line).min(margin)..]);
    }
    cleaned
}

fn expand_tabs(text: &[u8]) -> Vec<u8> {
    let mut expanded = Vec::with_capacity(text.len());
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let spaces = 8 - column % 8;
                expanded.resize(expanded.len() + spaces, b' ');
                column += spaces;
            }
            b'\n' | b'\r' => {
                expanded.push(byte);
                column = 0;
            }
            _ => {
                expanded.push(byte);
                // Continuation bytes of UTF-8 take no column.
                column += usize::from(byte & 0xC0 != 0x80);
            }
        }
    }
    expanded
}
