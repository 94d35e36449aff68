//! The awaitable of `anext(iterator, default)`: passes everything on to the iterator's own awaitable, and ends with
//! the default where that one ends with StopAsyncIteration.

use crate::heap::{self, Kind, Ref};
use crate::objects::{Class, Opaque, intern};
use crate::types::generator::ask_awaitable_iter;
use crate::types::{Def, builtin_class};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Asks, Request, Res, Restartable, Resume, Vm, names, restartable, types};
use weft_bytecode::AwaitContext;

struct AnextAwaitable {
    /// What `__anext__` gave.
    awaitable: Value,
    default: Value,
}

const DEFS: &[Def] = &[
    Def::Slot("__await__", itself),
    Def::Slot("__iter__", itself),
    Def::Slot("__next__", restartable!(next)),
    Def::Method("send", restartable!(send)),
    Def::Method("throw", restartable!(throw)),
    Def::Method("close", restartable!(close)),
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
fn or_default(vm: &mut Vm, this: &Value, outcome: Outcome) -> Res {
    let result = match outcome {
        Outcome::Returned(value) => Err(vm.stop_iteration(value)),
        outcome => outcome.result(vm),
    };
    if result.is_err()
        && vm.thrown_is(&types().exceptions.StopAsyncIteration)
        && let Some(state) = this.native_state::<AnextAwaitable>()
    {
        drop(vm.catch());
        return Err(vm.stop_iteration(state.default.clone()));
    }
    result
}

/// Does something with what drives the awaitable, which is asked for at each step, as the awaitable may be anything.
fn drive(
    vm: &mut Restartable<'_>,
    args: Args<'_>,
    act: impl FnOnce(&mut Restartable<'_>, Value) -> Res<Request>,
) -> Res {
    let state = state(vm, &args)?;
    let driver = vm.once_asked(|vm| ask_awaitable_iter(vm, &state.awaitable, AwaitContext::Await as u8))?;
    let request = act(vm, driver)?;
    let requested = Err(vm.request(request));
    vm.and_then(requested, or_default, args.pos()[0].clone())
}

fn next(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    drive(vm, args, |_, driver| {
        Ok(match driver.is_kind(Kind::Generator) {
            true => Request::Resume { generator: driver, action: Resume::Send(Value::NONE) },
            false => Request::Next { iterator: driver },
        })
    })
}

fn pass_on(vm: &mut Restartable<'_>, args: Args<'_>, name: &Value) -> Res {
    let values = args.rest().pos().to_vec();
    drive(vm, args, |vm, driver| {
        let callable = vm.once_asked(|vm| vm.ask_attr(&driver, name))?;
        Ok(Request::Call { callable, args: values })
    })
}

fn send(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    pass_on(vm, args, &names().send)
}

fn throw(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    pass_on(vm, args, &names().throw)
}

fn close(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    pass_on(vm, args, &intern(b"close"))
}
