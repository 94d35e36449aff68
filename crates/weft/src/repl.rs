//! Statements typed at a prompt.

use weft_syntax::ast::{Mode, Stmt, StmtKind};
use weft_vm::builtins::import::import_module;
use weft_vm::heap::Kind;
use weft_vm::host::CompileMode;
use weft_vm::objects::intern;
use weft_vm::{Res, Value, types};

use crate::Interpreter;
use crate::compile::{Request, compile};

const FILENAME: &str = "<stdin>";

/// What became of a statement typed at the prompt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReplOutcome {
    /// More lines may follow; nothing has run.
    Incomplete,
    /// It has run, or its error has been shown.
    Done,
    /// The program asked to leave, with this status.
    Exit(i32),
}

/// Whether more lines may follow: a block goes on until a blank line.
fn is_incomplete(text: &str) -> bool {
    let blank = text.ends_with("\n\n");
    match weft_syntax::parse(text, &weft_syntax::ParseOptions { mode: Mode::Single, top_level_await: true }) {
        Ok(parsed) => !blank && parsed.module.body.last().is_some_and(is_compound),
        Err(_) => weft_syntax::is_incomplete(text),
    }
}

fn is_compound(statement: &Stmt) -> bool {
    matches!(
        statement.node,
        StmtKind::FunctionDef(_)
            | StmtKind::ClassDef(_)
            | StmtKind::For { .. }
            | StmtKind::While { .. }
            | StmtKind::If { .. }
            | StmtKind::With { .. }
            | StmtKind::Match { .. }
            | StmtKind::Try { .. }
    )
}

impl Interpreter {
    /// Runs a statement typed at the prompt, if it is whole. It may use `await`.
    pub fn repl_push(&mut self, statement: &str) -> ReplOutcome {
        if is_incomplete(statement) {
            return ReplOutcome::Incomplete;
        }
        self.sources.borrow_mut().remember(FILENAME, statement);
        let request = Request {
            filename: FILENAME,
            mode: CompileMode::Single,
            namespace: false,
            top_level_await: true,
            optimize: 0,
        };
        let result = match compile(statement, &request) {
            Ok(compiled) => self.run_code(&compiled.code).and_then(|value| self.settle(value)),
            Err(problem) => {
                self.report_problem(&problem, FILENAME);
                return ReplOutcome::Done;
            }
        };
        let outcome = match result {
            Ok(()) => ReplOutcome::Done,
            Err(_) if self.vm.thrown_is(&types().exceptions.SystemExit) => ReplOutcome::Exit(self.report()),
            Err(_) => {
                self.report();
                ReplOutcome::Done
            }
        };
        self.flush();
        outcome
    }

    /// A statement that awaits is a coroutine: it runs in a loop that stays for the next one.
    fn settle(&mut self, value: Value) -> Res<()> {
        if !value.is_kind(Kind::Generator) {
            return Ok(());
        }
        let event_loop = match &self.repl_loop {
            Some(event_loop) => event_loop.clone(),
            None => {
                let asyncio = import_module(&mut self.vm, "asyncio")?;
                let made = self.vm.call_method(&asyncio, &intern(b"new_event_loop"), &[])?;
                self.vm.call_method(&asyncio, &intern(b"set_event_loop"), std::slice::from_ref(&made))?;
                self.repl_loop = Some(made.clone());
                made
            }
        };
        self.vm.call_method(&event_loop, &intern(b"run_until_complete"), &[value])?;
        Ok(())
    }
}
