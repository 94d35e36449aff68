//! What builtins make of items that come one by one.

use super::arith::BinOp;
use crate::objects::{Accumulator, Total, float, int, list, tuple};
use crate::value::Value;
use crate::{Res, Vm, class_of, types};

/// The number of a `float`, not of an instance of a subclass.
fn exact_float(value: &Value) -> Option<f64> {
    if value.is_heap() && !class_of(value).is(&types().float) { None } else { value.as_float() }
}

impl Total {
    /// A sum that starts with a value.
    pub fn of(start: Value) -> Total {
        if let Some(n) = start.as_small_int() {
            return Total::Int(n);
        }
        match exact_float(&start) {
            Some(x) => Total::Float { sum: x, lost: 0.0 },
            None => Total::Any(start),
        }
    }

    /// Adds a float to a float, keeping the part that doesn't fit.
    fn with_float(sum: f64, lost: f64, x: f64) -> Total {
        let total = sum + x;
        let rest = if sum.abs() >= x.abs() { (sum - total) + x } else { (x - total) + sum };
        Total::Float { sum: total, lost: lost + rest }
    }

    /// The sum as an object.
    pub fn value(&self) -> Value {
        match self {
            Total::Int(n) => int(*n),
            // An infinite or undefined correction would spoil the sum.
            Total::Float { sum, lost } => float(if *lost != 0.0 && lost.is_finite() { sum + lost } else { *sum }),
            Total::Any(value) => value.clone(),
        }
    }

    /// Adds a small integer or a truth value to a machine integer, if it is that.
    #[inline(always)]
    fn adds_plainly(&mut self, item: &Value) -> bool {
        let Total::Int(total) = self else { return false };
        let n = match item.as_small_int() {
            Some(n) => n,
            None if item.is_bool() => i64::from(item.is_true()),
            None => return false,
        };
        match total.checked_add(n) {
            Some(sum) => {
                *total = sum;
                true
            }
            None => false,
        }
    }

    /// Adds an item.
    #[inline]
    pub fn add(&mut self, vm: &mut Vm, item: &Value) -> Res<()> {
        if self.adds_plainly(item) { Ok(()) } else { self.add_any(vm, item) }
    }

    fn add_any(&mut self, vm: &mut Vm, item: &Value) -> Res<()> {
        *self = match (&*self, item.as_small_int(), exact_float(item)) {
            (Total::Int(n), None, Some(x)) => Total::with_float(*n as f64, 0.0, x),
            (Total::Float { sum, lost }, None, Some(x)) => Total::with_float(*sum, *lost, x),
            (Total::Float { sum, lost }, Some(m), _) => Total::Float { sum: sum + m as f64, lost: *lost },
            _ => {
                let next = match std::mem::replace(self, Total::Int(0)) {
                    // Nobody else holds the sum: what can grow in place may.
                    Total::Any(total) => vm.binary(BinOp::Add, &total, item)?,
                    total => vm.binary(BinOp::Add, &total.value(), item)?,
                };
                match next.as_small_int() {
                    Some(n) => Total::Int(n),
                    None => Total::of(next),
                }
            }
        };
        Ok(())
    }
}

impl Accumulator {
    /// Takes an item of `sum`, `any`, `all`, `min` or `max` that is a small integer or a truth value and does not end it:
    /// nothing that need be dropped. `rank` is what a key function made of it, or unset.
    #[inline(always)]
    pub fn takes_plainly(&mut self, item: &Value, rank: &Value) -> bool {
        match self {
            Accumulator::Sum(total) => total.adds_plainly(item),
            Accumulator::Truth { wanted } => item.is_bool() && item.is_true() != *wanted,
            Accumulator::Extreme { beats, best: Some((best, champion)), .. } => {
                if !rank.is_unset() || !Value::both_small_ints(item, champion) || !best.is_small_int() {
                    return false;
                }
                if beats.accepts((item.bits() as i64).cmp(&(champion.bits() as i64))) {
                    (*best, *champion) = (item.clone(), item.clone());
                }
                true
            }
            _ => false,
        }
    }

    /// Takes an item, and what the key function made of it if there is one. Some if that is the end.
    pub fn feed(&mut self, vm: &mut Vm, item: Value, rank: Value) -> Res<Option<Value>> {
        match self {
            Accumulator::List(items) | Accumulator::Tuple(items) => items.push(item),
            Accumulator::Ranks(ranks) => ranks.push(rank),
            Accumulator::Few { items, most } => {
                items.push(item);
                if items.len() >= *most {
                    return Ok(Some(list(std::mem::take(items))));
                }
            }
            Accumulator::Extend { list, .. } => list.push(item),
            Accumulator::Fill { set, .. } => vm.set_add(set, item)?,
            Accumulator::Sum(total) => total.add(vm, &item)?,
            Accumulator::Truth { wanted } => {
                if vm.truth(&item)? == *wanted {
                    return Ok(Some(Value::bool(*wanted)));
                }
            }
            Accumulator::Extreme { beats, best, .. } => {
                let rank = if rank.is_unset() { item.clone() } else { rank };
                let better = match best {
                    None => true,
                    Some((_, champion)) => vm.holds(*beats, &rank, champion)?,
                };
                if better {
                    *best = Some((item, rank));
                }
            }
        }
        Ok(None)
    }

    /// There are no more items.
    pub fn finish(&mut self, vm: &mut Vm) -> Res {
        Ok(match self {
            Accumulator::List(items) | Accumulator::Ranks(items) | Accumulator::Few { items, .. } => {
                list(std::mem::take(items))
            }
            Accumulator::Tuple(items) => tuple(std::mem::take(items)),
            Accumulator::Extend { result, .. } | Accumulator::Fill { result, .. } => result.clone(),
            Accumulator::Sum(total) => total.value(),
            Accumulator::Truth { wanted } => Value::bool(!*wanted),
            Accumulator::Extreme { name, best, default, .. } => match (best.take(), default.take()) {
                (Some((item, _)), _) => item,
                (None, Some(default)) => default,
                (None, None) => return Err(vm.value_error(format!("{name}() iterable argument is empty"))),
            },
        })
    }
}
