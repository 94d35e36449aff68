//! What `gather` and `wait` do for each of their futures.

use std::cell::Cell;
use std::collections::HashMap;

use weft_vm::heap::VmCell;
use weft_vm::objects::{Future, FutureState, Intrinsic, Native, NativeFn, NativeKind, class_flags, list, tuple};
use weft_vm::{Args, Asks, Outcome, Res, Restartable, Value, Vm, class_of, restartable, types};

use super::support::{Import, classes, for_each, go_slowly, import, names};
use super::{current, event_loop, future, task};
use crate::native::object;

pub const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("_gather_begin", restartable!(gather_begin)),
    ("_gather_attach", gather_attach),
    ("_wait_begin", restartable!(wait_begin)),
    ("_wait_end", restartable!(wait_end)),
    ("_set_result_unless_cancelled", set_result_unless_cancelled),
];

/// A future of a class that no script has made.
fn plain(value: &Value) -> Option<&Future> {
    Future::of(value).filter(|_| class_of(value).has(class_flags::BUILTIN))
}

/// A native function around a state, as a callback.
fn callback(name: &'static str, function: NativeFn, state: Value) -> Value {
    Native::create_full(name, function, NativeKind::Function, Intrinsic::None, Value::UNSET, state).into_value()
}

/// `_set_result_unless_cancelled(future, result)`
fn set_result_unless_cancelled(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_set_result_unless_cancelled", 2, 2)?;
    let [future, result] = args.pos() else { return Ok(Value::NONE) };
    if let Some(found) = Future::of(future).filter(|_| class_of(future).is(&classes().future)) {
        if found.state() != FutureState::Cancelled {
            return future::set_result_now(vm, future, found, result.clone()).map(|()| Value::NONE);
        }
        return Ok(Value::NONE);
    }
    go_slowly(vm, args.pos(), set_result_of_other)
}

fn set_result_of_other(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [future, result] = args.pos() else { return Ok(Value::NONE) };
    let cancelled = vm.once_asked(|vm| vm.ask_method(future, &names().cancelled, &[]))?;
    if vm.is_true(&cancelled)? {
        return Ok(Value::NONE);
    }
    vm.ask_method(future, &names().set_result, std::slice::from_ref(result))
}

// gather.

struct Gathering {
    children: Vec<Value>,
    /// How many different futures there are, and how many are done.
    count: usize,
    finished: Cell<usize>,
    /// Those that were done at the start.
    done: Vec<Value>,
    return_exceptions: bool,
    /// The future of all results; unset until it is made.
    outer: VmCell<Value>,
}

/// `_gather_begin(arguments, return_exceptions)`: makes tasks of coroutines and watches all; gives the children, their
/// loop and what `_gather_attach` wants. None, with nothing done, if some arguments need more than that.
fn gather_begin(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "_gather_begin", 2, 2)?;
    let return_exceptions = vm.is_true(&args.pos()[1])?;
    let Some(arguments) = args.pos()[0].as_items().map(<[Value]>::to_vec) else { return Ok(Value::NONE) };
    let is_coroutine = |value: &Value| class_of(value).is(&types().coroutine);
    if !arguments.iter().all(|value| is_coroutine(value) || plain(value).is_some()) {
        return Ok(Value::NONE);
    }
    let Some(first) = arguments.first() else { return Ok(Value::NONE) };
    let event_loop = match plain(first) {
        Some(future) => future.event_loop.get().clone(),
        None => vm.once_asked(current::ask_event_loop)?,
    };
    if event_loop.is_unset() || !event_loop::makes_plain_tasks(vm, &event_loop) {
        return Ok(Value::NONE);
    }
    let mut known: HashMap<u64, usize> = HashMap::with_capacity(arguments.len());
    let (mut children, mut unique, mut done) = (Vec::with_capacity(arguments.len()), Vec::new(), Vec::new());
    for argument in &arguments {
        if let Some(&place) = known.get(&argument.bits()) {
            let again: Value = Value::clone(&children[place]);
            children.push(again);
            continue;
        }
        known.insert(argument.bits(), children.len());
        let child = child_of(vm, argument, &event_loop)?;
        match plain(&child) {
            Some(future) if future.is_pending() => unique.push(child.clone()),
            _ => done.push(child.clone()),
        }
        children.push(child);
    }
    let count = known.len();
    let finished = Cell::new(0);
    let outer = VmCell::new(Value::UNSET);
    let shown = list(children.clone());
    let state = Gathering { children, count, finished, done, return_exceptions, outer };
    let state = object(&classes().gathering, state);
    let callback = callback("_done_callback", gathered, state.clone());
    for child in unique.iter().filter_map(plain) {
        future::push_callback(child, callback.clone(), Value::NONE);
    }
    Ok(tuple(vec![shown, event_loop, state]))
}

