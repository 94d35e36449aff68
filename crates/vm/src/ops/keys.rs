//! Keys of dicts and sets whose hash or equality is the language's: the hash and the search stop at each question and go on
//! with its answer (`dispatch/enquiry.rs`).

use super::compare::Cmp;
use super::dict::{Looked, Table};
use super::enquiry::{Asked, Enquiry};
use super::hash::{Hashed, Hashing};
use crate::heap::Kind;
use crate::objects::{Dict, Set, int};
use crate::value::Value;
use crate::{Res, Vm};

/// What is wanted of a key.
pub enum Errand {
    /// Its value, or a default.
    Get { default: Value },
    /// Whether it is there.
    Has,
    /// That its value be set.
    Set { value: Value },
    /// Its value, which is set first if it is missing.
    SetDefault { default: Value },
    /// That it be taken out; KeyError if it is not there.
    Delete,
    /// The value of what is taken out, or a default; KeyError if that is unset.
    Pop { default: Value },
    /// That it be in the set.
    Add,
    /// That it not be in the set.
    Discard,
}

/// The search for a key in a dict or set.
struct Searching {
    errand: Errand,
    holder: Value,
    key: Value,
    hashing: Hashing,
    hash: Option<u64>,
    /// How many candidates are known to be other keys.
    passed: usize,
    /// The candidate that was asked about, and its place.
    asked: Option<(usize, Value)>,
}

impl Searching {
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

    fn search(&mut self, vm: &mut Vm, hash: u64, answer: bool) -> Res<Asked> {
        let holder = self.holder.clone();
        let Some(table) = Table::of(&holder) else { return Ok(Asked::Done(Value::NONE)) };
        if let Some(place) = self.compare(table, hash, answer) {
            return self.errand.run(vm, &holder, &self.key, hash, Some(place)).map(Asked::Done);
        }
        loop {
            let place = table.candidate_at(hash, self.passed);
            let Some((place, candidate)) = place.and_then(|place| Some((place, table.key_at(place)?.clone()))) else {
                return self.errand.run(vm, &holder, &self.key, hash, None).map(Asked::Done);
            };
            match vm.is_key_plainly(&candidate, &self.key)? {
                Some(true) => return self.errand.run(vm, &holder, &self.key, hash, Some(place)).map(Asked::Done),
                Some(false) => self.passed += 1,
                None => {
                    self.asked = Some((place, candidate.clone()));
                    return Ok(Asked::Whether(Cmp::Eq, candidate, self.key.clone()));
                }
            }
        }
    }
}

impl Enquiry for Searching {
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked> {
        if self.hash.is_none() {
            match self.hashing.go_on(vm, &self.key)? {
                Hashed::Known(hash) => self.hash = Some(hash),
                Hashed::Asks(method, object) => return Ok(Asked::Method(method, object)),
            }
        }
        self.search(vm, self.hash.unwrap_or_default(), answer)
    }

    fn take_answer(&mut self, vm: &mut Vm, answer: Value) -> Res<()> {
        self.hashing.take(vm, &answer)
    }
}

/// The hash of a tuple whose items the language hashes.
struct HashOf {
    value: Value,
    hashing: Hashing,
}

impl Enquiry for HashOf {
    fn go_on(&mut self, vm: &mut Vm, _answer: bool) -> Res<Asked> {
        Ok(match self.hashing.go_on(vm, &self.value)? {
            Hashed::Known(hash) => Asked::Done(int(hash as i64)),
            Hashed::Asks(method, object) => Asked::Method(method, object),
        })
    }

    fn take_answer(&mut self, vm: &mut Vm, answer: Value) -> Res<()> {
        self.hashing.take(vm, &answer)
    }
}

impl Errand {
    /// Does what is wanted, now that it is known where the key stands, if it is there.
    fn run(&mut self, vm: &mut Vm, holder: &Value, key: &Value, hash: u64, place: Option<usize>) -> Res {
        match (holder.downcast::<Dict>(), holder.downcast::<Set>()) {
            (Some(dict), _) => self.run_in_dict(vm, dict, key, hash, place),
            (None, Some(set)) => {
                match (self, place) {
                    (Errand::Add, None) => set.table_mut().push_new(hash, key.clone()),
                    (Errand::Has, place) => return Ok(Value::bool(place.is_some())),
                    (Errand::Discard, Some(place)) => drop(set.table_mut().remove(place)),
                    (Errand::Delete, Some(place)) => drop(set.table_mut().remove(place)),
                    (Errand::Delete, None) => return Err(vm.key_error(key)),
                    _ => {}
                }
                Ok(Value::NONE)
            }
            (None, None) => Ok(Value::bool(place.is_some())),
        }
    }

