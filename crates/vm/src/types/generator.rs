//! Generators, coroutines, async generators and their awaitables as objects. What their methods do happens in
//! `dispatch::generator`, asked for by requests.

use super::bootstrap::Def;
use crate::frame::{GenKind, GenState, Generator};
use crate::heap::{Kind, Ref, VmCell};
use crate::objects::{
    AsyncGenAction, AsyncGenOp, AsyncGenOpState, CoroutineWrapper, FrameObject, Function, Intrinsic, tuple,
};
use crate::value::Value;
use crate::{Args, Outcome, Request, Res, Resume, Vm, class_of, names, types};
use std::cell::Cell;
use weft_bytecode::{AwaitContext, flags};

pub const DEFS: &[Def] = &[
    Def::Slot("__iter__", itself),
    Def::Special("__next__", next, Intrinsic::Next),
    Def::Special("send", send, Intrinsic::Send),
    Def::Special("throw", throw, Intrinsic::Throw),
    Def::Special("close", close, Intrinsic::Close),
    Def::Slot("__del__", close),
    Def::GetSet("__name__", name, set_name),
    Def::GetSet("__qualname__", qualname, set_qualname),
    Def::Get("gi_running", running),
    Def::Get("gi_suspended", suspended),
    Def::Get("gi_yieldfrom", yieldfrom),
    Def::Get("gi_code", code),
    Def::Get("gi_frame", frame),
];

pub const COROUTINE_DEFS: &[Def] = &[
    Def::Slot("__await__", wrapper),
    Def::Special("send", send, Intrinsic::Send),
    Def::Special("throw", throw, Intrinsic::Throw),
    Def::Special("close", close, Intrinsic::Close),
    Def::Slot("__del__", close),
    Def::GetSet("__name__", name, set_name),
    Def::GetSet("__qualname__", qualname, set_qualname),
    Def::Get("cr_running", running),
    Def::Get("cr_suspended", suspended),
    Def::Get("cr_await", yieldfrom),
    Def::Get("cr_code", code),
    Def::Get("cr_frame", frame),
    Def::Get("cr_origin", origin),
];

pub const ASYNC_DEFS: &[Def] = &[
    Def::Slot("__aiter__", itself),
    Def::Slot("__anext__", anext),
    Def::Method("asend", asend),
    Def::Method("athrow", athrow),
    Def::Method("aclose", aclose),
    Def::GetSet("__name__", name, set_name),
    Def::GetSet("__qualname__", qualname, set_qualname),
    Def::Get("ag_running", async_running),
    Def::Get("ag_suspended", suspended),
    Def::Get("ag_await", yieldfrom),
    Def::Get("ag_code", code),
    Def::Get("ag_frame", frame),
    Def::Class("__class_getitem__", super::slots::class_getitem),
];

pub const OP_DEFS: &[Def] = &[
    Def::Slot("__await__", itself),
    Def::Slot("__iter__", itself),
    Def::Slot("__next__", op_next),
    Def::Method("send", op_send),
    Def::Method("throw", op_throw),
    Def::Method("close", op_close),
];

pub const WRAPPER_DEFS: &[Def] = &[
    Def::Slot("__iter__", itself),
    Def::Slot("__next__", wrapper_next),
    Def::Method("send", wrapper_send),
    Def::Method("throw", wrapper_throw),
    Def::Method("close", wrapper_close),
];

fn itself(_vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(args.pos()[0].clone())
}

fn resume(vm: &mut Vm, generator: &Value, action: Resume) -> Res {
    Err(vm.request(Request::Resume { generator: generator.clone(), action }))
}

fn next(vm: &mut Vm, args: Args<'_>) -> Res {
    resume(vm, &args.pos()[0], Resume::Send(Value::NONE))
}

fn method_name(this: &Value, method: &str) -> String {
    format!("{}.{method}", class_of(this).name_str())
}

fn send(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, &method_name(&args.pos()[0], "send"), 1, 1)?;
    resume(vm, &args.pos()[0], Resume::Send(args.pos()[1].clone()))
}

