//! `with` and `async with`.

use crate::compiler::Compiler;
use crate::flow::Block;
use crate::unit::{Reg, is_temp};
use crate::{Res, syntax_error};
use weft_bytecode::{AwaitContext, Op, SpecialMethod};
use weft_source::Span;
use weft_syntax::ast::{Stmt, WithItem};

impl<'a> Compiler<'a> {
    pub(crate) fn with_stmt(&mut self, span: Span, is_async: bool, items: &'a [WithItem], body: &'a [Stmt]) -> Res {
        if is_async && !self.may_await() {
            return Err(syntax_error(span, "'async with' outside async function"));
        }
        let Some((item, rest)) = items.split_first() else { return self.body(body) };
        let exit = self.enter_context(is_async, item)?;
        let span = item.context.span;
        let (bound, leftovers) = (self.unit.bound.clone(), self.unit.hidden_log.len());
        let (swallowed, end) = (self.unit.label(), self.unit.label());
        self.push_block(Block::With { exit, is_async, span }, span)?;
        if let Some(target) = item.target.as_ref().filter(|target| self.plain_target(target).is_none()) {
            // The value of `__enter__` stands in the first temporary.
            let mark = self.unit.mark();
            let value = self.unit.temp()?;
            self.store(target, value)?;
            self.unit.release(mark);
        }
        self.with_stmt(span, is_async, rest, body)?;
        let region = self.pop_block();
        self.exit_normally(exit, is_async, span)?;
        self.unit.jump(Op::Jump, 0, 0, end);

        let (exc, raised) = (self.unit.hidden_pair()?, self.unit.hidden()?);
        self.unit.begin_handler(&[&region], exc, &bound);
        self.start_handling(exc, leftovers);
        self.push_block(Block::Handler { exc }, span)?;
        self.exit_with_exception(exit, exc, is_async, span, swallowed)?;
        let inner = self.pop_block();
        self.frame.handler_depth -= 1;
        self.nowhere();
        self.unit.emit(Op::Copy, 0, raised, exc, 0);
        self.raise_on(&inner, exc, raised, &bound);
        self.unit.bind(swallowed);
        self.unit.emit(Op::PopHandled, 0, exc, 0, 0);
        self.unit.free_hidden(raised);
        self.unit.free_pair(exc);
        self.unit.free_pair(exit);
        self.unit.bind(end);
        Ok(())
    }

    /// Calls `__enter__`; its value is left in the first free temporary if there is a target. Gives the hidden pair
    /// with `__exit__` and the manager.
    fn enter_context(&mut self, is_async: bool, item: &'a WithItem) -> Res<Reg> {
        let (enter, leave) = match is_async {
            false => (SpecialMethod::Enter, SpecialMethod::Exit),
            true => (SpecialMethod::AsyncEnter, SpecialMethod::AsyncExit),
        };
        let mark = self.unit.mark();
        let value = self.unit.temp()?;
        let direct = item.target.as_ref().and_then(|target| self.plain_target(target));
        let result = direct.unwrap_or(value);
        let manager = self.operand(&item.context)?;
        let exit = self.unit.hidden_pair()?;
        let method = self.unit.temps(2)?;
        self.at(item.context.span);
        self.unit.emit(Op::LoadSpecial, enter as u8, method, manager, 0);
        self.unit.emit(Op::LoadSpecial, leave as u8, exit, manager, 0);
        if is_temp(manager) {
            self.clear(manager);
        }
        self.unit.emit(Op::CallMethod, 0, method, 0, result);
        self.unit.release(mark);
        if is_async {
            let awaitable = self.get_awaitable(result, AwaitContext::AsyncEnter)?;
            self.suspend_on(awaitable, result)?;
        }
        match direct {
            Some(reg) => self.now_bound(reg),
            None if item.target.is_none() => self.clear(result),
            None => {}
        }
        Ok(exit)
    }

    /// `__exit__(None, None, None)` on the way out, its result dropped.
    pub(crate) fn exit_normally(&mut self, exit: Reg, is_async: bool, span: Span) -> Res {
        self.at(span);
        let mark = self.unit.mark();
        let method = self.unit.temps(5)?;
        for (reg, part) in [(method, exit), (method + 1, exit + 1)] {
            self.unit.emit(Op::Move, 0, reg, part, 0);
            self.clear(part);
        }
        (method + 2..method + 5).for_each(|reg| self.load_none(reg));
        self.unit.emit(Op::CallMethod, 0, method, 3, method);
        if is_async {
            let awaitable = self.get_awaitable(method, AwaitContext::AsyncExit)?;
            self.suspend_on(awaitable, method)?;
        }
        self.clear(method);
        self.unit.release(mark);
        Ok(())
    }

    /// `__exit__` with the exception; jumps if it says that all is well.
    fn exit_with_exception(
        &mut self,
        exit: Reg,
        exc: Reg,
        is_async: bool,
        span: Span,
        swallowed: crate::unit::Label,
    ) -> Res {
        self.at(span);
        let mark = self.unit.mark();
        let method = self.unit.temps(5)?;
        for (reg, part) in [(method, exit), (method + 1, exit + 1)] {
            self.unit.emit(Op::Move, 0, reg, part, 0);
            self.clear(part);
        }
        self.unit.emit(Op::ExcTriple, 0, method + 2, exc, 0);
        self.unit.emit(Op::CallMethod, 0, method, 3, method);
        if is_async {
            let awaitable = self.get_awaitable(method, AwaitContext::AsyncExit)?;
            self.suspend_on(awaitable, method)?;
        }
        self.unit.jump(Op::JumpIfTrue, method, 0, swallowed);
        self.unit.release(mark);
        Ok(())
    }
}
