//! Timers: handles in the heap `_scheduled` of a loop, ordered by their time and, at the same time, by when they were
//! made.
//!
//! Natives work on the heap while its items are `TimerHandle`s whose order no script has changed; other items are
//! compared by their methods.

use weft_vm::heap::Ref;
use weft_vm::objects::{Class, Handle, HandleExtra, HandleKind, List, NativeFn, float, int, tuple};
use weft_vm::ops::compare::{Cmp, plain_compare};
use weft_vm::types::{Def, slots, text_of};
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm, class_of, restartable, types};

use super::event_loop::{self, Timing};
use super::handle;
use super::support::{go_slowly, is_timer_class, names, timer_class};
use crate::contextvars;
use crate::heapq::{self, Order};
use crate::system;

/// What `TimerHandle` has beyond `Handle`; entries of the module, for its class body.
pub const METHODS: &[(&str, &str, NativeFn)] = &[
    ("_timer_init", "__init__", restartable!(init)),
    ("_timer_cancel", "cancel", cancel),
    ("_timer_when", "when", when),
];

/// Attributes that only timers have.
pub const DEFS: &[Def] = &[
    Def::GetSet(
        "_when",
        |vm, v| Ok(attribute(vm, v, "_when")?.when.clone()),
        |vm, v, new| {
            let new = super::support::not_deleted(vm, new)?;
            let old = std::mem::replace(&mut slots::payload::<Handle>(vm, v)?.extra().when, new);
            drop(old);
            Ok(())
        },
    ),
    Def::GetSet(
        "_scheduled",
        |vm, v| Ok(Value::bool(attribute(vm, v, "_scheduled")?.scheduled)),
        |vm, v, new| {
            let scheduled = vm.truth(&new.unwrap_or(Value::FALSE))?;
            slots::payload::<Handle>(vm, v)?.extra().scheduled = scheduled;
            Ok(())
        },
    ),
    Def::GetSet(
        "_tick",
        |vm, v| Ok(int(attribute(vm, v, "_tick")?.tick)),
        |vm, v, new| {
            let tick = vm.as_index(&new.unwrap_or(Value::NONE))?;
            slots::payload::<Handle>(vm, v)?.extra().tick = tick;
            Ok(())
        },
    ),
];

fn attribute<'a>(vm: &mut Vm, value: &'a Value, name: &str) -> Res<&'a HandleExtra> {
    match value.downcast::<Handle>().and_then(Handle::timer) {
        Some(timer) => Ok(timer),
        None => {
            let class = class_of(value).name_str();
            let error = types().exceptions.AttributeError.clone();
            Err(vm.raise(&error, format!("'{class}' object has no attribute '{name}'")))
        }
    }
}

/// `TimerHandle(when, callback, args, loop, context=None)`.
fn init(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = slots::this::<Handle>(vm, &args)?;
    let [when, callback, values, event_loop, context] = args
        .rest()
        .bind(vm, "TimerHandle", ["when", "callback", "args", "loop", "context"], 4)?
        .map(|given| given.cloned().unwrap_or(Value::NONE));
    handle::initialise(vm, this, [callback, values, event_loop, context])?;
    this.extra().when = when;
    Ok(Value::NONE)
}

fn when(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "when", 0, 0)?;
    Ok(attribute(vm, &args.pos()[0], "_when")?.when.clone())
}

fn cancel(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = &args.pos()[0];
    let this = slots::this::<Handle>(vm, &args)?;
    args.rest().expect(vm, "cancel", 0, 0)?;
    let event_loop = this.event_loop.get().clone();
    if !this.cancelled.get() && !event_loop::count_cancelled(vm, &event_loop, this) {
        return go_slowly(vm, std::slice::from_ref(value), cancel_slowly);
    }
    handle::cancel_now(vm, value, this)
}

