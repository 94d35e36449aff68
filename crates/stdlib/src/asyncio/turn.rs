//! The turn of a loop: runs what was ready when it began, each callback in its context. It waits for callbacks and
//! coroutines in one continuation, so a turn takes one frame whatever it runs.

use std::cell::Cell;

use weft_vm::heap::{VmCell, finalizers_pending};
use weft_vm::objects::{Handle, HandleKind, Native, NativeFn, NativeKind, Task};
use weft_vm::{Args, Outcome, Request, Res, Thrown, Value, Vm};

use super::event_loop;
use super::step::{self, Phase, Progress};
use super::support::{Import, ask_import, classes, is_exit, names};
use super::timers::set_timer_class;
use crate::collections::Deque;
use crate::contextvars;
use crate::native::object;

pub const FUNCTIONS: &[(&str, NativeFn)] =
    &[("_run_ready", run_ready), ("_show_ready", event_loop::show_ready), ("_set_timer_class", set_timer_class)];

/// `Handle._run()`.
pub const HANDLE_RUN: NativeFn = handle_run;

/// What a turn is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Nothing,
    /// A callback.
    Callback,
    /// A task's step.
    Step(Phase),
    /// A handle that runs itself.
    Foreign,
    /// The loop, which is told of an exception.
    Report,
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
    /// The context that was entered, or None; during a report, what was handled before.
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

/// `_run_ready(loop, queue)`: runs what is in a deque by now.
fn run_ready(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_run_ready", 2, 2)?;
    let [event_loop, ready] = args.pos() else { return Ok(Value::NONE) };
    start(vm, event_loop, ready)
}

/// Runs what is in the loop's queue by now.
pub fn start(vm: &mut Vm, event_loop: &Value, ready: &Value) -> Res {
    let Some(deque) = ready.native_state::<Deque>() else { return Err(vm.type_error("a deque was expected")) };
    let count = deque.len();
    if count == 0 {
        return Ok(Value::NONE);
    }
    let state = Turn::create(event_loop.clone(), ready.clone(), count);
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
    let begun = begin(vm, turn, this.clone(), handle).map(|()| Value::NONE);
    vm.and_then(begun, go_on, state)
}

/// Goes on when a handle has run.
fn go_on(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let result = take_up(vm, state, outcome);
    if result.is_ok() { result } else { vm.stays(result) }
}

fn take_up(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let Some(turn) = state.native_state::<Turn>() else { return Ok(Value::NONE) };
    let doing = turn.doing.get();
    let running = turn.set(Doing::Nothing, IDLE);
    match doing {
        Doing::Step(phase) => {
            let progress = step::go_on(vm, &running.task, phase, outcome);
            follow(vm, turn, running, progress)?;
        }
        Doing::Callback => {
            let result = outcome.result(vm).map(drop);
            leave(vm, turn, &running, result)?;
        }
        Doing::Report => {
            vm.handled = running.context;
            outcome.result(vm)?;
        }
        Doing::Foreign | Doing::Nothing => drop(outcome.result(vm)?),
    }
    advance(vm, state)
}

// What begins something returns an error if that has to be waited for: the request stands in the machine then, and the
// turn knows what is done.

/// Waits for what a step waits for, or leaves what ran.
#[inline]
fn follow(vm: &mut Vm, turn: &Turn, running: Running, progress: Progress) -> Res<()> {
    match progress {
        Progress::Waits(phase) => {
            drop(turn.set(Doing::Step(phase), running));
            Err(Thrown)
        }
        Progress::Over(result) => leave(vm, turn, &running, result),
    }
}

/// What ran is over: leaves its context and reports its exception.
#[inline]
fn leave(vm: &mut Vm, turn: &Turn, running: &Running, result: Res<()>) -> Res<()> {
    contextvars::leave(&running.context);
    match result {
        Ok(()) => Ok(()),
        Err(_) => report(vm, turn, &running.handle),
    }
}

/// Runs handles until one has to be waited for, or all have run.
fn advance(vm: &mut Vm, state: &Value) -> Res {
    let Some(turn) = state.native_state::<Turn>() else { return Ok(Value::NONE) };
    let Some(deque) = turn.ready.native_state::<Deque>() else { return Ok(Value::NONE) };
    while turn.left.get() > 0 {
        turn.left.set(turn.left.get() - 1);
        let Some(item) = deque.pop_front() else { break };
        if !event_loop::is_quiet(vm, &turn.event_loop) {
            begin_foreign(vm, turn, item)?;
        } else if let Some(task) = item.downcast::<Task>() {
            begin_task(vm, turn, &item, task)?;
        } else {
            match event_loop::plain_handle(vm, &item) {
                Some(handle) if handle.cancelled.get() => continue,
                Some(handle) => begin(vm, turn, item.clone(), handle)?,
                None => begin_foreign(vm, turn, item)?,
            }
        }
        if finalizers_pending() {
            // They run between two instructions: lets the dispatch loop execute one.
            turn.set(Doing::Foreign, IDLE);
            return Err(vm.request(Request::Call { callable: pause(), args: Vec::new() }));
        }
    }
    Ok(Value::NONE)
}

