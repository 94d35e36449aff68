//! Compiles and verifies files; `--dis` prints the code, `--count` only totals.
//!
//!     cargo run -p weft-compiler --example compile -- --dis FILE…
#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Instant;
use weft_bytecode::{Code, Const};
use weft_compiler::{CompileOptions, compile};
use weft_source::LineIndex;
use weft_syntax::ast::Mode;
use weft_syntax::{ParseOptions, decode, parse};

/// Deeply nested source needs more than a main thread has.
const STACK: usize = 512 << 20;

fn main() -> ExitCode {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        _ => ExitCode::from(101),
    }
}

#[derive(Default)]
struct Totals {
    files: usize,
    rejected: usize,
    broken: usize,
    instructions: usize,
}

fn run() -> ExitCode {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|arg| arg.starts_with("--"));
    let show = flags.iter().any(|flag| flag == "--dis");
    let start = Instant::now();
    let mut totals = Totals::default();
    for file in &files {
        totals.files += 1;
        match one(file) {
            Ok(code) => {
                totals.instructions += count(&code);
                if let Err(error) = weft_bytecode::verify(&code) {
                    totals.broken += 1;
                    println!("{file}: {error:?}");
                }
                if show {
                    println!("{}", weft_bytecode::disassemble(&code));
                }
            }
            Err(message) => {
                totals.rejected += 1;
                println!("{file}: {message}");
            }
        }
    }
    if flags.iter().any(|flag| flag == "--count") {
        let Totals { files, rejected, broken, instructions } = totals;
        println!(
            "{files} files, {rejected} rejected, {broken} not verified, {instructions} instructions, {:?}",
            start.elapsed()
        );
    }
    ExitCode::from(u8::from(totals.rejected + totals.broken > 0))
}

fn one(file: &str) -> Result<std::rc::Rc<Code>, String> {
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    let text = decode(&bytes).map_err(|error| error.message)?;
    let parsed = parse(&text, &ParseOptions { mode: Mode::Exec, top_level_await: false })
        .map_err(|errors| errors.first().map_or_else(String::new, |error| format!("parse: {}", error.message)))?;
    let options = CompileOptions {
        filename: file.into(),
        mode: Mode::Exec,
        top_level_await: false,
        has_namespace: false,
        future_annotations: false,
        optimize: 0,
    };
    let result = compile(&text, &parsed.module, &options);
    let (code, warnings) = result.map_err(|error| {
        let index = LineIndex::new(&text);
        let ((line, column), (end_line, end_column)) =
            (index.line_col(error.span.start), index.line_col(error.span.end));
        format!("{} [{line}:{}-{end_line}:{}]", error.message, column + 1, end_column + 1)
    })?;
    for warning in warnings {
        eprintln!("{file}:{}: {}", LineIndex::new(&text).line_col(warning.span.start).0, warning.message);
    }
    Ok(code)
}

fn count(code: &Code) -> usize {
    let nested = code.consts.iter().map(|value| match value {
        Const::Code(code) => count(code),
        _ => 0,
    });
    code.instrs.len() + nested.sum::<usize>()
}
