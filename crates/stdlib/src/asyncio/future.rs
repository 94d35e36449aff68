//! `Future`: a result that will be set later.

use weft_vm::heap::{self, Ref, VmCell};
use weft_vm::objects::{Class, Exception, Future, FutureRare, FutureState, intern, list, tuple};
use weft_vm::types::{Def, slots};
use weft_vm::{Args, Asks, Outcome, Request, Res, Restartable, Thrown, Value, Vm, class_of, restartable, types};

use super::support::{
    Import, ask_import, ask_named, class_for, classes, for_each, import, invalid_state, names, not_deleted,
};
use super::{current, event_loop, task};
use crate::contextvars;
use crate::native::{itself, object};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", restartable!(init)),
    Def::Slot("__del__", del),
    Def::Slot("__repr__", repr),
    Def::Slot("__await__", wait),
    Def::Slot("__iter__", wait),
    Def::Class("__class_getitem__", slots::class_getitem),
    Def::Method("add_done_callback", add_done_callback),
    Def::Method("remove_done_callback", restartable!(remove_done_callback)),
    Def::Method("cancel", cancel),
    Def::Method("cancelled", |vm, args| Ok(Value::bool(this(vm, &args)?.state() == FutureState::Cancelled))),
    Def::Method("done", |vm, args| Ok(Value::bool(!this(vm, &args)?.is_pending()))),
    Def::Method("result", result),
    Def::Method("exception", exception),
    Def::Method("set_result", set_result),
    Def::Method("set_exception", set_exception),
    Def::Method("get_loop", get_loop),
    Def::Method("_make_cancelled_error", make_cancelled_error),
    Def::Get("_state", state),
    Def::Get("_callbacks", callbacks),
    Def::Get("_result", |_, v| Ok(outcome(v, FutureState::Finished))),
    Def::Get("_exception", |_, v| Ok(outcome(v, FutureState::Failed))),
    Def::Get("_loop", |_, v| Ok(known(v).map_or(Value::NONE, |f| or_none(f.event_loop.get().clone())))),
    Def::Get("_source_traceback", |_, v| Ok(rare(v, |r| r.source_traceback.clone()))),
    Def::GetSet("_cancel_message", |_, v| Ok(rare(v, |r| r.cancel_message.clone())), set_cancel_message),
    Def::GetSet("_log_traceback", log_traceback, set_log_traceback),
    Def::GetSet("_asyncio_future_blocking", blocking, set_blocking),
];

/// Of the iterator that `__await__` gives where a frame does not await the future itself.
pub const ITER_DEFS: &[Def] = &[
    Def::Slot("__iter__", itself),
    Def::Slot("__next__", iter_next),
    Def::Method("send", iter_next),
    Def::Method("throw", iter_throw),
    Def::Method("close", iter_close),
];

/// The state of that iterator: the future, unset at the end.
struct Waiting(VmCell<Value>);

fn this<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a Future> {
    match args.pos().first().and_then(Future::of) {
        Some(future) => Ok(future),
        None => Err(vm.type_error("a future was expected")),
    }
}

fn known(value: &Value) -> Option<&Future> {
    Future::of(value)
}

fn or_none(value: Value) -> Value {
    if value.is_unset() { Value::NONE } else { value }
}

/// The future of a method that needs it to be initialised.
fn alive<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a Future> {
    let future = this(vm, args)?;
    if future.event_loop.get().is_unset() {
        return Err(vm.runtime_error("Future object is not initialized."));
    }
    Ok(future)
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_for(vm, &args, &classes().future)?;
    Ok(heap::new(&class, Future::new()).into_value())
}

fn init(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let future = this(vm, &args)?;
    if args.len() > 1 {
        return Err(vm.type_error("Future() takes no positional arguments"));
    }
    let [given] = args.rest().bind(vm, "Future", ["*loop"], 0)?;
    drop(future.reset());
    prepare(vm, future, given)?;
    Ok(Value::NONE)
}

