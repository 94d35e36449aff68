//! The one place where the command touches the interpreter.

use std::path::Path;

use crate::options::Run;

/// What a run returns when an interrupt that the program did not catch has ended it: the signal's number, negated,
/// which no exit status can be.
pub const INTERRUPTED: i32 = -signal_hook::consts::SIGINT;

/// What the command needs of an interpreter; the prompt's tests have their own.
pub trait Engine {
    /// Runs a file; reports an uncaught error; returns the exit status, or [`INTERRUPTED`].
    fn run_file(&mut self, path: &Path) -> i32;
    /// Runs the argument of `-c`.
    fn run_command(&mut self, command: &str) -> i32;
    /// Runs all of standard input.
    fn run_stdin(&mut self) -> i32;
    /// Runs a statement typed at the prompt, if it is whole.
    fn repl_push(&mut self, statement: &str) -> ReplOutcome;
}

/// What became of a statement typed at the prompt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(not(test), expect(dead_code, reason = "the interpreter behind `start` is not joined yet"))]
pub enum ReplOutcome {
    /// More lines may follow; nothing has run.
    Incomplete,
    /// It has run, or its error has been shown.
    Done,
    /// The program asked to leave, with this status.
    Exit(i32),
}

/// An interpreter for the program that `run` describes.
pub fn start(_run: &Run) -> Result<Box<dyn Engine>, String> {
    Err("this build has no interpreter yet".to_owned())
}

/// The bytecode of a file as text.
pub fn disassemble(_path: &Path) -> Result<String, String> {
    Err("this build has no compiler yet".to_owned())
}
