//! The awaitable of `anext(iterator, default)`: passes everything on to the iterator's own awaitable, and ends with
//! the default where that one ends with StopAsyncIteration.

use crate::heap::{self, Kind, Ref};
use crate::objects::{Class, Opaque, intern, tuple};
use crate::types::generator::awaitable_iter;
use crate::types::{Def, builtin_class};
use crate::value::Value;
use crate::vm::{Outcome, Question};
use crate::{Args, Request, Res, Resume, Vm, class_of, names, types};
use smallvec::smallvec;
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

/// Has what drives the awaitable do something: that is asked for at each step, as the awaitable may be anything.
fn pass_on(vm: &mut Vm, args: Args<'_>, name: &Value) -> Res {
    let AnextAwaitable { awaitable, default } = state(vm, &args)?;
    let rest = args.rest();
    if let Some(method) = vm.method_in_language(awaitable, &names().__await__) {
        let state = tuple([default, name].into_iter().chain(rest.pos()).cloned().collect());
        let asked = smallvec![awaitable.clone()];
        let asked = Err(vm.request(Request::Ask { method, args: asked, question: Question::Awaited }));
        return vm.and_then(asked, drive, state);
    }
    let driver = awaitable_iter(vm, awaitable, AwaitContext::Await as u8)?;
    let result = ask_driver(vm, driver, name, rest.pos());
    vm.then(result, or_default, default)
}

fn ask_driver(vm: &mut Vm, driver: Value, name: &Value, args: &[Value]) -> Res {
    if driver.is_kind(Kind::Generator) && name.is(&names().__next__) {
        // Coroutines have no such method.
        return Err(vm.request(Request::Resume { generator: driver, action: Resume::Send(Value::NONE) }));
    }
    vm.ask_method(&driver, name, args)
}

/// `__await__` gave what drives the awaitable.
fn drive(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let result = outcome.result(vm);
    let Some([default, name, args @ ..]) = state.as_items() else { return result };
    let result = result.and_then(|driver| ask_driver(vm, driver, name, args));
    vm.then(result, or_default, default)
}

/// Turns StopAsyncIteration into the default as result.
fn or_default(vm: &mut Vm, default: &Value, outcome: Outcome) -> Res {
    match outcome {
        Outcome::Value(value) => Ok(value),
        Outcome::Returned(value) => Err(vm.stop_iteration(value)),
        Outcome::Raised(error) if class_of(&error).is_subclass_of(&types().exceptions.StopAsyncIteration) => {
            Err(vm.stop_iteration(default.clone()))
        }
        Outcome::Raised(error) => Err(vm.rethrow(error)),
    }
}

fn next(vm: &mut Vm, args: Args<'_>) -> Res {
    pass_on(vm, args, &names().__next__)
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
