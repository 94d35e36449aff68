//! Parses files and prints what CPython would print for their first error, nothing else.

use weft_source::{DiagnosticKind, LineIndex};
use weft_syntax::{ParseOptions, ast::Mode, decode, parse};

fn main() {
    let options = ParseOptions { mode: Mode::Exec, top_level_await: false };
    for path in std::env::args().skip(1) {
        let Ok(bytes) = std::fs::read(&path) else {
            println!("{path}: cannot be read");
            continue;
        };
        let text = decode(&bytes);
        let result = text.as_ref().map_err(|e| vec![e.clone()]).and_then(|text| parse(text, &options));
        let Err(problems) = result else { continue };
        let lines = LineIndex::new(text.as_deref().unwrap_or_default());
        for problem in problems.iter().take(1) {
            let kind = match problem.kind {
                DiagnosticKind::SyntaxError => "SyntaxError",
                DiagnosticKind::IndentationError => "IndentationError",
                DiagnosticKind::TabError => "TabError",
                DiagnosticKind::RecursionError => "RecursionError",
                DiagnosticKind::MemoryError => "MemoryError",
                DiagnosticKind::ValueError => "ValueError",
            };
            let columns = |offset: u32| {
                let (line, column) = lines.line_col(offset);
                let source = text.as_deref().unwrap_or_default();
                let before = source.get((offset - column) as usize..offset as usize).unwrap_or_default();
                (line, before.chars().count() + 1)
            };
            let (line, column) = columns(problem.span.start);
            let (end_line, end_column) = columns(problem.span.end);
            println!("  File \"{path}\", line {line} cols {column}-{end_line}:{end_column}");
            println!("{kind}: {}", problem.message);
        }
    }
}
