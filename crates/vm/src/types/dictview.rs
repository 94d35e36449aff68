//! `dict_keys`, `dict_values`, `dict_items`.

use super::bootstrap::Def;
use super::slots::{self, operand, this};
use crate::objects::{DictPart, DictView, MappingProxy, Set, SetTable, tuple};
use crate::ops::arith::{BinOp, is_builtin};
use crate::ops::compare::Cmp;
use crate::ops::iter::dict_iter;
use crate::ops::keys::Errand;
use crate::ops::keys::toggle::toggle_items;
use crate::ops::sets;
use crate::value::Value;
use crate::vm::{Outcome, Then};
use crate::{Args, Res, Vm, types};

pub const KEYS_DEFS: &[Def] = SET_LIKE;
pub const ITEMS_DEFS: &[Def] = SET_LIKE;

const SET_LIKE: &[Def] = &[
    Def::Value("__hash__", slots::unhashable),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__len__", slots::len),
    Def::Slot("__contains__", slots::contains),
    Def::Slot("__iter__", slots::iter),
    Def::Method("__reversed__", reversed),
    Def::Slot("__and__", slots::and),
    Def::Slot("__rand__", slots::rand),
    Def::Slot("__or__", slots::or),
    Def::Slot("__ror__", slots::ror),
    Def::Slot("__sub__", slots::sub),
    Def::Slot("__rsub__", slots::rsub),
    Def::Slot("__xor__", slots::xor),
    Def::Slot("__rxor__", slots::rxor),
    Def::Slot("__lt__", slots::lt),
    Def::Slot("__le__", slots::le),
    Def::Slot("__eq__", slots::eq),
    Def::Slot("__ne__", slots::ne),
    Def::Slot("__gt__", slots::gt),
    Def::Slot("__ge__", slots::ge),
    Def::Method("isdisjoint", isdisjoint),
    Def::Get("mapping", mapping),
];

pub const VALUES_DEFS: &[Def] = &[
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__len__", slots::len),
    Def::Slot("__iter__", slots::iter),
    Def::Method("__reversed__", reversed),
    Def::Get("mapping", mapping),
];

/// Whether this is a view that takes part in set algebra.
pub fn is_set_like(value: &Value) -> bool {
    value.downcast::<DictView>().is_some_and(|view| view.part != DictPart::Values)
}

fn mapping(vm: &mut Vm, value: &Value) -> Res {
    match value.downcast::<DictView>() {
        Some(view) => {
            let proxy = MappingProxy { mapping: view.dict.clone() };
            Ok(crate::heap::new(&types().mappingproxy, proxy).into_value())
        }
        None => Err(vm.type_error("descriptor 'mapping' needs a dict view")),
    }
}

fn reversed(vm: &mut Vm, args: Args<'_>) -> Res {
    let view = this::<DictView>(vm, &args)?;
    slots::nothing(vm, &args)?;
    Ok(dict_iter(&view.dict, view.part, true))
}

/// The elements of an operand as a new set, or the request for it.
fn as_set(vm: &mut Vm, operand: &Value) -> Res {
    let set = Set::create(SetTable::default()).into_value();
    let elements = match operand.downcast::<DictView>() {
        Some(view) if view.part == DictPart::Keys && is_builtin(&view.dict) => &view.dict,
        _ => operand,
    };
    sets::update(vm, &set, elements, set.clone())
}

/// `a op b` where one is a view: always a new set, or the request for it.
pub fn binary(vm: &mut Vm, op: BinOp, a: &Value, b: &Value) -> Res {
    let then: Then = match op {
        BinOp::And => return if is_set_like(a) { intersection(vm, a, b) } else { intersection(vm, b, a) },
        BinOp::Or => |vm, other, outcome| {
            let set = outcome.result(vm)?;
            let united = sets::update(vm, &set, other, set.clone());
            vm.last_act(united)
        },
        BinOp::Sub => |vm, other, outcome| {
            let set = outcome.result(vm)?;
            let left = sets::difference_update(vm, &set, other);
            vm.last_act(left)
        },
        BinOp::Xor if let (Some(first), Some(second)) = (items_of(a), items_of(b)) => {
            return toggle_items(vm, first, second);
        }
        BinOp::Xor => |vm, other, outcome| {
            let set = outcome.result(vm)?;
            let toggled = sets::symmetric_difference_update(vm, &set, other);
            vm.last_act(toggled)
        },
        _ => return Ok(Value::NOT_IMPLEMENTED),
    };
    let set = as_set(vm, a);
    vm.then(set, then, b)
}

