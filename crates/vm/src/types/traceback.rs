//! `traceback` and `frame`.

use super::bootstrap::Def;
use super::function::read_only;
use super::slots::{self, payload};
use crate::heap::{self, Kind, VmCell};
use crate::objects::{Dict, FrameObject, Function, NOT_BEGUN, Traceback, int};
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, restartable, types};

pub const DEFS: &[Def] = &[
    Def::New(restartable!(new)),
    Def::GetSet("tb_next", |vm, v| payload::<Traceback>(vm, v).map(|t| t.next.get().clone()), set_next),
    Def::Get("tb_frame", frame),
    Def::Get("tb_lineno", |vm, v| payload::<Traceback>(vm, v).map(|t| line(t.loc().line))),
    Def::Get("tb_lasti", |vm, v| payload::<Traceback>(vm, v).map(|t| offset(t.pc))),
];

pub const FRAME_DEFS: &[Def] = &[
    Def::Slot("__repr__", slots::repr),
    Def::Method("clear", clear),
    Def::Get("f_code", |vm, v| payload::<FrameObject>(vm, v).map(|f| f.code.value().clone())),
    Def::Get("f_lineno", |vm, v| payload::<FrameObject>(vm, v).map(|f| line(f.loc().line))),
    Def::Get("f_lasti", |vm, v| payload::<FrameObject>(vm, v).map(|f| offset(f.pc.get()))),
    Def::Get("f_locals", locals),
    Def::Get("f_globals", |vm, v| payload::<FrameObject>(vm, v).map(|f| part(f, |f| f.globals.value().clone()))),
    Def::Get("f_builtins", |vm, v| payload::<FrameObject>(vm, v).map(|f| part(f, |f| f.builtins.value().clone()))),
    Def::Get("f_back", |vm, v| payload::<FrameObject>(vm, v).map(|f| f.back.clone())),
    Def::GetSet("f_trace", |vm, v| payload::<FrameObject>(vm, v).map(|f| f.trace.get().clone()), set_trace),
    Def::GetSet("f_trace_lines", |vm, v| payload::<FrameObject>(vm, v).map(lines), set_trace_lines),
    Def::GetSet("f_trace_opcodes", |_, _| Ok(Value::FALSE), ignore),
    Def::GetSet("f_generator", |_, _| Ok(Value::NONE), read_only),
];

fn line(line: u32) -> Value {
    if line == 0 { Value::NONE } else { int(line.into()) }
}

/// An instruction's number as an offset in bytes, as CPython counts.
fn offset(pc: u32) -> Value {
    if pc == NOT_BEGUN { int(0) } else { int(i64::from(pc) * 2) }
}

fn part(frame: &FrameObject, pick: fn(&Function) -> Value) -> Value {
    frame.function.downcast::<Function>().map_or(Value::NONE, pick)
}

fn lines(frame: &FrameObject) -> Value {
    Value::bool(frame.trace_lines.get())
}

fn set_trace(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    drop(payload::<FrameObject>(vm, value)?.trace.replace(new.unwrap_or(Value::NONE)));
    Ok(())
}

fn set_trace_lines(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    match new {
        Some(new) if new.is_bool() => {
            payload::<FrameObject>(vm, value)?.trace_lines.set(new.is_true());
            Ok(())
        }
        Some(_) => Err(vm.type_error("attribute value type must be bool")),
        None => Err(vm.type_error("can't delete numeric/char attribute")),
    }
}

/// Instructions of Weft are nobody's to trace: nothing is told of them.
fn ignore(_vm: &mut Vm, _value: &Value, _new: Option<Value>) -> Res<()> {
    Ok(())
}

fn new(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let params = ["tb_next", "tb_frame", "tb_lasti", "tb_lineno"];
    let [next, frame, lasti, lineno] = args.rest().bind(vm, "traceback", params, 4)?;
    let next = next.cloned().unwrap_or(Value::NONE);
    if !next.is_none() && !next.is_kind(Kind::Traceback) {
        let got = class_of(&next).name_str();
        return Err(vm.type_error(format!("expected traceback object or None, got '{got}'")));
    }
    let frame = frame.cloned().unwrap_or(Value::NONE);
    let Some(source) = frame.downcast::<FrameObject>() else {
        let got = class_of(&frame).name_str();
        return Err(vm.type_error(format!("traceback() argument 'tb_frame' must be frame, not {got}")));
    };
    let lasti = vm.as_index(lasti.unwrap_or(&Value::NONE))?;
    vm.as_index(lineno.unwrap_or(&Value::NONE))?;
    let made = Traceback {
        next: VmCell::new(next),
        function: source.function.clone(),
        code: source.code.clone(),
        pc: u32::try_from(lasti / 2).unwrap_or(source.pc.get()),
        frame: VmCell::new(frame.clone()),
    };
    Ok(heap::new(&types().traceback, made).into_value())
}

fn set_next(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let Some(new) = new else { return Err(vm.type_error("can't delete tb_next attribute")) };
    if !new.is_none() && !new.is_kind(Kind::Traceback) {
        let got = class_of(&new).name_str();
        return Err(vm.type_error(format!("expected traceback object, got '{got}'")));
    }
    let mut link = new.clone();
    while let Some(next) = link.downcast::<Traceback>().map(|t| t.next.get().clone()) {
        if link.is(value) {
            return Err(vm.value_error("traceback loop detected"));
        }
        link = next;
    }
    payload::<Traceback>(vm, value)?.next.set(new);
    Ok(())
}

/// The frame, pictured when first asked for. The real one is gone by then, so a function's locals are unknown.
fn frame(vm: &mut Vm, value: &Value) -> Res {
    let traceback = payload::<Traceback>(vm, value)?;
    if !traceback.frame.get().is_unset() {
        return Ok(traceback.frame.get().clone());
    }
    let optimized = traceback.code.flags & weft_bytecode::flags::OPTIMIZED != 0;
    let locals = match traceback.function.downcast::<Function>() {
        Some(function) if !optimized => function.globals.value().clone(),
        _ => Value::NONE,
    };
    let (function, code) = (traceback.function.clone(), traceback.code.clone());
    let picture = FrameObject::new(function, code, traceback.pc, locals, Value::NONE);
    let picture = heap::new(&types().frame, picture).into_value();
    traceback.frame.set(picture.clone());
    Ok(picture)
}

fn locals(vm: &mut Vm, value: &Value) -> Res {
    if let Some(locals) = crate::dispatch::traced_locals(vm, value) {
        return Ok(locals);
    }
    let frame = payload::<FrameObject>(vm, value)?;
    if frame.locals.get().is_none() || frame.locals.get().is_unset() {
        frame.locals.set(Dict::create().into_value());
    }
    Ok(frame.locals.get().clone())
}

/// `clear()`: drops the picture's locals. The running frame keeps its own.
fn clear(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = slots::nothing(vm, &args)?;
    let frame = payload::<FrameObject>(vm, value)?;
    if frame.code.flags & weft_bytecode::flags::OPTIMIZED != 0 {
        frame.locals.set(Value::NONE);
    }
    Ok(Value::NONE)
}
