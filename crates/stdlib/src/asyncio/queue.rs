//! What queues do when nobody has to wait, and the futures of those who have to.
//!
//! `Queue` and its subclasses are classes of the language. Natives work on their attributes as long as a class
//! overrides none of the methods involved; other queues are asked through their methods.

use std::cell::Cell;

use weft_vm::heap::Ref;
use weft_vm::objects::attrs::{self, Attrs, Shape};
use weft_vm::objects::{Class, Future, List, Module, Native, NativeFn, NativeKind, class_flags, int, intern};
use weft_vm::{Args, Asks, Outcome, Question, Request, Res, Restartable, Value, Vm, class_of, restartable};

use super::support::{Import, go_slowly, import, names};
use super::{current, future};
use crate::collections::Deque;
use crate::heapq;

/// Methods for the class bodies of queues.
const METHODS: &[(&str, &str, NativeFn)] = &[
    ("_queue_qsize", "qsize", qsize),
    ("_queue_empty", "empty", restartable!(empty)),
    ("_queue_full", "full", full),
    ("_queue_put_nowait", "put_nowait", put_nowait),
    ("_queue_get_nowait", "get_nowait", get_nowait),
    ("_queue_task_done", "task_done", task_done),
    ("_queue_wakeup_next", "_wakeup_next", wakeup_next),
    ("_queue_getter", "_getter", getter),
    ("_queue_putter", "_putter", putter),
    ("_fifo_get", "_get", |vm, args| take(vm, &args, "popleft")),
    ("_fifo_put", "_put", |vm, args| add(vm, &args, Order::Fifo)),
    ("_lifo_get", "_get", |vm, args| take(vm, &args, "pop")),
    ("_lifo_put", "_put", |vm, args| add(vm, &args, Order::Lifo)),
    ("_heap_get", "_get", |vm, args| take(vm, &args, "")),
    ("_heap_put", "_put", |vm, args| add(vm, &args, Order::Heap)),
];

/// In which order items come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Fifo,
    Lifo,
    Heap,
}

/// What is known of queues of one class with the same attributes.
#[derive(Clone, Copy)]
struct Plan {
    shape: *const Shape,
    version: u32,
    order: Order,
    maxsize: u16,
    getters: u16,
    putters: u16,
    unfinished: u16,
    finished: u16,
    queue: u16,
    shutdown: u16,
    event_loop: u16,
}

thread_local! {
    static PLAN: Cell<Option<Plan>> = const { Cell::new(None) };
    /// The version of the class of events as it was made.
    static EVENT: Cell<u32> = const { Cell::new(0) };
}

pub fn fill(module: &Ref<Module>) {
    for &(entry, name, function) in METHODS {
        let native = Native::create(name, function, NativeKind::Method);
        native.header().set_class(weft_vm::types().method_descriptor.clone());
        module.dict.set(entry, native.into_value());
    }
}

/// `_set_event_class(class)`: the class of what `join` waits for.
pub fn set_event_class(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_set_event_class", 1, 1)?;
    if let Some(class) = args.pos()[0].downcast::<Class>() {
        EVENT.set(class.version());
    }
    Ok(Value::NONE)
}

fn this<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a Value> {
    match args.pos().first() {
        Some(this) => Ok(this),
        None => Err(vm.type_error("unbound method needs an argument")),
    }
}

fn plan<'a>(vm: &mut Vm, queue: &'a Value) -> Option<(&'a Attrs, Plan)> {
    let header = queue.header()?;
    let own = attrs::of(header)?;
    let (shape, version) = (own.shape(), header.class().version());
    if let Some(known) = PLAN.get().filter(|known| std::ptr::eq(known.shape, shape) && known.version == version) {
        return Some((own, known));
    }
    let plan = make_plan(vm, queue, shape, version)?;
    PLAN.set(Some(plan));
    Some((own, plan))
}

