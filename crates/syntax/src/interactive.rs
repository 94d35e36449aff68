//! What a prompt asks: is this input complete, and is it one statement?

use weft_source::{Diagnostic, Span};

use crate::ast::{Stmt, StmtKind};
use crate::build::Builder;
use crate::token::{Kind, Token};
use crate::{lexer, run_grammar, soft_keywords, syntax_error};

/// Whether `text` is the beginning of an input that more lines could complete, as `codeop.compile_command` tells it.
/// A compound statement is complete once a line end follows its last line, so a prompt that joins the lines it reads
/// with `\n` needs a blank one to end it.
#[must_use]
pub fn is_incomplete(text: &str) -> bool {
    let mut lexed = lexer::tokenize(text, Kind::StartExec);
    soft_keywords::mark(text, &mut lexed.tokens);
    let mut builder = Builder::new(text, &lexed.tokens);
    let result = run_grammar(&mut builder, &lexed.tokens);
    if builder.error.is_some() || builder.rejected.is_some() {
        return false;
    }
    match result {
        Ok(body) => body.last().is_some_and(is_compound) && !text.ends_with(['\n', '\r']),
        Err(at) => match lexed.tokens.get(at).map(|t| t.kind) {
            Some(Kind::Error) => lexed.incomplete,
            // Only a block or a further clause can be missing after the end of a line.
            Some(Kind::End | Kind::Dedent) => lexed.error.is_none(),
            _ => false,
        },
    }
}

/// One input of a prompt is one line of simple statements, or one compound statement.
pub(crate) fn more_than_one(body: &[Stmt], tokens: &[Token]) -> Option<Diagnostic> {
    let first = body.first()?;
    let second = if is_compound(first) {
        body.get(1).map(|s| s.span.start)?
    } else {
        let line = tokens.iter().position(|t| t.kind == Kind::Newline)?;
        tokens.get(line + 1).filter(|t| t.kind != Kind::End)?.start
    };
    Some(syntax_error("multiple statements found while compiling a single statement", Span::new(second, second)))
}

fn is_compound(stmt: &Stmt) -> bool {
    matches!(
        stmt.node,
        StmtKind::FunctionDef(_)
            | StmtKind::ClassDef(_)
            | StmtKind::For { .. }
            | StmtKind::While { .. }
            | StmtKind::If { .. }
            | StmtKind::With { .. }
            | StmtKind::Match { .. }
            | StmtKind::Try { .. }
    )
}
