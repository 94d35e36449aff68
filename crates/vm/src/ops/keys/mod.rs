//! Keys of dicts and sets whose hash or equality is the language's: the hash and the search stop at each question and go on
//! with its answer (`dispatch/enquiry.rs`).

pub mod round;
mod seek;
pub mod toggle;

use super::dict::{Looked, Table};
use super::enquiry::{Asked, Enquiry};
use super::hash::{Hashed, Hashing};
use crate::objects::{Dict, FrozenSet, Set, int};
use crate::value::Value;
use crate::{Res, Vm, names};
use seek::{Seek, Sought};

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
    /// That it not be in the set, and whether it was.
    Discard,
}

/// One key, and what is wanted of it.
struct Searching {
    errand: Errand,
    holder: Value,
    key: Value,
    seek: Seek,
}

impl Enquiry for Searching {
    fn go_on(&mut self, vm: &mut Vm, answer: bool) -> Res<Asked> {
        match self.seek.go_on(vm, &self.holder, &self.key, answer)? {
            Sought::Known(hash, place) => self.errand.run(vm, &self.holder, &self.key, hash, place).map(Asked::Done),
            Sought::Asks(asked) => Ok(asked),
        }
    }

    fn take_answer(&mut self, vm: &mut Vm, answer: Value) -> Res<()> {
        self.seek.take_hash(vm, &answer)
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
                    (Errand::Discard, Some(place)) => {
                        drop(set.table_mut().remove(place));
                        return Ok(Value::TRUE);
                    }
                    (Errand::Discard, None) => return Ok(Value::FALSE),
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
        let (holder, key) = (holder.clone(), key.clone());
        self.enquire(Searching { errand, holder, key, seek: Seek::default() })
    }

    /// As `hash`, as an object, where the language's part in it is requested.
    pub fn ask_hash(&mut self, value: &Value) -> Res {
        if let Some(hash) = self.hash_plainly(value)? {
            return Ok(int(hash as i64));
        }
        let value = value.clone();
        self.enquire(HashOf { value, hashing: Hashing::default() })
    }

    /// As `ask_key` for a set or frozenset, where a set as key is looked up as if it were a frozenset.
    pub fn ask_element(&mut self, container: &Value, item: &Value, errand: Errand) -> Res {
        match item.downcast::<Set>().filter(|_| self.is_unhashable(item)) {
            Some(set) => {
                let frozen = FrozenSet::create(set.table().copy()).into_value();
                self.ask_key(container, &frozen, errand)
            }
            None => self.ask_key(container, item, errand),
        }
    }

    /// Whether the class of an object says that it has no hash.
    fn is_unhashable(&mut self, object: &Value) -> bool {
        self.special(object, &names().__hash__).is_none_or(|method| method.is_none())
    }
}
