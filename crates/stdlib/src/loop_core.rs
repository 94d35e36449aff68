//! `_loop`: what an event loop waits with.

use std::cell::{Cell, OnceCell, RefCell};
use std::os::fd::RawFd;

use weft_reactor::{
    ByDescriptor, Interest, Nanos, Readiness, Selector, SharedClock, Waker, Wakeup, nanos_to_secs, secs_to_nanos,
};
use weft_vm::heap::{self, Kind, Ref};
use weft_vm::objects::{Class, Dict, Handle, Opaque, attrs, class_flags, float, int, list, tuple};
use weft_vm::types::{Def, builtin_class};
use weft_vm::{Args, Asks, Res, Value, Vm, types};

use crate::system::{self, io_error};
use crate::world::world;

pub struct Core {
    clock: SharedClock,
    waker: Waker,
    /// None once closed.
    selector: RefCell<Option<Selector>>,
    /// The handles that wait for each descriptor: of a reader and of a writer, or None.
    handles: RefCell<ByDescriptor<[Value; 2]>>,
}

impl Core {
    /// The time, in seconds.
    pub fn now(&self) -> f64 {
        nanos_to_secs(self.clock.now())
    }

    /// Orders timers with the same deadline; see `Clock::tick`.
    pub fn tick(&self) -> i64 {
        self.clock.tick() as i64
    }
}

/// The clock's resolution, in seconds.
pub const RESOLUTION: f64 = 1e-9;

thread_local! {
    static CLASS: OnceCell<Ref<Class>> = const { OnceCell::new() };
    /// The version of the class of selectors over cores, as it was made.
    static SELECTOR: Cell<u32> = const { Cell::new(0) };
}

/// `_set_selector_class(class)`: whose instances have one slot, with a core in it.
fn set_selector_class(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_set_selector_class", 1, 1)?;
    if let Some(class) = args.pos()[0].downcast::<Class>() {
        SELECTOR.set(class.version());
    }
    Ok(Value::NONE)
}

/// Whether a selector is one over this core, of a class that no script has changed.
pub fn selects_from(selector: &Value, core: &Value) -> bool {
    let Some(header) = selector.header() else { return false };
    header.class().version() == SELECTOR.get() && attrs::of(header).is_some_and(|own| own.slot(0).get().is(core))
}

pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_loop", &[("_set_selector_class", set_selector_class)]);
    let class = CLASS.with(|cell| {
        let make = || builtin_class("_loop.Core", Kind::Opaque, class_flags::FINAL, &types().object, DEFS);
        cell.get_or_init(make).clone()
    });
    system::add_class(&module, &class);
    Ok(module.into_value())
}

const DEFS: &[Def] = &[
    Def::New(new),
    Def::Method("watch", watch),
    Def::Method("unwatch", unwatch),
    Def::Method("watched", watched),
    Def::Method("events", events),
    Def::Method("poll", poll),
    Def::Method("wake", wake),
    Def::Method("close", close),
    Def::Get("clock_resolution", |_, _| Ok(float(RESOLUTION))),
    Def::Get("is_virtual", |vm, this| Ok(Value::bool(state(vm, this)?.clock.is_virtual()))),
];

fn state<'a>(vm: &mut Vm, this: &'a Value) -> Res<&'a Core> {
    match this.native_state::<Core>() {
        Some(core) => Ok(core),
        None => Err(vm.type_error("a _loop.Core was expected")),
    }
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "Core", 0, 0)?;
    let Some(class) = args.pos()[0].as_ref::<Class>() else { return Err(vm.type_error("not a class")) };
    let world = world(vm)?;
    let selector = match Selector::new(world.clock().clone(), world.waker.clone()) {
        Ok(selector) => selector,
        Err(error) => return Err(io_error(vm, &error)),
    };
    let core = Core {
        clock: world.clock().clone(),
        waker: world.waker.clone(),
        selector: RefCell::new(Some(selector)),
        handles: RefCell::default(),
    };
    Ok(heap::new(&class, Opaque::new(core)).into_value())
}

/// `loop.time()`.
pub fn loop_time(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "time", 0, 0)?;
    Ok(float(nanos_to_secs(world(vm)?.clock().now())))
}

/// `loop._tick()`.
pub fn loop_tick(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_tick", 0, 0)?;
    Ok(int(world(vm)?.clock().tick() as i64))
}

/// Does something with the selector; it is not borrowed while script code runs.
fn with_selector<T>(vm: &mut Vm, core: &Core, f: impl FnOnce(&mut Selector) -> std::io::Result<T>) -> Res<T> {
    let result = match core.selector.borrow_mut().as_mut() {
        Some(selector) => f(selector),
        None => return Err(vm.value_error("I/O operation on closed loop core")),
    };
    result.map_err(|error| io_error(vm, &error))
}

/// Descriptor and which of its two handles, of `watch` and `unwatch`.
fn place(vm: &mut Vm, args: &Args<'_>) -> Res<(RawFd, usize)> {
    let fd = system::c_int(vm, &args.pos()[1])?;
    let event = vm.as_index(&args.pos()[2])?;
    Ok((fd, usize::from(event != 1)))
}

fn interest_of(handles: &[Value; 2]) -> Interest {
    let of = |i: usize, interest| if handles[i].is_none() { Interest::NONE } else { interest };
    of(0, Interest::READ) | of(1, Interest::WRITE)
}

/// `watch(fd, event, handle)`: has `handle` run on an event (1 to read, 2 to write), in place of the one returned.
fn watch(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "watch", 3, 3)?;
    let (fd, which) = place(vm, &args)?;
    let core = state(vm, &args.pos()[0])?;
    let mut handles = core.handles.borrow().get(fd).cloned().unwrap_or([Value::NONE, Value::NONE]);
    let before = std::mem::replace(&mut handles[which], args.pos()[3].clone());
    change(vm, core, fd, handles)?;
    Ok(before)
}

