//! `zip_longest`, `product`, `permutations`, `combinations`.

use crate::native::{Step, class_argument, object, optional_index, tuple_of};
use weft_vm::heap::VmCell;
use weft_vm::objects::tuple;
use weft_vm::ops::steps::{Got, Local, Steps, Want};
use weft_vm::types::iter::with_iterators;
use weft_vm::types::text_of;
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm};

/// `zip_longest(*iterables, fillvalue=None)`.
pub struct ZipLongest {
    /// None in the place of one that is exhausted.
    iterators: VmCell<Vec<Option<Value>>>,
    fill: Value,
}

impl Steps for ZipLongest {
    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        match got {
            Got::Begin if self.iterators.get().iter().all(Option::is_none) => return Ok(Want::End),
            Got::Begin => local.items.reserve_exact(self.iterators.get().len()),
            Got::Item(item) => local.items.push(item),
            _ => {
                let ended = self.iterators.get_mut().get_mut(local.items.len()).and_then(Option::take);
                drop(ended);
                if self.iterators.get().iter().all(Option::is_none) {
                    return Ok(Want::End);
                }
                local.items.push(self.fill.clone());
            }
        }
        while let Some(iterator) = self.iterators.get().get(local.items.len()) {
            match iterator {
                Some(iterator) => return Ok(Want::Next(iterator.clone())),
                None => local.items.push(self.fill.clone()),
            }
        }
        Ok(Want::Give(tuple(std::mem::take(&mut local.items))))
    }

    // An exception ends the iteration.
    fn raised(&self, _: &mut Vm) {
        let ended: Vec<_> = self.iterators.get_mut().iter_mut().map(Option::take).collect();
        drop(ended);
    }
}

pub fn zip_longest(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    for (name, _) in args.keywords() {
        if text_of(name) != "fillvalue" {
            return Err(vm.type_error("zip_longest() got an unexpected keyword argument"));
        }
    }
    let fill = args.keyword("fillvalue").cloned().unwrap_or(Value::NONE);
    with_iterators(vm, class, fill, args.rest().pos(), |class, fill, iterators| {
        let iterators = VmCell::new(iterators.into_iter().map(Some).collect());
        object(class, ZipLongest { iterators, fill: fill.clone() })
    })
}

/// The items of an iterable for a native that may be begun anew.
fn pool(vm: &mut Restartable<'_>, iterable: &Value) -> Res<Vec<Value>> {
    let items = vm.once_asked(|vm| vm.ask_items(iterable))?;
    Ok(items.as_items().unwrap_or_default().to_vec())
}

/// How far an iterator over selections of a pool is.
enum Progress {
    Fresh,
    At(Vec<usize>),
    Ended,
}

/// `product(*iterables, repeat=1)`.
pub struct Product {
    pools: Vec<Vec<Value>>,
    progress: VmCell<Progress>,
}

impl Step for Product {
    fn step(&self, _: &mut Vm) -> Res<Option<Value>> {
        let indices = match self.progress.replace(Progress::Ended) {
            Progress::Fresh if self.pools.iter().all(|pool| !pool.is_empty()) => vec![0; self.pools.len()],
            Progress::At(mut indices) => {
                let Some(place) = (0..indices.len()).rev().find(|&i| indices[i] + 1 < self.pools[i].len()) else {
                    return Ok(None);
                };
                indices[place] += 1;
                indices[place + 1..].fill(0);
                indices
            }
            _ => return Ok(None),
        };
        let items = tuple_of(indices.len(), |k| self.pools[k][indices[k]].clone());
        self.progress.set(Progress::At(indices));
        Ok(Some(items))
    }
}

pub fn product(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    for (name, _) in args.keywords() {
        let name = text_of(name);
        if name != "repeat" {
            return Err(vm.type_error(format!("product() got an unexpected keyword argument '{name}'")));
        }
    }
    let repeat = optional_index(vm, args.keyword("repeat"))?.unwrap_or(1);
    if repeat < 0 {
        return Err(vm.value_error("repeat argument cannot be negative"));
    }
    let iterables = args.rest().pos();
    if (iterables.len() as u64).saturating_mul(repeat as u64) > 1 << 28 {
        return Err(vm.overflow_error("repeat argument too large"));
    }
    let mut once = Vec::with_capacity(iterables.len());
    for iterable in iterables {
        once.push(pool(vm, iterable)?);
    }
    let pools = (0..repeat).flat_map(|_| once.iter().cloned()).collect();
    Ok(object(&class, Product { pools, progress: VmCell::new(Progress::Fresh) }))
}