/// Binds a future to its loop, the current one if none is given.
pub fn prepare(vm: &mut Restartable<'_>, future: &Future, given: Option<&Value>) -> Res<()> {
    let event_loop = match given {
        Some(given) if !given.is_none() => given.clone(),
        _ => vm.once_asked(current::ask_event_loop)?,
    };
    if event_loop::get_debug(vm, &event_loop)? {
        let stack = vm.once_asked(|vm| ask_import(vm, Import::ExtractStack, &[]))?;
        future.rare().source_traceback = Some(stack);
    }
    future.event_loop.set(event_loop);
    Ok(())
}

/// `loop.create_future()`.
pub fn create(vm: &mut Vm, event_loop: &Value) -> Res {
    let class = &classes().future;
    if !event_loop::is_quiet(vm, event_loop) {
        let (args, names) = (vec![event_loop.clone()], vec![intern(b"loop")]);
        return Err(vm.request(Request::Make { class: class.clone(), args, names }));
    }
    let future = heap::new(class, Future::new());
    future.event_loop.set(event_loop.clone());
    Ok(future.into_value())
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    alive(vm, &args)?;
    ask_import(vm, Import::FutureRepr, args.pos())
}

/// Reports an exception that nobody asked for.
pub fn del(vm: &mut Vm, args: Args<'_>) -> Res {
    let future = this(vm, &args)?;
    let value = &args.pos()[0];
    let reported = task::report_pending(vm, value);
    if reported.is_err() || !future.log_traceback.replace(false) {
        return reported;
    }
    let context = weft_vm::objects::Dict::create();
    let name = class_of(value).short_name();
    context.set("message", Value::from(format!("{name} exception was never retrieved")));
    context.set("exception", outcome(value, FutureState::Failed));
    context.set("future", value.clone());
    report(vm, future, &context)
}

/// Calls the loop's exception handler about a future.
pub fn report(vm: &mut Vm, future: &Future, context: &Ref<weft_vm::objects::Dict>) -> Res {
    if let Some(source) = future.rare.get().as_ref().and_then(|r| r.source_traceback.clone()) {
        context.set("source_traceback", source);
    }
    let event_loop = future.event_loop.get().clone();
    let told = vm.ask_method(&event_loop, &names().call_exception_handler, &[context.value().clone()]);
    vm.for_none(told)
}

// Settling.

/// Has the loop call everything that waits for the future. It may have to be waited for, as all that settles a future.
fn schedule_callbacks(vm: &mut Vm, value: &Value, future: &Future) -> Res<()> {
    let first = future.callback.replace(Value::UNSET);
    if first.is_unset() {
        return Ok(());
    }
    let context = future.context.replace(Value::UNSET);
    let more = future.rare.get_mut().as_mut().map(|r| std::mem::take(&mut r.more)).unwrap_or_default();
    let event_loop = future.event_loop.get().clone();
    let mut scheduled = call_soon(vm, &event_loop, first, value, context);
    let mut more = more.into_iter();
    while scheduled.is_ok()
        && let Some((callback, context)) = more.next()
    {
        scheduled = call_soon(vm, &event_loop, callback, value, context);
    }
    if scheduled.is_err() && vm.has_request() && more.len() > 0 {
        let rest = more.map(|(callback, context)| tuple(vec![callback, context]));
        let state = tuple(vec![value.clone(), tuple(rest.collect())]);
        return vm.and_then(Err(Thrown), schedule_rest, state).map(drop);
    }
    scheduled
}

/// The loop has taken one callback of a future.
fn schedule_rest(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    let Some([value, rest]) = state.as_items() else { return Ok(Value::NONE) };
    let result = for_each(vm, rest.as_items().unwrap_or_default().to_vec(), value, |vm, value, entry| {
        let (Some(future), Some([callback, context])) = (Future::of(value), entry.as_items()) else {
            return Ok(Value::NONE);
        };
        let event_loop = future.event_loop.get().clone();
        call_soon(vm, &event_loop, callback.clone(), value, context.clone()).map(|()| Value::NONE)
    });
    vm.last_act(result)
}

