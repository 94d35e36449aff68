//! `dict_keys`, `dict_values`, `dict_items`.

use super::bootstrap::Def;
use super::slots::{self, operand, this};
use crate::objects::{DictPart, DictView, MappingProxy, Set};
use crate::ops::arith::BinOp;
use crate::ops::compare::Cmp;
use crate::ops::iter::dict_iter;
use crate::ops::sets;
use crate::value::Value;
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

/// `a op b` where one is a view: always a new set.
pub fn binary(vm: &mut Vm, op: BinOp, a: &Value, b: &Value) -> Res {
    let left = Set::empty();
    sets::update(vm, &left, a)?;
    match op {
        BinOp::Or => sets::update(vm, &left, b)?,
        BinOp::Sub => sets::difference_update(vm, &left, b)?,
        BinOp::Xor => sets::symmetric_difference_update(vm, &left, b)?,
        BinOp::And => {
            let result = sets::intersection(vm, left.cell(), b)?;
            return Ok(Set::create(result.take()).into_value());
        }
        _ => return Ok(Value::NOT_IMPLEMENTED),
    }
    Ok(Set::create(left.take()).into_value())
}

fn isdisjoint(vm: &mut Vm, args: Args<'_>) -> Res {
    let (this, other) = operand(vm, &args)?;
    let mut disjoint = true;
    vm.for_each(other, |vm, item| {
        disjoint = !vm.contains(this, &item)?;
        Ok(disjoint)
    })?;
    Ok(Value::bool(disjoint))
}

/// Whether `b` contains everything `a` gives.
fn all_in(vm: &mut Vm, a: &Value, b: &Value) -> Res<bool> {
    let mut all = true;
    vm.for_each(a, |vm, item| {
        all = vm.contains(b, &item)?;
        Ok(all)
    })?;
    Ok(all)
}

/// Compares a view of keys or items, as a set, with a view or set.
pub fn compare(vm: &mut Vm, op: Cmp, a: &Value, b: &Value) -> Res {
    if !is_set_like(a) || !is_set_like(b) && b.as_set_cell().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (x, y) = (vm.len(a)?, vm.len(b)?);
    let answer = vm.guarded_as(" in comparison", |vm| {
        Ok(match op {
            Cmp::Eq => x == y && all_in(vm, a, b)?,
            Cmp::Ne => !(x == y && all_in(vm, a, b)?),
            Cmp::Lt => x < y && all_in(vm, a, b)?,
            Cmp::Le => x <= y && all_in(vm, a, b)?,
            Cmp::Gt => x > y && all_in(vm, b, a)?,
            Cmp::Ge => x >= y && all_in(vm, b, a)?,
        })
    })?;
    Ok(Value::bool(answer))
}
