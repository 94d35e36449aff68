//! `range`, of integers of any size.

use super::bootstrap::Def;
use super::slice::indices_of;
use super::slots::{self, this};
use crate::heap;
use crate::objects::{Range, RangeIter, Slice, big, int, tuple};
use crate::ops::arith::is_builtin;
use crate::ops::compare::Cmp;
use crate::ops::iter::seq_iter;
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, restartable, types};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cell::Cell;

pub const DEFS: &[Def] = &[
    Def::New(restartable!(new)),
    Def::Slot("__hash__", slots::hash),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__len__", slots::len),
    Def::Slot("__bool__", truth),
    Def::Slot("__getitem__", slots::get_item),
    Def::Slot("__contains__", slots::contains),
    Def::Slot("__iter__", slots::iter),
    Def::Method("__reversed__", reversed),
    Def::Slot("__lt__", slots::lt),
    Def::Slot("__le__", slots::le),
    Def::Slot("__eq__", slots::eq),
    Def::Slot("__ne__", slots::ne),
    Def::Slot("__gt__", slots::gt),
    Def::Slot("__ge__", slots::ge),
    Def::Method("__reduce__", reduce),
    Def::Method("count", count),
    Def::Method("index", index),
    Def::Get("start", |vm, v| part(vm, v, |r| &r.start)),
    Def::Get("stop", |vm, v| part(vm, v, |r| &r.stop)),
    Def::Get("step", |vm, v| part(vm, v, |r| &r.step)),
];

fn part(vm: &mut Vm, value: &Value, pick: fn(&Range) -> &Value) -> Res {
    match value.downcast::<Range>() {
        Some(range) => Ok(pick(range).clone()),
        None => Err(vm.type_error("descriptor needs a range")),
    }
}

fn new(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let rest = args.rest();
    rest.expect(vm, "range", 1, 3)?;
    let mut bounds = Vec::with_capacity(3);
    for value in rest.pos() {
        bounds.push(vm.to_index(value)?);
    }
    let (start, stop, step) = match bounds.as_slice() {
        [stop] => (int(0), stop.clone(), int(1)),
        [start, stop] => (start.clone(), stop.clone(), int(1)),
        [start, stop, step, ..] => (start.clone(), stop.clone(), step.clone()),
        [] => return Err(vm.type_error("range expected at least 1 argument, got 0")),
    };
    if step.as_i64() == Some(0) {
        return Err(vm.value_error("range() arg 3 must not be zero"));
    }
    Ok(create(start, stop, step))
}

/// A range object of three ints.
pub fn create(start: Value, stop: Value, step: Value) -> Value {
    heap::new(&types().range, Range { start, stop, step }).into_value()
}

fn whole(value: &Value) -> BigInt {
    value.as_big().unwrap_or_default()
}

/// The number of items.
pub fn length(range: &Range) -> BigInt {
    if let (Some(start), Some(stop), Some(step)) =
        (range.start.as_small_int(), range.stop.as_small_int(), range.step.as_small_int())
    {
        let span = if step > 0 { stop - start } else { start - stop };
        return BigInt::from(if span <= 0 { 0 } else { (span - 1) as u64 / step.unsigned_abs() + 1 });
    }
    let (start, stop, step) = (whole(&range.start), whole(&range.stop), whole(&range.step));
    let span = if step.sign() == Sign::Minus { start - stop } else { stop - start };
    if span.is_positive() { (span - 1) / step.abs() + 1 } else { BigInt::zero() }
}

/// Start, step and length, if all items and what follows them are machine integers.
pub fn small_bounds(range: &Range) -> Option<(i64, i64, u64)> {
    let (start, stop, step) = (range.start.as_i64()?, range.stop.as_i64()?, range.step.as_i64()?);
    let span = if step > 0 { i128::from(stop) - i128::from(start) } else { i128::from(start) - i128::from(stop) };
    if span <= 0 {
        return Some((start, step, 0));
    }
    let len = u64::try_from((span - 1) / i128::from(step).abs() + 1).ok()?;
    Some((start, step, len))
}

/// Item number `index`, from 0.
pub fn item_of_range(range: &Range, index: usize) -> Option<Value> {
    item(range, &int(index as i64))
}

/// `range[index]`; negative indices count from the end.
pub fn item(range: &Range, index: &Value) -> Option<Value> {
    if let (Some((start, step, len)), Some(i)) = (small_bounds(range), index.as_i64())
        && let Ok(len) = i64::try_from(len)
    {
        let i = if i < 0 { i.checked_add(len)? } else { i };
        if !(0..len).contains(&i) {
            return None;
        }
        return Some(int(start.wrapping_add(i.wrapping_mul(step))));
    }
    let len = length(range);
    let mut i = whole(index);
    if i.is_negative() {
        i += &len;
    }
    if i.is_negative() || i >= len {
        return None;
    }
    Some(big(whole(&range.start) + i * whole(&range.step)))
}