/// The same for a loop that has its own way to count.
fn cancel_slowly(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let event_loop = slots::this::<Handle>(vm, &args)?.event_loop.get().clone();
    vm.once_asked(|vm| vm.ask_method(&event_loop, &names()._timer_handle_cancelled, args.pos()))?;
    handle::cancel_slowly(vm, args)
}

/// Whether it is a timer that is ordered as all are.
fn is_plain(value: &Value) -> Option<&mut HandleExtra> {
    let timer = value.downcast::<Handle>()?.timer()?;
    is_timer_class(class_of(value)).then_some(timer)
}

/// The order of timers.
pub struct Earliest;

impl Order for Earliest {
    fn above(vm: &mut Vm, a: &Value, b: &Value) -> Res<bool> {
        let (Some(first), Some(second)) = (is_plain(a), is_plain(b)) else { return vm.less(a, b) };
        let ticks = first.tick < second.tick;
        if let (Some(x), Some(y)) = (first.when.as_float(), second.when.as_float()) {
            return Ok(x < y || x == y && ticks);
        }
        let (x, y) = (first.when.clone(), second.when.clone());
        Ok(vm.less(&x, &y)? || ticks && vm.same(&x, &y)?)
    }
}

/// The arguments of `call_at` and `call_later`: time, callback, the callback's arguments, context (or None).
type Call<'a> = (&'a Value, &'a Value, &'a [Value], Value);

fn arguments<'a>(vm: &mut Vm, args: Args<'a>, name: &str, first: &str) -> Res<Call<'a>> {
    let mut context = Value::NONE;
    for (keyword, value) in args.keywords() {
        let keyword = text_of(keyword);
        if keyword != "context" {
            return Err(vm.type_error(format!("{name}() got an unexpected keyword argument '{keyword}'")));
        }
        context = value.clone();
    }
    match args.pos() {
        [_, when, callback, rest @ ..] => Ok((when, callback, rest, context)),
        [_, _] => Err(vm.type_error(format!("{name}() missing 1 required positional argument: 'callback'"))),
        _ => {
            let text = format!("{name}() missing 2 required positional arguments: '{first}' and 'callback'");
            Err(vm.type_error(text))
        }
    }
}

/// `loop.call_at(when, callback, *args, context=None)`.
pub fn call_at(vm: &mut Vm, args: Args<'_>) -> Res {
    let (when, callback, rest, context) = arguments(vm, args, "call_at", "when")?;
    let this = &args.pos()[0];
    match event_loop::timing(vm, this) {
        Some(timing) if !when.is_none() => set(vm, this, &timing, when.clone(), (callback, rest, context)),
        _ => {
            let values = [when.clone(), callback.clone(), tuple(rest.to_vec()), context];
            vm.ask_method(this, &names()._call_at_checked, &values)
        }
    }
}

/// `loop.call_later(delay, callback, *args, context=None)`.
pub fn call_later(vm: &mut Vm, args: Args<'_>) -> Res {
    let (delay, callback, rest, context) = arguments(vm, args, "call_later", "delay")?;
    let this = &args.pos()[0];
    let seconds = delay.as_float().or_else(|| delay.as_i64().map(|n| n as f64));
    match (event_loop::timing(vm, this), seconds) {
        (Some(timing), Some(seconds)) => {
            let when = float(timing.now + seconds);
            set(vm, this, &timing, when, (callback, rest, context))
        }
        _ => {
            let values = [delay.clone(), callback.clone(), tuple(rest.to_vec()), context];
            vm.ask_method(this, &names()._call_later_checked, &values)
        }
    }
}

fn set(vm: &mut Vm, this: &Value, timing: &Timing, when: Value, call: (&Value, &[Value], Value)) -> Res {
    let (callback, rest, context) = call;
    let Some(class) = timer_class() else { return Err(vm.runtime_error("there is no class of timers")) };
    let context = if context.is_none() { contextvars::copy_current() } else { context };
    let extra = HandleExtra { when, tick: timing.tick, scheduled: true, ..HandleExtra::default() };
    let (kind, args) = match rest {
        [one] => (HandleKind::One, one.clone()),
        _ => (HandleKind::Tuple, tuple(rest.to_vec())),
    };
    let timer = handle::make_as(&class, Some(Box::new(extra)), kind, callback.clone(), args, context, this);
    let Some(heap) = timing.scheduled.downcast::<List>() else { return Ok(timer) };
    heap.push(timer.clone());
    heapq::rise::<Earliest>(vm, heap, 0, heap.len() - 1)?;
    Ok(timer)
}

