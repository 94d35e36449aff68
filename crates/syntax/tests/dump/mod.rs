//! Writes trees as text: `(Kind field …)`, each field by position, `-` for what is absent.

use std::fmt::{Debug, Write};

use weft_source::{LineIndex, Span};
use weft_syntax::ast::*;

/// Writes one statement a line; with `lines`, each node's place too, as `line:column-line:column`.
pub fn dump(module: &Module, lines: Option<&LineIndex>) -> String {
    let mut dumper = Dumper { out: String::new(), lines };
    for stmt in &module.body {
        dumper.stmt(stmt);
        dumper.out.push('\n');
    }
    dumper.out
}

struct Dumper<'a> {
    out: String,
    lines: Option<&'a LineIndex>,
}

impl Dumper<'_> {
    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn open(&mut self, kind: &str, span: Span) {
        self.out.push('(');
        self.out.push_str(kind);
        if let Some(lines) = self.lines {
            let (l, c) = lines.line_col(span.start);
            let (l2, c2) = lines.line_col(span.end);
            let _ = write!(self.out, "@{l}:{c}-{l2}:{c2}");
        }
    }

    fn bare(&mut self, kind: &str) {
        self.out.push('(');
        self.out.push_str(kind);
    }

    fn close(&mut self) {
        self.out.push(')');
    }

    fn word(&mut self, word: impl Debug) {
        let _ = write!(self.out, " {word:?}");
    }

    fn name(&mut self, name: &str) {
        self.out.push(' ');
        self.out.push_str(name);
    }

    fn opt_ident(&mut self, name: Option<&Ident>) {
        self.name(name.map_or("-", |n| &n.name));
    }

    fn opt(&mut self, expr: Option<&Expr>) {
        match expr {
            Some(expr) => self.sub(expr),
            None => self.text(" -"),
        }
    }

    fn sub(&mut self, expr: &Expr) {
        self.text(" ");
        self.expr(expr);
    }

    fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.text(" [");
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.text(" ");
            }
            each(self, item);
        }
        self.text("]");
    }

    fn exprs(&mut self, items: &[Expr]) {
        self.list(items, Dumper::expr);
    }

    fn body(&mut self, items: &[Stmt]) {
        self.list(items, Dumper::stmt);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        self.open(stmt_name(&stmt.node), stmt.span);
        match &stmt.node {
            StmtKind::FunctionDef(f) => {
                self.name(&f.name.name);
                self.list(&f.type_params, Dumper::type_param);
                self.text(" ");
                self.parameters(&f.args);
                self.opt(f.returns.as_ref());
                self.exprs(&f.decorators);
                self.body(&f.body);
            }
            StmtKind::ClassDef(c) => {
                self.name(&c.name.name);
                self.list(&c.type_params, Dumper::type_param);
                self.exprs(&c.bases);
                self.list(&c.keywords, Dumper::keyword);
                self.exprs(&c.decorators);
                self.body(&c.body);
            }
            StmtKind::Return(value) => self.opt(value.as_ref()),
            StmtKind::Delete(targets) => self.exprs(targets),
            StmtKind::Assign { targets, value } => {
                self.exprs(targets);
                self.sub(value);
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                self.name(&name.name);
                self.list(type_params, Dumper::type_param);
                self.sub(value);
            }
            StmtKind::AugAssign { target, op, value } => {
                self.sub(target);
                self.word(op);
                self.sub(value);
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.sub(target);
                self.sub(annotation);
                self.opt(value.as_ref());
                self.name(if *simple { "1" } else { "0" });
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.sub(target);
                self.sub(iter);
                self.body(body);
                self.body(orelse);
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.sub(test);
                self.body(body);
                self.body(orelse);
            }
            StmtKind::With { items, body, .. } => {
                self.list(items, |d, item| {
                    d.bare("item");
                    d.sub(&item.context);
                    d.opt(item.target.as_ref());
                    d.close();
                });
                self.body(body);
            }
            StmtKind::Match { subject, cases } => {
                self.sub(subject);
                self.list(cases, |d, case| {
                    d.bare("case ");
                    d.pattern(&case.pattern);
                    d.opt(case.guard.as_ref());
                    d.body(&case.body);
                    d.close();
                });
            }
            StmtKind::Raise { exc, cause } => {
                self.opt(exc.as_ref());
                self.opt(cause.as_ref());
            }
            StmtKind::Try { body, handlers, orelse, finalbody, .. } => {
                self.body(body);
                self.list(handlers, |d, h| {
                    d.open("handler", h.span);
                    d.opt(h.typ.as_ref());
                    d.opt_ident(h.name.as_ref());
                    d.body(&h.body);
                    d.close();
                });
                self.body(orelse);
                self.body(finalbody);
            }
            StmtKind::Assert { test, msg } => {
                self.sub(test);
                self.opt(msg.as_ref());
            }
            StmtKind::Import(names) => self.list(names, Dumper::alias),
            StmtKind::ImportFrom { module, names, level } => {
                self.name(module.as_deref().unwrap_or("-"));
                self.list(names, Dumper::alias);
                self.word(level);
            }
            StmtKind::Global(names) | StmtKind::Nonlocal(names) => self.list(names, |d, n| d.text(&n.name)),
            StmtKind::Expr(value) => self.sub(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
        }
        self.close();
    }

    fn alias(&mut self, alias: &Alias) {
        self.open("alias", alias.asname.as_ref().map_or(alias.name.span, |a| alias.name.span.to(a.span)));
        self.name(&alias.name.name);
        self.opt_ident(alias.asname.as_ref());
        self.close();
    }

    fn keyword(&mut self, keyword: &Keyword) {
        self.open("keyword", keyword.span);
        self.opt_ident(keyword.arg.as_ref());
        self.sub(&keyword.value);
        self.close();
    }

    fn type_param(&mut self, param: &TypeParam) {
        let (kind, bound) = match &param.kind {
            TypeParamKind::TypeVar { bound } => ("TypeVar", bound.as_ref()),
            TypeParamKind::TypeVarTuple => ("TypeVarTuple", None),
            TypeParamKind::ParamSpec => ("ParamSpec", None),
        };
        self.open(kind, param.span);
        self.name(&param.name.name);
        self.opt(bound);
        self.opt(param.default.as_ref());
        self.close();
    }

    fn parameters(&mut self, args: &Parameters) {
        self.bare("args");
        self.list(&args.posonly, Dumper::parameter);
        self.list(&args.args, Dumper::parameter);
        for one in [&args.vararg, &args.kwarg] {
            match one {
                Some(parameter) => {
                    self.text(" ");
                    self.parameter(parameter);
                }
                None => self.text(" -"),
            }
        }
        self.list(&args.kwonly, Dumper::parameter);
        self.close();
    }

    fn parameter(&mut self, parameter: &Parameter) {
        let name = parameter.name.span;
        self.open("arg", parameter.annotation.as_ref().map_or(name, |a| name.to(a.span)));
        self.name(&parameter.name.name);
        self.opt(parameter.annotation.as_ref());
        self.opt(parameter.default.as_ref());
        self.close();
    }

    fn pattern(&mut self, pattern: &Pattern) {
        let kind = match &pattern.node {
            PatternKind::Value(_) => "MatchValue",
            PatternKind::Singleton(_) => "MatchSingleton",
            PatternKind::Sequence(_) => "MatchSequence",
            PatternKind::Mapping { .. } => "MatchMapping",
            PatternKind::Class { .. } => "MatchClass",
            PatternKind::Star(_) => "MatchStar",
            PatternKind::As { .. } => "MatchAs",
            PatternKind::Or(_) => "MatchOr",
        };
        self.open(kind, pattern.span);
        match &pattern.node {
            PatternKind::Value(value) => self.sub(value),
            PatternKind::Singleton(value) => self.constant(value),
            PatternKind::Sequence(items) | PatternKind::Or(items) => self.list(items, Dumper::pattern),
            PatternKind::Mapping { keys, patterns, rest } => {
                self.exprs(keys);
                self.list(patterns, Dumper::pattern);
                self.opt_ident(rest.as_ref());
            }
            PatternKind::Class { cls, patterns, keywords } => {
                self.sub(cls);
                self.list(patterns, Dumper::pattern);
                self.list(keywords, |d, (name, pattern)| {
                    d.text(&name.name);
                    d.text("=");
                    d.pattern(pattern);
                });
            }
            PatternKind::Star(name) => self.opt_ident(name.as_ref()),
            PatternKind::As { pattern, name } => {
                match pattern {
                    Some(pattern) => {
                        self.text(" ");
                        self.pattern(pattern);
                    }
                    None => self.text(" -"),
                }
                self.opt_ident(name.as_ref());
            }
        }
        self.close();
    }

    fn expr(&mut self, expr: &Expr) {
        self.open(expr_name(&expr.node), expr.span);
        match &*expr.node {
            ExprKind::BoolOp { op, values } => {
                self.word(op);
                self.exprs(values);
            }
            ExprKind::NamedExpr { target, value } => {
                self.name(&target.name);
                self.sub(value);
            }
            ExprKind::BinOp { left, op, right } => {
                self.sub(left);
                self.word(op);
                self.sub(right);
            }
            ExprKind::UnaryOp { op, operand } => {
                self.word(op);
                self.sub(operand);
            }
            ExprKind::Lambda { args, body } => {
                self.text(" ");
                self.parameters(args);
                self.sub(body);
            }
            ExprKind::IfExp { test, body, orelse } => [test, body, orelse].into_iter().for_each(|e| self.sub(e)),
            ExprKind::Dict { keys, values } => {
                self.list(keys, |d, key| match key {
                    Some(key) => d.expr(key),
                    None => d.text("-"),
                });
                self.exprs(values);
            }
            ExprKind::Set(items) | ExprKind::List(items) | ExprKind::Tuple(items) => self.exprs(items),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.sub(elt);
                self.generators(generators);
            }
            ExprKind::DictComp { key, value, generators } => {
                self.sub(key);
                self.sub(value);
                self.generators(generators);
            }
            ExprKind::Yield(value) => self.opt(value.as_ref()),
            ExprKind::Await(value) | ExprKind::YieldFrom(value) | ExprKind::Starred(value) => self.sub(value),
            ExprKind::Compare { left, ops, comparators } => {
                self.sub(left);
                self.list(ops, |d, op| {
                    let _ = write!(d.out, "{op:?}");
                });
                self.exprs(comparators);
            }
            ExprKind::Call { func, args, keywords } => {
                self.sub(func);
                self.exprs(args);
                self.list(keywords, Dumper::keyword);
            }
            ExprKind::JoinedStr(parts) => self.parts(parts),
            ExprKind::Constant(value) => self.constant(value),
            ExprKind::Attribute { value, attr } => {
                self.sub(value);
                self.name(&attr.name);
            }
            ExprKind::Subscript { value, slice } => {
                self.sub(value);
                self.sub(slice);
            }
            ExprKind::Name(name) => self.name(name),
            ExprKind::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().for_each(|e| self.opt(e.as_ref()));
            }
        }
        self.close();
    }

    fn generators(&mut self, generators: &[Comprehension]) {
        self.list(generators, |d, g| {
            d.bare(if g.is_async { "async-for" } else { "for" });
            d.sub(&g.target);
            d.sub(&g.iter);
            d.exprs(&g.ifs);
            d.close();
        });
    }

    fn parts(&mut self, parts: &[FStringPart]) {
        self.list(parts, |d, part| match part {
            FStringPart::Literal(text) => d.bytes(text),
            FStringPart::Field { value, conversion, spec } => {
                d.bare("field");
                d.sub(value);
                match conversion {
                    Some(conversion) => d.word(conversion),
                    None => d.text(" -"),
                }
                match spec {
                    Some(spec) => d.parts(spec),
                    None => d.text(" -"),
                }
                d.close();
            }
        });
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let _ = write!(self.out, "'{}'", bytes.escape_ascii());
    }

    fn constant(&mut self, constant: &Constant) {
        self.text(" ");
        let _ = match constant {
            Constant::None => write!(self.out, "None"),
            Constant::True => write!(self.out, "True"),
            Constant::False => write!(self.out, "False"),
            Constant::Ellipsis => write!(self.out, "..."),
            Constant::Int(value) => write!(self.out, "{value}"),
            Constant::BigInt(digits) => write!(self.out, "0x{digits}"),
            Constant::Float(value) => write!(self.out, "float:{:016x}", value.to_bits()),
            Constant::Imaginary(value) => write!(self.out, "imag:{:016x}", value.to_bits()),
            Constant::Str(text) => write!(self.out, "'{}'", text.escape_ascii()),
            Constant::Bytes(bytes) => write!(self.out, "b'{}'", bytes.escape_ascii()),
        };
    }
}

