//! `set`, and what `frozenset` shares with it.

use super::bootstrap::Def;
use super::slots::{self, class_argument, operand, this};
use crate::heap::{self, Kind};
use crate::objects::{Accumulator, Set, tuple};
use crate::ops::arith::is_builtin;
use crate::ops::compare::Cmp;
use crate::ops::keys::Errand;
use crate::ops::sets;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Res, Vm, class_of, names, types};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Direct(direct),
    Def::Slot("__init__", init),
    Def::Value("__hash__", slots::unhashable),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__len__", slots::len),
    Def::Method("__contains__", slots::contains),
    Def::Slot("__iter__", slots::iter),
    Def::Slot("__and__", and),
    Def::Slot("__rand__", rand),
    Def::Slot("__or__", or),
    Def::Slot("__ror__", ror),
    Def::Slot("__sub__", sub),
    Def::Slot("__rsub__", rsub),
    Def::Slot("__xor__", xor),
    Def::Slot("__rxor__", rxor),
    Def::Slot("__iand__", slots::iand),
    Def::Slot("__ior__", slots::ior),
    Def::Slot("__isub__", slots::isub),
    Def::Slot("__ixor__", slots::ixor),
    Def::Slot("__lt__", slots::lt),
    Def::Slot("__le__", slots::le),
    Def::Slot("__eq__", slots::eq),
    Def::Slot("__ne__", slots::ne),
    Def::Slot("__gt__", slots::gt),
    Def::Slot("__ge__", slots::ge),
    Def::Method("__sizeof__", slots::sizeof),
    Def::Method("__reduce__", reduce),
    Def::Class("__class_getitem__", slots::class_getitem),
    Def::Method("add", add),
    Def::Method("clear", clear),
    Def::Method("copy", copy),
    Def::Method("difference", difference),
    Def::Method("difference_update", difference_update),
    Def::Method("discard", discard),
    Def::Method("intersection", intersection),
    Def::Method("intersection_update", intersection_update),
    Def::Method("isdisjoint", isdisjoint),
    Def::Method("issubset", issubset),
    Def::Method("issuperset", issuperset),
    Def::Method("pop", pop),
    Def::Method("remove", remove),
    Def::Method("symmetric_difference", symmetric_difference),
    Def::Method("symmetric_difference_update", symmetric_difference_update),
    Def::Method("union", union),
    Def::Method("update", update),
];

macro_rules! operators {
    ($($function:ident $reflected:ident $op:ident;)*) => { $(
        /// The operator takes sets only.
        pub(super) fn $function(vm: &mut Vm, args: Args<'_>) -> Res {
            let (a, b) = operand(vm, &args)?;
            both_sets(vm, a, b, crate::ops::arith::BinOp::$op)
        }
        pub(super) fn $reflected(vm: &mut Vm, args: Args<'_>) -> Res {
            let (a, b) = operand(vm, &args)?;
            both_sets(vm, b, a, crate::ops::arith::BinOp::$op)
        }
    )* };
}

operators! { and rand And; or ror Or; sub rsub Sub; xor rxor Xor; }

fn both_sets(vm: &mut Vm, a: &Value, b: &Value, op: crate::ops::arith::BinOp) -> Res {
    if a.as_set_cell().is_none() || b.as_set_cell().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    sets::binary(vm, op, a, b)
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    Ok(heap::new(&class, Set::empty()).into_value())
}

/// `set(…)`.
fn direct(vm: &mut Vm, args: Args<'_>) -> Res {
    let given = slots::one_argument(vm, &args, "set", true)?;
    let set = heap::new(&types().set, Set::empty());
    if let Some(iterable) = given {
        if vm.draws_from_frames(iterable) {
            let result = set.value().clone();
            return Err(vm.drain(iterable, Accumulator::Fill { set, result }));
        }
        let result = set.value().clone();
        return sets::fill(vm, set, iterable, result);
    }
    Ok(set.into_value())
}

