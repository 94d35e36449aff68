//! `from __future__ import …`.

use crate::{Res, syntax_error};
use weft_source::Span;
use weft_syntax::ast::{Constant, ExprKind, Module, Stmt, StmtKind};

const FEATURES: [&str; 10] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

/// Checks the imports that may stand at the beginning; true if annotations become strings.
pub(crate) fn leading_imports(module: &Module) -> Res<(bool, usize)> {
    let mut annotations = false;
    let mut count = 0;
    for stmt in &module.body {
        match &stmt.node {
            StmtKind::ImportFrom { module: Some(name), names, level: 0 } if &**name == "__future__" => {
                for alias in names {
                    annotations |= feature(&alias.name.name, stmt.span)?;
                }
            }
            // Only a docstring may come before.
            _ if count == 0 && is_string(stmt) => {}
            _ => break,
        }
        count += 1;
    }
    Ok((annotations, count))
}

fn is_string(stmt: &Stmt) -> bool {
    matches!(&stmt.node, StmtKind::Expr(value) if matches!(&*value.node, ExprKind::Constant(Constant::Str(_))))
}

fn feature(name: &str, span: Span) -> Res<bool> {
    if name == "braces" {
        return Err(syntax_error(span, "not a chance"));
    }
    if !FEATURES.contains(&name) {
        return Err(syntax_error(span, format!("future feature {name} is not defined")));
    }
    Ok(name == "annotations")
}
