//! The search for a key in a dict or set, which stops at each question that only the language can answer.

use crate::ops::compare::Cmp;
use crate::ops::dict::Table;
use crate::ops::enquiry::Asked;
use crate::ops::hash::{Hashed, Hashing};
use crate::value::Value;
use crate::{Res, Vm};

/// A search under way.
#[derive(Default)]
pub(super) struct Seek {
    hashing: Hashing,
    hash: Option<u64>,
    /// How many candidates are known to be other keys.
    passed: usize,
    /// The candidate that was asked about, and its place.
    asked: Option<(usize, Value)>,
}

/// What a search comes to.
pub(super) enum Sought {
    /// The hash of the key, and its place if it is there.
    Known(u64, Option<usize>),
    Asks(Asked),
}

impl Seek {
    /// The search for a key whose hash may be known.
    pub fn hashed(hash: Option<u64>) -> Seek {
        Seek { hash, ..Seek::default() }
    }

    /// Goes on with the answer to what was asked about a candidate; at first, or after a hash, that is nothing.
    pub fn go_on(&mut self, vm: &mut Vm, holder: &Value, key: &Value, answer: bool) -> Res<Sought> {
        let hash = match self.hash {
            Some(hash) => hash,
            None => match self.hashing.go_on(vm, key)? {
                Hashed::Known(hash) => *self.hash.insert(hash),
                Hashed::Asks(method, object) => return Ok(Sought::Asks(Asked::Method(method, object))),
            },
        };
        let Some(table) = Table::of(holder) else { return Ok(Sought::Known(hash, None)) };
        if let Some(place) = self.compare(table, hash, answer) {
            return Ok(Sought::Known(hash, Some(place)));
        }
        loop {
            let place = table.candidate_at(hash, self.passed);
            let Some((place, candidate)) = place.and_then(|place| Some((place, table.key_at(place)?.clone()))) else {
                return Ok(Sought::Known(hash, None));
            };
            match vm.is_key_plainly(&candidate, key)? {
                Some(true) => return Ok(Sought::Known(hash, Some(place))),
                Some(false) => self.passed += 1,
                None => {
                    self.asked = Some((place, candidate.clone()));
                    return Ok(Sought::Asks(Asked::Whether(Cmp::Eq, candidate, key.clone())));
                }
            }
        }
    }

    /// Takes what `__hash__` gave.
    pub fn take_hash(&mut self, vm: &mut Vm, answer: &Value) -> Res<()> {
        self.hashing.take(vm, answer)
    }

    /// Takes the answer about the candidate that was asked about: its place if it is the key. Where the table changed
    /// meanwhile, the search begins anew.
    fn compare(&mut self, table: Table<'_>, hash: u64, answer: bool) -> Option<usize> {
        let (place, candidate) = self.asked.take()?;
        let unchanged = table.candidate_at(hash, self.passed) == Some(place)
            && table.key_at(place).is_some_and(|now| now.is(&candidate));
        match (unchanged, answer) {
            (false, _) => self.passed = 0,
            (true, false) => self.passed += 1,
            (true, true) => return Some(place),
        }
        None
    }
}