/// The exception that `throw(type[, value[, traceback]])` means.
fn thrown(vm: &mut Vm, args: Args<'_>) -> Res {
    let rest = args.rest();
    rest.expect(vm, "throw", 1, 3)?;
    if rest.len() > 1 {
        let class = types().exceptions.DeprecationWarning.clone();
        let text = "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.";
        crate::builtins::core::warn(vm, &class, text)?;
    }
    super::exception_defs::normalise(vm, rest.pos())
}

fn throw(vm: &mut Vm, args: Args<'_>) -> Res {
    let exception = thrown(vm, args)?;
    resume(vm, &args.pos()[0], Resume::Throw(exception))
}

fn close(vm: &mut Vm, args: Args<'_>) -> Res {
    resume(vm, &args.pos()[0], Resume::Close)
}

fn this(value: &Value) -> Ref<Generator> {
    // Natives of this file are only found on the classes of generators, and receivers are checked.
    Ref::from_value_unchecked(value.clone())
}

fn function_of(value: &Value) -> Ref<Function> {
    Ref::from_value_unchecked(this(value).frame.get().function.clone())
}

/// Parts of `Generator::extra`.
const EXTRA_NAME: usize = 0;
const EXTRA_QUALNAME: usize = 1;
const EXTRA_ORIGIN: usize = 2;
/// The finaliser hook of an async generator.
pub const EXTRA_FINALIZER: usize = 3;

fn extra(value: &Value, part: usize) -> Option<Value> {
    let found = this(value).extra()?.as_items()?.get(part).cloned()?;
    if found.is_unset() { None } else { Some(found) }
}

fn set_extra(value: &Value, part: usize, new: Value) {
    let generator = this(value);
    let extra = generator.extra().unwrap_or(Value::UNSET);
    let mut items = match extra.as_items() {
        Some(items) => items.to_vec(),
        None => vec![Value::UNSET; 4],
    };
    items[part] = new;
    generator.set_extra(tuple(items));
}

fn name(_vm: &mut Vm, value: &Value) -> Res {
    Ok(extra(value, EXTRA_NAME).unwrap_or_else(|| function_of(value).name.get().clone()))
}

fn qualname(_vm: &mut Vm, value: &Value) -> Res {
    Ok(extra(value, EXTRA_QUALNAME).unwrap_or_else(|| function_of(value).qualname.get().clone()))
}

/// The qualified name, for `repr` and warnings.
pub fn qualname_text(value: &Value) -> String {
    let name = extra(value, EXTRA_QUALNAME).unwrap_or_else(|| function_of(value).qualname.get().clone());
    super::text_of(&name)
}

fn set_text(vm: &mut Vm, value: &Value, part: usize, what: &str, new: Option<Value>) -> Res<()> {
    match new {
        Some(new) if new.is_kind(Kind::Str) => {
            set_extra(value, part, new);
            Ok(())
        }
        _ => Err(vm.type_error(format!("{what} must be set to a string object"))),
    }
}

fn set_name(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    set_text(vm, value, EXTRA_NAME, "__name__", new)
}

fn set_qualname(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    set_text(vm, value, EXTRA_QUALNAME, "__qualname__", new)
}

/// Whether the generator itself, or the chain it is part of, is being run.
pub fn is_running(value: &Value) -> bool {
    let generator = this(value);
    match generator.state() {
        GenState::Running => true,
        GenState::Suspended => crate::dispatch::chain_is_running(&generator),
        _ => false,
    }
}

fn running(_vm: &mut Vm, value: &Value) -> Res {
    Ok(Value::bool(is_running(value)))
}

fn async_running(_vm: &mut Vm, value: &Value) -> Res {
    Ok(Value::bool(this(value).is_async_running()))
}

fn suspended(_vm: &mut Vm, value: &Value) -> Res {
    Ok(Value::bool(this(value).state() == GenState::Suspended && !is_running(value)))
}

fn yieldfrom(vm: &mut Vm, value: &Value) -> Res {
    let delegate = if is_running(value) { None } else { crate::dispatch::delegate_of(&this(value)) };
    match delegate {
        // A frame awaits futures themselves; scripts are shown an iterator.
        Some(future) if crate::objects::Future::of(&future).is_some() && !is_iterator(vm, &future) => {
            (vm.futures.wait)(vm, Args::positional(&[future]))
        }
        delegate => Ok(delegate.unwrap_or(Value::NONE)),
    }
}

