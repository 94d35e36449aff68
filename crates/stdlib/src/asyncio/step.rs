//! A task's step: resuming the coroutine, and what follows from how it stopped.

use std::cell::Cell;

use weft_vm::objects::{Exception, Future, FutureState, HandleKind, Opaque, Task, class_flags, intern, tuple};
use weft_vm::types::exception_defs::stop_value;
use weft_vm::{Args, Asks, Outcome, Request, Res, Restartable, Resume, Thrown, Value, Vm, class_of, types};

use super::support::{Import, ask_named, go_slowly, import, invalid_state, is_exit, names, shown};
use super::{current, event_loop, future, task};
use crate::contextvars;

fn task_of<'a>(vm: &mut Vm, value: &'a Value) -> Res<&'a Task> {
    match value.downcast::<Task>() {
        Some(task) => Ok(task),
        None => Err(vm.type_error("a task was expected")),
    }
}

/// What a step waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// What the future came to that the task waited for.
    Result,
    /// The coroutine.
    Coroutine,
    /// What follows from how the coroutine stopped.
    End,
    /// The words of an error.
    Error,
}

/// How far a step is.
pub enum Progress {
    /// The error is one that leaves it.
    Over(Res<()>),
    /// For what is requested.
    Waits(Phase),
}

/// A step that waits.
struct Waiting {
    task: Value,
    phase: Phase,
}

/// The step as a call of its own.
pub fn call(vm: &mut Vm, value: &Value, kind: HandleKind, argument: Value) -> Res {
    let progress = begin(vm, value, kind, argument);
    wait(vm, value, progress)
}

fn wait(vm: &mut Vm, value: &Value, progress: Progress) -> Res {
    match progress {
        Progress::Over(result) => result.map(|()| Value::NONE),
        Progress::Waits(phase) => {
            let state = Opaque::state(Waiting { task: value.clone(), phase });
            vm.then(Err(Thrown), wait_on, &state)
        }
    }
}

fn wait_on(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let Waiting { task, phase } = vm.state_of(state)?;
    let progress = go_on(vm, task, *phase, outcome);
    wait(vm, task, progress)
}

/// What `result` means in this phase: if it is a request, that the step waits.
#[inline]
fn progress(vm: &mut Vm, phase: Phase, result: Res<()>) -> Progress {
    match result {
        Err(_) if vm.has_request() => Progress::Waits(phase),
        result => Progress::Over(result),
    }
}

/// Begins a step for a handle of this kind.
pub fn begin(vm: &mut Vm, value: &Value, kind: HandleKind, argument: Value) -> Progress {
    if kind != HandleKind::Wakeup {
        return begin_with(vm, value, Some(argument).filter(|e| !e.is_unset()));
    }
    let exception = match Future::of(&argument) {
        Some(future) if class_of(&argument).has(class_flags::BUILTIN) => match future::settled(vm, future) {
            Ok(settled) => settled.err(),
            Err(_) => Some(vm.catch()),
        },
        _ => match vm.ask_method(&argument, &names().result, &[]) {
            Ok(_) => None,
            Err(_) if vm.has_request() => return Progress::Waits(Phase::Result),
            Err(_) => Some(vm.catch()),
        },
    };
    begin_with(vm, value, exception)
}

/// Begins a step that raises this exception in the coroutine, if any.
fn begin_with(vm: &mut Vm, value: &Value, exception: Option<Value>) -> Progress {
    let (task, exception) = match enter(vm, value, exception) {
        Ok(entered) => entered,
        Err(thrown) => return progress(vm, Phase::Error, Err(thrown)),
    };
    match resumption(vm, task, exception) {
        Ok(request) => {
            vm.request(request);
            Progress::Waits(Phase::Coroutine)
        }
        Err(_) => {
            let error = vm.catch();
            go_on(vm, value, Phase::Coroutine, Outcome::Raised(error))
        }
    }
}

/// Enters a task; gives the exception that is to be raised in its coroutine.
fn enter<'a>(vm: &mut Vm, value: &'a Value, exception: Option<Value>) -> Res<(&'a Task, Option<Value>)> {
    let task = task_of(vm, value)?;
    if !task.future.is_pending() {
        let values = [value.clone(), exception.unwrap_or(Value::NONE)];
        return go_slowly(vm, &values, refuse_step).and(Err(Thrown));
    }
    let exception = if task.must_cancel.get() { Some(cancellation(vm, task, exception)?) } else { exception };
    drop(task.waiter.replace(Value::NONE));
    let event_loop = task.future.event_loop.get().clone();
    current::enter(vm, &event_loop, value)?;
    Ok((task, exception))
}

