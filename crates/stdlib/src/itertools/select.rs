//! Iterators that pass on, drop, combine or transform the items of one iterable.

use crate::native::{Step, class_argument, object};
use std::cell::Cell;
use weft_vm::heap::VmCell;
use weft_vm::objects::{pair, tuple};
use weft_vm::ops::arith::BinOp;
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm, types};

/// `islice(iterable, start, stop, step)`.
pub struct Islice {
    /// Unset at the end.
    iterator: VmCell<Value>,
    /// How many items have been taken.
    taken: Cell<i64>,
    /// Number of the item to give next.
    next: Cell<i64>,
    stop: Option<i64>,
    step: i64,
}

impl Step for Islice {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        let iterator = self.iterator.get().clone();
        if iterator.is_unset() {
            return Ok(None);
        }
        let wanted = self.next.get();
        let ends = self.stop.is_some_and(|stop| wanted >= stop);
        // At the end the items up to the limit are still used up.
        let target = if ends { self.stop.unwrap_or(0) } else { wanted + 1 };
        let mut item = None;
        while self.taken.get() < target {
            item = vm.next(&iterator)?;
            if item.is_none() {
                break;
            }
            self.taken.set(self.taken.get() + 1);
        }
        if ends || item.is_none() {
            drop(self.iterator.replace(Value::UNSET));
            return Ok(None);
        }
        self.next.set(wanted.saturating_add(self.step));
        Ok(item)
    }
}

pub fn islice(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    args.rest().expect(vm, "islice", 2, 4)?;
    let bounds = &args.pos()[2..];
    let mut numbers = [None; 3];
    let places: &[usize] = if bounds.len() == 1 { &[1] } else { &[0, 1, 2] };
    for (&place, value) in places.iter().zip(bounds) {
        if value.is_none() {
            continue;
        }
        let number = match vm.as_ssize(value) {
            Ok(number) => Some(number).filter(|&n| n >= 0),
            Err(_) => {
                drop(vm.catch());
                None
            }
        };
        if number.is_none() || place == 2 && number == Some(0) {
            return Err(vm.value_error(match (place, bounds.len()) {
                (2, _) => "Step for islice() must be a positive integer or None.",
                (_, 1) => "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
                _ => "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
            }));
        }
        numbers[place] = number;
    }
    let iterator = vm.iter(&args.pos()[1])?;
    let state = Islice {
        iterator: VmCell::new(iterator),
        taken: Cell::new(0),
        next: Cell::new(numbers[0].unwrap_or(0)),
        stop: numbers[1],
        step: numbers[2].unwrap_or(1),
    };
    Ok(object(&class, state))
}

/// A function or None, and the iterator of an iterable.
struct Filtered {
    function: Value,
    iterator: Value,
}

impl Filtered {
    fn new(vm: &mut Vm, args: &Args<'_>, name: &str) -> Res<Filtered> {
        args.rest().expect(vm, name, 2, 2)?;
        Ok(Filtered { function: args.pos()[1].clone(), iterator: vm.iter(&args.pos()[2])? })
    }

    fn accepts(&self, vm: &mut Vm, item: &Value) -> Res<bool> {
        if self.function.is_none() || self.function.is(types().bool.value()) {
            return vm.truth(item);
        }
        let answer = vm.call(&self.function, std::slice::from_ref(item))?;
        vm.truth(&answer)
    }
}

/// `takewhile(predicate, iterable)`.
pub struct TakeWhile {
    source: Filtered,
    ended: Cell<bool>,
}

impl Step for TakeWhile {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        if self.ended.get() {
            return Ok(None);
        }
        let Some(item) = vm.next(&self.source.iterator)? else { return Ok(None) };
        if self.source.accepts(vm, &item)? {
            return Ok(Some(item));
        }
        self.ended.set(true);
        Ok(None)
    }
}

pub fn takewhile(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let source = Filtered::new(vm, &args, "takewhile")?;
    Ok(object(&class, TakeWhile { source, ended: Cell::new(false) }))
}

/// `dropwhile(predicate, iterable)`.
pub struct DropWhile {
    source: Filtered,
    begun: Cell<bool>,
}

impl Step for DropWhile {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        loop {
            let Some(item) = vm.next(&self.source.iterator)? else { return Ok(None) };
            if self.begun.get() || !self.source.accepts(vm, &item)? {
                self.begun.set(true);
                return Ok(Some(item));
            }
        }
    }
}

pub fn dropwhile(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let source = Filtered::new(vm, &args, "dropwhile")?;
    Ok(object(&class, DropWhile { source, begun: Cell::new(false) }))
}

/// `filterfalse(predicate, iterable)`.
pub struct FilterFalse {
    source: Filtered,
}

