//! The methods of `BaseEventLoop` that every program is full of, and what natives do in their place when no subclass
//! overrides them.

use std::cell::Cell;

use weft_vm::heap::Ref;
use weft_vm::objects::attrs::{self, Attrs, Shape};
use weft_vm::objects::{Handle, HandleKind, Module, Native, NativeFn, NativeKind, tuple};
use weft_vm::{Args, Res, Value, Vm, class_of};

use super::support::{Names, call_named, names};
use super::{future, handle, task};
use crate::collections::Deque;
use crate::contextvars;

/// What is known of loops of one class with the same attributes.
#[derive(Clone, Copy)]
struct Plan {
    shape: *const Shape,
    version: u32,
    /// Slots of `_closed`, `_debug`, `_ready` and `_task_factory`.
    closed: u16,
    debug: u16,
    ready: u16,
    factory: u16,
    call_soon: bool,
    get_debug: bool,
    create_task: bool,
}

thread_local! {
    static PLAN: Cell<Plan> = const {
        Cell::new(Plan {
            shape: std::ptr::null(), version: 0, closed: 0, debug: 0, ready: 0, factory: 0,
            call_soon: false, get_debug: false, create_task: false,
        })
    };
}

/// Methods for the class body of `BaseEventLoop`.
const METHODS: &[(&str, &str, NativeFn)] = &[
    ("_loop_call_soon", "call_soon", call_soon),
    ("_loop_create_future", "create_future", create_future),
    ("_loop_create_task", "create_task", create_task),
    ("_loop_get_debug", "get_debug", get_debug_method),
];

pub fn fill(module: &Ref<Module>) {
    for &(entry, name, function) in METHODS {
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
    Some(Plan {
        shape,
        version,
        closed: slot(&all._closed)?,
        debug: slot(&all._debug)?,
        ready: slot(&all._ready)?,
        factory: slot(&all._task_factory)?,
        call_soon: is_ours(&all.call_soon, call_soon),
        get_debug: is_ours(&all.get_debug, get_debug_method),
        create_task: is_ours(&all.create_task, create_task),
    })
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
pub fn get_debug(vm: &mut Vm, event_loop: &Value) -> Res<bool> {
    if is_quiet(vm, event_loop) {
        return Ok(false);
    }
    let answer = vm.call_method(event_loop, &names().get_debug, &[])?;
    vm.truth(&answer)
}

/// Whether `loop.create_task()` does nothing but make a `Task`.
pub fn makes_plain_tasks(vm: &mut Vm, event_loop: &Value) -> bool {
    plan(vm, event_loop).is_some_and(|(own, plan)| {
        plan.create_task
            && plan.get_debug
            && is_false(own, plan.debug)
            && is_false(own, plan.closed)
            && own.slot(plan.factory.into()).get().is_none()
    })
}

/// Puts a handle behind those that are ready, if that is all `loop.call_soon()` would do.
#[inline]
fn enqueue(vm: &mut Vm, event_loop: &Value, needs_method: bool, make: impl FnOnce() -> Value) -> Option<Value> {
    let (own, plan) = plan(vm, event_loop)?;
    if needs_method && !plan.call_soon || !is_false(own, plan.debug) || !is_false(own, plan.closed) {
        return None;
    }
    let ready = own.slot(plan.ready.into()).get();
    let deque = ready.native_state::<Deque>()?;
    if !deque.is_unbounded() {
        return None;
    }
    let handle = make();
    drop(deque.push_back(handle.clone()));
    Some(handle)
}

/// `loop.call_soon(callback, argument, context=context)`.
pub fn soon(vm: &mut Vm, event_loop: &Value, callback: Value, argument: Value, context: Value) -> Res<()> {
    let make = || handle::make(HandleKind::One, callback.clone(), argument.clone(), context.clone(), event_loop);
    if enqueue(vm, event_loop, true, make).is_some() {
        return Ok(());
    }
    let keywords = std::slice::from_ref(&names().context);
    call_named(vm, event_loop, &names().call_soon, vec![callback, argument, context], keywords).map(drop)
}

/// `loop.call_soon` of a task's next step, with an exception to raise in it (or unset).
pub fn step_soon(vm: &mut Vm, event_loop: &Value, task: &Value, exception: Value, context: Value) -> Res<()> {
    let make = || handle::make(HandleKind::Step, task.clone(), exception.clone(), context.clone(), event_loop);
    if enqueue(vm, event_loop, true, make).is_some() {
        return Ok(());
    }
    let callback = task::step_object(task, exception);
    let keywords = std::slice::from_ref(&names().context);
    call_named(vm, event_loop, &names().call_soon, vec![callback, context], keywords).map(drop)
}

/// `loop.call_soon` of a task's waking up because a future is done.
pub fn wake_soon(vm: &mut Vm, event_loop: &Value, task: &Value, future: &Value, context: Value) -> Res<()> {
    let make = || handle::make(HandleKind::Wakeup, task.clone(), future.clone(), context.clone(), event_loop);
    if enqueue(vm, event_loop, true, make).is_some() {
        return Ok(());
    }
    let callback = task::wakeup_method(task);
    let keywords = std::slice::from_ref(&names().context);
    call_named(vm, event_loop, &names().call_soon, vec![callback, future.clone(), context], keywords).map(drop)
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
    let make = || {
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
            vm.call_method(this, &name, &[callback.clone(), tuple(rest.to_vec()), context])
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
    vm.call_method(this, &method, &[coroutine, name, context.cloned().unwrap_or(Value::NONE)])
}

/// Whether it is a handle that runs as `Handle` does.
pub fn plain_handle<'a>(vm: &mut Vm, item: &'a Value) -> Option<&'a Handle> {
    let found = item.downcast::<Handle>()?;
    let class = class_of(item);
    if class.has(weft_vm::objects::class_flags::BUILTIN) {
        return Some(found);
    }
    let class = class.clone();
    let run = vm.lookup(&class, &names()._run)?;
    run.downcast::<Native>().filter(|n| std::ptr::fn_addr_eq(n.function, super::turn::HANDLE_RUN)).map(|_| found)
}
