//! Tuple, list, set and dict displays.

use crate::Res;
use crate::compiler::Compiler;
use crate::fold::{fold, fold_all};
use crate::unit::{Reg, TEMP, is_temp};
use weft_bytecode::{Const, Op};
use weft_syntax::ast::{Expr, ExprKind};

/// Items put into registers at once; longer displays grow in steps.
const CHUNK: usize = 32;

pub(crate) fn is_starred(expr: &Expr) -> bool {
    matches!(&*expr.node, ExprKind::Starred(_))
}

impl<'a> Compiler<'a> {
    pub(crate) fn tuple_display(&mut self, expr: &'a Expr, items: &'a [Expr], dst: Reg) -> Res {
        if let Some(items) = fold_all(items) {
            self.load_const(dst, Const::Tuple(items));
            return Ok(());
        }
        if items.len() <= CHUNK && !items.iter().any(is_starred) {
            return self.build(Op::BuildTuple, expr, items, dst);
        }
        let mark = self.unit.mark();
        let list = self.unit.temp()?;
        self.grow_list(expr, items, list)?;
        self.at(expr.span);
        self.unit.emit(Op::ListToTuple, 0, dst, list, 0);
        self.unit.release(mark);
        Ok(())
    }

    fn build(&mut self, op: Op, expr: &'a Expr, items: &'a [Expr], dst: Reg) -> Res {
        let mark = self.unit.mark();
        let base = self.push_all(items)?;
        self.at(expr.span);
        self.unit.emit(op, 0, dst, base, items.len() as u16);
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn list_display(&mut self, expr: &'a Expr, items: &'a [Expr], dst: Reg) -> Res {
        let constant = if items.len() >= 3 { fold_all(items) } else { None };
        if constant.is_none() && items.len() <= CHUNK && !items.iter().any(is_starred) {
            return self.build(Op::BuildList, expr, items, dst);
        }
        let mark = self.unit.mark();
        let list = if is_temp(dst) { dst } else { self.unit.temp()? };
        match constant {
            Some(constant) => {
                self.unit.emit(Op::BuildList, 0, list, list, 0);
                self.extend_constant(Op::ListExtend, list, Const::Tuple(constant))?;
            }
            None => self.grow_list(expr, items, list)?,
        }
        self.at(expr.span);
        self.unit.move_to(dst, list);
        self.unit.release(mark);
        Ok(())
    }

    fn extend_constant(&mut self, op: Op, target: Reg, constant: Const) -> Res {
        let mark = self.unit.mark();
        let values = self.unit.temp()?;
        self.load_const(values, constant);
        self.unit.emit(op, 0, target, values, 0);
        self.unit.release(mark);
        Ok(())
    }

    /// A new list in the temporary `list` with all items, stars unpacked.
    pub(crate) fn grow_list(&mut self, expr: &'a Expr, items: &'a [Expr], list: Reg) -> Res {
        let first = items.iter().take(CHUNK).take_while(|item| !is_starred(item)).count();
        let mark = self.unit.mark();
        let base = self.push_all(&items[..first])?;
        self.at(expr.span);
        self.unit.emit(Op::BuildList, 0, list, base, first as u16);
        self.unit.release(mark);
        let mut rest = &items[first..];
        while let Some(item) = rest.first() {
            if let ExprKind::Starred(value) = &*item.node {
                self.unpack_into(Op::ListExtend, expr, value, list)?;
                rest = &rest[1..];
                continue;
            }
            let run = rest.iter().take(CHUNK).take_while(|item| !is_starred(item)).count();
            let base = self.push_all(&rest[..run])?;
            self.at(expr.span);
            match run {
                1 => self.unit.emit(Op::ListAppend, 0, list, base, 0),
                _ => self.unit.emit(Op::ListAppendMany, 0, list, base, run as u16),
            }
            self.unit.release(mark);
            rest = &rest[run..];
        }
        Ok(())
    }

    fn unpack_into(&mut self, op: Op, whole: &'a Expr, value: &'a Expr, target: Reg) -> Res {
        let mark = self.unit.mark();
        let value = self.operand(value)?;
        self.at(whole.span);
        self.unit.emit(op, 0, target, value, 0);
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn set_display(&mut self, expr: &'a Expr, items: &'a [Expr], dst: Reg) -> Res {
        let constant = if items.len() >= 3 { fold_all(items) } else { None };
        if constant.is_none() && items.len() <= CHUNK && !items.iter().any(is_starred) {
            return self.build(Op::BuildSet, expr, items, dst);
        }
        let mark = self.unit.mark();
        let set = if is_temp(dst) { dst } else { self.unit.temp()? };
        self.unit.emit(Op::BuildSet, 0, set, set, 0);
        if let Some(constant) = constant {
            self.extend_constant(Op::SetUpdate, set, Const::FrozenSet(constant))?;
        } else {
            for item in items {
                match &*item.node {
                    ExprKind::Starred(value) => self.unpack_into(Op::SetUpdate, expr, value, set)?,
                    _ => self.unpack_into(Op::SetAdd, expr, item, set)?,
                }
            }
        }
        self.at(expr.span);
        self.unit.move_to(dst, set);
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn dict_display(
        &mut self,
        expr: &'a Expr,
        keys: &'a [Option<Expr>],
        values: &'a [Expr],
        dst: Reg,
    ) -> Res {
        let mark = self.unit.mark();
        let simple = keys.len() <= CHUNK / 2 && keys.iter().all(Option::is_some);
        let first = if simple { keys.len() } else { 0 };
        let dict = if simple || is_temp(dst) { dst } else { self.unit.temp()? };
        let inner = self.unit.mark();
        let base = TEMP + inner;
        for (key, value) in keys.iter().zip(values).take(first) {
            if let Some(key) = key {
                self.push(key)?;
            }
            self.push(value)?;
        }
        self.at(expr.span);
        self.unit.emit(Op::BuildMap, 0, dict, base, first as u16);
        self.unit.release(inner);
        for (key, value) in keys.iter().zip(values).skip(first) {
            match key {
                Some(key) => {
                    let key = self.operand_before(key, &[value])?;
                    let value = self.operand(value)?;
                    self.at(expr.span);
                    self.unit.emit(Op::MapAdd, 0, dict, key, value);
                }
                None => {
                    let value = self.operand(value)?;
                    self.at(expr.span);
                    self.unit.emit(Op::DictUpdate, 0, dict, value, 0);
                }
            }
            self.unit.release(inner);
        }
        self.unit.move_to(dst, dict);
        self.unit.release(mark);
        Ok(())
    }

    /// Whether the display is one constant.
    pub(crate) fn is_constant(expr: &Expr) -> bool {
        fold(expr).is_some()
    }
}
