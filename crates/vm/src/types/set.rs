//! `set`, and what `frozenset` shares with it.

use super::bootstrap::Def;
use super::slots::{self, class_argument, operand, this};
use crate::heap::{self, Kind, VmCell};
use crate::objects::{Accumulator, Set, SetTable, tuple};
use crate::ops::arith::is_builtin;
use crate::ops::compare::Cmp;
use crate::ops::keys::Errand;
use crate::ops::sets;
use crate::value::Value;
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

/// The table of `self`, a set or frozenset.
pub(super) fn table<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<(&'a Value, &'a VmCell<SetTable>)> {
    let value = slots::receiver(vm, args)?;
    match value.as_set_cell() {
        Some(cell) => Ok((value, cell)),
        None => {
            let name = class_of(value).name_str();
            Err(vm.type_error(format!("descriptor doesn't apply to a '{name}' object")))
        }
    }
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
    let set = this::<Set>(vm, &args)?;
    let item = one(vm, &args, "set.discard")?;
    if !item.is_kind(Kind::Set) {
        return vm.ask_key(&args.pos()[0], item, Errand::Discard);
    }
    vm.set_discard(set, item)?;
    Ok(Value::NONE)
}

fn remove(vm: &mut Vm, args: Args<'_>) -> Res {
    let set = this::<Set>(vm, &args)?;
    let item = one(vm, &args, "set.remove")?;
    if !item.is_kind(Kind::Set) {
        return vm.ask_key(&args.pos()[0], item, Errand::Delete);
    }
    if vm.set_discard(set, item)? { Ok(Value::NONE) } else { Err(vm.key_error(item)) }
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
    let (value, cell) = table(vm, &args)?;
    args.rest().expect(vm, "set.copy", 0, 0)?;
    if value.is_kind(heap::Kind::FrozenSet) && is_builtin(value) {
        return Ok(value.clone());
    }
    Ok(sets::like(value, Set::with_table(cell.get().copy())))
}

pub(super) fn reduce(vm: &mut Vm, args: Args<'_>) -> Res {
    let (value, cell) = table(vm, &args)?;
    let items = cell.get().iter().map(|e| e.key.clone()).collect();
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
    let (value, cell) = table(vm, &args)?;
    let result = Set::with_table(cell.get().copy());
    for other in others(vm, &args, "set.union")? {
        if !other.is(value) {
            sets::update(vm, &result, other)?;
        }
    }
    Ok(sets::like(value, result))
}

fn update(vm: &mut Vm, args: Args<'_>) -> Res {
    let set = this::<Set>(vm, &args)?;
    for other in others(vm, &args, "set.update")? {
        sets::update(vm, set, other)?;
    }
    Ok(Value::NONE)
}

fn intersect_all(vm: &mut Vm, args: &Args<'_>, name: &str) -> Res<Set> {
    let (_, cell) = table(vm, args)?;
    let mut others = others(vm, args, name)?.iter();
    let Some(first) = others.next() else { return Ok(Set::with_table(cell.get().copy())) };
    let mut result = sets::intersection(vm, cell, first)?;
    for other in others {
        result = sets::intersection(vm, result.cell(), other)?;
    }
    Ok(result)
}

pub(super) fn intersection(vm: &mut Vm, args: Args<'_>) -> Res {
    let result = intersect_all(vm, &args, "set.intersection")?;
    Ok(sets::like(&args.pos()[0], result))
}

fn intersection_update(vm: &mut Vm, args: Args<'_>) -> Res {
    let set = this::<Set>(vm, &args)?;
    let result = intersect_all(vm, &args, "set.intersection_update")?;
    drop(set.replace(result.take()));
    Ok(Value::NONE)
}

pub(super) fn difference(vm: &mut Vm, args: Args<'_>) -> Res {
    let (value, cell) = table(vm, &args)?;
    let mut others = others(vm, &args, "set.difference")?.iter();
    let result = match others.next() {
        Some(first) => sets::difference(vm, cell, first)?,
        None => Set::with_table(cell.get().copy()),
    };
    for other in others {
        sets::difference_update(vm, &result, other)?;
    }
    Ok(sets::like(value, result))
}

fn difference_update(vm: &mut Vm, args: Args<'_>) -> Res {
    let set = this::<Set>(vm, &args)?;
    for other in others(vm, &args, "set.difference_update")? {
        sets::difference_update(vm, set, other)?;
    }
    Ok(Value::NONE)
}

pub(super) fn symmetric_difference(vm: &mut Vm, args: Args<'_>) -> Res {
    let (value, cell) = table(vm, &args)?;
    let other = one(vm, &args, "set.symmetric_difference")?;
    let result = sets::symmetric_difference(vm, cell, other)?;
    Ok(sets::like(value, result))
}

fn symmetric_difference_update(vm: &mut Vm, args: Args<'_>) -> Res {
    let set = this::<Set>(vm, &args)?;
    let other = one(vm, &args, "set.symmetric_difference_update")?;
    sets::symmetric_difference_update(vm, set, other)?;
    Ok(Value::NONE)
}

pub(super) fn isdisjoint(vm: &mut Vm, args: Args<'_>) -> Res {
    let (_, cell) = table(vm, &args)?;
    let other = one(vm, &args, "set.isdisjoint")?;
    Ok(Value::bool(sets::is_disjoint(vm, cell, other)?))
}

/// Runs `check` with the table of an iterable, made into a set if it is none.
fn with_table(vm: &mut Vm, other: &Value, check: impl FnOnce(&mut Vm, &VmCell<SetTable>) -> Res<bool>) -> Res {
    let answer = match other.as_set_cell() {
        Some(cell) => check(vm, cell)?,
        None => {
            let set = Set::empty();
            sets::update(vm, &set, other)?;
            check(vm, set.cell())?
        }
    };
    Ok(Value::bool(answer))
}

pub(super) fn issubset(vm: &mut Vm, args: Args<'_>) -> Res {
    let (_, cell) = table(vm, &args)?;
    let other = one(vm, &args, "set.issubset")?;
    with_table(vm, other, |vm, other| sets::is_subset(vm, cell, other))
}

pub(super) fn issuperset(vm: &mut Vm, args: Args<'_>) -> Res {
    let (_, cell) = table(vm, &args)?;
    let other = one(vm, &args, "set.issuperset")?;
    with_table(vm, other, |vm, other| sets::is_subset(vm, other, cell))
}

/// `a op b` of two sets or frozensets (subset and superset); NotImplemented for others.
pub fn compare(vm: &mut Vm, op: Cmp, a: &Value, b: &Value) -> Res {
    let (Some(x), Some(y)) = (a.as_set_cell(), b.as_set_cell()) else { return Ok(Value::NOT_IMPLEMENTED) };
    let (m, n) = (x.get().len(), y.get().len());
    let answer = vm.guarded_as(" in comparison", |vm| {
        Ok(match op {
            Cmp::Eq => m == n && sets::is_subset(vm, x, y)?,
            Cmp::Ne => !(m == n && sets::is_subset(vm, x, y)?),
            Cmp::Lt => m < n && sets::is_subset(vm, x, y)?,
            Cmp::Le => sets::is_subset(vm, x, y)?,
            Cmp::Gt => m > n && sets::is_subset(vm, y, x)?,
            Cmp::Ge => sets::is_subset(vm, y, x)?,
        })
    })?;
    Ok(Value::bool(answer))
}
