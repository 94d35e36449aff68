//! Builtin functions that reduce an iterable: `all`, `any`, `sum`, `min`, `max`, `sorted`.

use crate::args::unset;
use crate::heap::Kind;
use crate::objects::{Accumulator, List, NativeFn, Total, int, tuple};
use crate::ops::compare::{Cmp, plain_compare};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Res, Vm};

pub const FUNCTIONS: &[(&str, NativeFn)] =
    &[("all", all), ("any", any), ("sum", sum), ("min", min), ("max", max), ("sorted", sorted)];

fn all(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "all", 1, 1)?;
    vm.accumulate(&args.pos()[0], Accumulator::Truth { wanted: false }, unset())
}

fn any(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "any", 1, 1)?;
    vm.accumulate(&args.pos()[0], Accumulator::Truth { wanted: true }, unset())
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
    vm.accumulate(iterable, Accumulator::Sum(Total::of(start)), unset())
}

fn min(vm: &mut Vm, args: Args<'_>) -> Res {
    extreme(vm, args, "min", Cmp::Lt)
}

fn max(vm: &mut Vm, args: Args<'_>) -> Res {
    extreme(vm, args, "max", Cmp::Gt)
}

/// The first of several arguments that no other one beats.
fn extreme_of_values(vm: &mut Vm, name: &'static str, values: &[Value], beats: Cmp) -> Res {
    let mut best = values.first().unwrap_or(unset());
    for value in values.iter().skip(1) {
        match plain_compare(beats, value, best) {
            Some(true) => best = value,
            Some(false) => {}
            None => {
                let extreme = Accumulator::Extreme { name, beats, best: None, default: None };
                return vm.accumulate(&tuple(values.to_vec()), extreme, unset());
            }
        }
    }
    Ok(best.clone())
}

/// The first item that no other one beats.
fn extreme(vm: &mut Vm, args: Args<'_>, name: &'static str, beats: Cmp) -> Res {
    if args.len() > 1 && !args.has_keywords() {
        return extreme_of_values(vm, name, args.pos(), beats);
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
        return extreme_of_values(vm, name, values, beats);
    }
    let several;
    let source = if let [iterable] = values {
        iterable
    } else {
        several = tuple(values.to_vec());
        &several
    };
    let extreme = Accumulator::Extreme { name, beats, best: None, default: default.cloned() };
    vm.accumulate(source, extreme, &key.unwrap_or(Value::UNSET))
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
        let state = tuple(vec![key, Value::bool(reverse)]);
        let collected = Err(vm.drain_after_hint(&args.pos()[0], Accumulator::List(Vec::new())));
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
