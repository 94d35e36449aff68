//! Hexadecimal text.

use super::{content, receiver};
use crate::objects::str::count_chars;
use crate::objects::{Bytes, Class, Str};
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, types};

pub fn to_hex(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = receiver(vm, &args, "hex")?;
    let [separator, group] = args.rest().bind(vm, "hex", ["sep", "bytes_per_sep"], 0)?;
    let group = match group {
        Some(group) => vm.as_ssize(group)?,
        None => 1,
    };
    let separator = match separator {
        Some(separator) => Some(separator_byte(vm, separator)?),
        None => None,
    };
    let bytes = content(this);
    vm.check_size(bytes.len().checked_mul(3))?;
    if separator.is_none() {
        let out: Vec<u8> = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        return Ok(Str::from_parts(&out, out.len()).into_value());
    }
    let size = usize::try_from(group.unsigned_abs()).unwrap_or(usize::MAX);
    let mut out = Vec::with_capacity(bytes.len() * 3);
    for (i, byte) in bytes.iter().enumerate() {
        // Groups are counted from the end, or with a negative size from the beginning.
        let counted = if group > 0 { bytes.len() - i } else { i };
        if let Some(separator) = separator
            && i > 0
            && size > 0
            && counted % size == 0
        {
            out.push(separator);
        }
        out.extend_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    Ok(Str::from_parts(&out, out.len()).into_value())
}

fn digit(nibble: u8) -> u8 {
    b"0123456789abcdef"[usize::from(nibble)]
}

fn separator_byte(vm: &mut Vm, value: &Value) -> Res<u8> {
    let text = match (value.downcast::<Str>(), value.as_byte_slice()) {
        (Some(text), _) => text.as_bytes(),
        (_, Some(bytes)) => bytes,
        _ => {
            let len = vm.len(value)?;
            let what = if len == 1 { "sep must be str or bytes." } else { "sep must be length 1." };
            return Err(if len == 1 { vm.type_error(what) } else { vm.value_error(what) });
        }
    };
    let units = if value.downcast::<Str>().is_some() { count_chars(text) } else { text.len() };
    match text {
        [byte] if *byte < 0x80 => Ok(*byte),
        _ if units == 1 => Err(vm.value_error("sep must be ASCII.")),
        _ => Err(vm.value_error("sep must be length 1.")),
    }
}

pub fn fromhex(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "fromhex", 1, 1)?;
    let [class, text] = args.pos() else { return Ok(Value::NONE) };
    let Some(text) = text.downcast::<Str>() else {
        let name = class_of(text).name_str();
        return Err(vm.type_error(format!("fromhex() argument must be str, not {name}")));
    };
    let out = match parse(text) {
        Ok(out) => out,
        Err(at) => {
            let message = format!("non-hexadecimal number found in fromhex() arg at position {at}");
            return Err(vm.value_error(message));
        }
    };
    let made = Bytes::create(&out).into_value();
    match class.as_ref::<Class>() {
        Some(class) if !class.is(&types().bytes) => vm.call(class.value(), &[made]),
        _ => Ok(made),
    }
}

/// Pairs of digits with white space between pairs, or the position of what is none.
fn parse(text: &Str) -> Result<Vec<u8>, usize> {
    let codes: Vec<u32> = text.code_points().collect();
    let value = |at: usize| codes.get(at).and_then(|&c| char::from_u32(c)?.to_digit(16)).ok_or(at);
    let mut out = Vec::with_capacity(codes.len() / 2);
    let mut at = 0;
    while at < codes.len() {
        if matches!(codes[at], 0x20 | 0x09..=0x0D) {
            at += 1;
            continue;
        }
        out.push((value(at)? << 4 | value(at + 1)?) as u8);
        at += 2;
    }
    Ok(out)
}