#[cold]
fn make_plan(vm: &mut Vm, queue: &Value, shape: &'static Shape, version: u32) -> Option<Plan> {
    if shape.is_dict() {
        return None;
    }
    let class = class_of(queue).clone();
    let mut native = |name: &str| {
        let name = intern(name.as_bytes());
        let found = vm.lookup(&class, &name)?.downcast::<Native>()?.function;
        if shape.slot(&name).is_some() { None } else { Some(found) }
    };
    let mut is_ours = |name: &str, entry: &str| -> bool {
        let ours = METHODS.iter().find(|(known, ..)| *known == entry).map(|&(_, _, function)| function);
        match (native(name), ours) {
            (Some(found), Some(ours)) => std::ptr::fn_addr_eq(found, ours),
            _ => false,
        }
    };
    let plain = [
        ("qsize", "_queue_qsize"),
        ("empty", "_queue_empty"),
        ("full", "_queue_full"),
        ("put_nowait", "_queue_put_nowait"),
        ("get_nowait", "_queue_get_nowait"),
        ("_wakeup_next", "_queue_wakeup_next"),
    ];
    if !plain.iter().all(|(name, entry)| is_ours(name, entry)) {
        return None;
    }
    let orders = [
        (Order::Fifo, "_fifo_get", "_fifo_put"),
        (Order::Lifo, "_lifo_get", "_lifo_put"),
        (Order::Heap, "_heap_get", "_heap_put"),
    ];
    let (order, ..) = orders.into_iter().find(|(_, get, put)| is_ours("_get", get) && is_ours("_put", put))?;
    let slot = |name: &str| shape.slot(&intern(name.as_bytes())).map(|slot| slot as u16);
    Some(Plan {
        shape,
        version,
        order,
        maxsize: slot("_maxsize")?,
        getters: slot("_getters")?,
        putters: slot("_putters")?,
        unfinished: slot("_unfinished_tasks")?,
        finished: slot("_finished")?,
        queue: slot("_queue")?,
        shutdown: slot("_is_shutdown")?,
        event_loop: slot("_loop")?,
    })
}

/// A queue that natives may work on.
struct Plain<'a> {
    own: &'a Attrs,
    plan: Plan,
    maxsize: i64,
    unfinished: i64,
    /// How many items are inside.
    size: usize,
}

impl<'a> Plain<'a> {
    fn of(vm: &mut Vm, queue: &'a Value) -> Option<Plain<'a>> {
        let (own, plan) = plan(vm, queue)?;
        let at = |slot: u16| own.slot(slot.into()).get();
        let items = at(plan.queue);
        let size = match plan.order {
            Order::Fifo => items.native_state::<Deque>().filter(|deque| deque.is_unbounded())?.len(),
            Order::Lifo | Order::Heap => items.downcast::<List>()?.len(),
        };
        let finished = at(plan.finished).header()?;
        if finished.class().version() != EVENT.get() {
            return None;
        }
        at(plan.getters).native_state::<Deque>()?;
        at(plan.putters).native_state::<Deque>()?;
        let maxsize = at(plan.maxsize).as_i64()?;
        let unfinished = at(plan.unfinished).as_i64()?;
        Some(Plain { own, plan, maxsize, unfinished, size })
    }

    fn at(&self, slot: u16) -> &'a Value {
        self.own.slot(slot.into()).get()
    }

    fn is_shutdown(&self) -> bool {
        !self.at(self.plan.shutdown).is(&Value::FALSE)
    }

    fn is_full(&self) -> bool {
        self.maxsize > 0 && self.size as i64 >= self.maxsize
    }

    /// An item is out, or None; a heap may have to ask which one.
    fn take(&self, vm: &mut Vm) -> Res<Option<Value>> {
        let items = self.at(self.plan.queue).clone();
        match self.plan.order {
            Order::Fifo => Ok(items.native_state::<Deque>().and_then(Deque::pop_front)),
            Order::Lifo => Ok(items.downcast::<List>().and_then(|list| list.items_mut().pop())),
            Order::Heap => heapq::pop_smallest(vm, Args::positional(&[items])).map(Some),
        }
    }

    /// Counts one more item that is to be dealt with.
    fn begin_task(&self) {
        drop(self.own.slot(self.plan.unfinished.into()).replace(int(self.unfinished + 1)));
        if let Some(own) = self.at(self.plan.finished).header().and_then(attrs::of) {
            drop(own.set(&names()._value, Value::FALSE));
        }
    }
}

/// Puts an item among others; a heap may have to ask where.
fn push(vm: &mut Vm, items: &Value, item: &Value, order: Order) -> Res {
    match (order, items.native_state::<Deque>(), items.downcast::<List>()) {
        (Order::Fifo, Some(deque), _) => drop(deque.push_back(item.clone())),
        (Order::Lifo, _, Some(list)) => list.push(item.clone()),
        (Order::Heap, _, Some(_)) => return heapq::push(vm, Args::positional(&[items.clone(), item.clone()])),
        _ => return vm.ask_method(items, &names().append, std::slice::from_ref(item)),
    }
    Ok(Value::NONE)
}

