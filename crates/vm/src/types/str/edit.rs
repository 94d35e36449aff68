//! Joining, replacing, stripping.

use super::{exactly, part_or_whole, receiver, string_argument, with_one};
use crate::objects::str::decode_char;
use crate::objects::{Accumulator, Str};
use crate::ops::slices;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, types};
use smallvec::SmallVec;

pub fn join(vm: &mut Vm, args: Args<'_>) -> Res {
    let (separator, iterable) = with_one(vm, &args, "join")?;
    let collected;
    let items = match iterable.as_items() {
        Some(items) if crate::ops::arith::is_builtin(iterable) => items,
        _ if vm.collects_from_frames(iterable) => {
            let state = args.pos()[0].clone();
            let iterator = vm.ask_iter(iterable);
            return vm.then(iterator, join_drawn, &state);
        }
        _ => {
            collected = collect(vm, iterable)?;
            &collected
        }
    };
    join_items(vm, separator, items)
}

/// The iterator over what is to be joined by `separator` has come: it is that whose length is asked for.
fn join_drawn(vm: &mut Vm, separator: &Value, outcome: Outcome) -> Res {
    let iterator = outcome.result(vm);
    if iterator.is_err() && vm.thrown_is(&types().exceptions.TypeError) {
        drop(vm.catch());
        return Err(vm.type_error("can only join an iterable"));
    }
    let iterator = iterator?;
    let items = Err(vm.drain_after_hint(&iterator, Accumulator::List(Vec::new())));
    vm.then(items, join_collected, separator)
}

/// The items of what is to be joined by `separator` have come.
fn join_collected(vm: &mut Vm, separator: &Value, outcome: Outcome) -> Res {
    let items = outcome.result(vm)?;
    match separator.downcast::<Str>() {
        Some(separator) => join_items(vm, separator, items.as_items().unwrap_or_default()),
        None => Ok(items),
    }
}

/// The items of what is to be joined.
fn collect(vm: &mut Vm, iterable: &Value) -> Res<Vec<Value>> {
    match vm.iter(iterable) {
        Ok(iterator) => vm.collect(&iterator),
        Err(_) if vm.thrown_is(&types().exceptions.TypeError) => {
            drop(vm.catch());
            Err(vm.type_error("can only join an iterable"))
        }
        Err(thrown) => Err(thrown),
    }
}

fn join_items(vm: &mut Vm, separator: &Str, items: &[Value]) -> Res {
    let mut bytes = separator.as_bytes().len().checked_mul(items.len().saturating_sub(1));
    for (i, item) in items.iter().enumerate() {
        let Some(text) = item.downcast::<Str>() else {
            let class = class_of(item).name_str();
            return Err(vm.type_error(format!("sequence item {i}: expected str instance, {class} found")));
        };
        bytes = bytes.and_then(|sum| sum.checked_add(text.as_bytes().len()));
    }
    if let [only] = items
        && class_of(only).is(&types().str)
    {
        return Ok(only.clone());
    }
    vm.check_size(bytes)?;
    Ok(Str::join(separator, items).into_value())
}

