//! Iterators that pass on, drop, combine or transform the items of one iterable.

use crate::native::{class_argument, last, object};
use std::cell::Cell;
use weft_vm::heap::VmCell;
use weft_vm::objects::{int, pair, tuple};
use weft_vm::ops::steps::{Got, Local, Steps, Want};
use weft_vm::types::iter::{Make, with_iterators};
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm, class_of, types};

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

/// A step of an `islice` that draws an item to be given, not one to be skipped.
const TAKE: u32 = 1;

impl Islice {
    /// The next item is wanted, if there is to be one.
    fn draw(&self, local: &mut Local) -> Want {
        let iterator = self.iterator.get();
        let taken = self.taken.get();
        if taken >= self.next.get() {
            if self.stop.is_some_and(|stop| taken >= stop) {
                drop(self.iterator.replace(Value::UNSET));
                return Want::End;
            }
            local.phase = TAKE;
        }
        if iterator.is_unset() { Want::End } else { Want::Next(iterator.clone()) }
    }
}

impl Steps for Islice {
    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        Ok(match got {
            Got::Begin => self.draw(local),
            Got::Item(item) => {
                self.taken.set(self.taken.get() + 1);
                if local.phase != TAKE {
                    drop(item);
                    return Ok(self.draw(local));
                }
                let next = self.next.get().saturating_add(self.step);
                // At the end the items up to the limit are still used up.
                self.next.set(self.stop.map_or(next, |stop| next.min(stop)));
                Want::Give(item)
            }
            _ => {
                drop(self.iterator.replace(Value::UNSET));
                Want::End
            }
        })
    }

    // An exception ends the iteration.
    fn raised(&self, _: &mut Vm) {
        drop(self.iterator.replace(Value::UNSET));
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
    let numbers = tuple(numbers.map(|number| number.map_or(Value::NONE, int)).to_vec());
    with_iterators(vm, class, numbers, &args.pos()[1..2], |class, numbers, mut iterators| {
        let number = |i: usize| numbers.as_items().and_then(|numbers| numbers.get(i)?.as_i64());
        let (next, stop) = (number(0).unwrap_or(0), number(1));
        let islice = Islice {
            iterator: VmCell::new(last(&mut iterators)),
            taken: Cell::new(0),
            next: Cell::new(next),
            stop,
            step: number(2).unwrap_or(1),
        };
        object(class, islice)
    })
}

/// A function, and the iterator of an iterable.
struct Filtered {
    function: Value,
    iterator: Value,
}

impl Filtered {
    /// A state made of a function and an iterable.
    fn make(vm: &mut Vm, args: &Args<'_>, name: &str, make: Make) -> Res {
        let class = class_argument(vm, args)?;
        args.rest().expect(vm, name, 2, 2)?;
        with_iterators(vm, class, args.pos()[1].clone(), &args.pos()[2..], make)
    }

    fn of(function: &Value, mut iterators: Vec<Value>) -> Filtered {
        Filtered { function: function.clone(), iterator: last(&mut iterators) }
    }

    fn draw(&self) -> Want {
        Want::Next(self.iterator.clone())
    }

    /// Whether the function accepts an item is wanted, which is kept.
    fn ask(&self, local: &mut Local, item: Value) -> Want {
        local.kept = Some(item);
        Want::Test(self.function.clone())
    }
}

/// The item that was kept is given.
fn give_kept(local: &mut Local) -> Want {
    local.kept.take().map_or(Want::End, Want::Give)
}

/// `takewhile(predicate, iterable)`.
pub struct TakeWhile {
    source: Filtered,
    ended: Cell<bool>,
}

impl Steps for TakeWhile {
    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        Ok(match got {
            Got::Begin if !self.ended.get() => self.source.draw(),
            Got::Item(item) => self.source.ask(local, item),
            Got::Value(answer) => Want::Truth(answer),
            Got::True => give_kept(local),
            Got::False => {
                self.ended.set(true);
                Want::End
            }
            _ => Want::End,
        })
    }
}

pub fn takewhile(vm: &mut Vm, args: Args<'_>) -> Res {
    Filtered::make(vm, &args, "takewhile", |class, function, iterators| {
        object(class, TakeWhile { source: Filtered::of(function, iterators), ended: Cell::new(false) })
    })
}

/// `dropwhile(predicate, iterable)`.
pub struct DropWhile {
    source: Filtered,
    begun: Cell<bool>,
}

