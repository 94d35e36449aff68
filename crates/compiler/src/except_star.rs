//! `except*`: every clause takes its part of the group; what is left, and what clauses raise, is raised together.

use crate::Res;
use crate::compiler::Compiler;
use crate::flow::Block;
use crate::unit::Reg;
use weft_bytecode::Op;
use weft_source::Span;
use weft_syntax::ast::{ExceptHandler, Stmt};

/// Hidden registers of one statement.
#[derive(Clone, Copy)]
struct Group {
    /// The exception as it came, and the one before.
    exc: Reg,
    /// What no clause has taken yet.
    rest: Reg,
    /// What clauses raised.
    raised: Reg,
    /// What a clause took, and beside it what was left.
    matched: Reg,
    leaving: Reg,
}

impl<'a> Compiler<'a> {
    pub(crate) fn try_except_star(
        &mut self,
        span: Span,
        body: &'a [Stmt],
        handlers: &'a [ExceptHandler],
        orelse: &'a [Stmt],
    ) -> Res {
        let (bound, leftovers) = (self.unit.bound.clone(), self.unit.hidden_log.len());
        let (end, done) = (self.unit.label(), self.unit.label());
        self.push_block(Block::Try, span)?;
        self.body(body)?;
        let region = self.pop_block();
        self.body(orelse)?;
        self.nowhere();
        self.unit.jump(Op::Jump, 0, 0, end);
        let group = Group {
            exc: self.unit.hidden_pair()?,
            rest: self.unit.hidden_value()?,
            raised: self.unit.hidden_value()?,
            matched: self.unit.hidden_pair()?,
            leaving: self.unit.hidden()?,
        };
        self.unit.begin_handler(&[&region], group.exc, &bound);
        self.start_handling(group.exc, leftovers);
        let inside = self.unit.bound.clone();
        self.push_block(Block::Handler { exc: group.exc }, span)?;
        self.unit.emit(Op::Copy, 0, group.rest, group.exc, 0);
        self.unit.emit(Op::BuildList, 0, group.raised, group.raised, 0);
        for handler in handlers {
            self.except_star_clause(handler, group)?;
        }
        self.nowhere();
        let nothing_left = self.unit.label();
        self.unit.jump(Op::JumpIfNone, group.rest, 0, nothing_left);
        self.unit.emit(Op::ListAppend, 0, group.raised, group.rest, 0);
        self.unit.bind(nothing_left);
        self.unit.emit(Op::PrepReraiseStar, 0, group.leaving, group.exc, group.raised);
        self.clear(group.rest);
        self.clear(group.raised);
        self.unit.jump(Op::JumpIfNone, group.leaving, 0, done);
        let inner = self.pop_block();
        self.frame.handler_depth -= 1;
        self.raise_on(&inner, group.exc, group.leaving, &inside);
        self.unit.bind(done);
        self.unit.emit(Op::PopHandled, 0, group.exc, 0, 0);
        self.clear(group.leaving);
        self.free_group(group);
        self.unit.bind(end);
        Ok(())
    }

    fn free_group(&mut self, group: Group) {
        for reg in [group.rest, group.raised, group.leaving] {
            self.unit.free_hidden(reg);
        }
        self.unit.free_pair(group.matched);
        self.unit.free_pair(group.exc);
    }

    fn except_star_clause(&mut self, handler: &'a ExceptHandler, group: Group) -> Res {
        let next = self.unit.label();
        let matched = group.matched;
        let mark = self.unit.mark();
        let class = match &handler.typ {
            Some(typ) => self.push(typ)?,
            None => self.unit.temp()?,
        };
        self.at(handler.span);
        self.unit.emit(Op::MatchExcStar, 0, class, group.rest, class);
        self.unit.emit(Op::UnpackSequence, 0, matched, class, 2);
        self.unit.release(mark);
        self.unit.emit(Op::Move, 0, group.rest, matched + 1, 0);
        self.clear(matched + 1);
        self.unit.jump(Op::JumpIfNone, matched, 0, next);
        self.unit.emit(Op::PushHandled, 0, matched, 0, 0);
        if let Some(name) = &handler.name {
            self.bind_exception(handler, name, matched)?;
        }
        let (bound, leftovers) = (self.unit.bound.clone(), self.unit.hidden_log.len());
        self.push_block(Block::ExceptStar, handler.span)?;
        self.body(&handler.body)?;
        let region = self.pop_block();
        self.nowhere();
        self.leave_star_clause(handler, group)?;
        self.unit.jump(Op::Jump, 0, 0, next);
        if self.unit.begin_handler(&[&region], group.leaving, &bound) {
            let mut stale = self.unit.hidden_log[leftovers..].to_vec();
            stale.dedup();
            stale.iter().for_each(|reg| self.clear(*reg));
            self.leave_star_clause(handler, group)?;
            self.unit.emit(Op::ListAppend, 0, group.raised, group.leaving, 0);
            self.clear(group.leaving);
        }
        self.unit.bind(next);
        Ok(())
    }

    fn leave_star_clause(&mut self, handler: &'a ExceptHandler, group: Group) -> Res {
        if let Some(name) = &handler.name {
            self.forget_name(&name.name, handler.span)?;
        }
        self.unit.emit(Op::PopHandled, 0, group.matched, 0, 0);
        Ok(())
    }
}
