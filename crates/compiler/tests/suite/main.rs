//! What the compiler makes of small programs, and which errors it finds.
#![forbid(unsafe_code)]

mod code;
mod errors;
mod modes;

use std::rc::Rc;
use weft_bytecode::Code;
use weft_compiler::{CompileOptions, compile};
use weft_source::Diagnostic;
use weft_syntax::ast::Mode;
use weft_syntax::{ParseOptions, parse};

fn options(mode: Mode) -> CompileOptions {
    CompileOptions {
        filename: "test.py".into(),
        mode,
        top_level_await: false,
        has_namespace: false,
        future_annotations: false,
        optimize: 0,
    }
}

/// Parses and compiles; the code must pass the verifier.
#[track_caller]
fn try_compile(source: &str, options: &CompileOptions) -> Result<(Rc<Code>, Vec<Diagnostic>), Diagnostic> {
    let parse_options = ParseOptions { mode: options.mode, top_level_await: options.top_level_await };
    // Some of the checks are the parser's.
    let parsed = parse(source, &parse_options).map_err(|mut errors| errors.swap_remove(0))?;
    let (code, warnings) = compile(source, &parsed.module, options)?;
    if let Err(error) = weft_bytecode::verify(&code) {
        panic!("{source:?} isn't verified: {error:?}\n{}", weft_bytecode::disassemble(&code));
    }
    Ok((code, warnings))
}

#[track_caller]
fn disassembled(source: &str, options: &CompileOptions) -> String {
    match try_compile(source, options) {
        Ok((code, _)) => format!("{}\n\n{}", source.trim_end(), weft_bytecode::disassemble(&code)),
        Err(error) => panic!("{source:?} doesn't compile: {}", error.message),
    }
}
