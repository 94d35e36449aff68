//! Sorting, stable: natively where all keys are numbers or strings, else by a merge sort that only asks whether one
//! key is less than another, which may take frames, and stops at the first error.

use super::compare::Cmp;
use super::enquiry::{Asked, Enquiry, compares_plainly};
use crate::heap::Ref;
use crate::objects::{List, Str};
use crate::value::Value;
use crate::{Request, Res, Vm, class_of, types};
use std::cmp::Ordering;
use std::ops::Range;

/// Runs shorter than this are sorted by insertion.
const RUN: usize = 24;

/// Sorts what a list held, by ranks if there are any, and puts it back; gives `result`, or the request for it where the
/// language compares.
pub fn sort(vm: &mut Vm, mut sorting: Sorting) -> Res {
    if let (None, Some(compare)) = (&sorting.ranks, plain_order(&sorting.items)) {
        if sorting.reverse {
            sorting.items.sort_by(|a, b| compare(b, a));
        } else {
            sorting.items.sort_by(compare);
        }
        return sorting.put_back(vm, Ok(()));
    }
    let keys = sorting.ranks.as_ref().unwrap_or(&sorting.items);
    if plain_order(keys).is_none() && !keys.iter().all(|key| compares_plainly(vm, key)) {
        return Err(vm.request(Request::Enquire(Box::new(sorting.enquiry()))));
    }
    let (order, outcome) = order_of(vm, keys, sorting.reverse);
    apply(&mut sorting.items, order);
    sorting.put_back(vm, outcome)
}

/// A list that is being sorted.
pub struct Sorting {
    /// Scripts see it empty meanwhile.
    pub list: Ref<List>,
    pub items: Vec<Value>,
    /// What a key function made of the items.
    pub ranks: Option<Vec<Value>>,
    pub reverse: bool,
    pub result: Value,
}

impl Sorting {
    /// Puts the items back; whatever a script has put into the list meanwhile is an error.
    pub fn put_back(&mut self, vm: &mut Vm, outcome: Res<()>) -> Res {
        let intruders = std::mem::replace(self.list.items_mut(), std::mem::take(&mut self.items));
        outcome?;
        if !intruders.is_empty() {
            return Err(vm.value_error("list modified during sort"));
        }
        Ok(self.result.clone())
    }

    fn enquiry(self) -> Enquiring {
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        // Reversing twice keeps equal items in their order.
        if self.reverse {
            order.reverse();
        }
        Enquiring { sort: MergeSort::new(order), sorting: self }
    }
}

/// A list that is being sorted by the language's comparisons.
struct Enquiring {
    sort: MergeSort,
    sorting: Sorting,
}

impl Enquiring {
    /// Brings the items into the order that was found so far.
    fn arrange(&mut self) {
        let mut order = self.sort.take_order();
        if self.sorting.reverse {
            order.reverse();
        }
        apply(&mut self.sorting.items, order);
    }
}

impl Enquiry for Enquiring {
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked> {
        if let Some((a, b)) = self.sort.next(answer) {
            let keys = self.sorting.ranks.as_ref().unwrap_or(&self.sorting.items);
            return Ok(Asked::Whether(Cmp::Lt, keys[a].clone(), keys[b].clone()));
        }
        self.arrange();
        self.sorting.put_back(vm, Ok(())).map(Asked::Done)
    }

    fn give_up(&mut self) {
        // At the end, nothing is left to put back.
        if !self.sorting.items.is_empty() {
            self.arrange();
            let items = std::mem::take(&mut self.sorting.items);
            drop(std::mem::replace(self.sorting.list.items_mut(), items));
        }
    }
}

