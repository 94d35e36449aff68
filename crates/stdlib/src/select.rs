//! `select`: epoll, poll and select. All of them wait on the interpreter's clock.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::os::fd::{AsRawFd, RawFd};
use std::rc::Rc;

use weft_reactor::poller::{Event, Poller, Waited, flags};
use weft_reactor::{EPOLL_FLAGS, Nanos};
use weft_vm::heap::{self, Kind, Ref};
use weft_vm::objects::{Class, Opaque, class_flags, int, list, tuple};
use weft_vm::types::{Def, builtin_class};
use weft_vm::{Args, Asks, Res, Value, Vm, types};

use crate::system::{self, Functions, io_error, os_error};
use crate::world::world;

const EINVAL: i32 = 22;
const EBADF: i32 = 9;
/// What `poll` reports for a descriptor that is not open.
const POLLNVAL: u32 = 0x20;

const CONSTANTS: &[(&str, i64)] = &[
    ("EPOLL_CLOEXEC", 0x8_0000),
    ("PIPE_BUF", 4096),
    ("POLLIN", 0x1),
    ("POLLPRI", 0x2),
    ("POLLOUT", 0x4),
    ("POLLERR", 0x8),
    ("POLLHUP", 0x10),
    ("POLLNVAL", POLLNVAL as i64),
    ("POLLRDNORM", 0x40),
    ("POLLRDBAND", 0x80),
    ("POLLWRNORM", 0x100),
    ("POLLWRBAND", 0x200),
    ("POLLMSG", 0x400),
    ("POLLRDHUP", 0x2000),
];

const FUNCTIONS: Functions = &[("select", select), ("poll", new_poll)];

struct Classes {
    epoll: Ref<Class>,
    poll: Ref<Class>,
}

thread_local! {
    static CLASSES: OnceCell<Rc<Classes>> = const { OnceCell::new() };
}

fn classes() -> Rc<Classes> {
    let make = || {
        let object = &types().object;
        Rc::new(Classes {
            epoll: builtin_class("select.epoll", Kind::Opaque, class_flags::FINAL, object, EPOLL),
            poll: builtin_class("select.poll", Kind::Opaque, class_flags::FINAL, object, POLL),
        })
    };
    CLASSES.with(|cell| cell.get_or_init(make).clone())
}

pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("select", FUNCTIONS);
    system::add_class(&module, &classes().epoll);
    system::add_constants(&module, CONSTANTS);
    for &(name, flag) in EPOLL_FLAGS {
        module.dict.set(name, int(flag.into()));
    }
    module.dict.set("error", types().exceptions.OSError.value().clone());
    Ok(module.into_value())
}

// epoll.

/// None once closed.
struct Epoll(RefCell<Option<Poller>>);

const EPOLL: &[Def] = &[
    Def::New(epoll_new),
    Def::Method("register", epoll_register),
    Def::Method("modify", epoll_modify),
    Def::Method("unregister", epoll_unregister),
    Def::Method("poll", epoll_poll),
    Def::Method("close", epoll_close),
    Def::Method("fileno", epoll_fileno),
    Def::Slot("__enter__", epoll_enter),
    Def::Slot("__exit__", epoll_exit),
    Def::Get("closed", |_, this| {
        Ok(Value::bool(this.native_state::<Epoll>().is_none_or(|epoll| epoll.0.borrow().is_none())))
    }),
];

fn epoll_new(vm: &mut Vm, args: Args<'_>) -> Res {
    let [size, flags] = args.rest().bind(vm, "epoll", ["sizehint", "flags"], 0)?;
    if let Some(size) = size {
        let size = system::c_int(vm, size)?;
        if size < -1 {
            return Err(vm.value_error("negative sizehint"));
        }
    }
    if let Some(flags) = flags
        && system::c_int(vm, flags)? & !0x8_0000 != 0
    {
        return Err(os_error(vm, EINVAL));
    }
    match Poller::new() {
        Ok(poller) => Ok(heap::new(&classes().epoll, Opaque::new(Epoll(RefCell::new(Some(poller))))).into_value()),
        Err(error) => Err(io_error(vm, &error)),
    }
}

/// Does something with the poller; it is not borrowed while script code runs.
fn with_poller<T>(vm: &mut Vm, this: &Value, f: impl FnOnce(&mut Poller) -> std::io::Result<T>) -> Res<T> {
    let result = this.native_state::<Epoll>().and_then(|epoll| epoll.0.borrow_mut().as_mut().map(f));
    match result {
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) => Err(io_error(vm, &error)),
        None => Err(vm.value_error("I/O operation on closed epoll object")),
    }
}

/// The event mask of an optional argument.
fn mask(vm: &mut Vm, value: Option<&Value>, default: u32) -> Res<u32> {
    match value {
        Some(value) => match u32::try_from(vm.as_index(value)?) {
            Ok(mask) => Ok(mask),
            Err(_) => Err(vm.overflow_error("Python int too large to convert to C unsigned int")),
        },
        None => Ok(default),
    }
}

