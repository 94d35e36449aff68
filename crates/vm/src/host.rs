//! What the machine asks of the world outside.

use crate::Res;
use crate::Vm;

use std::rc::Rc;
use weft_bytecode::Code;

/// How a text is compiled, as in `compile()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompileMode {
    Exec,
    Eval,
    Single,
}

/// A SyntaxError as data.
#[derive(Clone, Debug)]
pub struct SyntaxProblem {
    /// Name of the exception class.
    pub class: &'static str,
    pub message: String,
    /// Lines from 1, columns in code points from 1; 0: unknown.
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    /// The text of the line.
    pub text: Option<String>,
    /// The file, where the one who asks doesn't know it.
    pub filename: Option<String>,
}

impl SyntaxProblem {
    /// A problem with a file as a whole.
    pub fn without_place(class: &'static str, message: String) -> SyntaxProblem {
        SyntaxProblem { class, message, line: 0, column: 0, end_line: 0, end_column: 0, text: None, filename: None }
    }

    /// Whether it is known where the problem is.
    pub fn has_place(&self) -> bool {
        self.line != 0 || self.text.is_some()
    }
}

/// A module found by the host.
pub enum FoundModule {
    /// Compiled code; `path` for `__file__`; `package` when it has submodules.
    Code { code: Rc<Code>, path: String, package: bool },
}

/// The world as the machine sees it.
pub trait Host {
    /// Compiles text for `exec`, `eval`, `compile` and the REPL. `namespace`: names go through a mapping.
    fn compile(
        &mut self,
        text: &str,
        filename: &str,
        mode: CompileMode,
        namespace: bool,
    ) -> Result<Rc<Code>, SyntaxProblem>;

    /// The SyntaxWarnings of what was compiled since this was last asked, with their files.
    fn take_warnings(&mut self) -> Vec<SyntaxProblem> {
        Vec::new()
    }

    /// Finds a module by its dotted name.
    fn find_module(&mut self, name: &str) -> Option<Result<FoundModule, SyntaxProblem>>;

    /// The line (from 1) of a source file, for tracebacks.
    fn source_line(&mut self, filename: &str, line: u32) -> Option<String>;

    /// Writes to a file descriptor (1 or 2), or says the errno.
    fn write(&mut self, fd: i32, bytes: &[u8]) -> Result<(), i32>;

    /// Whether reports on standard error are to have colours.
    fn wants_colours(&self) -> bool {
        false
    }

    /// Called when `Vm::interrupt` is set: may run signal handlers; raises KeyboardInterrupt.
    fn on_interrupt(&mut self) -> Option<fn(&mut Vm) -> Res<()>> {
        None
    }
}