fn is_iterator(vm: &mut Vm, value: &Value) -> bool {
    vm.has_attr_on_class(&class_of(value).clone(), &names().__next__)
}

fn code(_vm: &mut Vm, value: &Value) -> Res {
    Ok(function_of(value).code.get().value().clone())
}

fn frame(_vm: &mut Vm, value: &Value) -> Res {
    let generator = this(value);
    if generator.state() == GenState::Finished {
        return Ok(Value::NONE);
    }
    let frame = generator.frame.get();
    let code = frame.function().code.get().clone();
    let pc = if generator.state() == GenState::Created { crate::objects::NOT_BEGUN } else { frame.current() };
    let locals = crate::dispatch::locals_of(&generator);
    let picture = FrameObject::new(frame.function.clone(), code, pc, locals, Value::NONE);
    Ok(crate::heap::new(&types().frame, picture).into_value())
}

fn origin(_vm: &mut Vm, value: &Value) -> Res {
    Ok(extra(value, EXTRA_ORIGIN).unwrap_or(Value::NONE))
}

fn wrapper(_vm: &mut Vm, args: Args<'_>) -> Res {
    let wrapper = CoroutineWrapper { coroutine: args.pos()[0].clone() };
    Ok(crate::heap::new(&types().coroutine_wrapper, wrapper).into_value())
}

fn wrapped(value: &Value) -> Value {
    value.downcast::<CoroutineWrapper>().map_or(Value::NONE, |w| w.coroutine.clone())
}

fn wrapper_next(vm: &mut Vm, args: Args<'_>) -> Res {
    resume(vm, &wrapped(&args.pos()[0]), Resume::Send(Value::NONE))
}

fn wrapper_send(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "send", 1, 1)?;
    resume(vm, &wrapped(&args.pos()[0]), Resume::Send(args.pos()[1].clone()))
}

fn wrapper_throw(vm: &mut Vm, args: Args<'_>) -> Res {
    let exception = thrown(vm, args)?;
    resume(vm, &wrapped(&args.pos()[0]), Resume::Throw(exception))
}

fn wrapper_close(vm: &mut Vm, args: Args<'_>) -> Res {
    resume(vm, &wrapped(&args.pos()[0]), Resume::Close)
}

/// Notes which hooks an async generator has before its first step; gives the one that is to be told of it now.
fn begin_async(vm: &mut Vm, generator: &Value) -> Option<Value> {
    let payload = this(generator);
    if payload.is_hooked() {
        return None;
    }
    payload.set_hooked();
    let (first, last) = (vm.asyncgen_hooks.firstiter.clone(), vm.asyncgen_hooks.finalizer.clone());
    if !last.is_none() {
        set_extra(generator, EXTRA_FINALIZER, last);
    }
    Some(first).filter(|hook| !hook.is_none())
}

/// What a script wants of an async generator while the hook is told.
struct Operation {
    generator: Value,
    action: AsyncGenAction,
    argument: Value,
}

impl Operation {
    fn awaitable(&self) -> Value {
        let class = match self.action {
            AsyncGenAction::Send => &types().async_generator_asend,
            _ => &types().async_generator_athrow,
        };
        let op = AsyncGenOp {
            generator: self.generator.clone(),
            action: self.action,
            state: Cell::new(AsyncGenOpState::Created),
            argument: VmCell::new(self.argument.clone()),
        };
        crate::heap::new(class, op).into_value()
    }
}

fn operation(vm: &mut Vm, generator: &Value, action: AsyncGenAction, argument: Value) -> Res {
    let hook = begin_async(vm, generator);
    let operation = Operation { generator: generator.clone(), action, argument };
    let Some(hook) = hook else { return Ok(operation.awaitable()) };
    match vm.ask_call(&hook, std::slice::from_ref(generator)) {
        Ok(_) => Ok(operation.awaitable()),
        told => vm.and_then(told, give_awaitable, crate::objects::Opaque::state(operation)),
    }
}

/// The hook was told.
fn give_awaitable(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    vm.state_of(state).map(Operation::awaitable)
}

pub(crate) fn is_async(value: &Value) -> bool {
    value.downcast::<Generator>().is_some_and(|g| g.kind() == GenKind::AsyncGenerator)
}

