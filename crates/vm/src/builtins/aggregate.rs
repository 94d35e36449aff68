//! Builtin functions that reduce an iterable: `all`, `any`, `sum`, `min`, `max`, `sorted`.

use crate::args::unset;
use crate::heap::Kind;
use crate::objects::{Accumulator, List, NativeFn, Total, int};
use crate::ops::compare::Cmp;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Request, Res, Vm};

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
    if vm.draws_from_frames(&args.pos()[0]) {
        return Err(vm.drain(&args.pos()[0], Accumulator::Truth { wanted: false }));
    }
    Ok(Value::bool(!has_truth(vm, &args.pos()[0], false)?))
}

fn any(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "any", 1, 1)?;
    if vm.draws_from_frames(&args.pos()[0]) {
        return Err(vm.drain(&args.pos()[0], Accumulator::Truth { wanted: true }));
    }
    Ok(Value::bool(has_truth(vm, &args.pos()[0], true)?))
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
    let mut total = Total::of(start);
    if vm.draws_from_frames(iterable) {
        return Err(vm.drain(iterable, Accumulator::Sum(total)));
    }
    let iterator = vm.iter(iterable)?;
    while let Some(item) = vm.next(&iterator)? {
        total.add(vm, &item)?;
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
        if vm.holds(beats, value, best)? {
            best = value;
        }
    }
    Ok(best.clone())
}

/// The first item that no other one beats.
fn extreme(vm: &mut Vm, args: Args<'_>, name: &'static str, beats: Cmp) -> Res {
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
    if values.len() > 1 && default.is_some() {
        let message = format!("Cannot specify a default for {name}() with multiple positional arguments");
        return Err(vm.type_error(message));
    }
    if values.len() > 1 && key.is_none() {
        return extreme_of_values(vm, values, beats);
    }
    let several;
    let source = if let [iterable] = values {
        iterable
    } else {
        several = crate::objects::tuple(values.to_vec());
        &several
    };
    let mut extreme = Accumulator::Extreme { name, beats, best: None, default: default.cloned() };
    let key = key.unwrap_or(Value::UNSET);
    if vm.draws_from_frames(source) || !key.is_unset() && !key.is_kind(Kind::Native) {
        let iterable = source.clone();
        return Err(vm.request(Request::Drain { iterable, into: extreme, key }));
    }
    vm.for_each(source, |vm, item| {
        let rank = if key.is_unset() { Value::UNSET } else { vm.call(&key, std::slice::from_ref(&item))? };
        extreme.feed(vm, item, rank).map(|_| true)
    })?;
    extreme.finish(vm)
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
    let key = key.filter(|k| !k.is_none()).cloned().unwrap_or(Value::UNSET);
    if vm.collects_from_frames(&args.pos()[0]) {
        let state = crate::objects::tuple(vec![key, Value::bool(reverse)]);
        let collected = Err(vm.drain(&args.pos()[0], Accumulator::List(Vec::new())));
        return vm.and_then(collected, sort_collected, state);
    }
    let items = List::create(vm.collect(&args.pos()[0])?);
    crate::types::list::sort_list(vm, items.clone(), key, reverse, items.into_value())
}

/// `sorted` has its items: state is the key function and whether to reverse.
fn sort_collected(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let items = outcome.result(vm)?;
    match (items.as_ref::<List>(), state.as_items()) {
        (Some(list), Some([key, reverse])) => {
            let sorted = crate::types::list::sort_list(vm, list, key.clone(), reverse.is_true(), items.clone());
            vm.last_act(sorted)
        }
        _ => Ok(items),
    }
}