/// Raises that a task is done already.
fn refuse_step(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [task, exception] = args.pos() else { return Ok(Value::NONE) };
    let (task, exception) = (shown(vm, task)?, shown(vm, exception)?);
    Err(invalid_state(vm, format!("__step(): already done: {task} {exception}")))
}

/// Goes on with a step when what it waited for has come.
pub fn go_on(vm: &mut Vm, value: &Value, phase: Phase, outcome: Outcome) -> Progress {
    match phase {
        Phase::Coroutine => {
            let result = task_of(vm, value).and_then(|task| conclude(vm, value, task, outcome));
            match progress(vm, Phase::End, result) {
                Progress::Over(result) => leave(vm, value, result),
                waits => waits,
            }
        }
        Phase::Result => {
            let exception = match outcome {
                Outcome::Raised(exception) => Some(exception),
                _ => None,
            };
            begin_with(vm, value, exception)
        }
        Phase::End => {
            let result = outcome.result(vm).map(drop);
            leave(vm, value, result)
        }
        Phase::Error => Progress::Over(outcome.result(vm).map(drop)),
    }
}

/// Leaves a task whose step came to this. The loop must not be left in the middle of a step.
fn leave(vm: &mut Vm, value: &Value, result: Res<()>) -> Progress {
    let event_loop = match task_of(vm, value) {
        Ok(task) => task.future.event_loop.get().clone(),
        Err(thrown) => return Progress::Over(Err(thrown)),
    };
    if result.is_ok() {
        let left = current::leave(vm, &event_loop, value);
        return progress(vm, Phase::Error, left);
    }
    // What flies goes before an error about that.
    let flying = vm.catch();
    if current::leave(vm, &event_loop, value).is_err() && vm.take_request().is_none() {
        drop(vm.catch());
    }
    Progress::Over(Err(vm.rethrow(flying)))
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

/// What follows from how the coroutine stopped. It may have to be waited for.
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
    match future::set_exception_now(vm, value, &task.future, error.clone()) {
        set if !is_exit(&error) => set,
        Ok(()) => Err(vm.rethrow(error)),
        Err(_) => vm.and_then(Err(Thrown), raise_exit, error).map(drop),
    }
}

/// The callbacks of a task are scheduled whose exception no loop may hold back.
fn raise_exit(vm: &mut Vm, error: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    Err(vm.rethrow(error.clone()))
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
            go_slowly(vm, &[value.clone(), yielded], refuse).map(drop)
        }
        _ => go_slowly(vm, &[value.clone(), yielded], wait_for_other).map(drop),
    }
}

fn wait_for_future(vm: &mut Vm, value: &Value, task: &Task, yielded: &Value, waited: &Future) -> Res<()> {
    if waited.state() == FutureState::Pending {
        future::push_callback(waited, value.clone(), Value::UNSET);
    } else {
        let event_loop = waited.event_loop.get().clone();
        let woken = event_loop::wake_soon(vm, &event_loop, value, yielded, task.context.get().clone());
        if woken.is_err() {
            let state = tuple(vec![value.clone(), yielded.clone()]);
            return vm.and_then(Err(Thrown), wait_now, state).map(drop);
        }
    }
    now_waiting(vm, value, task, yielded)
}

/// The loop will wake the task.
fn wait_now(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    let Some([value, yielded]) = state.as_items() else { return Ok(Value::NONE) };
    let task = task_of(vm, value)?;
    let result = now_waiting(vm, value, task, yielded).map(|()| Value::NONE);
    vm.last_act(result)
}

fn now_waiting(vm: &mut Vm, value: &Value, task: &Task, yielded: &Value) -> Res<()> {
    drop(task.waiter.replace(yielded.clone()));
    if task.must_cancel.get() {
        return go_slowly(vm, &[value.clone(), yielded.clone()], cancel_waiter).map(drop);
    }
    Ok(())
}

/// Cancels what a task waits for that was cancelled before.
fn cancel_waiter(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [value, yielded] = args.pos() else { return Ok(Value::NONE) };
    let task = task_of(vm, value)?;
    let message = task.future.rare.get().as_ref().and_then(|r| r.cancel_message.clone());
    if future::cancel_any(vm, yielded, &message.unwrap_or(Value::NONE))? {
        task.must_cancel.set(false);
    }
    Ok(Value::NONE)
}