/// The awaitable for the item that an async generator is asked for, where the dispatch loop went without one.
pub(crate) fn item_under_way(generator: Value) -> Value {
    let op = AsyncGenOp {
        generator,
        action: AsyncGenAction::Send,
        state: Cell::new(AsyncGenOpState::Running),
        argument: VmCell::new(Value::NONE),
    };
    crate::heap::new(&types().async_generator_asend, op).into_value()
}

fn anext(vm: &mut Vm, args: Args<'_>) -> Res {
    operation(vm, &args.pos()[0], AsyncGenAction::Send, Value::NONE)
}

fn asend(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "async_generator.asend", 1, 1)?;
    operation(vm, &args.pos()[0], AsyncGenAction::Send, args.pos()[1].clone())
}

fn athrow(vm: &mut Vm, args: Args<'_>) -> Res {
    let exception = thrown(vm, args)?;
    operation(vm, &args.pos()[0], AsyncGenAction::Throw, exception)
}

fn aclose(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "async_generator.aclose", 0, 0)?;
    let exit = crate::objects::Exception::create(&types().exceptions.GeneratorExit, Vec::new());
    operation(vm, &args.pos()[0], AsyncGenAction::Close, exit.into_value())
}

fn op_next(vm: &mut Vm, args: Args<'_>) -> Res {
    resume(vm, &args.pos()[0], Resume::Operate(Value::NONE))
}

fn op_send(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "send", 1, 1)?;
    resume(vm, &args.pos()[0], Resume::Operate(args.pos()[1].clone()))
}

fn op_throw(vm: &mut Vm, args: Args<'_>) -> Res {
    let exception = thrown(vm, args)?;
    resume(vm, &args.pos()[0], Resume::OperateThrow(exception))
}

fn op_close(vm: &mut Vm, args: Args<'_>) -> Res {
    let Some(op) = args.pos()[0].as_ref::<AsyncGenOp>() else { return Ok(Value::NONE) };
    if op.state.get() != AsyncGenOpState::Running {
        op.state.set(AsyncGenOpState::Done);
        return Ok(Value::NONE);
    }
    let exit = crate::objects::Exception::create(&types().exceptions.GeneratorExit, Vec::new()).into_value();
    let action = Resume::OperateThrow(exit);
    let requested = Err(vm.request(Request::Resume { generator: op.value().clone(), action }));
    vm.and_then(requested, op_closed, Value::NONE)
}

fn op_closed(vm: &mut Vm, _state: &Value, outcome: Outcome) -> Res {
    let Outcome::Raised(exception) = outcome else {
        return Err(vm.runtime_error("coroutine ignored GeneratorExit"));
    };
    let exceptions = &types().exceptions;
    let quiet = [&exceptions.StopIteration, &exceptions.StopAsyncIteration, &exceptions.GeneratorExit];
    match quiet.into_iter().any(|class| class_of(&exception).is_subclass_of(class)) {
        true => Ok(Value::NONE),
        false => Err(vm.rethrow(exception)),
    }
}

/// The iterator of an awaitable, for `await`, `async with` and the like.
pub fn awaitable_iter(vm: &mut Vm, source: &Value, context: u8) -> Res {
    if let Some(generator) = source.downcast::<Generator>() {
        let iterable = generator.kind() == GenKind::Generator
            && generator.frame.get().code().flags & flags::ITERABLE_COROUTINE != 0;
        if generator.kind() == GenKind::Coroutine || iterable {
            if generator.kind() == GenKind::Coroutine && generator.delegate().is_some() && !is_running(source) {
                return Err(vm.runtime_error("coroutine is being awaited already"));
            }
            return Ok(source.clone());
        }
    }
    if source.is_kind(Kind::AsyncGenOp) {
        return Ok(source.clone());
    }
    let class = class_of(source).clone();
    let Some(method) = vm.lookup(&class, &names().__await__) else { return Err(not_awaitable(vm, source, context)) };
    let iterator = vm.call_on(&method, source, &[])?;
    checked_await(vm, iterator)
}

