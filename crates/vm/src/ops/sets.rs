//! Set algebra. The order in which results are built is observable in their iteration order.

use super::arith::BinOp;
use crate::heap::{Kind, Ref, VmCell};
use crate::objects::{Accumulator, Dict, FrozenSet, Set, SetTable};
use crate::value::Value;
use crate::{Res, Vm};

/// `a op b` of two sets or frozensets; the result is of the left one's base type.
pub fn binary(vm: &mut Vm, op: BinOp, a: &Value, b: &Value) -> Res {
    let Some(left) = a.as_set_cell() else { return Ok(Value::NOT_IMPLEMENTED) };
    let result = match op {
        BinOp::Or => union(vm, left, b)?,
        BinOp::And => intersection(vm, left, b)?,
        BinOp::Sub => difference(vm, left, b)?,
        BinOp::Xor => symmetric_difference(vm, left, b)?,
        _ => return Ok(Value::NOT_IMPLEMENTED),
    };
    Ok(like(a, result))
}

/// A set or frozenset with this content, as `model` is one.
pub fn like(model: &Value, content: Set) -> Value {
    match model.kind() {
        Some(Kind::FrozenSet) => FrozenSet::create(content.take()).into_value(),
        _ => Set::create(content.take()).into_value(),
    }
}

/// `a op= b` of a set with a set or frozenset.
pub fn inplace(vm: &mut Vm, op: BinOp, a: &Value, b: &Value) -> Res {
    let Some(set) = a.downcast::<Set>() else { return Ok(Value::NOT_IMPLEMENTED) };
    if b.as_set_cell().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    match op {
        BinOp::Or => update(vm, set, b)?,
        BinOp::And => {
            let common = intersection(vm, set.cell(), b)?;
            drop(set.replace(common.take()));
        }
        BinOp::Sub => difference_update(vm, set, b)?,
        BinOp::Xor => symmetric_difference_update(vm, set, b)?,
        _ => return Ok(Value::NOT_IMPLEMENTED),
    }
    Ok(a.clone())
}

fn copy(table: &VmCell<SetTable>) -> Set {
    Set::with_table(table.get().copy())
}

fn is_same(cell: &VmCell<SetTable>, other: &Value) -> bool {
    other.as_set_cell().is_some_and(|o| std::ptr::eq(o, cell))
}

/// Adds all elements of an iterable.
pub fn update(vm: &mut Vm, set: &Set, other: &Value) -> Res<()> {
    if let Some(cell) = other.as_set_cell() {
        return merge(vm, set, cell);
    }
    if let Some(dict) = other.downcast::<Dict>()
        && super::arith::is_builtin(other)
    {
        set.table_mut().reserve_for_merge(dict.len());
        let entries: Vec<(u64, Value)> = dict.table().iter().map(|e| (e.hash, e.key.clone())).collect();
        for (hash, key) in entries {
            vm.set_add_hashed(set, hash, &key)?;
        }
        return Ok(());
    }
    vm.for_each(other, |vm, item| vm.set_add(set, item).map(|()| true))
}

/// As `update`, where the language's part in keys is requested; gives `result`.
pub fn fill(vm: &mut Vm, set: Ref<Set>, other: &Value, result: Value) -> Res {
    if other.as_set_cell().is_some() || other.is_kind(Kind::Dict) && super::arith::is_builtin(other) {
        update(vm, &set, other)?;
        return Ok(result);
    }
    vm.accumulate(other, Accumulator::Fill { set, result }, crate::args::unset())
}

fn merge(vm: &mut Vm, set: &Set, other: &VmCell<SetTable>) -> Res<()> {
    if std::ptr::eq(set.cell(), other) || other.get().is_empty() {
        return Ok(());
    }
    if set.table().is_fresh() {
        drop(set.replace(other.get().copy_into(set.table().capacity())));
        return Ok(());
    }
    set.table_mut().reserve_for_merge(other.get().len());
    for (hash, key) in other.get().entries() {
        vm.set_add_hashed(set, hash, &key)?;
    }
    Ok(())
}

/// The elements of `set` and of an iterable.
pub fn union(vm: &mut Vm, set: &VmCell<SetTable>, other: &Value) -> Res<Set> {
    let result = copy(set);
    if !is_same(set, other) {
        update(vm, &result, other)?;
    }
    Ok(result)
}

