//! What `gather` and `wait` do for each of their futures.

use std::cell::Cell;
use std::collections::HashMap;

use weft_vm::heap::VmCell;
use weft_vm::objects::{Future, FutureState, Intrinsic, Native, NativeFn, NativeKind, class_flags, list, tuple};
use weft_vm::{Args, Request, Res, Value, Vm, class_of, types};

use super::support::{Import, classes, import, names};
use super::{current, event_loop, future, task};
use crate::native::object;

pub const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("_gather_begin", gather_begin),
    ("_gather_attach", gather_attach),
    ("_wait_begin", wait_begin),
    ("_wait_end", wait_end),
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
            future::set_result_now(vm, future, found, result.clone())?;
        }
        return Ok(Value::NONE);
    }
    let cancelled = vm.call_method(future, &names().cancelled, &[])?;
    if vm.truth(&cancelled)? {
        return Ok(Value::NONE);
    }
    let callable = vm.get_attr(future, &names().set_result)?;
    Err(vm.request(Request::Call { callable, args: vec![result.clone()] }))
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
fn gather_begin(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_gather_begin", 2, 2)?;
    let return_exceptions = vm.truth(&args.pos()[1])?;
    let Some(arguments) = args.pos()[0].as_items().map(<[Value]>::to_vec) else { return Ok(Value::NONE) };
    let is_coroutine = |value: &Value| class_of(value).is(&types().coroutine);
    if !arguments.iter().all(|value| is_coroutine(value) || plain(value).is_some()) {
        return Ok(Value::NONE);
    }
    let Some(first) = arguments.first() else { return Ok(Value::NONE) };
    let event_loop = match plain(first) {
        Some(future) => future.event_loop.get().clone(),
        None => current::event_loop(vm)?,
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
    for child in &state.done {
        child_done(vm, state, child)?;
    }
    Ok(Value::NONE)
}

fn gathered(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_done_callback", 1, 1)?;
    if let [state, child, ..] = args.pos()
        && let Some(state) = state.native_state::<Gathering>()
    {
        child_done(vm, state, child)?;
    }
    Ok(Value::NONE)
}

fn child_done(vm: &mut Vm, state: &Gathering, child: &Value) -> Res<()> {
    state.finished.set(state.finished.get() + 1);
    let outer = state.outer.get().clone();
    let Some(future) = plain(child) else { return Ok(()) };
    if Future::of(&outer).is_none_or(|outer| !outer.is_pending()) {
        // Its exception counts as seen.
        future.log_traceback.set(false);
        return Ok(());
    }
    let error = match future.state() {
        FutureState::Cancelled if !state.return_exceptions => Some(future::cancelled_error(vm, future)?),
        FutureState::Failed if !state.return_exceptions => {
            future.log_traceback.set(false);
            Some(future.outcome.get().clone())
        }
        _ if state.finished.get() < state.count => return Ok(()),
        _ => {
            let requested = vm.get_attr(&outer, &names()._cancel_requested)?;
            if vm.truth(&requested)? { Some(future::cancelled_error(vm, future)?) } else { None }
        }
    };
    if let Some(error) = error {
        return vm.call_method(&outer, &names().set_exception, &[error]).map(drop);
    }
    let results = state.children.iter().map(|child| outcome(vm, child)).collect::<Res<Vec<Value>>>()?;
    vm.call_method(&outer, &names().set_result, &[list(results)]).map(drop)
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
fn wait_begin(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_wait_begin", 5, 5)?;
    let [futures, waiter, timer, first_completed, first_exception] = args.pos() else { return Ok(Value::NONE) };
    let futures = vm.collect(futures)?;
    let state = Counting {
        waiter: waiter.clone(),
        timer: timer.clone(),
        left: Cell::new(futures.len()),
        first_completed: vm.truth(first_completed)?,
        first_exception: vm.truth(first_exception)?,
    };
    let callback = callback("_on_completion", completed, object(&classes().counting, state));
    for future in &futures {
        match plain(future) {
            Some(found) if found.is_pending() => future::push_callback(found, callback.clone(), Value::NONE),
            _ => drop(vm.call_method(future, &names().add_done_callback, std::slice::from_ref(&callback))?),
        }
    }
    Ok(callback)
}

/// `_wait_end(futures, callback)`: takes the callback off.
fn wait_end(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_wait_end", 2, 2)?;
    let [futures, callback] = args.pos() else { return Ok(Value::NONE) };
    for future in vm.collect(futures)? {
        match plain(&future) {
            Some(found) if !found.is_pending() => {}
            _ => drop(vm.call_method(&future, &names().remove_done_callback, std::slice::from_ref(callback))?),
        }
    }
    Ok(Value::NONE)
}

fn completed(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_on_completion", 1, 1)?;
    let [state, future, ..] = args.pos() else { return Ok(Value::NONE) };
    let Some(state) = state.native_state::<Counting>() else { return Ok(Value::NONE) };
    state.left.set(state.left.get().saturating_sub(1));
    if state.left.get() > 0 && !state.first_completed && !(state.first_exception && has_failed(vm, future)?) {
        return Ok(Value::NONE);
    }
    if !state.timer.is_none() {
        vm.call_method(&state.timer, &names().cancel, &[])?;
    }
    match plain(&state.waiter) {
        Some(waiter) if waiter.is_pending() => future::set_result_now(vm, &state.waiter, waiter, Value::NONE)?,
        Some(_) => {}
        None => {
            let done = vm.call_method(&state.waiter, &names().done, &[])?;
            if !vm.truth(&done)? {
                vm.call_method(&state.waiter, &names().set_result, &[Value::NONE])?;
            }
        }
    }
    Ok(Value::NONE)
}

fn has_failed(vm: &mut Vm, future: &Value) -> Res<bool> {
    if let Some(found) = plain(future) {
        let failed = found.state() == FutureState::Failed;
        if failed {
            found.log_traceback.set(false);
        }
        return Ok(failed);
    }
    let cancelled = vm.call_method(future, &names().cancelled, &[])?;
    if vm.truth(&cancelled)? {
        return Ok(false);
    }
    Ok(!vm.call_method(future, &names().exception, &[])?.is_none())
}
