//! `ForIter` over builtin iterators that give tuples: `zip`, `enumerate` and the items of a dict. Where the next
//! instruction would unpack the tuple, its items go to the targets, and no tuple is made.

use super::*;
use crate::objects::{DictIter, DictPart, Enumerate, Zip, pair};
use smallvec::SmallVec;

/// The next item of a source of a plain object.
#[inline(always)]
fn draw(vm: &mut Vm, source: &Value) -> Res<Drawn> {
    vm.draw(source)
}

/// The next item of a source is still to come: the object's step waits for it in a frame, and goes on from there.
#[cold]
#[inline(never)]
fn wait(vm: &mut Vm, i: Instr, object: &Value, items: Vec<Value>, drawn: Drawn) -> Step {
    let local = Local::new(0, None, items);
    match waiting::enter_with(vm, object, local, drawn, Delivery::mode(Mode::ForNext, i.b)) {
        Ok(_) => Step::Enter,
        Err(_) => Step::Raise,
    }
}

/// The first target and the number of targets, if the instruction behind a `ForIter` unpacks its item.
#[inline(always)]
fn targets(regs: &Regs, i: Instr) -> Option<(u16, usize)> {
    // SAFETY: the frame stands behind the `ForIter`, which is not the last instruction of its code.
    let next = unsafe { &*(*regs.frame).pc };
    let unpacks = next.op == Op::UnpackSequence && next.b == i.b && i.b >= regs.code().first_temp;
    unpacks.then_some((next.a, usize::from(next.c)))
}

/// Puts an item into a target. What it replaces may have a finaliser, which runs before the next item is put.
#[inline(always)]
fn put(vm: &mut Vm, regs: &Regs, target: u16, item: Value) {
    if std::mem::replace(regs.at(target), item).discard() {
        vm.run_finalizers();
    }
}

/// Goes on behind the unpacking.
#[inline(always)]
fn skip_unpacking(regs: &Regs) -> Step {
    // SAFETY: `targets` saw the instruction, which is not the last of its code.
    unsafe { (*regs.frame).pc = (*regs.frame).pc.add(1) };
    Step::Enter
}

#[inline(always)]
fn deliver_pair(vm: &mut Vm, regs: &Regs, i: Instr, first: Value, second: Value) -> Step {
    if let Some((target, 2)) = targets(regs, i) {
        put(vm, regs, target, first);
        put(vm, regs, target + 1, second);
        return skip_unpacking(regs);
    }
    regs.set(i.b, pair(first, second));
    Step::Next
}

/// A step of `enumerate` over a plain source; None leaves it to the general way.
#[inline(always)]
pub(super) fn of_enumerate(vm: &mut Vm, regs: &Regs, i: Instr) -> Option<Step> {
    let holder = regs.at(i.a).clone();
    let enumerate = holder.downcast::<Enumerate>()?;
    if !enumerate.plain {
        return None;
    }
    Some(match draw(vm, &enumerate.iterator) {
        Ok(Drawn::Item(item)) => match vm.take_number(enumerate) {
            Ok(count) => deliver_pair(vm, regs, i, count, item),
            Err(_) => Step::Raise,
        },
        Ok(Drawn::End) => super::iteration::ended(vm, regs, None),
        Ok(drawn) => wait(vm, i, &holder, Vec::new(), drawn),
        Err(thrown) => super::iteration::ended(vm, regs, Some(thrown)),
    })
}

/// Resumes the generator that an `enumerate` numbers the items of; None if it is anything else.
pub(super) fn from_generator(vm: &mut Vm, i: Instr, iterator: &Value) -> Option<Step> {
    let source = iterator.downcast::<Enumerate>().filter(|_| is_builtin(iterator))?.iterator.clone();
    match source.downcast::<Generator>()?.state() {
        GenState::Created | GenState::Suspended => {}
        _ => return None,
    }
    Some(match generator::resume(vm, source, Resume::Send(Value::NONE), Delivery::to(i.b)) {
        Ok(Called::Entered) => super::iteration::entered(vm, Mode::ForNumbered),
        Ok(Called::Value(item)) => for_numbered(vm, item),
        Err(_) => Step::Raise,
    })
}

