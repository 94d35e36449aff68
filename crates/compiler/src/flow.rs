//! Blocks that control flow has to leave in order: loops, `try`, `with`; and the statements that leave them.

use crate::compiler::{Compiler, FrameKind};
use crate::scope::ScopeKind;
use crate::unit::{BoundSet, Label, Reg, Region, is_temp};
use crate::{Res, syntax_error};
use weft_bytecode::Op;
use weft_source::Span;
use weft_syntax::ast::{Constant, Expr, ExprKind, Name, Stmt};

/// As many blocks as CPython nests.
const MAX_BLOCKS: usize = 21;

const EXCEPT_STAR: &str = "'break', 'continue' and 'return' cannot appear in an except* block";

#[derive(Clone, Copy)]
pub(crate) enum Block<'a> {
    Loop {
        break_to: Label,
        continue_to: Label,
        iterator: Option<Reg>,
    },
    /// The body of a `try` whose clauses handle; nothing to do on the way out.
    Try,
    /// Anything that a `finally` body follows.
    Finally(&'a [Stmt]),
    /// A handler: its exception is being handled.
    Handler {
        exc: Reg,
    },
    /// The body of `except … as name`.
    ExceptName(&'a Name, Span),
    /// The body of an `except*` clause: nothing leaves it early.
    ExceptStar,
    With {
        exit: Reg,
        is_async: bool,
        span: Span,
    },
}

impl Block<'_> {
    /// Whether a region of the handler table belongs to the block.
    fn has_region(&self) -> bool {
        !matches!(self, Block::Loop { .. })
    }

    /// Whether leaving it runs code of the script.
    fn runs_code(&self) -> bool {
        matches!(self, Block::Finally(_) | Block::With { .. })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Exit {
    Break,
    Continue,
    Return,
}

impl<'a> Compiler<'a> {
    /// Enters a block; its region begins here.
    pub(crate) fn push_block(&mut self, block: Block<'a>, span: Span) -> Res {
        if self.frame.blocks.len() >= MAX_BLOCKS {
            return Err(syntax_error(span, "too many statically nested blocks"));
        }
        if block.has_region() {
            self.unit.open_region();
        }
        self.frame.blocks.push(block);
        Ok(())
    }

    pub(crate) fn pop_block(&mut self) -> Region {
        match self.frame.blocks.pop() {
            Some(block) if block.has_region() => self.unit.close_region(),
            _ => Region::default(),
        }
    }

    pub(crate) fn break_loop(&mut self, span: Span) -> Res {
        self.leave_loop(span, Exit::Break, "'break' outside loop")
    }

    pub(crate) fn continue_loop(&mut self, span: Span) -> Res {
        self.leave_loop(span, Exit::Continue, "'continue' not properly in loop")
    }

    fn leave_loop(&mut self, span: Span, exit: Exit, outside: &str) -> Res {
        let found = self.frame.blocks.iter().rposition(|b| matches!(b, Block::Loop { .. } | Block::ExceptStar));
        match found.map(|index| (index, self.frame.blocks[index])) {
            Some((_, Block::ExceptStar)) => Err(syntax_error(span, EXCEPT_STAR)),
            Some((index, Block::Loop { break_to, continue_to, iterator })) => {
                self.unwinding(index + 1, exit, span, |compiler| {
                    if let (Exit::Break, Some(iterator)) = (exit, iterator) {
                        compiler.clear(iterator);
                    }
                    let target = if exit == Exit::Break { break_to } else { continue_to };
                    compiler.unit.jump(Op::Jump, 0, 0, target);
                    Ok(())
                })
            }
            _ => Err(syntax_error(span, outside)),
        }
    }

    pub(crate) fn return_stmt(&mut self, span: Span, value: Option<&'a Expr>) -> Res {
        let function = matches!(self.frame.kind, FrameKind::Function | FrameKind::AsyncFunction);
        if !function || self.scopes.get(self.unit.scope).kind != ScopeKind::Function {
            return Err(syntax_error(span, "'return' outside function"));
        }
        if value.is_some() && self.is_async_generator() {
            return Err(syntax_error(span, "'return' with value in async generator"));
        }
        if self.frame.blocks.iter().any(|b| matches!(b, Block::ExceptStar)) {
            return Err(syntax_error(span, EXCEPT_STAR));
        }
        let value = value.filter(|v| !matches!(&*v.node, ExprKind::Constant(Constant::None)));
        let Some(value) = value else {
            return self.unwinding(0, Exit::Return, span, |compiler| {
                compiler.unit.emit(Op::ReturnNone, 0, 0, 0, 0);
                Ok(())
            });
        };
        let mark = self.unit.mark();
        let runs_code = self.frame.blocks.iter().any(Block::runs_code);
        let constant = self.constant_of(value).filter(|_| runs_code);
        let (result, hidden) = match (constant.is_some(), runs_code) {
            (true, _) => (0, None),
            (false, false) => (self.operand(value)?, None),
            (false, true) => {
                let hidden = self.unit.hidden_value()?;
                self.into(value, hidden)?;
                (hidden, Some(hidden))
            }
        };
        self.unwinding(0, Exit::Return, span, |compiler| {
            compiler.at(span);
            // Only now, because a `finally` body begins without temporaries.
            let result = match constant {
                Some(constant) => {
                    let temp = compiler.unit.temp()?;
                    compiler.load_const(temp, constant);
                    temp
                }
                None => result,
            };
            compiler.unit.emit(Op::Return, 0, result, 0, 0);
            Ok(())
        })?;
        if let Some(hidden) = hidden {
            self.unit.free_hidden(hidden);
        }
        self.unit.release(mark);
        Ok(())
    }

    /// Leaves all blocks but the outermost `keep`, innermost first, then emits the way out. What is emitted for a block
    /// is no longer covered by its region.
    fn unwinding(&mut self, keep: usize, exit: Exit, span: Span, out: impl FnOnce(&mut Self) -> Res) -> Res {
        let depth = self.frame.handler_depth;
        let mut left = Vec::new();
        while self.frame.blocks.len() > keep {
            let Some(block) = self.frame.blocks.pop() else { break };
            let region = block.has_region().then(|| self.unit.close_region());
            left.push((block, region));
            self.leave_block(block, exit, span)?;
        }
        self.at(span);
        out(self)?;
        self.frame.handler_depth = depth;
        for (block, region) in left.into_iter().rev() {
            self.frame.blocks.push(block);
            if let Some(region) = region {
                self.unit.reopen_region(region);
            }
        }
        Ok(())
    }

    fn leave_block(&mut self, block: Block<'a>, exit: Exit, span: Span) -> Res {
        match block {
            Block::Try | Block::ExceptStar => {}
            Block::Loop { iterator, .. } => {
                // `finally` bodies further out find the iterator gone.
                if let Some(iterator) = iterator
                    && (exit != Exit::Return || self.frame.blocks.iter().any(Block::runs_code))
                {
                    self.at(span);
                    self.clear(iterator);
                }
            }
            Block::Finally(body) => self.body(body)?,
            Block::Handler { exc } => {
                self.frame.handler_depth = self.frame.handler_depth.saturating_sub(1);
                self.at(span);
                self.unit.emit(Op::PopHandled, 0, exc, 0, 0);
            }
            Block::ExceptName(name, name_span) => {
                // A return drops plain locals by itself, and may be about to read this one.
                if exit != Exit::Return || self.store_register(name).is_none() {
                    self.at(span);
                    self.forget_name(name, name_span)?;
                }
            }
            Block::With { exit: method, is_async, span } => self.exit_normally(method, is_async, span)?,
        }
        Ok(())
    }

    /// Starts a handler: `exc` is the exception handled from here on. What the body left in hidden registers is dropped.
    pub(crate) fn start_handling(&mut self, exc: Reg, leftovers: usize) {
        self.nowhere();
        let mut dropped: Vec<Reg> = self.unit.hidden_log[leftovers..].to_vec();
        dropped.sort_unstable();
        dropped.dedup();
        for reg in dropped.into_iter().rev().filter(|reg| *reg != exc && *reg != exc + 1) {
            self.clear(reg);
        }
        self.unit.emit(Op::PushHandled, 0, exc, 0, 0);
        self.frame.handler_depth += 1;
    }

    /// The end of a handler's region: an exception that leaves it, in `raised`, is raised on. If the code before falls
    /// through, it goes on with what stands in `raised`.
    pub(crate) fn raise_on(&mut self, region: &Region, exc: Reg, raised: Reg, bound: &BoundSet) {
        self.nowhere();
        self.unit.begin_handler(&[region], raised, bound);
        self.unit.emit(Op::PopHandled, 0, exc, 0, 0);
        self.unit.emit(Op::Reraise, 0, raised, 0, 0);
        debug_assert!(!is_temp(raised));
    }
}
