//! Tree to bytecode: scopes, registers, instructions. Runs nothing.
//!
//! [`compile`] first decides where every name lives (`scope`), then walks the tree once and writes instructions into
//! a `unit::Unit` for each code object. Expressions are compiled *into a wanted register*, so that `x = a + b` on
//! locals is one instruction.
#![forbid(unsafe_code)]

mod assign;
mod call;
mod class;
mod compiler;
mod comprehension;
mod condition;
mod constants;
mod display;
mod except_star;
mod exceptions;
mod expression;
mod flow;
mod fold;
mod fstring;
mod function;
mod future;
mod import;
mod lint;
mod loops;
mod module;
mod names;
mod operators;
mod pattern;
mod scope;
mod statement;
mod suspend;
mod type_params;
mod unit;
mod unparse;
mod with;

use std::rc::Rc;
use weft_bytecode::Code;
use weft_source::{Diagnostic, DiagnosticKind, Span};
use weft_syntax::ast;

/// What a text is compiled for.
#[derive(Clone, Debug)]
pub struct CompileOptions {
    /// The file's name, for tracebacks.
    pub filename: Rc<str>,
    pub mode: ast::Mode,
    /// `await` at the top level is allowed; a module that uses it becomes a coroutine.
    pub top_level_await: bool,
    /// Names of the top level live in a namespace of their own in register 0 (`exec` with separate locals).
    pub has_namespace: bool,
    /// Annotations become strings, as after `from __future__ import annotations`; the import itself is found too.
    pub future_annotations: bool,
    /// 1 drops `assert` and makes `__debug__` false, 2 drops docstrings too.
    pub optimize: u8,
}

type Res<T = ()> = Result<T, Diagnostic>;

/// Compiles a module, an expression or one REPL input; the diagnostics are SyntaxWarnings.
///
/// # Errors
/// The first error that depends on scopes or context, with CPython's words.
pub fn compile(text: &str, module: &ast::Module, options: &CompileOptions) -> Res<(Rc<Code>, Vec<Diagnostic>)> {
    module::compile(text, module, options)
}

fn syntax_error(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic { kind: DiagnosticKind::SyntaxError, message: message.into(), span }
}

fn too_large() -> Diagnostic {
    syntax_error(Span::default(), "code is too large")
}