/// An item of the source came for the `ForIter` before the frame's pc, which iterates over an `enumerate`.
#[inline(never)]
pub(in crate::dispatch) fn for_numbered(vm: &mut Vm, item: Value) -> Step {
    let regs = Regs::of(vm);
    // SAFETY: the frame stands behind its `ForIter`.
    let i = unsafe { *(*regs.frame).pc.sub(1) };
    let holder = regs.at(i.a).clone();
    let Some(enumerate) = holder.downcast::<Enumerate>() else { return Step::Raise };
    match vm.take_number(enumerate) {
        Ok(count) => {
            deliver_pair(vm, &regs, i, count, item);
            // The generator's frame was the running one.
            Step::Enter
        }
        Err(_) => Step::Raise,
    }
}

/// A step of `zip` over plain sources; None leaves it to the general way.
#[inline(always)]
pub(super) fn of_zip(vm: &mut Vm, regs: &Regs, i: Instr) -> Option<Step> {
    let holder = regs.at(i.a).clone();
    let zip = holder.downcast::<Zip>()?;
    if !zip.plain || zip.strict {
        return None;
    }
    let [first, second] = zip.iterators.as_slice() else { return of_wide_zip(vm, regs, i, &holder, zip) };
    let a = match draw(vm, first) {
        Ok(Drawn::Item(a)) => a,
        Ok(Drawn::End) => return Some(super::iteration::ended(vm, regs, None)),
        Ok(drawn) => return Some(wait(vm, i, &holder, Vec::new(), drawn)),
        Err(thrown) => return Some(super::iteration::ended(vm, regs, Some(thrown))),
    };
    Some(match draw(vm, second) {
        Ok(Drawn::Item(b)) => deliver_pair(vm, regs, i, a, b),
        Ok(Drawn::End) => super::iteration::ended(vm, regs, None),
        Ok(drawn) => wait(vm, i, &holder, vec![a], drawn),
        Err(thrown) => super::iteration::ended(vm, regs, Some(thrown)),
    })
}

/// As `of_zip`, for another number of sources than two.
#[inline(never)]
fn of_wide_zip(vm: &mut Vm, regs: &Regs, i: Instr, holder: &Value, zip: &Zip) -> Option<Step> {
    if zip.iterators.is_empty() {
        return None;
    }
    let mut items: SmallVec<[Value; 4]> = SmallVec::new();
    for source in &zip.iterators {
        match draw(vm, source) {
            Ok(Drawn::Item(item)) => items.push(item),
            Ok(Drawn::End) => return Some(super::iteration::ended(vm, regs, None)),
            Ok(drawn) => return Some(wait(vm, i, holder, items.into_vec(), drawn)),
            Err(thrown) => return Some(super::iteration::ended(vm, regs, Some(thrown))),
        }
    }
    if let Some((target, count)) = targets(regs, i)
        && count == items.len()
    {
        for (n, item) in items.into_iter().enumerate() {
            put(vm, regs, target + n as u16, item);
        }
        return Some(skip_unpacking(regs));
    }
    regs.set(i.b, Tuple::build(items.len(), |n| std::mem::replace(&mut items[n], Value::UNSET)).into_value());
    Some(Step::Next)
}

/// A step of an iterator over a dict or a set that neither changed nor ends.
#[inline(always)]
pub(super) fn of_dict(vm: &mut Vm, regs: &Regs, i: Instr) -> Option<Step> {
    let iter = regs.at(i.a).downcast::<DictIter>()?;
    let table = iter.dict.get().downcast::<Dict>()?.table();
    let left = iter.left.get();
    if iter.reversed || table.len() != iter.size || left == 0 {
        return None;
    }
    let position = iter.position.get();
    let entry = table.raw_entries().get(position).filter(|entry| !entry.key.is_unset())?;
    iter.position.set(position + 1);
    iter.left.set(left - 1);
    if iter.part == DictPart::Items {
        let (key, value) = (entry.key.clone(), entry.value.clone());
        return Some(deliver_pair(vm, regs, i, key, value));
    }
    let item = if iter.part == DictPart::Values { &entry.value } else { &entry.key }.clone();
    regs.set(i.b, item);
    Some(Step::Next)
}
