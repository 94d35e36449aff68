//! The turn of a loop: runs what was ready when it began, each callback in its context. It waits for callbacks and
//! coroutines in one continuation, so a turn takes one frame whatever it runs.

use std::cell::Cell;

use weft_vm::heap::VmCell;
use weft_vm::objects::{Handle, HandleKind, NativeFn};
use weft_vm::{Args, Outcome, Request, Res, Value, Vm};

use super::support::{Import, call_import, classes, is_exit, names};
use super::{event_loop, step};
use crate::collections::Deque;
use crate::contextvars;
use crate::native::object;

pub const FUNCTIONS: &[(&str, NativeFn)] = &[("_run_ready", run_ready)];

/// `Handle._run()`.
pub const HANDLE_RUN: NativeFn = handle_run;

/// What a turn is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Nothing,
    /// A callback.
    Callback,
    /// A task's coroutine.
    Step,
    /// A handle that runs itself.
    Foreign,
}

struct Turn {
    event_loop: Value,
    /// The loop's deque; None for a single handle.
    ready: Value,
    left: Cell<usize>,
    doing: Cell<Doing>,
    /// The handle that runs, or None.
    handle: VmCell<Value>,
}

impl Turn {
    /// The one place where a turn changes state: it does one thing at a time.
    fn set(&self, to: Doing, handle: Value) -> Value {
        debug_assert!((self.doing.get() == Doing::Nothing) != (to == Doing::Nothing));
        self.doing.set(to);
        self.handle.replace(handle)
    }
}

/// `_run_ready(loop, ready, count)`: runs the first `count` handles of a deque.
fn run_ready(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_run_ready", 2, 2)?;
    let [event_loop, ready] = args.pos() else { return Ok(Value::NONE) };
    let Some(deque) = ready.native_state::<Deque>() else { return Err(vm.type_error("a deque was expected")) };
    let turn = Turn {
        event_loop: event_loop.clone(),
        ready: ready.clone(),
        left: Cell::new(deque.len()),
        doing: Cell::new(Doing::Nothing),
        handle: VmCell::new(Value::NONE),
    };
    let state = object(&classes().turn, turn);
    let result = advance(vm, &state);
    vm.and_then(result, go_on, state)
}

/// `Handle._run()`: a turn with this handle alone.
fn handle_run(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_run", 0, 0)?;
    let this = &args.pos()[0];
    let Some(handle) = this.downcast::<Handle>() else { return Err(vm.type_error("a handle was expected")) };
    let turn = Turn {
        event_loop: handle.event_loop.get().clone(),
        ready: Value::NONE,
        left: Cell::new(0),
        doing: Cell::new(Doing::Nothing),
        handle: VmCell::new(Value::NONE),
    };
    let state = object(&classes().turn, turn);
    let Some(turn) = state.native_state::<Turn>() else { return Ok(Value::NONE) };
    let result = match begin(vm, turn, this.clone(), handle)? {
        Some(request) => Err(vm.request(request)),
        None => Ok(Value::NONE),
    };
    vm.and_then(result, go_on, state)
}

/// Goes on when a handle has run.
fn go_on(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let Some(turn) = state.native_state::<Turn>() else { return Ok(Value::NONE) };
    let doing = turn.doing.get();
    let item = turn.set(Doing::Nothing, Value::NONE);
    let result = match (doing, outcome) {
        (Doing::Step, outcome) => {
            let result = match item.downcast::<Handle>() {
                Some(handle) => {
                    let task = handle.callback.get().clone();
                    let result = step::end(vm, &task, outcome);
                    contextvars::leave(handle.context.get());
                    result
                }
                None => Ok(()),
            };
            result.or_else(|_| report(vm, &item))
        }
        (Doing::Callback, outcome) => {
            if let Some(handle) = item.downcast::<Handle>() {
                contextvars::leave(handle.context.get());
            }
            match outcome {
                Outcome::Raised(exception) => {
                    vm.rethrow(exception);
                    report(vm, &item)
                }
                _ => Ok(()),
            }
        }
        (_, Outcome::Raised(exception)) => Err(vm.rethrow(exception)),
        _ => Ok(()),
    };
    drop(item);
    result?;
    advance(vm, state)
}

