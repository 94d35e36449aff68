//! Iterators of the builtin types, and the lazy builtins `enumerate`, `zip`, `map`, `filter`.

use crate::heap::VmCell;
use crate::value::Value;
use std::cell::Cell;

/// Iterates by index: list, tuple, str, bytes, bytearray, range objects' reverse, anything with `__getitem__`.
pub struct SeqIter {
    /// Unset once exhausted.
    pub sequence: VmCell<Value>,
    pub index: Cell<usize>,
    /// From the index down to 0.
    pub reversed: bool,
    /// Items are asked for by `__getitem__`, which may be in the language.
    pub asks: bool,
}

impl SeqIter {
    /// An item was taken.
    pub fn advance(&self) {
        let index = self.index.get();
        if !self.reversed {
            self.index.set(index + 1);
        } else if index > 0 {
            self.index.set(index - 1);
        } else {
            drop(self.sequence.replace(Value::UNSET));
        }
    }
}

/// Iterates a range of machine integers.
pub struct RangeIter {
    pub next: Cell<i64>,
    pub step: i64,
    pub left: Cell<u64>,
}

/// A `range`; start, stop and step are ints of any size.
pub struct Range {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

/// A `slice`.
pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

/// What an iterator or view of a dict gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DictPart {
    Keys,
    Values,
    Items,
    /// The elements of a set.
    Elements,
}

/// Iterates a dict or set; raises RuntimeError if its size changes.
pub struct DictIter {
    /// Unset once exhausted.
    pub dict: VmCell<Value>,
    pub part: DictPart,
    pub position: Cell<usize>,
    /// The size at the beginning.
    pub size: usize,
    /// How many items are still to come.
    pub left: Cell<usize>,
    pub reversed: bool,
}

/// `dict_keys`, `dict_values`, `dict_items`.
pub struct DictView {
    pub dict: Value,
    pub part: DictPart,
}

/// An `enumerate`.
pub struct Enumerate {
    pub iterator: Value,
    /// Whether native code can draw from the source without a frame in the language.
    pub plain: bool,
    pub count: VmCell<Value>,
}

/// A `zip`.
pub struct Zip {
    pub iterators: Vec<Value>,
    /// As for `Enumerate`, for all sources.
    pub plain: bool,
    pub strict: bool,
}

/// A `map`.
pub struct Map {
    pub function: Value,
    pub iterators: Vec<Value>,
}

/// A `filter`.
pub struct Filter {
    pub function: Value,
    pub iterator: Value,
}

/// `iter(callable, sentinel)`.
pub struct CallIter {
    /// Unset once exhausted.
    pub callable: VmCell<Value>,
    pub sentinel: Value,
}
