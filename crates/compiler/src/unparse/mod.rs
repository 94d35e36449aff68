//! Expressions back to text, as CPython writes annotations that stay strings.

mod literal;

use literal::{constant, quoted};
use weft_syntax::ast::{
    BinOp, BoolOp, CmpOp, Comprehension, Constant, Conversion, Expr, ExprKind, FStringPart, Keyword, Parameter,
    Parameters, UnaryOp,
};

/// How tightly the surroundings bind: what binds less is put in parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arithmetic,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    fn next(self) -> Level {
        use Level::*;
        const ALL: [Level; 16] = [
            Tuple, Test, Or, And, Not, Compare, BitOr, BitXor, BitAnd, Shift, Arithmetic, Term, Factor, Power, Await,
            Atom,
        ];
        ALL.get(self as usize + 1).copied().unwrap_or(Atom)
    }
}

/// The text of an expression, as WTF-8.
pub(crate) fn unparse(expr: &Expr) -> Vec<u8> {
    let mut writer = Writer { out: Vec::new() };
    writer.expr(expr, Level::Test);
    writer.out
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn parenthesized(&mut self, needed: bool, write: impl FnOnce(&mut Writer)) {
        if needed {
            self.text("(");
        }
        write(self);
        if needed {
            self.text(")");
        }
    }

    fn separated<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Writer, &T)) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.text(", ");
            }
            write(self, item);
        }
    }

    fn list(&mut self, open: &str, items: &[Expr], close: &str) {
        self.text(open);
        self.separated(items, |w, item| w.expr(item, Level::Test));
        self.text(close);
    }

    fn expr(&mut self, expr: &Expr, level: Level) {
        match &*expr.node {
            ExprKind::Name(name) => self.text(name),
            ExprKind::Constant(literal) => constant(&mut self.out, literal),
            ExprKind::BoolOp { op, values } => self.bool_op(*op, values, level),
            ExprKind::BinOp { left, op, right } => self.binary(left, *op, right, level),
            ExprKind::UnaryOp { op, operand } => self.unary(*op, operand, level),
            ExprKind::Compare { left, ops, comparators } => self.compare(left, ops, comparators, level),
            ExprKind::NamedExpr { target, value } => self.parenthesized(level > Level::Tuple, |w| {
                w.text(&target.name);
                w.text(" := ");
                w.expr(value, Level::Atom);
            }),
            ExprKind::Lambda { args, body } => self.parenthesized(level > Level::Test, |w| w.lambda(args, body)),
            ExprKind::IfExp { test, body, orelse } => self.parenthesized(level > Level::Test, |w| {
                w.expr(body, Level::Or);
                w.text(" if ");
                w.expr(test, Level::Or);
                w.text(" else ");
                w.expr(orelse, Level::Test);
            }),
            ExprKind::Dict { keys, values } => self.dict(keys, values),
            ExprKind::Set(items) => self.list("{", items, "}"),
            ExprKind::List(items) => self.list("[", items, "]"),
            ExprKind::Tuple(items) => self.tuple(items, level),
            ExprKind::ListComp { elt, generators } => self.comprehension("[", elt, None, generators, "]"),
            ExprKind::SetComp { elt, generators } => self.comprehension("{", elt, None, generators, "}"),
            ExprKind::GeneratorExp { elt, generators } => self.comprehension("(", elt, None, generators, ")"),
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension("{", key, Some(value), generators, "}");
            }
            ExprKind::Await(value) => self.parenthesized(level > Level::Await, |w| {
                w.text("await ");
                w.expr(value, Level::Atom);
            }),
            ExprKind::Yield(None) => self.text("(yield)"),
            ExprKind::Yield(Some(value)) => self.wrapped("(yield ", value),
            ExprKind::YieldFrom(value) => self.wrapped("(yield from ", value),
            ExprKind::Call { func, args, keywords } => self.call(func, args, keywords),
            ExprKind::JoinedStr(parts) => self.joined(parts),
            ExprKind::Attribute { value, attr } => {
                self.expr(value, Level::Atom);
                let number = matches!(&*value.node, ExprKind::Constant(Constant::Int(_) | Constant::BigInt(_)));
                self.text(if number { " ." } else { "." });
                self.text(&attr.name);
            }
            ExprKind::Subscript { value, slice } => {
                self.expr(value, Level::Atom);
                self.text("[");
                self.expr(slice, Level::Tuple);
                self.text("]");
            }
            ExprKind::Starred(value) => {
                self.text("*");
                self.expr(value, Level::BitOr);
            }
            ExprKind::Slice { lower, upper, step } => self.slice(lower.as_ref(), upper.as_ref(), step.as_ref()),
        }
    }

    fn wrapped(&mut self, open: &str, value: &Expr) {
        self.text(open);
        self.expr(value, Level::Test);
        self.text(")");
    }

    fn bool_op(&mut self, op: BoolOp, values: &[Expr], level: Level) {
        let (own, word) = match op {
            BoolOp::And => (Level::And, " and "),
            BoolOp::Or => (Level::Or, " or "),
        };
        self.parenthesized(level > own, |w| {
            for (i, value) in values.iter().enumerate() {
                if i > 0 {
                    w.text(word);
                }
                w.expr(value, own.next());
            }
        });
    }

    fn binary(&mut self, left: &Expr, op: BinOp, right: &Expr, level: Level) {
        let (own, word) = binary_operator(op);
        self.parenthesized(level > own, |w| {
            let (left_level, right_level) = if op == BinOp::Pow { (own.next(), own) } else { (own, own.next()) };
            w.expr(left, left_level);
            w.text(word);
            w.expr(right, right_level);
        });
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr, level: Level) {
        let (own, word) = match op {
            UnaryOp::Invert => (Level::Factor, "~"),
            UnaryOp::Not => (Level::Not, "not "),
            UnaryOp::UAdd => (Level::Factor, "+"),
            UnaryOp::USub => (Level::Factor, "-"),
        };
        self.parenthesized(level > own, |w| {
            w.text(word);
            w.expr(operand, own);
        });
    }

    fn compare(&mut self, left: &Expr, ops: &[CmpOp], comparators: &[Expr], level: Level) {
        self.parenthesized(level > Level::Compare, |w| {
            w.expr(left, Level::BitOr);
            for (op, right) in ops.iter().zip(comparators) {
                w.text(compare_operator(*op));
                w.expr(right, Level::BitOr);
            }
        });
    }

    fn lambda(&mut self, args: &Parameters, body: &Expr) {
        self.text("lambda");
        let mut separator = " ";
        let mut item = |w: &mut Writer, prefix: &str, parameter: Option<&Parameter>| {
            w.text(separator);
            separator = ", ";
            w.text(prefix);
            if let Some(parameter) = parameter {
                w.text(&parameter.name.name);
                if let Some(default) = &parameter.default {
                    w.text("=");
                    w.expr(default, Level::Test);
                }
            }
        };
        args.posonly.iter().for_each(|p| item(self, "", Some(p)));
        if !args.posonly.is_empty() {
            item(self, "/", None);
        }
        args.args.iter().for_each(|p| item(self, "", Some(p)));
        if args.vararg.is_some() || !args.kwonly.is_empty() {
            item(self, "*", args.vararg.as_deref());
        }
        args.kwonly.iter().for_each(|p| item(self, "", Some(p)));
        if args.kwarg.is_some() {
            item(self, "**", args.kwarg.as_deref());
        }
        self.text(": ");
        self.expr(body, Level::Test);
    }

    fn dict(&mut self, keys: &[Option<Expr>], values: &[Expr]) {
        self.text("{");
        for (i, (key, value)) in keys.iter().zip(values).enumerate() {
            if i > 0 {
                self.text(", ");
            }
            match key {
                Some(key) => {
                    self.expr(key, Level::Test);
                    self.text(": ");
                    self.expr(value, Level::Test);
                }
                None => {
                    self.text("**");
                    self.expr(value, Level::BitOr);
                }
            }
        }
        self.text("}");
    }

    fn tuple(&mut self, items: &[Expr], level: Level) {
        if items.is_empty() {
            return self.text("()");
        }
        self.parenthesized(level > Level::Tuple, |w| {
            w.separated(items, |w, item| w.expr(item, Level::Test));
            if items.len() == 1 {
                w.text(",");
            }
        });
    }

    fn comprehension(
        &mut self,
        open: &str,
        elt: &Expr,
        value: Option<&Expr>,
        generators: &[Comprehension],
        close: &str,
    ) {
        self.text(open);
        self.expr(elt, Level::Test);
        if let Some(value) = value {
            self.text(": ");
            self.expr(value, Level::Test);
        }
        for generator in generators {
            self.text(if generator.is_async { " async for " } else { " for " });
            self.expr(&generator.target, Level::Tuple);
            self.text(" in ");
            self.expr(&generator.iter, Level::Or);
            for test in &generator.ifs {
                self.text(" if ");
                self.expr(test, Level::Or);
            }
        }
        self.text(close);
    }

    fn call(&mut self, func: &Expr, args: &[Expr], keywords: &[Keyword]) {
        self.expr(func, Level::Atom);
        if let ([only], []) = (args, keywords)
            && matches!(&*only.node, ExprKind::GeneratorExp { .. })
        {
            return self.expr(only, Level::Test);
        }
        self.text("(");
        self.separated(args, |w, arg| w.expr(arg, Level::Test));
        for (i, keyword) in keywords.iter().enumerate() {
            if i > 0 || !args.is_empty() {
                self.text(", ");
            }
            match &keyword.arg {
                Some(arg) => {
                    self.text(&arg.name);
                    self.text("=");
                }
                None => self.text("**"),
            }
            self.expr(&keyword.value, Level::Test);
        }
        self.text(")");
    }

    fn slice(&mut self, lower: Option<&Expr>, upper: Option<&Expr>, step: Option<&Expr>) {
        if let Some(lower) = lower {
            self.expr(lower, Level::Test);
        }
        self.text(":");
        if let Some(upper) = upper {
            self.expr(upper, Level::Test);
        }
        if let Some(step) = step {
            self.text(":");
            self.expr(step, Level::Test);
        }
    }

    fn joined(&mut self, parts: &[FStringPart]) {
        let mut body = Writer { out: Vec::new() };
        body.fstring_parts(parts);
        self.text("f");
        quoted(&mut self.out, &body.out);
    }

    fn fstring_parts(&mut self, parts: &[FStringPart]) {
        for part in parts {
            match part {
                FStringPart::Literal(text) => {
                    for &byte in text.iter() {
                        self.out.push(byte);
                        if matches!(byte, b'{' | b'}') {
                            self.out.push(byte);
                        }
                    }
                }
                FStringPart::Field { value, conversion, spec } => self.field(value, *conversion, spec.as_deref()),
            }
        }
    }

    fn field(&mut self, value: &Expr, conversion: Option<Conversion>, spec: Option<&[FStringPart]>) {
        let mut inner = Writer { out: Vec::new() };
        inner.expr(value, Level::Or);
        // A brace at the beginning would read as an escape.
        self.text(if inner.out.first() == Some(&b'{') { "{ " } else { "{" });
        self.out.append(&mut inner.out);
        self.text(match conversion {
            None => "",
            Some(Conversion::Str) => "!s",
            Some(Conversion::Repr) => "!r",
            Some(Conversion::Ascii) => "!a",
        });
        if let Some(spec) = spec {
            self.text(":");
            self.fstring_parts(spec);
        }
        self.text("}");
    }
}

fn binary_operator(op: BinOp) -> (Level, &'static str) {
    match op {
        BinOp::Add => (Level::Arithmetic, " + "),
        BinOp::Sub => (Level::Arithmetic, " - "),
        BinOp::Mult => (Level::Term, " * "),
        BinOp::MatMult => (Level::Term, " @ "),
        BinOp::Div => (Level::Term, " / "),
        BinOp::Mod => (Level::Term, " % "),
        BinOp::FloorDiv => (Level::Term, " // "),
        BinOp::Pow => (Level::Power, " ** "),
        BinOp::LShift => (Level::Shift, " << "),
        BinOp::RShift => (Level::Shift, " >> "),
        BinOp::BitOr => (Level::BitOr, " | "),
        BinOp::BitXor => (Level::BitXor, " ^ "),
        BinOp::BitAnd => (Level::BitAnd, " & "),
    }
}

fn compare_operator(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}