/// The elements of `set` that an iterable gives too.
pub fn intersection(vm: &mut Vm, set: &VmCell<SetTable>, other: &Value) -> Res<Set> {
    if is_same(set, other) {
        return Ok(copy(set));
    }
    let result = Set::empty();
    if let Some(cell) = other.as_set_cell() {
        let (small, large) = if cell.get().len() > set.get().len() { (set, cell) } else { (cell, set) };
        for (hash, key) in small.get().entries() {
            if vm.set_has_hashed(large, hash, &key)? {
                vm.set_add_hashed(&result, hash, &key)?;
            }
        }
        return Ok(result);
    }
    vm.for_each(other, |vm, item| {
        let hash = vm.hash(&item)?;
        if vm.set_has_hashed(set, hash, &item)? {
            vm.set_add_hashed(&result, hash, &item)?;
        }
        Ok(true)
    })?;
    Ok(result)
}

/// The elements of `set` that an iterable does not give.
pub fn difference(vm: &mut Vm, set: &VmCell<SetTable>, other: &Value) -> Res<Set> {
    let size = match (other.as_set_table(), other.downcast::<Dict>()) {
        (Some(table), _) => table.len(),
        (None, Some(dict)) => dict.len(),
        (None, None) => usize::MAX,
    };
    // Far fewer to take out than to keep, or no way to ask for membership.
    if size == usize::MAX || set.get().len() >> 2 > size {
        let result = copy(set);
        difference_update(vm, &result, other)?;
        return Ok(result);
    }
    let result = Set::empty();
    for (hash, key) in set.get().entries() {
        let there = match (other.as_set_cell(), other.downcast::<Dict>()) {
            (Some(cell), _) => vm.set_has_hashed(cell, hash, &key)?,
            (None, Some(dict)) => vm.dict_find_hashed(dict, hash, &key)?.is_some(),
            (None, None) => false,
        };
        if !there {
            vm.set_add_hashed(&result, hash, &key)?;
        }
    }
    Ok(result)
}

/// Takes out what an iterable gives.
pub fn difference_update(vm: &mut Vm, set: &Set, other: &Value) -> Res<()> {
    if is_same(set.cell(), other) {
        drop(set.take());
        return Ok(());
    }
    match other.as_set_cell() {
        Some(cell) => {
            let entries = if cell.get().len() >> 3 > set.table().len() {
                intersection(vm, set.cell(), other)?.table().entries()
            } else {
                cell.get().entries()
            };
            for (hash, key) in entries {
                vm.set_discard_hashed(set, hash, &key)?;
            }
        }
        None => vm.for_each(other, |vm, item| {
            let hash = vm.hash(&item)?;
            vm.set_discard_hashed(set, hash, &item).map(|_| true)
        })?,
    }
    set.table_mut().shed_used();
    Ok(())
}

/// The elements that only one of the two has.
pub fn symmetric_difference(vm: &mut Vm, set: &VmCell<SetTable>, other: &Value) -> Res<Set> {
    let result = Set::empty();
    update(vm, &result, other)?;
    toggle(vm, &result, set.get().entries())?;
    Ok(result)
}

/// Takes out what both have, adds what only the other has.
pub fn symmetric_difference_update(vm: &mut Vm, set: &Set, other: &Value) -> Res<()> {
    if is_same(set.cell(), other) {
        drop(set.take());
        return Ok(());
    }
    let entries = match other.as_set_table() {
        Some(table) => table.entries(),
        None => {
            let distinct = Set::empty();
            update(vm, &distinct, other)?;
            distinct.table().entries()
        }
    };
    toggle(vm, set, entries)
}

fn toggle(vm: &mut Vm, set: &Set, entries: Vec<(u64, Value)>) -> Res<()> {
    for (hash, key) in entries {
        if !vm.set_discard_hashed(set, hash, &key)? {
            vm.set_add_hashed(set, hash, &key)?;
        }
    }
    Ok(())
}

/// Whether the two have no element in common.
pub fn is_disjoint(vm: &mut Vm, set: &VmCell<SetTable>, other: &Value) -> Res<bool> {
    if let Some(cell) = other.as_set_cell() {
        if is_same(set, other) {
            return Ok(set.get().is_empty());
        }
        let (small, large) = if cell.get().len() > set.get().len() { (set, cell) } else { (cell, set) };
        for (hash, key) in small.get().entries() {
            if vm.set_has_hashed(large, hash, &key)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let mut disjoint = true;
    vm.for_each(other, |vm, item| {
        let hash = vm.hash(&item)?;
        disjoint = !vm.set_has_hashed(set, hash, &item)?;
        Ok(disjoint)
    })?;
    Ok(disjoint)
}

/// Whether `other` has all elements of `set`.
pub fn is_subset(vm: &mut Vm, set: &VmCell<SetTable>, other: &VmCell<SetTable>) -> Res<bool> {
    if set.get().len() > other.get().len() {
        return Ok(false);
    }
    for (hash, key) in set.get().entries() {
        if !vm.set_has_hashed(other, hash, &key)? {
            return Ok(false);
        }
    }
    Ok(true)
}
