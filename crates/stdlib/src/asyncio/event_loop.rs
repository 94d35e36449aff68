//! The methods of `BaseEventLoop` that every program is full of, and what natives do in their place when no subclass
//! overrides them.

use std::cell::Cell;

use weft_vm::heap::Ref;
use weft_vm::objects::attrs::{self, Attrs, Shape};
use weft_vm::objects::{Handle, HandleKind, Module, Native, NativeFn, NativeKind, Task, int, tuple};
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm, class_of};

use super::support::{Names, ask_named, names};
use super::{future, handle, task, timers, waiting};
use crate::collections::Deque;
use crate::contextvars;
use crate::loop_core::{self, Core};

/// A slot that a loop doesn't have.
const ABSENT: u16 = u16::MAX;

/// What is known of loops of one class with the same attributes.
#[derive(Clone, Copy)]
struct Plan {
    shape: *const Shape,
    version: u32,
    /// Slots of `_closed`, `_debug`, `_queue` and `_task_factory`.
    closed: u16,
    debug: u16,
    queue: u16,
    factory: u16,
    call_soon: bool,
    get_debug: bool,
    create_task: bool,
    create_future: bool,
    /// Timers, and turns that wait for the host's poller.
    wait: WaitPlan,
}

/// Slots of attributes, perhaps `ABSENT`.
#[derive(Clone, Copy)]
struct WaitPlan {
    scheduled: u16,
    stopping: u16,
    cancelled: u16,
    core: u16,
    selector: u16,
    /// `time`, `call_at` and the like are those of all loops over the host's poller.
    timers: bool,
    /// So are `_process_events` and `_add_callback`.
    turns: bool,
}

const NO_WAIT: WaitPlan = WaitPlan {
    scheduled: ABSENT,
    stopping: ABSENT,
    cancelled: ABSENT,
    core: ABSENT,
    selector: ABSENT,
    timers: false,
    turns: false,
};

thread_local! {
    static PLAN: Cell<Plan> = const {
        Cell::new(Plan {
            shape: std::ptr::null(), version: 0, closed: 0, debug: 0, queue: 0, factory: 0,
            call_soon: false, get_debug: false, create_task: false, create_future: false, wait: NO_WAIT,
        })
    };
    /// Versions of classes whose handles run as `Handle` does.
    static PLAIN: Cell<[u32; 2]> = const { Cell::new([0; 2]) };
}

/// Methods for the class body of `BaseEventLoop`.
const METHODS: &[(&str, &str, NativeFn)] = &[
    ("_loop_call_soon", "call_soon", call_soon),
    ("_loop_call_at", "call_at", timers::call_at),
    ("_loop_call_later", "call_later", timers::call_later),
    ("_loop_create_future", "create_future", create_future),
    ("_loop_create_task", "create_task", create_task),
    ("_loop_get_debug", "get_debug", get_debug_method),
    ("_loop_run_once", "_run_once", waiting::run_once),
    ("_loop_process_events", "_process_events", waiting::process_events),
    ("_loop_add_callback", "_add_callback", waiting::add_callback),
    ("_loop_time", "time", loop_core::loop_time),
    ("_loop_tick", "_tick", loop_core::loop_tick),
    ("_loop_timer_handle_cancelled", "_timer_handle_cancelled", timer_handle_cancelled),
];

pub fn fill(module: &Ref<Module>) {
    for &(entry, name, function) in METHODS.iter().chain(timers::METHODS) {
        let native = Native::create(name, function, NativeKind::Method);
        native.header().set_class(weft_vm::types().method_descriptor.clone());
        module.dict.set(entry, native.into_value());
    }
}

/// The attributes of a loop and where they stand, unless the loop is a special one.
#[inline]
fn plan<'a>(vm: &mut Vm, event_loop: &'a Value) -> Option<(&'a Attrs, Plan)> {
    let header = event_loop.header()?;
    let own = attrs::of(header)?;
    let (shape, version) = (own.shape(), header.class().version());
    let known = PLAN.get();
    if std::ptr::eq(known.shape, shape) && known.version == version {
        return Some((own, known));
    }
    let plan = make_plan(vm, event_loop, shape, version)?;
    PLAN.set(plan);
    Some((own, plan))
}

