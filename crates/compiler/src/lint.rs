//! The SyntaxWarnings that CPython's compiler gives.

use crate::compiler::Compiler;
use crate::fold::fold;
use weft_bytecode::Const;
use weft_syntax::ast::{CmpOp, Constant, Expr, ExprKind};

/// The type an expression certainly has.
fn certain_type(expr: &Expr) -> Option<&'static str> {
    Some(match &*expr.node {
        ExprKind::Tuple(_) => "tuple",
        ExprKind::List(_) | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set(_) | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::JoinedStr(_) => "str",
        ExprKind::Constant(constant) => match constant {
            Constant::None => "NoneType",
            Constant::True | Constant::False => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::Int(_) | Constant::BigInt(_) => "int",
            Constant::Float(_) => "float",
            Constant::Imaginary(_) => "complex",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
        },
        _ => return None,
    })
}

/// The type name of a literal that should not be compared by identity.
fn literal_type(expr: &Expr) -> Option<&'static str> {
    Some(match fold(expr)? {
        Const::Int(_) | Const::BigInt(_) => "int",
        Const::Float(_) => "float",
        Const::Complex(..) => "complex",
        Const::Str(_) => "str",
        Const::Bytes(_) => "bytes",
        Const::Tuple(_) => "tuple",
        _ => return None,
    })
}

impl<'a> Compiler<'a> {
    pub(crate) fn lint_call(&mut self, func: &Expr) {
        if matches!(&*func.node, ExprKind::Lambda { .. }) {
            return;
        }
        if let Some(name) = certain_type(func) {
            let message = format!("'{name}' object is not callable; perhaps you missed a comma?");
            self.warn(func.span, message);
        }
    }

    pub(crate) fn lint_subscript(&mut self, value: &Expr, slice: &Expr) {
        let Some(name) = certain_type(value) else { return };
        if matches!(name, "tuple" | "list" | "str" | "bytes") {
            let Some(index) = certain_type(slice).filter(|index| !matches!(*index, "int" | "bool")) else { return };
            let message =
                format!("{name} indices must be integers or slices, not {index}; perhaps you missed a comma?");
            self.warn(value.span, message);
        } else if name != "dict" {
            self.warn(value.span, format!("'{name}' object is not subscriptable; perhaps you missed a comma?"));
        }
    }

    pub(crate) fn lint_compare(&mut self, expr: &Expr, left: &Expr, ops: &[CmpOp], comparators: &[Expr]) {
        let mut left = left;
        for (op, right) in ops.iter().zip(comparators) {
            let (word, meant) = match op {
                CmpOp::Is => ("is", "=="),
                CmpOp::IsNot => ("is not", "!="),
                _ => {
                    left = right;
                    continue;
                }
            };
            if let Some(name) = literal_type(left).or_else(|| literal_type(right)) {
                self.warn(expr.span, format!("\"{word}\" with '{name}' literal. Did you mean \"{meant}\"?"));
                return;
            }
            left = right;
        }
    }

    pub(crate) fn lint_assert(&mut self, test: &Expr) {
        if matches!(&*test.node, ExprKind::Tuple(items) if !items.is_empty()) {
            self.warn(test.span, "assertion is always true, perhaps remove parentheses?");
        }
    }
}
