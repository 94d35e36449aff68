//! Constant folding: the arithmetic CPython's compiler does too, as far as it stays small.

use crate::constants::{from_literal, truth};
use std::rc::Rc;
use weft_bytecode::Const;
use weft_syntax::ast::{BinOp, Expr, ExprKind, UnaryOp};

/// Deeper trees are not looked into, so that folding stays linear.
const MAX_DEPTH: u32 = 24;
/// Longest string or tuple made by folding.
const MAX_LENGTH: usize = 4096;

/// The value of a constant expression.
pub(crate) fn fold(expr: &Expr) -> Option<Const> {
    match &*expr.node {
        ExprKind::Constant(literal) => Some(from_literal(literal)),
        _ if expr.depth > MAX_DEPTH => None,
        ExprKind::Tuple(items) => fold_all(items).map(Const::Tuple),
        ExprKind::UnaryOp { op, operand } => unary(*op, fold(operand)?),
        ExprKind::BinOp { left, op, right } => {
            let right = fold(right)?;
            binary(*op, fold(left)?, right)
        }
        _ => None,
    }
}

pub(crate) fn fold_all(items: &[Expr]) -> Option<Rc<[Const]>> {
    items.iter().map(fold).collect::<Option<Vec<_>>>().map(Into::into)
}

fn unary(op: UnaryOp, value: Const) -> Option<Const> {
    Some(match (op, value) {
        (UnaryOp::Not, value) => bool_const(!truth(&value)),
        (UnaryOp::USub, Const::Int(n)) => integer(-i128::from(n)),
        (UnaryOp::USub, Const::Float(f)) => Const::Float(-f),
        (UnaryOp::USub, Const::Complex(re, im)) => Const::Complex(-re, -im),
        (UnaryOp::USub, Const::BigInt(digits)) => negated(&digits),
        (UnaryOp::UAdd, value @ (Const::Int(_) | Const::Float(_) | Const::Complex(..) | Const::BigInt(_))) => value,
        (UnaryOp::Invert, Const::Int(n)) => Const::Int(!n),
        _ => return None,
    })
}

fn negated(digits: &str) -> Const {
    match digits.strip_prefix('-') {
        Some(positive) => Const::BigInt(positive.into()),
        None if digits == "8000000000000000" => Const::Int(i64::MIN),
        None => Const::BigInt(format!("-{digits}").into()),
    }
}

fn bool_const(value: bool) -> Const {
    if value { Const::True } else { Const::False }
}

fn integer(n: i128) -> Const {
    match i64::try_from(n) {
        Ok(n) => Const::Int(n),
        Err(_) => {
            let sign = if n < 0 { "-" } else { "" };
            Const::BigInt(format!("{sign}{:x}", n.unsigned_abs()).into())
        }
    }
}

fn binary(op: BinOp, left: Const, right: Const) -> Option<Const> {
    match (left, right) {
        (Const::Int(a), Const::Int(b)) => integers(op, a, b),
        (Const::Str(a), Const::Str(b)) if op == BinOp::Add => joined(&a, &b).map(Const::Str),
        (Const::Bytes(a), Const::Bytes(b)) if op == BinOp::Add => joined(&a, &b).map(Const::Bytes),
        (Const::Str(s), Const::Int(n)) if op == BinOp::Mult => repeated(&s, n).map(Const::Str),
        (Const::Bytes(s), Const::Int(n)) if op == BinOp::Mult => repeated(&s, n).map(Const::Bytes),
        (a @ Const::Complex(..), b) => complex(op, &a, &b),
        (a, b @ Const::Complex(..)) => complex(op, &a, &b),
        (a, b) => floats(op, as_float(&a)?, as_float(&b)?),
    }
}

fn integers(op: BinOp, a: i64, b: i64) -> Option<Const> {
    let (wide_a, wide_b) = (i128::from(a), i128::from(b));
    Some(integer(match op {
        BinOp::Add => wide_a + wide_b,
        BinOp::Sub => wide_a - wide_b,
        BinOp::Mult => wide_a * wide_b,
        BinOp::BitAnd => wide_a & wide_b,
        BinOp::BitOr => wide_a | wide_b,
        BinOp::BitXor => wide_a ^ wide_b,
        BinOp::FloorDiv if b != 0 => wide_a.div_euclid(wide_b) - i128::from(b < 0 && wide_a.rem_euclid(wide_b) != 0),
        BinOp::Mod if b != 0 => {
            let rest = wide_a.rem_euclid(wide_b);
            if b < 0 && rest != 0 { rest + wide_b } else { rest }
        }
        BinOp::LShift if (0..=62).contains(&b) => wide_a << b,
        BinOp::RShift if (0..=63).contains(&b) => wide_a >> b,
        BinOp::Pow if b >= 0 => wide_a.checked_pow(u32::try_from(b).ok()?)?,
        BinOp::Div if b != 0 && a.unsigned_abs() < 1 << 53 && b.unsigned_abs() < 1 << 53 => {
            return Some(Const::Float(a as f64 / b as f64));
        }
        _ => return None,
    }))
}

fn as_float(value: &Const) -> Option<f64> {
    match value {
        Const::Float(f) => Some(*f),
        Const::Int(n) if n.unsigned_abs() < 1 << 53 => Some(*n as f64),
        _ => None,
    }
}

fn floats(op: BinOp, a: f64, b: f64) -> Option<Const> {
    Some(Const::Float(match op {
        BinOp::Add => a + b,
        BinOp::Sub => a - b,
        BinOp::Mult => a * b,
        BinOp::Div if b != 0.0 => a / b,
        _ => return None,
    }))
}

fn complex(op: BinOp, a: &Const, b: &Const) -> Option<Const> {
    let parts = |value: &Const| match value {
        Const::Complex(re, im) => Some((*re, *im)),
        other => as_float(other).map(|re| (re, 0.0)),
    };
    let ((a_re, a_im), (b_re, b_im)) = (parts(a)?, parts(b)?);
    match op {
        BinOp::Add => Some(Const::Complex(a_re + b_re, a_im + b_im)),
        BinOp::Sub => Some(Const::Complex(a_re - b_re, a_im - b_im)),
        _ => None,
    }
}

fn joined(a: &[u8], b: &[u8]) -> Option<Rc<[u8]>> {
    (a.len() + b.len() <= MAX_LENGTH).then(|| [a, b].concat().into())
}

fn repeated(s: &[u8], n: i64) -> Option<Rc<[u8]>> {
    let n = usize::try_from(n).unwrap_or(0);
    (s.len().checked_mul(n)? <= MAX_LENGTH).then(|| s.repeat(n).into())
}
