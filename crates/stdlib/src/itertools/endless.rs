//! `count`, `repeat`, `cycle`, `chain`.

use crate::native::{Step, class_argument, object, this};
use std::cell::Cell;
use weft_vm::heap::VmCell;
use weft_vm::objects::int;
use weft_vm::ops::arith::BinOp;
use weft_vm::types::text_of;
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm, class_of};

/// `count(start, step)`.
pub struct Count {
    next: VmCell<Value>,
    step: Value,
}

impl Step for Count {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        if Value::both_small_ints(self.next.get(), &self.step)
            && let Some(following) = Value::add_small(self.next.get(), &self.step)
        {
            return Ok(Some(self.next.replace(following)));
        }
        let current = self.next.get().clone();
        let following = vm.binary(BinOp::Add, &current, &self.step)?;
        drop(self.next.replace(following));
        Ok(Some(current))
    }
}

pub fn count(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [start, step] = args.rest().bind(vm, "count", ["start", "step"], 0)?;
    let start = start.cloned().unwrap_or_else(|| int(0));
    let step = step.cloned().unwrap_or_else(|| int(1));
    for value in [&start, &step] {
        let number =
            value.is_int() || value.as_float().is_some() || vm.special(value, &weft_vm::names().__add__).is_some();
        if !number || value.as_items().is_some() || value.downcast::<weft_vm::objects::Str>().is_some() {
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

impl Step for Cycle {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        let iterator = self.iterator.get().clone();
        if !iterator.is_unset() {
            if let Some(item) = vm.next(&iterator)? {
                self.saved.get_mut().push(item.clone());
                return Ok(Some(item));
            }
            drop(self.iterator.replace(Value::UNSET));
        }
        let saved = self.saved.get();
        if saved.is_empty() {
            return Ok(None);
        }
        let index = self.index.get();
        self.index.set((index + 1) % saved.len());
        Ok(saved.get(index).cloned())
    }
}

pub fn cycle(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    args.rest().expect(vm, "cycle", 1, 1)?;
    let iterator = vm.iter(&args.pos()[1])?;
    let state = Cycle { iterator: VmCell::new(iterator), saved: VmCell::new(Vec::new()), index: Cell::new(0) };
    Ok(object(&class, state))
}

/// `chain(*iterables)`.
pub struct Chain {
    /// Gives the iterables; unset at the end.
    sources: VmCell<Value>,
    /// The iterator of the current one, or unset.
    current: VmCell<Value>,
}

impl Step for Chain {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        loop {
            let current = self.current.get().clone();
            if !current.is_unset() {
                if let Some(item) = vm.next(&current)? {
                    return Ok(Some(item));
                }
                drop(self.current.replace(Value::UNSET));
            }
            let sources = self.sources.get().clone();
            if sources.is_unset() {
                return Ok(None);
            }
            let Some(source) = vm.next(&sources)? else {
                drop(self.sources.replace(Value::UNSET));
                return Ok(None);
            };
            let iterator = vm.iter(&source)?;
            drop(self.current.replace(iterator));
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
    let sources = vm.iter(&args.pos()[1])?;
    Ok(object(&class, Chain { sources: VmCell::new(sources), current: VmCell::new(Value::UNSET) }))
}
