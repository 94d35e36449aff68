//! Expressions: into a wanted register, into a fresh temporary, in place, or for their effect.
//!
//! A destination that is a temporary is free scratch until the last instruction writes it; any other destination is
//! written by the last instruction only, so that an exception leaves it as it was.

use crate::Res;
use crate::compiler::Compiler;
use crate::constants::from_literal;
use crate::fold::fold;
use crate::unit::{Reg, is_temp};
use weft_bytecode::{Const, Op};
use weft_syntax::ast::{BoolOp, Expr, ExprKind, Ident};

impl<'a> Compiler<'a> {
    /// The value in some register: a plain local stays where it is, all else goes to a fresh temporary.
    pub(crate) fn operand(&mut self, expr: &'a Expr) -> Res<Reg> {
        match self.in_place(expr)? {
            Some(reg) => Ok(reg),
            None => self.push(expr),
        }
    }

    /// Like [`Compiler::operand`], for a value that is read only after `later` has been evaluated.
    pub(crate) fn operand_before(&mut self, expr: &'a Expr, later: &[&'a Expr]) -> Res<Reg> {
        match &*expr.node {
            ExprKind::Name(name) if self.is_rebound_in_expressions(name) && !later.iter().all(|e| is_simple(e)) => {
                self.push(expr)
            }
            _ => self.operand(expr),
        }
    }

    /// Like [`Compiler::operand_before`], but a temporary destination is used before another is taken.
    pub(crate) fn operand_at(&mut self, expr: &'a Expr, later: &[&'a Expr], dst: Reg) -> Res<Reg> {
        let rebound = matches!(&*expr.node, ExprKind::Name(name) if self.is_rebound_in_expressions(name));
        if (!rebound || later.iter().all(|e| is_simple(e)))
            && let Some(reg) = self.in_place(expr)?
        {
            return Ok(reg);
        }
        if is_temp(dst) {
            self.into(expr, dst)?;
            return Ok(dst);
        }
        self.push(expr)
    }

    pub(crate) fn in_place(&mut self, expr: &Expr) -> Res<Option<Reg>> {
        match &*expr.node {
            ExprKind::Name(name) if &**name != "__debug__" => {
                self.at(expr.span);
                self.local_in_place(name)
            }
            _ => Ok(None),
        }
    }

    /// The value in a fresh temporary.
    pub(crate) fn push(&mut self, expr: &'a Expr) -> Res<Reg> {
        let dst = self.unit.temp()?;
        self.into(expr, dst)?;
        Ok(dst)
    }

    pub(crate) fn push_all(&mut self, exprs: &'a [Expr]) -> Res<Reg> {
        let base = crate::unit::TEMP + self.unit.mark();
        exprs.iter().try_for_each(|e| self.push(e).map(drop))?;
        Ok(base)
    }

    /// Evaluates and drops the value.
    pub(crate) fn effect(&mut self, expr: &'a Expr) -> Res {
        if matches!(&*expr.node, ExprKind::Constant(_)) {
            return Ok(());
        }
        let mark = self.unit.mark();
        let value = self.operand(expr)?;
        if is_temp(value) {
            self.clear(value);
        }
        self.unit.release(mark);
        Ok(())
    }

    /// The value into `dst`.
    pub(crate) fn into(&mut self, expr: &'a Expr, dst: Reg) -> Res {
        self.at(expr.span);
        match &*expr.node {
            ExprKind::Constant(literal) => {
                self.load_const(dst, from_literal(literal));
                Ok(())
            }
            ExprKind::Name(name) => self.load_name(name, dst),
            ExprKind::BoolOp { op, values } => self.bool_op(*op, values, dst),
            ExprKind::NamedExpr { target, value } => self.named_expr(expr, target, value, dst),
            ExprKind::BinOp { left, op, right } => match fold(expr) {
                Some(value) => {
                    self.load_const(dst, value);
                    Ok(())
                }
                None => self.binary(expr.span, *op, left, right, dst),
            },
            ExprKind::UnaryOp { op, operand } => self.unary(expr, *op, operand, dst),
            ExprKind::Lambda { args, body } => self.lambda(expr, args, body, dst),
            ExprKind::IfExp { test, body, orelse } => self.if_exp(test, body, orelse, dst),
            ExprKind::Dict { keys, values } => self.dict_display(expr, keys, values, dst),
            ExprKind::Set(items) => self.set_display(expr, items, dst),
            ExprKind::List(items) => self.list_display(expr, items, dst),
            ExprKind::Tuple(items) => self.tuple_display(expr, items, dst),
            ExprKind::ListComp { elt, generators } | ExprKind::SetComp { elt, generators } => {
                self.comprehension(expr, elt, None, generators, dst)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(expr, key, Some(value), generators, dst)
            }
            ExprKind::GeneratorExp { elt, generators } => self.generator_expression(expr, elt, generators, dst),
            ExprKind::Await(value) => self.await_expr(expr, value, dst),
            ExprKind::Yield(value) => self.yield_expr(expr, value.as_ref(), dst),
            ExprKind::YieldFrom(value) => self.yield_from(expr, value, dst),
            ExprKind::Compare { left, ops, comparators } => self.compare(expr, left, ops, comparators, dst),
            ExprKind::Call { func, args, keywords } => self.call(expr, func, args, keywords, dst),
            ExprKind::JoinedStr(parts) => self.joined_str(expr, parts, dst),
            ExprKind::Attribute { value, attr } => self.attribute(expr, value, attr, dst),
            ExprKind::Subscript { value, slice } => self.subscript(expr, value, slice, dst),
            ExprKind::Starred(_) => Err(crate::syntax_error(expr.span, "can't use starred expression here")),
            ExprKind::Slice { .. } => self.slice(expr, dst),
        }
    }

    fn bool_op(&mut self, op: BoolOp, values: &'a [Expr], dst: Reg) -> Res {
        let Some((last, firsts)) = values.split_last() else { return Ok(()) };
        let jump = if op == BoolOp::And { Op::JumpIfFalseKeep } else { Op::JumpIfTrueKeep };
        let mark = self.unit.mark();
        let result = if is_temp(dst) { dst } else { self.unit.temp()? };
        let end = self.unit.label();
        for value in firsts {
            self.into(value, result)?;
            self.at(value.span);
            self.unit.jump(jump, result, 0, end);
        }
        self.into(last, result)?;
        self.unit.bind(end);
        self.unit.move_to(dst, result);
        self.unit.release(mark);
        Ok(())
    }

    fn if_exp(&mut self, test: &'a Expr, body: &'a Expr, orelse: &'a Expr, dst: Reg) -> Res {
        let (otherwise, end) = (self.unit.label(), self.unit.label());
        self.jump_if(test, otherwise, false)?;
        self.into(body, dst)?;
        self.unit.jump(Op::Jump, 0, 0, end);
        self.unit.bind(otherwise);
        self.unit.not_live(dst);
        self.into(orelse, dst)?;
        self.unit.bind(end);
        Ok(())
    }

    /// `(name := value)`: the value stays in `dst` too.
    fn named_expr(&mut self, expr: &'a Expr, target: &'a Ident, value: &'a Expr, dst: Reg) -> Res {
        if let Some(reg) = self.store_register(&target.name)
            && &*target.name != "__debug__"
        {
            self.into(value, reg)?;
            self.now_bound(reg);
            self.at(expr.span);
            self.unit.move_to(dst, reg);
            return Ok(());
        }
        let mark = self.unit.mark();
        let result = if is_temp(dst) { dst } else { self.unit.temp()? };
        self.into(value, result)?;
        self.at(target.span);
        let copy = self.unit.temp()?;
        self.unit.emit(Op::Copy, 0, copy, result, 0);
        self.store_name(&target.name, copy, target.span)?;
        self.unit.move_to(dst, result);
        self.unit.release(mark);
        Ok(())
    }

    /// The value of an expression whose constant, if it is one, may stand in the code.
    pub(crate) fn constant_of(&self, expr: &Expr) -> Option<Const> {
        match &*expr.node {
            ExprKind::Name(name) if &**name == "__debug__" => {
                Some(if self.options.optimize == 0 { Const::True } else { Const::False })
            }
            _ => fold(expr),
        }
    }
}

/// Expressions that cannot rebind a local.
pub(crate) fn is_simple(expr: &Expr) -> bool {
    matches!(&*expr.node, ExprKind::Name(_) | ExprKind::Constant(_))
}