/// A total order that needs no script code, if all keys are small ints, floats (no NaN) or strings.
fn plain_order(keys: &[Value]) -> Option<fn(&Value, &Value) -> Ordering> {
    if keys.iter().all(Value::is_small_int) {
        return Some(|a, b| a.as_small_int().cmp(&b.as_small_int()));
    }
    if keys.iter().all(|k| k.as_small_float().is_some_and(|x| !x.is_nan())) {
        return Some(|a, b| a.as_small_float().partial_cmp(&b.as_small_float()).unwrap_or(Ordering::Equal));
    }
    let text = &types().str;
    if keys.iter().all(|k| k.is_heap() && class_of(k).is(text)) {
        return Some(|a, b| a.downcast::<Str>().map(Str::as_bytes).cmp(&b.downcast::<Str>().map(Str::as_bytes)));
    }
    None
}

/// Brings the items into the order of positions, which is a permutation.
fn apply(items: &mut Vec<Value>, order: Vec<usize>) {
    let mut old: Vec<Option<Value>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|i| old[i].take()));
}

/// The positions in sorted order. After an error: some order, with all positions in it.
fn order_of(vm: &mut Vm, keys: &[Value], reverse: bool) -> (Vec<usize>, Res<()>) {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    if let Some(compare) = plain_order(keys) {
        if reverse {
            order.sort_by(|&a, &b| compare(&keys[b], &keys[a]));
        } else {
            order.sort_by(|&a, &b| compare(&keys[a], &keys[b]));
        }
        return (order, Ok(()));
    }
    // Reversing twice keeps equal items in their order.
    if reverse {
        order.reverse();
    }
    let mut sort = MergeSort::new(order);
    let (mut answer, mut outcome) = (false, Ok(()));
    while let Some((a, b)) = sort.next(answer) {
        match vm.less(&keys[a], &keys[b]) {
            Ok(less) => answer = less,
            Err(thrown) => {
                outcome = Err(thrown);
                break;
            }
        }
    }
    let mut order = sort.take_order();
    if reverse {
        order.reverse();
    }
    (order, outcome)
}

/// What a merge sort has asked and waits to hear.
enum Phase {
    Start,
    /// Whether the second item of a run that begins here is less than the first.
    Direction {
        start: usize,
    },
    /// Whether the item at `end` goes on with the run.
    Extend {
        start: usize,
        end: usize,
        descending: bool,
    },
    /// Whether the item at `at` goes before the middle of `low..high`, in the run that begins at `start`.
    Insert {
        start: usize,
        at: usize,
        full: usize,
        low: usize,
        high: usize,
    },
    /// Whether two neighbouring runs overlap.
    Overlap,
    /// Whether the item at `right` goes before the one in the buffer at `left`.
    Merge {
        left: usize,
        right: usize,
        out: usize,
    },
    Done,
}

/// A merge sort of positions that stops at each comparison: finds runs, sorts short ones by insertion, and merges neighbours
/// until one is left.
struct MergeSort {
    order: Vec<usize>,
    /// Runs found, then merged level by level: those of this level from `pair` on are still to be merged.
    runs: Vec<Range<usize>>,
    merged: Vec<Range<usize>>,
    pair: usize,
    /// The left one of the runs that are being merged.
    buffer: Vec<usize>,
    phase: Phase,
}

impl MergeSort {
    fn new(order: Vec<usize>) -> MergeSort {
        let (runs, merged, buffer) = (Vec::new(), Vec::new(), Vec::with_capacity(order.len() / 2 + 1));
        MergeSort { order, runs, merged, pair: 0, buffer, phase: Phase::Start }
    }

    /// The positions as they are by now; all are there.
    fn take_order(&mut self) -> Vec<usize> {
        self.settle();
        std::mem::take(&mut self.order)
    }

    /// Puts what is in the buffer back.
    fn settle(&mut self) {
        if let Phase::Merge { left, out, .. } = self.phase {
            let rest = &self.buffer[left..];
            self.order[out..out + rest.len()].copy_from_slice(rest);
        }
        self.phase = Phase::Done;
    }

