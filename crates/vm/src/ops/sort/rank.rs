//! Keys as machine integers: what can be said of their order without looking at them again.

use crate::heap::Kind;
use crate::objects::{Str, Tuple};
use crate::value::Value;
use crate::{class_of, types};
use std::cmp::Ordering;

/// A key's place among the keys, and its rank: of two keys, the one with the lower rank is less.
#[derive(Clone, Copy)]
pub(super) struct Ranked {
    pub rank: i64,
    pub at: usize,
}

/// What keys of equal rank are.
pub(super) enum Tie {
    /// Equal.
    Equal,
    /// Ordered by `compare`; for tuples column by column.
    Order(Vec<Column>),
    /// Whatever their methods say.
    Ask,
}

/// Values that are ordered without script code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// Immediate integers and truth values.
    Ints,
    /// Floats that are no NaN, and integers that are exact as floats.
    Floats,
    /// Instances of exactly `str`.
    Texts,
}

/// Integers up to this are exact as floats.
const EXACT: i64 = 1 << 53;

fn small(value: &Value) -> Option<i64> {
    if value.is_bool() { Some(i64::from(value.is_true())) } else { value.as_small_int() }
}

fn exact_float(value: &Value) -> Option<f64> {
    match small(value) {
        Some(n) => (-EXACT..=EXACT).contains(&n).then_some(n as f64),
        None => value.as_small_float().filter(|x| !x.is_nan()),
    }
}

fn exact_text(value: &Value) -> Option<&Str> {
    value.downcast::<Str>().filter(|_| class_of(value).is(&types().str))
}

fn exact_tuple(value: &Value) -> Option<&[Value]> {
    let tuple = value.downcast::<Tuple>().filter(|_| class_of(value).is(&types().tuple))?;
    Some(tuple.items())
}

impl Column {
    /// What all values are, if that is one thing.
    fn of<'a>(values: impl Iterator<Item = Option<&'a Value>> + Clone) -> Option<Column> {
        let mut all = values.clone();
        match all.next()?? {
            text if text.is_kind(Kind::Str) => {
                values.map(|value| exact_text(value?)).all(|text| text.is_some()).then_some(Column::Texts)
            }
            number if small(number).is_some() && all.all(|value| value.and_then(small).is_some()) => Some(Column::Ints),
            _ => values.map(|value| exact_float(value?)).all(|x| x.is_some()).then_some(Column::Floats),
        }
    }

    fn rank(self, value: &Value) -> i64 {
        match self {
            Column::Ints => small(value).unwrap_or_default(),
            Column::Floats => rank_of_float(exact_float(value).unwrap_or_default()),
            Column::Texts => exact_text(value).map_or(0, |text| rank_of_text(text.as_bytes())),
        }
    }

    fn compare(self, a: &Value, b: &Value) -> Ordering {
        match self {
            Column::Texts => exact_text(a).map(Str::as_bytes).cmp(&exact_text(b).map(Str::as_bytes)),
            _ => self.rank(a).cmp(&self.rank(b)),
        }
    }
}

/// An integer in the order of floats; both zeros have the same.
fn rank_of_float(x: f64) -> i64 {
    let bits = (x + 0.0).to_bits() as i64;
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

/// The first bytes of a text as a number.
fn rank_of_text(text: &[u8]) -> i64 {
    let mut first = [0; 8];
    let len = text.len().min(8);
    first[..len].copy_from_slice(&text[..len]);
    (u64::from_be_bytes(first) ^ 1 << 63) as i64
}

/// The keys in their order, with ranks, and what equal ranks mean.
pub(super) fn ranks(keys: &[Value]) -> (Vec<Ranked>, Tie) {
    let ranked = |rank: &dyn Fn(&Value) -> i64| {
        keys.iter().enumerate().map(|(at, key)| Ranked { rank: rank(key), at }).collect::<Vec<_>>()
    };
    if let Some(column) = Column::of(keys.iter().map(Some)) {
        let tie = if column == Column::Texts { Tie::Order(vec![column]) } else { Tie::Equal };
        return (ranked(&|key| column.rank(key)), tie);
    }
    let width = keys.first().and_then(exact_tuple).map_or(0, <[Value]>::len);
    let tuples = width > 0 && keys.iter().all(|key| exact_tuple(key).is_some_and(|items| items.len() == width));
    let column = |n: usize| Column::of(keys.iter().map(move |key| exact_tuple(key)?.get(n)));
    let Some(leading) = tuples.then(|| column(0)).flatten() else { return (ranked(&|_| 0), Tie::Ask) };
    let order = ranked(&|key| exact_tuple(key).and_then(<[Value]>::first).map_or(0, |item| leading.rank(item)));
    let columns: Option<Vec<Column>> = (1..width).map(column).collect();
    let tie = match columns {
        Some(others) => Tie::Order([vec![leading], others].concat()),
        None => Tie::Ask,
    };
    (order, tie)
}

/// The order of two keys of one rank: of texts by a single column, of tuples by one for each item.
pub(super) fn compare(columns: &[Column], a: &Value, b: &Value) -> Ordering {
    let (Some(x), Some(y)) = (exact_tuple(a), exact_tuple(b)) else {
        return columns.first().map_or(Ordering::Equal, |column| column.compare(a, b));
    };
    let pairs = columns.iter().zip(x.iter().zip(y));
    pairs.map(|(column, (x, y))| column.compare(x, y)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}