fn stmt_name(node: &StmtKind) -> &'static str {
    match node {
        StmtKind::FunctionDef(f) if f.is_async => "AsyncFunctionDef",
        StmtKind::FunctionDef(_) => "FunctionDef",
        StmtKind::ClassDef(_) => "ClassDef",
        StmtKind::Return(_) => "Return",
        StmtKind::Delete(_) => "Delete",
        StmtKind::Assign { .. } => "Assign",
        StmtKind::TypeAlias { .. } => "TypeAlias",
        StmtKind::AugAssign { .. } => "AugAssign",
        StmtKind::AnnAssign { .. } => "AnnAssign",
        StmtKind::For { is_async: true, .. } => "AsyncFor",
        StmtKind::For { .. } => "For",
        StmtKind::While { .. } => "While",
        StmtKind::If { .. } => "If",
        StmtKind::With { is_async: true, .. } => "AsyncWith",
        StmtKind::With { .. } => "With",
        StmtKind::Match { .. } => "Match",
        StmtKind::Raise { .. } => "Raise",
        StmtKind::Try { is_star: true, .. } => "TryStar",
        StmtKind::Try { .. } => "Try",
        StmtKind::Assert { .. } => "Assert",
        StmtKind::Import(_) => "Import",
        StmtKind::ImportFrom { .. } => "ImportFrom",
        StmtKind::Global(_) => "Global",
        StmtKind::Nonlocal(_) => "Nonlocal",
        StmtKind::Expr(_) => "Expr",
        StmtKind::Pass => "Pass",
        StmtKind::Break => "Break",
        StmtKind::Continue => "Continue",
    }
}

