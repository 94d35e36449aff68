//! Sorting, stable: natively where all keys are numbers or strings, else by a merge sort that only asks whether one
//! key is less than another and stops at the first error.

use crate::objects::Str;
use crate::value::Value;
use crate::{Res, Vm, class_of, types};
use std::cmp::Ordering;

/// Runs shorter than this are sorted by insertion.
const RUN: usize = 24;

/// Sorts items by their keys.
pub fn sort(vm: &mut Vm, items: &mut Vec<Value>, key: Option<&Value>, reverse: bool) -> Res<()> {
    let Some(key) = key else {
        return sort_by_own_order(vm, items, reverse);
    };
    let mut keys = Vec::with_capacity(items.len());
    for item in items.iter() {
        keys.push(vm.call(key, std::slice::from_ref(item))?);
    }
    sort_by_ranks(vm, items, &keys, reverse)
}

/// Sorts items by what a key function made of each.
pub fn sort_by_ranks(vm: &mut Vm, items: &mut Vec<Value>, ranks: &[Value], reverse: bool) -> Res<()> {
    let (order, outcome) = order_of(vm, ranks, reverse);
    apply(items, order);
    outcome
}

fn sort_by_own_order(vm: &mut Vm, items: &mut Vec<Value>, reverse: bool) -> Res<()> {
    if let Some(compare) = plain_order(items) {
        if reverse {
            items.sort_by(|a, b| compare(b, a));
        } else {
            items.sort_by(compare);
        }
        return Ok(());
    }
    let (order, outcome) = order_of(vm, items, reverse);
    apply(items, order);
    outcome
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
    let outcome = merge_sort(&mut order, &mut |a, b| vm.less(&keys[a], &keys[b]));
    if reverse {
        order.reverse();
    }
    (order, outcome)
}

type Less<'a> = dyn FnMut(usize, usize) -> Res<bool> + 'a;

/// Finds runs, sorts short ones by insertion, and merges neighbours until one is left.
fn merge_sort(order: &mut [usize], less: &mut Less<'_>) -> Res<()> {
    let mut runs = Vec::new();
    let mut start = 0;
    while start < order.len() {
        let end = next_run(order, start, less)?;
        runs.push(start..end);
        start = end;
    }
    let mut buffer = Vec::with_capacity(order.len() / 2 + 1);
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len() / 2 + 1);
        for pair in runs.chunks(2) {
            if let [left, right] = pair {
                merge(&mut order[left.start..right.end], left.len(), &mut buffer, less)?;
                merged.push(left.start..right.end);
            } else {
                merged.extend_from_slice(pair);
            }
        }
        runs = merged;
    }
    Ok(())
}

/// The end of a sorted run that begins at `start`: a natural one, lengthened by insertion if it is short.
fn next_run(order: &mut [usize], start: usize, less: &mut Less<'_>) -> Res<usize> {
    let mut end = start + 1;
    if end == order.len() {
        return Ok(end);
    }
    let descending = less(order[end], order[start])?;
    end += 1;
    while end < order.len() && less(order[end], order[end - 1])? == descending {
        end += 1;
    }
    if descending {
        order[start..end].reverse();
    }
    let full = (start + RUN).min(order.len());
    while end < full {
        insert(order, start, end, less)?;
        end += 1;
    }
    Ok(end)
}

/// Moves the item at `at` to its place in the sorted run before it.
fn insert(order: &mut [usize], start: usize, at: usize, less: &mut Less<'_>) -> Res<()> {
    let item = order[at];
    let (mut low, mut high) = (start, at);
    while low < high {
        let middle = low + (high - low) / 2;
        if less(item, order[middle])? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    order[low..=at].rotate_right(1);
    Ok(())
}

/// Merges the sorted halves `..middle` and `middle..`. On an error all positions are still there.
fn merge(order: &mut [usize], middle: usize, buffer: &mut Vec<usize>, less: &mut Less<'_>) -> Res<()> {
    if !less(order[middle], order[middle - 1])? {
        return Ok(());
    }
    buffer.clear();
    buffer.extend_from_slice(&order[..middle]);
    let (mut left, mut right, mut out) = (0, middle, 0);
    let mut outcome = Ok(());
    while left < buffer.len() && right < order.len() {
        match less(order[right], buffer[left]) {
            Ok(true) => {
                order[out] = order[right];
                right += 1;
            }
            Ok(false) => {
                order[out] = buffer[left];
                left += 1;
            }
            Err(thrown) => {
                outcome = Err(thrown);
                break;
            }
        }
        out += 1;
    }
    let rest = &buffer[left..];
    order[out..out + rest.len()].copy_from_slice(rest);
    outcome
}
