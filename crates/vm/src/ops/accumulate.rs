//! What builtins make of items that come one by one.

use super::arith::{BinOp, is_builtin};
use super::compare::{Cmp, plain_compare};
use super::truth::plain_truth;
use crate::objects::{Accumulator, Fed, Total, Wanted, float, int, list, tuple};
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

    /// The sum as an object of its own.
    fn into_value(self) -> Value {
        match self {
            Total::Any(value) => value,
            total => total.value(),
        }
    }

    /// Whether only the language can tell what more comes to.
    fn is_object(&self) -> bool {
        matches!(self, Total::Any(value) if !is_builtin(value))
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

    /// Adds a float to floats, if it is that.
    #[inline(always)]
    fn adds_float(&mut self, item: &Value) -> bool {
        match (&*self, item.as_small_float()) {
            (Total::Float { sum, lost }, Some(x)) => {
                *self = Total::with_float(*sum, *lost, x);
                true
            }
            _ => false,
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

/// Whether an item is the wanted value, or equal to it.
fn find(vm: &mut Vm, wanted: &Value, item: Value) -> Res<Fed> {
    let found = match item.is(wanted) {
        true => true,
        false => match vm.holds_plainly(Cmp::Eq, &item, wanted)? {
            Some(equal) => equal,
            None => return Ok(Fed::Asks(Box::new(Wanted::Equal { item, value: wanted.clone() }))),
        },
    };
    Ok(if found { Fed::Ends(Value::TRUE) } else { Fed::Taken })
}

/// What a function gave that was handed an item.
pub fn taken(value: Value) -> Fed {
    if value.is_none() { Fed::Taken } else { Fed::Ends(value) }
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

    /// Takes an item for which there is no key function, if that is quickly done and does not end it.
    #[inline(always)]
    pub fn takes_quickly(&mut self, item: &Value) -> bool {
        match self {
            Accumulator::Sum(total) => total.adds_plainly(item) || total.adds_float(item),
            Accumulator::Truth { wanted } => plain_truth(item) == Some(!*wanted),
            Accumulator::Extreme { beats, best: Some(best), .. } => match plain_compare(*beats, item, &best.1) {
                Some(true) => {
                    *best = (item.clone(), item.clone());
                    true
                }
                known => known.is_some(),
            },
            Accumulator::Search { wanted } => !item.is(wanted) && plain_compare(Cmp::Eq, item, wanted) == Some(false),
            _ => false,
        }
    }

    /// Takes an item, and what the key function made of it if there is one.
    pub fn feed(&mut self, vm: &mut Vm, item: Value, rank: Value) -> Res<Fed> {
        match self {
            Accumulator::List(items) | Accumulator::Tuple(items) => items.push(item),
            Accumulator::Ranks(ranks) => ranks.push(rank),
            Accumulator::Few { items, most } => {
                items.push(item);
                if items.len() >= *most {
                    return Ok(Fed::Ends(list(std::mem::take(items))));
                }
            }
            Accumulator::Extend { list, .. } => list.push(item),
            Accumulator::Fill { set, .. } => {
                if vm.set_add_plainly(set, &item)?.is_none() {
                    return Ok(Fed::Asks(Box::new(Wanted::Element { set: set.value().clone(), item })));
                }
            }
            Accumulator::Sum(total) if is_builtin(&item) && !total.is_object() => total.add(vm, &item)?,
            Accumulator::Sum(total) => {
                let total = std::mem::replace(total, Total::Int(0)).into_value();
                return Ok(Fed::Asks(Box::new(Wanted::Sum { total, item })));
            }
            Accumulator::Product(total) if is_builtin(&item) && is_builtin(total) => {
                *total = vm.binary(BinOp::Mul, total, &item)?;
            }
            Accumulator::Product(total) => {
                let total = std::mem::replace(total, Value::UNSET);
                return Ok(Fed::Asks(Box::new(Wanted::Product { total, item })));
            }
            Accumulator::Truth { .. } => {
                return match plain_truth(&item) {
                    Some(truth) => Ok(self.told(truth, item, rank)),
                    None => Ok(Fed::Asks(Box::new(Wanted::Truth { item }))),
                };
            }
            Accumulator::Search { wanted } => return find(vm, wanted, item),
            Accumulator::Each { take, state, .. } => {
                let result = take(vm, state, item);
                return match (result, vm.request.take()) {
                    (Ok(value), _) => Ok(taken(value)),
                    (Err(_), Some(request)) => Ok(Fed::Asks(Box::new(Wanted::Request { request }))),
                    (Err(thrown), None) => Err(thrown),
                };
            }
            Accumulator::Extreme { beats, best, .. } => {
                let rank = if rank.is_unset() { item.clone() } else { rank };
                let better = match best {
                    None => true,
                    Some((_, champion)) => match vm.holds_plainly(*beats, &rank, champion)? {
                        Some(better) => better,
                        None => {
                            let (op, champion) = (*beats, champion.clone());
                            return Ok(Fed::Asks(Box::new(Wanted::Beats { op, item, rank, champion })));
                        }
                    },
                };
                return Ok(self.told(better, item, rank));
            }
        }
        Ok(Fed::Taken)
    }

    /// Takes the answer to what was asked about an item.
    pub fn told(&mut self, answer: bool, item: Value, rank: Value) -> Fed {
        match self {
            Accumulator::Truth { wanted } if answer == *wanted => return Fed::Ends(Value::bool(answer)),
            Accumulator::Search { .. } if answer => return Fed::Ends(Value::TRUE),
            Accumulator::Extreme { best, .. } if answer => *best = Some((item, rank)),
            _ => {}
        }
        Fed::Taken
    }

    /// Takes the sum or product that was asked for.
    pub fn summed(&mut self, sum: Value) {
        match self {
            Accumulator::Sum(total) => *total = Total::of(sum),
            Accumulator::Product(total) => *total = sum,
            _ => {}
        }
    }

    /// There are no more items.
    pub fn finish(&mut self, vm: &mut Vm) -> Res {
        Ok(match self {
            Accumulator::List(items) | Accumulator::Ranks(items) | Accumulator::Few { items, .. } => {
                list(std::mem::take(items))
            }
            Accumulator::Tuple(items) => tuple(std::mem::take(items)),
            Accumulator::Extend { result, .. }
            | Accumulator::Fill { result, .. }
            | Accumulator::Each { result, .. } => result.clone(),
            Accumulator::Sum(total) => total.value(),
            Accumulator::Product(total) => std::mem::replace(total, Value::UNSET),
            Accumulator::Truth { wanted } => Value::bool(!*wanted),
            Accumulator::Search { .. } => Value::FALSE,
            Accumulator::Extreme { name, best, default, .. } => match (best.take(), default.take()) {
                (Some((item, _)), _) => item,
                (None, Some(default)) => default,
                (None, None) => return Err(vm.value_error(format!("{name}() iterable argument is empty"))),
            },
        })
    }
}
