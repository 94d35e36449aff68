//! Finding and counting.

use super::{byte, content, receiver};
use crate::objects::{Tuple, int};
use crate::ops::slices;
use crate::types::str::search_range;
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, class_of};

type Finder = fn(&[u8], &[u8]) -> Option<usize>;

/// The needle: bytes, or an integer that stands for one.
fn needle(vm: &mut Restartable<'_>, value: &Value) -> Res<Vec<u8>> {
    if let Some(bytes) = value.as_byte_slice() {
        return Ok(bytes.to_vec());
    }
    if vm.has_index(value) {
        return Ok(vec![byte(vm, value, "byte")?]);
    }
    let class = class_of(value).name_str();
    Err(vm.type_error(format!("argument should be integer or bytes-like object, not '{class}'")))
}

/// Receiver, needle, and the range to search in (None: it lies behind the end).
#[expect(clippy::type_complexity, reason = "three parts that only this file takes apart")]
fn parse<'a>(
    vm: &mut Restartable<'_>,
    args: &Args<'a>,
    name: &str,
) -> Res<(&'a Value, Vec<u8>, Option<(usize, usize)>)> {
    let this = receiver(vm, args, name)?;
    let rest = args.rest();
    rest.expect(vm, name, 1, 3)?;
    let range = search_range(vm, rest.pos().get(1), rest.pos().get(2), || content(this).len())?;
    let needle = needle(vm, &rest.pos()[0])?;
    Ok((this, needle, range))
}

/// The bytes of a range that was computed before script code could change the content.
fn within(this: &Value, (start, end): (usize, usize)) -> &[u8] {
    content(this).get(start..end).unwrap_or_default()
}

fn position(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, finder: Finder) -> Res<Option<usize>> {
    let (this, needle, range) = parse(vm, &args, name)?;
    Ok(range.and_then(|range| finder(within(this, range), &needle).map(|at| at + range.0)))
}

fn find_with(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, finder: Finder) -> Res {
    Ok(int(position(vm, args, name, finder)?.map_or(-1, |at| at as i64)))
}

fn index_with(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, finder: Finder) -> Res {
    match position(vm, args, name, finder)? {
        Some(at) => Ok(int(at as i64)),
        None => Err(vm.value_error("subsection not found")),
    }
}

pub fn find(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    find_with(vm, args, "find", slices::find)
}

pub fn rfind(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    find_with(vm, args, "rfind", slices::rfind)
}

pub fn index(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    index_with(vm, args, "index", slices::find)
}

pub fn rindex(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    index_with(vm, args, "rindex", slices::rfind)
}

pub fn count(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (this, needle, range) = parse(vm, &args, "count")?;
    let Some(range) = range else { return Ok(int(0)) };
    let hay = within(this, range);
    let count = if needle.is_empty() { hay.len() + 1 } else { slices::occurrences(hay, &needle).count() };
    Ok(int(count as i64))
}

/// Whether a part of the content begins or ends with some bytes, or any of a tuple of them.
fn affix(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, test: fn(&[u8], &[u8]) -> bool) -> Res {
    let this = receiver(vm, &args, name)?;
    let rest = args.rest();
    rest.expect(vm, name, 1, 3)?;
    let wanted = &rest.pos()[0];
    let range = search_range(vm, rest.pos().get(1), rest.pos().get(2), || content(this).len())?;
    let has = |affix: &[u8]| range.is_some_and(|range| test(within(this, range), affix));
    if let Some(affix) = wanted.as_byte_slice() {
        return Ok(Value::bool(has(affix)));
    }
    let Some(tuple) = wanted.downcast::<Tuple>() else {
        let class = class_of(wanted).name_str();
        return Err(vm.type_error(format!("{name} first arg must be bytes or a tuple of bytes, not {class}")));
    };
    for item in tuple.items() {
        if has(super::buffer(vm, item)?) {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

pub fn startswith(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    affix(vm, args, "startswith", |hay, affix| hay.starts_with(affix))
}

pub fn endswith(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    affix(vm, args, "endswith", |hay, affix| hay.ends_with(affix))
}