#[cold]
fn make_plan(vm: &mut Vm, event_loop: &Value, shape: &'static Shape, version: u32) -> Option<Plan> {
    if shape.is_dict() {
        return None;
    }
    let slot = |name: &Value| shape.slot(name).map(|slot| slot as u16);
    let all: &Names = names();
    let class = class_of(event_loop).clone();
    let mut is_ours = |name: &Value, ours: NativeFn| {
        let found = vm.lookup(&class, name);
        let native = found.as_ref().and_then(|f| f.downcast::<Native>());
        native.is_some_and(|n| std::ptr::fn_addr_eq(n.function, ours)) && shape.slot(name).is_none()
    };
    let timers = is_ours(&all.call_at, timers::call_at)
        && is_ours(&all.time, loop_core::loop_time)
        && is_ours(&all._tick, loop_core::loop_tick)
        && is_ours(&all._timer_handle_cancelled, timer_handle_cancelled);
    let turns = timers
        && is_ours(&all._process_events, waiting::process_events)
        && is_ours(&all._add_callback, waiting::add_callback);
    let either = |name: &Value| slot(name).unwrap_or(ABSENT);
    let wait = WaitPlan {
        scheduled: either(&all._scheduled),
        stopping: either(&all._stopping),
        cancelled: either(&all._timer_cancelled_count),
        core: either(&all._core),
        selector: either(&all._selector),
        timers,
        turns,
    };
    Some(Plan {
        shape,
        version,
        closed: slot(&all._closed)?,
        debug: slot(&all._debug)?,
        queue: slot(&all._queue)?,
        factory: slot(&all._task_factory)?,
        call_soon: is_ours(&all.call_soon, call_soon),
        get_debug: is_ours(&all.get_debug, get_debug_method),
        create_task: is_ours(&all.create_task, create_task),
        create_future: is_ours(&all.create_future, create_future),
        wait,
    })
}

fn value_at(own: &Attrs, slot: u16) -> Option<&Value> {
    if slot == ABSENT { None } else { Some(own.slot(slot.into()).get()) }
}

/// The host's poller, if the loop waits for that.
fn core_of<'a>(own: &'a Attrs, plan: &WaitPlan) -> Option<(&'a Value, &'a Core)> {
    let value = value_at(own, plan.core)?;
    Some((value, value.native_state::<Core>()?))
}

/// What a new timer needs to know of its loop.
pub struct Timing {
    pub now: f64,
    pub tick: i64,
    /// The heap.
    pub scheduled: Value,
}

/// What a new timer needs to know, if the loop does nothing special with timers.
pub fn timing(vm: &mut Vm, event_loop: &Value) -> Option<Timing> {
    let (own, plan) = plan(vm, event_loop)?;
    let (_, core) = core_of(own, &plan.wait)?;
    let scheduled = value_at(own, plan.wait.scheduled)?;
    let plain = plan.wait.timers
        && plan.get_debug
        && is_false(own, plan.debug)
        && is_false(own, plan.closed)
        && class_of(scheduled).is(&weft_vm::types().list);
    plain.then(|| Timing { now: core.now(), tick: core.tick(), scheduled: scheduled.clone() })
}

/// A loop that waits for the host's poller.
pub struct Waiting<'a> {
    own: &'a Attrs,
    plan: WaitPlan,
    pub core: &'a Core,
    pub queue: Value,
    pub scheduled: Value,
}

/// What a turn needs to know, if there is nothing special about the loop.
pub fn waiting<'a>(vm: &mut Vm, event_loop: &'a Value) -> Option<Waiting<'a>> {
    let (own, plan) = plan(vm, event_loop)?;
    let (value, core) = core_of(own, &plan.wait)?;
    let selector = value_at(own, plan.wait.selector)?;
    let scheduled = value_at(own, plan.wait.scheduled)?.clone();
    let plain = plan.wait.turns
        && plan.get_debug
        && is_false(own, plan.debug)
        && loop_core::selects_from(selector, value)
        && class_of(&scheduled).is(&weft_vm::types().list)
        && plan.wait.stopping != ABSENT
        && plan.wait.cancelled != ABSENT;
    plain.then(|| Waiting { own, plan: plan.wait, core, queue: own.slot(plan.queue.into()).get().clone(), scheduled })
}

impl Waiting<'_> {
    /// Whether the loop was told to stop.
    pub fn stopping(&self) -> bool {
        !self.own.slot(self.plan.stopping.into()).get().is(&Value::FALSE)
    }

    /// The number of cancelled timers in the heap, if it is a number.
    pub fn cancelled(&self) -> Option<i64> {
        self.own.slot(self.plan.cancelled.into()).get().as_i64()
    }

    pub fn set_cancelled(&self, count: i64) {
        drop(self.own.slot(self.plan.cancelled.into()).replace(int(count)));
    }
}

/// Counts a timer of the loop that is being cancelled, unless the loop has its own way to do so.
pub fn count_cancelled(vm: &mut Vm, event_loop: &Value, timer: &Handle) -> bool {
    let Some((own, plan)) = plan(vm, event_loop) else { return false };
    let Some(count) = value_at(own, plan.wait.cancelled).and_then(Value::as_i64) else { return false };
    if plan.wait.timers && timer.timer().is_some_and(|timer| timer.scheduled) {
        drop(own.slot(plan.wait.cancelled.into()).replace(int(count + 1)));
    }
    plan.wait.timers
}