fn call_soon(vm: &mut Vm, event_loop: &Value, callback: Value, value: &Value, context: Value) -> Res<()> {
    if context.is_unset() {
        return task::wake_soon(vm, event_loop, &callback, value);
    }
    event_loop::soon(vm, event_loop, callback, value.clone(), context)
}

/// Cancels a future that may be done; tells whether it was pending.
pub fn cancel_now(vm: &mut Vm, value: &Value, future: &Future, message: Option<Value>) -> Res<bool> {
    future.log_traceback.set(false);
    if !future.is_pending() {
        return Ok(false);
    }
    future.settle(FutureState::Cancelled, Value::NONE);
    if message.is_some() || future.rare.get().is_some() {
        future.rare().cancel_message = message;
    }
    match schedule_callbacks(vm, value, future) {
        Ok(()) => Ok(true),
        Err(_) => vm.and_then(Err(Thrown), give_true, Value::NONE).map(|_| true),
    }
}

fn give_true(vm: &mut Vm, _state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm).map(|_| Value::TRUE)
}

/// Finishes a pending future with a result.
pub fn set_result_now(vm: &mut Vm, value: &Value, future: &Future, result: Value) -> Res<()> {
    if !future.is_pending() {
        return Err(invalid_state(vm, "invalid state"));
    }
    future.settle(FutureState::Finished, result);
    schedule_callbacks(vm, value, future)
}

/// Finishes a pending future with an exception.
pub fn set_exception_now(vm: &mut Vm, value: &Value, future: &Future, exception: Value) -> Res<()> {
    if !future.is_pending() {
        return Err(invalid_state(vm, "invalid state"));
    }
    if exception.downcast::<Class>().is_some() {
        return match vm.ask_call(&exception, &[]) {
            Ok(made) => set_made_exception(vm, value, future, made),
            made => vm.and_then(made, set_when_made, value.clone()).map(drop),
        };
    }
    set_made_exception(vm, value, future, exception)
}

/// The exception whose class was given has been made.
fn set_when_made(vm: &mut Vm, value: &Value, outcome: Outcome) -> Res {
    let exception = outcome.result(vm)?;
    let Some(future) = Future::of(value) else { return Ok(Value::NONE) };
    if !future.is_pending() {
        return Err(invalid_state(vm, "invalid state"));
    }
    let result = set_made_exception(vm, value, future, exception).map(|()| Value::NONE);
    vm.last_act(result)
}

fn set_made_exception(vm: &mut Vm, value: &Value, future: &Future, exception: Value) -> Res<()> {
    let exception = as_settable(vm, exception)?;
    let traceback = exception.downcast::<Exception>().map(|e| e.traceback().clone()).filter(|t| !t.is_none());
    if traceback.is_some() {
        future.rare().traceback = traceback;
    }
    future.settle(FutureState::Failed, exception);
    match schedule_callbacks(vm, value, future) {
        Ok(()) => future.log_traceback.set(true),
        Err(_) => return vm.and_then(Err(Thrown), complain, value.clone()).map(drop),
    }
    Ok(())
}

/// The callbacks of a future that failed are scheduled.
fn complain(vm: &mut Vm, value: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    if let Some(future) = Future::of(value) {
        future.log_traceback.set(true);
    }
    Ok(Value::NONE)
}

/// The exception as an instance that a coroutine can be resumed with.
fn as_settable(vm: &mut Vm, exception: Value) -> Res {
    let exceptions = &types().exceptions;
    if !class_of(&exception).is_subclass_of(&exceptions.BaseException) {
        return Err(vm.type_error("invalid exception object"));
    }
    if !class_of(&exception).is_subclass_of(&exceptions.StopIteration) {
        return Ok(exception);
    }
    let text = "StopIteration interacts badly with generators and cannot be raised into a Future";
    let error = Exception::create(&exceptions.RuntimeError, vec![Value::from(text)]);
    error.cause.set(exception.clone());
    error.context.set(exception);
    error.suppress_context.set(true);
    Ok(error.into_value())
}

