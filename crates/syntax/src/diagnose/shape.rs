//! What an expression is, as far as messages care.

use std::rc::Rc;

/// The kinds of expression that messages tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Attribute,
    Subscript,
    Starred,
    Name,
    List,
    Tuple,
    Lambda,
    Call,
    Operation,
    Generator,
    Yield,
    Await,
    ListComp,
    SetComp,
    DictComp,
    Dict,
    Set,
    FString,
    True,
    False,
    None,
    Ellipsis,
    Literal,
    Comparison,
    Conditional,
    Named,
}

impl Form {
    /// What messages call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Form::Attribute => "attribute",
            Form::Subscript => "subscript",
            Form::Starred => "starred",
            Form::Name => "name",
            Form::List => "list",
            Form::Tuple => "tuple",
            Form::Lambda => "lambda",
            Form::Call => "function call",
            Form::Operation => "expression",
            Form::Generator => "generator expression",
            Form::Yield => "yield expression",
            Form::Await => "await expression",
            Form::ListComp => "list comprehension",
            Form::SetComp => "set comprehension",
            Form::DictComp => "dict comprehension",
            Form::Dict => "dict literal",
            Form::Set => "set display",
            Form::FString => "f-string expression",
            Form::True => "True",
            Form::False => "False",
            Form::None => "None",
            Form::Ellipsis => "ellipsis",
            Form::Literal => "literal",
            Form::Comparison => "comparison",
            Form::Conditional => "conditional expression",
            Form::Named => "named expression",
        }
    }
}

/// An expression: its form, its tokens from `l` to before `r`, and the parts that may be targets.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) form: Form,
    pub(super) l: usize,
    pub(super) r: usize,
    pub(super) items: Rc<[Shape]>,
}

/// What is done to a target.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Assign,
    Delete,
    Loop,
}

impl Shape {
    pub(super) fn new(form: Form, l: usize, r: usize) -> Shape {
        Shape { form, l, r, items: Rc::new([]) }
    }

    pub(super) fn with_items(form: Form, l: usize, r: usize, items: Vec<Shape>) -> Shape {
        Shape { form, l, r, items: items.into() }
    }

    /// The first part that cannot be a target.
    pub(super) fn invalid_target(&self, target: Use) -> Option<&Shape> {
        match self.form {
            Form::Name | Form::Attribute | Form::Subscript => None,
            Form::List | Form::Tuple => self.items.iter().find_map(|item| item.invalid_target(target)),
            Form::Starred if target != Use::Delete => self.items.iter().find_map(|item| item.invalid_target(target)),
            // `for a in b` reads as a comparison; only what stands before `in` is a target.
            Form::Comparison if target == Use::Loop => self.items.first().and_then(|left| left.invalid_target(target)),
            _ => Some(self),
        }
    }

    /// May stand before `=`: names, attributes, subscripts, and lists and tuples of such.
    pub(super) fn is_target(&self) -> bool {
        self.form != Form::Comparison && self.invalid_target(Use::Assign).is_none()
    }
}