/// What a turn does with the heap before it waits: drops cancelled timers from its top, or all of them once they are
/// many. Gives how many were counted as cancelled and are gone; None if that takes asking the items.
pub fn drop_cancelled(vm: &mut Vm, heap: &List, cancelled: i64) -> Res<Option<i64>> {
    let count = heap.len() as i64;
    if count > MOST_KEPT && cancelled * 2 > count {
        if !heap.items().iter().all(|timer| is_plain(timer).is_some()) {
            return Ok(None);
        }
        let all = std::mem::take(heap.items_mut());
        let (gone, kept): (Vec<Value>, Vec<Value>) = all.into_iter().partition(is_cancelled);
        *heap.items_mut() = kept;
        gone.iter().for_each(unschedule);
        drop(gone);
        heapq::arrange::<Earliest>(vm, heap)?;
        return Ok(Some(cancelled));
    }
    let mut dropped = 0;
    while let Some(top) = heap.get(0) {
        if is_plain(&top).is_none() {
            return Ok(None);
        }
        if !is_cancelled(&top) {
            break;
        }
        drop(heapq::take::<Earliest>(vm, heap)?);
        unschedule(&top);
        dropped += 1;
    }
    Ok(Some(dropped))
}

/// The heap is rebuilt without cancelled timers if it holds more than this many, most of them cancelled.
const MOST_KEPT: i64 = 100;

fn is_cancelled(timer: &Value) -> bool {
    timer.downcast::<Handle>().is_some_and(|handle| handle.cancelled.get())
}

fn unschedule(timer: &Value) {
    if let Some(timer) = timer.downcast::<Handle>().and_then(Handle::timer) {
        timer.scheduled = false;
    }
}

/// The time of the first timer, if there is one.
pub fn first_time(vm: &mut Vm, heap: &List) -> Res<Option<Value>> {
    match heap.get(0) {
        Some(top) => time_of(vm, &top).map(Some),
        None => Ok(None),
    }
}

fn time_of(vm: &mut Vm, timer: &Value) -> Res {
    match is_plain(timer) {
        Some(timer) => Ok(timer.when.clone()),
        None => vm.get_attr(timer, &names()._when),
    }
}

/// Takes the first timer out if it is due before `end`.
pub fn take_due(vm: &mut Vm, heap: &List, end: f64) -> Res<Option<Value>> {
    let Some(top) = heap.get(0) else { return Ok(None) };
    let when = time_of(vm, &top)?;
    let due = match plain_compare(Cmp::Lt, &when, &float(end)) {
        Some(due) => due,
        None => vm.less(&when, &float(end))?,
    };
    if !due {
        return Ok(None);
    }
    let timer = heapq::take::<Earliest>(vm, heap)?;
    match is_plain(&timer) {
        Some(_) => unschedule(&timer),
        None => vm.set_attr(&timer, &names()._scheduled, Value::FALSE)?,
    }
    Ok(Some(timer))
}

/// `_set_timer_class(class)`: the class of the timers that loops make.
pub fn set_timer_class(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_set_timer_class", 1, 1)?;
    let class: Option<Ref<Class>> = args.pos()[0].as_ref();
    match class {
        Some(class) if class.is_subclass_of(&super::support::classes().handle) => {
            super::support::keep_timer_class(class);
            Ok(Value::NONE)
        }
        _ => {
            let got = system::class_name(&args.pos()[0]);
            Err(vm.type_error(format!("a subclass of Handle was expected, not {got}")))
        }
    }
}