fn cancel(vm: &mut Vm, args: Args<'_>) -> Res {
    let future = alive(vm, &args)?;
    let [message] = args.rest().bind(vm, "cancel", ["msg"], 0)?;
    let message = message.filter(|m| !m.is_none()).cloned();
    cancel_now(vm, &args.pos()[0], future, message).map(Value::bool)
}

fn set_result(vm: &mut Vm, args: Args<'_>) -> Res {
    let future = alive(vm, &args)?;
    let result = match args.raw() {
        ([_, result], []) => Some(result),
        _ => args.rest().bind(vm, "set_result", ["/result"], 1)?[0],
    };
    let settled = set_result_now(vm, &args.pos()[0], future, result.cloned().unwrap_or(Value::NONE));
    vm.for_none(settled.map(|()| Value::NONE))
}

fn set_exception(vm: &mut Vm, args: Args<'_>) -> Res {
    let future = alive(vm, &args)?;
    let [exception] = args.rest().bind(vm, "set_exception", ["/exception"], 1)?;
    let settled = set_exception_now(vm, &args.pos()[0], future, exception.cloned().unwrap_or(Value::NONE));
    vm.for_none(settled.map(|()| Value::NONE))
}

// Results.

/// The CancelledError to raise: once the one that ended a task, with its traceback.
pub fn cancelled_error(vm: &mut Vm, future: &Future) -> Res {
    if let Some(rare) = future.rare.get_mut()
        && let Some(error) = rare.cancelled_error.take()
    {
        return Ok(error);
    }
    let message = future.rare.get().as_ref().and_then(|r| r.cancel_message.clone());
    let class = import(vm, Import::CancelledError)?;
    vm.call(&class, message.as_slice())
}

fn make_cancelled_error(vm: &mut Vm, args: Args<'_>) -> Res {
    let future = alive(vm, &args)?;
    cancelled_error(vm, future)
}

/// What a future that is done came to: Ok with the result, Err with the exception to raise.
pub fn settled(vm: &mut Vm, future: &Future) -> Res<Result<Value, Value>> {
    match future.state() {
        FutureState::Pending => Err(invalid_state(vm, "Result is not set.")),
        FutureState::Cancelled => cancelled_error(vm, future).map(Err),
        FutureState::Finished => {
            future.log_traceback.set(false);
            Ok(Ok(future.outcome.get().clone()))
        }
        FutureState::Failed => {
            future.log_traceback.set(false);
            let exception = future.outcome.get().clone();
            let traceback = future.rare.get_mut().as_mut().and_then(|r| r.traceback.take());
            if let Some(payload) = exception.downcast::<Exception>() {
                payload.set_traceback(traceback.unwrap_or(Value::NONE));
            }
            Ok(Err(exception))
        }
    }
}

/// The result of a future, or its exception: for `await`.
pub fn take_result(vm: &mut Vm, value: &Value) -> Res {
    let Some(future) = Future::of(value) else { return Err(vm.system_error("a future was expected")) };
    match settled(vm, future)? {
        Ok(result) => Ok(result),
        Err(exception) => Err(vm.throw(exception)),
    }
}

fn uninitialised(vm: &mut Vm) -> Thrown {
    invalid_state(vm, "Future object is not initialized.")
}

fn result(vm: &mut Vm, args: Args<'_>) -> Res {
    let future = this(vm, &args)?;
    if future.event_loop.get().is_unset() {
        return Err(uninitialised(vm));
    }
    take_result(vm, &args.pos()[0])
}

fn exception(vm: &mut Vm, args: Args<'_>) -> Res {
    let future = this(vm, &args)?;
    if future.event_loop.get().is_unset() {
        return Err(uninitialised(vm));
    }
    match future.state() {
        FutureState::Pending => Err(invalid_state(vm, "Exception is not set.")),
        FutureState::Cancelled => {
            let error = cancelled_error(vm, future)?;
            Err(vm.throw(error))
        }
        FutureState::Finished => Ok(Value::NONE),
        FutureState::Failed => {
            future.log_traceback.set(false);
            Ok(future.outcome.get().clone())
        }
    }
}

// Callbacks.

