//! Conditions: compare-and-branch instructions and short circuits.

use crate::Res;
use crate::compiler::Compiler;
use crate::constants::truth;
use crate::operators::{Chain, immediate};
use crate::unit::{Label, Reg, goes_back};
use weft_bytecode::Op;
use weft_syntax::ast::{BoolOp, CmpOp, Constant, Expr, ExprKind, UnaryOp};

/// For an order comparison: the jumps if it holds and if it doesn't, for registers and for an immediate.
fn branches(op: CmpOp) -> Option<[Op; 4]> {
    use Op::*;
    Some(match op {
        CmpOp::Lt => [JumpIfLt, JumpUnlessLt, JumpIfLtImm, JumpUnlessLtImm],
        CmpOp::LtE => [JumpIfLe, JumpUnlessLe, JumpIfLeImm, JumpUnlessLeImm],
        CmpOp::Gt => [JumpIfGt, JumpUnlessGt, JumpIfGtImm, JumpUnlessGtImm],
        CmpOp::GtE => [JumpIfGe, JumpUnlessGe, JumpIfGeImm, JumpUnlessGeImm],
        CmpOp::Eq => [JumpIfEq, JumpUnlessEq, JumpIfEqImm, JumpUnlessEqImm],
        CmpOp::NotEq => [JumpIfNe, JumpUnlessNe, JumpIfNeImm, JumpUnlessNeImm],
        _ => return None,
    })
}

const INVERSES: [(Op, Op); 14] = [
    (Op::JumpIfLt, Op::JumpUnlessLt),
    (Op::JumpIfLe, Op::JumpUnlessLe),
    (Op::JumpIfGt, Op::JumpUnlessGt),
    (Op::JumpIfGe, Op::JumpUnlessGe),
    (Op::JumpIfEq, Op::JumpUnlessEq),
    (Op::JumpIfNe, Op::JumpUnlessNe),
    (Op::JumpIfLtImm, Op::JumpUnlessLtImm),
    (Op::JumpIfLeImm, Op::JumpUnlessLeImm),
    (Op::JumpIfGtImm, Op::JumpUnlessGtImm),
    (Op::JumpIfGeImm, Op::JumpUnlessGeImm),
    (Op::JumpIfEqImm, Op::JumpUnlessEqImm),
    (Op::JumpIfNeImm, Op::JumpUnlessNeImm),
    (Op::JumpIfTrue, Op::JumpIfFalse),
    (Op::JumpIfNone, Op::JumpIfNotNone),
];

fn inverse(op: Op) -> Op {
    let found = INVERSES.iter().find(|(yes, no)| *yes == op || *no == op);
    found.map_or(op, |(yes, no)| if *yes == op { *no } else { *yes })
}

fn is_none(expr: &Expr) -> bool {
    matches!(&*expr.node, ExprKind::Constant(Constant::None))
}

impl<'a> Compiler<'a> {
    /// A conditional jump, backwards too.
    pub(crate) fn branch(&mut self, op: Op, a: Reg, b: u16, target: Label) {
        if !self.unit.is_bound(target) || goes_back(op) {
            self.unit.jump(op, a, b, target);
            return;
        }
        let skip = self.unit.label();
        self.unit.jump(inverse(op), a, b, skip);
        self.unit.jump(Op::Jump, 0, 0, target);
        self.unit.bind(skip);
    }

    /// Jumps to `target` if the truth of the expression is `sense`, falls through otherwise.
    pub(crate) fn jump_if(&mut self, expr: &'a Expr, target: Label, sense: bool) -> Res {
        if let Some(value) = self.constant_of(expr) {
            if truth(&value) == sense {
                self.at(expr.span);
                self.unit.jump(Op::Jump, 0, 0, target);
            }
            return Ok(());
        }
        match &*expr.node {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => self.jump_if(operand, target, !sense),
            ExprKind::BoolOp { op, values } => self.jump_if_bool_op(*op, values, target, sense),
            ExprKind::IfExp { test, body, orelse } => {
                let (otherwise, end) = (self.unit.label(), self.unit.label());
                self.jump_if(test, otherwise, false)?;
                self.jump_if(body, target, sense)?;
                self.unit.jump(Op::Jump, 0, 0, end);
                self.unit.bind(otherwise);
                self.jump_if(orelse, target, sense)?;
                self.unit.bind(end);
                Ok(())
            }
            ExprKind::Compare { left, ops, comparators } => {
                self.lint_compare(expr, left, ops, comparators);
                match (ops.as_slice(), comparators.as_slice()) {
                    ([op], [right]) => self.jump_if_compare(expr, left, *op, right, target, sense),
                    _ => self.jump_if_chain(expr, left, ops, comparators, target, sense),
                }
            }
            _ => {
                let mark = self.unit.mark();
                let value = self.operand(expr)?;
                self.at(expr.span);
                self.jump_if_value(value, target, sense);
                self.unit.release(mark);
                Ok(())
            }
        }
    }

