//! Statements.

use crate::Res;
use crate::compiler::Compiler;
use crate::constants::truth;
use weft_bytecode::{Common, Intrinsic, Op};
use weft_source::Span;
use weft_syntax::ast::{Expr, ExprKind, Mode, Stmt, StmtKind};

impl<'a> Compiler<'a> {
    pub(crate) fn body(&mut self, body: &'a [Stmt]) -> Res {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &'a Stmt) -> Res {
        self.at(stmt.span);
        debug_assert_eq!(self.unit.mark(), 0, "a statement begins with no temporaries");
        match &stmt.node {
            StmtKind::FunctionDef(def) => self.function_def(def, stmt.span),
            StmtKind::ClassDef(def) => self.class_def(def, stmt.span),
            StmtKind::TypeAlias { name, type_params, value } => self.type_alias(stmt, name, type_params, value),
            StmtKind::Return(value) => self.return_stmt(stmt.span, value.as_ref()),
            StmtKind::Delete(targets) => targets.iter().try_for_each(|target| self.delete(target)),
            StmtKind::Assign { targets, value } => self.assign(targets, value),
            StmtKind::AugAssign { target, op, value } => self.augmented(stmt.span, target, *op, value),
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.annotated(stmt.span, target, annotation, value.as_ref(), *simple)
            }
            StmtKind::For { is_async: false, target, iter, body, orelse } => {
                self.for_loop(stmt.span, target, iter, body, orelse)
            }
            StmtKind::For { is_async: true, target, iter, body, orelse } => {
                self.async_for(stmt.span, target, iter, body, orelse)
            }
            StmtKind::While { test, body, orelse } => self.while_loop(stmt.span, test, body, orelse),
            StmtKind::If { .. } => self.if_chain(stmt),
            StmtKind::With { is_async, items, body } => self.with_stmt(stmt.span, *is_async, items, body),
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::Raise { exc, cause } => self.raise(stmt.span, exc.as_ref(), cause.as_ref()),
            StmtKind::Try { .. } => self.try_stmt(stmt),
            StmtKind::Assert { test, msg } => self.assert(stmt.span, test, msg.as_ref()),
            StmtKind::Import(names) => self.import(stmt.span, names),
            StmtKind::ImportFrom { module, names, level } => {
                self.import_from(stmt.span, module.as_ref(), names, *level)
            }
            StmtKind::Expr(value) => self.expression_statement(value),
            StmtKind::Global(_) | StmtKind::Nonlocal(_) | StmtKind::Pass => Ok(()),
            StmtKind::Break => self.break_loop(stmt.span),
            StmtKind::Continue => self.continue_loop(stmt.span),
        }
    }

    fn expression_statement(&mut self, value: &'a Expr) -> Res {
        let shown = self.options.mode == Mode::Single && self.frame.kind == crate::compiler::FrameKind::Module;
        if !shown {
            return self.effect(value);
        }
        let result = self.push(value)?;
        self.intrinsic(Intrinsic::DisplayHook, result, result, result);
        self.clear(result);
        self.unit.release(0);
        Ok(())
    }

    /// A loop, because `elif` chains may be thousands long.
    fn if_chain(&mut self, mut stmt: &'a Stmt) -> Res {
        let end = self.unit.label();
        while let StmtKind::If { test, body, orelse } = &stmt.node {
            let otherwise = self.unit.label();
            self.jump_if(test, otherwise, false)?;
            self.body(body)?;
            if orelse.is_empty() {
                self.unit.bind(otherwise);
                break;
            }
            self.unit.jump(Op::Jump, 0, 0, end);
            self.unit.bind(otherwise);
            match orelse.as_slice() {
                [next] if matches!(next.node, StmtKind::If { .. }) => {
                    self.at(next.span);
                    stmt = next;
                }
                _ => {
                    self.body(orelse)?;
                    break;
                }
            }
        }
        self.unit.bind(end);
        Ok(())
    }

    fn raise(&mut self, span: Span, exc: Option<&'a Expr>, cause: Option<&'a Expr>) -> Res {
        let mark = self.unit.mark();
        let later: Vec<&'a Expr> = cause.into_iter().collect();
        let raised = exc.map(|e| self.operand_before(e, &later)).transpose()?;
        let from = cause.map(|e| self.operand(e)).transpose()?;
        let count = u8::from(raised.is_some()) + u8::from(from.is_some());
        self.at(span);
        self.unit.emit(Op::Raise, count, raised.unwrap_or(0), from.unwrap_or(0), 0);
        self.unit.release(mark);
        Ok(())
    }

    fn assert(&mut self, span: Span, test: &'a Expr, msg: Option<&'a Expr>) -> Res {
        self.lint_assert(test);
        if self.options.optimize > 0 {
            return Ok(());
        }
        if matches!(&*test.node, ExprKind::Constant(_)) && self.constant_of(test).is_some_and(|value| truth(&value)) {
            return Ok(());
        }
        let holds = self.unit.label();
        self.jump_if(test, holds, true)?;
        let mark = self.unit.mark();
        let error = self.unit.temp()?;
        self.at(span);
        self.unit.emit(Op::LoadCommon, Common::AssertionError as u8, error, 0, 0);
        if let Some(msg) = msg {
            self.push(msg)?;
            self.at(span);
            self.unit.emit(Op::Call, 0, error, 1, error);
        }
        self.at(test.span);
        self.unit.emit(Op::Raise, 1, error, 0, 0);
        self.unit.release(mark);
        self.unit.bind(holds);
        let _ = span;
        Ok(())
    }
}