impl Step for FilterFalse {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        while let Some(item) = vm.next(&self.source.iterator)? {
            if !self.source.accepts(vm, &item)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

pub fn filterfalse(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let source = Filtered::new(vm, &args, "filterfalse")?;
    Ok(object(&class, FilterFalse { source }))
}

/// `compress(data, selectors)`.
pub struct Compress {
    data: Value,
    selectors: Value,
}

impl Step for Compress {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        while let Some(item) = vm.next(&self.data)? {
            let Some(selector) = vm.next(&self.selectors)? else { return Ok(None) };
            if vm.truth(&selector)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

pub fn compress(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [data, selectors] = args.rest().bind(vm, "compress", ["data", "selectors"], 2)?;
    let mut both = Vec::with_capacity(2);
    for iterable in [data, selectors].into_iter().flatten() {
        both.push(vm.iter(iterable)?);
    }
    let selectors = both.pop().unwrap_or(Value::NONE);
    let data = both.pop().unwrap_or(Value::NONE);
    Ok(object(&class, Compress { data, selectors }))
}

/// `starmap(function, iterable)`.
pub struct StarMap {
    function: Value,
    iterator: Value,
}

impl Step for StarMap {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        let Some(item) = vm.next(&self.iterator)? else { return Ok(None) };
        let args = vm.collect(&item)?;
        vm.call(&self.function, &args).map(Some)
    }
}

pub fn starmap(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    args.rest().expect(vm, "starmap", 2, 2)?;
    let iterator = vm.iter(&args.pos()[2])?;
    Ok(object(&class, StarMap { function: args.pos()[1].clone(), iterator }))
}

/// `accumulate(iterable, function, initial=...)`.
pub struct Accumulate {
    iterator: Value,
    /// None: addition.
    function: Value,
    /// Given first; unset afterwards, and if there is none.
    initial: VmCell<Value>,
    /// Unset before the first item.
    total: VmCell<Value>,
}

impl Step for Accumulate {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        let initial = self.initial.replace(Value::UNSET);
        if !initial.is_unset() {
            drop(self.total.replace(initial.clone()));
            return Ok(Some(initial));
        }
        let Some(item) = vm.next(&self.iterator)? else { return Ok(None) };
        let total = self.total.get().clone();
        let next = if total.is_unset() {
            item
        } else if self.function.is_none() {
            vm.binary(BinOp::Add, &total, &item)?
        } else {
            vm.call(&self.function, &[total, item])?
        };
        drop(self.total.replace(next.clone()));
        Ok(Some(next))
    }
}

pub fn accumulate(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [iterable, function, initial] = args.rest().bind(vm, "accumulate", ["iterable", "func", "*initial"], 1)?;
    let iterator = vm.iter(iterable.unwrap_or(&args.pos()[0]))?;
    let initial = initial.filter(|v| !v.is_none()).cloned().unwrap_or(Value::UNSET);
    let state = Accumulate {
        iterator,
        function: function.cloned().unwrap_or(Value::NONE),
        initial: VmCell::new(initial),
        total: VmCell::new(Value::UNSET),
    };
    Ok(object(&class, state))
}

/// `pairwise(iterable)`.
pub struct Pairwise {
    iterator: Value,
    /// Unset before the first item.
    previous: VmCell<Value>,
}

impl Step for Pairwise {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        if self.previous.get().is_unset() {
            let Some(first) = vm.next(&self.iterator)? else { return Ok(None) };
            drop(self.previous.replace(first));
        }
        let Some(item) = vm.next(&self.iterator)? else { return Ok(None) };
        let previous = self.previous.replace(item.clone());
        Ok(Some(pair(previous, item)))
    }
}

pub fn pairwise(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    args.rest().expect(vm, "pairwise", 1, 1)?;
    let iterator = vm.iter(&args.pos()[1])?;
    Ok(object(&class, Pairwise { iterator, previous: VmCell::new(Value::UNSET) }))
}

/// `batched(iterable, n, strict=False)`.
pub struct Batched {
    iterator: Value,
    size: usize,
    strict: bool,
}

impl Step for Batched {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        let mut batch = Vec::new();
        while batch.len() < self.size
            && let Some(item) = vm.next(&self.iterator)?
        {
            batch.push(item);
        }
        if batch.is_empty() {
            return Ok(None);
        }
        if self.strict && batch.len() < self.size {
            return Err(vm.value_error("batched(): incomplete batch"));
        }
        Ok(Some(tuple(batch)))
    }
}

pub fn batched(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [iterable, size, strict] = args.rest().bind(vm, "batched", ["iterable", "n", "*strict"], 2)?;
    let size = match size {
        Some(size) => vm.as_ssize(size)?,
        None => 0,
    };
    if size < 1 {
        return Err(vm.value_error("n must be at least one"));
    }
    let strict = match strict {
        Some(flag) => vm.is_true(flag)?,
        None => false,
    };
    let iterator = vm.iter(iterable.unwrap_or(&args.pos()[0]))?;
    Ok(object(&class, Batched { iterator, size: size as usize, strict }))
}
