//! The awaitable of `anext(iterator, default)`: passes everything on to the iterator's own awaitable, and ends with
//! the default where that one ends with StopAsyncIteration.

use crate::heap::{self, Kind, Ref};
use crate::objects::{Class, Opaque, intern};
use crate::types::generator::awaitable_iter;
use crate::types::{Def, builtin_class};
use crate::value::Value;
use crate::{Args, Res, Resume, Vm, names, types};
use weft_bytecode::AwaitContext;

struct AnextAwaitable {
    /// What `__anext__` gave.
    awaitable: Value,
    default: Value,
}

const DEFS: &[Def] = &[
    Def::Slot("__await__", itself),
    Def::Slot("__iter__", itself),
    Def::Slot("__next__", next),
    Def::Method("send", send),
    Def::Method("throw", throw),
    Def::Method("close", close),
];

thread_local! {
    static CLASS: Ref<Class> =
        builtin_class("anext_awaitable", Kind::Opaque, crate::objects::class_flags::FINAL, &types().object, DEFS);
}

/// The awaitable for a default.
pub fn create(awaitable: Value, default: Value) -> Value {
    let class = CLASS.with(Clone::clone);
    heap::new(&class, Opaque::new(AnextAwaitable { awaitable, default })).into_value()
}

/// What drives the awaitable: asked for at each step, as the awaitable may be anything.
fn driver(vm: &mut Vm, state: &AnextAwaitable) -> Res {
    awaitable_iter(vm, &state.awaitable, AwaitContext::Await as u8)
}

fn state<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a AnextAwaitable> {
    match args.pos().first().and_then(Value::native_state) {
        Some(state) => Ok(state),
        None => Err(vm.type_error("an anext_awaitable is needed")),
    }
}

fn itself(vm: &mut Vm, args: Args<'_>) -> Res {
    state(vm, &args)?;
    Ok(args.pos()[0].clone())
}

/// Turns StopAsyncIteration into the default as result.
fn or_default(vm: &mut Vm, state: &AnextAwaitable, result: Res) -> Res {
    if result.is_err() && vm.thrown_is(&types().exceptions.StopAsyncIteration) {
        drop(vm.catch());
        return Err(vm.stop_iteration(state.default.clone()));
    }
    result
}

fn next(vm: &mut Vm, args: Args<'_>) -> Res {
    let state = state(vm, &args)?;
    let driver = driver(vm, state)?;
    let result = match driver.is_kind(Kind::Generator) {
        true => vm.resume_to_value(&driver, Resume::Send(Value::NONE)),
        false => vm.next_or_stop(&driver),
    };
    or_default(vm, state, result)
}

fn pass_on(vm: &mut Vm, args: Args<'_>, name: &Value) -> Res {
    let state = state(vm, &args)?;
    let driver = driver(vm, state)?;
    let result = vm.call_method(&driver, name, args.rest().pos());
    or_default(vm, state, result)
}

fn send(vm: &mut Vm, args: Args<'_>) -> Res {
    pass_on(vm, args, &names().send)
}

fn throw(vm: &mut Vm, args: Args<'_>) -> Res {
    pass_on(vm, args, &names().throw)
}

fn close(vm: &mut Vm, args: Args<'_>) -> Res {
    pass_on(vm, args, &intern(b"close"))
}