fn epoll_register(vm: &mut Vm, args: Args<'_>) -> Res {
    let [fd, events] = args.rest().bind(vm, "register", ["fd", "eventmask"], 1)?;
    let fd = system::descriptor(vm, fd.unwrap_or(&Value::NONE))?;
    let events = mask(vm, events, flags::IN | flags::PRI | flags::OUT)?;
    with_poller(vm, &args.pos()[0], |poller| poller.add(fd, events))?;
    Ok(Value::NONE)
}

fn epoll_modify(vm: &mut Vm, args: Args<'_>) -> Res {
    let [fd, events] = args.rest().bind(vm, "modify", ["fd", "eventmask"], 2)?;
    let fd = system::descriptor(vm, fd.unwrap_or(&Value::NONE))?;
    let events = mask(vm, events, 0)?;
    with_poller(vm, &args.pos()[0], |poller| poller.modify(fd, events))?;
    Ok(Value::NONE)
}

fn epoll_unregister(vm: &mut Vm, args: Args<'_>) -> Res {
    let [fd] = args.rest().bind(vm, "unregister", ["fd"], 1)?;
    let fd = system::descriptor(vm, fd.unwrap_or(&Value::NONE))?;
    with_poller(vm, &args.pos()[0], |poller| poller.remove(fd))?;
    Ok(Value::NONE)
}

fn epoll_poll(vm: &mut Vm, args: Args<'_>) -> Res {
    let [timeout, most] = args.rest().bind(vm, "poll", ["timeout", "maxevents"], 0)?;
    let timeout = match timeout.filter(|t| !t.is_none()) {
        Some(value) if value.is_kind(Kind::Str) => return Err(vm.type_error("timeout must be an integer or None")),
        // A negative number waits without end, as None does.
        Some(value) => system::timeout(vm, value)?.filter(|nanos| *nanos >= 0),
        None => None,
    };
    let most = match most {
        Some(value) => vm.as_index(value)?,
        None => -1,
    };
    if most == 0 || most < -1 {
        return Err(vm.value_error(format!("maxevents must be greater than 0, got {most}")));
    }
    let most = usize::try_from(most).unwrap_or(1 << 14);
    let events = wait_for_events(vm, &args.pos()[0], timeout, most)?;
    Ok(list(events.iter().map(|event| tuple(vec![int(event.fd.into()), int(event.flags.into())])).collect()))
}

/// The longest single wait, in nanoseconds.
const WAIT_SLICE: Nanos = 200_000_000;

/// A poller waits in real time; on a virtual clock it looks, and if nothing is ready the clock jumps.
fn wait_for_events(vm: &mut Vm, this: &Value, timeout: Option<Nanos>, most: usize) -> Res<Vec<Event>> {
    let world = world(vm)?;
    let deadline = timeout.map(|span| world.clock().now().saturating_add(span));
    let mut events = Vec::new();
    loop {
        if world.clock().is_virtual() {
            with_poller(vm, this, |poller| poller.wait(Some(0), most, &mut events))?;
            if !events.is_empty() || deadline.is_some_and(|when| when <= world.clock().now()) {
                return Ok(events);
            }
            if let Some(when) = deadline {
                world.sleep(vm, when)?;
                continue;
            }
        }
        // A signal that came while script code ran is looked after before waiting, and one that slips in between
        // that and the wait at the end of a slice.
        crate::signal::run_handlers(vm)?;
        let left = deadline.map(|when| (when - world.clock().now()).max(0));
        let slice = left.map_or(WAIT_SLICE, |left| left.min(WAIT_SLICE));
        match with_poller(vm, this, |poller| poller.wait(Some(slice), most, &mut events))? {
            Waited::TimedOut if left.is_none_or(|left| left > slice) => {}
            Waited::Events | Waited::TimedOut => return Ok(events),
            Waited::Interrupted => crate::signal::run_handlers(vm)?,
        }
    }
}

fn epoll_close(_vm: &mut Vm, args: Args<'_>) -> Res {
    if let Some(epoll) = args.pos()[0].native_state::<Epoll>() {
        drop(epoll.0.take());
    }
    Ok(Value::NONE)
}

fn epoll_fileno(vm: &mut Vm, args: Args<'_>) -> Res {
    with_poller(vm, &args.pos()[0], |poller| Ok(poller.as_raw_fd())).map(|fd| int(fd.into()))
}

fn epoll_enter(vm: &mut Vm, args: Args<'_>) -> Res {
    with_poller(vm, &args.pos()[0], |_| Ok(()))?;
    Ok(args.pos()[0].clone())
}

fn epoll_exit(vm: &mut Vm, args: Args<'_>) -> Res {
    epoll_close(vm, args)
}

// poll.

/// What is to be watched, in the order of the numbers.
struct Poll(RefCell<BTreeMap<RawFd, u32>>);

const POLL: &[Def] = &[
    Def::Method("register", poll_register),
    Def::Method("modify", poll_modify),
    Def::Method("unregister", poll_unregister),
    Def::Method("poll", poll_poll),
];

fn new_poll(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "poll", 0, 0)?;
    Ok(heap::new(&classes().poll, Opaque::new(Poll(RefCell::default()))).into_value())
}