/// Runs handles until one has to be waited for, or all have run.
fn advance(vm: &mut Vm, state: &Value) -> Res {
    let Some(turn) = state.native_state::<Turn>() else { return Ok(Value::NONE) };
    while turn.left.get() > 0 {
        turn.left.set(turn.left.get() - 1);
        let Some(item) = turn.ready.native_state::<Deque>().and_then(Deque::pop_front) else { break };
        let request = match event_loop::plain_handle(vm, &item) {
            Some(handle) if handle.cancelled.get() => continue,
            Some(handle) if event_loop::is_quiet(vm, &turn.event_loop) => begin(vm, turn, item.clone(), handle)?,
            _ => begin_foreign(vm, turn, item)?,
        };
        if let Some(request) = request {
            return Err(vm.request(request));
        }
    }
    Ok(Value::NONE)
}

/// Begins to run a handle; None if it has run already.
fn begin(vm: &mut Vm, turn: &Turn, item: Value, handle: &Handle) -> Res<Option<Request>> {
    if contextvars::enter(vm, handle.context.get()).is_err() {
        report(vm, &item)?;
        return Ok(None);
    }
    let kind = handle.kind.get();
    let (callback, args) = (handle.callback.get().clone(), handle.args.get().clone());
    match kind {
        HandleKind::One => {
            drop(turn.set(Doing::Callback, item));
            Ok(Some(Request::Call { callable: callback, args: vec![args] }))
        }
        HandleKind::Tuple => {
            let args = match args.as_items() {
                Some(items) => Ok(items.to_vec()),
                None => unpack(vm, &args),
            };
            match args {
                Ok(args) => {
                    drop(turn.set(Doing::Callback, item));
                    Ok(Some(Request::Call { callable: callback, args }))
                }
                Err(_) => {
                    contextvars::leave(handle.context.get());
                    report(vm, &item)?;
                    Ok(None)
                }
            }
        }
        HandleKind::Step | HandleKind::Wakeup => match step::begin(vm, &callback, kind, args) {
            Ok(Some(request)) => {
                drop(turn.set(Doing::Step, item));
                Ok(Some(request))
            }
            result => {
                contextvars::leave(handle.context.get());
                if result.is_err() {
                    report(vm, &item)?;
                }
                Ok(None)
            }
        },
    }
}

/// The items of whatever stands for a handle's arguments.
fn unpack(vm: &mut Vm, args: &Value) -> Res<Vec<Value>> {
    let mut items = Vec::new();
    vm.for_each(args, |_, item| {
        items.push(item);
        Ok(true)
    })?;
    Ok(items)
}

/// A handle of another kind, or a loop in debug mode: asks them.
fn begin_foreign(vm: &mut Vm, turn: &Turn, item: Value) -> Res<Option<Request>> {
    let cancelled = vm.get_attr(&item, &names()._cancelled)?;
    if vm.truth(&cancelled)? {
        return Ok(None);
    }
    let debug = vm.get_attr(&turn.event_loop, &names()._debug)?;
    let (callable, args) = if vm.truth(&debug)? {
        (vm.get_attr(&turn.event_loop, &names()._run_timed)?, vec![item.clone()])
    } else {
        (vm.get_attr(&item, &names()._run)?, Vec::new())
    };
    drop(turn.set(Doing::Foreign, item));
    Ok(Some(Request::Call { callable, args }))
}

/// Tells the loop about the exception in flight, unless it must leave the loop.
fn report(vm: &mut Vm, item: &Value) -> Res<()> {
    let exception = vm.catch();
    if is_exit(&exception) {
        return Err(vm.rethrow(exception));
    }
    // The exception handler sees it as the one being handled.
    let outer = std::mem::replace(&mut vm.handled, exception.clone());
    let result = call_import(vm, Import::HandleReport, &[item.clone(), exception]);
    vm.handled = outer;
    result.map(drop)
}
