//! Sets of temporaries.

use crate::code::Instr;
use std::ops::Range;

/// A set of temporaries, numbered from 0.
pub(super) trait TempSet: Default + Clone {
    /// The first of the temporaries that is not in the set, those in `but` left out.
    fn first_missing(&self, temps: Range<u32>, but: Range<u32>) -> Option<u32>;

    fn insert(&mut self, temps: Range<u32>);

    fn remove(&mut self, temps: Range<u32>);

    /// Keeps what is in both. Did that take anything away?
    fn intersect(&mut self, other: &Self) -> bool;

    /// The effect of most instructions, done quickly. If it says no, nothing is done and the slow way must be taken.
    #[inline]
    fn step(&mut self, _first_temp: u16, _instr: Instr) -> bool {
        false
    }

    /// What it costs to copy the set.
    fn cost(&self) -> usize;
}

/// A set for code with at most 64 temporaries, which is nearly all code.
impl TempSet for u64 {
    #[inline(always)]
    fn first_missing(&self, temps: Range<u32>, but: Range<u32>) -> Option<u32> {
        let missing = mask(temps) & !mask(but) & !self;
        (missing != 0).then(|| missing.trailing_zeros())
    }

    #[inline(always)]
    fn insert(&mut self, temps: Range<u32>) {
        *self |= mask(temps);
    }

    #[inline(always)]
    fn remove(&mut self, temps: Range<u32>) {
        *self &= !mask(temps);
    }

    #[inline(always)]
    fn intersect(&mut self, other: &u64) -> bool {
        let before = *self;
        *self &= other;
        *self != before
    }

    #[inline(always)]
    fn step(&mut self, first_temp: u16, instr: Instr) -> bool {
        let profile = instr.op.profile();
        // The fields of `set` that name temporaries, as a set of these each. Its other fields can hold anything.
        let temps = |set: u8| {
            let temp = |field: u16, bit: u8| match field.checked_sub(first_temp) {
                Some(temp) if set & bit != 0 => 1u64 << (temp % 64),
                _ => 0,
            };
            [temp(instr.a, 1), temp(instr.b, 2), temp(instr.c, 4)]
        };
        let [a, b, c] = temps(profile.consume | profile.keep);
        let read = a | b | c;
        let twice = a & b | a & c | b & c;
        if !profile.straight || read & !*self | twice != 0 {
            return false;
        }
        let all = |[a, b, c]: [u64; 3]| a | b | c;
        *self = *self & !all(temps(profile.consume)) | all(temps(profile.write));
        true
    }

    fn cost(&self) -> usize {
        0
    }
}

/// The bits of a range within 0..64.
#[inline(always)]
fn mask(temps: Range<u32>) -> u64 {
    let below = |n: u32| 1u64.checked_shl(n).map_or(u64::MAX, |bit| bit - 1);
    below(temps.end) & !below(temps.start)
}

/// A set of any size. The last word is never 0, so the empty set owns no memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WideSet {
    words: Vec<u64>,
}

impl WideSet {
    fn contains(&self, temp: u32) -> bool {
        self.words.get(temp as usize / 64).is_some_and(|word| word >> (temp % 64) & 1 != 0)
    }

    fn trim(&mut self) {
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }
}

impl TempSet for WideSet {
    fn first_missing(&self, mut temps: Range<u32>, but: Range<u32>) -> Option<u32> {
        temps.find(|temp| !self.contains(*temp) && !but.contains(temp))
    }

    fn insert(&mut self, temps: Range<u32>) {
        let words = temps.end.div_ceil(64) as usize;
        if !temps.is_empty() && self.words.len() < words {
            self.words.resize(words, 0);
        }
        for temp in temps {
            self.words[temp as usize / 64] |= 1 << (temp % 64);
        }
    }

    fn remove(&mut self, temps: Range<u32>) {
        for temp in temps {
            if let Some(word) = self.words.get_mut(temp as usize / 64) {
                *word &= !(1 << (temp % 64));
            }
        }
        self.trim();
    }

    fn intersect(&mut self, other: &WideSet) -> bool {
        let mut changed = self.words.len() > other.words.len();
        self.words.truncate(other.words.len());
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            changed |= *word & !other != 0;
            *word &= other;
        }
        self.trim();
        changed
    }

    fn cost(&self) -> usize {
        self.words.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the same operations on a set and returns what it then holds.
    fn shuffle<S: TempSet>() -> (Vec<u32>, [bool; 2]) {
        let mut set = S::default();
        set.insert(0..64);
        set.remove(3..5);
        set.remove(63..64);
        set.insert(4..4);
        let mut other = S::default();
        other.insert(2..63);
        let changed = [set.intersect(&other), set.intersect(&other)];
        ((0..64).filter(|&temp| set.first_missing(temp..temp + 1, 0..0).is_none()).collect(), changed)
    }

    #[test]
    fn narrow_and_wide_sets_agree() {
        let expected: Vec<u32> = [2].into_iter().chain(5..63).collect();
        assert_eq!(shuffle::<u64>(), (expected.clone(), [true, false]));
        assert_eq!(shuffle::<WideSet>(), (expected, [true, false]));
    }

    #[test]
    fn the_first_missing_is_found_but_for_exceptions() {
        fn find<S: TempSet>() -> [Option<u32>; 3] {
            let mut set = S::default();
            set.insert(0..4);
            [set.first_missing(0..4, 0..0), set.first_missing(2..6, 0..0), set.first_missing(2..6, 4..5)]
        }
        assert_eq!(find::<u64>(), [None, Some(4), Some(5)]);
        assert_eq!(find::<WideSet>(), find::<u64>());
    }

    #[test]
    fn an_empty_wide_set_owns_no_words() {
        let mut set = WideSet::default();
        set.insert(100..300);
        set.remove(100..300);
        assert_eq!((set.cost(), set), (0, WideSet::default()));
    }
}
