//! `zip_longest`, `product`, `permutations`, `combinations`.

use crate::native::{Step, class_argument, iterators, object, optional_index, tuple_of};
use weft_vm::heap::VmCell;
use weft_vm::objects::tuple;
use weft_vm::types::text_of;
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm};

/// `zip_longest(*iterables, fillvalue=None)`.
pub struct ZipLongest {
    /// None in the place of one that is exhausted.
    iterators: VmCell<Vec<Option<Value>>>,
    fill: Value,
}

impl Step for ZipLongest {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        let count = self.iterators.get().len();
        let mut items = Vec::with_capacity(count);
        for i in 0..count {
            let iterator = self.iterators.get().get(i).cloned().flatten();
            let item = match iterator {
                Some(iterator) => vm.next(&iterator)?,
                None => None,
            };
            if item.is_none() {
                let ended = self.iterators.get_mut().get_mut(i).and_then(Option::take);
                drop(ended);
                if self.iterators.get().iter().all(Option::is_none) {
                    return Ok(None);
                }
            }
            items.push(item.unwrap_or_else(|| self.fill.clone()));
        }
        Ok(if count == 0 { None } else { Some(tuple(items)) })
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
    let iterators = iterators(vm, args.rest().pos())?.into_iter().map(Some).collect();
    Ok(object(&class, ZipLongest { iterators: VmCell::new(iterators), fill }))
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
        once.push(vm.collect(iterable)?);
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
fn selection_length(vm: &mut Vm, value: Option<&Value>) -> Res<Option<usize>> {
    match optional_index(vm, value)? {
        Some(r) if r < 0 => Err(vm.value_error("r must be non-negative")),
        Some(r) => Ok(Some(r as usize)),
        None => Ok(None),
    }
}

pub fn permutations(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [iterable, r] = args.rest().bind(vm, "permutations", ["iterable", "r"], 1)?;
    if let Some(r) = r
        && !r.is_none()
        && !r.is_int()
    {
        return Err(vm.type_error("Expected int as r"));
    }
    let pool = vm.collect(iterable.unwrap_or(&args.pos()[0]))?;
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
    let pool = vm.collect(iterable.unwrap_or(&args.pos()[0]))?;
    let Ok(length) = usize::try_from(length) else { return Err(vm.value_error("r must be non-negative")) };
    Ok(object(&class, Combinations { pool, length, replacement, progress: VmCell::new(Progress::Fresh) }))
}

pub fn combinations(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    make_combinations(vm, &args, "combinations", false)
}

pub fn combinations_with_replacement(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    make_combinations(vm, &args, "combinations_with_replacement", true)
}
