//! `Handle`: a callback that waits for its turn.

use std::cell::Cell;

use weft_vm::heap::{self, Ref, VmCell};
use weft_vm::objects::{Class, Handle, HandleExtra, HandleKind, tuple};
use weft_vm::types::Def;
use weft_vm::types::slots;
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm, restartable, types};

use super::support::{Import, ask_import, class_for, classes, go_slowly, handle_class};
use super::{event_loop, task, turn};
use crate::contextvars;

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", restartable!(init)),
    Def::Slot("__repr__", repr),
    Def::Method("_repr_info", |vm, args| ask_import(vm, Import::HandleReprInfo, args.pos())),
    Def::Method("_run", turn::HANDLE_RUN),
    Def::Method("cancel", cancel),
    Def::Method("cancelled", |vm, args| Ok(Value::bool(this(vm, &args)?.cancelled.get()))),
    Def::Method("get_context", |vm, args| Ok(this(vm, &args)?.context.get().clone())),
    Def::GetSet("_callback", callback, set_callback),
    Def::GetSet("_args", arguments, set_arguments),
    Def::GetSet("_context", |_, v| field(v, |h| &h.context), |_, v, new| set(v, new, |h| &h.context)),
    Def::GetSet("_loop", |_, v| field(v, |h| &h.event_loop), |_, v, new| set(v, new, |h| &h.event_loop)),
    Def::GetSet("_cancelled", cancelled, set_cancelled),
    Def::GetSet(
        "_source_traceback",
        |_, v| Ok(known(v, |e| e.source.clone())),
        |_, v, new| set_extra(v, new, |extra| &mut extra.source),
    ),
    Def::GetSet(
        "_repr",
        |_, v| Ok(known(v, |e| e.text.clone())),
        |_, v, new| set_extra(v, new, |extra| &mut extra.text),
    ),
];

/// Part of what few handles have, or None.
fn known(value: &Value, part: fn(&HandleExtra) -> Value) -> Value {
    let extra = value.downcast::<Handle>().and_then(|handle| handle.extra.get().as_deref());
    extra.map_or(Value::NONE, part)
}

fn set_extra(value: &Value, new: Option<Value>, part: fn(&mut HandleExtra) -> &mut Value) -> Res<()> {
    let new = new.unwrap_or(Value::NONE);
    if let Some(handle) = value.downcast::<Handle>()
        && !(new.is_none() && handle.extra.get().is_none())
    {
        drop(std::mem::replace(part(handle.extra()), new));
    }
    Ok(())
}

fn blank() -> Handle {
    Handle {
        kind: Cell::new(HandleKind::Tuple),
        cancelled: Cell::new(false),
        callback: VmCell::new(Value::NONE),
        args: VmCell::new(types().empty_tuple.clone()),
        context: VmCell::new(Value::NONE),
        event_loop: VmCell::new(Value::NONE),
        extra: VmCell::new(None),
    }
}

/// A handle of a loop that is not in debug mode.
pub fn make(kind: HandleKind, callback: Value, args: Value, context: Value, event_loop: &Value) -> Value {
    make_as(&handle_class(), None, kind, callback, args, context, event_loop)
}

/// As `make`, of a class, and perhaps a timer.
pub fn make_as(
    class: &Ref<Class>,
    extra: Option<Box<HandleExtra>>,
    kind: HandleKind,
    callback: Value,
    args: Value,
    context: Value,
    event_loop: &Value,
) -> Value {
    let handle = Handle {
        kind: Cell::new(kind),
        cancelled: Cell::new(false),
        callback: VmCell::new(callback),
        args: VmCell::new(args),
        context: VmCell::new(context),
        event_loop: VmCell::new(event_loop.clone()),
        extra: VmCell::new(extra),
    };
    heap::new(class, handle).into_value()
}

fn this<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a Handle> {
    slots::this::<Handle>(vm, args)
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_for(vm, &args, &classes().handle)?;
    Ok(heap::new(&class, blank()).into_value())
}

fn init(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let handle = this(vm, &args)?;
    let values = args
        .rest()
        .bind(vm, "Handle", ["callback", "args", "loop", "context"], 3)?
        .map(|given| given.cloned().unwrap_or(Value::NONE));
    initialise(vm, handle, values)?;
    Ok(Value::NONE)
}

