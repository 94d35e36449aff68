//! Filling up to a width.

use super::{exactly, receiver, text, with_one};
use crate::objects::Str;
use crate::objects::str::push_code_point;
use crate::ops::slices;
use crate::ops::text::class_name;
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm};

/// Pads by what `share` says for width and length: how much goes left and right.
fn pad(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, share: fn(usize, usize) -> (usize, usize)) -> Res {
    let this = receiver(vm, &args, name)?;
    let rest = args.rest();
    rest.expect(vm, name, 1, 2)?;
    let width = usize::try_from(vm.as_ssize(&rest.pos()[0])?).unwrap_or(0);
    let fill = match rest.pos().get(1) {
        Some(fill) => fill_char(vm, fill)?,
        None => u32::from(b' '),
    };
    if width <= this.len() {
        return Ok(exactly(&args.pos()[0]));
    }
    let (left, right) = share(width, this.len());
    if let Ok(fill) = u8::try_from(fill)
        && fill.is_ascii()
    {
        let size = vm.check_size(this.as_bytes().len().checked_add(left + right))?;
        let padded = Str::in_parts(size, width, |put| {
            put_run(put, fill, left);
            put(this.as_bytes());
            put_run(put, fill, right);
        });
        return Ok(padded.into_value());
    }
    let mut unit = Vec::with_capacity(4);
    push_code_point(&mut unit, fill);
    let size = (left + right).checked_mul(unit.len()).and_then(|fill| fill.checked_add(this.as_bytes().len()));
    let mut out = Vec::with_capacity(vm.check_size(size)?);
    (0..left).for_each(|_| out.extend_from_slice(&unit));
    out.extend_from_slice(this.as_bytes());
    (0..right).for_each(|_| out.extend_from_slice(&unit));
    Ok(Str::from_parts(&out, width).into_value())
}

/// Hands over a byte so many times.
fn put_run(put: &mut dyn FnMut(&[u8]), byte: u8, count: usize) {
    let run = [byte; 32];
    let mut left = count;
    while left > 0 {
        let part = left.min(run.len());
        put(&run[..part]);
        left -= part;
    }
}

fn fill_char(vm: &mut Vm, fill: &Value) -> Res<u32> {
    match fill.downcast::<Str>() {
        Some(fill) if fill.len() == 1 => Ok(fill.code_point(0).unwrap_or(0)),
        Some(_) => Err(vm.type_error("The fill character must be exactly one character long")),
        None => {
            let class = class_name(fill);
            Err(vm.type_error(format!("The fill character must be a unicode character, not {class}")))
        }
    }
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
    if width <= this.len() {
        return Ok(exactly(&args.pos()[0]));
    }
    let missing = width - this.len();
    vm.check_size(missing.checked_add(this.as_bytes().len()))?;
    Ok(Str::from_parts(&slices::zero_fill(this.as_bytes(), missing), width).into_value())
}

pub fn expandtabs(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = receiver(vm, &args, "expandtabs")?;
    let [size] = args.rest().bind(vm, "expandtabs", ["tabsize"], 0)?;
    let size = match size {
        Some(size) => usize::try_from(vm.as_ssize(size)?).unwrap_or(0),
        None => 8,
    };
    match slices::expand_tabs(this.as_bytes(), size, true) {
        Some(out) => text(&out),
        None => Err(vm.overflow_error("new string is too long")),
    }
}
