//! A task's step: resuming the coroutine, and what follows from how it stopped.

use weft_vm::objects::{Future, FutureState, HandleKind, Task, class_flags};
use weft_vm::types::exception_defs::stop_value;
use weft_vm::{Outcome, Request, Res, Resume, Value, Vm, class_of, types};

use super::support::{Import, call_named, import, invalid_state, is_exit, names, shown};
use super::{current, event_loop, future, task};
use crate::contextvars;

fn task_of<'a>(vm: &mut Vm, value: &'a Value) -> Res<&'a Task> {
    match value.downcast::<Task>() {
        Some(task) => Ok(task),
        None => Err(vm.type_error("a task was expected")),
    }
}

/// The step as a call of its own.
pub fn call(vm: &mut Vm, value: &Value, kind: HandleKind, argument: Value) -> Res {
    match begin(vm, value, kind, argument)? {
        Some(request) => {
            let result = Err(vm.request(request));
            vm.and_then(result, go_on, value.clone())
        }
        None => Ok(Value::NONE),
    }
}

fn go_on(vm: &mut Vm, value: &Value, outcome: Outcome) -> Res {
    end(vm, value, outcome)?;
    Ok(Value::NONE)
}

/// Begins a step for a handle of this kind: what is to be done first, unless it is over already.
pub fn begin(vm: &mut Vm, value: &Value, kind: HandleKind, argument: Value) -> Res<Option<Request>> {
    let task = task_of(vm, value)?;
    let exception = match kind {
        HandleKind::Wakeup => exception_of(vm, &argument),
        _ => Some(argument).filter(|e| !e.is_unset()),
    };
    if !task.future.is_pending() {
        let task = shown(vm, value)?;
        let exception = shown(vm, &exception.unwrap_or(Value::NONE))?;
        return Err(invalid_state(vm, format!("__step(): already done: {task} {exception}")));
    }
    let exception = if task.must_cancel.get() { Some(cancellation(vm, task, exception)?) } else { exception };
    drop(task.waiter.replace(Value::NONE));
    current::enter(vm, task.future.event_loop.get(), value)?;
    match resumption(vm, task, exception) {
        Ok(request) => Ok(Some(request)),
        Err(_) => {
            let error = vm.catch();
            end(vm, value, Outcome::Raised(error))?;
            Ok(None)
        }
    }
}

/// The exception to resume a task with whose future is done.
fn exception_of(vm: &mut Vm, waited: &Value) -> Option<Value> {
    let result = match Future::of(waited) {
        Some(future) if class_of(waited).has(class_flags::BUILTIN) => match future::settled(vm, future) {
            Ok(Ok(_)) => return None,
            Ok(Err(exception)) => return Some(exception),
            Err(thrown) => Err(thrown),
        },
        _ => vm.call_method(waited, &names().result, &[]),
    };
    if result.is_ok() { None } else { Some(vm.catch()) }
}

/// The CancelledError that a task is to be resumed with, because it was asked to be cancelled meanwhile.
fn cancellation(vm: &mut Vm, task: &Task, exception: Option<Value>) -> Res {
    task.must_cancel.set(false);
    match exception {
        Some(exception) if is_cancellation(vm, &exception)? => Ok(exception),
        _ => future::cancelled_error(vm, &task.future),
    }
}

fn is_cancellation(vm: &mut Vm, exception: &Value) -> Res<bool> {
    let class = import(vm, Import::CancelledError)?;
    Ok(class.downcast().is_some_and(|class| class_of(exception).is_subclass_of(class)))
}

fn resumption(vm: &mut Vm, task: &Task, exception: Option<Value>) -> Res<Request> {
    let coroutine = task.coroutine.get().clone();
    if class_of(&coroutine).is(&types().coroutine) || class_of(&coroutine).is(&types().generator) {
        let action = exception.map_or(Resume::Send(Value::NONE), Resume::Throw);
        return Ok(Request::Resume { generator: coroutine, action });
    }
    let (name, argument) = match exception {
        Some(exception) => (&names().throw, exception),
        None => (&names().send, Value::NONE),
    };
    let callable = vm.get_attr(&coroutine, name)?;
    Ok(Request::Call { callable, args: vec![argument] })
}