/// A native function that does nothing.
fn pause() -> Value {
    Native::create("pause", |_, _| Ok(Value::NONE), NativeKind::Function).into_value()
}

/// Begins the step of a task that stands in the queue itself.
fn begin_task(vm: &mut Vm, turn: &Turn, item: &Value, task: &Task) -> Res<()> {
    let waited = task.waiter.get().clone();
    let (kind, argument) =
        if waited.is_none() { (HandleKind::Step, Value::UNSET) } else { (HandleKind::Wakeup, waited) };
    let context = task.context.get().clone();
    begin_step(vm, turn, item.clone(), context, (item.clone(), kind, argument))
}

/// Begins to run a handle.
fn begin(vm: &mut Vm, turn: &Turn, item: Value, handle: &Handle) -> Res<()> {
    let context = handle.context.get().clone();
    let kind = handle.kind.get();
    let (callback, args) = (handle.callback.get().clone(), handle.args.get().clone());
    if matches!(kind, HandleKind::Step | HandleKind::Wakeup) {
        return begin_step(vm, turn, item, context, (callback, kind, args));
    }
    // Natives that nobody sees need no context.
    if !context.is_none() && contextvars::enter(vm, &context).is_err() {
        return report(vm, turn, &item);
    }
    let values = match kind {
        HandleKind::One => Ok(SmallArgs::One([args])),
        _ => unpack(vm, &args).map(SmallArgs::Many),
    };
    let result = match values {
        Ok(values) => match vm.call_native(&callback, values.as_slice()) {
            Some(Ok(result)) => result.map(drop),
            Some(Err(request)) => return wait_for(vm, turn, item, context, request),
            None => {
                let request = Request::Call { callable: callback, args: values.into_vec() };
                return wait_for(vm, turn, item, context, request);
            }
        },
        Err(thrown) => Err(thrown),
    };
    contextvars::leave(&context);
    match result {
        Ok(()) => Ok(()),
        Err(_) => report(vm, turn, &item),
    }
}

/// The arguments of a callback.
enum SmallArgs {
    One([Value; 1]),
    Many(Vec<Value>),
}

impl SmallArgs {
    fn as_slice(&self) -> &[Value] {
        match self {
            SmallArgs::One(one) => one,
            SmallArgs::Many(many) => many,
        }
    }

    fn into_vec(self) -> Vec<Value> {
        match self {
            SmallArgs::One([one]) => vec![one],
            SmallArgs::Many(many) => many,
        }
    }
}

fn wait_for(vm: &mut Vm, turn: &Turn, handle: Value, context: Value, request: Request) -> Res<()> {
    drop(turn.set(Doing::Callback, Running { handle, task: Value::NONE, context }));
    Err(vm.request(request))
}

/// Begins the step of a task, in its context.
fn begin_step(vm: &mut Vm, turn: &Turn, handle: Value, context: Value, step: (Value, HandleKind, Value)) -> Res<()> {
    let (task, kind, argument) = step;
    if contextvars::enter(vm, &context).is_err() {
        return report(vm, turn, &handle);
    }
    let progress = step::begin(vm, &task, kind, argument);
    follow(vm, turn, Running { handle, task, context }, progress)
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
fn begin_foreign(vm: &mut Vm, turn: &Turn, item: Value) -> Res<()> {
    let item = event_loop::handle_of(&item).unwrap_or(item);
    let cancelled = vm.get_attr(&item, &names()._cancelled)?;
    if vm.truth(&cancelled)? {
        return Ok(());
    }
    let debug = vm.get_attr(&turn.event_loop, &names()._debug)?;
    let (callable, args) = if vm.truth(&debug)? {
        (vm.get_attr(&turn.event_loop, &names()._run_timed)?, vec![item.clone()])
    } else {
        (vm.get_attr(&item, &names()._run)?, Vec::new())
    };
    drop(turn.set(Doing::Foreign, Running { handle: item, ..IDLE }));
    Err(vm.request(Request::Call { callable, args }))
}

/// Tells the loop about the exception in flight, unless it must leave the loop.
#[cold]
fn report(vm: &mut Vm, turn: &Turn, item: &Value) -> Res<()> {
    let exception = vm.catch();
    if is_exit(&exception) {
        return Err(vm.rethrow(exception));
    }
    let item = &event_loop::handle_of(item).unwrap_or_else(|| item.clone());
    // The exception handler sees it as the one being handled.
    let outer = std::mem::replace(&mut vm.handled, exception.clone());
    let result = ask_import(vm, Import::HandleReport, &[item.clone(), exception]);
    if vm.has_request() {
        drop(turn.set(Doing::Report, Running { context: outer, ..IDLE }));
    } else {
        vm.handled = outer;
    }
    result.map(drop)
}
