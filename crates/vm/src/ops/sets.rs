//! Set algebra. The order in which results are built is observable in their iteration order. What the language must be asked
//! about keys is requested: each of these gives a value, or the request for it.

use super::arith::{BinOp, is_builtin};
use super::keys::round::{Act, Deed, Source};
use crate::heap::{Kind, VmCell};
use crate::objects::{Accumulator, Dict, FrozenSet, Opaque, Set, SetTable};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Res, Vm};

/// `a op b` of two sets or frozensets; the result is of the left one's base type.
pub fn binary(vm: &mut Vm, op: BinOp, a: &Value, b: &Value) -> Res {
    match op {
        _ if a.as_set_cell().is_none() => Ok(Value::NOT_IMPLEMENTED),
        BinOp::Or => union(vm, a, b),
        BinOp::And => intersection(vm, a, b),
        BinOp::Sub => difference(vm, a, b),
        BinOp::Xor => symmetric_difference(vm, a, b),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// A set or frozenset with this content, as `model` is one.
pub fn like(model: &Value, content: SetTable) -> Value {
    match model.kind() {
        Some(Kind::FrozenSet) => FrozenSet::create(content).into_value(),
        _ => Set::create(content).into_value(),
    }
}

/// A set or frozenset with the elements of `model`, as it is one.
pub fn copy(model: &Value) -> Value {
    like(model, model.as_set_table().map(SetTable::copy).unwrap_or_default())
}

/// `a op= b` of a set with a set or frozenset.
pub fn inplace(vm: &mut Vm, op: BinOp, a: &Value, b: &Value) -> Res {
    if !a.is_kind(Kind::Set) || b.as_set_cell().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    match op {
        BinOp::Or => update(vm, a, b, a.clone()),
        BinOp::And => {
            let common = intersection(vm, a, b);
            vm.then(common, take_over, a)
        }
        BinOp::Sub => difference_update(vm, a, b),
        BinOp::Xor => symmetric_difference_update(vm, a, b),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// The set takes over the content of another one that was made for it.
pub fn take_over(vm: &mut Vm, set: &Value, outcome: Outcome) -> Res {
    let made = outcome.result(vm)?;
    if let (Some(set), Some(made)) = (set.downcast::<Set>(), made.as_set_cell()) {
        drop(set.replace(made.replace(SetTable::default())));
    }
    Ok(set.clone())
}

fn size(value: &Value) -> usize {
    value.as_set_table().map_or(0, SetTable::len)
}

fn is_exact_dict(value: &Value) -> bool {
    value.is_kind(Kind::Dict) && is_builtin(value)
}

/// Adds all elements of an iterable to a set, or to a frozenset in the making; gives `result`.
pub fn update(vm: &mut Vm, set: &Value, other: &Value, result: Value) -> Res {
    let Some(cell) = set.as_set_cell() else { return Ok(result) };
    if let Some(others) = other.as_set_cell() {
        return merge(vm, set, cell, other, others, result);
    }
    let deed = Deed::new(set, Act::Add);
    match other.downcast::<Dict>().filter(|_| is_builtin(other)) {
        Some(dict) => {
            cell.get_mut().reserve_for_merge(dict.len());
            vm.each_key_of(Source::of(other), deed, result)
        }
        None => vm.each_key_in(other, Value::NONE, deed, result),
    }
}

/// As `update`, of a set that is made of an iterable.
pub fn fill(vm: &mut Vm, set: crate::heap::Ref<Set>, other: &Value, result: Value) -> Res {
    if other.as_set_cell().is_some() || is_exact_dict(other) {
        return update(vm, set.value(), other, result);
    }
    vm.accumulate(other, Accumulator::Fill { set, result }, crate::args::unset())
}

fn merge(
    vm: &mut Vm,
    set: &Value,
    cell: &VmCell<SetTable>,
    other: &Value,
    others: &VmCell<SetTable>,
    result: Value,
) -> Res {
    if std::ptr::eq(cell, others) || others.get().is_empty() {
        return Ok(result);
    }
    if cell.get().is_fresh() {
        let copy = others.get().copy_into(cell.get().capacity());
        drop(match set.downcast::<Set>() {
            Some(set) => set.replace(copy),
            None => cell.replace(copy),
        });
        return Ok(result);
    }
    cell.get_mut().reserve_for_merge(others.get().len());
    vm.each_key_of(Source::of(other), Deed::new(set, Act::Add), result)
}

/// The elements of `set` and of an iterable.
pub fn union(vm: &mut Vm, set: &Value, other: &Value) -> Res {
    let result = copy(set);
    if set.is(other) {
        return Ok(result);
    }
    update(vm, &result, other, result.clone())
}

/// The elements of `set` that an iterable gives too.
pub fn intersection(vm: &mut Vm, set: &Value, other: &Value) -> Res {
    if set.is(other) {
        return Ok(copy(set));
    }
    let result = like(set, SetTable::default());
    if other.as_set_cell().is_none() {
        let deed = Deed::new(set, Act::Find).adding(true, &result);
        return vm.each_key_in(other, Value::NONE, deed, result);
    }
    let (small, large) = if size(other) > size(set) { (set, other) } else { (other, set) };
    let deed = Deed::new(large, Act::Find).adding(true, &result);
    vm.each_key_of(Source::of(small), deed, result)
}

/// The elements of `set` that an iterable does not give.
pub fn difference(vm: &mut Vm, set: &Value, other: &Value) -> Res {
    let others = match other.downcast::<Dict>() {
        Some(dict) if is_builtin(other) => Some(dict.len()),
        _ => other.as_set_table().map(SetTable::len),
    };
    // Far fewer to take out than to keep, or no way to ask for membership.
    if others.is_none_or(|others| size(set) >> 2 > others) {
        let result = copy(set);
        return difference_update(vm, &result, other);
    }
    let result = like(set, SetTable::default());
    let deed = Deed::new(other, Act::Find).adding(false, &result);
    vm.each_key_of(Source::of(set), deed, result)
}

/// Takes out what an iterable gives; gives the set.
pub fn difference_update(vm: &mut Vm, set: &Value, other: &Value) -> Res {
    if set.is(other) {
        drop(set.downcast::<Set>().map(Set::take));
        return Ok(set.clone());
    }
    let taken = if other.as_set_cell().is_none() {
        vm.each_key_in(other, Value::NONE, Deed::new(set, Act::TakeOut), set.clone())
    } else if size(other) >> 3 > size(set) {
        let common = intersection(vm, set, other);
        vm.then(common, take_common, set)
    } else {
        vm.each_key_of(Source::of(other), Deed::new(set, Act::TakeOut), set.clone())
    };
    vm.then(taken, shed, set)
}

fn take_common(vm: &mut Vm, set: &Value, outcome: Outcome) -> Res {
    let common = outcome.result(vm)?;
    let taken = vm.each_key_of(Source::of(&common), Deed::new(set, Act::TakeOut), set.clone());
    vm.last_act(taken)
}

fn shed(vm: &mut Vm, set: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    if let Some(cell) = set.as_set_cell() {
        cell.get_mut().shed_used();
    }
    Ok(set.clone())
}

/// The elements that only one of the two has.
pub fn symmetric_difference(vm: &mut Vm, set: &Value, other: &Value) -> Res {
    let result = like(set, SetTable::default());
    let others = update(vm, &result, other, result.clone());
    vm.then(others, toggle_in, set)
}

/// Takes out what both have, adds what only the other has; gives the set.
pub fn symmetric_difference_update(vm: &mut Vm, set: &Value, other: &Value) -> Res {
    if set.is(other) {
        drop(set.downcast::<Set>().map(Set::take));
        return Ok(set.clone());
    }
    if other.as_set_cell().is_some() || is_exact_dict(other) {
        return toggle(vm, set, other);
    }
    let distinct = like(set, SetTable::default());
    let distinct = update(vm, &distinct, other, distinct.clone());
    vm.then(distinct, toggle_by, set)
}

/// Takes out of `set`, or adds to it, what `by` has.
fn toggle(vm: &mut Vm, set: &Value, by: &Value) -> Res {
    let deed = Deed::new(set, Act::TakeOut).adding(false, set);
    vm.each_key_of(Source::of(by), deed, set.clone())
}

fn toggle_in(vm: &mut Vm, by: &Value, outcome: Outcome) -> Res {
    let set = outcome.result(vm)?;
    let toggled = toggle(vm, &set, by);
    vm.last_act(toggled)
}

fn toggle_by(vm: &mut Vm, set: &Value, outcome: Outcome) -> Res {
    let by = outcome.result(vm)?;
    let toggled = toggle(vm, set, &by);
    vm.last_act(toggled)
}

/// Whether the two have no element in common.
pub fn is_disjoint(vm: &mut Vm, set: &Value, other: &Value) -> Res {
    if set.is(other) {
        return Ok(Value::bool(size(set) == 0));
    }
    if other.as_set_cell().is_none() || !is_builtin(other) {
        let deed = Deed::new(set, Act::Find).ending(true, Value::FALSE);
        return vm.each_key_in(other, Value::NONE, deed, Value::TRUE);
    }
    let (small, large) = if size(other) > size(set) { (set, other) } else { (other, set) };
    vm.each_key_of(Source::of(small), Deed::new(large, Act::Find).ending(true, Value::FALSE), Value::TRUE)
}

/// Whether `other`, a set, has all elements of `set`: `yes` if so, and its contrary otherwise.
pub fn is_subset(vm: &mut Vm, set: &Value, other: &Value, yes: bool) -> Res {
    if size(set) > size(other) {
        return Ok(Value::bool(!yes));
    }
    let deed = Deed::new(other, Act::Find).ending(false, Value::bool(!yes));
    vm.each_key_of(Source::of(set), deed, Value::bool(yes))
}

/// Whether an iterable gives all elements of `set`.
pub fn is_given_by(vm: &mut Vm, set: &Value, other: &Value) -> Res {
    if other.as_set_cell().is_some() {
        return is_subset(vm, set, other, true);
    }
    let common = intersection(vm, set, other);
    vm.then(common, has_as_many, set)
}

fn has_as_many(vm: &mut Vm, set: &Value, outcome: Outcome) -> Res {
    let common = outcome.result(vm)?;
    Ok(Value::bool(size(&common) == size(set)))
}

/// Whether `set` has all that an iterable gives.
pub fn has_all_of(vm: &mut Vm, set: &Value, other: &Value) -> Res {
    if other.as_set_cell().is_some() {
        return is_subset(vm, other, set, true);
    }
    let deed = Deed::new(set, Act::Find).ending(false, Value::FALSE);
    vm.each_key_in(other, Value::NONE, deed, Value::TRUE)
}

/// Does something with a set and one argument; gives the set for the next one.
type Fold = fn(&mut Vm, &Value, &Value) -> Res;

struct Folding {
    step: Fold,
    rest: Vec<Value>,
}

/// Does something with a set and each argument in turn.
pub fn fold(vm: &mut Vm, mut set: Value, others: &[Value], step: Fold) -> Res {
    for (n, other) in others.iter().enumerate() {
        match step(vm, &set, other) {
            Ok(next) => set = next,
            Err(thrown) if vm.request.is_some() => {
                let state = Opaque::state(Folding { step, rest: others[n + 1..].to_vec() });
                return vm.then(Err(thrown), fold_on, &state);
            }
            Err(thrown) => return Err(thrown),
        }
    }
    Ok(set)
}

fn fold_on(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let set = outcome.result(vm)?;
    let Folding { step, rest } = vm.state_of::<Folding>(state)?;
    let folded = fold(vm, set, rest, *step);
    vm.last_act(folded)
}