/// `loop._timer_handle_cancelled(handle)`.
fn timer_handle_cancelled(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_timer_handle_cancelled", 1, 1)?;
    let [this, handle, ..] = args.pos() else { return Ok(Value::NONE) };
    let scheduled = vm.get_attr(handle, &names()._scheduled)?;
    if vm.truth(&scheduled)? {
        let count = vm.get_attr(this, &names()._timer_cancelled_count)?;
        let count = vm.as_index(&count)?.saturating_add(1);
        vm.set_attr(this, &names()._timer_cancelled_count, int(count))?;
    }
    Ok(Value::NONE)
}

fn is_false(own: &Attrs, slot: u16) -> bool {
    own.slot(slot.into()).get().is(&Value::FALSE)
}

/// Whether `loop.get_debug()` is known to be False.
#[inline]
pub fn is_quiet(vm: &mut Vm, event_loop: &Value) -> bool {
    plan(vm, event_loop).is_some_and(|(own, plan)| plan.get_debug && is_false(own, plan.debug))
}

/// `loop.get_debug()`.
pub fn get_debug(vm: &mut Restartable<'_>, event_loop: &Value) -> Res<bool> {
    let answer = vm.once_asked(|vm| match is_quiet(vm, event_loop) {
        true => Ok(Value::FALSE),
        false => vm.ask_method(event_loop, &names().get_debug, &[]),
    })?;
    vm.is_true(&answer)
}

/// Whether `loop.create_future()` does nothing but make a `Future`.
pub fn makes_plain_futures(vm: &mut Vm, event_loop: &Value) -> bool {
    plan(vm, event_loop).is_some_and(|(_, plan)| plan.create_future)
}

/// Whether `loop.create_task()` does nothing but make a `Task` and queue it.
pub fn makes_plain_tasks(vm: &mut Vm, event_loop: &Value) -> bool {
    plan(vm, event_loop).is_some_and(|(own, plan)| {
        plan.create_task
            && plan.call_soon
            && plan.get_debug
            && is_false(own, plan.debug)
            && is_false(own, plan.closed)
            && own.slot(plan.factory.into()).get().is_none()
    })
}

/// Puts a handle behind those that are ready, if that is all `loop.call_soon()` would do. `make` is told whether
/// scripts see the queue.
#[inline]
fn enqueue(vm: &mut Vm, event_loop: &Value, needs_method: bool, make: impl FnOnce(bool) -> Value) -> Option<Value> {
    let (own, plan) = plan(vm, event_loop)?;
    if needs_method && !plan.call_soon || !is_false(own, plan.debug) || !is_false(own, plan.closed) {
        return None;
    }
    let queue = own.slot(plan.queue.into()).get();
    let deque = queue.native_state::<Deque>()?;
    if !deque.is_unbounded() {
        return None;
    }
    let handle = make(deque.is_shown());
    drop(deque.push_back(handle.clone()));
    Some(handle)
}

/// `loop.call_soon(callback, argument, context=context)`, which may have to be waited for.
pub fn soon(vm: &mut Vm, event_loop: &Value, callback: Value, argument: Value, context: Value) -> Res<()> {
    let make = |_| handle::make(HandleKind::One, callback.clone(), argument.clone(), context.clone(), event_loop);
    if enqueue(vm, event_loop, true, make).is_some() {
        return Ok(());
    }
    let keywords = std::slice::from_ref(&names().context);
    ask_named(vm, event_loop, &names().call_soon, vec![callback, argument, context], keywords).map(drop)
}

/// As `soon`, of a task's next step, with an exception to raise in it (or unset).
pub fn step_soon(vm: &mut Vm, event_loop: &Value, task: &Value, exception: Value, context: Value) -> Res<()> {
    let make = |shown: bool| {
        if !shown && exception.is_unset() {
            return task.clone();
        }
        handle::make(HandleKind::Step, task.clone(), exception.clone(), context.clone(), event_loop)
    };
    if enqueue(vm, event_loop, true, make).is_some() {
        return Ok(());
    }
    let callback = task::step_object(task, exception);
    let keywords = std::slice::from_ref(&names().context);
    ask_named(vm, event_loop, &names().call_soon, vec![callback, context], keywords).map(drop)
}

