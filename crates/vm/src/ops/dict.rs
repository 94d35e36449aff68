//! Looking up and changing keys of dicts and sets, where comparing keys may run script code.

use super::arith::is_builtin;
use super::compare::{Cmp, plain_compare};
use super::hash::hash_plain;
use crate::heap::{Kind, VmCell};
use crate::objects::str::same_text;
use crate::objects::{Class, Dict, Place, Set, SetTable, Str};
use crate::value::Value;
use crate::{Res, Vm, class_of, types};

/// What is known of where a key stands, without asking the language.
pub(super) enum Looked {
    /// Its hash and its place.
    At(u64, usize),
    /// Its hash: it is not there.
    Absent(u64),
    Unsure,
}

/// The table of a dict, a set or a frozenset, or of the namespace of a class.
#[derive(Clone, Copy)]
pub(super) enum Table<'a> {
    Dict(&'a Dict),
    Set(&'a VmCell<SetTable>),
}

impl<'a> Table<'a> {
    #[inline(always)]
    pub fn of(holder: &'a Value) -> Option<Table<'a>> {
        match holder.downcast::<Dict>() {
            Some(dict) => Some(Table::Dict(dict)),
            None => match holder.as_set_cell() {
                Some(cell) => Some(Table::Set(cell)),
                None => holder.downcast::<Class>().map(|class| Table::Dict(&class.dict)),
            },
        }
    }

    /// The place of candidate number `from` among the keys of this hash.
    pub fn candidate_at(self, hash: u64, from: usize) -> Option<usize> {
        match self {
            Table::Dict(dict) => dict.candidate_at(hash, from),
            Table::Set(cell) => cell.candidate_at(hash, from),
        }
    }

    pub fn key_at(self, place: usize) -> Option<&'a Value> {
        match self {
            Table::Dict(dict) => dict.key_at(place),
            Table::Set(cell) => cell.key_at(place),
        }
    }
}

/// Whether a key is the one looked for, as far as that can be told without running script code.
enum Sameness {
    Known(bool),
    Unsure,
}

#[inline]
fn sameness(candidate: &Value, key: &Value) -> Sameness {
    if candidate.is(key) {
        return Sameness::Known(true);
    }
    if let (Some(a), Some(b)) = (exact_str(candidate), exact_str(key)) {
        return Sameness::Known(same_text(a, b));
    }
    same_slowly(candidate, key)
}

#[inline(always)]
fn exact_str(value: &Value) -> Option<&Str> {
    value.downcast::<Str>().filter(|_| class_of(value).is(&types().str))
}

#[inline(never)]
fn same_slowly(candidate: &Value, key: &Value) -> Sameness {
    plain_compare(Cmp::Eq, candidate, key).map_or(Sameness::Unsure, Sameness::Known)
}

/// What a table must offer for a search that may be interrupted by script code.
trait Searchable {
    fn find_plain(&self, hash: u64, same: impl FnMut(&Value) -> bool) -> Option<usize>;
    fn candidate_at(&self, hash: u64, from: usize) -> Option<usize>;
    fn key_at(&self, place: usize) -> Option<&Value>;
}

impl Searchable for Dict {
    fn find_plain(&self, hash: u64, same: impl FnMut(&Value) -> bool) -> Option<usize> {
        self.table().find(hash, same)
    }
    fn candidate_at(&self, hash: u64, from: usize) -> Option<usize> {
        self.table().candidate(hash, from)
    }
    fn key_at(&self, place: usize) -> Option<&Value> {
        self.table().raw_entries().get(place).map(|e| &e.key)
    }
}

impl Searchable for VmCell<SetTable> {
    fn find_plain(&self, hash: u64, same: impl FnMut(&Value) -> bool) -> Option<usize> {
        self.get().find(hash, same)
    }
    fn candidate_at(&self, hash: u64, from: usize) -> Option<usize> {
        self.get().candidate(hash, from)
    }
    fn key_at(&self, place: usize) -> Option<&Value> {
        self.get().key(place)
    }
}

/// Finds a key by equality that runs script code; starts over when the table changed under a comparison.
#[cold]
fn search(vm: &mut Vm, table: &impl Searchable, hash: u64, key: &Value) -> Res<Option<usize>> {
    let mut from = 0;
    loop {
        let Some(place) = table.candidate_at(hash, from) else { return Ok(None) };
        let Some(candidate) = table.key_at(place).cloned() else { return Ok(None) };
        let equal = match sameness(&candidate, key) {
            Sameness::Known(known) => known,
            Sameness::Unsure => {
                let equal = vm.equals(&candidate, key)?;
                let unchanged = table.candidate_at(hash, from) == Some(place)
                    && table.key_at(place).is_some_and(|now| now.is(&candidate));
                if !unchanged {
                    from = 0;
                    continue;
                }
                equal
            }
        };
        if equal {
            return Ok(Some(place));
        }
        from += 1;
    }
}

/// Puts a key into a set; false if it is there already, None if that takes more to tell.
#[inline]
fn put_plainly(set: &VmCell<SetTable>, hash: u64, key: &Value) -> Option<bool> {
    let sure = |candidate: &Value| match sameness(candidate, key) {
        Sameness::Known(same) => Some(same),
        Sameness::Unsure => None,
    };
    match set.get().place_for(hash, sure)? {
        Place::Taken => Some(false),
        Place::Empty(slot) => {
            set.get_mut().put(slot, hash, key.clone());
            Some(true)
        }
    }
}

#[inline]
fn find(vm: &mut Vm, table: &impl Searchable, hash: u64, key: &Value) -> Res<Option<usize>> {
    let mut unsure = false;
    let found = table.find_plain(hash, |candidate| match sameness(candidate, key) {
        Sameness::Known(same) => same,
        Sameness::Unsure => {
            unsure = true;
            false
        }
    });
    if found.is_some() || !unsure {
        return Ok(found);
    }
    search(vm, table, hash, key)
}

/// The hash of a key and its place, where neither needs script code; None leaves both to the general way.
#[inline]
#[expect(private_bounds, reason = "tables are those of dicts and sets")]
pub fn find_plainly(table: &impl Searchable, key: &Value) -> Option<(u64, Option<usize>)> {
    match place_of(table, hash_plain(key)?, key) {
        Looked::At(hash, place) => Some((hash, Some(place))),
        Looked::Absent(hash) => Some((hash, None)),
        Looked::Unsure => None,
    }
}

/// The value of a key of a dict that is there, found without script code.
#[inline]
pub fn get_plainly(dict: &Dict, key: &Value) -> Option<Value> {
    let (_, found) = find_plainly(dict, key)?;
    found.map(|number| dict.table().entry(number).value.clone())
}

/// Sets the value of a key without script code, and gives the old one; gives the value back where that cannot be.
#[inline]
pub fn set_plainly(dict: &Dict, key: &Value, value: Value) -> Result<Option<Value>, Value> {
    let Some((hash, found)) = find_plainly(dict, key) else { return Err(value) };
    Ok(match found {
        Some(number) => Some(std::mem::replace(&mut dict.table_mut().entry_mut(number).value, value)),
        None => {
            dict.table_mut().push_new(hash, key.clone(), value);
            None
        }
    })
}

/// Takes out a key that is there, and its value, if that needs no script code.
#[inline]
pub fn remove_plainly(dict: &Dict, key: &Value) -> Option<(Value, Value)> {
    let (_, found) = find_plainly(dict, key)?;
    found.map(|number| dict.table_mut().remove_entry(number))
}

/// Whether a dict or set of a builtin class has a key, as far as that can be told without script code.
#[inline]
pub fn contains_plainly(container: &Value, key: &Value) -> Option<bool> {
    let place = match container.kind()? {
        Kind::Dict if is_builtin(container) => find_plainly(container.downcast::<Dict>()?, key)?.1,
        Kind::Set | Kind::FrozenSet if is_builtin(container) => find_plainly(container.as_set_cell()?, key)?.1,
        _ => return None,
    };
    Some(place.is_some())
}

/// Where a key of this hash stands, if that can be told up to the first key that only the language can compare.
#[inline]
fn place_of(table: &impl Searchable, hash: u64, key: &Value) -> Looked {
    let mut unsure = false;
    let found = table.find_plain(hash, |candidate| match sameness(candidate, key) {
        Sameness::Known(same) => same,
        Sameness::Unsure => {
            unsure = true;
            true
        }
    });
    match found {
        Some(_) if unsure => Looked::Unsure,
        Some(place) => Looked::At(hash, place),
        None => Looked::Absent(hash),
    }
}

/// As `place_of`, in any table.
#[inline(always)]
pub(super) fn find_hashed(table: Table<'_>, hash: u64, key: &Value) -> Looked {
    match table {
        Table::Dict(dict) => place_of(dict, hash, key),
        Table::Set(cell) => place_of(cell, hash, key),
    }
}

/// Adds a key to a set; false if it is there already, None if that takes more to tell.
#[inline(always)]
pub(super) fn add_plainly(set: &VmCell<SetTable>, hash: u64, key: &Value) -> Option<bool> {
    if let Some(added) = put_plainly(set, hash, key) {
        return Some(added);
    }
    match place_of(set, hash, key) {
        Looked::At(..) => Some(false),
        Looked::Absent(_) => {
            set.get_mut().push_new(hash, key.clone());
            Some(true)
        }
        Looked::Unsure => None,
    }
}

impl Vm {
    /// Where a key stands.
    #[inline]
    pub(super) fn look_up(&mut self, table: Table<'_>, key: &Value) -> Res<Looked> {
        let hash = match hash_plain(key) {
            Some(hash) => hash,
            None => match self.hash_plainly(key)? {
                Some(hash) => hash,
                None => return Ok(Looked::Unsure),
            },
        };
        let looked = find_hashed(table, hash, key);
        if let Looked::Unsure = looked { self.look_closely(table, hash, key) } else { Ok(looked) }
    }

    /// Where a key stands, and its hash, with nested runs where the language hashes and compares.
    pub(super) fn find_by_runs(&mut self, table: Table<'_>, key: &Value) -> Res<(u64, Option<usize>)> {
        let hash = self.hash(key)?;
        let place = match table {
            Table::Dict(dict) => search(self, dict, hash, key)?,
            Table::Set(cell) => search(self, cell, hash, key)?,
        };
        Ok((hash, place))
    }

    /// As `look_up`, for keys that take more to compare.
    #[cold]
    fn look_closely(&mut self, table: Table<'_>, hash: u64, key: &Value) -> Res<Looked> {
        let mut passed = 0;
        loop {
            let Some(place) = table.candidate_at(hash, passed) else { return Ok(Looked::Absent(hash)) };
            let Some(candidate) = table.key_at(place).cloned() else { return Ok(Looked::Unsure) };
            match self.is_key_plainly(&candidate, key)? {
                Some(true) => return Ok(Looked::At(hash, place)),
                Some(false) => passed += 1,
                None => return Ok(Looked::Unsure),
            }
        }
    }

    /// Whether a key of a table is the one looked for, if native code can tell.
    pub(super) fn is_key_plainly(&mut self, candidate: &Value, key: &Value) -> Res<Option<bool>> {
        match sameness(candidate, key) {
            Sameness::Known(same) => Ok(Some(same)),
            Sameness::Unsure => self.holds_plainly(Cmp::Eq, candidate, key),
        }
    }

    /// As `set_add`; None if only the language can tell whether the key is there.
    #[inline]
    pub fn set_add_plainly(&mut self, set: &Set, key: &Value) -> Res<Option<bool>> {
        let hash = match hash_plain(key) {
            Some(hash) => hash,
            None => match self.hash_plainly(key)? {
                Some(hash) => hash,
                None => return Ok(None),
            },
        };
        Ok(add_plainly(set.cell(), hash, key))
    }

    /// Adds a key to a set; None if only the language can tell whether it is there, and nested runs are too deep.
    #[inline]
    pub(super) fn add_hashed_plainly(&mut self, set: &VmCell<SetTable>, hash: u64, key: &Value) -> Res<Option<bool>> {
        if let Some(added) = put_plainly(set, hash, key) {
            return Ok(Some(added));
        }
        Ok(match self.look_up_hashed(Table::Set(set), hash, key)? {
            Looked::At(..) => Some(false),
            Looked::Absent(_) => {
                set.get_mut().push_new(hash, key.clone());
                Some(true)
            }
            Looked::Unsure => None,
        })
    }

    /// Where a key of a known hash stands, with nested runs for comparisons as long as these are not deep.
    #[inline]
    pub(super) fn look_up_hashed(&mut self, table: Table<'_>, hash: u64, key: &Value) -> Res<Looked> {
        let looked = find_hashed(table, hash, key);
        if let Looked::Unsure = looked { self.look_up_unsure(table, hash, key) } else { Ok(looked) }
    }

    #[cold]
    fn look_up_unsure(&mut self, table: Table<'_>, hash: u64, key: &Value) -> Res<Looked> {
        if !self.is_shallow() {
            return self.look_closely(table, hash, key);
        }
        let place = match table {
            Table::Dict(dict) => search(self, dict, hash, key)?,
            Table::Set(cell) => search(self, cell, hash, key)?,
        };
        Ok(place.map_or(Looked::Absent(hash), |place| Looked::At(hash, place)))
    }

    /// The number of the entry of a key.
    pub fn dict_find(&mut self, dict: &Dict, key: &Value) -> Res<Option<usize>> {
        let hash = self.hash(key)?;
        find(self, dict, hash, key)
    }

    /// As `dict_find`, with the key's hash known.
    pub fn dict_find_hashed(&mut self, dict: &Dict, hash: u64, key: &Value) -> Res<Option<usize>> {
        find(self, dict, hash, key)
    }

    /// The value of a key.
    #[inline]
    pub fn dict_get(&mut self, dict: &Dict, key: &Value) -> Res<Option<Value>> {
        let found = self.dict_find(dict, key)?;
        Ok(found.map(|i| dict.table().entry(i).value.clone()))
    }

    /// Sets the value of a key; the key that is already there stays.
    pub fn dict_set(&mut self, dict: &Dict, key: &Value, value: Value) -> Res<()> {
        let hash = self.hash(key)?;
        self.dict_set_hashed(dict, hash, key, value)
    }

    /// As `dict_set`, with the key's hash known.
    pub fn dict_set_hashed(&mut self, dict: &Dict, hash: u64, key: &Value, value: Value) -> Res<()> {
        match find(self, dict, hash, key)? {
            Some(i) => drop(std::mem::replace(&mut dict.table_mut().entry_mut(i).value, value)),
            None => dict.table_mut().push_new(hash, key.clone(), value),
        }
        Ok(())
    }

    /// Takes a key out; gives its value.
    pub fn dict_remove(&mut self, dict: &Dict, key: &Value) -> Res<Option<Value>> {
        let found = self.dict_find(dict, key)?;
        Ok(found.map(|i| dict.table_mut().remove_entry(i).1))
    }
}