/// TypeError unless `__await__` gave an iterator.
pub(crate) fn checked_await(vm: &mut Vm, iterator: Value) -> Res {
    if iterator.downcast::<Generator>().is_some_and(|g| g.kind() == GenKind::Coroutine) {
        return Err(vm.type_error("__await__() returned a coroutine"));
    }
    let own = class_of(&iterator).clone();
    if vm.has_attr_on_class(&own, &names().__next__) {
        return Ok(iterator);
    }
    let got = own.name_str();
    Err(vm.type_error(format!("__await__() returned non-iterator of type '{got}'")))
}

fn not_awaitable(vm: &mut Vm, source: &Value, context: u8) -> crate::Thrown {
    let class = class_of(source).name_str();
    let message = match AwaitContext::from_u8(context) {
        Some(AwaitContext::AsyncEnter) => {
            format!("'async with' received an object from __aenter__ that does not implement __await__: {class}")
        }
        Some(AwaitContext::AsyncExit) => {
            format!("'async with' received an object from __aexit__ that does not implement __await__: {class}")
        }
        _ => format!("object {class} can't be used in 'await' expression"),
    };
    vm.type_error(message)
}

/// `__aiter__()` of what `async for` iterates.
pub fn async_iter(vm: &mut Vm, source: &Value) -> Res {
    let class = class_of(source).clone();
    let Some(method) = vm.lookup(&class, &names().__aiter__) else {
        let class = class.name_str();
        return Err(vm.type_error(format!("'async for' requires an object with __aiter__ method, got {class}")));
    };
    let iterator = vm.call_on(&method, source, &[])?;
    checked_async_iterator(vm, iterator)
}

/// TypeError unless `__aiter__` gave an async iterator.
pub(crate) fn checked_async_iterator(vm: &mut Vm, iterator: Value) -> Res {
    let own = class_of(&iterator).clone();
    if vm.has_attr_on_class(&own, &names().__anext__) {
        return Ok(iterator);
    }
    let got = own.name_str();
    Err(vm
        .type_error(format!("'async for' received an object from __aiter__ that does not implement __anext__: {got}")))
}

/// The awaitable's iterator of the next item of an async iterator.
pub fn async_next(vm: &mut Vm, source: &Value) -> Res {
    if source.downcast::<Generator>().is_some_and(|g| g.kind() == GenKind::AsyncGenerator) {
        return operation(vm, source, AsyncGenAction::Send, Value::NONE);
    }
    let class = class_of(source).clone();
    let Some(method) = vm.lookup(&class, &names().__anext__) else {
        let class = class.name_str();
        return Err(vm.type_error(format!("'async for' requires an iterator with __anext__ method, got {class}")));
    };
    let awaitable = vm.call_on(&method, source, &[])?;
    let iterator = awaitable_iter(vm, &awaitable, AwaitContext::AsyncFor as u8);
    iterator.map_err(|_| invalid_item(vm, &awaitable))
}

/// TypeError, because of the exception in flight: what `__anext__` gave cannot be awaited.
pub(crate) fn invalid_item(vm: &mut Vm, awaitable: &Value) -> crate::Thrown {
    let cause = vm.catch();
    let got = class_of(awaitable).name_str();
    let message = format!("'async for' received an invalid object from __anext__: {got}");
    let error = crate::objects::Exception::create(&types().exceptions.TypeError, vec![Value::from(message)]);
    error.cause.set(cause.clone());
    error.context.set(cause);
    error.suppress_context.set(true);
    vm.rethrow(error.into_value())
}

/// What the death of a generator that has not finished makes happen.
pub fn finalize(vm: &mut Vm, value: &Value) -> Res<()> {
    let generator = this(value);
    if generator.state() == GenState::Created {
        if generator.kind() == GenKind::Coroutine {
            return crate::builtins::core::warn_never_awaited(vm, value);
        }
        return Ok(());
    }
    if generator.kind() == GenKind::AsyncGenerator && !generator.is_async_closed() {
        if let Some(hook) = extra(value, EXTRA_FINALIZER) {
            vm.call(&hook, std::slice::from_ref(value))?;
            return Ok(());
        }
        if generator.is_hooked() {
            // Without a loop that finishes it, what is suspended is dropped.
            return vm.resume_to_value(value, Resume::Close).map(drop);
        }
    }
    vm.resume_to_value(value, Resume::Close).map(drop)
}
