//! `slice`.

use super::bootstrap::Def;
use super::slots::{self, this};
use crate::heap;
use crate::objects::{Slice, big, tuple};
use crate::ops::compare::Cmp;
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, restartable, types};
use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__hash__", slots::hash),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__lt__", slots::lt),
    Def::Slot("__le__", slots::le),
    Def::Slot("__eq__", slots::eq),
    Def::Slot("__ne__", slots::ne),
    Def::Slot("__gt__", slots::gt),
    Def::Slot("__ge__", slots::ge),
    Def::Method("__reduce__", reduce),
    Def::Method("indices", restartable!(indices)),
    Def::Get("start", |vm, v| part(vm, v, |s| &s.start)),
    Def::Get("stop", |vm, v| part(vm, v, |s| &s.stop)),
    Def::Get("step", |vm, v| part(vm, v, |s| &s.step)),
];

fn part(vm: &mut Vm, value: &Value, pick: fn(&Slice) -> &Value) -> Res {
    match value.downcast::<Slice>() {
        Some(slice) => Ok(pick(slice).clone()),
        None => Err(vm.type_error("descriptor needs a slice")),
    }
}

/// A slice object.
pub fn create(start: Value, stop: Value, step: Value) -> Value {
    heap::new(&types().slice, Slice { start, stop, step }).into_value()
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let rest = args.rest();
    rest.expect(vm, "slice", 1, 3)?;
    let at = |i: usize| rest.pos().get(i).cloned().unwrap_or(Value::NONE);
    Ok(if rest.len() == 1 { create(Value::NONE, at(0), Value::NONE) } else { create(at(0), at(1), at(2)) })
}

fn parts(slice: &Slice) -> Vec<Value> {
    vec![slice.start.clone(), slice.stop.clone(), slice.step.clone()]
}

fn reduce(vm: &mut Vm, args: Args<'_>) -> Res {
    let slice = this::<Slice>(vm, &args)?;
    Ok(tuple(vec![class_of(&args.pos()[0]).value().clone(), tuple(parts(slice))]))
}

fn bound(vm: &mut impl Asks, value: &Value) -> Res<Option<BigInt>> {
    if value.is_none() {
        return Ok(None);
    }
    if !vm.has_index(value) {
        return Err(vm.vm().type_error("slice indices must be integers or None or have an __index__ method"));
    }
    Ok(vm.to_index(value)?.as_big())
}

/// Start, stop and step of a slice against a length of any size.
pub fn indices_of(vm: &mut impl Asks, slice: &Slice, len: &BigInt) -> Res<(BigInt, BigInt, BigInt)> {
    let step = bound(vm, &slice.step)?.unwrap_or_else(BigInt::one);
    if step.is_zero() {
        return Err(vm.vm().value_error("slice step cannot be zero"));
    }
    let (low, high) =
        if step.is_negative() { (-BigInt::one(), len - BigInt::one()) } else { (BigInt::zero(), len.clone()) };
    let clip = |given: Option<BigInt>, default: &BigInt| match given {
        None => default.clone(),
        Some(n) if n.is_negative() => (n + len).max(low.clone()),
        Some(n) => n.min(high.clone()),
    };
    let (first, last) = if step.is_negative() { (&high, &low) } else { (&low, &high) };
    let start = clip(bound(vm, &slice.start)?, first);
    let stop = clip(bound(vm, &slice.stop)?, last);
    Ok((start, stop, step))
}

fn indices(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let slice = this::<Slice>(vm, &args)?;
    args.rest().expect(vm, "slice.indices", 1, 1)?;
    let len = vm.to_index(&args.pos()[1])?.as_big().unwrap_or_default();
    if len.is_negative() {
        return Err(vm.value_error("length should not be negative"));
    }
    let (start, stop, step) = indices_of(vm, slice, &len)?;
    Ok(tuple(vec![big(start), big(stop), big(step)]))
}

/// `a op b` of two slices, as of the tuples of their parts, or the request for it.
pub fn ask_compare(vm: &mut Vm, op: Cmp, a: &Value, b: &Value) -> Res {
    match (a.downcast::<Slice>(), b.downcast::<Slice>()) {
        (Some(x), Some(y)) => vm.ask_compare_builtin(op, &tuple(parts(x)), &tuple(parts(y))),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
