//! Cutting to pieces.

use super::{buffer, content, like, receiver, with_one};
use crate::objects::{list, tuple};
use crate::ops::slices;
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm};

/// Separator (None: white space) and the greatest number of cuts.
fn parse<'a>(vm: &mut Restartable<'_>, args: &Args<'a>, name: &str) -> Res<(&'a Value, Option<Vec<u8>>, usize)> {
    let this = receiver(vm, args, name)?;
    let [separator, max] = args.rest().bind(vm, name, ["sep", "maxsplit"], 0)?;
    let max = match max {
        Some(max) => usize::try_from(vm.as_ssize(max)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let separator = match separator.filter(|s| !s.is_none()) {
        Some(separator) => Some(buffer(vm, separator)?.to_vec()),
        None => None,
    };
    if separator.as_ref().is_some_and(Vec::is_empty) {
        return Err(vm.value_error("empty separator"));
    }
    Ok((this, separator, max))
}

fn pieces<'a>(this: &Value, fill: impl FnOnce(&mut slices::Pieces<'a>)) -> Value {
    let mut pieces = slices::Pieces::new();
    fill(&mut pieces);
    list(pieces.iter().map(|piece| like(this, piece)).collect())
}

pub fn split(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (this, separator, max) = parse(vm, &args, "split")?;
    Ok(pieces(this, |out| match &separator {
        Some(separator) => slices::split_at(content(this), separator, max, out),
        None => slices::split_spaces(content(this), max, slices::BYTES, out),
    }))
}

pub fn rsplit(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (this, separator, max) = parse(vm, &args, "rsplit")?;
    Ok(pieces(this, |out| match &separator {
        Some(separator) => slices::rsplit_at(content(this), separator, max, out),
        None => slices::rsplit_spaces(content(this), max, slices::BYTES, out),
    }))
}

pub fn splitlines(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = receiver(vm, &args, "splitlines")?;
    let [keep] = args.rest().bind(vm, "splitlines", ["keepends"], 0)?;
    let keep = match keep {
        Some(keep) => vm.is_true(keep)?,
        None => false,
    };
    Ok(pieces(this, |out| slices::split_lines(content(this), keep, false, out)))
}

type Finder = fn(&[u8], &[u8]) -> Option<usize>;

fn three(vm: &mut Vm, args: Args<'_>, name: &str, finder: Finder, reverse: bool) -> Res {
    let (this, separator) = with_one(vm, &args, name)?;
    let separator = buffer(vm, separator)?;
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let whole = content(this);
    let parts = match finder(whole, separator) {
        Some(at) => [&whole[..at], separator, &whole[at + separator.len()..]],
        None if reverse => [&[], &[], whole],
        None => [whole, &[], &[]],
    };
    Ok(tuple(parts.iter().map(|part| like(this, part)).collect()))
}

pub fn partition(vm: &mut Vm, args: Args<'_>) -> Res {
    three(vm, args, "partition", slices::find, false)
}

pub fn rpartition(vm: &mut Vm, args: Args<'_>) -> Res {
    three(vm, args, "rpartition", slices::rfind, true)
}
