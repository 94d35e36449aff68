//! `maketrans` and `translate`.

use super::{string_argument, text, with_one};
use crate::heap::Kind;
use crate::objects::str::push_code_point;
use crate::objects::{Dict, Str, int};
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, types};

pub fn maketrans(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "maketrans", 1, 3)?;
    let table = Dict::create();
    let [first, others @ ..] = args.pos() else { return Ok(table.into_value()) };
    let Some(to) = others.first() else {
        fill_from_mapping(vm, &table, first)?;
        return Ok(table.into_value());
    };
    let Some(from) = first.downcast::<Str>() else {
        return Err(vm.type_error("first maketrans argument must be a string if there is a second argument"));
    };
    let to = string_argument(vm, to, "maketrans", 2)?;
    let delete = match others.get(1) {
        Some(delete) => Some(string_argument(vm, delete, "maketrans", 3)?),
        None => None,
    };
    if from.len() != to.len() {
        return Err(vm.value_error("the first two maketrans arguments must have equal length"));
    }
    for (from, to) in from.code_points().zip(to.code_points()) {
        vm.dict_set(&table, &int(from.into()), int(to.into()))?;
    }
    for code in delete.iter().flat_map(|delete| delete.code_points()) {
        vm.dict_set(&table, &int(code.into()), Value::NONE)?;
    }
    Ok(table.into_value())
}

fn fill_from_mapping(vm: &mut Vm, table: &Dict, mapping: &Value) -> Res<()> {
    let Some(dict) = mapping.downcast::<Dict>().filter(|_| class_of(mapping).is(&types().dict)) else {
        return Err(vm.type_error("if you give only one argument to maketrans it must be a dict"));
    };
    for (key, value) in dict.entries() {
        if key.is_int() {
            vm.dict_set(table, &key, value)?;
            continue;
        }
        let Some(key) = key.downcast::<Str>() else {
            return Err(vm.type_error("keys in translate table must be strings or integers"));
        };
        let code = match key.code_point(0) {
            Some(code) if key.len() == 1 => code,
            _ => return Err(vm.value_error("string keys in translate table must be of length 1")),
        };
        vm.dict_set(table, &int(code.into()), value)?;
    }
    Ok(())
}

pub fn translate(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (this, table) = with_one(vm, &args, "translate")?;
    let mut out = Vec::with_capacity(this.as_bytes().len());
    if this.is_ascii() && table.is_kind(Kind::Dict) && class_of(table).is(&types().dict) {
        translate_ascii(vm, this.as_bytes(), table, &mut out)?;
        return text(&out);
    }
    // What a repeated character became.
    let mut last: Option<(u32, Vec<u8>)> = None;
    for code in this.code_points() {
        if let Some((known, mapped)) = &last
            && *known == code
        {
            out.extend_from_slice(mapped);
            continue;
        }
        let mapped = translated(vm, table, code)?;
        out.extend_from_slice(&mapped);
        last = Some((code, mapped));
    }
    text(&out)
}

/// ASCII through a plain dict: each character is looked up once, as CPython does.
fn translate_ascii(vm: &mut Restartable<'_>, bytes: &[u8], table: &Value, out: &mut Vec<u8>) -> Res<()> {
    const UNKNOWN: u8 = 0xFF;
    const LONG: u8 = 0xFE;
    let mut known = [UNKNOWN; 128];
    for &byte in bytes {
        match known[usize::from(byte)] {
            UNKNOWN => {
                let mapped = translated(vm, table, byte.into())?;
                known[usize::from(byte)] = match *mapped {
                    [single] if single < 0x80 => single,
                    _ => LONG,
                };
                out.extend_from_slice(&mapped);
            }
            LONG => out.extend_from_slice(&translated(vm, table, byte.into())?),
            single => out.push(single),
        }
    }
    Ok(())
}

/// What a table makes of a character.
fn translated(vm: &mut Restartable<'_>, table: &Value, code: u32) -> Res<Vec<u8>> {
    let mut out = Vec::with_capacity(4);
    let Some(mapped) = look_up(vm, table, code)? else {
        push_code_point(&mut out, code);
        return Ok(out);
    };
    if mapped.is_none() {
        return Ok(out);
    }
    if let Some(replacement) = mapped.downcast::<Str>() {
        out.extend_from_slice(replacement.as_bytes());
    } else if mapped.is_int() {
        match mapped.as_i64().and_then(|n| u32::try_from(n).ok()).filter(|code| *code < 0x11_0000) {
            Some(code) => push_code_point(&mut out, code),
            None => return Err(vm.value_error("character mapping must be in range(0x110000)")),
        }
    } else {
        return Err(vm.type_error("character mapping must return integer, None or str"));
    }
    Ok(out)
}

fn look_up(vm: &mut Restartable<'_>, table: &Value, code: u32) -> Res<Option<Value>> {
    let key = int(code.into());
    if let Some(dict) = table.downcast::<Dict>()
        && class_of(table).is(&types().dict)
    {
        return vm.dict_get(dict, &key);
    }
    match vm.once_asked(|vm| vm.ask_item(table, &key)) {
        Ok(found) => Ok(Some(found)),
        Err(_) if vm.thrown_is(&types().exceptions.LookupError) => {
            drop(vm.catch());
            Ok(None)
        }
        Err(thrown) => Err(thrown),
    }
}