/// `unwatch(fd, event)`: forgets the handle, which is returned; None if there was none.
fn unwatch(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "unwatch", 2, 2)?;
    let (fd, which) = place(vm, &args)?;
    let core = state(vm, &args.pos()[0])?;
    let Some(mut handles) = core.handles.borrow().get(fd).cloned() else { return Ok(Value::NONE) };
    let before = std::mem::replace(&mut handles[which], Value::NONE);
    change(vm, core, fd, handles)?;
    Ok(before)
}

/// Puts handles in the place of those of a descriptor.
fn change(vm: &mut Vm, core: &Core, fd: RawFd, handles: [Value; 2]) -> Res<()> {
    let interest = interest_of(&handles);
    let result = with_selector(vm, core, |selector| match selector.interest(fd) {
        Some(known) if known == interest => Ok(()),
        Some(_) if interest == Interest::NONE => {
            selector.unregister(fd);
            Ok(())
        }
        Some(_) => selector.modify(fd, interest),
        None if interest == Interest::NONE => Ok(()),
        None => selector.register(fd, interest),
    });
    // One that was closed meanwhile is not watched any more.
    let old = if interest == Interest::NONE || result.is_err() {
        core.handles.borrow_mut().remove(fd)
    } else {
        core.handles.borrow_mut().insert(fd, handles)
    };
    drop(old);
    result
}

/// `watched()`: all descriptors with their handles, as a dict of pairs.
fn watched(vm: &mut Vm, args: Args<'_>) -> Res {
    let handles = state(vm, &args.pos()[0])?.handles.borrow().clone();
    let dict = Dict::create();
    for (fd, both) in handles.iter() {
        vm.set_item(dict.value(), &int(fd.into()), tuple(both.to_vec()))?;
    }
    Ok(dict.into_value())
}

/// `events(fd)`: what the descriptor is watched for, as a mask.
fn events(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "events", 1, 1)?;
    let fd = system::c_int(vm, &args.pos()[1])?;
    let handles = state(vm, &args.pos()[0])?.handles.borrow();
    Ok(int(handles.get(fd).map_or(0, |handles| interest_of(handles).bits()).into()))
}

/// `poll(timeout)`: what is ready, as pairs of descriptor and mask (1 to read, 2 to write).
fn poll(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "poll", 0, 1)?;
    let timeout = match args.pos().get(1) {
        Some(value) => system::timeout(vm, value)?,
        None => None,
    };
    let core = state(vm, &args.pos()[0])?;
    let mut ready = Vec::new();
    wait(vm, core, timeout, |r| ready.push(tuple(vec![int(r.fd.into()), int(r.interest.bits().into())])))?;
    Ok(list(ready))
}

/// Waits at most `timeout`, or without end, for descriptors to get ready.
fn wait(vm: &mut Vm, core: &Core, timeout: Option<Nanos>, each: impl FnMut(&Readiness)) -> Res<()> {
    let result = match core.selector.borrow_mut().as_mut() {
        Some(selector) => {
            let wakeup = selector.poll(timeout.map(|nanos| nanos.max(0)));
            if wakeup.is_ok() {
                selector.ready().iter().for_each(each);
            }
            wakeup
        }
        None => return Err(vm.value_error("I/O operation on closed loop core")),
    };
    match result.map_err(|error| io_error(vm, &error))? {
        Wakeup::Events | Wakeup::TimedOut => Ok(()),
        Wakeup::Woken | Wakeup::Interrupted => crate::signal::run_handlers(vm),
        Wakeup::Stalled => {
            Err(vm.runtime_error("the loop waits for ever: no timer is set and no descriptor is watched"))
        }
    }
}

/// Waits at most so many seconds, or without end, and hands out the handles of the descriptors that are ready.
pub fn poll_into(vm: &mut Vm, core: &Core, timeout: Option<f64>, queue: &mut dyn FnMut(Value)) -> Res<()> {
    let handles = &core.handles;
    let mut cancelled: Vec<(RawFd, usize)> = Vec::new();
    wait(vm, core, timeout.map(secs_to_nanos), |ready| {
        let handles = handles.borrow();
        let Some(both) = handles.get(ready.fd) else { return };
        for (which, wanted) in [Interest::READ, Interest::WRITE].into_iter().enumerate() {
            if !ready.interest.contains(wanted) || both[which].is_none() {
                continue;
            }
            if both[which].downcast::<Handle>().is_some_and(|handle| handle.cancelled.get()) {
                cancelled.push((ready.fd, which));
            } else {
                queue(both[which].clone());
            }
        }
    })?;
    for (fd, which) in cancelled {
        forget(vm, core, fd, which)?;
    }
    Ok(())
}

/// Stops watching for an event whose handle was cancelled.
#[cold]
fn forget(vm: &mut Vm, core: &Core, fd: RawFd, which: usize) -> Res<()> {
    let Some(mut handles) = core.handles.borrow().get(fd).cloned() else { return Ok(()) };
    handles[which] = Value::NONE;
    change(vm, core, fd, handles)
}

fn wake(vm: &mut Vm, args: Args<'_>) -> Res {
    state(vm, &args.pos()[0])?.waker.wake();
    Ok(Value::NONE)
}

fn close(vm: &mut Vm, args: Args<'_>) -> Res {
    let core = state(vm, &args.pos()[0])?;
    drop(core.selector.take());
    drop(core.handles.take());
    Ok(Value::NONE)
}
