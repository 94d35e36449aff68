//! Which loop runs, which task each loop is stepping, and which tasks there are.

use std::cell::RefCell;

use weft_vm::heap::enlisted;
use weft_vm::objects::{Future, NativeFn, Task, list};
use weft_vm::{Args, Outcome, Res, Restartable, Value, Vm};

use super::support::{Import, ask_import, go_slowly, names, shown};

thread_local! {
    static RUNNING: RefCell<Value> = const { RefCell::new(Value::NONE) };
    /// Loops and the tasks they are stepping.
    static CURRENT: RefCell<Vec<(Value, Value)>> = const { RefCell::new(Vec::new()) };
}

pub const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("get_running_loop", get_running_loop),
    ("_get_running_loop", get_running_or_none),
    ("_set_running_loop", set_running_loop),
    ("get_event_loop", get_event_loop),
    ("current_task", current_task),
    ("_enter_task", enter_task),
    ("_leave_task", leave_task),
    ("_swap_current_task", swap_current_task),
    ("_current_loops", current_loops),
    ("_enlist", enlist),
    ("_strike", strike),
    ("_enlisted", all_enlisted),
    ("create_task", create_task),
    ("_set_handle_class", super::support::set_handle_class),
    ("_set_give_way", set_give_way),
    ("_set_event_class", super::queue::set_event_class),
];

pub fn reset() {
    drop(RUNNING.replace(Value::NONE));
    drop(CURRENT.take());
}

/// The running loop, or None.
pub fn running() -> Value {
    RUNNING.with_borrow(Value::clone)
}

fn get_running_loop(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "get_running_loop", 0, 0)?;
    running_loop(vm)
}

fn running_loop(vm: &mut Vm) -> Res {
    let running = running();
    if running.is_none() { Err(vm.runtime_error("no running event loop")) } else { Ok(running) }
}

fn get_running_or_none(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_get_running_loop", 0, 0)?;
    Ok(running())
}

fn set_running_loop(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_set_running_loop", 1, 1)?;
    drop(RUNNING.replace(args.pos()[0].clone()));
    Ok(Value::NONE)
}

fn get_event_loop(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "get_event_loop", 0, 0)?;
    ask_event_loop(vm)
}

/// The running loop, or else what the policy gives.
pub fn ask_event_loop(vm: &mut Vm) -> Res {
    let running = running();
    if !running.is_none() {
        return Ok(running);
    }
    let policy = ask_import(vm, Import::GetEventLoopPolicy, &[]);
    vm.then(policy, ask_policy, &Value::NONE)
}

fn ask_policy(vm: &mut Vm, _state: &Value, outcome: Outcome) -> Res {
    let policy = outcome.result(vm)?;
    let result = vm.ask_method(&policy, &names().get_event_loop, &[]);
    vm.last_act(result)
}

/// The task that a loop is stepping.
fn task_of(event_loop: &Value) -> Option<Value> {
    CURRENT.with_borrow(|all| all.iter().find(|(l, _)| l.is(event_loop)).map(|(_, task)| task.clone()))
}

fn current_task(vm: &mut Vm, args: Args<'_>) -> Res {
    let [given] = args.bind(vm, "current_task", ["loop"], 0)?;
    let event_loop = match given {
        Some(given) if !given.is_none() => given.clone(),
        _ => running_loop(vm)?,
    };
    Ok(task_of(&event_loop).unwrap_or(Value::NONE))
}

/// Notes that the loop begins to step the task. The error may have to ask for its words.
pub fn enter(vm: &mut Vm, event_loop: &Value, task: &Value) -> Res<()> {
    if let Some(current) = task_of(event_loop) {
        return go_slowly(vm, &[task.clone(), current], refuse_to_enter).map(drop);
    }
    CURRENT.with_borrow_mut(|all| all.push((event_loop.clone(), task.clone())));
    Ok(())
}

fn refuse_to_enter(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [task, current] = args.pos() else { return Ok(Value::NONE) };
    let (task, current) = (shown(vm, task)?, shown(vm, current)?);
    let message = format!("Cannot enter into task {task} while another task {current} is being executed.");
    Err(vm.runtime_error(message))
}