/// As `wait_for_future` for anything that follows the protocol of futures.
fn wait_for_other(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [value, yielded] = args.pos() else { return Ok(Value::NONE) };
    let task = task_of(vm, value)?;
    let event_loop = task.future.event_loop.get().clone();
    let blocking = ask_blocking(vm, yielded)?;
    if blocking.is_none() {
        return refuse(vm, args);
    }
    let blocking = vm.is_true(&blocking)?;
    let own = loop_of(vm, yielded)?;
    if !blocking || yielded.is(value) || !own.is(&event_loop) {
        return refuse(vm, args);
    }
    vm.once_asked(|vm| vm.ask_set_attr(yielded, &names()._asyncio_future_blocking, Value::FALSE))?;
    vm.once_asked(|vm| {
        let values = vec![task::wakeup_method(value), task.context.get().clone()];
        ask_named(vm, yielded, &names().add_done_callback, values, std::slice::from_ref(&names().context))
    })?;
    now_waiting(vm, value, task, yielded).map(|()| Value::NONE)
}

/// Whether it is being awaited; None of what is no future.
fn ask_blocking(vm: &mut Restartable<'_>, yielded: &Value) -> Res {
    vm.once_asked(|vm| vm.ask_attr_or(yielded, &names()._asyncio_future_blocking, Value::NONE))
}

fn loop_of(vm: &mut Restartable<'_>, future: &Value) -> Res {
    let get_loop = vm.once_asked(|vm| vm.ask_attr_or(future, &names().get_loop, Value::NONE))?;
    vm.once_asked(|vm| match get_loop.is_none() {
        true => vm.ask_attr(future, &names()._loop),
        false => vm.ask_call(&get_loop, &[]),
    })
}

/// Resumes the coroutine with an error: it can't wait for what it yielded.
fn refuse(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [value, yielded] = args.pos() else { return Ok(Value::NONE) };
    let task = task_of(vm, value)?;
    let event_loop = task.future.event_loop.get().clone();
    let message = why_not(vm, value, &event_loop, yielded)?;
    let error = Exception::create(&types().exceptions.RuntimeError, vec![Value::from(message)]).into_value();
    event_loop::step_soon(vm, &event_loop, value, error, task.context.get().clone()).map(|()| Value::NONE)
}

fn why_not(vm: &mut Restartable<'_>, value: &Value, event_loop: &Value, yielded: &Value) -> Res<String> {
    let (this, other) = (shown(vm, value)?, shown(vm, yielded)?);
    let blocking = ask_blocking(vm, yielded)?;
    if blocking.is_none() {
        let generator = vm.once_asked(|vm| vm.ask_attr_or(yielded, &intern(b"gi_frame"), Value::UNSET))?;
        return Ok(if generator.is_true() {
            format!("yield was used instead of yield from for generator in task {this} with {other}")
        } else {
            format!("Task got bad yield: {other}")
        });
    }
    if !loop_of(vm, yielded)?.is(event_loop) {
        return Ok(format!("Task {this} got Future {other} attached to a different loop"));
    }
    if vm.is_true(&blocking)? {
        return Ok(format!("Task cannot await on itself: {this}"));
    }
    Ok(format!("yield was used instead of yield from in task {this} with {other}"))
}

/// The first step of an eager task, which is taken at once, while its maker waits.
pub fn start_eagerly(vm: &mut Vm, value: &Value, event_loop: &Value) -> Res {
    let task = task_of(vm, value)?;
    let previous = current::swap(event_loop, value);
    task.register.enter(value);
    let eager = Eager { task: value.clone(), event_loop: event_loop.clone(), previous, over: Cell::new(false) };
    let context = task.context.get().clone();
    if let Err(thrown) = contextvars::enter(vm, &context) {
        return eager.leave(task, Err(thrown));
    }
    let state = Opaque::state(eager);
    match resumption(vm, task, None) {
        Ok(first) => Err(vm.request(Request::Then { first: Box::new(first), then: eager_stopped, state })),
        Err(_) => {
            let error = vm.catch();
            let result = eager_stopped(vm, &state, Outcome::Raised(error));
            vm.and_then(result, eager_stopped, state)
        }
    }
}

/// An eager task whose first step is under way.
struct Eager {
    task: Value,
    event_loop: Value,
    /// The task in whose place it runs, or None.
    previous: Value,
    /// The coroutine has stopped.
    over: Cell<bool>,
}

impl Eager {
    fn leave(&self, task: &Task, result: Res<()>) -> Res {
        drop(current::swap(&self.event_loop, &self.previous));
        if !task.future.is_pending() {
            task.register.leave();
            drop(task.coroutine.replace(Value::NONE));
        }
        result.map(|()| Value::NONE)
    }
}

/// Its coroutine has stopped, or what follows from that was waited for.
fn eager_stopped(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let eager: &Eager = vm.state_of(state)?;
    let task = task_of(vm, &eager.task)?;
    let result = match eager.over.replace(true) {
        false => conclude(vm, &eager.task, task, outcome),
        true => outcome.result(vm).map(drop),
    };
    if result.is_err() && vm.has_request() {
        return vm.stays(Err(Thrown));
    }
    contextvars::leave(task.context.get());
    eager.leave(task, result)
}