/// The position of an int in a range.
pub fn position(range: &Range, item: &Value) -> Option<Value> {
    if let (Some((start, step, len)), Some(n)) = (small_bounds(range), item.as_i64()) {
        let offset = i128::from(n) - i128::from(start);
        let (at, rest) = (offset / i128::from(step), offset % i128::from(step));
        if rest != 0 || at < 0 || at >= i128::from(len) {
            return None;
        }
        return Some(big(BigInt::from(at)));
    }
    let (at, rest) = (whole(item) - whole(&range.start)).div_mod_floor(&whole(&range.step));
    if !rest.is_zero() || at.is_negative() || at >= length(range) {
        return None;
    }
    Some(big(at))
}

/// `range[slice]`: another range.
pub fn slice(vm: &mut impl Asks, range: &Range, slice: &Slice) -> Res {
    let (from, to, by) = indices_of(vm, slice, &length(range))?;
    let (start, step) = (whole(&range.start), whole(&range.step));
    let place = |n: &BigInt| big(&start + n * &step);
    Ok(create(place(&from), place(&to), big(by * &step)))
}

fn truth(vm: &mut Vm, args: Args<'_>) -> Res {
    let range = this::<Range>(vm, &args)?;
    Ok(Value::bool(!length(range).is_zero()))
}

fn reversed(vm: &mut Vm, args: Args<'_>) -> Res {
    let range = this::<Range>(vm, &args)?;
    slots::nothing(vm, &args)?;
    if let Some((start, step, len)) = small_bounds(range)
        && let Some(back) = step.checked_neg()
    {
        let last = start.wrapping_add((len.wrapping_sub(1) as i64).wrapping_mul(step));
        let payload = RangeIter { next: Cell::new(last), step: back, left: Cell::new(len) };
        return Ok(heap::new(&types().range_iterator, payload).into_value());
    }
    let (start, step) = (whole(&range.start), whole(&range.step));
    let last = &start + (length(range) - BigInt::one()) * &step;
    let back = create(big(last), big(&start - &step), big(-step));
    Ok(seq_iter(&types().longrange_iterator, &back))
}

fn reduce(vm: &mut Vm, args: Args<'_>) -> Res {
    let range = this::<Range>(vm, &args)?;
    let parts = tuple(vec![range.start.clone(), range.stop.clone(), range.step.clone()]);
    Ok(tuple(vec![class_of(&args.pos()[0]).value().clone(), parts]))
}

/// Where a value that is no int equals an item, counting how often.
fn matches(vm: &mut Vm, args: &Args<'_>, first_only: bool) -> Res<(i64, Option<i64>)> {
    let (mut n, mut first, mut i) = (0, None, 0);
    let wanted = args.pos()[1].clone();
    vm.for_each(&args.pos()[0], |vm, item| {
        if vm.same(&item, &wanted)? {
            n += 1;
            first = first.or(Some(i));
        }
        i += 1;
        Ok(!(first_only && first.is_some()))
    })?;
    Ok((n, first))
}

fn count(vm: &mut Vm, args: Args<'_>) -> Res {
    let range = this::<Range>(vm, &args)?;
    args.rest().expect(vm, "range.count", 1, 1)?;
    let item = &args.pos()[1];
    if item.is_int() && is_builtin(item) {
        return Ok(int(i64::from(position(range, item).is_some())));
    }
    Ok(int(matches(vm, &args, false)?.0))
}

fn index(vm: &mut Vm, args: Args<'_>) -> Res {
    let range = this::<Range>(vm, &args)?;
    args.rest().expect(vm, "range.index", 1, 1)?;
    let item = &args.pos()[1];
    if !item.is_int() || !is_builtin(item) {
        return match matches(vm, &args, true)?.1 {
            Some(i) => Ok(int(i)),
            None => Err(vm.value_error("sequence.index(x): x not in sequence")),
        };
    }
    match position(range, item) {
        Some(at) => Ok(at),
        None => {
            let shown = super::text_of(vm.repr(item)?.value());
            Err(vm.value_error(format!("{shown} is not in range")))
        }
    }
}

/// `a == b` or `a != b` of two ranges: whether they give the same items.
pub fn compare(_: &mut Vm, op: Cmp, a: &Value, b: &Value) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<Range>(), b.downcast::<Range>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (m, n) = (length(x), length(y));
    let equal = m == n
        && (m.is_zero()
            || whole(&x.start) == whole(&y.start) && (m.to_i64() == Some(1) || whole(&x.step) == whole(&y.step)));
    Ok(Value::bool(equal == (op == Cmp::Eq)))
}