fn init(vm: &mut Vm, args: Args<'_>) -> Res {
    let set = this::<Set>(vm, &args)?;
    let strict = slots::shares(vm, class_of(&args.pos()[0]), &types().set, &names().__new__);
    let given = slots::one_optional(vm, &args, "set", strict)?;
    drop(set.take());
    if let Some(iterable) = given {
        if vm.draws_from_frames(iterable)
            && let Some(set) = args.pos()[0].as_ref::<Set>()
        {
            return Err(vm.drain(iterable, Accumulator::Fill { set, result: Value::NONE }));
        }
        if let Some(set) = args.pos()[0].as_ref::<Set>() {
            return sets::fill(vm, set, iterable, Value::NONE);
        }
    }
    Ok(Value::NONE)
}

/// `self`, a set or frozenset.
fn set_like<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a Value> {
    let value = slots::receiver(vm, args)?;
    if value.as_set_cell().is_some() {
        return Ok(value);
    }
    let name = class_of(value).name_str();
    Err(vm.type_error(format!("descriptor doesn't apply to a '{name}' object")))
}

/// The one argument of `set.name`.
fn one<'a>(vm: &mut Vm, args: &Args<'a>, name: &str) -> Res<&'a Value> {
    args.rest().expect(vm, name, 1, 1)?;
    Ok(&args.pos()[1])
}

fn add(vm: &mut Vm, args: Args<'_>) -> Res {
    let set = this::<Set>(vm, &args)?;
    let item = one(vm, &args, "set.add")?;
    match vm.set_add_plainly(set, item)? {
        Some(_) => Ok(Value::NONE),
        None => vm.enquire_key(&args.pos()[0], item, Errand::Add),
    }
}

fn discard(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<Set>(vm, &args)?;
    let item = one(vm, &args, "set.discard")?;
    let discarded = vm.ask_element(&args.pos()[0], item, Errand::Discard);
    vm.for_none(discarded)
}

fn remove(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<Set>(vm, &args)?;
    let item = one(vm, &args, "set.remove")?;
    if !item.is_kind(Kind::Set) {
        return vm.ask_key(&args.pos()[0], item, Errand::Delete);
    }
    let removed = vm.ask_element(&args.pos()[0], item, Errand::Discard);
    vm.then(removed, check_removed, item)
}

/// What was to be removed must have been there. A set is named as it was given.
fn check_removed(vm: &mut Vm, item: &Value, outcome: Outcome) -> Res {
    if outcome.result(vm)?.is_true() { Ok(Value::NONE) } else { Err(vm.key_error(item)) }
}

fn pop(vm: &mut Vm, args: Args<'_>) -> Res {
    let set = this::<Set>(vm, &args)?;
    args.rest().expect(vm, "set.pop", 0, 0)?;
    match set.table_mut().pop() {
        Some(item) => Ok(item),
        None => Err(vm.key_error(&Value::from("pop from an empty set"))),
    }
}

fn clear(vm: &mut Vm, args: Args<'_>) -> Res {
    let set = this::<Set>(vm, &args)?;
    args.rest().expect(vm, "set.clear", 0, 0)?;
    drop(set.take());
    Ok(Value::NONE)
}

pub(super) fn copy(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = set_like(vm, &args)?;
    args.rest().expect(vm, "set.copy", 0, 0)?;
    if value.is_kind(heap::Kind::FrozenSet) && is_builtin(value) {
        return Ok(value.clone());
    }
    Ok(sets::copy(value))
}

pub(super) fn reduce(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = set_like(vm, &args)?;
    let items = value.as_set_table().map(|table| table.iter().map(|e| e.key.clone()).collect()).unwrap_or_default();
    Ok(tuple(vec![class_of(value).value().clone(), tuple(vec![crate::objects::list(items)])]))
}

/// The positional arguments behind `self`, for methods that take any number.
fn others<'a>(vm: &mut Vm, args: &Args<'a>, name: &str) -> Res<&'a [Value]> {
    if args.has_keywords() {
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    Ok(&args.pos()[1..])
}

pub(super) fn union(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = set_like(vm, &args)?;
    let others = others(vm, &args, "set.union")?;
    // A set that is united with itself is left as it is.
    let mut others = std::borrow::Cow::Borrowed(others);
    if others.iter().any(|other| other.is(value)) {
        others.to_mut().retain(|other| !other.is(value));
    }
    sets::fold(vm, sets::copy(value), &others, |vm, set, other| sets::update(vm, set, other, set.clone()))
}

