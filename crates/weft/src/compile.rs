//! Text to verified bytecode.

use std::rc::Rc;

use weft_bytecode::Code;
use weft_bytecode::Fault;
use weft_compiler::CompileOptions;
use weft_source::{Diagnostic, DiagnosticKind, LineIndex};
use weft_syntax::ParseOptions;
use weft_syntax::ast::Mode;
use weft_vm::host::{CompileMode, SyntaxProblem};

/// What is to be compiled, and how.
pub struct Request<'a> {
    pub filename: &'a str,
    pub mode: CompileMode,
    /// Names of the top level go through a mapping.
    pub namespace: bool,
    /// `await` is allowed at the top level.
    pub top_level_await: bool,
    /// 1: without assertions; 2: without docstrings, too.
    pub optimize: u8,
}

impl<'a> Request<'a> {
    /// A whole file.
    pub fn file(filename: &'a str) -> Request<'a> {
        Request { filename, mode: CompileMode::Exec, namespace: false, top_level_await: false, optimize: 0 }
    }
}

/// Code, and what CPython would print as SyntaxWarning.
pub struct Compiled {
    pub code: Rc<Code>,
    pub warnings: Vec<SyntaxProblem>,
}

/// The text of a source file; `path` is for messages about the file as a whole.
pub fn decode(bytes: &[u8], path: &str) -> Result<String, SyntaxProblem> {
    weft_syntax::decode_file(bytes, path).map_err(|error| {
        if error.message.starts_with("Non-UTF-8 code") {
            return SyntaxProblem::without_place("SyntaxError", error.message);
        }
        let text = String::from_utf8_lossy(bytes);
        problem(&text, &error)
    })
}

/// Parses, compiles and verifies.
pub fn compile(text: &str, request: &Request<'_>) -> Result<Compiled, SyntaxProblem> {
    let mode = match request.mode {
        CompileMode::Exec => Mode::Exec,
        CompileMode::Eval => Mode::Eval,
        CompileMode::Single => Mode::Single,
    };
    let top_level_await = request.top_level_await;
    let parsed =
        weft_syntax::parse(text, &ParseOptions { mode, top_level_await }).map_err(|errors| match errors.first() {
            Some(error) => {
                cut_short(text, request.mode, error, as_parsed(request.filename, request.mode, problem(text, error)))
            }
            None => unknown("invalid syntax"),
        })?;
    let options = CompileOptions {
        filename: Rc::from(request.filename),
        mode,
        top_level_await,
        has_namespace: request.namespace,
        future_annotations: false,
        optimize: request.optimize,
    };
    let (code, more) = weft_compiler::compile(text, &parsed.module, &options)
        .map_err(|error| as_compiled(request.filename, problem(text, &error)))?;
    // The compiler's output is not trusted either: what the machine runs has passed the verifier.
    weft_bytecode::verify(&code).map_err(|error| match error.fault {
        Fault::CodeTooDeep => unknown("functions are nested too deeply"),
        Fault::TooTangled => unknown("code is too complex"),
        fault => unknown(&format!("the compiler made invalid code: {fault}")),
    })?;
    let warnings = parsed.warnings.iter().chain(&more).map(|warning| problem(text, warning)).collect();
    Ok(Compiled { code, warnings })
}

/// Starts of messages about tokens: these show the line as it is.
const ABOUT_TOKENS: &[&str] = &[
    "closing parenthesis",
    "f-string: expecting '}'",
    "inconsistent use",
    "invalid character",
    "invalid non-printable",
    "leading zeros",
    "too many nested parentheses",
    "unexpected EOF",
    "unindent does not match",
    "unmatched",
    "unterminated",
];

/// The parser sees every line of a whole text end in a newline.
fn as_parsed(filename: &str, mode: CompileMode, mut found: SyntaxProblem) -> SyntaxProblem {
    // These CPython finds when it has parsed, too.
    if found.message.starts_with("duplicate argument") || found.message.starts_with("keyword argument repeated") {
        return as_compiled(filename, found);
    }
    let about_tokens =
        ABOUT_TOKENS.iter().any(|start| found.message.starts_with(start)) || found.message.ends_with(" literal");
    if let Some(text) = found.text.as_mut().filter(|text| !about_tokens && !text.ends_with('\n'))
        && mode == CompileMode::Exec
    {
        text.push('\n');
    }
    found
}

/// After parsing, the line is looked up in the file; without a file there is none to show.
fn as_compiled(filename: &str, mut found: SyntaxProblem) -> SyntaxProblem {
    if filename.starts_with('<') || !std::path::Path::new(filename).is_file() {
        found.text = None;
    }
    found
}

/// Where a text that is no file breaks off, CPython knows no column, and for an empty text no line.
fn cut_short(text: &str, mode: CompileMode, error: &Diagnostic, found: SyntaxProblem) -> SyntaxProblem {
    let rest = text.get(error.span.start as usize..).unwrap_or_default().trim_start_matches([' ', '\t', '\x0C']);
    let at_the_end = rest.is_empty() || rest.starts_with('#') && !rest.contains('\n');
    if mode == CompileMode::Exec || found.message != "invalid syntax" || !at_the_end || text.ends_with('\n') {
        return found;
    }
    let line = if text.is_empty() { 0 } else { found.line };
    SyntaxProblem { line, column: 0, end_line: line, end_column: 0, ..found }
}

fn unknown(message: &str) -> SyntaxProblem {
    SyntaxProblem::without_place("SyntaxError", message.to_owned())
}

/// A diagnostic with lines and columns as CPython counts them, from 1 and in code points.
fn problem(text: &str, diagnostic: &Diagnostic) -> SyntaxProblem {
    let class = match diagnostic.kind {
        DiagnosticKind::SyntaxError => "SyntaxError",
        DiagnosticKind::IndentationError => "IndentationError",
        DiagnosticKind::TabError => "TabError",
        DiagnosticKind::RecursionError => "RecursionError",
        DiagnosticKind::MemoryError => "MemoryError",
        DiagnosticKind::ValueError => "ValueError",
    };
    let index = LineIndex::new(text);
    let place = |offset: u32| {
        let (line, column) = index.line_col(offset.min(text.len() as u32));
        let start = index.line_start(line).unwrap_or(0) as usize;
        let before = text.get(start..start + column as usize).map_or(column as usize, |t| t.chars().count());
        (line, before as u32 + 1)
    };
    let (line, column) = place(diagnostic.span.start);
    let (end_line, end_column) = place(diagnostic.span.end);
    let start = index.line_start(line).unwrap_or(0) as usize;
    let shown = text.get(start..).and_then(|rest| rest.split_inclusive(['\n', '\r']).next());
    SyntaxProblem {
        class,
        message: diagnostic.message.clone(),
        line,
        column,
        end_line,
        end_column,
        text: shown.map(str::to_owned),
        filename: None,
    }
}