impl Steps for DropWhile {
    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        Ok(match got {
            Got::Begin | Got::True => self.source.draw(),
            Got::Item(item) if self.begun.get() => Want::Give(item),
            Got::Item(item) => self.source.ask(local, item),
            Got::Value(answer) => Want::Truth(answer),
            Got::False => {
                self.begun.set(true);
                give_kept(local)
            }
            _ => Want::End,
        })
    }
}

pub fn dropwhile(vm: &mut Vm, args: Args<'_>) -> Res {
    Filtered::make(vm, &args, "dropwhile", |class, function, iterators| {
        object(class, DropWhile { source: Filtered::of(function, iterators), begun: Cell::new(false) })
    })
}

/// `filterfalse(predicate, iterable)`.
pub struct FilterFalse {
    source: Filtered,
}

impl Steps for FilterFalse {
    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        let function = &self.source.function;
        Ok(match got {
            Got::Begin | Got::True => self.source.draw(),
            Got::Item(item) if function.is_none() || function.is(types().bool.value()) => {
                local.kept = Some(item.clone());
                Want::Truth(item)
            }
            Got::Item(item) => self.source.ask(local, item),
            Got::Value(answer) => Want::Truth(answer),
            Got::False => give_kept(local),
            _ => Want::End,
        })
    }
}

pub fn filterfalse(vm: &mut Vm, args: Args<'_>) -> Res {
    Filtered::make(vm, &args, "filterfalse", |class, function, iterators| {
        object(class, FilterFalse { source: Filtered::of(function, iterators) })
    })
}

/// `compress(data, selectors)`.
pub struct Compress {
    data: Value,
    selectors: Value,
}

impl Steps for Compress {
    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        Ok(match got {
            Got::Begin | Got::False => {
                local.kept = None;
                Want::Next(self.data.clone())
            }
            Got::Item(selector) if local.kept.is_some() => Want::Truth(selector),
            Got::Item(item) => {
                local.kept = Some(item);
                Want::Next(self.selectors.clone())
            }
            Got::True => give_kept(local),
            _ => Want::End,
        })
    }
}

pub fn compress(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [data, selectors] = args.rest().bind(vm, "compress", ["data", "selectors"], 2)?;
    let both: Vec<Value> = [data, selectors].into_iter().flatten().cloned().collect();
    with_iterators(vm, class, Value::NONE, &both, |class, _, mut iterators| {
        let (selectors, data) = (last(&mut iterators), last(&mut iterators));
        object(class, Compress { data, selectors })
    })
}

/// `starmap(function, iterable)`.
pub struct StarMap {
    source: Filtered,
}

impl Steps for StarMap {
    #[inline(always)]
    fn step(&self, _: &mut Vm, _: &mut Local, got: Got) -> Res<Want> {
        Ok(match got {
            Got::Begin => self.source.draw(),
            Got::Item(items) if !class_of(&items).is(&types().tuple) => Want::Items(items),
            Got::Item(items) | Got::Value(items) => {
                let args = items.as_items().unwrap_or_default();
                Want::GiveCall(self.source.function.clone(), args.into())
            }
            _ => Want::End,
        })
    }
}

