//! `code`: compiled code, as far as scripts look into it.

use super::bootstrap::Def;
use super::slots::{self, payload};
use crate::objects::{CodeObject, Str, bytes, int, intern, tuple};
use crate::value::Value;
use crate::{Args, Asks, Res, Vm, class_of};
use std::rc::Rc;
use weft_bytecode::{Code, LocalKind};

pub const DEFS: &[Def] = &[
    Def::Slot("__repr__", slots::repr),
    Def::Method("replace", replace),
    Def::Method("__replace__", replace),
    Def::Method("co_lines", lines),
    Def::Method("co_positions", positions),
    Def::Get("co_name", |vm, v| payload::<CodeObject>(vm, v).map(|c| c.name.clone())),
    Def::Get("co_qualname", |vm, v| payload::<CodeObject>(vm, v).map(|c| c.qualname.clone())),
    Def::Get("co_filename", |vm, v| part(vm, v, |c| Value::from(&*c.filename))),
    Def::Get("co_firstlineno", |vm, v| part(vm, v, |c| int(c.first_line.into()))),
    Def::Get("co_flags", |vm, v| part(vm, v, |c| int(c.flags.into()))),
    Def::Get("co_argcount", |vm, v| part(vm, v, |c| int(c.args.into()))),
    Def::Get("co_posonlyargcount", |vm, v| part(vm, v, |c| int(c.posonly.into()))),
    Def::Get("co_kwonlyargcount", |vm, v| part(vm, v, |c| int(c.kwonly.into()))),
    Def::Get("co_stacksize", |vm, v| part(vm, v, |c| int(c.registers.into()))),
    Def::Get("co_varnames", |vm, v| part(vm, v, |c| texts(&varnames(c)))),
    Def::Get("co_nlocals", |vm, v| part(vm, v, |c| int(varnames(c).len() as i64))),
    Def::Get("co_cellvars", |vm, v| part(vm, v, |c| texts(&cellvars(c)))),
    Def::Get("co_freevars", |vm, v| part(vm, v, |c| texts(&c.freevars))),
    Def::Get("co_names", names),
    Def::Get("co_consts", |vm, v| payload::<CodeObject>(vm, v).map(|c| tuple(c.consts.to_vec()))),
    // The bytecode is not CPython's; tools that want it find none.
    Def::Get("co_code", |vm, v| part(vm, v, |_| bytes(b""))),
    Def::Get("co_linetable", |vm, v| part(vm, v, |_| bytes(b""))),
    Def::Get("co_exceptiontable", |vm, v| part(vm, v, |_| bytes(b""))),
];

fn part(vm: &mut Vm, value: &Value, pick: fn(&Code) -> Value) -> Res {
    payload::<CodeObject>(vm, value).map(|object| pick(&object.code))
}

fn texts(names: &[Rc<str>]) -> Value {
    tuple(names.iter().map(|name| intern(name.as_bytes())).collect())
}

/// Parameters, also those in cells, then the plain locals.
fn varnames(code: &Code) -> Vec<Rc<str>> {
    let parameters = usize::from(code.parameter_count());
    let locals = code.locals.iter().enumerate();
    locals
        .filter(|(i, local)| *i < parameters || local.kind == LocalKind::Plain)
        .map(|(_, local)| local.name.clone())
        .collect()
}

fn cellvars(code: &Code) -> Vec<Rc<str>> {
    code.locals.iter().filter(|local| local.kind == LocalKind::Cell).map(|local| local.name.clone()).collect()
}

/// Names of globals and attributes, each once.
fn names(vm: &mut Vm, value: &Value) -> Res {
    let code = payload::<CodeObject>(vm, value)?;
    let mut names: Vec<Value> = Vec::new();
    for name in &code.site_names {
        if !names.iter().any(|known| known.is(name)) {
            names.push(name.clone());
        }
    }
    Ok(tuple(names))
}

/// Bytes that CPython counts for an instruction.
const INSTRUCTION: i64 = 2;

fn line_value(line: u32) -> Value {
    if line == 0 { Value::NONE } else { int(line.into()) }
}

/// `co_lines()`: an iterator of (start, end, line).
fn lines(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = slots::nothing(vm, &args)?;
    let code = &payload::<CodeObject>(vm, value)?.code;
    let end = code.instrs.len() as u32;
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for entry in &code.locations {
        if runs.last().is_none_or(|&(_, line)| line != entry.loc.line) {
            runs.push((entry.start, entry.loc.line));
        }
    }
    let ends = runs.iter().skip(1).map(|&(start, _)| start).chain([end]);
    let ranges = runs.iter().zip(ends).map(|(&(start, line), end)| {
        tuple(vec![int(i64::from(start) * INSTRUCTION), int(i64::from(end) * INSTRUCTION), line_value(line)])
    });
    Ok(super::iter::from_items(ranges.collect()))
}

/// `co_positions()`: an iterator of (line, end line, column, end column), one for each instruction.
fn positions(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = slots::nothing(vm, &args)?;
    let code = &payload::<CodeObject>(vm, value)?.code;
    let place = |pc: u32| {
        let loc = code.location(pc);
        if loc.line == 0 {
            return tuple(vec![Value::NONE; 4]);
        }
        tuple([loc.line, loc.end_line, loc.col, loc.end_col].map(|n| int(n.into())).to_vec())
    };
    Ok(super::iter::from_items((0..code.instrs.len() as u32).map(place).collect()))
}

/// `replace(co_flags=…)`: a copy with other flags, names or places.
fn replace(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = slots::receiver(vm, &args)?;
    if args.len() > 1 {
        return Err(vm.type_error("replace() takes no positional arguments"));
    }
    let mut code = (*payload::<CodeObject>(vm, value)?.code).clone();
    for (name, new) in args.keywords() {
        match super::text_of(name).as_str() {
            "co_name" => code.name = text_argument(vm, name, new)?,
            "co_qualname" => code.qualname = text_argument(vm, name, new)?,
            "co_filename" => code.filename = text_argument(vm, name, new)?,
            "co_firstlineno" => code.first_line = number_argument(vm, new)?,
            "co_flags" => code.flags = number_argument(vm, new)?,
            // What can't be changed may be given as it is.
            known if is_fixed(known) => {
                let own = vm.get_attr(value, &crate::objects::intern_value(name))?;
                if !vm.same(&own, new)? {
                    return Err(vm.not_implemented_error(format!("replacing {known} is not supported")));
                }
            }
            other => return Err(vm.type_error(format!("replace() got an unexpected keyword argument '{other}'"))),
        }
    }
    Ok(CodeObject::create(&Rc::new(code)).into_value())
}

fn is_fixed(name: &str) -> bool {
    DEFS.iter().any(|def| matches!(def, Def::Get(known, _) if *known == name))
}

fn text_argument(vm: &mut Vm, name: &Value, new: &Value) -> Res<Rc<str>> {
    match new.downcast::<Str>() {
        Some(text) => Ok(text.to_string_lossy().into()),
        None => {
            let (name, got) = (super::text_of(name), class_of(new).name_str());
            Err(vm.type_error(format!("replace() argument '{name}' must be str, not {got}")))
        }
    }
}

fn number_argument(vm: &mut Vm, new: &Value) -> Res<u32> {
    let number = vm.as_index(new)?;
    match u32::try_from(number) {
        Ok(number) => Ok(number),
        Err(_) => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}