/// What follows from how the coroutine stopped. Errors are those that leave the step.
pub fn end(vm: &mut Vm, value: &Value, outcome: Outcome) -> Res<()> {
    let task = task_of(vm, value)?;
    let result = conclude(vm, value, task, outcome);
    let event_loop = task.future.event_loop.get().clone();
    if result.is_ok() {
        return current::leave(vm, &event_loop, value);
    }
    // The loop must not be left in the middle of a step; what flies goes before an error about that.
    let flying = vm.catch();
    if current::leave(vm, &event_loop, value).is_err() {
        drop(vm.catch());
    }
    Err(vm.rethrow(flying))
}

fn conclude(vm: &mut Vm, value: &Value, task: &Task, outcome: Outcome) -> Res<()> {
    match outcome {
        Outcome::Value(yielded) => suspend(vm, value, task, yielded),
        Outcome::Returned(result) => finish(vm, value, task, result),
        Outcome::Raised(error) if class_of(&error).is_subclass_of(&types().exceptions.StopIteration) => {
            finish(vm, value, task, stop_value(&error))
        }
        Outcome::Raised(error) => fail(vm, value, task, error),
    }
}

fn finish(vm: &mut Vm, value: &Value, task: &Task, result: Value) -> Res<()> {
    task.register.leave();
    if task.must_cancel.replace(false) {
        // Cancelled by its own last step.
        let message = task.future.rare.get().as_ref().and_then(|r| r.cancel_message.clone());
        return future::cancel_now(vm, value, &task.future, message).map(drop);
    }
    future::set_result_now(vm, value, &task.future, result)
}

fn fail(vm: &mut Vm, value: &Value, task: &Task, error: Value) -> Res<()> {
    task.register.leave();
    if is_cancellation(vm, &error)? {
        if task.future.is_pending() {
            task.future.rare().cancelled_error = Some(error);
        }
        return future::cancel_now(vm, value, &task.future, None).map(drop);
    }
    future::set_exception_now(vm, value, &task.future, error.clone())?;
    if is_exit(&error) { Err(vm.rethrow(error)) } else { Ok(()) }
}

/// Waits for what the coroutine yielded.
fn suspend(vm: &mut Vm, value: &Value, task: &Task, yielded: Value) -> Res<()> {
    let event_loop = task.future.event_loop.get().clone();
    if yielded.is_none() {
        // A bare yield gives way for one round of the loop.
        return event_loop::step_soon(vm, &event_loop, value, Value::UNSET, task.context.get().clone());
    }
    match Future::of(&yielded) {
        Some(waited) if class_of(&yielded).has(class_flags::BUILTIN) => {
            let is_right = waited.event_loop.get().is(&event_loop) && !yielded.is(value);
            if is_right && waited.blocking.replace(false) {
                return wait_for_future(vm, value, task, &yielded, waited);
            }
            refuse(vm, value, task, &event_loop, &yielded)
        }
        _ => wait_for_other(vm, value, task, &event_loop, &yielded),
    }
}

fn wait_for_future(vm: &mut Vm, value: &Value, task: &Task, yielded: &Value, waited: &Future) -> Res<()> {
    if waited.state() == FutureState::Pending {
        future::push_callback(waited, value.clone(), Value::UNSET);
    } else {
        let event_loop = waited.event_loop.get().clone();
        event_loop::wake_soon(vm, &event_loop, value, yielded, task.context.get().clone())?;
    }
    now_waiting(vm, task, yielded)
}

fn now_waiting(vm: &mut Vm, task: &Task, yielded: &Value) -> Res<()> {
    drop(task.waiter.replace(yielded.clone()));
    if task.must_cancel.get() {
        let message = task.future.rare.get().as_ref().and_then(|r| r.cancel_message.clone());
        if future::cancel_any(vm, yielded, message)? {
            task.must_cancel.set(false);
        }
    }
    Ok(())
}