/// As `soon`, of a task's waking up because a future is done.
pub fn wake_soon(vm: &mut Vm, event_loop: &Value, task: &Value, future: &Value, context: Value) -> Res<()> {
    let make = |shown: bool| {
        // Which future it is, the task knows.
        if !shown {
            return task.clone();
        }
        handle::make(HandleKind::Wakeup, task.clone(), future.clone(), context.clone(), event_loop)
    };
    if enqueue(vm, event_loop, true, make).is_some() {
        return Ok(());
    }
    let callback = task::wakeup_method(task);
    let keywords = std::slice::from_ref(&names().context);
    ask_named(vm, event_loop, &names().call_soon, vec![callback, future.clone(), context], keywords).map(drop)
}

/// `loop.call_soon(callback, *args, context=None)`.
fn call_soon(vm: &mut Vm, args: Args<'_>) -> Res {
    let [this, callback, rest @ ..] = args.pos() else {
        return Err(vm.type_error("call_soon() missing 1 required positional argument: 'callback'"));
    };
    let mut context = Value::NONE;
    for (name, value) in args.keywords() {
        if !name.is(&names().context) && weft_vm::types::text_of(name) != "context" {
            let name = weft_vm::types::text_of(name);
            return Err(vm.type_error(format!("call_soon() got an unexpected keyword argument '{name}'")));
        }
        context = value.clone();
    }
    let make = |_| {
        let context = if context.is_none() { contextvars::copy_current() } else { context.clone() };
        let (kind, args) = match rest {
            [one] => (HandleKind::One, one.clone()),
            [] => (HandleKind::Tuple, weft_vm::types().empty_tuple.clone()),
            _ => (HandleKind::Tuple, tuple(rest.to_vec())),
        };
        handle::make(kind, callback.clone(), args, context, this)
    };
    match enqueue(vm, this, false, make) {
        Some(handle) => Ok(handle),
        None => {
            let name = weft_vm::objects::intern(b"_call_soon_checked");
            vm.ask_method(this, &name, &[callback.clone(), tuple(rest.to_vec()), context])
        }
    }
}

fn get_debug_method(vm: &mut Vm, args: Args<'_>) -> Res {
    match args.pos() {
        [this] => vm.get_attr(this, &names()._debug),
        _ => Err(vm.type_error("get_debug() takes 1 positional argument")),
    }
}

fn create_future(vm: &mut Vm, args: Args<'_>) -> Res {
    match args.pos() {
        [this] => future::create(vm, this),
        _ => Err(vm.type_error("create_future() takes 1 positional argument")),
    }
}

/// `loop.create_task(coro, *, name=None, context=None)`.
fn create_task(vm: &mut Vm, args: Args<'_>) -> Res {
    let Some(this) = args.pos().first() else { return Err(vm.type_error("create_task() needs a loop")) };
    let [coroutine, name, context] = args.rest().bind(vm, "create_task", ["coro", "*name", "*context"], 1)?;
    let coroutine = coroutine.cloned().unwrap_or(Value::NONE);
    let name = name.cloned().unwrap_or(Value::NONE);
    if makes_plain_tasks(vm, this) {
        return task::create(vm, this, coroutine, name, context.filter(|c| !c.is_none()).cloned());
    }
    let method = weft_vm::objects::intern(b"_create_task_checked");
    vm.ask_method(this, &method, &[coroutine, name, context.cloned().unwrap_or(Value::NONE)])
}

/// Whether it is a handle that runs as `Handle` does.
pub fn plain_handle<'a>(vm: &mut Vm, item: &'a Value) -> Option<&'a Handle> {
    let found = item.downcast::<Handle>()?;
    let class = class_of(item);
    let version = class.version();
    let known = PLAIN.get();
    if known.contains(&version) {
        return Some(found);
    }
    let class = class.clone();
    let run = vm.lookup(&class, &names()._run)?;
    let native = run.downcast::<Native>()?;
    if !std::ptr::fn_addr_eq(native.function, super::turn::HANDLE_RUN) {
        return None;
    }
    PLAIN.set([version, known[0]]);
    Some(found)
}

/// The handle that stands for a task in the queue: of its next step, or of its waking up.
pub fn handle_of(task: &Value) -> Option<Value> {
    let found = task.downcast::<Task>()?;
    let waited = found.waiter.get().clone();
    let (kind, argument) =
        if waited.is_none() { (HandleKind::Step, Value::UNSET) } else { (HandleKind::Wakeup, waited) };
    let (context, event_loop) = (found.context.get().clone(), found.future.event_loop.get().clone());
    Some(handle::make(kind, task.clone(), argument, context, &event_loop))
}

/// `_show_ready(queue)`: the queue of a loop as scripts see it, which hold handles only.
pub fn show_ready(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_show_ready", 1, 1)?;
    if let Some(deque) = args.pos()[0].native_state::<Deque>() {
        deque.show(handle_of);
    }
    Ok(args.pos()[0].clone())
}
