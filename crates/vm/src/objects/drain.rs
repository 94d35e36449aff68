//! What builtins make of an iterable whose items come out of frames: see `dispatch/drain.rs`.

use super::{List, Set};
use crate::heap::{Ref, VmCell};
use crate::ops::compare::Cmp;
use crate::value::Value;
use crate::{Request, Res, Vm};

/// Native state that takes items one by one.
pub struct Drain {
    pub into: VmCell<Accumulator>,
}

/// What becomes of the items; `ops/accumulate.rs` says how.
pub enum Accumulator {
    /// A list of them.
    List(Vec<Value>),
    /// A tuple of them.
    Tuple(Vec<Value>),
    /// A list of what the key function makes of them.
    Ranks(Vec<Value>),
    /// A list of the first few, and whatever more there is stays where it is.
    Few {
        items: Vec<Value>,
        most: usize,
    },
    /// They go to the end of a list; `result` is what comes of it.
    Extend {
        list: Ref<List>,
        result: Value,
    },
    /// They go into a set.
    Fill {
        set: Ref<Set>,
        result: Value,
    },
    Sum(Total),
    /// The product with what there is.
    Product(Value),
    /// Whether one is equal to a value.
    Search {
        wanted: Value,
    },
    /// Each is handed to a function with a state, until it gives something other than None, or there are no more and `result`
    /// comes of it.
    Each {
        take: Take,
        state: Value,
        result: Value,
    },
    /// Whether there is one of this truth: `any` and `all`.
    Truth {
        wanted: bool,
    },
    /// The first that none beats, by its rank.
    Extreme {
        name: &'static str,
        beats: Cmp,
        best: Option<(Value, Value)>,
        default: Option<Value>,
    },
}

/// Does something with an item, for which it may make a request.
pub type Take = fn(&mut Vm, state: &Value, item: Value) -> Res;

/// What comes of an item that was handed over.
pub enum Fed {
    /// The next one may come.
    Taken,
    /// This is the result.
    Ends(Value),
    /// An instruction has to find out, which the language may have a say in.
    Asks(Box<Wanted>),
}

/// What an instruction is to find out of an item.
pub enum Wanted {
    /// Nothing: the iterator's next item may come.
    Next,
    /// The item itself, which a request comes to, as the iterator's next one.
    Item { request: Request },
    /// What the key function makes of it.
    Rank { item: Value },
    /// What the key function requested to make something of it.
    Ranked { item: Value, request: Request },
    /// Its truth.
    Truth { item: Value },
    /// Whether its rank beats another one.
    Beats { op: Cmp, item: Value, rank: Value, champion: Value },
    /// Whether it is equal to a value.
    Equal { item: Value, value: Value },
    /// Its sum with what there is.
    Sum { total: Value, item: Value },
    /// Its product with what there is.
    Product { total: Value, item: Value },
    /// That it be put into a set.
    Element { set: Value, item: Value },
    /// What a function asks for that was handed it.
    Request { request: Request },
}

/// A running sum: of machine integers, of floats with what rounding lost, or of any objects.
pub enum Total {
    Int(i64),
    Float { sum: f64, lost: f64 },
    Any(Value),
}
