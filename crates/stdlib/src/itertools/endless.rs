//! `count`, `repeat`, `cycle`, `chain`.

use crate::native::{Step, class_argument, last, object, this};
use std::cell::Cell;
use weft_vm::heap::{Kind, VmCell};
use weft_vm::objects::int;
use weft_vm::ops::steps::{Got, Local, Steps, Want};
use weft_vm::types::iter::with_iterators;
use weft_vm::types::text_of;
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm, class_of};

/// `count(start, step)`.
pub struct Count {
    next: VmCell<Value>,
    step: Value,
}

impl Steps for Count {
    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        if let Got::Value(following) = got {
            drop(self.next.replace(following));
            return Ok(local.kept.take().map_or(Want::End, Want::Give));
        }
        if Value::both_small_ints(self.next.get(), &self.step)
            && let Some(following) = Value::add_small(self.next.get(), &self.step)
        {
            return Ok(Want::Give(self.next.replace(following)));
        }
        let current = self.next.get().clone();
        local.kept = Some(current.clone());
        Ok(Want::Add(current, self.step.clone()))
    }
}

pub fn count(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [start, step] = args.rest().bind(vm, "count", ["start", "step"], 0)?;
    let start = start.cloned().unwrap_or_else(|| int(0));
    let step = step.cloned().unwrap_or_else(|| int(1));
    for value in [&start, &step] {
        let names = weft_vm::names();
        let number = value.is_int()
            || value.as_float().is_some()
            || value.is_kind(Kind::Complex)
            || [&names.__index__, &names.__int__, &names.__float__]
                .into_iter()
                .any(|name| vm.special(value, name).is_some());
        if !number {
            return Err(vm.type_error("a number is required"));
        }
    }
    Ok(object(&class, Count { next: VmCell::new(start), step }))
}

/// `repr` as text.
fn shown(vm: &mut Vm, value: &Value) -> Res<String> {
    Ok(text_of(vm.repr(value)?.value()))
}

pub fn count_repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let count = this::<Count>(vm, &args)?;
    let name = class_of(&args.pos()[0]).short_name();
    let next = shown(vm, &count.next.get().clone())?;
    if count.step.as_small_int() == Some(1) {
        return Ok(Value::from(format!("{name}({next})")));
    }
    let step = shown(vm, &count.step)?;
    Ok(Value::from(format!("{name}({next}, {step})")))
}

/// `repeat(item, times)`.
pub struct Repeat {
    item: Value,
    left: Cell<Option<u64>>,
}

impl Step for Repeat {
    fn step(&self, _: &mut Vm) -> Res<Option<Value>> {
        match self.left.get() {
            Some(0) => Ok(None),
            left => {
                self.left.set(left.map(|n| n - 1));
                Ok(Some(self.item.clone()))
            }
        }
    }
}

pub fn repeat(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [item, times] = args.rest().bind(vm, "repeat", ["object", "times"], 1)?;
    let left = match times {
        Some(times) => Some(vm.as_ssize(times)?.max(0) as u64),
        None => None,
    };
    let item = item.cloned().unwrap_or(Value::NONE);
    Ok(object(&class, Repeat { item, left: Cell::new(left) }))
}

pub fn repeat_repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let repeat = this::<Repeat>(vm, &args)?;
    let item = shown(vm, &repeat.item)?;
    let name = class_of(&args.pos()[0]).short_name();
    Ok(Value::from(match repeat.left.get() {
        Some(left) => format!("{name}({item}, {left})"),
        None => format!("{name}({item})"),
    }))
}

pub fn repeat_hint(vm: &mut Vm, args: Args<'_>) -> Res {
    match this::<Repeat>(vm, &args)?.left.get() {
        Some(left) => Ok(int(left as i64)),
        None => Err(vm.type_error("len() of unsized object")),
    }
}

/// `cycle(iterable)`.
pub struct Cycle {
    /// Unset once it is exhausted: from then on the saved items are given.
    iterator: VmCell<Value>,
    saved: VmCell<Vec<Value>>,
    index: Cell<usize>,
}

impl Steps for Cycle {
    #[inline(always)]
    fn step(&self, _: &mut Vm, _: &mut Local, got: Got) -> Res<Want> {
        match got {
            Got::Item(item) => {
                self.saved.get_mut().push(item.clone());
                return Ok(Want::Give(item));
            }
            Got::Begin => {
                let iterator = self.iterator.get();
                if !iterator.is_unset() {
                    return Ok(Want::Next(iterator.clone()));
                }
            }
            _ => drop(self.iterator.replace(Value::UNSET)),
        }
        let saved = self.saved.get();
        let index = self.index.get();
        let Some(item) = saved.get(index) else { return Ok(Want::End) };
        let following = index + 1;
        self.index.set(if following == saved.len() { 0 } else { following });
        Ok(Want::Give(item.clone()))
    }
}

pub fn cycle(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    args.rest().expect(vm, "cycle", 1, 1)?;
    with_iterators(vm, class, Value::NONE, &args.pos()[1..], |class, _, mut iterators| {
        let iterator = VmCell::new(last(&mut iterators));
        object(class, Cycle { iterator, saved: VmCell::new(Vec::new()), index: Cell::new(0) })
    })
}

/// `chain(*iterables)`.
pub struct Chain {
    /// Gives the iterables; unset at the end.
    sources: VmCell<Value>,
    /// The iterator of the current one, or unset.
    current: VmCell<Value>,
}

/// A step of a `chain` that wants a further source.
const SOURCE: u32 = 1;

impl Chain {
    fn next_source(&self, local: &mut Local) -> Want {
        local.phase = SOURCE;
        match self.sources.get() {
            sources if sources.is_unset() => Want::End,
            sources => Want::Next(sources.clone()),
        }
    }
}

impl Steps for Chain {
    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        Ok(match got {
            Got::Begin => match self.current.get() {
                current if current.is_unset() => self.next_source(local),
                current => Want::Next(current.clone()),
            },
            Got::Item(source) if local.phase == SOURCE => Want::Iter(source),
            Got::Item(item) => Want::Give(item),
            Got::Value(iterator) => {
                local.phase = 0;
                drop(self.current.replace(iterator.clone()));
                Want::Next(iterator)
            }
            Got::End if local.phase != SOURCE => {
                drop(self.current.replace(Value::UNSET));
                self.next_source(local)
            }
            _ => {
                drop(self.sources.replace(Value::UNSET));
                Want::End
            }
        })
    }

    // Sources that could not be had are the last.
    fn raised(&self, _: &mut Vm) {
        if self.current.get().is_unset() {
            drop(self.sources.replace(Value::UNSET));
        }
    }
}

pub fn chain(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let sources = weft_vm::types::iter::from_items(args.rest().pos().to_vec());
    Ok(object(&class, Chain { sources: VmCell::new(sources), current: VmCell::new(Value::UNSET) }))
}

pub fn chain_from_iterable(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    args.rest().expect(vm, "chain.from_iterable", 1, 1)?;
    with_iterators(vm, class, Value::NONE, &args.pos()[1..], |class, _, mut iterators| {
        let sources = VmCell::new(last(&mut iterators));
        object(class, Chain { sources, current: VmCell::new(Value::UNSET) })
    })
}