/// The future that an argument is, or a task of it.
fn child_of(vm: &mut Vm, argument: &Value, event_loop: &Value) -> Res {
    let Some(future) = plain(argument) else {
        let child = task::create(vm, event_loop, argument.clone(), Value::NONE, None)?;
        // It is ours, so nobody else can forget it.
        task::forget_quietly(&child);
        return Ok(child);
    };
    if future.event_loop.get().is(event_loop) {
        return Ok(argument.clone());
    }
    let text = "The future belongs to a different loop than the one specified as the loop argument";
    Err(vm.value_error(text))
}

/// `_gather_attach(state, outer)`: now there is a future for the results.
fn gather_attach(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_gather_attach", 2, 2)?;
    let Some(state) = args.pos()[0].native_state::<Gathering>() else { return Ok(Value::NONE) };
    drop(state.outer.replace(args.pos()[1].clone()));
    for_each(vm, state.done.clone(), &args.pos()[0], |vm, state, child| match state.native_state::<Gathering>() {
        Some(state) => child_done(vm, state, child),
        None => Ok(Value::NONE),
    })
}

fn gathered(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_done_callback", 1, 1)?;
    if let [state, child, ..] = args.pos()
        && let Some(state) = state.native_state::<Gathering>()
    {
        let told = child_done(vm, state, child);
        return vm.for_none(told);
    }
    Ok(Value::NONE)
}

/// Counts a child that is done, and settles the outer future if that was the last, or has failed.
fn child_done(vm: &mut Vm, state: &Gathering, child: &Value) -> Res {
    state.finished.set(state.finished.get() + 1);
    let outer = state.outer.get().clone();
    let Some(future) = plain(child) else { return Ok(Value::NONE) };
    if Future::of(&outer).is_none_or(|outer| !outer.is_pending()) {
        // Its exception counts as seen.
        future.log_traceback.set(false);
        return Ok(Value::NONE);
    }
    let error = match future.state() {
        FutureState::Cancelled if !state.return_exceptions => Some(future::cancelled_error(vm, future)?),
        FutureState::Failed if !state.return_exceptions => {
            future.log_traceback.set(false);
            Some(future.outcome.get().clone())
        }
        _ if state.finished.get() < state.count => return Ok(Value::NONE),
        _ => {
            let requested = vm.get_attr(&outer, &names()._cancel_requested)?;
            if vm.truth(&requested)? { Some(future::cancelled_error(vm, future)?) } else { None }
        }
    };
    if let Some(error) = error {
        return vm.ask_method(&outer, &names().set_exception, &[error]);
    }
    let results = state.children.iter().map(|child| outcome(vm, child)).collect::<Res<Vec<Value>>>()?;
    vm.ask_method(&outer, &names().set_result, &[list(results)])
}

/// What the list of results has for a child.
fn outcome(vm: &mut Vm, child: &Value) -> Res {
    let Some(future) = plain(child) else { return Ok(Value::NONE) };
    future.log_traceback.set(false);
    if future.state() != FutureState::Cancelled {
        return Ok(future.outcome.get().clone());
    }
    let message = future.rare.get().as_ref().and_then(|rare| rare.cancel_message.clone());
    let class = import(vm, Import::CancelledError)?;
    vm.call(&class, &[message.unwrap_or_else(|| Value::from(""))])
}

// wait.

struct Counting {
    waiter: Value,
    timer: Value,
    left: Cell<usize>,
    first_completed: bool,
    first_exception: bool,
}

