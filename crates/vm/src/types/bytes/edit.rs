//! Joining, replacing, stripping, padding, translating.

use super::{buffer, content, like, like_or_whole, receiver, with_one};
use crate::objects::bytes;
use crate::ops::slices;
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of};

pub fn join(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (this, iterable) = with_one(vm, &args, "join")?;
    let items = match iterable.as_items() {
        Some(items) if crate::ops::arith::is_builtin(iterable) => items.to_vec(),
        _ => {
            let iterator = vm.once_iterated(iterable, || "can only join an iterable".into())?;
            vm.once_asked(|vm| vm.ask_items(&iterator))?.as_items().unwrap_or_default().to_vec()
        }
    };
    let separator = content(this);
    let mut size = separator.len().checked_mul(items.len().saturating_sub(1));
    for (i, item) in items.iter().enumerate() {
        let Some(part) = item.as_byte_slice() else {
            let class = class_of(item).name_str();
            let message = format!("sequence item {i}: expected a bytes-like object, {class} found");
            return Err(vm.type_error(message));
        };
        size = size.and_then(|size| size.checked_add(part.len()));
    }
    let mut out = Vec::with_capacity(vm.check_size(size)?);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(separator);
        }
        out.extend_from_slice(content(item));
    }
    Ok(like(this, &out))
}

pub fn replace(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = receiver(vm, &args, "replace")?;
    let rest = args.rest();
    rest.expect(vm, "replace", 2, 3)?;
    let max = match rest.pos().get(2) {
        Some(count) => usize::try_from(vm.as_ssize(count)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let old = buffer(vm, &rest.pos()[0])?;
    let new = buffer(vm, &rest.pos()[1])?;
    let mut places = smallvec::SmallVec::new();
    slices::places(content(this), old, max, false, &mut places);
    if places.is_empty() {
        return Ok(like_or_whole(this, content(this)));
    }
    vm.check_size(places.len().checked_mul(new.len()).and_then(|grown| grown.checked_add(content(this).len())))?;
    let mut out = Vec::with_capacity(content(this).len() - places.len() * old.len() + places.len() * new.len());
    slices::replace_at(content(this), &places, old.len(), new, |part| out.extend_from_slice(part));
    Ok(like(this, &out))
}

fn strip_with(vm: &mut Vm, args: Args<'_>, name: &str, start: bool, end: bool) -> Res {
    let this = receiver(vm, &args, name)?;
    args.rest().expect(vm, name, 0, 1)?;
    let chars = match args.pos().get(1).filter(|chars| !chars.is_none()) {
        Some(chars) => buffer(vm, chars)?,
        None => b" \t\n\r\x0b\x0c",
    };
    let mut part = content(this);
    while start && let Some((first, rest)) = part.split_first() {
        if !chars.contains(first) {
            break;
        }
        part = rest;
    }
    while end && let Some((last, rest)) = part.split_last() {
        if !chars.contains(last) {
            break;
        }
        part = rest;
    }
    Ok(like_or_whole(this, part))
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
    let (this, prefix) = with_one(vm, &args, "removeprefix")?;
    let prefix = buffer(vm, prefix)?;
    Ok(like_or_whole(this, content(this).strip_prefix(prefix).unwrap_or(content(this))))
}

pub fn removesuffix(vm: &mut Vm, args: Args<'_>) -> Res {
    let (this, suffix) = with_one(vm, &args, "removesuffix")?;
    let suffix = buffer(vm, suffix)?;
    Ok(like_or_whole(this, content(this).strip_suffix(suffix).unwrap_or(content(this))))
}

/// Pads by what `share` says for width and length: how much goes left and right.
fn pad(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, share: fn(usize, usize) -> (usize, usize)) -> Res {
    let this = receiver(vm, &args, name)?;
    let rest = args.rest();
    rest.expect(vm, name, 1, 2)?;
    let width = usize::try_from(vm.as_ssize(&rest.pos()[0])?).unwrap_or(0);
    let fill = match rest.pos().get(1) {
        None => b' ',
        Some(fill) => match fill.as_byte_slice() {
            Some(&[byte]) => byte,
            _ => {
                let class = class_of(fill).name_str();
                let message = format!("{name}() argument 2 must be a byte string of length 1, not {class}");
                return Err(vm.type_error(message));
            }
        },
    };
    let len = content(this).len();
    if width <= len {
        return Ok(like_or_whole(this, content(this)));
    }
    let (left, _) = share(width, len);
    let mut out = vec![fill; vm.check_size(Some(width))?];
    out[left..left + len].copy_from_slice(content(this));
    Ok(like(this, &out))
}

pub fn center(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    pad(vm, args, "center", slices::centre)
}

pub fn ljust(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    pad(vm, args, "ljust", |width, len| (0, width - len))
}

pub fn rjust(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    pad(vm, args, "rjust", |width, len| (width - len, 0))
}

pub fn zfill(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (this, width) = with_one(vm, &args, "zfill")?;
    let width = usize::try_from(vm.as_ssize(width)?).unwrap_or(0);
    let whole = content(this);
    if width <= whole.len() {
        return Ok(like_or_whole(this, whole));
    }
    vm.check_size(Some(width))?;
    Ok(like(this, &slices::zero_fill(whole, width - whole.len())))
}

pub fn expandtabs(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = receiver(vm, &args, "expandtabs")?;
    let [size] = args.rest().bind(vm, "expandtabs", ["tabsize"], 0)?;
    let size = match size {
        Some(size) => usize::try_from(vm.as_ssize(size)?).unwrap_or(0),
        None => 8,
    };
    match slices::expand_tabs(content(this), size, false) {
        Some(out) => Ok(like(this, &out)),
        None => Err(vm.overflow_error("result too long")),
    }
}

pub fn maketrans(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "maketrans", 2, 2)?;
    let from = buffer(vm, &args.pos()[0])?;
    let to = buffer(vm, &args.pos()[1])?;
    if from.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (&from, &to) in from.iter().zip(to) {
        table[usize::from(from)] = to;
    }
    Ok(bytes(&table))
}

pub fn translate(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = receiver(vm, &args, "translate")?;
    let [table, delete] = args.rest().bind(vm, "translate", ["/table", "delete"], 1)?;
    let table: Option<&Value> = table.filter(|table| !table.is_none());
    let table = match table {
        Some(table) => Some(buffer(vm, table)?),
        None => None,
    };
    if table.is_some_and(|table| table.len() != 256) {
        return Err(vm.value_error("translation table must be 256 characters long"));
    }
    let delete = match delete {
        Some(delete) => buffer(vm, delete)?,
        None => &[],
    };
    let kept = content(this).iter().filter(|b| !delete.contains(b));
    let out: Vec<u8> = kept.map(|&b| table.map_or(b, |table| table[usize::from(b)])).collect();
    Ok(like(this, &out))
}
