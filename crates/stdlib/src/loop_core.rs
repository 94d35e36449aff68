//! `_loop`: what an event loop waits with.

use std::cell::{OnceCell, RefCell};

use weft_reactor::{Interest, Selector, SharedClock, Waker, Wakeup, nanos_to_secs};
use weft_vm::heap::{self, Kind, Ref};
use weft_vm::objects::{Class, Opaque, class_flags, float, int, list, tuple};
use weft_vm::types::{Def, builtin_class};
use weft_vm::{Args, Res, Value, Vm, types};

use crate::system::{self, io_error};
use crate::world::world;

struct Core {
    clock: SharedClock,
    waker: Waker,
    /// None once closed.
    selector: RefCell<Option<Selector>>,
}

thread_local! {
    static CLASS: OnceCell<Ref<Class>> = const { OnceCell::new() };
}

pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_loop", &[]);
    let class = CLASS.with(|cell| {
        let make = || builtin_class("_loop.Core", Kind::Opaque, class_flags::FINAL, &types().object, DEFS);
        cell.get_or_init(make).clone()
    });
    system::add_class(&module, &class);
    Ok(module.into_value())
}

const DEFS: &[Def] = &[
    Def::New(new),
    Def::Method("time", time),
    Def::Method("tick", tick),
    Def::Method("register", register),
    Def::Method("modify", modify),
    Def::Method("unregister", unregister),
    Def::Method("poll", poll),
    Def::Method("wake", wake),
    Def::Method("close", close),
    Def::Get("clock_resolution", |_, _| Ok(float(1e-9))),
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
    let core =
        Core { clock: world.clock().clone(), waker: world.waker.clone(), selector: RefCell::new(Some(selector)) };
    Ok(heap::new(&class, Opaque::new(core)).into_value())
}

fn time(vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(float(nanos_to_secs(state(vm, &args.pos()[0])?.clock.now())))
}

/// Orders timers with the same deadline; see `Clock::tick`.
fn tick(vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(int(state(vm, &args.pos()[0])?.clock.tick() as i64))
}

/// Descriptor and interest of `register(fd, read, write)`.
fn arguments(vm: &mut Vm, args: Args<'_>, name: &str) -> Res<(i32, Interest)> {
    args.rest().expect(vm, name, 3, 3)?;
    let fd = system::c_int(vm, &args.pos()[1])?;
    let read = if vm.truth(&args.pos()[2])? { Interest::READ } else { Interest::NONE };
    let write = if vm.truth(&args.pos()[3])? { Interest::WRITE } else { Interest::NONE };
    Ok((fd, read | write))
}

/// Does something with the selector; it is not borrowed while script code runs.
fn with_selector<T>(vm: &mut Vm, this: &Value, f: impl FnOnce(&mut Selector) -> std::io::Result<T>) -> Res<T> {
    let result = match state(vm, this)?.selector.borrow_mut().as_mut() {
        Some(selector) => f(selector),
        None => return Err(vm.value_error("I/O operation on closed loop core")),
    };
    result.map_err(|error| io_error(vm, &error))
}

fn register(vm: &mut Vm, args: Args<'_>) -> Res {
    let (fd, interest) = arguments(vm, args, "register")?;
    with_selector(vm, &args.pos()[0], |selector| selector.register(fd, interest))?;
    Ok(Value::NONE)
}

fn modify(vm: &mut Vm, args: Args<'_>) -> Res {
    let (fd, interest) = arguments(vm, args, "modify")?;
    with_selector(vm, &args.pos()[0], |selector| selector.modify(fd, interest))?;
    Ok(Value::NONE)
}

fn unregister(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "unregister", 1, 1)?;
    let fd = system::c_int(vm, &args.pos()[1])?;
    with_selector(vm, &args.pos()[0], |selector| Ok(selector.unregister(fd))).map(Value::bool)
}

/// `poll(timeout)`: what is ready, as pairs of descriptor and mask (1 to read, 2 to write).
fn poll(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "poll", 0, 1)?;
    let timeout = match args.pos().get(1) {
        Some(value) => system::timeout(vm, value)?.map(|nanos| nanos.max(0)),
        None => None,
    };
    let (wakeup, ready) = with_selector(vm, &args.pos()[0], |selector| {
        let wakeup = selector.poll(timeout)?;
        let pair = |r: &weft_reactor::Readiness| tuple(vec![int(r.fd.into()), int(r.interest.bits().into())]);
        Ok((wakeup, selector.ready().iter().map(pair).collect()))
    })?;
    match wakeup {
        Wakeup::Events | Wakeup::TimedOut => {}
        Wakeup::Woken | Wakeup::Interrupted => crate::signal::run_handlers(vm)?,
        Wakeup::Stalled => {
            return Err(vm.runtime_error("the loop waits for ever: no timer is set and no descriptor is watched"));
        }
    }
    Ok(list(ready))
}

fn wake(vm: &mut Vm, args: Args<'_>) -> Res {
    state(vm, &args.pos()[0])?.waker.wake();
    Ok(Value::NONE)
}

fn close(vm: &mut Vm, args: Args<'_>) -> Res {
    drop(state(vm, &args.pos()[0])?.selector.take());
    Ok(Value::NONE)
}