    pub(crate) fn jump_if_value(&mut self, value: Reg, target: Label, sense: bool) {
        self.branch(if sense { Op::JumpIfTrue } else { Op::JumpIfFalse }, value, 0, target);
    }

    fn jump_if_bool_op(&mut self, op: BoolOp, values: &'a [Expr], target: Label, sense: bool) -> Res {
        let Some((last, firsts)) = values.split_last() else { return Ok(()) };
        // The truth that decides the whole at once.
        let decisive = op == BoolOp::Or;
        if decisive == sense {
            return values.iter().try_for_each(|value| self.jump_if(value, target, sense));
        }
        let skip = self.unit.label();
        for value in firsts {
            self.jump_if(value, skip, decisive)?;
        }
        self.jump_if(last, target, sense)?;
        self.unit.bind(skip);
        Ok(())
    }

    fn jump_if_compare(
        &mut self,
        expr: &'a Expr,
        left: &'a Expr,
        op: CmpOp,
        right: &'a Expr,
        target: Label,
        sense: bool,
    ) -> Res {
        let mark = self.unit.mark();
        let a = self.operand_before(left, &[right])?;
        self.compare_and_branch(expr, a, op, right, target, sense)?;
        self.unit.release(mark);
        Ok(())
    }

    fn compare_and_branch(
        &mut self,
        expr: &'a Expr,
        a: Reg,
        op: CmpOp,
        right: &'a Expr,
        target: Label,
        sense: bool,
    ) -> Res {
        if matches!(op, CmpOp::Is | CmpOp::IsNot) && is_none(right) {
            let jump = if (op == CmpOp::Is) == sense { Op::JumpIfNone } else { Op::JumpIfNotNone };
            self.at(expr.span);
            self.branch(jump, a, 0, target);
            return Ok(());
        }
        let Some([yes, no, yes_immediate, no_immediate]) = branches(op) else {
            let result = self.unit.temp()?;
            let b = self.comparator(op, right)?;
            self.at(expr.span);
            self.identity_or_membership(op, result, a, b);
            self.jump_if_value(result, target, sense);
            return Ok(());
        };
        if let Some(value) = immediate(right) {
            self.at(expr.span);
            self.branch(if sense { yes_immediate } else { no_immediate }, a, value, target);
            return Ok(());
        }
        let b = self.operand(right)?;
        self.at(expr.span);
        self.branch(if sense { yes } else { no }, a, b, target);
        Ok(())
    }

    fn identity_or_membership(&mut self, op: CmpOp, dst: Reg, a: Reg, b: Reg) {
        let op = match op {
            CmpOp::Is => Op::Is,
            CmpOp::IsNot => Op::IsNot,
            CmpOp::In => Op::In,
            _ => Op::NotIn,
        };
        self.unit.emit(op, 0, dst, a, b);
    }

    fn jump_if_chain(
        &mut self,
        expr: &'a Expr,
        left: &'a Expr,
        ops: &'a [CmpOp],
        comparators: &'a [Expr],
        target: Label,
        sense: bool,
    ) -> Res {
        let mark = self.unit.mark();
        let end = self.unit.label();
        let failed_target = if sense { end } else { target };
        let mut chain = Chain::default();
        let (a, op, right) =
            self.chain_front(expr, left, ops, comparators, &mut chain, |compiler, op, a, b, failed| {
                let failed = failed.unwrap_or(failed_target);
                match branches(op) {
                    Some([_, no, ..]) => compiler.branch(no, a, b, failed),
                    None => {
                        let result = compiler.unit.temp()?;
                        compiler.identity_or_membership(op, result, a, b);
                        compiler.branch(Op::JumpIfFalse, result, 0, failed);
                    }
                }
                Ok(())
            })?;
        self.compare_and_branch(expr, a, op, right, target, sense)?;
        if !chain.leftovers.is_empty() {
            self.unit.jump(Op::Jump, 0, 0, end);
            self.chain_cleanup(&chain, failed_target);
            if failed_target != end {
                self.unit.jump(Op::Jump, 0, 0, failed_target);
            }
        }
        self.unit.bind(end);
        self.unit.release(mark);
        Ok(())
    }
}
