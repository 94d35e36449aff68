//! Comparison.

use crate::heap::Kind;
use crate::objects::str::same_text;
use crate::objects::{Class, Str, class_flags};
use crate::value::Value;
use crate::{Res, Vm, class_of, names};
use std::cmp::Ordering;

/// A rich comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cmp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl Cmp {
    /// The operator as it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Cmp::Lt => "<",
            Cmp::Le => "<=",
            Cmp::Eq => "==",
            Cmp::Ne => "!=",
            Cmp::Gt => ">",
            Cmp::Ge => ">=",
        }
    }

    /// The method's name.
    pub fn method(self) -> &'static Value {
        let names = names();
        match self {
            Cmp::Lt => &names.__lt__,
            Cmp::Le => &names.__le__,
            Cmp::Eq => &names.__eq__,
            Cmp::Ne => &names.__ne__,
            Cmp::Gt => &names.__gt__,
            Cmp::Ge => &names.__ge__,
        }
    }

    /// The comparison with sides exchanged.
    pub fn reflected(self) -> Cmp {
        match self {
            Cmp::Lt => Cmp::Gt,
            Cmp::Le => Cmp::Ge,
            Cmp::Gt => Cmp::Lt,
            Cmp::Ge => Cmp::Le,
            other => other,
        }
    }

    /// Whether an ordering satisfies the comparison.
    #[inline(always)]
    pub fn accepts(self, ordering: Ordering) -> bool {
        match self {
            Cmp::Lt => ordering.is_lt(),
            Cmp::Le => ordering.is_le(),
            Cmp::Eq => ordering.is_eq(),
            Cmp::Ne => ordering.is_ne(),
            Cmp::Gt => ordering.is_gt(),
            Cmp::Ge => ordering.is_ge(),
        }
    }

    /// The comparison of two floats (all but `!=` are false with a NaN).
    #[inline(always)]
    pub fn floats(self, a: f64, b: f64) -> bool {
        match self {
            Cmp::Lt => a < b,
            Cmp::Le => a <= b,
            Cmp::Eq => a == b,
            Cmp::Ne => a != b,
            Cmp::Gt => a > b,
            Cmp::Ge => a >= b,
        }
    }
}

/// Whether two keys of builtin types that compare without running script code are the same key. False when unsure.
#[inline]
pub fn same_plain(a: &Value, b: &Value) -> bool {
    if a.is(b) {
        return true;
    }
    match (a.downcast::<Str>(), b.downcast::<Str>()) {
        (Some(x), Some(y)) => same_text(x, y),
        _ => plain_compare(Cmp::Eq, a, b) == Some(true),
    }
}

#[inline(always)]
fn has_parts(value: &Value) -> bool {
    matches!(value.kind(), Some(Kind::List | Kind::Tuple | Kind::Dict | Kind::Instance))
}

/// How deep lists and tuples in such are compared plainly; deeper ones are left to the general way.
const NESTED: u32 = 4;

/// The comparison of numbers, strings and bytes (of exactly these types), and of lists and tuples of them; None for all
/// others.
pub fn plain_compare(op: Cmp, a: &Value, b: &Value) -> Option<bool> {
    plain_at(op, a, b, NESTED)
}

fn plain_at(op: Cmp, a: &Value, b: &Value, nested: u32) -> Option<bool> {
    if Value::both_small_ints(a, b) {
        return Some(op.accepts((a.bits() as i64).cmp(&(b.bits() as i64))));
    }
    if let (Some(x), Some(y)) = (a.as_small_float(), b.as_small_float()) {
        return Some(op.floats(x, y));
    }
    let text = |v: &Value| v.header().is_some_and(|h| h.class_value().is(crate::types().str.value()));
    if text(a)
        && text(b)
        && let (Some(x), Some(y)) = (a.downcast::<Str>(), b.downcast::<Str>())
    {
        return Some(match op {
            // Unlike the order, equality needs no more than lengths, most of the time.
            Cmp::Eq => same_text(x, y),
            Cmp::Ne => !same_text(x, y),
            _ => op.accepts(compare_text(x, y)),
        });
    }
    // Most of what is compared and is none of these is a container or an object of the language.
    if has_parts(a) || has_parts(b) {
        return if nested == 0 { None } else { plain_items(op, a, b, nested - 1) };
    }
    let builtin = |v: &Value| !v.is_heap() || class_of(v).has(class_flags::BUILTIN);
    if !builtin(a) || !builtin(b) {
        return None;
    }
    payload_compare(op, a, b)
}

