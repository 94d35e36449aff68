//! Sets and frozensets.

use super::dict::Table;
use crate::heap::{Ref, VmCell, new};
use crate::value::Value;

/// A `set`: keys in a table, values unused.
pub struct Set {
    table: VmCell<Table>,
}

/// A `frozenset`.
pub struct FrozenSet {
    table: VmCell<Table>,
}

impl Set {
    pub fn with_table(table: Table) -> Set {
        Set { table: VmCell::new(table) }
    }

    pub fn create(table: Table) -> Ref<Set> {
        new(&crate::types().set, Set::with_table(table))
    }

    pub fn table(&self) -> &Table {
        self.table.get()
    }

    pub fn table_mut(&self) -> &mut Table {
        self.table.get_mut()
    }
}

impl FrozenSet {
    pub fn with_table(table: Table) -> FrozenSet {
        FrozenSet { table: VmCell::new(table) }
    }

    pub fn create(table: Table) -> Ref<FrozenSet> {
        new(&crate::types().frozenset, FrozenSet::with_table(table))
    }

    pub fn table(&self) -> &Table {
        self.table.get()
    }
}

impl Value {
    /// The table of a `set` or `frozenset` (or subclass).
    pub fn as_set_table(&self) -> Option<&Table> {
        if let Some(s) = self.downcast::<Set>() {
            return Some(s.table());
        }
        self.downcast::<FrozenSet>().map(FrozenSet::table)
    }
}

/// A frozenset of constants, which are all of builtin types.
pub fn frozen_of_constants(items: Vec<Value>) -> Value {
    let mut table = Table::default();
    for item in items {
        let hash = crate::ops::hash::hash_plain(&item).unwrap_or_default();
        if table.find(hash, |key| crate::ops::compare::same_plain(key, &item)).is_none() {
            table.push_new(hash, item, Value::NONE);
        }
    }
    FrozenSet::create(table).into_value()
}