/// Notes that the step is over. The error may have to ask for its words.
pub fn leave(vm: &mut Vm, event_loop: &Value, task: &Value) -> Res<()> {
    let found = CURRENT.with_borrow_mut(|all| {
        let place = all.iter().rposition(|(l, t)| l.is(event_loop) && t.is(task))?;
        Some(all.remove(place))
    });
    if found.is_some() {
        return Ok(());
    }
    let current = task_of(event_loop).unwrap_or(Value::NONE);
    go_slowly(vm, &[task.clone(), current], refuse_to_leave).map(drop)
}

fn refuse_to_leave(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [task, current] = args.pos() else { return Ok(Value::NONE) };
    let (task, current) = (shown(vm, task)?, shown(vm, current)?);
    Err(vm.runtime_error(format!("Leaving task {task} does not match the current task {current}.")))
}

/// Puts a task, or None, in the place of the current one, which is returned.
pub fn swap(event_loop: &Value, task: &Value) -> Value {
    let old = CURRENT.with_borrow_mut(|all| {
        let place = all.iter().rposition(|(l, _)| l.is(event_loop));
        let old = place.map(|i| all.remove(i));
        if !task.is_none() {
            all.push((event_loop.clone(), task.clone()));
        }
        old
    });
    old.map_or(Value::NONE, |(_, task)| task)
}

fn enter_task(vm: &mut Vm, args: Args<'_>) -> Res {
    let [event_loop, task] = args.bind(vm, "_enter_task", ["loop", "task"], 2)?;
    if let (Some(event_loop), Some(task)) = (event_loop, task) {
        enter(vm, event_loop, task)?;
    }
    Ok(Value::NONE)
}

fn leave_task(vm: &mut Vm, args: Args<'_>) -> Res {
    let [event_loop, task] = args.bind(vm, "_leave_task", ["loop", "task"], 2)?;
    if let (Some(event_loop), Some(task)) = (event_loop, task) {
        leave(vm, event_loop, task)?;
    }
    Ok(Value::NONE)
}

fn swap_current_task(vm: &mut Vm, args: Args<'_>) -> Res {
    let [event_loop, task] = args.bind(vm, "_swap_current_task", ["loop", "task"], 2)?;
    Ok(match (event_loop, task) {
        (Some(event_loop), Some(task)) => swap(event_loop, task),
        _ => Value::NONE,
    })
}

/// `_current_loops()`: the loops that are stepping a task.
fn current_loops(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_current_loops", 0, 0)?;
    Ok(list(CURRENT.with_borrow(|all| all.iter().map(|(event_loop, _)| event_loop.clone()).collect())))
}

/// `_enlist(task)`: has `_enlisted` list the task; False if it is none of this module's.
fn enlist(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_enlist", 1, 1)?;
    let value = &args.pos()[0];
    Ok(Value::bool(match value.downcast::<Task>() {
        Some(task) => {
            task.register.enter(value);
            true
        }
        None => false,
    }))
}

/// `_strike(task)`: undoes `_enlist`.
fn strike(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_strike", 1, 1)?;
    if let Some(task) = args.pos()[0].downcast::<Task>() {
        task.register.leave();
    }
    Ok(Value::NONE)
}

/// `_set_give_way(object)`: awaiting it yields None once.
fn set_give_way(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_set_give_way", 1, 1)?;
    drop(std::mem::replace(&mut vm.futures.give_way, args.pos()[0].clone()));
    Ok(Value::NONE)
}

fn all_enlisted(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_enlisted", 0, 0)?;
    Ok(list(enlisted().into_iter().filter(|task| Future::of(task).is_some()).collect()))
}

/// `create_task(coro, *, name=None, context=None)`: as a task of the running loop.
fn create_task(vm: &mut Vm, args: Args<'_>) -> Res {
    let [coroutine, name, context] = args.bind(vm, "create_task", ["coro", "*name", "*context"], 1)?;
    let running = running_loop(vm)?;
    let name = name.cloned().unwrap_or(Value::NONE);
    let context = context.filter(|c| !c.is_none());
    let coroutine = coroutine.cloned().unwrap_or(Value::NONE);
    if super::event_loop::makes_plain_tasks(vm, &running) {
        return super::task::create(vm, &running, coroutine, name, context.cloned());
    }
    let mut values = vec![coroutine, name];
    let mut keywords = vec![names().name.clone()];
    if let Some(context) = context {
        values.push(context.clone());
        keywords.push(names().context.clone());
    }
    super::support::ask_named(vm, &running, &names().create_task, values, &keywords)
}
