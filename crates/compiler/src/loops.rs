//! `while` and `for`.

use crate::compiler::{Compiler, FrameKind};
use crate::constants::truth;
use crate::flow::Block;
use crate::unit::{BoundSet, Label, Reg, Region};
use crate::{Res, syntax_error};
use weft_bytecode::{AwaitContext, Op};
use weft_source::Span;
use weft_syntax::ast::{Expr, Stmt};

/// Conditions up to this height are written twice, before the loop and at its bottom.
const SMALL_TEST: u32 = 5;

impl<'a> Compiler<'a> {
    pub(crate) fn while_loop(&mut self, span: Span, test: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Res {
        let (top, again) = (self.unit.label(), self.unit.label());
        let (exhausted, exit) = (self.unit.label(), self.unit.label());
        let forever = self.constant_of(test).map(|value| truth(&value));
        let small = test.depth <= SMALL_TEST;
        match forever {
            Some(true) => {}
            _ if small => self.jump_if(test, exhausted, false)?,
            _ => {
                self.at(test.span);
                if self.unit.reachable {
                    // The body is reached from the test below.
                    self.unit.merge_into(top);
                }
                self.unit.jump(Op::Jump, 0, 0, again);
            }
        }
        self.unit.bind_loop(top);
        self.push_block(Block::Loop { break_to: exit, continue_to: again, iterator: None }, span)?;
        self.body(body)?;
        self.pop_block();
        if !small && forever != Some(true) {
            self.unit.bind_loop(again);
        } else {
            self.unit.bind(again);
        }
        self.jump_if(test, top, true)?;
        self.unit.bind(exhausted);
        self.body(orelse)?;
        self.unit.bind(exit);
        Ok(())
    }

    pub(crate) fn for_loop(
        &mut self,
        span: Span,
        target: &'a Expr,
        iter: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> Res {
        let iterator = self.iterator(Op::GetIter, iter, false)?;
        let (top, exhausted, exit) = (self.unit.label(), self.unit.label(), self.unit.label());
        self.unit.bind_loop(top);
        self.next_item(iterator, target, iter.span, exhausted)?;
        self.push_block(Block::Loop { break_to: exit, continue_to: top, iterator: Some(iterator) }, span)?;
        self.body(body)?;
        self.pop_block();
        self.at(iter.span);
        self.unit.jump(Op::ForLoop, 0, 0, top);
        self.unit.bind(exhausted);
        self.unit.free_hidden(iterator);
        self.body(orelse)?;
        self.unit.bind(exit);
        Ok(())
    }

    /// The iterator of an iterable: in a hidden register, or (`temporary`) in a temporary.
    pub(crate) fn iterator(&mut self, op: Op, iter: &'a Expr, temporary: bool) -> Res<Reg> {
        let (iterator, source) = if temporary {
            let place = self.unit.temp()?;
            (place, self.operand_at(iter, &[], place)?)
        } else {
            let mark = self.unit.mark();
            let source = self.operand(iter)?;
            self.unit.release(mark);
            (self.unit.hidden_value()?, source)
        };
        self.at(iter.span);
        self.unit.emit(op, 0, iterator, source, 0);
        Ok(iterator)
    }

    /// `ForIter`, and the item stored in the target.
    pub(crate) fn next_item(&mut self, iterator: Reg, target: &'a Expr, span: Span, exhausted: Label) -> Res {
        if let Some(reg) = self.plain_target(target) {
            self.at(span);
            self.unit.jump(Op::ForIter, iterator, reg, exhausted);
            self.now_bound(reg);
            return Ok(());
        }
        let mark = self.unit.mark();
        let item = self.unit.temp()?;
        self.at(span);
        self.unit.jump(Op::ForIter, iterator, item, exhausted);
        self.store(target, item)?;
        self.unit.release(mark);
        Ok(())
    }

    /// Whether `await`, `async for` and `async with` are allowed here.
    pub(crate) fn may_await(&self) -> bool {
        match self.frame.kind {
            FrameKind::AsyncFunction | FrameKind::GeneratorExpression => true,
            FrameKind::Module => self.options.top_level_await,
            _ => false,
        }
    }

    pub(crate) fn async_for(
        &mut self,
        span: Span,
        target: &'a Expr,
        iter: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> Res {
        if !self.may_await() {
            return Err(syntax_error(span, "'async for' outside async function"));
        }
        let iterator = self.iterator(Op::GetAIter, iter, false)?;
        let (top, exhausted, exit) = (self.unit.label(), self.unit.label(), self.unit.label());
        self.unit.bind_loop(top);
        let bound = self.unit.bound.clone();
        let region = self.next_async_item(iterator, target, span)?;
        self.push_block(Block::Loop { break_to: exit, continue_to: top, iterator: Some(iterator) }, span)?;
        self.body(body)?;
        self.pop_block();
        self.at(iter.span);
        self.unit.jump(Op::Jump, 0, 0, top);
        self.end_async(&region, &bound, exhausted, iter.span)?;
        self.unit.bind(exhausted);
        self.clear(iterator);
        self.unit.free_hidden(iterator);
        self.body(orelse)?;
        self.unit.bind(exit);
        Ok(())
    }

    /// Awaits the next item and stores it. Gives the region in which StopAsyncIteration ends the loop.
    pub(crate) fn next_async_item(&mut self, iterator: Reg, target: &'a Expr, span: Span) -> Res<Region> {
        let mark = self.unit.mark();
        let direct = self.plain_target(target);
        let item = match direct {
            Some(reg) => reg,
            None => self.unit.temp()?,
        };
        self.at(span);
        self.unit.open_region();
        let awaitable = self.unit.hidden_value()?;
        self.unit.emit(Op::GetANext, 0, awaitable, iterator, 0);
        self.suspend_on(awaitable, item)?;
        let region = self.unit.close_region();
        match direct {
            Some(reg) => self.now_bound(reg),
            None => self.store(target, item)?,
        }
        self.unit.release(mark);
        Ok(region)
    }

    /// The handler of [`Compiler::next_async_item`]'s region.
    pub(crate) fn end_async(&mut self, region: &Region, bound: &BoundSet, exhausted: Label, span: Span) -> Res {
        let exc = self.unit.hidden()?;
        self.at(span);
        self.unit.begin_handler(&[region], exc, bound);
        self.unit.jump(Op::EndAsyncFor, exc, 0, exhausted);
        self.unit.free_hidden(exc);
        Ok(())
    }

    /// What an `await` in this place is for, as errors say it.
    pub(crate) fn get_awaitable(&mut self, value: Reg, context: AwaitContext) -> Res<Reg> {
        let awaitable = self.unit.hidden_value()?;
        self.unit.emit(Op::GetAwaitable, context as u8, awaitable, value, 0);
        Ok(awaitable)
    }
}