/// Adds a callback with its context (None for natives that need none), or (unset) a task that waits.
pub fn push_callback(future: &Future, callback: Value, context: Value) {
    if future.callback.get().is_unset() {
        drop(future.callback.replace(callback));
        drop(future.context.replace(context));
        return;
    }
    future.rare().more.push((callback, context));
}

fn add_done_callback(vm: &mut Vm, args: Args<'_>) -> Res {
    let future = alive(vm, &args)?;
    let (callback, context) = match args.raw() {
        ([_, callback], []) => (Some(callback), None),
        _ => {
            let [callback, context] = args.rest().bind(vm, "add_done_callback", ["/fn", "*context"], 1)?;
            (callback, context)
        }
    };
    let callback = callback.cloned().unwrap_or(Value::NONE);
    let context = match context {
        Some(context) if !context.is_none() => context.clone(),
        _ => contextvars::copy_current(),
    };
    if future.is_pending() {
        push_callback(future, callback, context);
    } else {
        let event_loop = future.event_loop.get().clone();
        let scheduled = event_loop::soon(vm, &event_loop, callback, args.pos()[0].clone(), context);
        return vm.for_none(scheduled.map(|()| Value::NONE));
    }
    Ok(Value::NONE)
}

/// All callbacks with their contexts, as scripts see them.
fn all_callbacks(future: &Future) -> Vec<(Value, Value)> {
    let first = future.callback.get().clone();
    if first.is_unset() {
        return Vec::new();
    }
    let mut all = vec![(first, future.context.get().clone())];
    all.extend(future.rare.get().iter().flat_map(|rare| rare.more.iter().cloned()));
    all
}

fn as_seen(entry: &(Value, Value)) -> (Value, Value) {
    if entry.1.is_unset() {
        return (task::wakeup_method(&entry.0), task::context_of(&entry.0));
    }
    let context = if entry.1.is_none() { contextvars::copy_current() } else { entry.1.clone() };
    (entry.0.clone(), context)
}

fn callbacks(_vm: &mut Vm, value: &Value) -> Res {
    let all = known(value).map(all_callbacks).unwrap_or_default();
    if all.is_empty() {
        return Ok(Value::NONE);
    }
    let pair = |entry: &(Value, Value)| {
        let (callback, context) = as_seen(entry);
        tuple(vec![callback, context])
    };
    Ok(list(all.iter().map(pair).collect()))
}

fn remove_done_callback(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let future = alive(vm, &args)?;
    args.rest().expect(vm, "remove_done_callback", 1, 1)?;
    let unwanted = &args.pos()[1];
    let entries = |future| all_callbacks(future).into_iter().map(|(callback, context)| tuple(vec![callback, context]));
    let before = vm.once(|_| Ok(tuple(entries(future).collect())))?;
    let before: Vec<(Value, Value)> = before.as_items().unwrap_or_default().iter().filter_map(pair).collect();
    let mut kept = Vec::new();
    for entry in &before {
        let same = vm.once_asked(|vm| vm.ask_same(&as_seen(entry).0, unwanted))?;
        if !same.is_true() {
            kept.push(entry.clone());
        }
    }
    let removed = before.len() - kept.len();
    if removed > 0 {
        // What a comparison added meanwhile stays, behind the others.
        kept.extend(all_callbacks(future).into_iter().skip(before.len()));
        let mut kept = kept.into_iter();
        let (callback, context) = kept.next().unwrap_or((Value::UNSET, Value::UNSET));
        let rest: Vec<_> = kept.collect();
        let old = future.rare.get_mut().as_mut().map(|r| std::mem::replace(&mut r.more, rest));
        drop((future.callback.replace(callback), future.context.replace(context), old));
    }
    Ok(weft_vm::objects::int(removed as i64))
}

fn pair(entry: &Value) -> Option<(Value, Value)> {
    let [callback, context] = entry.as_items()? else { return None };
    Some((callback.clone(), context.clone()))
}

// Attributes.

fn get_loop(vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(alive(vm, &args)?.event_loop.get().clone())
}

