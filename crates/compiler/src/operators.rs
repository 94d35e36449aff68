//! Arithmetic, comparisons, attributes and subscripts.

use crate::Res;
use crate::compiler::Compiler;
use crate::fold::{fold, fold_all};
use crate::unit::{Label, Reg, is_temp};
use weft_bytecode::{Const, Op};
use weft_source::Span;
use weft_syntax::ast::{BinOp, CmpOp, Expr, ExprKind, Ident, UnaryOp};

/// The values a chain of comparisons leaves over when it ends early, each with the place where it is dropped.
#[derive(Default)]
pub(crate) struct Chain {
    pub leftovers: Vec<(Label, Reg)>,
}

/// The instruction for two registers, and the one with a small integer on the right.
fn binary_ops(op: BinOp) -> (Op, Option<Op>) {
    match op {
        BinOp::Add => (Op::Add, Some(Op::AddImm)),
        BinOp::Sub => (Op::Sub, Some(Op::SubImm)),
        BinOp::Mult => (Op::Mul, Some(Op::MulImm)),
        BinOp::MatMult => (Op::MatMul, None),
        BinOp::Div => (Op::TrueDiv, None),
        BinOp::Mod => (Op::Mod, Some(Op::ModImm)),
        BinOp::Pow => (Op::Pow, None),
        BinOp::LShift => (Op::LShift, Some(Op::LShiftImm)),
        BinOp::RShift => (Op::RShift, Some(Op::RShiftImm)),
        BinOp::BitOr => (Op::BitOr, Some(Op::BitOrImm)),
        BinOp::BitXor => (Op::BitXor, Some(Op::BitXorImm)),
        BinOp::BitAnd => (Op::BitAnd, Some(Op::BitAndImm)),
        BinOp::FloorDiv => (Op::FloorDiv, Some(Op::FloorDivImm)),
    }
}

fn compare_op(op: CmpOp) -> Op {
    match op {
        CmpOp::Eq => Op::Eq,
        CmpOp::NotEq => Op::Ne,
        CmpOp::Lt => Op::Lt,
        CmpOp::LtE => Op::Le,
        CmpOp::Gt => Op::Gt,
        CmpOp::GtE => Op::Ge,
        CmpOp::Is => Op::Is,
        CmpOp::IsNot => Op::IsNot,
        CmpOp::In => Op::In,
        CmpOp::NotIn => Op::NotIn,
    }
}

/// A constant that fits the 16 bits of an immediate operand.
pub(crate) fn immediate(expr: &Expr) -> Option<u16> {
    match fold(expr)? {
        Const::Int(n) => i16::try_from(n).ok().map(|n| n as u16),
        _ => None,
    }
}

impl<'a> Compiler<'a> {
    pub(crate) fn binary(&mut self, span: Span, op: BinOp, left: &'a Expr, right: &'a Expr, dst: Reg) -> Res {
        let mark = self.unit.mark();
        let a = self.operand_at(left, &[right], dst)?;
        self.binary_right(span, op, a, right, dst, false)?;
        self.unit.release(mark);
        Ok(())
    }

    /// The right side and the instruction; the left side stands in `a`.
    pub(crate) fn binary_right(
        &mut self,
        span: Span,
        op: BinOp,
        a: Reg,
        right: &'a Expr,
        dst: Reg,
        augmented: bool,
    ) -> Res {
        let (plain, with_immediate) = binary_ops(op);
        if let (Some(op), Some(value)) = (with_immediate, immediate(right)) {
            self.at(span);
            self.unit.emit(op, u8::from(augmented), dst, a, value);
            return Ok(());
        }
        let b = self.operand(right)?;
        self.at(span);
        self.unit.emit(plain, u8::from(augmented), dst, a, b);
        Ok(())
    }

