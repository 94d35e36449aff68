//! The awaitable of `anext(iterator, default)`: passes everything on to the iterator's own awaitable, and ends with
//! the default where that one ends with StopAsyncIteration.

use crate::heap::{self, Kind, Ref};
use crate::objects::{Class, Opaque, intern};
use crate::types::{Def, builtin_class};
use crate::value::Value;
use crate::{Args, Res, Vm, names, types};

struct AnextAwaitable {
    /// The iterator of what `__anext__` gave.
    inner: Value,
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
pub fn create(vm: &mut Vm, awaitable: Value, default: Value) -> Res {
    let inner = match vm.special(&awaitable, &names().__await__) {
        Some(method) => vm.call_on(&method, &awaitable, &[])?,
        None => {
            let name = crate::class_of(&awaitable).name_str();
            return Err(vm.type_error(format!("object {name} can't be used in 'await' expression")));
        }
    };
    let class = CLASS.with(Clone::clone);
    Ok(heap::new(&class, Opaque::new(AnextAwaitable { inner, default })).into_value())
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
    let result = vm.next_or_stop(&state.inner);
    or_default(vm, state, result)
}

fn pass_on(vm: &mut Vm, args: Args<'_>, name: &Value) -> Res {
    let state = state(vm, &args)?;
    let result = vm.call_method(&state.inner, name, args.rest().pos());
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