/// The comparison of two lists or two tuples, by the first items that differ; None if that is not plain.
#[inline(never)]
fn plain_items(op: Cmp, a: &Value, b: &Value, nested: u32) -> Option<bool> {
    let kind = a.kind().filter(|kind| matches!(kind, Kind::List | Kind::Tuple))?;
    let builtin = |v: &Value| class_of(v).has(class_flags::BUILTIN);
    if b.kind() != Some(kind) || !builtin(a) || !builtin(b) {
        return None;
    }
    let (x, y) = (a.as_items()?, b.as_items()?);
    if matches!(op, Cmp::Eq | Cmp::Ne) && x.len() != y.len() {
        return Some(op == Cmp::Ne);
    }
    for (p, q) in x.iter().zip(y) {
        if p.is(q) || plain_at(Cmp::Eq, p, q, nested)? {
            continue;
        }
        return match op {
            Cmp::Eq => Some(false),
            Cmp::Ne => Some(true),
            _ => plain_at(op, p, q, nested),
        };
    }
    Some(op.accepts(x.len().cmp(&y.len())))
}

/// The comparison that builtin base types give their instances, for types that never run script code.
pub fn payload_compare(op: Cmp, a: &Value, b: &Value) -> Option<bool> {
    if let (Some(x), Some(y)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
        return Some(op.accepts(compare_text(x, y)));
    }
    if a.is_int() && b.is_int() {
        return Some(op.accepts(compare_ints(a, b)));
    }
    // A memoryview has items of its own kind.
    if let (Some(x), Some(y)) = (a.as_byte_slice(), b.as_byte_slice())
        && !a.is_kind(Kind::Opaque)
        && !b.is_kind(Kind::Opaque)
    {
        return Some(op.accepts(x.cmp(y)));
    }
    crate::ops::number::compare_numbers(op, a, b)
}

/// Orders text by code points: surrogates come before what lies above them.
fn compare_text(x: &Str, y: &Str) -> Ordering {
    x.as_bytes().cmp(y.as_bytes())
}

fn compare_ints(a: &Value, b: &Value) -> Ordering {
    match (a.as_small_int(), b.as_small_int()) {
        (Some(x), Some(y)) => x.cmp(&y),
        _ => crate::ops::number::compare_ints(a, b),
    }
}

impl Vm {
    /// `a == b` as a truth value; identical objects are equal, as containers take it.
    pub fn same(&mut self, a: &Value, b: &Value) -> Res<bool> {
        if a.is(b) {
            return Ok(true);
        }
        self.equals(a, b)
    }

    /// `a == b` as a truth value.
    pub fn equals(&mut self, a: &Value, b: &Value) -> Res<bool> {
        self.holds(Cmp::Eq, a, b)
    }

    /// `a < b` as a truth value.
    pub fn less(&mut self, a: &Value, b: &Value) -> Res<bool> {
        self.holds(Cmp::Lt, a, b)
    }

    /// `a op b` as a truth value.
    pub fn holds(&mut self, op: Cmp, a: &Value, b: &Value) -> Res<bool> {
        if let Some(result) = plain_compare(op, a, b) {
            return Ok(result);
        }
        self.holds_by_class(op, a, b)
    }

    /// As `holds`, of what is not plain.
    pub(super) fn holds_by_class(&mut self, op: Cmp, a: &Value, b: &Value) -> Res<bool> {
        let result = self.compare_any(op, a, b)?;
        if result.is_bool() { Ok(result.is_true()) } else { self.truth(&result) }
    }

    /// `a op b`, as an object.
    pub fn compare(&mut self, op: Cmp, a: &Value, b: &Value) -> Res {
        if let Some(result) = plain_compare(op, a, b) {
            return Ok(Value::bool(result));
        }
        self.compare_any(op, a, b)
    }

