//! `Task`: a coroutine that the loop steps forward, and the future of its result.

use std::cell::Cell;

use weft_vm::heap;
use weft_vm::objects::{Dict, HandleKind, Intrinsic, Native, NativeKind, Task, int, intern};
use weft_vm::types::Def;
use weft_vm::{Args, Asks, Outcome, Request, Res, Restartable, Thrown, Value, Vm, class_of, restartable, types};

use super::support::{Import, ask_import, class_for, classes, go_slowly, names, not_deleted, shown};
use super::{event_loop, future, step};
use crate::contextvars;
use crate::native::object;

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", restartable!(init)),
    Def::Slot("__del__", future::del),
    Def::Slot("__repr__", |vm, args| {
        initialised(vm, &args)?;
        ask_import(vm, Import::TaskRepr, args.pos())
    }),
    Def::Class("__class_getitem__", weft_vm::types::slots::class_getitem),
    Def::Method("cancel", cancel),
    Def::Method("cancelling", |vm, args| Ok(int(this(vm, &args)?.cancels.get().into()))),
    Def::Method("uncancel", uncancel),
    Def::Method("get_coro", |vm, args| Ok(coroutine(&args.pos()[0], this(vm, &args)?))),
    Def::Method("get_context", |vm, args| Ok(this(vm, &args)?.context.get().clone())),
    Def::Method("get_name", |vm, args| Ok(name(this(vm, &args)?))),
    Def::Method("set_name", restartable!(set_name)),
    Def::Method("set_result", |vm, _| Err(vm.runtime_error("Task does not support set_result operation"))),
    Def::Method("set_exception", |vm, _| Err(vm.runtime_error("Task does not support set_exception operation"))),
    Def::Method("get_stack", get_stack),
    Def::Method("print_stack", print_stack),
    Def::Get("_coro", |_, v| Ok(v.downcast::<Task>().map_or(Value::NONE, |task| coroutine(v, task)))),
    Def::Get("_fut_waiter", |_, v| Ok(v.downcast::<Task>().map_or(Value::NONE, |task| task.waiter.get().clone()))),
    Def::Get("_must_cancel", |_, v| Ok(Value::bool(v.downcast::<Task>().is_some_and(|task| task.must_cancel.get())))),
    Def::GetSet("_log_destroy_pending", log_destroy_pending, set_log_destroy_pending),
];

/// Of what the loop calls to step a task, where it has to be an object.
pub const STEP_DEFS: &[Def] = &[
    Def::Slot("__call__", step_call),
    Def::Get("__self__", |_, v| Ok(v.native_state::<Step>().map_or(Value::NONE, |step| step.task.clone()))),
];

/// The state of such an object.
struct Step {
    task: Value,
    /// To be raised in the coroutine; or unset.
    exception: Value,
}

thread_local! {
    static COUNT: Cell<i64> = const { Cell::new(0) };
}

fn this<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a Task> {
    weft_vm::types::slots::this::<Task>(vm, args)
}

fn initialised<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a Task> {
    let task = this(vm, args)?;
    if task.future.event_loop.get().is_unset() {
        return Err(vm.runtime_error("Task object is not initialized."));
    }
    Ok(task)
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_for(vm, &args, &classes().task)?;
    Ok(heap::new(&class, Task::new()).into_value())
}

fn init(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let task = this(vm, &args)?;
    let [coroutine, event_loop, name, context, eager] =
        args.rest().bind(vm, "Task", ["coro", "*loop", "*name", "*context", "*eager_start"], 1)?;
    let value = &args.pos()[0];
    drop(task.future.reset());
    future::prepare(vm, &task.future, event_loop)?;
    let eager = match eager {
        Some(eager) => vm.is_true(eager)?,
        None => false,
    };
    let coroutine = coroutine.cloned().unwrap_or(Value::NONE);
    if !is_coroutine(vm, &coroutine)? {
        task.log_destroy_pending.set(false);
        let given = shown(vm, &coroutine)?;
        return Err(vm.type_error(format!("a coroutine was expected, got {given}")));
    }
    let name = match name {
        Some(name) if is_plain_name(name) => name.clone(),
        Some(name) => vm.once_asked(|vm| vm.ask_str(name))?,
        None => Value::NONE,
    };
    let event_loop = task.future.event_loop.get().clone();
    let eager = eager && {
        let running = vm.once_asked(|vm| vm.ask_method(&event_loop, &names().is_running, &[]))?;
        vm.is_true(&running)?
    };
    begin(task, coroutine, name, context.filter(|c| !c.is_none()).cloned());
    let begun = match eager {
        true => step::start_eagerly(vm, value, &event_loop),
        false => schedule(vm, value, task, &event_loop).map(|()| Value::NONE),
    };
    vm.for_none(begun)
}