pub fn replace(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let text = receiver(vm, &args, "replace")?;
    let rest = args.rest();
    if rest.len() < 2 && !(rest.len() == 1 && rest.keyword("new").is_some()) {
        let given = rest.len();
        return Err(vm.type_error(format!("replace() takes at least 2 positional arguments ({given} given)")));
    }
    if rest.len() > 3 {
        let given = rest.len();
        return Err(vm.type_error(format!("replace() takes at most 3 arguments ({given} given)")));
    }
    let [old, new, count] = rest.bind(vm, "replace", ["/old", "/new", "count"], 2)?;
    let (Some(old), Some(new)) = (old, new) else { return Ok(args.pos()[0].clone()) };
    let old = string_argument(vm, old, "replace", 1)?;
    let new = string_argument(vm, new, "replace", 2)?;
    let max = match count {
        Some(count) => usize::try_from(vm.as_ssize(count)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let bytes = text.as_bytes();
    if old.len() > text.len() || old.as_bytes() == new.as_bytes() || max == 0 {
        return Ok(exactly(&args.pos()[0]));
    }
    let mut places = SmallVec::new();
    slices::places(bytes, old.as_bytes(), max, true, &mut places);
    if places.is_empty() {
        return Ok(exactly(&args.pos()[0]));
    }
    let grown = places.len().checked_mul(new.as_bytes().len()).and_then(|grown| grown.checked_add(bytes.len()));
    vm.check_size(grown)?;
    let chars = text.len() - places.len() * old.len() + places.len() * new.len();
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let len = bytes.len() - places.len() * old.len() + places.len() * new.len();
    let replaced = Str::in_parts(len, chars, |put| slices::replace_at(bytes, &places, old.len(), new, put));
    Ok(replaced.into_value())
}

fn strip_with(vm: &mut Vm, args: Args<'_>, name: &str, start: bool, end: bool) -> Res {
    let text = receiver(vm, &args, name)?;
    args.rest().expect(vm, name, 0, 1)?;
    let bytes = text.as_bytes();
    let stripped = match args.pos().get(1).filter(|chars| !chars.is_none()) {
        None => {
            let left = if start { slices::strip_start(bytes, slices::TEXT) } else { bytes };
            if end { slices::strip_end(left, slices::TEXT) } else { left }
        }
        Some(chars) => {
            let Some(chars) = chars.downcast::<Str>() else {
                return Err(vm.type_error(format!("{name} arg must be None or str")));
            };
            strip_chars(bytes, chars, start, end)
        }
    };
    Ok(part_or_whole(&args.pos()[0], text, stripped))
}

fn strip_chars<'a>(mut bytes: &'a [u8], chars: &Str, start: bool, end: bool) -> &'a [u8] {
    if chars.is_ascii() {
        return strip_ascii(bytes, chars.as_bytes(), start, end);
    }
    let set: Vec<u32> = chars.code_points().collect();
    let width = crate::objects::str::char_width;
    while start && !bytes.is_empty() && set.contains(&decode_char(bytes)) {
        bytes = &bytes[width(bytes[0])..];
    }
    while end && let Some(last) = bytes.iter().rposition(|&b| crate::objects::str::is_char_start(b)) {
        if !set.contains(&decode_char(&bytes[last..])) {
            break;
        }
        bytes = &bytes[..last];
    }
    bytes
}

/// Without these characters of ASCII, which are not part of others.
fn strip_ascii<'a>(mut bytes: &'a [u8], chars: &[u8], start: bool, end: bool) -> &'a [u8] {
    let set = chars.iter().fold(0u128, |set, &byte| set | 1 << (byte & 0x7F));
    let has = |byte: u8| byte.is_ascii() && set >> byte & 1 == 1;
    while start
        && let [first, rest @ ..] = bytes
        && has(*first)
    {
        bytes = rest;
    }
    while end
        && let [rest @ .., last] = bytes
        && has(*last)
    {
        bytes = rest;
    }
    bytes
}

pub fn strip(vm: &mut Vm, args: Args<'_>) -> Res {
    strip_with(vm, args, "strip", true, true)
}

pub fn lstrip(vm: &mut Vm, args: Args<'_>) -> Res {
    strip_with(vm, args, "lstrip", true, false)
}

pub fn rstrip(vm: &mut Vm, args: Args<'_>) -> Res {
    strip_with(vm, args, "rstrip", false, true)
}

pub fn removeprefix(vm: &mut Vm, args: Args<'_>) -> Res {
    let (text, prefix) = with_one(vm, &args, "removeprefix")?;
    let prefix = vm.expect_str(prefix, "removeprefix", "argument")?;
    let bytes = text.as_bytes();
    Ok(part_or_whole(&args.pos()[0], text, bytes.strip_prefix(prefix.as_bytes()).unwrap_or(bytes)))
}

pub fn removesuffix(vm: &mut Vm, args: Args<'_>) -> Res {
    let (text, suffix) = with_one(vm, &args, "removesuffix")?;
    let suffix = vm.expect_str(suffix, "removesuffix", "argument")?;
    let bytes = text.as_bytes();
    Ok(part_or_whole(&args.pos()[0], text, bytes.strip_suffix(suffix.as_bytes()).unwrap_or(bytes)))
}