/// `_put(item)`.
fn add(vm: &mut Vm, args: &Args<'_>, order: Order) -> Res {
    args.rest().expect(vm, "_put", 1, 1)?;
    let [this, item, ..] = args.pos() else { return Ok(Value::NONE) };
    let items = vm.get_attr(this, &names()._queue)?;
    let pushed = push(vm, &items, item, order);
    vm.for_none(pushed)
}

/// `_get()`: by this method of what holds the items, or (no name) out of the heap that it is.
fn take(vm: &mut Vm, args: &Args<'_>, method: &str) -> Res {
    args.rest().expect(vm, "_get", 0, 0)?;
    let this = this(vm, args)?;
    let items = vm.get_attr(this, &names()._queue)?;
    match items.downcast::<List>() {
        Some(_) if method.is_empty() => heapq::pop_smallest(vm, Args::positional(&[items])),
        _ => vm.ask_method(&items, &intern(method.as_bytes()), &[]),
    }
}

/// Asks a queue that is no plain one: by this method of the language.
fn ask(vm: &mut Vm, this: &Value, method: &str, args: &[Value]) -> Res {
    let callable = vm.get_attr(this, &intern(method.as_bytes()))?;
    Err(vm.request(Request::Call { callable, args: args.to_vec() }))
}

fn raise(vm: &mut Vm, what: Import) -> Res {
    let class = import(vm, what)?;
    Err(vm.ask_raise(&class, &[]))
}

fn qsize(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = this(vm, &args)?;
    args.rest().expect(vm, "qsize", 0, 0)?;
    let items = vm.get_attr(this, &names()._queue)?;
    match vm.ask_special(&items, &weft_vm::names().__len__, Value::UNSET, Question::Length) {
        Some(asked) => Err(asked),
        None => Ok(int(vm.len(&items)? as i64)),
    }
}

fn empty(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = this(vm, &args)?;
    args.rest().expect(vm, "empty", 0, 0)?;
    let items = vm.get_attr(this, &names()._queue)?;
    Ok(Value::bool(!vm.is_true(&items)?))
}

fn full(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = this(vm, &args)?;
    args.rest().expect(vm, "full", 0, 0)?;
    match Plain::of(vm, this) {
        Some(queue) => Ok(Value::bool(queue.is_full())),
        None => ask(vm, this, "_full_checked", &[]),
    }
}

fn put_nowait(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = this(vm, &args)?;
    let [item] = args.rest().bind(vm, "put_nowait", ["item"], 1)?;
    let item = item.cloned().unwrap_or(Value::NONE);
    let Some(queue) = Plain::of(vm, this) else { return ask(vm, this, "_put_nowait_checked", &[item]) };
    if queue.is_shutdown() {
        return raise(vm, Import::QueueShutDown);
    }
    if queue.is_full() {
        return raise(vm, Import::QueueFull);
    }
    match push(vm, &queue.at(queue.plan.queue).clone(), &item, queue.plan.order) {
        Ok(_) => item_added(vm, &queue),
        pushed => vm.and_then(pushed, put_in, this.clone()),
    }
}

/// An item is in its place in the heap.
fn put_in(vm: &mut Vm, this: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    let result = match Plain::of(vm, this) {
        Some(queue) => item_added(vm, &queue),
        None => ask(vm, this, "_item_added_checked", &[]),
    };
    vm.last_act(result)
}

/// There is one more item.
fn item_added(vm: &mut Vm, queue: &Plain<'_>) -> Res {
    queue.begin_task();
    let getters = queue.at(queue.plan.getters).clone();
    let woken = wake_next(vm, &getters);
    vm.for_none(woken)
}

fn get_nowait(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = this(vm, &args)?;
    args.rest().expect(vm, "get_nowait", 0, 0)?;
    let Some(queue) = Plain::of(vm, this) else { return ask(vm, this, "_get_nowait_checked", &[]) };
    let putters = queue.at(queue.plan.putters);
    match if queue.size == 0 { Ok(None) } else { queue.take(vm) } {
        Ok(Some(item)) => item_taken(vm, putters, item),
        Ok(None) => raise(vm, if queue.is_shutdown() { Import::QueueShutDown } else { Import::QueueEmpty }),
        Err(thrown) => vm.and_then(Err(thrown), taken_out, putters.clone()),
    }
}

/// The first item is out of the heap.
fn taken_out(vm: &mut Vm, putters: &Value, outcome: Outcome) -> Res {
    let item = outcome.result(vm)?;
    let result = item_taken(vm, putters, item);
    vm.last_act(result)
}