/// As `wait_for_future` for anything that follows the protocol of futures.
fn wait_for_other(vm: &mut Vm, value: &Value, task: &Task, event_loop: &Value, yielded: &Value) -> Res<()> {
    let blocking = match vm.find_attr(yielded, &names()._asyncio_future_blocking)? {
        Some(blocking) if !blocking.is_none() => vm.truth(&blocking)?,
        _ => return refuse(vm, value, task, event_loop, yielded),
    };
    let own = loop_of(vm, yielded)?;
    if !blocking || yielded.is(value) || !own.is(event_loop) {
        return refuse(vm, value, task, event_loop, yielded);
    }
    vm.set_attr(yielded, &names()._asyncio_future_blocking, Value::FALSE)?;
    let (wakeup, context) = (task::wakeup_method(value), task.context.get().clone());
    let keywords = std::slice::from_ref(&names().context);
    call_named(vm, yielded, &names().add_done_callback, vec![wakeup, context], keywords)?;
    now_waiting(vm, task, yielded)
}

fn loop_of(vm: &mut Vm, future: &Value) -> Res {
    match vm.find_attr(future, &names().get_loop)? {
        Some(get_loop) => vm.call(&get_loop, &[]),
        None => vm.get_attr(future, &names()._loop),
    }
}

/// Resumes the coroutine with an error: it can't wait for what it yielded.
fn refuse(vm: &mut Vm, value: &Value, task: &Task, event_loop: &Value, yielded: &Value) -> Res<()> {
    let message = why_not(vm, value, event_loop, yielded)?;
    let class = types().exceptions.RuntimeError.value().clone();
    let error = vm.call(&class, &[Value::from(message)])?;
    event_loop::step_soon(vm, event_loop, value, error, task.context.get().clone())
}

fn why_not(vm: &mut Vm, value: &Value, event_loop: &Value, yielded: &Value) -> Res<String> {
    let (this, other) = (shown(vm, value)?, shown(vm, yielded)?);
    let blocking = vm.find_attr(yielded, &names()._asyncio_future_blocking)?.filter(|b| !b.is_none());
    let Some(blocking) = blocking else {
        let generator = vm.find_attr(yielded, &weft_vm::objects::intern(b"gi_frame"))?;
        return Ok(match generator {
            Some(_) => {
                format!("yield was used instead of yield from for generator in task {this} with {other}")
            }
            None => format!("Task got bad yield: {other}"),
        });
    };
    if !loop_of(vm, yielded)?.is(event_loop) {
        return Ok(format!("Task {this} got Future {other} attached to a different loop"));
    }
    if vm.truth(&blocking)? {
        return Ok(format!("Task cannot await on itself: {this}"));
    }
    Ok(format!("yield was used instead of yield from in task {this} with {other}"))
}

/// The first step of an eager task, which is taken at once, while its maker waits.
pub fn start_eagerly(vm: &mut Vm, value: &Value, task: &Task, event_loop: &Value) -> Res<()> {
    let previous = current::swap(event_loop, value);
    task.register.enter(value);
    let context = task.context.get().clone();
    let result = contextvars::enter(vm, &context).and_then(|()| {
        let result = step_nested(vm, value, task);
        contextvars::leave(&context);
        result
    });
    drop(current::swap(event_loop, &previous));
    if !task.future.is_pending() {
        task.register.leave();
        drop(task.coroutine.replace(Value::NONE));
    }
    result
}

fn step_nested(vm: &mut Vm, value: &Value, task: &Task) -> Res<()> {
    let result = match resumption(vm, task, None)? {
        Request::Resume { generator, action } => vm.resume_to_value(&generator, action),
        Request::Call { callable, args } => vm.call(&callable, &args),
        _ => Ok(Value::NONE),
    };
    let outcome = match result {
        Ok(yielded) => Outcome::Value(yielded),
        Err(_) => Outcome::Raised(vm.catch()),
    };
    conclude(vm, value, task, outcome)
}
