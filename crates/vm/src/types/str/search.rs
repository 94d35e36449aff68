//! Finding and counting.

use super::{receiver, search_range, string_argument};
use crate::objects::{Str, Tuple, int};
use crate::ops::slices;
use crate::value::Value;
use crate::{Args, Res, Restartable, class_of};

/// What a search works on: the needle, and the part of the text to look in with the byte offset where it begins.
struct Search<'a> {
    text: &'a Str,
    needle: &'a Str,
    /// None: the range lies behind the end.
    place: Option<(usize, &'a [u8])>,
}

fn parse<'a>(vm: &mut Restartable<'_>, args: &Args<'a>, name: &str) -> Res<Search<'a>> {
    let text = receiver(vm, args, name)?;
    let rest = args.rest();
    rest.expect(vm, name, 1, 3)?;
    let needle = string_argument(vm, &rest.pos()[0], name, 1)?;
    let range = search_range(vm, rest.pos().get(1), rest.pos().get(2), || text.len())?;
    Ok(Search { text, needle, place: range.map(|range| within(text, range)) })
}

fn within(text: &Str, (start, end): (usize, usize)) -> (usize, &[u8]) {
    if start == 0 && end == text.len() {
        return (0, text.as_bytes());
    }
    let (from, to) = (text.byte_offset(start), text.byte_offset(end));
    (from, &text.as_bytes()[from..to])
}

impl Search<'_> {
    fn position(&self, finder: fn(&[u8], &[u8]) -> Option<usize>) -> Option<usize> {
        let (from, hay) = self.place?;
        finder(hay, self.needle.as_bytes()).map(|at| self.text.char_index(from + at))
    }
}

fn find_with(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, finder: fn(&[u8], &[u8]) -> Option<usize>) -> Res {
    let position = parse(vm, &args, name)?.position(finder);
    Ok(int(position.map_or(-1, |at| at as i64)))
}

fn index_with(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, finder: fn(&[u8], &[u8]) -> Option<usize>) -> Res {
    match parse(vm, &args, name)?.position(finder) {
        Some(at) => Ok(int(at as i64)),
        None => Err(vm.value_error("substring not found")),
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
    let search = parse(vm, &args, "count")?;
    let Some((_, hay)) = search.place else { return Ok(int(0)) };
    let count = if search.needle.is_empty() {
        crate::objects::str::count_chars(hay) + 1
    } else {
        slices::occurrences(hay, search.needle.as_bytes()).count()
    };
    Ok(int(count as i64))
}

/// Whether a part of the text begins or ends with a string, or any of a tuple of them.
fn affix(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, test: fn(&[u8], &[u8]) -> bool) -> Res {
    let text = receiver(vm, &args, name)?;
    let rest = args.rest();
    rest.expect(vm, name, 1, 3)?;
    let wanted = &rest.pos()[0];
    let range = search_range(vm, rest.pos().get(1), rest.pos().get(2), || text.len())?;
    let hay = range.map(|range| within(text, range).1);
    let has = |affix: &Str| hay.is_some_and(|hay| test(hay, affix.as_bytes()));
    if let Some(affix) = wanted.downcast::<Str>() {
        return Ok(Value::bool(has(affix)));
    }
    let Some(tuple) = wanted.downcast::<Tuple>() else {
        let class = class_of(wanted).name_str();
        return Err(vm.type_error(format!("{name} first arg must be str or a tuple of str, not {class}")));
    };
    for item in tuple.items() {
        match item.downcast::<Str>() {
            Some(affix) if has(affix) => return Ok(Value::TRUE),
            Some(_) => {}
            None => {
                let class = class_of(item).name_str();
                return Err(vm.type_error(format!("tuple for {name} must only contain str, not {class}")));
            }
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
