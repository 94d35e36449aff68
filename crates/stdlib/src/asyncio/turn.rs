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
    running: VmCell<Running>,
}

/// What runs. The handle itself may be changed meanwhile.
struct Running {
    handle: Value,
    /// The task whose step it is, or None.
    task: Value,
    /// The context that was entered, or None.
    context: Value,
}

const IDLE: Running = Running { handle: Value::NONE, task: Value::NONE, context: Value::NONE };

impl Turn {
    fn create(event_loop: Value, ready: Value, left: usize) -> Value {
        let (doing, running) = (Cell::new(Doing::Nothing), VmCell::new(IDLE));
        object(&classes().turn, Turn { event_loop, ready, left: Cell::new(left), doing, running })
    }

    /// The one place where a turn changes state: it does one thing at a time.
    fn set(&self, to: Doing, running: Running) -> Running {
        debug_assert!((self.doing.get() == Doing::Nothing) != (to == Doing::Nothing));
        self.doing.set(to);
        self.running.replace(running)
    }
}

/// `_run_ready(loop, ready, count)`: runs the first `count` handles of a deque.
fn run_ready(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_run_ready", 2, 2)?;
    let [event_loop, ready] = args.pos() else { return Ok(Value::NONE) };
    let Some(deque) = ready.native_state::<Deque>() else { return Err(vm.type_error("a deque was expected")) };
    let state = Turn::create(event_loop.clone(), ready.clone(), deque.len());
    let result = advance(vm, &state);
    vm.and_then(result, go_on, state)
}

/// `Handle._run()`: a turn with this handle alone.
fn handle_run(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_run", 0, 0)?;
    let this = &args.pos()[0];
    let Some(handle) = this.downcast::<Handle>() else { return Err(vm.type_error("a handle was expected")) };
    let state = Turn::create(handle.event_loop.get().clone(), Value::NONE, 0);
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
    let running = turn.set(Doing::Nothing, IDLE);
    let result = match (doing, outcome) {
        (Doing::Step, outcome) => step::end(vm, &running.task, outcome),
        (_, Outcome::Raised(exception)) => Err(vm.rethrow(exception)),
        _ => Ok(()),
    };
    let result = if matches!(doing, Doing::Step | Doing::Callback) {
        contextvars::leave(&running.context);
        result.or_else(|_| report(vm, &running.handle))
    } else {
        result
    };
    drop(running);
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
    let context = handle.context.get().clone();
    if contextvars::enter(vm, &context).is_err() {
        report(vm, &item)?;
        return Ok(None);
    }
    let kind = handle.kind.get();
    let (callback, args) = (handle.callback.get().clone(), handle.args.get().clone());
    let begun = match kind {
        HandleKind::One => Ok(Some((Value::NONE, Request::Call { callable: callback, args: vec![args] }))),
        HandleKind::Tuple => {
            unpack(vm, &args).map(|args| Some((Value::NONE, Request::Call { callable: callback, args })))
        }
        HandleKind::Step | HandleKind::Wakeup => {
            step::begin(vm, &callback, kind, args).map(|request| request.map(|request| (callback, request)))
        }
    };
    match begun {
        Ok(Some((task, request))) => {
            let doing = if task.is_none() { Doing::Callback } else { Doing::Step };
            drop(turn.set(doing, Running { handle: item, task, context }));
            Ok(Some(request))
        }
        result => {
            contextvars::leave(&context);
            if result.is_err() {
                report(vm, &item)?;
            }
            Ok(None)
        }
    }
}

/// The items of whatever stands for a handle's arguments.
fn unpack(vm: &mut Vm, args: &Value) -> Res<Vec<Value>> {
    if let Some(items) = args.as_items() {
        return Ok(items.to_vec());
    }
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
    drop(turn.set(Doing::Foreign, Running { handle: item, ..IDLE }));
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