/// There is one item less.
fn item_taken(vm: &mut Vm, putters: &Value, item: Value) -> Res {
    match wake_next(vm, &putters.clone()) {
        Ok(_) => Ok(item),
        woken => vm.and_then(woken, give_item, item),
    }
}

fn give_item(vm: &mut Vm, item: &Value, outcome: Outcome) -> Res {
    outcome.result(vm).map(|_| item.clone())
}

fn task_done(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = this(vm, &args)?;
    args.rest().expect(vm, "task_done", 0, 0)?;
    let unfinished = vm.get_attr(this, &names()._unfinished_tasks)?;
    let left = vm.as_index(&unfinished)?;
    if left <= 0 {
        return Err(vm.value_error("task_done() called too many times"));
    }
    vm.set_attr(this, &names()._unfinished_tasks, int(left - 1))?;
    if left == 1 {
        let finished = vm.get_attr(this, &names()._finished)?;
        let callable = vm.get_attr(&finished, &names().set)?;
        return Err(vm.request(Request::Call { callable, args: Vec::new() }));
    }
    Ok(Value::NONE)
}

/// Wakes the first of a deque of futures that is pending; those before it are dropped.
fn wake_next(vm: &mut Vm, waiters: &Value) -> Res {
    let Some(deque) = waiters.native_state::<Deque>() else { return Ok(Value::NONE) };
    while let Some(waiter) = deque.pop_front() {
        match Future::of(&waiter).filter(|_| class_of(&waiter).has(class_flags::BUILTIN)) {
            Some(found) if found.is_pending() => {
                return future::set_result_now(vm, &waiter, found, Value::NONE).map(|()| Value::NONE);
            }
            Some(_) => {}
            None => return go_slowly(vm, &[waiter, waiters.clone()], wake_other),
        }
    }
    Ok(Value::NONE)
}

/// Wakes a waiter that is no plain future, or the next one behind it.
fn wake_other(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [waiter, waiters] = args.pos() else { return Ok(Value::NONE) };
    let done = vm.once_asked(|vm| vm.ask_method(waiter, &names().done, &[]))?;
    match vm.is_true(&done)? {
        true => wake_next(vm, waiters),
        false => vm.ask_method(waiter, &names().set_result, &[Value::NONE]),
    }
}

fn wakeup_next(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_wakeup_next", 1, 1)?;
    let woken = wake_next(vm, &args.pos()[1]);
    vm.for_none(woken)
}

/// `_getter()`: the future of a getter that has to wait, which is noted; or None.
fn getter(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = this(vm, &args)?;
    let Some(queue) = Plain::of(vm, this) else { return ask(vm, this, "_getter_checked", &[]) };
    if queue.size != 0 {
        return Ok(Value::NONE);
    }
    wait(vm, this, &queue, queue.plan.getters, "_getter_checked")
}

/// `_putter()`: likewise, of a putter.
fn putter(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = this(vm, &args)?;
    let Some(queue) = Plain::of(vm, this) else { return ask(vm, this, "_putter_checked", &[]) };
    if !queue.is_full() {
        return Ok(Value::NONE);
    }
    wait(vm, this, &queue, queue.plan.putters, "_putter_checked")
}

/// Notes a new waiter; `checked` is the method that does so where the queue has yet to be bound to its loop, or the loop
/// makes futures its own way.
fn wait(vm: &mut Vm, this: &Value, queue: &Plain<'_>, waiters: u16, checked: &str) -> Res {
    if queue.is_shutdown() {
        return raise(vm, Import::QueueShutDown);
    }
    let event_loop = queue.at(queue.plan.event_loop);
    if !event_loop.is(&current::running()) || !super::event_loop::makes_plain_futures(vm, event_loop) {
        return ask(vm, this, checked, &[]);
    }
    let waiters = queue.at(waiters);
    match future::create(vm, event_loop) {
        Ok(waiter) => Ok(note_waiter(waiters, waiter)),
        made => vm.and_then(made, waiter_made, waiters.clone()),
    }
}

fn note_waiter(waiters: &Value, waiter: Value) -> Value {
    if let Some(deque) = waiters.native_state::<Deque>() {
        drop(deque.push_back(waiter.clone()));
    }
    waiter
}

fn waiter_made(vm: &mut Vm, waiters: &Value, outcome: Outcome) -> Res {
    Ok(note_waiter(waiters, outcome.result(vm)?))
}
