//! The one place where the command touches the interpreter.

use std::path::Path;

use crate::options::{self, Run};

/// What a run returns when an interrupt that the program did not catch has ended it: the signal's number, negated,
/// which no exit status can be.
pub const INTERRUPTED: i32 = weft::INTERRUPTED;

/// What the command needs of an interpreter; the prompt's tests have their own.
pub trait Engine {
    /// Runs a file; reports an uncaught error; returns the exit status, or [`INTERRUPTED`].
    fn run_file(&mut self, path: &Path) -> i32;
    /// Runs the argument of `-c`.
    fn run_command(&mut self, command: &str) -> i32;
    /// Runs a module by its name, as `-m` does.
    fn run_module(&mut self, name: &str) -> i32;
    /// Runs all of standard input.
    fn run_stdin(&mut self) -> i32;
    /// Runs a statement typed at the prompt, if it is whole.
    fn repl_push(&mut self, statement: &str) -> ReplOutcome;
    /// Ends the program: exit functions, finalisers, output. Returns the status to exit with.
    fn finish(&mut self, status: i32) -> i32 {
        status
    }
}

/// What became of a statement typed at the prompt.
pub use weft::ReplOutcome;

/// An interpreter for the program that `run` describes.
pub fn start(run: &Run) -> Result<Box<dyn Engine>, String> {
    let config = weft::Config {
        argv: run.argv.clone(),
        clock: match run.clock {
            options::Clock::Real => weft::Clock::Real,
            options::Clock::Virtual => weft::Clock::Virtual,
        },
        unbuffered: run.unbuffered,
        warnings: run.warnings.clone(),
        implementation: run.implementation.clone(),
        switches: run.switches.clone(),
        stats: run.stats,
    };
    match weft::Interpreter::new(config) {
        Ok(interpreter) => Ok(Box::new(interpreter)),
        Err(error) => Err(error.to_string()),
    }
}

/// The bytecode of a file as text.
pub fn disassemble(path: &Path) -> Result<String, String> {
    weft::disassemble(path)
}

impl Engine for weft::Interpreter {
    fn run_file(&mut self, path: &Path) -> i32 {
        self.run_file(path)
    }

    fn run_command(&mut self, command: &str) -> i32 {
        self.run_command(command)
    }

    fn run_module(&mut self, name: &str) -> i32 {
        self.run_module(name)
    }

    fn run_stdin(&mut self) -> i32 {
        self.run_stdin()
    }

    fn repl_push(&mut self, statement: &str) -> ReplOutcome {
        self.repl_push(statement)
    }

    fn finish(&mut self, status: i32) -> i32 {
        self.finish(status)
    }
}
