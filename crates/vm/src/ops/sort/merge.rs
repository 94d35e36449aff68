//! A stable merge sort that asks only whether one key is less than another, and stops at the first error.

use super::rank::Ranked;
use crate::Res;

/// Runs shorter than this are lengthened by insertion.
const RUN: usize = 24;

pub(super) type Less<'a> = dyn FnMut(Ranked, Ranked) -> Res<bool> + 'a;

/// Finds runs, sorts short ones by insertion, and merges neighbours until one is left.
pub(super) fn merge_sort(order: &mut [Ranked], less: &mut Less<'_>) -> Res<()> {
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
fn next_run(order: &mut [Ranked], start: usize, less: &mut Less<'_>) -> Res<usize> {
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
fn insert(order: &mut [Ranked], start: usize, at: usize, less: &mut Less<'_>) -> Res<()> {
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
fn merge(order: &mut [Ranked], middle: usize, buffer: &mut Vec<Ranked>, less: &mut Less<'_>) -> Res<()> {
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