fn update(vm: &mut Vm, args: Args<'_>) -> Res {
    let set = set_like(vm, &args)?;
    let others = others(vm, &args, "set.update")?;
    let updated = sets::fold(vm, set.clone(), others, |vm, set, other| sets::update(vm, set, other, set.clone()));
    vm.for_none(updated)
}

fn intersect_all(vm: &mut Vm, args: &Args<'_>, name: &str) -> Res {
    let value = set_like(vm, args)?;
    match others(vm, args, name)? {
        [] => Ok(sets::copy(value)),
        others => sets::fold(vm, value.clone(), others, sets::intersection),
    }
}

pub(super) fn intersection(vm: &mut Vm, args: Args<'_>) -> Res {
    intersect_all(vm, &args, "set.intersection")
}

fn intersection_update(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<Set>(vm, &args)?;
    let common = intersect_all(vm, &args, "set.intersection_update");
    let taken = vm.then(common, sets::take_over, &args.pos()[0]);
    vm.for_none(taken)
}

pub(super) fn difference(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = set_like(vm, &args)?;
    let [first, rest @ ..] = others(vm, &args, "set.difference")? else { return Ok(sets::copy(value)) };
    match sets::difference(vm, value, first) {
        Ok(result) => sets::fold(vm, result, rest, sets::difference_update),
        result if rest.is_empty() => result,
        result => {
            let rest = tuple(rest.to_vec());
            vm.then(result, difference_of_rest, &rest)
        }
    }
}

fn difference_of_rest(vm: &mut Vm, rest: &Value, outcome: Outcome) -> Res {
    let set = outcome.result(vm)?;
    let result = sets::fold(vm, set, rest.as_items().unwrap_or_default(), sets::difference_update);
    vm.last_act(result)
}

fn difference_update(vm: &mut Vm, args: Args<'_>) -> Res {
    let set = set_like(vm, &args)?;
    let others = others(vm, &args, "set.difference_update")?;
    let result = sets::fold(vm, set.clone(), others, sets::difference_update);
    vm.for_none(result)
}

pub(super) fn symmetric_difference(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = set_like(vm, &args)?;
    let other = one(vm, &args, "set.symmetric_difference")?;
    sets::symmetric_difference(vm, value, other)
}

fn symmetric_difference_update(vm: &mut Vm, args: Args<'_>) -> Res {
    let set = set_like(vm, &args)?;
    let other = one(vm, &args, "set.symmetric_difference_update")?;
    let result = sets::symmetric_difference_update(vm, set, other);
    vm.for_none(result)
}

pub(super) fn isdisjoint(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = set_like(vm, &args)?;
    let other = one(vm, &args, "set.isdisjoint")?;
    sets::is_disjoint(vm, value, other)
}

pub(super) fn issubset(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = set_like(vm, &args)?;
    let other = one(vm, &args, "set.issubset")?;
    sets::is_given_by(vm, value, other)
}

pub(super) fn issuperset(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = set_like(vm, &args)?;
    let other = one(vm, &args, "set.issuperset")?;
    sets::has_all_of(vm, value, other)
}

/// `a op b` of two sets or frozensets (subset and superset), or the request for it; NotImplemented for others.
pub fn ask_compare(vm: &mut Vm, op: Cmp, a: &Value, b: &Value) -> Res {
    let (Some(x), Some(y)) = (a.as_set_table(), b.as_set_table()) else { return Ok(Value::NOT_IMPLEMENTED) };
    let (m, n) = (x.len(), y.len());
    match op {
        Cmp::Eq | Cmp::Ne if m != n => Ok(Value::bool(op == Cmp::Ne)),
        Cmp::Lt if m >= n => Ok(Value::FALSE),
        Cmp::Gt if m <= n => Ok(Value::FALSE),
        Cmp::Eq | Cmp::Ne => sets::is_subset(vm, a, b, op == Cmp::Eq),
        Cmp::Lt | Cmp::Le => sets::is_subset(vm, a, b, true),
        Cmp::Gt | Cmp::Ge => sets::is_subset(vm, b, a, true),
    }
}