/// Fills in callback, arguments, loop and context (or None).
pub fn initialise(vm: &mut Restartable<'_>, handle: &Handle, values: [Value; 4]) -> Res<()> {
    let [callback, args, event_loop, context] = values;
    handle.context.set(if context.is_none() { contextvars::copy_current() } else { context });
    handle.event_loop.set(event_loop.clone());
    handle.callback.set(callback);
    handle.args.set(args);
    handle.kind.set(HandleKind::Tuple);
    handle.cancelled.set(false);
    drop(handle.extra.replace(None));
    if event_loop::get_debug(vm, &event_loop)? {
        let source = vm.once_asked(|vm| ask_import(vm, Import::ExtractStack, &[]))?;
        drop(std::mem::replace(&mut handle.extra().source, source));
    }
    Ok(())
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    this(vm, &args)?;
    let kept = known(&args.pos()[0], |extra| extra.text.clone());
    if !kept.is_none() {
        return Ok(kept);
    }
    ask_import(vm, Import::HandleRepr, args.pos())
}

fn cancel(vm: &mut Vm, args: Args<'_>) -> Res {
    let handle = this(vm, &args)?;
    args.rest().expect(vm, "cancel", 0, 0)?;
    cancel_now(vm, &args.pos()[0], handle)
}

/// `Handle.cancel(handle)`.
pub fn cancel_now(vm: &mut Vm, value: &Value, handle: &Handle) -> Res {
    if handle.cancelled.get() {
        return Ok(Value::NONE);
    }
    let event_loop = handle.event_loop.get().clone();
    if !event_loop::is_quiet(vm, &event_loop) {
        return go_slowly(vm, std::slice::from_ref(value), cancel_slowly);
    }
    Ok(cancel_quietly(handle))
}

/// The same for a loop that may be in debug mode: callback and arguments go, but how they looked is kept.
pub fn cancel_slowly(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let handle = this(vm, &args)?;
    let was_cancelled = vm.once(|_| Ok(Value::bool(handle.cancelled.replace(true))))?;
    if was_cancelled.is_true() {
        return Ok(Value::NONE);
    }
    let event_loop = handle.event_loop.get().clone();
    if event_loop::get_debug(vm, &event_loop)? {
        let text = vm.once_asked(|vm| vm.ask_repr(&args.pos()[0]))?;
        drop(std::mem::replace(&mut handle.extra().text, text));
    }
    Ok(cancel_quietly(handle))
}

fn cancel_quietly(handle: &Handle) -> Value {
    handle.cancelled.set(true);
    handle.kind.set(HandleKind::Tuple);
    let old = (handle.callback.replace(Value::NONE), handle.args.replace(Value::NONE));
    drop(old);
    Value::NONE
}

/// The callback as scripts see it.
pub fn shown_callback(handle: &Handle) -> Value {
    let callback = handle.callback.get().clone();
    match handle.kind.get() {
        HandleKind::Tuple | HandleKind::One => callback,
        HandleKind::Step => task::step_object(&callback, handle.args.get().clone()),
        HandleKind::Wakeup => task::wakeup_method(&callback),
    }
}

fn callback(vm: &mut Vm, value: &Value) -> Res {
    Ok(shown_callback(slots::payload::<Handle>(vm, value)?))
}

/// Writes the fields as scripts see them.
fn materialise(handle: &Handle) {
    let callback = shown_callback(handle);
    let args = shown_arguments(handle);
    handle.kind.set(HandleKind::Tuple);
    let old = (handle.callback.replace(callback), handle.args.replace(args));
    drop(old);
}

fn set_callback(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let handle = slots::payload::<Handle>(vm, value)?;
    materialise(handle);
    handle.callback.set(new.unwrap_or(Value::NONE));
    Ok(())
}

fn shown_arguments(handle: &Handle) -> Value {
    let args = handle.args.get().clone();
    match handle.kind.get() {
        HandleKind::Tuple => args,
        HandleKind::One | HandleKind::Wakeup => tuple(vec![args]),
        HandleKind::Step => types().empty_tuple.clone(),
    }
}

fn arguments(vm: &mut Vm, value: &Value) -> Res {
    Ok(shown_arguments(slots::payload::<Handle>(vm, value)?))
}

fn set_arguments(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let handle = slots::payload::<Handle>(vm, value)?;
    materialise(handle);
    handle.args.set(new.unwrap_or(Value::NONE));
    Ok(())
}

fn field(value: &Value, part: fn(&Handle) -> &VmCell<Value>) -> Res {
    Ok(value.downcast::<Handle>().map_or(Value::NONE, |handle| part(handle).get().clone()))
}

fn set(value: &Value, new: Option<Value>, part: fn(&Handle) -> &VmCell<Value>) -> Res<()> {
    if let Some(handle) = value.downcast::<Handle>() {
        part(handle).set(new.unwrap_or(Value::NONE));
    }
    Ok(())
}

fn cancelled(vm: &mut Vm, value: &Value) -> Res {
    Ok(Value::bool(slots::payload::<Handle>(vm, value)?.cancelled.get()))
}

fn set_cancelled(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let truth = vm.truth(&new.unwrap_or(Value::FALSE))?;
    slots::payload::<Handle>(vm, value)?.cancelled.set(truth);
    Ok(())
}
