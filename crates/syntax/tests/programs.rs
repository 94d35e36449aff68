//! Programs that parse, as trees, and programs that do not, as diagnostics. One situation a file; each diagnostic was
//! seen to be CPython 3.13's, its place included.

mod dump;

use std::path::Path;

use weft_source::{Diagnostic, DiagnosticKind, LineIndex};
use weft_syntax::{ParseOptions, ast::Mode, decode, parse};

const PROGRAM: ParseOptions = ParseOptions { mode: Mode::Exec, top_level_await: false };

fn read(path: &Path) -> String {
    decode(&std::fs::read(path).expect("the program can be read")).expect("the program is UTF-8")
}

/// `line:column-line:column Kind: message`, columns in characters from 1.
fn describe(text: &str, problem: &Diagnostic) -> String {
    let lines = LineIndex::new(text);
    let place = |offset: u32| {
        let (line, column) = lines.line_col(offset);
        let before = &text[(offset - column) as usize..offset as usize];
        format!("{line}:{}", before.chars().count() + 1)
    };
    let kind = match problem.kind {
        DiagnosticKind::SyntaxError => "SyntaxError",
        DiagnosticKind::IndentationError => "IndentationError",
        DiagnosticKind::TabError => "TabError",
        DiagnosticKind::RecursionError => "RecursionError",
        DiagnosticKind::MemoryError => "MemoryError",
        DiagnosticKind::ValueError => "ValueError",
    };
    format!("{}-{} {kind}: {}", place(problem.span.start), place(problem.span.end), problem.message)
}

#[test]
fn valid_programs_have_their_trees() {
    insta::glob!("valid/*.py", |path| {
        let text = read(path);
        let parsed = parse(&text, &PROGRAM).unwrap_or_else(|problems| panic!("{}", describe(&text, &problems[0])));
        insta::with_settings!({ description => &text, omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(dump::dump(&parsed.module, None));
        });
    });
}

#[test]
fn invalid_programs_have_their_diagnostics() {
    insta::glob!("invalid/*.py", |path| {
        let text = read(path);
        let problems = parse(&text, &PROGRAM).expect_err("the program should be refused");
        insta::with_settings!({ description => &text, omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(describe(&text, &problems[0]));
        });
    });
}