pub fn starmap(vm: &mut Vm, args: Args<'_>) -> Res {
    Filtered::make(vm, &args, "starmap", |class, function, iterators| {
        object(class, StarMap { source: Filtered::of(function, iterators) })
    })
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

impl Steps for Accumulate {
    #[inline(always)]
    fn step(&self, _: &mut Vm, _: &mut Local, got: Got) -> Res<Want> {
        let total = match got {
            Got::Begin => match self.initial.replace(Value::UNSET) {
                initial if initial.is_unset() => return Ok(Want::Next(self.iterator.clone())),
                initial => initial,
            },
            Got::Item(item) => match self.total.get() {
                total if total.is_unset() => item,
                total if self.function.is_none() => return Ok(Want::Add(total.clone(), item)),
                total => return Ok(Want::Call(self.function.clone(), [total.clone(), item].into())),
            },
            Got::Value(total) => total,
            _ => return Ok(Want::End),
        };
        drop(self.total.replace(total.clone()));
        Ok(Want::Give(total))
    }
}

pub fn accumulate(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [iterable, function, initial] = args.rest().bind(vm, "accumulate", ["iterable", "func", "*initial"], 1)?;
    let with = tuple([function, initial].map(|value| value.cloned().unwrap_or(Value::NONE)).to_vec());
    let iterable = std::slice::from_ref(iterable.unwrap_or(&args.pos()[0]));
    with_iterators(vm, class, with, iterable, |class, with, mut iterators| {
        let [function, initial] = with.as_items().unwrap_or_default() else { return Value::NONE };
        let initial = if initial.is_none() { Value::UNSET } else { initial.clone() };
        let accumulate = Accumulate {
            iterator: last(&mut iterators),
            function: function.clone(),
            initial: VmCell::new(initial),
            total: VmCell::new(Value::UNSET),
        };
        object(class, accumulate)
    })
}

/// `pairwise(iterable)`.
pub struct Pairwise {
    /// Unset at the end.
    iterator: VmCell<Value>,
    /// Unset before the first item.
    previous: VmCell<Value>,
}

impl Pairwise {
    fn draw(&self) -> Want {
        match self.iterator.get() {
            iterator if iterator.is_unset() => Want::End,
            iterator => Want::Next(iterator.clone()),
        }
    }

    fn end(&self) {
        drop(self.iterator.replace(Value::UNSET));
        drop(self.previous.replace(Value::UNSET));
    }
}

impl Steps for Pairwise {
    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        Ok(match got {
            Got::Begin => {
                let previous = self.previous.get();
                local.kept = (!previous.is_unset()).then(|| previous.clone());
                self.draw()
            }
            Got::Item(item) => match local.kept.take() {
                Some(previous) => {
                    drop(self.previous.replace(item.clone()));
                    Want::Give(pair(previous, item))
                }
                None => {
                    local.kept = Some(item.clone());
                    drop(self.previous.replace(item));
                    self.draw()
                }
            },
            _ => {
                self.end();
                Want::End
            }
        })
    }

    // An exception ends the iteration.
    fn raised(&self, _: &mut Vm) {
        self.end();
    }
}

pub fn pairwise(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    args.rest().expect(vm, "pairwise", 1, 1)?;
    with_iterators(vm, class, Value::NONE, &args.pos()[1..], |class, _, mut iterators| {
        let iterator = VmCell::new(last(&mut iterators));
        object(class, Pairwise { iterator, previous: VmCell::new(Value::UNSET) })
    })
}

/// `batched(iterable, n, strict=False)`.
pub struct Batched {
    /// Unset at the end.
    iterator: VmCell<Value>,
    size: usize,
    strict: bool,
}

impl Batched {
    fn end(&self) {
        drop(self.iterator.replace(Value::UNSET));
    }
}

impl Steps for Batched {
    #[inline(always)]
    fn step(&self, vm: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        match got {
            Got::Begin => {}
            Got::Item(item) => {
                local.items.push(item);
                if local.items.len() == self.size {
                    return Ok(Want::Give(tuple(std::mem::take(&mut local.items))));
                }
            }
            _ if local.items.is_empty() => {
                self.end();
                return Ok(Want::End);
            }
            _ if self.strict => {
                self.end();
                return Err(vm.value_error("batched(): incomplete batch"));
            }
            _ => return Ok(Want::Give(tuple(std::mem::take(&mut local.items)))),
        }
        Ok(match self.iterator.get() {
            iterator if iterator.is_unset() => Want::End,
            iterator => Want::Next(iterator.clone()),
        })
    }

    // An exception ends the iteration.
    fn raised(&self, _: &mut Vm) {
        self.end();
    }
}

pub fn batched(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [iterable, size, strict] = args.rest().bind(vm, "batched", ["iterable", "n", "*strict"], 2)?;
    let size = match size {
        Some(size) => vm.as_ssize(size)?,
        None => 0,
    };
    let strict = match strict {
        Some(flag) => vm.is_true(flag)?,
        None => false,
    };
    if size < 1 {
        return Err(vm.value_error("n must be at least one"));
    }
    // The sign tells whether batches must be full.
    let with = int(if strict { -size } else { size });
    let iterable = std::slice::from_ref(iterable.unwrap_or(&args.pos()[0]));
    with_iterators(vm, class, with, iterable, |class, with, mut iterators| {
        let size = with.as_i64().unwrap_or(1);
        let iterator = VmCell::new(last(&mut iterators));
        object(class, Batched { iterator, size: size.unsigned_abs() as usize, strict: size < 0 })
    })
}
