//! `await`, `yield`, `yield from`.

use crate::compiler::{Compiler, FrameKind};
use crate::unit::Reg;
use crate::{Res, syntax_error};
use weft_bytecode::{AwaitContext, Op};
use weft_syntax::ast::Expr;

/// Flag of `YieldFrom`: it is an `await`.
const IS_AWAIT: u8 = 2;

impl<'a> Compiler<'a> {
    fn handler_flag(&self) -> u8 {
        u8::from(self.frame.handler_depth > 0)
    }

    pub(crate) fn await_expr(&mut self, expr: &'a Expr, value: &'a Expr, dst: Reg) -> Res {
        if !self.may_await() {
            let message = match self.frame.kind {
                FrameKind::Module | FrameKind::Class => "'await' outside function",
                _ => "'await' outside async function",
            };
            return Err(syntax_error(expr.span, message));
        }
        let mark = self.unit.mark();
        let value = self.operand_at(value, &[], dst)?;
        self.at(expr.span);
        let awaitable = self.get_awaitable(value, AwaitContext::Await)?;
        self.unit.release(mark);
        self.suspend_on(awaitable, dst)
    }

    /// Drives the awaitable in a hidden register, which is freed, to its result.
    pub(crate) fn suspend_on(&mut self, awaitable: Reg, dst: Reg) -> Res {
        self.delegate(awaitable, dst, IS_AWAIT)
    }

    fn delegate(&mut self, iterator: Reg, dst: Reg, flags: u8) -> Res {
        let sent = self.unit.hidden_value()?;
        self.load_none(sent);
        self.unit.emit(Op::YieldFrom, flags | self.handler_flag(), dst, iterator, sent);
        self.unit.free_hidden(sent);
        self.unit.free_hidden(iterator);
        Ok(())
    }

    pub(crate) fn yield_expr(&mut self, expr: &'a Expr, value: Option<&'a Expr>, dst: Reg) -> Res {
        self.check_yield(expr)?;
        let mark = self.unit.mark();
        let value = match value {
            Some(value) => self.operand_at(value, &[], dst)?,
            None => {
                let none = self.unit.temp()?;
                self.load_none(none);
                none
            }
        };
        self.at(expr.span);
        let op = if self.is_async_generator() { Op::AsyncGenYield } else { Op::Yield };
        self.unit.emit(op, self.handler_flag(), dst, value, 0);
        self.unit.release(mark);
        Ok(())
    }

    pub(crate) fn yield_from(&mut self, expr: &'a Expr, value: &'a Expr, dst: Reg) -> Res {
        self.check_yield(expr)?;
        if self.frame.kind == FrameKind::AsyncFunction {
            return Err(syntax_error(expr.span, "'yield from' inside async function"));
        }
        let mark = self.unit.mark();
        let value = self.operand_at(value, &[], dst)?;
        self.at(expr.span);
        let iterator = self.unit.hidden_value()?;
        self.unit.emit(Op::GetYieldFromIter, 0, iterator, value, 0);
        self.unit.release(mark);
        self.delegate(iterator, dst, 0)
    }

    fn check_yield(&self, expr: &Expr) -> Res {
        match self.frame.kind {
            FrameKind::Module | FrameKind::Class => Err(syntax_error(expr.span, "'yield' outside function")),
            _ => Ok(()),
        }
    }
}
