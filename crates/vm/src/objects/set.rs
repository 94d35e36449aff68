//! Sets and frozensets: open addressing whose probe order, growth and iteration order are those scripts know from
//! CPython, because programs print sets of small integers.

use super::{Complex, Tuple};
use crate::heap::{Ref, VmCell, new};
use crate::value::Value;

/// One slot of a set. Without a key it is empty, or was used (`hash` is then `USED`).
pub struct SetEntry {
    pub hash: u64,
    pub key: Value,
}

/// Slots of a set that never grew.
const MIN_SLOTS: usize = 8;
/// Neighbours tried before jumping.
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
/// Larger sets grow twofold, not fourfold.
const LARGE: usize = 50_000;
/// The hash of a slot whose key was taken out: later keys may stand behind it.
const USED: u64 = u64::MAX;

/// What a search for a key to be added comes to.
pub enum Place {
    /// The key is there.
    Taken,
    Empty(usize),
}

/// The table of a set. Iteration goes by slots.
pub struct SetTable {
    /// A power of two of slots; none before the first key.
    slots: Vec<SetEntry>,
    mask: usize,
    /// Keys.
    used: usize,
    /// Slots that are not empty.
    fill: usize,
    /// Where `pop` goes on looking.
    finger: usize,
}

impl Default for SetTable {
    fn default() -> SetTable {
        SetTable { slots: Vec::new(), mask: MIN_SLOTS - 1, used: 0, fill: 0, finger: 0 }
    }
}

impl SetEntry {
    const EMPTY: SetEntry = SetEntry { hash: 0, key: Value::UNSET };

    fn is_empty(&self) -> bool {
        self.key.is_unset() && self.hash != USED
    }
}

/// The order in which a table's slots are tried for a hash.
struct Probe {
    mask: usize,
    perturb: u64,
    base: usize,
    at: usize,
    left: usize,
}

impl Probe {
    fn new(hash: u64, mask: usize) -> Probe {
        let base = hash as usize & mask;
        Probe { mask, perturb: hash, base, at: base, left: Probe::neighbours(base, mask) }
    }

    fn neighbours(base: usize, mask: usize) -> usize {
        if base + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 }
    }

    fn advance(&mut self) {
        if self.left > 0 {
            self.left -= 1;
            self.at += 1;
            return;
        }
        self.perturb >>= PERTURB_SHIFT;
        self.base = self.base.wrapping_mul(5).wrapping_add(1).wrapping_add(self.perturb as usize) & self.mask;
        self.at = self.base;
        self.left = Probe::neighbours(self.base, self.mask);
    }
}

impl SetTable {
    pub fn len(&self) -> usize {
        self.used
    }

    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// The number of slots, for `__sizeof__`.
    pub fn capacity(&self) -> usize {
        self.mask + 1
    }