fn state(_vm: &mut Vm, value: &Value) -> Res {
    let text: &[u8] = match known(value).map(Future::state) {
        Some(FutureState::Cancelled) => b"CANCELLED",
        Some(FutureState::Finished | FutureState::Failed) => b"FINISHED",
        _ => b"PENDING",
    };
    Ok(weft_vm::objects::intern(text))
}

fn outcome(value: &Value, wanted: FutureState) -> Value {
    known(value).filter(|f| f.state() == wanted).map_or(Value::NONE, |f| f.outcome.get().clone())
}

fn rare(value: &Value, part: fn(&FutureRare) -> Option<Value>) -> Value {
    known(value).and_then(|f| f.rare.get().as_ref().and_then(|r| part(r))).unwrap_or(Value::NONE)
}

fn set_cancel_message(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let new = not_deleted(vm, new)?;
    if let Some(future) = known(value) {
        let old = std::mem::replace(&mut future.rare().cancel_message, Some(new).filter(|m| !m.is_none()));
        drop(old);
    }
    Ok(())
}

fn log_traceback(_vm: &mut Vm, value: &Value) -> Res {
    Ok(Value::bool(known(value).is_some_and(|f| f.log_traceback.get())))
}

fn set_log_traceback(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let new = not_deleted(vm, new)?;
    if vm.truth(&new)? {
        return Err(vm.value_error("_log_traceback can only be set to False"));
    }
    if let Some(future) = known(value) {
        future.log_traceback.set(false);
    }
    Ok(())
}

fn blocking(_vm: &mut Vm, value: &Value) -> Res {
    Ok(Value::bool(known(value).is_some_and(|f| f.blocking.get())))
}

fn set_blocking(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let new = not_deleted(vm, new)?;
    let truth = vm.truth(&new)?;
    if let Some(future) = known(value) {
        future.blocking.set(truth);
    }
    Ok(())
}

// Waiting by hand.

/// `__await__` and `__iter__`.
pub fn wait(vm: &mut Vm, args: Args<'_>) -> Res {
    alive(vm, &args)?;
    Ok(object(&classes().iterator, Waiting(VmCell::new(args.pos()[0].clone()))))
}

fn iter_next(vm: &mut Vm, args: Args<'_>) -> Res {
    let waiting = crate::native::this::<Waiting>(vm, &args)?;
    let value = waiting.0.get().clone();
    let Some(future) = Future::of(&value) else { return Err(vm.stop_iteration(Value::NONE)) };
    if future.is_pending() {
        if future.blocking.replace(true) {
            return Err(vm.runtime_error("await wasn't used with future"));
        }
        return Ok(value);
    }
    drop(waiting.0.replace(Value::UNSET));
    let result = take_result(vm, &value)?;
    Err(vm.stop_iteration(result))
}

fn iter_throw(vm: &mut Vm, args: Args<'_>) -> Res {
    let waiting = crate::native::this::<Waiting>(vm, &args)?;
    let rest = args.rest();
    rest.expect(vm, "throw", 1, 3)?;
    if rest.len() > 1 {
        let class = types().exceptions.DeprecationWarning.clone();
        let text = "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.";
        weft_vm::builtins::core::warn(vm, &class, text)?;
    }
    drop(waiting.0.replace(Value::UNSET));
    let exception = weft_vm::types::exception_defs::normalise(vm, rest.pos())?;
    Err(vm.rethrow(exception))
}

fn iter_close(vm: &mut Vm, args: Args<'_>) -> Res {
    let waiting = crate::native::this::<Waiting>(vm, &args)?;
    drop(waiting.0.replace(Value::UNSET));
    Ok(Value::NONE)
}

/// Cancels what a task waits for, through the method of its class.
pub fn cancel_any(vm: &mut Restartable<'_>, waited: &Value, message: &Value) -> Res<bool> {
    // Natives may call natives here without end.
    vm.enter_native("")?;
    let keywords = std::slice::from_ref(&names().msg);
    let answer = vm.once_asked(|vm| ask_named(vm, waited, &names().cancel, vec![message.clone()], keywords));
    vm.leave_native();
    vm.is_true(&answer?)
}
