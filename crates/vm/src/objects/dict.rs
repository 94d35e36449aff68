//! Dicts: entries in insertion order, and an index of open addressing over them once there are more than a few.

use super::str::Str;
use crate::heap::{Ref, VmCell};
use crate::value::Value;

/// One pair; a deleted one has an unset key.
pub struct Entry {
    pub hash: u64,
    pub key: Value,
    pub value: Value,
}

/// Up to this many entries there is no index: they are searched in order.
const SMALL: usize = 8;
/// Entries are so much fewer than slots that no number has all its bits set, or all but the last.
const EMPTY: u32 = u32::MAX;
const DELETED: u32 = u32::MAX - 1;

/// The table itself; also the namespace of classes and modules.
#[derive(Default)]
pub struct Table {
    entries: Vec<Entry>,
    /// Entry numbers; a power of two of slots, at most two thirds full. Empty while there are few entries. The bits that
    /// numbers don't need are those of the hash: most keys that don't match are told apart without a look at their entry.
    index: Box<[u32]>,
    live: usize,
    /// Slots of the index that are not empty.
    used: usize,
    /// Changes whenever a key is added or removed or entries move, so that inline caches can trust an entry number.
    version: u32,
}

/// A `dict`.
pub struct Dict {
    table: VmCell<Table>,
}

thread_local! {
    static NEXT_VERSION: std::cell::Cell<u32> = const { std::cell::Cell::new(1) };
}

/// A version number no table has had. Zero is never given out, so caches begin with it.
pub fn fresh_version() -> u32 {
    let version = NEXT_VERSION.get();
    NEXT_VERSION.set(version.checked_add(1).unwrap_or(1));
    version
}

impl Table {
    pub fn len(&self) -> usize {
        self.live
    }

    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// 0 until a cache asks: building a dict costs no version numbers.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The version, made if there is none yet.
    pub fn cacheable_version(&mut self) -> u32 {
        if self.version == 0 {
            self.version = fresh_version();
        }
        self.version
    }

    /// All entries, deleted ones too.
    #[inline(always)]
    pub fn raw_entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with this number.
    #[inline(always)]
    pub fn entry(&self, number: usize) -> &Entry {
        &self.entries[number]
    }

    /// The entry with this number, which may have been deleted, if there are as many.
    #[inline(always)]
    pub fn entry_at(&self, number: usize) -> Option<&Entry> {
        self.entries.get(number)
    }

    #[inline(always)]
    pub fn entry_mut(&mut self, number: usize) -> &mut Entry {
        &mut self.entries[number]
    }

    /// Finds the entry whose key `same` accepts among those with this hash.
    #[inline]
    pub fn find(&self, hash: u64, mut same: impl FnMut(&Value) -> bool) -> Option<usize> {
        if self.index.is_empty() {
            return self.entries.iter().position(|e| e.hash == hash && !e.key.is_unset() && same(&e.key));
        }
        let mask = self.index.len() - 1;
        let spread = spread(hash);
        let mut slot = spread as usize & mask;
        loop {
            let found = self.index[slot];
            if found == EMPTY {
                return None;
            }
            // Where the bits of the hash are the same, the difference is one of numbers.
            if (found ^ spread) as usize <= mask && found != DELETED {
                let number = found as usize & mask;
                let entry = &self.entries[number];
                if entry.hash == hash && same(&entry.key) {
                    return Some(number);
                }
            }
            slot = (slot + 1) & mask;
        }
    }

    /// The candidates with this hash, from candidate number `from` on, for comparisons that may run script code between
    /// steps: gives the entry number.
    pub fn candidate(&self, hash: u64, from: usize) -> Option<usize> {
        let mut seen = 0;
        self.find(hash, |_| {
            seen += 1;
            seen > from
        })
    }

    /// The entry of an interned string (or any string with the same content).
    #[inline]
    pub fn find_str(&self, name: &Value) -> Option<usize> {
        let text = name.downcast::<Str>()?;
        self.find(text.hash(), |key| {
            key.is(name) || key.downcast::<Str>().is_some_and(|k| k.as_bytes() == text.as_bytes())
        })
    }

    #[inline]
    pub fn get_str(&self, name: &Value) -> Option<&Value> {
        self.find_str(name).map(|i| &self.entries[i].value)
    }

    /// Appends a key that is not there yet.
    pub fn push_new(&mut self, hash: u64, key: Value, value: Value) {
        self.version = 0;
        let number = self.entries.len();
        self.entries.push(Entry { hash, key, value });
        self.live += 1;
        if !self.index.is_empty() && (self.used + 1) * 3 <= self.index.len() * 2 {
            self.link(hash, number as u32);
        } else if number >= SMALL {
            self.rebuild();
        }
    }

    fn link(&mut self, hash: u64, number: u32) {
        let mask = self.index.len() - 1;
        let spread = spread(hash);
        let mut slot = spread as usize & mask;
        while self.index[slot] != EMPTY {
            slot = (slot + 1) & mask;
        }
        self.used += 1;
        self.index[slot] = spread & !(mask as u32) | number;
    }

    /// Drops deleted entries and makes a new index.
    fn rebuild(&mut self) {
        self.version = 0;
        if self.live < self.entries.len() {
            self.entries.retain(|e| !e.key.is_unset());
        }
        self.used = 0;
        if self.entries.len() <= SMALL {
            self.index = Box::default();
            return;
        }
        let slots = (self.entries.len() * 3).next_power_of_two();
        self.index = vec![EMPTY; slots].into_boxed_slice();
        for number in 0..self.entries.len() {
            let hash = self.entries[number].hash;
            self.link(hash, number as u32);
        }
    }