/// Fills in what a new task is about; its name is a string or None.
fn begin(task: &Task, coroutine: Value, name: Value, context: Option<Value>) {
    task.context.set(context.unwrap_or_else(contextvars::copy_current));
    task.name.set(if name.is_none() {
        COUNT.set(COUNT.get() + 1);
        int(COUNT.get())
    } else {
        name
    });
    task.coroutine.set(coroutine);
    task.waiter.set(Value::NONE);
    task.cancels.set(0);
    task.must_cancel.set(false);
    task.log_destroy_pending.set(true);
}

/// Has the loop take the first step, which may have to be waited for.
fn schedule(vm: &mut Vm, value: &Value, task: &Task, event_loop: &Value) -> Res<()> {
    let context = task.context.get().clone();
    match event_loop::step_soon(vm, event_loop, value, Value::UNSET, context) {
        Ok(()) => task.register.enter(value),
        Err(_) => return vm.and_then(Err(Thrown), enlist, value.clone()).map(drop),
    }
    Ok(())
}

/// The loop has taken the first step of a task.
fn enlist(vm: &mut Vm, value: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    if let Some(task) = value.downcast::<Task>() {
        task.register.enter(value);
    }
    Ok(Value::NONE)
}

fn is_plain_coroutine(value: &Value) -> bool {
    class_of(value).is(&types().coroutine)
}

fn is_plain_name(name: &Value) -> bool {
    name.is_none() || class_of(name).is(&types().str)
}

fn is_coroutine(vm: &mut Restartable<'_>, coroutine: &Value) -> Res<bool> {
    if is_plain_coroutine(coroutine) {
        return Ok(true);
    }
    let answer = vm.once_asked(|vm| ask_import(vm, Import::IsCoroutine, std::slice::from_ref(coroutine)))?;
    vm.is_true(&answer)
}

/// `Task(coro, loop=loop, name=name, context=context)` for a loop that makes plain tasks.
pub fn create(vm: &mut Vm, event_loop: &Value, coroutine: Value, name: Value, context: Option<Value>) -> Res {
    let class = &classes().task;
    if !is_plain_coroutine(&coroutine) || !is_plain_name(&name) {
        let args = vec![coroutine, event_loop.clone(), name, context.unwrap_or(Value::NONE)];
        let names = [&b"loop"[..], b"name", b"context"].map(intern).to_vec();
        return Err(vm.request(Request::Make { class: class.clone(), args, names }));
    }
    let task = heap::new(class, Task::new());
    task.future.event_loop.set(event_loop.clone());
    begin(&task, coroutine, name, context);
    schedule(vm, task.value(), &task, event_loop)?;
    Ok(task.into_value())
}

/// Has the death of a pending task not reported.
pub fn forget_quietly(value: &Value) {
    if let Some(task) = value.downcast::<Task>() {
        task.log_destroy_pending.set(false);
    }
}

/// Has the loop resume a task because a future is done.
pub fn wake_soon(vm: &mut Vm, event_loop: &Value, value: &Value, future: &Value) -> Res<()> {
    event_loop::wake_soon(vm, event_loop, value, future, context_of(value))
}

/// The context that a task runs in.
pub fn context_of(value: &Value) -> Value {
    value.downcast::<Task>().map_or(Value::NONE, |task| task.context.get().clone())
}

/// The step of a task as an object to call.
pub fn step_object(task: &Value, exception: Value) -> Value {
    object(&classes().step, Step { task: task.clone(), exception })
}

fn step_call(vm: &mut Vm, args: Args<'_>) -> Res {
    let found = crate::native::this::<Step>(vm, &args)?;
    let exception = Some(found.exception.clone()).filter(|e| !e.is_unset());
    step::call(vm, &found.task, HandleKind::Step, exception.unwrap_or(Value::UNSET))
}

/// The method that wakes a task, bound to it.
pub fn wakeup_method(task: &Value) -> Value {
    let owner = classes().task.value().clone();
    let function = |vm: &mut Vm, args: Args<'_>| {
        args.rest().expect(vm, "task_wakeup", 1, 1)?;
        step::call(vm, &args.pos()[0], HandleKind::Wakeup, args.pos()[1].clone())
    };
    Native::create_full("task_wakeup", function, NativeKind::Function, Intrinsic::None, owner, task.clone())
        .into_value()
}

/// Reports a task that dies before its coroutine has ended.
pub fn report_pending(vm: &mut Vm, value: &Value) -> Res {
    let Some(task) = value.downcast::<Task>() else { return Ok(Value::NONE) };
    let waits = task.future.is_pending() && !task.future.event_loop.get().is_unset();
    if !waits || !task.log_destroy_pending.get() {
        return Ok(Value::NONE);
    }
    let context = Dict::create();
    context.set("task", value.clone());
    context.set("message", Value::from("Task was destroyed but it is pending!"));
    future::report(vm, &task.future, &context)
}