    pub(crate) fn unary(&mut self, expr: &'a Expr, op: UnaryOp, operand: &'a Expr, dst: Reg) -> Res {
        if let Some(value) = fold(expr) {
            self.load_const(dst, value);
            return Ok(());
        }
        if op == UnaryOp::Not
            && let ExprKind::Compare { left, ops, comparators } = &*operand.node
            && let ([op], [right]) = (ops.as_slice(), comparators.as_slice())
            && let Some(op) = inverted(*op)
        {
            return self.compare_two(operand, left, op, right, dst);
        }
        let mark = self.unit.mark();
        let value = self.operand_at(operand, &[], dst)?;
        self.at(expr.span);
        let op = match op {
            UnaryOp::Invert => Op::Invert,
            UnaryOp::Not => Op::Not,
            UnaryOp::UAdd => Op::Pos,
            UnaryOp::USub => Op::Neg,
        };
        self.unit.emit(op, 0, dst, value, 0);
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn compare(
        &mut self,
        expr: &'a Expr,
        left: &'a Expr,
        ops: &'a [CmpOp],
        comparators: &'a [Expr],
        dst: Reg,
    ) -> Res {
        self.lint_compare(expr, left, ops, comparators);
        if let ([op], [right]) = (ops, comparators) {
            return self.compare_two(expr, left, *op, right, dst);
        }
        self.compare_chain(expr, left, ops, comparators, dst)
    }

    fn compare_two(&mut self, expr: &'a Expr, left: &'a Expr, op: CmpOp, right: &'a Expr, dst: Reg) -> Res {
        let mark = self.unit.mark();
        let a = self.operand_at(left, &[right], dst)?;
        let b = self.comparator(op, right)?;
        self.at(expr.span);
        self.unit.emit(compare_op(op), 0, dst, a, b);
        self.unit.release(mark);
        Ok(())
    }

    /// The right side of a comparison: a display after `in` need not be a new list or set.
    pub(crate) fn comparator(&mut self, op: CmpOp, right: &'a Expr) -> Res<Reg> {
        if matches!(op, CmpOp::In | CmpOp::NotIn) {
            let constant = match &*right.node {
                ExprKind::List(items) => fold_all(items).map(Const::Tuple),
                ExprKind::Set(items) => fold_all(items).map(Const::FrozenSet),
                _ => None,
            };
            if let Some(constant) = constant {
                let dst = self.unit.temp()?;
                self.at(right.span);
                self.load_const(dst, constant);
                return Ok(dst);
            }
        }
        self.operand(right)
    }

    /// `a < b < c`: each value is computed once, the comparison ends at the first false result.
    fn compare_chain(
        &mut self,
        expr: &'a Expr,
        left: &'a Expr,
        ops: &'a [CmpOp],
        comparators: &'a [Expr],
        dst: Reg,
    ) -> Res {
        let mark = self.unit.mark();
        let result = if is_temp(dst) { dst } else { self.unit.temp()? };
        let end = self.unit.label();
        let mut chain = Chain::default();
        let (a, op, right) =
            self.chain_front(expr, left, ops, comparators, &mut chain, |compiler, op, a, b, failed| {
                compiler.unit.emit(compare_op(op), 0, result, a, b);
                compiler.unit.jump(Op::JumpIfFalseKeep, result, 0, failed.unwrap_or(end));
                Ok(())
            })?;
        let b = self.comparator(op, right)?;
        self.at(expr.span);
        self.unit.emit(compare_op(op), 0, result, a, b);
        if !chain.leftovers.is_empty() {
            self.unit.jump(Op::Jump, 0, 0, end);
            self.chain_cleanup(&chain, end);
        }
        self.unit.bind(end);
        self.unit.move_to(dst, result);
        self.unit.release(mark);
        Ok(())
    }

    /// All comparisons of a chain but the last, each followed by a jump to where a false result leads (None: nothing is
    /// left over). Gives what the last one compares.
    pub(crate) fn chain_front(
        &mut self,
        expr: &'a Expr,
        left: &'a Expr,
        ops: &'a [CmpOp],
        comparators: &'a [Expr],
        chain: &mut Chain,
        mut test: impl FnMut(&mut Self, CmpOp, Reg, Reg, Option<Label>) -> Res,
    ) -> Res<(Reg, CmpOp, &'a Expr)> {
        let later: Vec<&'a Expr> = comparators.iter().collect();
        let mut a = self.operand_before(left, &later)?;
        let last = ops.len().min(comparators.len()) - 1;
        for (i, (op, right)) in ops.iter().zip(comparators).enumerate().take(last) {
            let b = match &*right.node {
                ExprKind::Name(_) => self.operand_before(right, &later[i + 1..])?,
                _ => self.comparator(*op, right)?,
            };
            self.at(expr.span);
            if is_temp(b) {
                let copy = self.duplicate(b)?;
                let failed = self.unit.label();
                chain.leftovers.push((failed, b));
                test(self, *op, a, copy, Some(failed))?;
            } else {
                test(self, *op, a, b, None)?;
            }
            a = b;
        }
        Ok((a, ops[last], &comparators[last]))
    }

    /// Where false results of the front lead: the value that was to be compared next is dropped. Falls through to
    /// the way to `target`.
    pub(crate) fn chain_cleanup(&mut self, chain: &Chain, target: Label) {
        for (i, &(label, value)) in chain.leftovers.iter().enumerate() {
            if i > 0 {
                self.unit.jump(Op::Jump, 0, 0, target);
            }
            self.unit.bind(label);
            self.clear(value);
        }
    }

    pub(crate) fn duplicate(&mut self, value: Reg) -> Res<Reg> {
        let copy = self.unit.temp()?;
        self.unit.emit(Op::Copy, 0, copy, value, 0);
        Ok(copy)
    }

    pub(crate) fn attribute(&mut self, expr: &'a Expr, value: &'a Expr, attr: &'a Ident, dst: Reg) -> Res {
        if self.super_attribute(expr, value, attr, dst, false)? {
            return Ok(());
        }
        let mark = self.unit.mark();
        let object = self.operand_at(value, &[], dst)?;
        let site = self.attribute_site(attr)?;
        self.unit.loc = self.attribute_loc(expr.span, attr);
        self.unit.emit(Op::LoadAttr, 0, dst, object, site);
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn attribute_site(&mut self, attr: &Ident) -> Res<u16> {
        let name = self.mangle(&attr.name);
        self.unit.attribute_site(&name)
    }

    pub(crate) fn subscript(&mut self, expr: &'a Expr, value: &'a Expr, slice: &'a Expr, dst: Reg) -> Res {
        self.lint_subscript(value, slice);
        let mark = self.unit.mark();
        let object = self.operand_at(value, &[slice], dst)?;
        match immediate(slice) {
            Some(index) => {
                self.at(expr.span);
                self.unit.emit(Op::GetItemImm, 0, dst, object, index);
            }
            None => {
                let index = self.operand(slice)?;
                self.at(expr.span);
                self.unit.emit(Op::GetItem, 0, dst, object, index);
            }
        }
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn slice(&mut self, expr: &'a Expr, dst: Reg) -> Res {
        let ExprKind::Slice { lower, upper, step } = &*expr.node else { return Ok(()) };
        let mark = self.unit.mark();
        let base = crate::unit::TEMP + mark;
        for part in [lower, upper, step] {
            match part {
                Some(part) => drop(self.push(part)?),
                None => {
                    let reg = self.unit.temp()?;
                    self.at(expr.span);
                    self.load_none(reg);
                }
            }
        }
        self.at(expr.span);
        self.unit.emit(Op::BuildSlice, 0, dst, base, 0);
        self.unit.release(mark);
        Ok(())
    }
}

/// `not a op b` as one comparison: only where both always give a bool.
fn inverted(op: CmpOp) -> Option<CmpOp> {
    match op {
        CmpOp::Is => Some(CmpOp::IsNot),
        CmpOp::IsNot => Some(CmpOp::Is),
        CmpOp::In => Some(CmpOp::NotIn),
        CmpOp::NotIn => Some(CmpOp::In),
        _ => None,
    }
}