fn expr_name(node: &ExprKind) -> &'static str {
    match node {
        ExprKind::BoolOp { .. } => "BoolOp",
        ExprKind::NamedExpr { .. } => "NamedExpr",
        ExprKind::BinOp { .. } => "BinOp",
        ExprKind::UnaryOp { .. } => "UnaryOp",
        ExprKind::Lambda { .. } => "Lambda",
        ExprKind::IfExp { .. } => "IfExp",
        ExprKind::Dict { .. } => "Dict",
        ExprKind::Set(_) => "Set",
        ExprKind::ListComp { .. } => "ListComp",
        ExprKind::SetComp { .. } => "SetComp",
        ExprKind::DictComp { .. } => "DictComp",
        ExprKind::GeneratorExp { .. } => "GeneratorExp",
        ExprKind::Await(_) => "Await",
        ExprKind::Yield(_) => "Yield",
        ExprKind::YieldFrom(_) => "YieldFrom",
        ExprKind::Compare { .. } => "Compare",
        ExprKind::Call { .. } => "Call",
        ExprKind::JoinedStr(_) => "JoinedStr",
        ExprKind::Constant(_) => "Constant",
        ExprKind::Attribute { .. } => "Attribute",
        ExprKind::Subscript { .. } => "Subscript",
        ExprKind::Starred(_) => "Starred",
        ExprKind::Name(_) => "Name",
        ExprKind::List(_) => "List",
        ExprKind::Tuple(_) => "Tuple",
        ExprKind::Slice { .. } => "Slice",
    }
}