/// The dict whose items a view shows.
fn items_of(view: &Value) -> Option<&Value> {
    view.downcast::<DictView>().filter(|view| view.part == DictPart::Items).map(|view| &view.dict)
}

/// What a view and anything that can be iterated over have in common.
fn intersection(vm: &mut Vm, view: &Value, other: &Value) -> Res {
    let len = vm.len(view)?;
    let (mut view, mut other) = (view, other);
    if let Some(table) = other.as_set_table().filter(|_| other.is_kind(crate::heap::Kind::Set) && is_builtin(other)) {
        if len <= table.len() {
            return sets::intersection(vm, other, view);
        }
    } else if is_set_like(other) && vm.len(other)? > len {
        (view, other) = (other, view);
    }
    let result = Set::create(SetTable::default()).into_value();
    let state = tuple(vec![view.clone(), result.clone()]);
    vm.each(other, keep_common, state, result)
}

fn keep_common(vm: &mut Vm, state: &Value, item: Value) -> Res {
    let Some([view, result]) = state.as_items() else { return Ok(Value::NONE) };
    match vm.ask_contains(view, &item) {
        Ok(found) if found.is_true() => vm.ask_key(result, &item, Errand::Add),
        Ok(_) => Ok(Value::NONE),
        asked => {
            let state = tuple(vec![result.clone(), item]);
            vm.then(asked, add_common, &state)
        }
    }
}

fn add_common(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let found = outcome.result(vm)?.is_true();
    let Some([result, item]) = state.as_items().filter(|_| found) else { return Ok(Value::NONE) };
    let added = vm.ask_key(result, item, Errand::Add);
    vm.last_act(added)
}

fn isdisjoint(vm: &mut Vm, args: Args<'_>) -> Res {
    let (mut this, mut other) = operand(vm, &args)?;
    if this.is(other) {
        return Ok(Value::bool(vm.len(this)? == 0));
    }
    let sized = is_set_like(other) || other.as_set_cell().is_some() && is_builtin(other);
    if sized && vm.len(other)? > vm.len(this)? {
        (this, other) = (other, this);
    }
    vm.each(other, end_if_in, this.clone(), Value::TRUE)
}

/// False if a container has an item.
fn end_if_in(vm: &mut Vm, container: &Value, item: Value) -> Res {
    let found = vm.ask_contains(container, &item);
    vm.then(found, |vm, _, outcome| Ok(if outcome.result(vm)?.is_true() { Value::FALSE } else { Value::NONE }), &item)
}

/// Whether a container has everything an iterable gives: `yes` if so, and its contrary otherwise.
fn all_in(vm: &mut Vm, iterable: &Value, container: &Value, yes: bool) -> Res {
    let end = if yes { end_unless_in } else { end_with_true_unless_in };
    vm.each(iterable, end, container.clone(), Value::bool(yes))
}

fn end_unless_in(vm: &mut Vm, container: &Value, item: Value) -> Res {
    let found = vm.ask_contains(container, &item);
    vm.then(found, |vm, _, outcome| Ok(if outcome.result(vm)?.is_true() { Value::NONE } else { Value::FALSE }), &item)
}

fn end_with_true_unless_in(vm: &mut Vm, container: &Value, item: Value) -> Res {
    let found = vm.ask_contains(container, &item);
    vm.then(found, |vm, _, outcome| Ok(if outcome.result(vm)?.is_true() { Value::NONE } else { Value::TRUE }), &item)
}

/// Compares a view of keys or items, as a set, with a view or set; gives the answer or the request for it.
pub fn ask_compare(vm: &mut Vm, op: Cmp, a: &Value, b: &Value) -> Res {
    if !is_set_like(a) || !is_set_like(b) && b.as_set_cell().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (x, y) = (vm.len(a)?, vm.len(b)?);
    match op {
        Cmp::Eq | Cmp::Ne if x != y => Ok(Value::bool(op == Cmp::Ne)),
        Cmp::Lt if x >= y => Ok(Value::FALSE),
        Cmp::Le if x > y => Ok(Value::FALSE),
        Cmp::Gt if x <= y => Ok(Value::FALSE),
        Cmp::Ge if x < y => Ok(Value::FALSE),
        Cmp::Eq | Cmp::Ne => all_in(vm, a, b, op == Cmp::Eq),
        Cmp::Lt | Cmp::Le => all_in(vm, a, b, true),
        Cmp::Gt | Cmp::Ge => all_in(vm, b, a, true),
    }
}
