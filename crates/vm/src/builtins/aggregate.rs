//! Builtin functions that reduce an iterable: `all`, `any`, `sum`, `min`, `max`, `sorted`.

use crate::args::unset;
use crate::heap::Kind;
use crate::objects::{List, NativeFn, float, int};
use crate::ops::arith::BinOp;
use crate::ops::compare::{Cmp, plain_compare};
use crate::value::Value;
use crate::{Args, Res, Vm, class_of, types};

pub const FUNCTIONS: &[(&str, NativeFn)] =
    &[("all", all), ("any", any), ("sum", sum), ("min", min), ("max", max), ("sorted", sorted)];

/// Whether some item's truth is `wanted`.
fn has_truth(vm: &mut Vm, iterable: &Value, wanted: bool) -> Res<bool> {
    let mut found = false;
    vm.for_each(iterable, |vm, item| {
        found = vm.truth(&item)? == wanted;
        Ok(!found)
    })?;
    Ok(found)
}

fn all(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "all", 1, 1)?;
    Ok(Value::bool(!has_truth(vm, &args.pos()[0], false)?))
}

fn any(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "any", 1, 1)?;
    Ok(Value::bool(has_truth(vm, &args.pos()[0], true)?))
}

/// The number of a `float`, not of an instance of a subclass.
fn exact_float(value: &Value) -> Option<f64> {
    if value.is_heap() && !class_of(value).is(&types().float) { None } else { value.as_float() }
}

/// A running sum: of machine integers, of floats with what rounding lost, or of any objects.
enum Total {
    Int(i64),
    Float { sum: f64, lost: f64 },
    Any(Value),
}

impl Total {
    fn of(start: Value) -> Total {
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

    fn value(self) -> Value {
        match self {
            Total::Int(n) => int(n),
            // An infinite or undefined correction would spoil the sum.
            Total::Float { sum, lost } => float(if lost != 0.0 && lost.is_finite() { sum + lost } else { sum }),
            Total::Any(value) => value,
        }
    }

    fn add(self, vm: &mut Vm, item: &Value) -> Res<Total> {
        match (&self, item.as_small_int(), exact_float(item)) {
            (Total::Int(n), Some(m), _) => {
                if let Some(sum) = n.checked_add(m) {
                    return Ok(Total::Int(sum));
                }
            }
            (Total::Int(n), None, Some(x)) => return Ok(Total::with_float(*n as f64, 0.0, x)),
            (Total::Float { sum, lost }, None, Some(x)) => return Ok(Total::with_float(*sum, *lost, x)),
            (Total::Float { sum, lost }, Some(m), _) => return Ok(Total::Float { sum: sum + m as f64, lost: *lost }),
            _ => {}
        }
        let total = self.value();
        let next = vm.binary(BinOp::Add, &total, item)?;
        Ok(match next.as_small_int() {
            Some(n) => Total::Int(n),
            None => Total::of(next),
        })
    }
}

fn sum(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.pos().is_empty() {
        return Err(vm.type_error("sum() takes at least 1 positional argument (0 given)"));
    }
    let [iterable, start] = args.bind(vm, "sum", ["/iterable", "start"], 1)?;
    let iterable = iterable.unwrap_or(unset());
    let start = start.cloned().unwrap_or_else(|| int(0));
    let refusal = match start.kind() {
        Some(Kind::Str) => Some("sum() can't sum strings [use ''.join(seq) instead]"),
        Some(Kind::Bytes) => Some("sum() can't sum bytes [use b''.join(seq) instead]"),
        Some(Kind::ByteArray) => Some("sum() can't sum bytearray [use b''.join(seq) instead]"),
        _ => None,
    };
    if let Some(message) = refusal {
        return Err(vm.type_error(message));
    }
    let iterator = vm.iter(iterable)?;
    let mut total = Total::of(start);
    while let Some(item) = vm.next(&iterator)? {
        total = total.add(vm, &item)?;
    }
    Ok(total.value())
}

fn min(vm: &mut Vm, args: Args<'_>) -> Res {
    extreme(vm, args, "min", Cmp::Lt)
}

fn max(vm: &mut Vm, args: Args<'_>) -> Res {
    extreme(vm, args, "max", Cmp::Gt)
}

/// The first of several arguments that no other one beats.
fn extreme_of_values(vm: &mut Vm, values: &[Value], beats: Cmp) -> Res {
    let mut best = values.first().unwrap_or(unset());
    for value in values.iter().skip(1) {
        if is_better(vm, beats, value, best)? {
            best = value;
        }
    }
    Ok(best.clone())
}

fn is_better(vm: &mut Vm, beats: Cmp, rank: &Value, champion: &Value) -> Res<bool> {
    if let Some(better) = plain_compare(beats, rank, champion) {
        return Ok(better);
    }
    let answer = vm.compare(beats, rank, champion)?;
    vm.truth(&answer)
}

/// The first item that no other one beats.
fn extreme(vm: &mut Vm, args: Args<'_>, name: &str, beats: Cmp) -> Res {
    if args.len() > 1 && !args.has_keywords() {
        return extreme_of_values(vm, args.pos(), beats);
    }
    for (keyword, _) in args.keywords() {
        let keyword = crate::types::text_of(keyword);
        if !matches!(keyword.as_str(), "key" | "default") {
            return Err(vm.type_error(format!("{name}() got an unexpected keyword argument '{keyword}'")));
        }
    }
    let key = args.keyword("key").filter(|k| !k.is_none()).cloned();
    let default = args.keyword("default");
    let values = args.pos();
    if values.is_empty() {
        return Err(vm.type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    let several = crate::objects::tuple(values.to_vec());
    let source = if let [iterable] = values { iterable } else { &several };
    if values.len() > 1 && default.is_some() {
        let message = format!("Cannot specify a default for {name}() with multiple positional arguments");
        return Err(vm.type_error(message));
    }
    let mut best: Option<(Value, Value)> = None;
    vm.for_each(source, |vm, item| {
        let rank = match &key {
            Some(key) => vm.call(key, std::slice::from_ref(&item))?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((_, champion)) => is_better(vm, beats, &rank, champion)?,
        };
        if better {
            best = Some((item, rank));
        }
        Ok(true)
    })?;
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(vm.value_error(format!("{name}() iterable argument is empty"))),
    }
}

fn sorted(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.len() != 1 {
        let given = args.len();
        return Err(vm.type_error(format!("sorted expected 1 argument, got {given}")));
    }
    let [_, key, reverse] = args.bind(vm, "sort", ["/iterable", "*key", "*reverse"], 1)?;
    let reverse = match reverse {
        Some(flag) => vm.truth(flag)?,
        None => false,
    };
    let items = List::create(vm.collect(&args.pos()[0])?);
    crate::types::list::sort_list(vm, &items, key.filter(|k| !k.is_none()), reverse)?;
    Ok(items.into_value())
}