    /// The slot of the key that `same` accepts among those with this hash.
    #[inline]
    pub fn find(&self, hash: u64, mut same: impl FnMut(&Value) -> bool) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mut probe = Probe::new(hash, self.mask);
        loop {
            let entry = &self.slots[probe.at];
            if entry.key.is_unset() {
                if entry.hash != USED {
                    return None;
                }
            } else if entry.hash == hash && same(&entry.key) {
                return Some(probe.at);
            }
            probe.advance();
        }
    }

    /// Where a key goes that is not there: the first empty slot of its probe. None if slots were used before, or where
    /// `same` is not sure.
    #[inline]
    pub fn place_for(&self, hash: u64, mut same: impl FnMut(&Value) -> Option<bool>) -> Option<Place> {
        if self.fill != self.used || self.slots.is_empty() {
            return None;
        }
        let mut probe = Probe::new(hash, self.mask);
        loop {
            let entry = &self.slots[probe.at];
            if entry.key.is_unset() {
                return Some(Place::Empty(probe.at));
            }
            if entry.hash == hash && same(&entry.key)? {
                return Some(Place::Taken);
            }
            probe.advance();
        }
    }

    /// Adds a key where `place_for` told.
    pub fn put(&mut self, slot: usize, hash: u64, key: Value) {
        self.used += 1;
        self.slots[slot] = SetEntry { hash, key };
        self.fill += 1;
        if self.fill * 5 >= self.mask * 3 {
            self.resize(self.growth());
        }
    }

    /// Candidate number `from` among the keys with this hash, for comparisons that may run script code between steps.
    pub fn candidate(&self, hash: u64, from: usize) -> Option<usize> {
        let mut seen = 0;
        self.find(hash, |_| {
            seen += 1;
            seen > from
        })
    }

    /// The key in this slot, if there is one.
    pub fn key(&self, slot: usize) -> Option<&Value> {
        self.slots.get(slot).map(|e| &e.key).filter(|key| !key.is_unset())
    }

    /// The first key at or behind this slot, and its slot.
    #[inline]
    pub fn next_from(&self, slot: usize) -> Option<(usize, &SetEntry)> {
        let rest = self.slots.get(slot..)?;
        rest.iter().position(|e| !e.key.is_unset()).map(|i| (slot + i, &rest[i]))
    }

    /// Adds a key that is not there yet.
    pub fn push_new(&mut self, hash: u64, key: Value) {
        self.allocate();
        self.used += 1;
        let mut probe = Probe::new(hash, self.mask);
        let mut reusable = None;
        while !self.slots[probe.at].is_empty() {
            if self.slots[probe.at].key.is_unset() {
                reusable = Some(probe.at);
            }
            probe.advance();
        }
        if let Some(slot) = reusable {
            self.slots[slot] = SetEntry { hash, key };
            return;
        }
        self.slots[probe.at] = SetEntry { hash, key };
        self.fill += 1;
        if self.fill * 5 >= self.mask * 3 {
            self.resize(self.growth());
        }
    }

    fn allocate(&mut self) {
        if self.slots.is_empty() {
            self.slots.resize_with(self.mask + 1, || SetEntry::EMPTY);
        }
    }

    fn growth(&self) -> usize {
        if self.used > LARGE { self.used * 2 } else { self.used * 4 }
    }

    /// Puts a key into the first empty slot of its probe.
    fn place(&mut self, hash: u64, key: Value) {
        let mut probe = Probe::new(hash, self.mask);
        while !self.slots[probe.at].is_empty() {
            probe.advance();
        }
        self.slots[probe.at] = SetEntry { hash, key };
    }

    /// Moves all keys to a table with more than `min` slots.
    fn resize(&mut self, min: usize) {
        let mut size = MIN_SLOTS;
        while size <= min {
            size *= 2;
        }
        let old = std::mem::take(&mut self.slots);
        self.mask = size - 1;
        self.fill = self.used;
        self.allocate();
        for entry in old {
            if !entry.key.is_unset() {
                self.place(entry.hash, entry.key);
            }
        }
    }

    /// Makes room before `more` keys are merged in.
    pub fn reserve_for_merge(&mut self, more: usize) {
        if (self.fill + more) * 5 >= self.mask * 3 {
            self.resize((self.used + more) * 2);
        }
    }

    /// Drops used slots when they are many, as after a difference.
    pub fn shed_used(&mut self) {
        if self.fill - self.used > self.mask / 4 {
            self.resize(self.growth());
        }
    }

    /// Whether no slot was ever used since the table was made or cleared.
    pub fn is_fresh(&self) -> bool {
        self.fill == 0
    }

    /// What a new set made of this one's keys looks like.
    pub fn copy(&self) -> SetTable {
        self.copy_into(MIN_SLOTS)
    }

    /// What a fresh table with this many slots looks like when this one's keys have been merged into it.
    pub fn copy_into(&self, slots: usize) -> SetTable {
        let mut copy = SetTable { mask: slots - 1, ..SetTable::default() };
        if self.used == 0 {
            return copy;
        }
        copy.reserve_for_merge(self.used);
        copy.allocate();
        if copy.mask == self.mask && self.fill == self.used {
            for (to, from) in copy.slots.iter_mut().zip(&self.slots) {
                *to = SetEntry { hash: from.hash, key: from.key.clone() };
            }
        } else {
            for entry in self.iter() {
                copy.place(entry.hash, entry.key.clone());
            }
        }
        copy.used = self.used;
        copy.fill = self.used;
        copy
    }

    /// Takes out the key in this slot.
    pub fn remove(&mut self, slot: usize) -> Value {
        self.used -= 1;
        self.slots[slot].hash = USED;
        std::mem::replace(&mut self.slots[slot].key, Value::UNSET)
    }

    /// Takes out any key: the next one behind the place of the last `pop`.
    pub fn pop(&mut self) -> Option<Value> {
        if self.used == 0 {
            return None;
        }
        let start = self.finger & self.mask;
        let slot = self.next_from(start).or_else(|| self.next_from(0))?.0;
        self.finger = slot + 1;
        Some(self.remove(slot))
    }

    /// The keys with their hashes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &SetEntry> {
        self.slots.iter().filter(|e| !e.key.is_unset())
    }

    /// Copies of the keys with their hashes.
    pub fn entries(&self) -> Vec<(u64, Value)> {
        self.iter().map(|e| (e.hash, e.key.clone())).collect()
    }
}