    /// Goes on with the answer to the last question. The next one: whether the item at the first position is less than that
    /// at the second. None if all is sorted.
    fn next(&mut self, answer: bool) -> Option<(usize, usize)> {
        match self.phase {
            Phase::Start => self.begin_run(0),
            Phase::Direction { start } => self.extend(start, start + 2, answer),
            Phase::Extend { start, end, descending } if answer == descending => self.extend(start, end + 1, descending),
            Phase::Extend { start, end, descending } => self.end_run(start, end, descending),
            Phase::Insert { start, at, full, low, high } => {
                let middle = low + (high - low) / 2;
                let (low, high) = if answer { (low, middle) } else { (middle + 1, high) };
                self.insert(start, at, full, low, high)
            }
            Phase::Overlap if answer => self.begin_merge(),
            Phase::Overlap => self.end_merge(),
            Phase::Merge { left, right, out } => {
                let (from, left, right) =
                    if answer { (self.order[right], left, right + 1) } else { (self.buffer[left], left + 1, right) };
                self.order[out] = from;
                self.merge(left, right, out + 1)
            }
            Phase::Done => None,
        }
    }

    fn begin_run(&mut self, start: usize) -> Option<(usize, usize)> {
        match self.order.len() - start {
            0 => self.next_pair(),
            1 => {
                self.runs.push(start..start + 1);
                self.next_pair()
            }
            _ => {
                self.phase = Phase::Direction { start };
                Some((self.order[start + 1], self.order[start]))
            }
        }
    }

    fn extend(&mut self, start: usize, end: usize, descending: bool) -> Option<(usize, usize)> {
        if end == self.order.len() {
            return self.end_run(start, end, descending);
        }
        self.phase = Phase::Extend { start, end, descending };
        Some((self.order[end], self.order[end - 1]))
    }

    /// A natural run ends; one that is short is lengthened by insertion.
    fn end_run(&mut self, start: usize, end: usize, descending: bool) -> Option<(usize, usize)> {
        if descending {
            self.order[start..end].reverse();
        }
        let full = (start + RUN).min(self.order.len()).max(end);
        self.insert(start, end, full, start, end)
    }

    /// Finds the place of the item at `at` in the sorted run before it.
    fn insert(&mut self, start: usize, at: usize, full: usize, low: usize, high: usize) -> Option<(usize, usize)> {
        let (mut at, mut low, mut high) = (at, low, high);
        while at < full {
            if low < high {
                self.phase = Phase::Insert { start, at, full, low, high };
                return Some((self.order[at], self.order[low + (high - low) / 2]));
            }
            self.order[low..=at].rotate_right(1);
            at += 1;
            (low, high) = (start, at);
        }
        self.runs.push(start..full);
        self.begin_run(full)
    }

    /// The next two runs of this level, or of the next one.
    fn next_pair(&mut self) -> Option<(usize, usize)> {
        while self.runs.len() > 1 {
            if let Some(right) = self.runs.get(self.pair + 1) {
                self.phase = Phase::Overlap;
                return Some((self.order[right.start], self.order[right.start - 1]));
            }
            self.merged.extend(self.runs.get(self.pair).cloned());
            self.runs = std::mem::take(&mut self.merged);
            self.pair = 0;
        }
        self.phase = Phase::Done;
        None
    }

    fn begin_merge(&mut self) -> Option<(usize, usize)> {
        let left = self.runs[self.pair].clone();
        self.buffer.clear();
        self.buffer.extend_from_slice(&self.order[left.clone()]);
        self.merge(0, left.end, left.start)
    }

    fn merge(&mut self, left: usize, right: usize, out: usize) -> Option<(usize, usize)> {
        self.phase = Phase::Merge { left, right, out };
        if left < self.buffer.len() && right < self.runs[self.pair + 1].end {
            return Some((self.order[right], self.buffer[left]));
        }
        self.settle();
        self.end_merge()
    }

    fn end_merge(&mut self) -> Option<(usize, usize)> {
        self.merged.push(self.runs[self.pair].start..self.runs[self.pair + 1].end);
        self.pair += 2;
        self.next_pair()
    }
}
