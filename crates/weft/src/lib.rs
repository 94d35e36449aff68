//! Weft as a library: an interpreter for Python programs.
//!
//! ```no_run
//! let mut interpreter = weft::Interpreter::new(weft::Config::default())?;
//! let status = interpreter.run_command("print('hello')");
//! std::process::exit(interpreter.finish(status));
//! # Ok::<(), std::io::Error>(())
//! ```
#![forbid(unsafe_code)]

mod compile;
mod host;
mod interpreter;
mod repl;
mod run_module;

use std::path::Path;

pub use interpreter::{INTERRUPTED, Interpreter};
pub use repl::ReplOutcome;

/// How programs are to be run.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// What the program finds in `sys.argv`.
    pub argv: Vec<String>,
    /// The clock that sleeping and timers go by.
    pub clock: Clock,
    /// Output is written at once.
    pub unbuffered: bool,
    /// The arguments of each `-W`.
    pub warnings: Vec<String>,
    /// The arguments of each `-X`.
    pub implementation: Vec<String>,
    /// The letters of CPython's options without arguments that were given.
    pub switches: String,
    /// What the program does is counted, and written to standard error at its end.
    pub stats: bool,
}

/// The clock that sleeping and timers go by.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Clock {
    /// Time passes.
    #[default]
    Real,
    /// When there is nothing left to do but wait, time jumps.
    Virtual,
}

/// The bytecode of a file as text.
///
/// # Errors
/// Why the file can't be read or compiled.
pub fn disassemble(path: &Path) -> Result<String, String> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| format!("{shown}: {error}"))?;
    let describe = |problem: weft_vm::host::SyntaxProblem| {
        let place = format!("  File \"{shown}\", line {}\n", problem.line);
        let place = if problem.has_place() { place } else { String::new() };
        let line = problem.text.map_or_else(String::new, |text| format!("    {}\n", text.trim()));
        format!("{place}{line}{}: {}", problem.class, problem.message)
    };
    let text = compile::decode(&bytes, &shown).map_err(describe)?;
    let compiled = compile::compile(&text, &compile::Request::file(&shown)).map_err(describe)?;
    Ok(weft_bytecode::disassemble(&compiled.code))
}