fn watched<'a>(vm: &mut Vm, args: Args<'a>) -> Res<&'a RefCell<BTreeMap<RawFd, u32>>> {
    match args.pos()[0].native_state::<Poll>() {
        Some(poll) => Ok(&poll.0),
        None => Err(vm.type_error("a select.poll was expected")),
    }
}

fn poll_register(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "register", 1, 2)?;
    let fd = system::descriptor(vm, &args.pos()[1])?;
    let events = mask(vm, args.pos().get(2), flags::IN | flags::PRI | flags::OUT)?;
    watched(vm, args)?.borrow_mut().insert(fd, events);
    Ok(Value::NONE)
}

fn poll_modify(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "modify", 2, 2)?;
    let fd = system::descriptor(vm, &args.pos()[1])?;
    let events = mask(vm, args.pos().get(2), 0)?;
    match watched(vm, args)?.borrow_mut().get_mut(&fd) {
        Some(slot) => *slot = events,
        None => return Err(os_error(vm, 2)),
    }
    Ok(Value::NONE)
}

fn poll_unregister(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "unregister", 1, 1)?;
    let fd = system::descriptor(vm, &args.pos()[1])?;
    match watched(vm, args)?.borrow_mut().remove(&fd) {
        Some(_) => Ok(Value::NONE),
        None => Err(vm.key_error(&int(fd.into()))),
    }
}

fn poll_poll(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "poll", 0, 1)?;
    let timeout = match args.pos().get(1).filter(|t| !t.is_none()) {
        Some(value) => {
            let millis = system::number(vm, value)?;
            Some((millis * 1e6) as Nanos).filter(|nanos| *nanos >= 0)
        }
        None => None,
    };
    let wanted = watched(vm, args)?.borrow().clone();
    let ready = wait_once(vm, &wanted, timeout)?;
    Ok(list(ready.iter().map(|(fd, events)| tuple(vec![int((*fd).into()), int((*events).into())])).collect()))
}

/// Waits for descriptors that are registered for this one wait only.
fn wait_once(vm: &mut Vm, wanted: &BTreeMap<RawFd, u32>, timeout: Option<Nanos>) -> Res<BTreeMap<RawFd, u32>> {
    let mut ready = BTreeMap::new();
    let poller = match Poller::new() {
        Ok(poller) => poller,
        Err(error) => return Err(io_error(vm, &error)),
    };
    for (&fd, &events) in wanted {
        match poller.add(fd, events) {
            Ok(()) => {}
            // Regular files are always ready.
            Err(error) if error.raw_os_error() == Some(1) => {
                ready.insert(fd, events & (flags::IN | flags::OUT));
            }
            Err(_) => {
                ready.insert(fd, POLLNVAL);
            }
        }
    }
    let timeout = if ready.is_empty() { timeout } else { Some(0) };
    let holder = heap::new(&classes().epoll, Opaque::new(Epoll(RefCell::new(Some(poller))))).into_value();
    for event in wait_for_events(vm, &holder, timeout, wanted.len().max(1))? {
        let asked = wanted.get(&event.fd).copied().unwrap_or_default();
        ready.insert(event.fd, event.flags & (asked | flags::ERR | flags::HUP));
    }
    Ok(ready)
}

// select.

fn select(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "select", 3, 4)?;
    let timeout = match args.pos().get(3) {
        Some(value) => system::timeout(vm, value)?,
        None => None,
    };
    if timeout.is_some_and(|nanos| nanos < 0) {
        return Err(vm.value_error("timeout must be non-negative"));
    }
    let mut groups = Vec::new();
    let mut wanted = BTreeMap::new();
    for (value, flag) in args.pos().iter().zip([flags::IN, flags::OUT, flags::PRI]) {
        let Ok(items) = vm.collect(value) else {
            drop(vm.catch());
            return Err(vm.type_error("arguments 1-3 must be sequences"));
        };
        let mut group = Vec::new();
        for item in items {
            let fd = system::descriptor(vm, &item)?;
            *wanted.entry(fd).or_insert(0) |= flag;
            group.push((fd, item));
        }
        groups.push(group);
    }
    let ready = if wanted.is_empty() && timeout.is_some() {
        let world = world(vm)?;
        let deadline = world.clock().now().saturating_add(timeout.unwrap_or(0));
        world.sleep(vm, deadline)?;
        BTreeMap::new()
    } else {
        wait_once(vm, &wanted, timeout)?
    };
    if ready.values().any(|events| *events == POLLNVAL) {
        return Err(os_error(vm, EBADF));
    }
    let masks = [flags::IN | flags::HUP | flags::ERR, flags::OUT | flags::ERR, flags::PRI];
    let lists = groups.into_iter().zip(masks).map(|(group, mask)| {
        let is_ready = |fd: &RawFd| ready.get(fd).is_some_and(|events| events & mask != 0);
        list(group.into_iter().filter(|(fd, _)| is_ready(fd)).map(|(_, item)| item).collect())
    });
    Ok(tuple(lists.collect()))
}