    fn run_in_dict(&mut self, vm: &mut Vm, dict: &Dict, key: &Value, hash: u64, place: Option<usize>) -> Res {
        let take = |slot: &mut Value| std::mem::replace(slot, Value::UNSET);
        match (self, place) {
            (Errand::Has, place) => return Ok(Value::bool(place.is_some())),
            (Errand::Get { .. } | Errand::SetDefault { .. }, Some(place)) => {
                return Ok(dict.table().entry(place).value.clone());
            }
            (Errand::Set { value }, Some(place)) => {
                drop(std::mem::replace(&mut dict.table_mut().entry_mut(place).value, take(value)));
            }
            (Errand::Set { value }, None) => dict.table_mut().push_new(hash, key.clone(), take(value)),
            (Errand::SetDefault { default }, None) => {
                dict.table_mut().push_new(hash, key.clone(), default.clone());
                return Ok(take(default));
            }
            (Errand::Delete | Errand::Pop { .. }, Some(place)) => {
                let (gone, value) = dict.table_mut().remove_entry(place);
                drop(gone);
                return Ok(value);
            }
            (Errand::Get { default }, None) => return Ok(take(default)),
            (Errand::Pop { default }, None) if !default.is_unset() => return Ok(take(default)),
            (Errand::Delete | Errand::Pop { .. }, None) => return Err(vm.key_error(key)),
            (Errand::Add | Errand::Discard, _) => {}
        }
        Ok(Value::NONE)
    }
}

impl Vm {
    /// Does something with a key of a dict or set (or the table of a frozenset), where the language's part in it is requested.
    #[inline]
    pub fn ask_key(&mut self, holder: &Value, key: &Value, mut errand: Errand) -> Res {
        let Some(table) = Table::of(holder) else { return Ok(Value::NONE) };
        match self.look_up(table, key)? {
            Looked::At(hash, place) => errand.run(self, holder, key, hash, Some(place)),
            Looked::Absent(hash) => errand.run(self, holder, key, hash, None),
            Looked::Unsure => self.enquire_key(holder, key, errand),
        }
    }

    /// The value of a key of a dict, if it has the key; outer None if only the language can tell.
    #[inline]
    pub fn find_key_plainly(&mut self, holder: &Value, key: &Value) -> Res<Option<Option<Value>>> {
        let Some(dict) = holder.downcast::<Dict>() else { return Ok(None) };
        Ok(match self.look_up(Table::Dict(dict), key)? {
            Looked::At(_, place) => Some(Some(dict.table().entry(place).value.clone())),
            Looked::Absent(_) => Some(None),
            Looked::Unsure => None,
        })
    }

    /// As `ask_key`, where it is known that the language has a part in it.
    pub fn enquire_key(&mut self, holder: &Value, key: &Value, mut errand: Errand) -> Res {
        if self.is_shallow() {
            let Some(table) = Table::of(holder) else { return Ok(Value::NONE) };
            let (hash, place) = self.find_by_runs(table, key)?;
            return errand.run(self, holder, key, hash, place);
        }
        let (holder, key, hashing) = (holder.clone(), key.clone(), Hashing::default());
        let searching = Searching { errand, holder, key, hashing, hash: None, passed: 0, asked: None };
        self.enquire(searching)
    }

    /// As `hash`, as an object, where the language's part in it is requested.
    pub fn ask_hash(&mut self, value: &Value) -> Res {
        if let Some(hash) = self.hash_plainly(value)? {
            return Ok(int(hash as i64));
        }
        let value = value.clone();
        self.enquire(HashOf { value, hashing: Hashing::default() })
    }

    /// Whether a value is in a set or frozenset. A set as key is looked up as if it were a frozenset.
    pub fn ask_set_contains(&mut self, container: &Value, item: &Value) -> Res {
        match container.as_set_cell() {
            Some(cell) if item.is_kind(Kind::Set) => self.set_contains(cell, item).map(Value::bool),
            _ => self.ask_key(container, item, Errand::Has),
        }
    }
}