/// `_wait_begin(futures, waiter, timer, first_completed, first_exception)`: has the waiter set once enough of the
/// futures are done; gives the callback.
fn wait_begin(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "_wait_begin", 5, 5)?;
    let [futures, waiter, timer, first_completed, first_exception] = args.pos() else { return Ok(Value::NONE) };
    let futures = vm.once_asked(|vm| vm.ask_items(futures))?;
    let futures = futures.as_items().unwrap_or_default().to_vec();
    let state = Counting {
        waiter: waiter.clone(),
        timer: timer.clone(),
        left: Cell::new(futures.len()),
        first_completed: vm.is_true(first_completed)?,
        first_exception: vm.is_true(first_exception)?,
    };
    let callback = callback("_on_completion", completed, object(&classes().counting, state));
    let watched = for_each(vm, futures, &callback, |vm, callback, future| match plain(future) {
        Some(found) if found.is_pending() => {
            future::push_callback(found, callback.clone(), Value::NONE);
            Ok(Value::NONE)
        }
        _ => vm.ask_method(future, &names().add_done_callback, std::slice::from_ref(callback)),
    });
    match watched {
        Ok(_) => Ok(callback),
        watched => vm.and_then(watched, give_callback, callback),
    }
}

/// All futures are watched.
fn give_callback(vm: &mut Vm, callback: &Value, outcome: Outcome) -> Res {
    outcome.result(vm).map(|_| callback.clone())
}

/// `_wait_end(futures, callback)`: takes the callback off.
fn wait_end(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "_wait_end", 2, 2)?;
    let [futures, callback] = args.pos() else { return Ok(Value::NONE) };
    let futures = vm.once_asked(|vm| vm.ask_items(futures))?;
    let futures = futures.as_items().unwrap_or_default().to_vec();
    for_each(vm, futures, callback, |vm, callback, future| match plain(future) {
        Some(found) if !found.is_pending() => Ok(Value::NONE),
        _ => vm.ask_method(future, &names().remove_done_callback, std::slice::from_ref(callback)),
    })
}

fn completed(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_on_completion", 1, 1)?;
    let [state, future, ..] = args.pos() else { return Ok(Value::NONE) };
    let Some(state) = state.native_state::<Counting>() else { return Ok(Value::NONE) };
    state.left.set(state.left.get().saturating_sub(1));
    if state.left.get() == 0 || state.first_completed {
        return stop_waiting(vm, args.pos());
    }
    match plain(future) {
        _ if !state.first_exception => Ok(Value::NONE),
        Some(found) if found.state() == FutureState::Failed => {
            found.log_traceback.set(false);
            stop_waiting(vm, args.pos())
        }
        Some(_) => Ok(Value::NONE),
        None => go_slowly(vm, args.pos(), stop_if_failed),
    }
}

/// Stops waiting if a future that is no plain one has failed.
fn stop_if_failed(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [_, future, ..] = args.pos() else { return Ok(Value::NONE) };
    let cancelled = vm.once_asked(|vm| vm.ask_method(future, &names().cancelled, &[]))?;
    if vm.is_true(&cancelled)? {
        return Ok(Value::NONE);
    }
    let exception = vm.once_asked(|vm| vm.ask_method(future, &names().exception, &[]))?;
    if exception.is_none() { Ok(Value::NONE) } else { stop_waiting(vm, args.pos()) }
}

/// Has the one go on who waits: enough is done.
fn stop_waiting(vm: &mut Vm, values: &[Value]) -> Res {
    let Some(state) = values.first().and_then(Value::native_state::<Counting>) else { return Ok(Value::NONE) };
    if state.timer.is_none()
        && let Some(waiter) = plain(&state.waiter)
    {
        return match waiter.is_pending() {
            true => future::set_result_now(vm, &state.waiter, waiter, Value::NONE).map(|()| Value::NONE),
            false => Ok(Value::NONE),
        };
    }
    go_slowly(vm, &values[..1], stop_slowly)
}

/// The same with a timer, or a waiter of another class.
fn stop_slowly(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let state = crate::native::this::<Counting>(vm, &args)?;
    if !state.timer.is_none() {
        vm.once_asked(|vm| vm.ask_method(&state.timer, &names().cancel, &[]))?;
    }
    let done = vm.once_asked(|vm| vm.ask_method(&state.waiter, &names().done, &[]))?;
    if vm.is_true(&done)? {
        return Ok(Value::NONE);
    }
    vm.ask_method(&state.waiter, &names().set_result, &[Value::NONE])
}