    /// Sets the value of a string key; gives the old one.
    pub fn insert_str(&mut self, name: &Value, value: Value) -> Option<Value> {
        if let Some(i) = self.find_str(name) {
            return Some(std::mem::replace(&mut self.entries[i].value, value));
        }
        let hash = name.downcast::<Str>().map_or(0, Str::hash);
        self.push_new(hash, name.clone(), value);
        None
    }

    /// Takes out the entry with this number; gives key and value.
    pub fn remove_entry(&mut self, number: usize) -> (Value, Value) {
        self.version = 0;
        self.live -= 1;
        self.unlink(number);
        let entry = &mut self.entries[number];
        let key = std::mem::replace(&mut entry.key, Value::UNSET);
        let value = std::mem::replace(&mut entry.value, Value::UNSET);
        // The place stays taken, so that an iteration under way sees what is added afterwards.
        if self.entries.len() > 32 && self.live * 4 < self.entries.len() {
            self.rebuild();
        }
        (key, value)
    }

    /// Takes out the newest entry; gives key and value.
    pub fn pop_last(&mut self) -> Option<(Value, Value)> {
        while self.entries.last().is_some_and(|e| e.key.is_unset()) {
            self.entries.pop();
        }
        let number = self.entries.len().checked_sub(1)?;
        let pair = self.remove_entry(number);
        if self.entries.last().is_some_and(|e| e.key.is_unset()) {
            self.entries.pop();
        }
        Some(pair)
    }

    fn unlink(&mut self, number: usize) {
        if self.index.is_empty() {
            return;
        }
        let mask = self.index.len() - 1;
        let spread = spread(self.entries[number].hash);
        let mut slot = spread as usize & mask;
        let wanted = spread & !(mask as u32) | number as u32;
        while self.index[slot] != wanted {
            slot = (slot + 1) & mask;
        }
        self.index[slot] = DELETED;
    }

    pub fn remove_str(&mut self, name: &Value) -> Option<Value> {
        self.find_str(name).map(|i| self.remove_entry(i).1)
    }

    /// The last live entry's number.
    pub fn last(&self) -> Option<usize> {
        self.entries.iter().rposition(|e| !e.key.is_unset())
    }

    /// Live entries in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter().filter(|e| !e.key.is_unset())
    }

    /// A copy with the same order.
    pub fn copy(&self) -> Table {
        if self.live == self.entries.len() {
            let entries =
                self.entries.iter().map(|e| Entry { hash: e.hash, key: e.key.clone(), value: e.value.clone() });
            let (entries, index) = (entries.collect(), self.index.clone());
            return Table { entries, index, live: self.live, used: self.used, version: 0 };
        }
        let mut table = Table::default();
        table.entries.reserve(self.live);
        for e in self.iter() {
            table.entries.push(Entry { hash: e.hash, key: e.key.clone(), value: e.value.clone() });
        }
        table.live = table.entries.len();
        if table.live > SMALL {
            table.rebuild();
        }
        table
    }
}

/// Mixes a hash, but leaves sixteen consecutive integers together: their slots share a line of the processor's cache.
#[inline(always)]
fn spread(hash: u64) -> u32 {
    ((hash >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32 ^ (hash & 15) as u32
}

impl Dict {
    /// An empty dict that is not yet an object.
    pub fn empty() -> Dict {
        Dict { table: VmCell::new(Table::default()) }
    }

    /// A new, empty `dict`.
    pub fn create() -> Ref<Dict> {
        crate::heap::new(&crate::types().dict, Dict::empty())
    }

    pub fn with_table(table: Table) -> Dict {
        Dict { table: VmCell::new(table) }
    }

    /// The table. See `VmCell` for how long the reference may live.
    #[inline(always)]
    pub fn table(&self) -> &Table {
        self.table.get()
    }

    #[inline(always)]
    pub fn table_mut(&self) -> &mut Table {
        self.table.get_mut()
    }

    pub fn len(&self) -> usize {
        self.table.get().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a string key.
    pub fn get_str(&self, name: &Value) -> Option<Value> {
        self.table.get().get_str(name).cloned()
    }

    /// Sets a string key; gives the old value.
    pub fn insert_str(&self, name: &Value, value: Value) -> Option<Value> {
        self.table.get_mut().insert_str(name, value)
    }

    /// Removes a string key; gives its value.
    pub fn remove_str(&self, name: &Value) -> Option<Value> {
        self.table.get_mut().remove_str(name)
    }

    /// Sets a name given as text.
    pub fn set(&self, name: &str, value: impl Into<Value>) {
        drop(self.insert_str(&super::intern(name.as_bytes()), value.into()));
    }

    /// Copies of all pairs in order.
    pub fn entries(&self) -> Vec<(Value, Value)> {
        self.table.get().iter().map(|e| (e.key.clone(), e.value.clone())).collect()
    }

    pub fn keys(&self) -> Vec<Value> {
        self.table.get().iter().map(|e| e.key.clone()).collect()
    }

    /// Removes everything; the caller drops the old content.
    pub fn take(&self) -> Table {
        std::mem::take(self.table.get_mut())
    }
}
