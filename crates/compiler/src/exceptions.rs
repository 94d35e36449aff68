//! `try`: clauses and `finally`.

use crate::compiler::Compiler;
use crate::flow::Block;
use crate::unit::{Label, Reg};
use crate::{Res, syntax_error};
use weft_bytecode::Op;
use weft_source::Span;
use weft_syntax::ast::{ExceptHandler, Ident, Stmt};

impl<'a> Compiler<'a> {
    pub(crate) fn try_stmt(&mut self, stmt: &'a Stmt) -> Res {
        let weft_syntax::ast::StmtKind::Try { body, handlers, orelse, finalbody, is_star } = &stmt.node else {
            return Ok(());
        };
        let clauses = |compiler: &mut Self| match (handlers.is_empty(), is_star) {
            (true, _) => compiler.body(body),
            (false, false) => compiler.try_except(stmt.span, body, handlers, orelse),
            (false, true) => compiler.try_except_star(stmt.span, body, handlers, orelse),
        };
        if finalbody.is_empty() {
            return clauses(self);
        }
        self.try_finally(stmt.span, finalbody, clauses)
    }

    fn try_finally(&mut self, span: Span, finalbody: &'a [Stmt], protected: impl FnOnce(&mut Self) -> Res) -> Res {
        let (bound, leftovers) = (self.unit.bound.clone(), self.unit.hidden_log.len());
        let end = self.unit.label();
        self.push_block(Block::Finally(finalbody), span)?;
        protected(self)?;
        let region = self.pop_block();
        let falls_through = self.unit.reachable;
        if falls_through {
            self.body(finalbody)?;
            self.nowhere();
            self.unit.jump(Op::Jump, 0, 0, end);
        }
        let (exc, raised) = (self.unit.hidden_pair()?, self.unit.hidden()?);
        // A body that can't raise needs no second copy; but one copy is compiled in any case, for its errors.
        if self.unit.begin_handler(&[&region], exc, &bound) || !falls_through {
            self.start_handling(exc, leftovers);
            self.push_block(Block::Handler { exc }, span)?;
            self.body(finalbody)?;
            let inner = self.pop_block();
            self.frame.handler_depth -= 1;
            self.nowhere();
            self.unit.emit(Op::Copy, 0, raised, exc, 0);
            self.raise_on(&inner, exc, raised, &bound);
        }
        self.unit.free_hidden(raised);
        self.unit.free_pair(exc);
        self.unit.bind(end);
        Ok(())
    }

    fn try_except(&mut self, span: Span, body: &'a [Stmt], handlers: &'a [ExceptHandler], orelse: &'a [Stmt]) -> Res {
        let (bound, leftovers) = (self.unit.bound.clone(), self.unit.hidden_log.len());
        let end = self.unit.label();
        self.push_block(Block::Try, span)?;
        self.body(body)?;
        let region = self.pop_block();
        self.body(orelse)?;
        self.nowhere();
        self.unit.jump(Op::Jump, 0, 0, end);
        let (exc, raised) = (self.unit.hidden_pair()?, self.unit.hidden()?);
        self.unit.begin_handler(&[&region], exc, &bound);
        self.start_handling(exc, leftovers);
        let inside = self.unit.bound.clone();
        self.push_block(Block::Handler { exc }, span)?;
        for (i, handler) in handlers.iter().enumerate() {
            if handler.typ.is_none() && i + 1 < handlers.len() {
                return Err(syntax_error(handler.span, "default 'except:' must be last"));
            }
            self.except_clause(handler, exc, raised, end)?;
        }
        let inner = self.pop_block();
        self.frame.handler_depth -= 1;
        self.nowhere();
        self.unit.emit(Op::Copy, 0, raised, exc, 0);
        self.raise_on(&inner, exc, raised, &inside);
        self.unit.free_hidden(raised);
        self.unit.free_pair(exc);
        self.unit.bind(end);
        Ok(())
    }

    fn except_clause(&mut self, handler: &'a ExceptHandler, exc: Reg, raised: Reg, end: Label) -> Res {
        let next = self.unit.label();
        if let Some(typ) = &handler.typ {
            let mark = self.unit.mark();
            let class = self.operand(typ)?;
            self.at(handler.span);
            self.unit.jump(Op::JumpUnlessMatch, exc, class, next);
            self.unit.release(mark);
        }
        match &handler.name {
            None => self.body(&handler.body)?,
            Some(name) => {
                self.bind_exception(handler, name, exc)?;
                let bound = self.unit.bound.clone();
                self.push_block(Block::ExceptName(&name.name, handler.span), handler.span)?;
                self.body(&handler.body)?;
                let region = self.pop_block();
                self.nowhere();
                self.forget_name(&name.name, handler.span)?;
                self.leave_handler(exc, end);
                if self.unit.begin_handler(&[&region], raised, &bound) {
                    self.forget_name(&name.name, handler.span)?;
                    self.unit.emit(Op::Reraise, 0, raised, 0, 0);
                }
            }
        }
        self.leave_handler(exc, end);
        self.unit.bind(next);
        Ok(())
    }

    /// `as name`.
    pub(crate) fn bind_exception(&mut self, handler: &'a ExceptHandler, name: &'a Ident, exc: Reg) -> Res {
        self.check_binding(&name.name, handler.span)?;
        self.at(handler.span);
        if let Some(reg) = self.store_register(&name.name) {
            self.unit.emit(Op::Copy, 0, reg, exc, 0);
            self.now_bound(reg);
            return Ok(());
        }
        let mark = self.unit.mark();
        let value = self.unit.temp()?;
        self.unit.emit(Op::Copy, 0, value, exc, 0);
        self.store_name(&name.name, value, handler.span)?;
        self.unit.release(mark);
        Ok(())
    }

    /// The normal way out of a handler, not covered by its own region.
    pub(crate) fn leave_handler(&mut self, exc: Reg, end: Label) {
        if !self.unit.reachable {
            return;
        }
        self.nowhere();
        let region = self.unit.close_region();
        self.unit.emit(Op::PopHandled, 0, exc, 0, 0);
        self.unit.jump(Op::Jump, 0, 0, end);
        self.unit.reopen_region(region);
    }
}
