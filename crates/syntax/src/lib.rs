//! Source text to tree: tokens, layout, soft keywords, grammar, checks. Knows no bytecode.
#![forbid(unsafe_code)]

pub mod ast;

use weft_source::Diagnostic;

/// What a text is parsed for.
#[derive(Clone, Copy, Debug)]
pub struct ParseOptions {
    pub mode: ast::Mode,
    /// `await` at top level is allowed (the REPL).
    pub top_level_await: bool,
}

/// A parsed text, and what CPython would print as SyntaxWarning.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// In `Eval` mode, one expression statement.
    pub module: ast::Module,
    pub warnings: Vec<Diagnostic>,
}
