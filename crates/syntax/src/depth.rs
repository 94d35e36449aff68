//! The height of expressions, kept in each node while it is built.

use weft_source::Span;

use crate::ast::{Comprehension, Expr, ExprKind, FStringPart, Parameters};

impl Expr {
    /// A node with its depth: one more than its deepest child.
    #[must_use]
    pub fn new(span: Span, node: ExprKind) -> Expr {
        let mut deepest = 0;
        node.each_child(&mut |child| deepest = deepest.max(child.depth));
        Expr { span, depth: deepest + 1, node: Box::new(node) }
    }
}

impl ExprKind {
    /// Calls `visit` with each direct child expression, in source order where that is simple.
    pub fn each_child(&self, visit: &mut dyn FnMut(&Expr)) {
        match self {
            ExprKind::Constant(_) | ExprKind::Name(_) => {}
            ExprKind::BoolOp { values: items, .. }
            | ExprKind::Set(items)
            | ExprKind::List(items)
            | ExprKind::Tuple(items) => items.iter().for_each(visit),
            ExprKind::NamedExpr { value, .. }
            | ExprKind::UnaryOp { operand: value, .. }
            | ExprKind::Await(value)
            | ExprKind::YieldFrom(value)
            | ExprKind::Attribute { value, .. }
            | ExprKind::Starred(value) => visit(value),
            ExprKind::Yield(value) => value.iter().for_each(visit),
            ExprKind::BinOp { left, right, .. } => {
                visit(left);
                visit(right);
            }
            ExprKind::Lambda { args, body } => {
                each_parameter_child(args, visit);
                visit(body);
            }
            ExprKind::IfExp { test, body, orelse } => [test, body, orelse].into_iter().for_each(visit),
            ExprKind::Dict { keys, values } => {
                keys.iter().flatten().for_each(&mut *visit);
                values.iter().for_each(visit);
            }
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                visit(elt);
                each_generator_child(generators, visit);
            }
            ExprKind::DictComp { key, value, generators } => {
                visit(key);
                visit(value);
                each_generator_child(generators, visit);
            }
            ExprKind::Compare { left, comparators, .. } => {
                visit(left);
                comparators.iter().for_each(visit);
            }
            ExprKind::Call { func, args, keywords } => {
                visit(func);
                args.iter().for_each(&mut *visit);
                keywords.iter().for_each(|k| visit(&k.value));
            }
            ExprKind::JoinedStr(parts) => each_part_child(parts, visit),
            ExprKind::Subscript { value, slice } => {
                visit(value);
                visit(slice);
            }
            ExprKind::Slice { lower, upper, step } => [lower, upper, step].into_iter().flatten().for_each(visit),
        }
    }
}

fn each_parameter_child(args: &Parameters, visit: &mut dyn FnMut(&Expr)) {
    let plain = args.posonly.iter().chain(&args.args).chain(&args.kwonly);
    let starred = args.vararg.iter().chain(&args.kwarg).map(AsRef::as_ref);
    for parameter in plain.chain(starred) {
        parameter.annotation.iter().chain(&parameter.default).for_each(&mut *visit);
    }
}

fn each_generator_child(generators: &[Comprehension], visit: &mut dyn FnMut(&Expr)) {
    for generator in generators {
        visit(&generator.target);
        visit(&generator.iter);
        generator.ifs.iter().for_each(&mut *visit);
    }
}

/// Format specs nest at most as deep as the lexer lets f-strings nest.
fn each_part_child(parts: &[FStringPart], visit: &mut dyn FnMut(&Expr)) {
    for part in parts {
        if let FStringPart::Field { value, spec, .. } = part {
            visit(value);
            each_part_child(spec.as_deref().unwrap_or_default(), visit);
        }
    }
}