/// A `set`.
pub struct Set {
    table: VmCell<SetTable>,
}

/// A `frozenset`.
pub struct FrozenSet {
    table: VmCell<SetTable>,
}

impl Set {
    pub fn with_table(table: SetTable) -> Set {
        Set { table: VmCell::new(table) }
    }

    /// An empty set that is not yet an object.
    pub fn empty() -> Set {
        Set::with_table(SetTable::default())
    }

    pub fn create(table: SetTable) -> Ref<Set> {
        new(&crate::types().set, Set::with_table(table))
    }

    /// The table. See `VmCell` for how long the reference may live.
    pub fn table(&self) -> &SetTable {
        self.table.get()
    }

    pub fn table_mut(&self) -> &mut SetTable {
        self.table.get_mut()
    }

    pub fn cell(&self) -> &VmCell<SetTable> {
        &self.table
    }

    /// Removes everything; the caller drops the old content.
    pub fn take(&self) -> SetTable {
        self.replace(SetTable::default())
    }

    /// Takes over another content, and goes on popping where it was; the caller drops the old content.
    pub fn replace(&self, mut table: SetTable) -> SetTable {
        table.finger = self.table.get().finger;
        self.table.replace(table)
    }
}

impl FrozenSet {
    pub fn with_table(table: SetTable) -> FrozenSet {
        FrozenSet { table: VmCell::new(table) }
    }

    pub fn create(table: SetTable) -> Ref<FrozenSet> {
        new(&crate::types().frozenset, FrozenSet::with_table(table))
    }

    pub fn table(&self) -> &SetTable {
        self.table.get()
    }

    pub fn cell(&self) -> &VmCell<SetTable> {
        &self.table
    }
}

impl Value {
    /// The table of a `set` or `frozenset` (or subclass).
    pub fn as_set_table(&self) -> Option<&SetTable> {
        self.as_set_cell().map(VmCell::get)
    }

    /// The cell that holds the table of a `set` or `frozenset` (or subclass).
    pub fn as_set_cell(&self) -> Option<&VmCell<SetTable>> {
        if let Some(s) = self.downcast::<Set>() {
            return Some(s.cell());
        }
        self.downcast::<FrozenSet>().map(FrozenSet::cell)
    }
}

/// The hash of a constant, as `hash()` gives it.
fn constant_hash(item: &Value) -> u64 {
    if let Some(items) = item.downcast::<Tuple>() {
        return crate::ops::hash::combine(items.items().iter().map(constant_hash));
    }
    if let Some(number) = item.downcast::<Complex>() {
        return crate::ops::hash::hash_complex(number);
    }
    crate::ops::hash::hash_plain(item).unwrap_or_default()
}

/// Whether two constants are equal.
fn same_constant(a: &Value, b: &Value) -> bool {
    match (a.downcast::<Tuple>(), b.downcast::<Tuple>()) {
        (Some(x), Some(y)) => x.len() == y.len() && x.items().iter().zip(y.items()).all(|(m, n)| same_constant(m, n)),
        _ => crate::ops::compare::same_plain(a, b),
    }
}

/// A frozenset of constants, which are all of builtin types.
pub fn frozen_of_constants(items: Vec<Value>) -> Value {
    let mut table = SetTable::default();
    for item in items {
        let hash = constant_hash(&item);
        if table.find(hash, |key| same_constant(key, &item)).is_none() {
            table.push_new(hash, item);
        }
    }
    FrozenSet::create(table).into_value()
}
