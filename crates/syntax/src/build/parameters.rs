//! Parameters of functions, lambdas and types.

use std::collections::HashSet;

use weft_source::{Diagnostic, DiagnosticKind, Span};

use super::Builder;
use crate::ast::{Expr, ExprKind, Ident, Parameter, Parameters, TypeParam, TypeParamKind};

/// One entry of a parameter list as written.
pub(crate) enum ParamItem {
    Plain(Parameter),
    /// A bare `*`.
    Star,
    VarArgs(Parameter),
    Keywords(Parameter),
    Slash,
}

impl ParamItem {
    pub(crate) fn plain(name: Ident, annotation: Option<Expr>, default: Option<Expr>) -> ParamItem {
        ParamItem::Plain(Parameter { name, annotation, default })
    }

    pub(crate) fn var_args(name: Ident, annotation: Option<Expr>) -> ParamItem {
        ParamItem::VarArgs(Parameter { name, annotation, default: None })
    }

    pub(crate) fn keywords(name: Ident, annotation: Option<Expr>) -> ParamItem {
        ParamItem::Keywords(Parameter { name, annotation, default: None })
    }
}

impl Builder<'_> {
    /// Sorts the entries by kind; whatever stands in a wrong place is rejected at the span of the whole.
    pub(super) fn parameters(&mut self, whole: Span, items: Vec<ParamItem>) -> Parameters {
        let mut sorted = Parameters::default();
        let mut starred = false;
        let mut slashed = false;
        let mut defaulted = false;
        let mut legal = !matches!(items.last(), Some(ParamItem::Star));
        let mut bare_star = false;
        for item in items {
            legal &= sorted.kwarg.is_none();
            // A bare `*` needs a plain name right after it.
            legal &= !std::mem::take(&mut bare_star) || matches!(item, ParamItem::Plain(_));
            match item {
                ParamItem::Plain(parameter) if starred => sorted.kwonly.push(parameter),
                ParamItem::Plain(parameter) => {
                    legal &= parameter.default.is_some() || !defaulted;
                    defaulted |= parameter.default.is_some();
                    sorted.args.push(parameter);
                }
                ParamItem::Slash => {
                    legal &= !slashed && !starred && !sorted.args.is_empty();
                    slashed = true;
                    sorted.posonly = std::mem::take(&mut sorted.args);
                }
                ParamItem::Star => {
                    legal &= !starred;
                    starred = true;
                    bare_star = true;
                }
                ParamItem::VarArgs(parameter) => {
                    legal &= !starred;
                    starred = true;
                    sorted.vararg = Some(Box::new(parameter));
                }
                ParamItem::Keywords(parameter) => sorted.kwarg = Some(Box::new(parameter)),
            }
        }
        if !legal {
            self.reject(whole);
        }
        self.check_duplicates(&sorted);
        sorted
    }

    fn check_duplicates(&mut self, parameters: &Parameters) {
        let mut seen = HashSet::new();
        let plain = parameters.posonly.iter().chain(&parameters.args).chain(&parameters.kwonly);
        let starred = parameters.vararg.iter().chain(&parameters.kwarg).map(AsRef::as_ref);
        for parameter in plain.chain(starred) {
            let name = &parameter.name;
            if !seen.insert(&name.name) && self.scope_error.is_none() {
                self.scope_error = Some(Diagnostic {
                    kind: DiagnosticKind::SyntaxError,
                    message: format!("duplicate argument '{}' in function definition", name.name),
                    span: name.span,
                });
            }
        }
    }

    pub(crate) fn lambda(&mut self, l: u32, r: u32, params: Vec<ParamItem>, body: Expr) -> Expr {
        let args = self.parameters(self.span(l, r), params);
        self.expr(l, r, ExprKind::Lambda { args, body })
    }

    /// A parameter without default after one with.
    pub(super) fn check_type_params(&mut self, params: &[TypeParam]) {
        let mut seen = HashSet::new();
        let mut defaulted = false;
        for param in params {
            let message = if !seen.insert(&param.name.name) {
                format!("duplicate type parameter '{}'", param.name.name)
            } else if defaulted && param.default.is_none() {
                format!("non-default type parameter '{}' follows default type parameter", param.name.name)
            } else {
                defaulted |= param.default.is_some();
                continue;
            };
            if self.scope_error.is_none() {
                self.scope_error = Some(Diagnostic { kind: DiagnosticKind::SyntaxError, message, span: param.span });
            }
        }
    }

    /// Only a plain type parameter may have a bound.
    pub(crate) fn type_param(
        &mut self,
        l: u32,
        r: u32,
        name: Ident,
        kind: TypeParamKind,
        default: Option<Expr>,
    ) -> TypeParam {
        TypeParam { span: self.span(l, r), name, kind, default }
    }
}