/// `permutations(iterable, r)`.
pub struct Permutations {
    pool: Vec<Value>,
    length: usize,
    /// The order of the whole pool, of which the first `length` are given.
    progress: VmCell<Progress>,
}

/// Turns an order of indices into the next one as seen in its first `length` places.
fn next_permutation(indices: &mut [usize], length: usize) -> bool {
    // With the rest descending, the next permutation of all is the next selection of the first.
    indices[length..].reverse();
    let Some(place) = (1..indices.len()).rev().find(|&i| indices[i - 1] < indices[i]) else { return false };
    let pivot = indices[place - 1];
    if let Some(successor) = (place..indices.len()).rev().find(|&i| indices[i] > pivot) {
        indices.swap(place - 1, successor);
    }
    indices[place..].reverse();
    true
}

impl Step for Permutations {
    fn step(&self, _: &mut Vm) -> Res<Option<Value>> {
        let indices = match self.progress.replace(Progress::Ended) {
            Progress::Fresh if self.length <= self.pool.len() => (0..self.pool.len()).collect(),
            Progress::At(mut indices) => {
                if !next_permutation(&mut indices, self.length) {
                    return Ok(None);
                }
                indices
            }
            _ => return Ok(None),
        };
        let items = tuple_of(self.length, |k| self.pool[indices[k]].clone());
        self.progress.set(Progress::At(indices));
        Ok(Some(items))
    }
}

/// The length of selections: a number that is not negative.
fn selection_length(vm: &mut Restartable<'_>, value: Option<&Value>) -> Res<Option<usize>> {
    match optional_index(vm, value)? {
        Some(r) if r < 0 => Err(vm.value_error("r must be non-negative")),
        Some(r) => Ok(Some(r as usize)),
        None => Ok(None),
    }
}

pub fn permutations(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [iterable, r] = args.rest().bind(vm, "permutations", ["iterable", "r"], 1)?;
    if let Some(r) = r
        && !r.is_none()
        && !r.is_int()
    {
        return Err(vm.type_error("Expected int as r"));
    }
    let pool = pool(vm, iterable.unwrap_or(&args.pos()[0]))?;
    let length = selection_length(vm, r)?.unwrap_or(pool.len());
    Ok(object(&class, Permutations { pool, length, progress: VmCell::new(Progress::Fresh) }))
}

/// `combinations(iterable, r)`, also with replacement.
pub struct Combinations {
    pool: Vec<Value>,
    length: usize,
    replacement: bool,
    progress: VmCell<Progress>,
}

impl Combinations {
    fn first(&self) -> Option<Vec<usize>> {
        if self.replacement {
            return (!self.pool.is_empty() || self.length == 0).then(|| vec![0; self.length]);
        }
        (self.length <= self.pool.len()).then(|| (0..self.length).collect())
    }

    fn advance(&self, indices: &mut [usize]) -> bool {
        let (n, r) = (self.pool.len(), self.length);
        let highest = |i: usize| if self.replacement { n - 1 } else { i + n - r };
        let Some(place) = (0..r).rev().find(|&i| indices[i] != highest(i)) else { return false };
        let next = indices[place] + 1;
        for (offset, index) in indices[place..].iter_mut().enumerate() {
            *index = if self.replacement { next } else { next + offset };
        }
        true
    }
}

impl Step for Combinations {
    fn step(&self, _: &mut Vm) -> Res<Option<Value>> {
        let indices = match self.progress.replace(Progress::Ended) {
            Progress::Fresh => self.first(),
            Progress::At(mut indices) => self.advance(&mut indices).then_some(indices),
            Progress::Ended => None,
        };
        let Some(indices) = indices else { return Ok(None) };
        let items = tuple_of(indices.len(), |k| self.pool[indices[k]].clone());
        self.progress.set(Progress::At(indices));
        Ok(Some(items))
    }
}

fn make_combinations(vm: &mut Restartable<'_>, args: &Args<'_>, name: &str, replacement: bool) -> Res {
    let class = class_argument(vm, args)?;
    let [iterable, r] = args.rest().bind(vm, name, ["iterable", "r"], 2)?;
    // A number is asked for before items are drawn.
    let length = vm.as_ssize(r.unwrap_or(&Value::NONE))?;
    let pool = pool(vm, iterable.unwrap_or(&args.pos()[0]))?;
    let Ok(length) = usize::try_from(length) else { return Err(vm.value_error("r must be non-negative")) };
    Ok(object(&class, Combinations { pool, length, replacement, progress: VmCell::new(Progress::Fresh) }))
}

pub fn combinations(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    make_combinations(vm, &args, "combinations", false)
}

pub fn combinations_with_replacement(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    make_combinations(vm, &args, "combinations_with_replacement", true)
}
