//! A stable merge sort that asks only whether one key is less than another, and waits for the answer.

use super::rank::Ranked;
use std::ops::Range;

/// Runs shorter than this are lengthened by insertion.
const RUN: usize = 24;

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

/// A merge sort that stops at each comparison: finds runs, sorts short ones by insertion, and merges neighbours
/// until one is left.
pub(super) struct MergeSort {
    order: Vec<Ranked>,
    /// Runs found, then merged level by level: those of this level from `pair` on are still to be merged.
    runs: Vec<Range<usize>>,
    merged: Vec<Range<usize>>,
    pair: usize,
    /// The left one of the runs that are being merged.
    buffer: Vec<Ranked>,
    phase: Phase,
}

impl MergeSort {
    pub(super) fn new(order: Vec<Ranked>) -> MergeSort {
        let (runs, merged, buffer) = (Vec::new(), Vec::new(), Vec::with_capacity(order.len() / 2 + 1));
        MergeSort { order, runs, merged, pair: 0, buffer, phase: Phase::Start }
    }

    /// What was sorted as it stands by now; all of it is there.
    pub(super) fn take_order(&mut self) -> Vec<Ranked> {
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

    /// Goes on with the answer to the last question. The next one: whether the first is less than the second. None if all is
    /// sorted.
    pub(super) fn next(&mut self, answer: bool) -> Option<(Ranked, Ranked)> {
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

    fn begin_run(&mut self, start: usize) -> Option<(Ranked, Ranked)> {
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

    fn extend(&mut self, start: usize, end: usize, descending: bool) -> Option<(Ranked, Ranked)> {
        if end == self.order.len() {
            return self.end_run(start, end, descending);
        }
        self.phase = Phase::Extend { start, end, descending };
        Some((self.order[end], self.order[end - 1]))
    }

    /// A natural run ends; one that is short is lengthened by insertion.
    fn end_run(&mut self, start: usize, end: usize, descending: bool) -> Option<(Ranked, Ranked)> {
        if descending {
            self.order[start..end].reverse();
        }
        let full = (start + RUN).min(self.order.len()).max(end);
        self.insert(start, end, full, start, end)
    }

    /// Finds the place of the item at `at` in the sorted run before it.
    fn insert(&mut self, start: usize, at: usize, full: usize, low: usize, high: usize) -> Option<(Ranked, Ranked)> {
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
    fn next_pair(&mut self) -> Option<(Ranked, Ranked)> {
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

    fn begin_merge(&mut self) -> Option<(Ranked, Ranked)> {
        let left = self.runs[self.pair].clone();
        self.buffer.clear();
        self.buffer.extend_from_slice(&self.order[left.clone()]);
        self.merge(0, left.end, left.start)
    }

    fn merge(&mut self, left: usize, right: usize, out: usize) -> Option<(Ranked, Ranked)> {
        self.phase = Phase::Merge { left, right, out };
        if left < self.buffer.len() && right < self.runs[self.pair + 1].end {
            return Some((self.order[right], self.buffer[left]));
        }
        self.settle();
        self.end_merge()
    }

    fn end_merge(&mut self) -> Option<(Ranked, Ranked)> {
        self.merged.push(self.runs[self.pair].start..self.runs[self.pair + 1].end);
        self.pair += 2;
        self.next_pair()
    }
}