// Cancellation.

fn cancel(vm: &mut Vm, args: Args<'_>) -> Res {
    initialised(vm, &args)?;
    let [message] = args.rest().bind(vm, "cancel", ["msg"], 0)?;
    let message = message.filter(|m| !m.is_none()).cloned();
    let mut value = args.pos()[0].clone();
    // Tasks that wait for tasks are gone through without recursion; they may wait for each other in a ring.
    for _ in 0..MOST_WAITING {
        let Some(task) = value.downcast::<Task>() else { return Ok(Value::FALSE) };
        task.future.log_traceback.set(false);
        if !task.future.is_pending() {
            return Ok(Value::FALSE);
        }
        task.cancels.set(task.cancels.get().saturating_add(1));
        let waiter = task.waiter.get().clone();
        if is_plain_pending(&waiter) {
            value = waiter;
            continue;
        }
        if !waiter.is_none() {
            return go_slowly(vm, &[value, waiter, message.unwrap_or(Value::NONE)], cancel_waiter);
        }
        must_cancel(task, message);
        return Ok(Value::TRUE);
    }
    Err(vm.recursion_error(""))
}

/// Cancels what a task waits for.
fn cancel_waiter(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let task = this(vm, &args)?;
    let [_, waiter, message] = args.pos() else { return Ok(Value::NONE) };
    // If that goes, its callback will resume the coroutine.
    if !future::cancel_any(vm, waiter, message)? {
        must_cancel(task, Some(message.clone()).filter(|m| !m.is_none()));
    }
    Ok(Value::TRUE)
}

fn must_cancel(task: &Task, message: Option<Value>) {
    task.must_cancel.set(true);
    if message.is_some() || task.future.rare.get().is_some() {
        let old = std::mem::replace(&mut task.future.rare().cancel_message, message);
        drop(old);
    }
}

/// Tasks that wait for each other, beyond which it must be a ring.
const MOST_WAITING: usize = 1_000_000;

/// Whether it is a task that is pending, of this very class.
fn is_plain_pending(waiter: &Value) -> bool {
    waiter.downcast::<Task>().is_some_and(|task| {
        class_of(waiter).is(&classes().task) && task.future.is_pending() && !task.future.event_loop.get().is_unset()
    })
}

fn uncancel(vm: &mut Vm, args: Args<'_>) -> Res {
    let task = this(vm, &args)?;
    let left = task.cancels.get().saturating_sub(1);
    if task.cancels.get() > 0 && left == 0 {
        task.must_cancel.set(false);
    }
    task.cancels.set(left);
    Ok(int(left.into()))
}

// Attributes.

fn coroutine(_value: &Value, task: &Task) -> Value {
    let coroutine = task.coroutine.get().clone();
    if coroutine.is_unset() { Value::NONE } else { coroutine }
}

fn name(task: &Task) -> Value {
    let name = task.name.get();
    match name.as_small_int() {
        Some(number) => Value::from(format!("Task-{number}")),
        None => name.clone(),
    }
}

fn set_name(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let task = this(vm, &args)?;
    args.rest().expect(vm, "Task.set_name", 1, 1)?;
    let name = &args.pos()[1];
    let exact = class_of(name).is(&types().str);
    let name = if exact { name.clone() } else { vm.once_asked(|vm| vm.ask_str(name))? };
    task.name.set(name);
    Ok(Value::NONE)
}

fn get_stack(vm: &mut Vm, args: Args<'_>) -> Res {
    let [limit] = args.rest().bind(vm, "get_stack", ["*limit"], 0)?;
    let limit = limit.cloned().unwrap_or(Value::NONE);
    ask_import(vm, Import::TaskGetStack, &[args.pos()[0].clone(), limit])
}

fn print_stack(vm: &mut Vm, args: Args<'_>) -> Res {
    let [limit, file] = args.rest().bind(vm, "print_stack", ["*limit", "*file"], 0)?;
    let given = |value: Option<&Value>| value.cloned().unwrap_or(Value::NONE);
    ask_import(vm, Import::TaskPrintStack, &[args.pos()[0].clone(), given(limit), given(file)])
}

fn log_destroy_pending(_vm: &mut Vm, value: &Value) -> Res {
    Ok(Value::bool(value.downcast::<Task>().is_some_and(|task| task.log_destroy_pending.get())))
}

fn set_log_destroy_pending(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let new = not_deleted(vm, new)?;
    let truth = vm.truth(&new)?;
    if let Some(task) = value.downcast::<Task>() {
        task.log_destroy_pending.set(truth);
    }
    Ok(())
}
