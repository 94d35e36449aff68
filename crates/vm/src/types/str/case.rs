//! Upper, lower and title case.

use super::{alone, text};
use crate::objects::Str;
use crate::ops::unicode::{is_cased, is_lower, is_upper, push_folded, push_lower, push_title, push_upper};
use crate::{Args, Res, Vm};

pub fn upper(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "upper")?;
    if this.is_ascii() {
        return Ok(Str::map_ascii(this.as_bytes(), |byte| byte.to_ascii_uppercase()).into_value());
    }
    let mut out = Vec::with_capacity(this.as_bytes().len());
    this.code_points().for_each(|code| push_upper(&mut out, code));
    text(&out)
}

pub fn lower(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "lower")?;
    if this.is_ascii() {
        return Ok(Str::map_ascii(this.as_bytes(), |byte| byte.to_ascii_lowercase()).into_value());
    }
    let codes: Vec<u32> = this.code_points().collect();
    let mut out = Vec::with_capacity(this.as_bytes().len());
    (0..codes.len()).for_each(|i| push_lower(&mut out, &codes, i));
    text(&out)
}

pub fn casefold(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "casefold")?;
    if this.is_ascii() {
        return Ok(Str::map_ascii(this.as_bytes(), |byte| byte.to_ascii_lowercase()).into_value());
    }
    let mut out = Vec::with_capacity(this.as_bytes().len());
    this.code_points().for_each(|code| push_folded(&mut out, code));
    text(&out)
}

pub fn capitalize(vm: &mut Vm, args: Args<'_>) -> Res {
    let codes: Vec<u32> = alone(vm, &args, "capitalize")?.code_points().collect();
    let mut out = Vec::with_capacity(codes.len());
    for (i, &code) in codes.iter().enumerate() {
        if i == 0 {
            push_title(&mut out, code);
        } else {
            push_lower(&mut out, &codes, i);
        }
    }
    text(&out)
}

pub fn title(vm: &mut Vm, args: Args<'_>) -> Res {
    let codes: Vec<u32> = alone(vm, &args, "title")?.code_points().collect();
    let mut out = Vec::with_capacity(codes.len());
    let mut inside = false;
    for (i, &code) in codes.iter().enumerate() {
        if inside {
            push_lower(&mut out, &codes, i);
        } else {
            push_title(&mut out, code);
        }
        inside = is_cased(code);
    }
    text(&out)
}

pub fn swapcase(vm: &mut Vm, args: Args<'_>) -> Res {
    let codes: Vec<u32> = alone(vm, &args, "swapcase")?.code_points().collect();
    let mut out = Vec::with_capacity(codes.len());
    for (i, &code) in codes.iter().enumerate() {
        if is_upper(code) {
            push_lower(&mut out, &codes, i);
        } else if is_lower(code) {
            push_upper(&mut out, code);
        } else {
            crate::objects::str::push_code_point(&mut out, code);
        }
    }
    text(&out)
}