    /// As `compare`, of what is not plain.
    fn compare_any(&mut self, op: Cmp, a: &Value, b: &Value) -> Res {
        self.enter_native(" in comparison")?;
        let result = self.compare_by_class(op, a, b);
        self.leave_native();
        result
    }

    fn compare_by_class(&mut self, op: Cmp, a: &Value, b: &Value) -> Res {
        // Most are of one class, which keeps the method as long as nothing runs.
        if class_of(a).is(class_of(b)) {
            let result = self.compare_method(op, class_of(a), a, b)?;
            return if result.is_not_implemented() { self.compare_reflected(op, a, b) } else { Ok(result) };
        }
        let (left, right) = (class_of(a).clone(), class_of(b).clone());
        let mut tried_reflected = false;
        if !left.is(&right) && right.is_subclass_of(&left) {
            tried_reflected = true;
            let result = self.compare_method(op.reflected(), &right, b, a)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        let result = self.compare_method(op, &left, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        if tried_reflected { self.incomparable(op, a, b) } else { self.compare_reflected(op, a, b) }
    }

    /// Asks the right side, as the left knows nothing.
    fn compare_reflected(&mut self, op: Cmp, a: &Value, b: &Value) -> Res {
        let result = self.compare_method(op.reflected(), class_of(b), b, a)?;
        if result.is_not_implemented() { self.incomparable(op, a, b) } else { Ok(result) }
    }

    /// What a comparison is that neither side knows.
    fn incomparable(&mut self, op: Cmp, a: &Value, b: &Value) -> Res {
        match op {
            Cmp::Eq => Ok(Value::bool(a.is(b))),
            Cmp::Ne => Ok(Value::bool(!a.is(b))),
            _ => Err(self.not_comparable(op, a, b)),
        }
    }

    /// TypeError for an ordering that neither side knows.
    pub fn not_comparable(&mut self, op: Cmp, a: &Value, b: &Value) -> crate::Thrown {
        self.type_error(format!(
            "'{}' not supported between instances of '{}' and '{}'",
            op.symbol(),
            class_of(a).name_str(),
            class_of(b).name_str()
        ))
    }

    fn compare_method(&mut self, op: Cmp, class: &Class, a: &Value, b: &Value) -> Res {
        if class.has(class_flags::BUILTIN) {
            return self.compare_builtin(op, a, b);
        }
        match self.lookup(class, op.method()) {
            Some(method) => self.call_on(&method, a, std::slice::from_ref(b)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// The comparison that `a`'s builtin base type knows, or NotImplemented. Containers are in `types`.
    pub fn compare_builtin(&mut self, op: Cmp, a: &Value, b: &Value) -> Res {
        if !has_parts(a)
            && let Some(result) = payload_compare(op, a, b)
        {
            return Ok(Value::bool(result));
        }
        match a.kind() {
            Some(Kind::List) => crate::types::list::compare(self, op, a, b),
            Some(Kind::Tuple) => crate::types::tuple::compare(self, op, a, b),
            Some(Kind::Dict | Kind::Set | Kind::FrozenSet | Kind::DictView | Kind::Slice) => {
                let result = self.ask_compare_builtin(op, a, b);
                self.complete(result)
            }
            Some(Kind::Range) => crate::types::range::compare(self, op, a, b),
            Some(
                Kind::Opaque
                | Kind::Context
                | Kind::GenericAlias
                | Kind::WeakRef
                | Kind::BoundMethod
                | Kind::MappingProxy
                | Kind::Code
                | Kind::Instance
                | Kind::Native
                | Kind::Cell,
            ) => {
                let class = class_of(a).clone();
                match self.lookup(&class, op.method()) {
                    // `object.__ne__` turns round what `__eq__` says, which the class may have.
                    Some(method) if op == Cmp::Ne || !crate::types::object::is_default_compare(&method) => {
                        self.call_on(&method, a, std::slice::from_ref(b))
                    }
                    _ => Ok(crate::types::object::compare_identity(op, a, b)),
                }
            }
            _ => Ok(crate::types::object::compare_identity(op, a, b)),
        }
    }
}
