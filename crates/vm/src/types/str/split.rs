//! Cutting to pieces.

use super::{exactly, must_be_str, part, receiver, with_one};
use crate::objects::{Str, list, tuple};
use crate::ops::slices;
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm};

/// Separator (None: white space) and the greatest number of cuts.
fn parse<'a>(vm: &mut Restartable<'_>, args: &Args<'a>, name: &str) -> Res<(&'a Str, Option<&'a Str>, usize)> {
    let text = receiver(vm, args, name)?;
    let [separator, max] = args.rest().bind(vm, name, ["sep", "maxsplit"], 0)?;
    let separator = match separator.filter(|s| !s.is_none()) {
        None => None,
        Some(value) => match value.downcast::<Str>() {
            Some(separator) => Some(separator),
            None => return Err(must_be_str(vm, value, "str or None")),
        },
    };
    let max = match max {
        Some(max) => usize::try_from(vm.as_ssize(max)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    if separator.is_some_and(Str::is_empty) {
        return Err(vm.value_error("empty separator"));
    }
    Ok((text, separator, max))
}

fn pieces<'a>(of: &Str, fill: impl FnOnce(&mut slices::Pieces<'a>)) -> Value {
    let mut pieces = slices::Pieces::new();
    fill(&mut pieces);
    list(pieces.iter().map(|piece| part(of, piece)).collect())
}

pub fn split(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (text, separator, max) = parse(vm, &args, "split")?;
    Ok(pieces(text, |out| match separator {
        Some(separator) => slices::split_at(text.as_bytes(), separator.as_bytes(), max, out),
        None => slices::split_spaces(text.as_bytes(), max, slices::TEXT, out),
    }))
}

pub fn rsplit(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (text, separator, max) = parse(vm, &args, "rsplit")?;
    Ok(pieces(text, |out| match separator {
        Some(separator) => slices::rsplit_at(text.as_bytes(), separator.as_bytes(), max, out),
        None => slices::rsplit_spaces(text.as_bytes(), max, slices::TEXT, out),
    }))
}

pub fn splitlines(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let text = receiver(vm, &args, "splitlines")?;
    let [keep] = args.rest().bind(vm, "splitlines", ["keepends"], 0)?;
    let keep = match keep {
        Some(keep) => vm.is_true(keep)?,
        None => false,
    };
    Ok(pieces(text, |out| slices::split_lines(text.as_bytes(), keep, true, out)))
}

fn separator_argument<'a>(vm: &mut Vm, value: &'a Value) -> Res<&'a Str> {
    match value.downcast::<Str>() {
        Some(separator) if separator.is_empty() => Err(vm.value_error("empty separator")),
        Some(separator) => Ok(separator),
        None => Err(must_be_str(vm, value, "str")),
    }
}

fn three(this: &Value, text: &Str, separator: &Value, at: Option<usize>, reverse: bool) -> Value {
    let bytes = text.as_bytes();
    let width = separator.downcast::<Str>().map_or(0, |s| s.as_bytes().len());
    let empty = || part(text, b"");
    tuple(match at {
        Some(at) => vec![part(text, &bytes[..at]), exactly(separator), part(text, &bytes[at + width..])],
        None if reverse => vec![empty(), empty(), exactly(this)],
        None => vec![exactly(this), empty(), empty()],
    })
}

pub fn partition(vm: &mut Vm, args: Args<'_>) -> Res {
    let (text, value) = with_one(vm, &args, "partition")?;
    let separator = separator_argument(vm, value)?;
    let at = slices::find(text.as_bytes(), separator.as_bytes());
    Ok(three(&args.pos()[0], text, value, at, false))
}

pub fn rpartition(vm: &mut Vm, args: Args<'_>) -> Res {
    let (text, value) = with_one(vm, &args, "rpartition")?;
    let separator = separator_argument(vm, value)?;
    let at = slices::rfind(text.as_bytes(), separator.as_bytes());
    Ok(three(&args.pos()[0], text, value, at, true))
}
