//! `_socket`.
//!
//! A blocking call waits on the interpreter's clock and then makes a call that doesn't block, so that signal handlers
//! run and timeouts are those of the clock.

mod address;
mod constants;
mod lookup;
mod options;

use std::cell::{Cell, OnceCell, RefCell};
use std::num::NonZeroU32;
use std::os::fd::{OwnedFd, RawFd};

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::net::{self, AddressFamily, Protocol, RecvFlags, SendFlags, Shutdown, SocketFlags, SocketType};
use weft_reactor::{Interest, Nanos, nanos_to_secs};
use weft_vm::heap::{self, Kind, Ref};
use weft_vm::objects::{ByteArray, Class, Opaque, bytes, float, int, tuple};
use weft_vm::types::{Def, builtin_class};
use weft_vm::{Args, Asks, Res, Thrown, Value, Vm, types};

use crate::descriptors;
use crate::system::{self, Functions, errno_error};
use crate::world::world;

const SOCK_STREAM: i32 = 1;
/// Bits of the type argument that are flags.
const TYPE_FLAGS: i32 = 0x8_0800;
/// The most a call may be asked to read at once.
const MAX_READ: usize = 1 << 30;

/// A `socket`; `fd` is -1 before `__init__` and once closed.
struct Socket {
    fd: Cell<RawFd>,
    family: Cell<i32>,
    kind: Cell<i32>,
    protocol: Cell<i32>,
    /// None: calls block.
    timeout: Cell<Option<Nanos>>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        descriptors::close(self.fd.get());
    }
}

thread_local! {
    static CLASS: OnceCell<Ref<Class>> = const { OnceCell::new() };
    static DEFAULT_TIMEOUT: Cell<Option<Nanos>> = const { Cell::new(None) };
}

fn class() -> Ref<Class> {
    let make = || builtin_class("_socket.socket", Kind::Opaque, 0, &types().object, SOCKET);
    CLASS.with(|cell| cell.get_or_init(make).clone())
}

pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_socket", FUNCTIONS);
    for &(name, function) in lookup::FUNCTIONS {
        let native = vm.native_function("_socket", name, function);
        module.dict.set(name, native);
    }
    system::add_constants(&module, constants::CONSTANTS);
    module.dict.set("has_ipv6", Value::TRUE);
    module.dict.set("socket", class().into_value());
    module.dict.set("SocketType", class().into_value());
    for name in ["gaierror", "herror"] {
        let class = lookup::error_class(vm, name)?;
        module.dict.set(name, class);
    }
    module.dict.set("error", types().exceptions.OSError.value().clone());
    module.dict.set("timeout", types().exceptions.TimeoutError.value().clone());
    Ok(module.into_value())
}

const FUNCTIONS: Functions = &[
    ("socketpair", socketpair),
    ("dup", dup),
    ("close", close_number),
    ("getdefaulttimeout", |_, _| Ok(show_timeout(DEFAULT_TIMEOUT.get()))),
    ("setdefaulttimeout", setdefaulttimeout),
];

const SOCKET: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", initialise),
    Def::Slot("__repr__", repr),
    Def::Method("_accept", accept),
    Def::Method("bind", bind),
    Def::Method("close", close),
    Def::Method("connect", connect),
    Def::Method("connect_ex", connect_ex),
    Def::Method("detach", detach),
    Def::Method("fileno", |vm, args| Ok(int(state(vm, args)?.fd.get().into()))),
    Def::Method("getpeername", getpeername),
    Def::Method("getsockname", getsockname),
    Def::Method("getsockopt", getsockopt),
    Def::Method("setsockopt", setsockopt),
    Def::Method("listen", listen),
    Def::Method("recv", recv),
    Def::Method("recv_into", recv_into),
    Def::Method("recvfrom", recvfrom),
    Def::Method("recvfrom_into", recvfrom_into),
    Def::Method("send", send),
    Def::Method("sendall", sendall),
    Def::Method("sendmsg", sendmsg),
    Def::Method("sendto", sendto),
    Def::Method("setblocking", setblocking),
    Def::Method("getblocking", |vm, args| Ok(Value::bool(state(vm, args)?.timeout.get() != Some(0)))),
    Def::Method("settimeout", settimeout),
    Def::Method("gettimeout", |vm, args| Ok(show_timeout(state(vm, args)?.timeout.get()))),
    Def::Method("shutdown", shutdown),
    Def::Get("timeout", |vm, this| Ok(show_timeout(of(vm, this)?.timeout.get()))),
    Def::Get("family", |vm, this| Ok(int(of(vm, this)?.family.get().into()))),
    Def::Get("type", |vm, this| Ok(int(of(vm, this)?.kind.get().into()))),
    Def::Get("proto", |vm, this| Ok(int(of(vm, this)?.protocol.get().into()))),
];

fn of<'a>(vm: &mut Vm, this: &'a Value) -> Res<&'a Socket> {
    match this.native_state::<Socket>() {
        Some(socket) => Ok(socket),
        None => Err(vm.type_error("a _socket.socket was expected")),
    }
}

fn state<'a>(vm: &mut Vm, args: Args<'a>) -> Res<&'a Socket> {
    of(vm, &args.pos()[0])
}

fn show_timeout(timeout: Option<Nanos>) -> Value {
    timeout.map_or(Value::NONE, |nanos| float(nanos_to_secs(nanos)))
}

fn parse_timeout(vm: &mut Vm, value: &Value) -> Res<Option<Nanos>> {
    let timeout = system::timeout(vm, value)?;
    if timeout.is_some_and(|nanos| nanos < 0) {
        return Err(vm.value_error("Timeout value out of range"));
    }
    Ok(timeout)
}

fn setdefaulttimeout(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "setdefaulttimeout", 1, 1)?;
    let timeout = parse_timeout(vm, &args.pos()[0])?;
    DEFAULT_TIMEOUT.set(timeout);
    Ok(Value::NONE)
}

// Making and closing.

fn blank() -> Socket {
    Socket {
        fd: Cell::new(-1),
        family: Cell::new(0),
        kind: Cell::new(0),
        protocol: Cell::new(0),
        timeout: Cell::new(None),
    }
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    match args.pos().first().and_then(|class| class.as_ref::<Class>()) {
        Some(class) => Ok(heap::new(&class, Opaque::new(blank())).into_value()),
        None => Err(vm.type_error("socket.__new__(X): X is not a type object")),
    }
}

fn initialise(vm: &mut Vm, args: Args<'_>) -> Res {
    let [family, kind, protocol, fileno] = args.rest().bind(vm, "socket", ["family", "type", "proto", "fileno"], 0)?;
    let mut number = |value: Option<&Value>| match value {
        Some(value) => system::c_int(vm, value),
        None => Ok(-1),
    };
    let (family, kind, protocol) = (number(family)?, number(kind)?, number(protocol)?);
    let socket = state(vm, args)?;
    let fd = match fileno.filter(|fd| !fd.is_none()) {
        Some(fd) => {
            let fd = system::descriptor(vm, fd)?;
            descriptors::get(vm, fd)?;
            fd
        }
        None => {
            let family = if family == -1 { address::AF_INET } else { family };
            let kind = if kind == -1 { SOCK_STREAM } else { kind };
            match open(family, kind, protocol.max(0)) {
                Ok(fd) => descriptors::adopt(fd),
                Err(errno) => return Err(errno_error(vm, errno)),
            }
        }
    };
    let owned = descriptors::get(vm, fd)?;
    let known = |given: i32, level_name: i32| match given {
        -1 => options::get(&owned, 1, level_name).map_or(0, |n| n as i32),
        given => given,
    };
    socket.fd.set(fd);
    socket.family.set(known(family, 39));
    socket.kind.set(known(kind, 3) & !TYPE_FLAGS);
    socket.protocol.set(known(protocol, 38));
    let nonblocking = kind != -1 && kind & 0x800 != 0;
    let timeout = if nonblocking { Some(0) } else { DEFAULT_TIMEOUT.get() };
    socket.timeout.set(timeout);
    if timeout.is_some() {
        set_nonblocking(vm, &owned, true)?;
    }
    Ok(Value::NONE)
}

fn open(family: i32, kind: i32, protocol: i32) -> rustix::io::Result<OwnedFd> {
    let family = AddressFamily::from_raw(u16::try_from(family).map_err(|_| Errno::AFNOSUPPORT)?);
    let kind = SocketType::from_raw(u32::try_from(kind & !TYPE_FLAGS).map_err(|_| Errno::INVAL)?);
    let protocol = NonZeroU32::new(protocol as u32).map(Protocol::from_raw);
    net::socket_with(family, kind, SocketFlags::CLOEXEC, protocol)
}

fn set_nonblocking(vm: &mut Vm, fd: &OwnedFd, yes: bool) -> Res<()> {
    let result = rustix::fs::fcntl_getfl(fd).and_then(|mut flags| {
        flags.set(OFlags::NONBLOCK, yes);
        rustix::fs::fcntl_setfl(fd, flags)
    });
    result.map_err(|errno| errno_error(vm, errno))
}

/// A descriptor wrapped in an object of the native class.
fn wrap(fd: OwnedFd, family: i32, kind: i32, protocol: i32) -> Value {
    let socket = blank();
    socket.fd.set(descriptors::adopt(fd));
    socket.family.set(family);
    socket.kind.set(kind & !TYPE_FLAGS);
    socket.protocol.set(protocol);
    heap::new(&class(), Opaque::new(socket)).into_value()
}

fn socketpair(vm: &mut Vm, args: Args<'_>) -> Res {
    let [family, kind, protocol] = args.bind(vm, "socketpair", ["family", "type", "proto"], 0)?;
    let mut number = |value: Option<&Value>, default: i32| match value.filter(|v| !v.is_none()) {
        Some(value) => system::c_int(vm, value),
        None => Ok(default),
    };
    let (family, kind) = (number(family, address::AF_UNIX)?, number(kind, SOCK_STREAM)?);
    let protocol = number(protocol, 0)?;
    let raw_kind = SocketType::from_raw((kind & !TYPE_FLAGS) as u32);
    let raw_protocol = NonZeroU32::new(protocol as u32).map(Protocol::from_raw);
    match net::socketpair(AddressFamily::from_raw(family as u16), raw_kind, SocketFlags::CLOEXEC, raw_protocol) {
        Ok((a, b)) => Ok(tuple(vec![wrap(a, family, kind, protocol), wrap(b, family, kind, protocol)])),
        Err(errno) => Err(errno_error(vm, errno)),
    }
}

fn dup(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "dup", 1, 1)?;
    let fd = system::descriptor(vm, &args.pos()[0])?;
    let fd = descriptors::get(vm, fd)?;
    match rustix::io::fcntl_dupfd_cloexec(&*fd, 0) {
        Ok(copy) => Ok(int(descriptors::adopt(copy).into())),
        Err(errno) => Err(errno_error(vm, errno)),
    }
}

fn close_number(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "close", 1, 1)?;
    let fd = system::c_int(vm, &args.pos()[0])?;
    if descriptors::close(fd) { Ok(Value::NONE) } else { Err(errno_error(vm, Errno::BADF)) }
}

fn close(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = state(vm, args)?.fd.replace(-1);
    descriptors::close(fd);
    Ok(Value::NONE)
}

fn detach(vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(int(state(vm, args)?.fd.replace(-1).into()))
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let socket = state(vm, args)?;
    Ok(Value::from(format!(
        "<socket object, fd={}, family={}, type={}, proto={}>",
        socket.fd.get(),
        socket.family.get(),
        socket.kind.get(),
        socket.protocol.get()
    )))
}

fn setblocking(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "setblocking", 1, 1)?;
    let blocking = vm.truth(&args.pos()[1])?;
    change_timeout(vm, args, if blocking { None } else { Some(0) })
}

fn settimeout(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "settimeout", 1, 1)?;
    let timeout = parse_timeout(vm, &args.pos()[1])?;
    change_timeout(vm, args, timeout)
}

fn change_timeout(vm: &mut Vm, args: Args<'_>, timeout: Option<Nanos>) -> Res {
    let socket = state(vm, args)?;
    let fd = descriptors::get(vm, socket.fd.get())?;
    set_nonblocking(vm, &fd, timeout.is_some())?;
    socket.timeout.set(timeout);
    Ok(Value::NONE)
}

// Waiting.

#[cold]
fn timed_out(vm: &mut Vm) -> Thrown {
    let class = types().exceptions.TimeoutError.clone();
    vm.raise(&class, "timed out")
}

/// Waits for a socket unless it doesn't block.
fn wait(vm: &mut Vm, socket: &Socket, interest: Interest, deadline: Option<Nanos>) -> Res<()> {
    if world(vm)?.wait(vm, socket.fd.get(), interest, deadline)? { Ok(()) } else { Err(timed_out(vm)) }
}

fn deadline_of(vm: &mut Vm, socket: &Socket) -> Res<Option<Nanos>> {
    match socket.timeout.get() {
        // Nothing will wait.
        Some(0) => Ok(None),
        Some(span) => Ok(Some(world(vm)?.clock().now().saturating_add(span))),
        None => Ok(None),
    }
}

/// Makes a call that doesn't block, after waiting as often as that takes.
fn attempt<T>(
    vm: &mut Vm,
    socket: &Socket,
    interest: Interest,
    deadline: Option<Nanos>,
    mut call: impl FnMut(&OwnedFd) -> rustix::io::Result<T>,
) -> Res<T> {
    let fd = descriptors::get(vm, socket.fd.get())?;
    loop {
        match call(&fd) {
            Ok(value) => return Ok(value),
            Err(Errno::INTR) => crate::signal::run_handlers(vm)?,
            Err(Errno::AGAIN) if socket.timeout.get() != Some(0) => wait(vm, socket, interest, deadline)?,
            Err(errno) => return Err(errno_error(vm, errno)),
        }
    }
}

// Connections.

fn bind(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "bind", 1, 1)?;
    let socket = state(vm, args)?;
    let address = address::parse(vm, socket.family.get(), "bind", &args.pos()[1])?.any();
    let fd = descriptors::get(vm, socket.fd.get())?;
    net::bind(&*fd, &address).map_err(|errno| errno_error(vm, errno))?;
    Ok(Value::NONE)
}

fn listen(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "listen", 0, 1)?;
    let backlog = match args.pos().get(1) {
        Some(value) => system::c_int(vm, value)?.max(0),
        None => 128,
    };
    let fd = state(vm, args)?.fd.get();
    let fd = descriptors::get(vm, fd)?;
    net::listen(&*fd, backlog).map_err(|errno| errno_error(vm, errno))?;
    Ok(Value::NONE)
}

fn accept(vm: &mut Vm, args: Args<'_>) -> Res {
    let socket = state(vm, args)?;
    let deadline = deadline_of(vm, socket)?;
    descriptors::get(vm, socket.fd.get())?;
    if socket.timeout.get().is_none() {
        // The call itself would block.
        wait(vm, socket, Interest::READ, None)?;
    }
    let accept = |fd: &OwnedFd| net::acceptfrom_with(fd, SocketFlags::CLOEXEC);
    let (fd, from) = attempt(vm, socket, Interest::READ, deadline, accept)?;
    Ok(tuple(vec![int(descriptors::adopt(fd).into()), address::show(from)]))
}

/// The errno of a connection attempt that failed.
fn try_connect(vm: &mut Vm, args: Args<'_>, what: &str) -> Res<Result<(), Errno>> {
    args.rest().expect(vm, what, 1, 1)?;
    let socket = state(vm, args)?;
    let address = address::parse(vm, socket.family.get(), what, &args.pos()[1])?.any();
    let fd = descriptors::get(vm, socket.fd.get())?;
    let timeout = socket.timeout.get();
    let deadline = deadline_of(vm, socket)?;
    if timeout.is_none() {
        set_nonblocking(vm, &fd, true)?;
    }
    let result = match net::connect(&*fd, &address) {
        Err(Errno::INPROGRESS | Errno::INTR) if timeout != Some(0) => {
            let waited = wait(vm, socket, Interest::WRITE, deadline);
            waited.map(|()| net::sockopt::socket_error(&*fd).and_then(|pending| pending))
        }
        result => Ok(result),
    };
    if timeout.is_none() {
        set_nonblocking(vm, &fd, false)?;
    }
    result
}

fn connect(vm: &mut Vm, args: Args<'_>) -> Res {
    match try_connect(vm, args, "connect")? {
        Ok(()) => Ok(Value::NONE),
        Err(errno) => Err(errno_error(vm, errno)),
    }
}

fn connect_ex(vm: &mut Vm, args: Args<'_>) -> Res {
    let errno = try_connect(vm, args, "connect_ex")?.err();
    Ok(int(errno.map_or(0, |errno| errno.raw_os_error().into())))
}

fn shutdown(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "shutdown", 1, 1)?;
    let how = match system::c_int(vm, &args.pos()[1])? {
        0 => Shutdown::Read,
        1 => Shutdown::Write,
        2 => Shutdown::Both,
        _ => return Err(errno_error(vm, Errno::INVAL)),
    };
    let fd = state(vm, args)?.fd.get();
    let fd = descriptors::get(vm, fd)?;
    net::shutdown(&*fd, how).map_err(|errno| errno_error(vm, errno))?;
    Ok(Value::NONE)
}

fn getsockname(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = state(vm, args)?.fd.get();
    let fd = descriptors::get(vm, fd)?;
    let name = net::getsockname(&*fd).map_err(|errno| errno_error(vm, errno))?;
    Ok(address::show(Some(name)))
}

fn getpeername(vm: &mut Vm, args: Args<'_>) -> Res {
    let fd = state(vm, args)?.fd.get();
    let fd = descriptors::get(vm, fd)?;
    let name = net::getpeername(&*fd).map_err(|errno| errno_error(vm, errno))?;
    Ok(address::show(name))
}

fn getsockopt(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "getsockopt", 2, 3)?;
    let (level, name) = (system::c_int(vm, &args.pos()[1])?, system::c_int(vm, &args.pos()[2])?);
    let fd = state(vm, args)?.fd.get();
    let fd = descriptors::get(vm, fd)?;
    let result = match args.pos().get(3) {
        None => options::get(&fd, level, name).map(int),
        Some(size) => {
            let size = system::c_int(vm, size)?;
            if !(0..=1024).contains(&size) {
                let class = types().exceptions.OSError.clone();
                return Err(vm.raise(&class, "getsockopt buflen out of range"));
            }
            options::get_bytes(&fd, level, name).map(|mut content| {
                content.truncate(size as usize);
                bytes(&content)
            })
        }
    };
    result.map_err(|errno| errno_error(vm, errno))
}

fn setsockopt(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "setsockopt", 3, 4)?;
    let (level, name) = (system::c_int(vm, &args.pos()[1])?, system::c_int(vm, &args.pos()[2])?);
    let fd = state(vm, args)?.fd.get();
    let fd = descriptors::get(vm, fd)?;
    let value = &args.pos()[3];
    let result = if value.is_int() {
        options::set(&fd, level, name, vm.as_index(value)?)
    } else {
        let content = system::bytes(vm, value)?;
        options::set_bytes(&fd, level, name, &content)
    };
    result.map_err(|errno| errno_error(vm, errno))?;
    Ok(Value::NONE)
}

// Reading.

fn flags_argument(vm: &mut Vm, value: Option<&Value>) -> Res<u32> {
    match value {
        Some(value) => Ok(system::c_int(vm, value)? as u32),
        None => Ok(0),
    }
}

fn buffer_size(vm: &mut Vm, value: &Value, name: &str) -> Res<usize> {
    match usize::try_from(vm.as_index(value)?) {
        Ok(size) if size <= MAX_READ => Ok(size),
        Ok(_) => Err(vm.memory_error("")),
        Err(_) => Err(vm.value_error(format!("negative buffersize in {name}"))),
    }
}

thread_local! {
    /// What is received into, to be copied out in its length: clearing a large buffer each time costs more than that.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Buffers up to this size are kept.
const SCRATCH_SIZE: usize = 1 << 18;

/// Calls `receive` with a buffer of `size` bytes.
fn with_scratch<T>(size: usize, receive: impl FnOnce(&mut [u8]) -> T) -> T {
    SCRATCH.with_borrow_mut(|scratch| {
        if scratch.len() < size {
            scratch.resize(size, 0);
        }
        let result = receive(&mut scratch[..size]);
        if size > SCRATCH_SIZE {
            *scratch = Vec::new();
        }
        result
    })
}

fn receive_flags(flags: u32) -> RecvFlags {
    RecvFlags::from_bits_retain(flags) | RecvFlags::DONTWAIT
}

fn recv(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "recv", 1, 2)?;
    let size = buffer_size(vm, &args.pos()[1], "recv")?;
    let flags = receive_flags(flags_argument(vm, args.pos().get(2))?);
    let socket = state(vm, args)?;
    let deadline = deadline_of(vm, socket)?;
    attempt(vm, socket, Interest::READ, deadline, |fd| {
        with_scratch(size, |buffer| net::recv(fd, &mut *buffer, flags).map(|(count, _)| bytes(&buffer[..count])))
    })
}

fn recvfrom(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "recvfrom", 1, 2)?;
    let size = buffer_size(vm, &args.pos()[1], "recvfrom")?;
    let flags = receive_flags(flags_argument(vm, args.pos().get(2))?);
    let socket = state(vm, args)?;
    let deadline = deadline_of(vm, socket)?;
    let (content, from) = attempt(vm, socket, Interest::READ, deadline, |fd| {
        with_scratch(size, |buffer| {
            net::recvfrom(fd, &mut *buffer, flags).map(|(count, _, from)| (bytes(&buffer[..count]), from))
        })
    })?;
    Ok(tuple(vec![content, address::show(from)]))
}

/// `recv_into(buffer[, nbytes[, flags]])`; count and address.
fn receive_into(vm: &mut Vm, args: Args<'_>, name: &str) -> Res<(i64, Value)> {
    let [buffer, size, flags] = args.rest().bind(vm, name, ["buffer", "nbytes", "flags"], 1)?;
    let buffer = system::required(buffer);
    let Some(target) = buffer.as_ref::<ByteArray>() else {
        let got = system::class_name(buffer);
        return Err(vm.type_error(format!("{name}() argument 1 must be read-write bytes-like object, not {got}")));
    };
    let room = target.content().len();
    let size = match size {
        Some(size) => buffer_size(vm, size, name)?,
        None => 0,
    };
    if size > room {
        return Err(vm.value_error("buffer too small for requested bytes"));
    }
    let flags = receive_flags(flags_argument(vm, flags)?);
    let size = if size == 0 { room } else { size };
    let socket = state(vm, args)?;
    let deadline = deadline_of(vm, socket)?;
    let (count, from) = attempt(vm, socket, Interest::READ, deadline, |fd| {
        // A handler that ran meanwhile may have made the buffer smaller.
        let place = target.bytes_mut();
        let end = size.min(place.len());
        net::recvfrom(fd, &mut place[..end], flags).map(|(count, _, from)| (count, from))
    })?;
    Ok((count as i64, address::show(from)))
}

fn recv_into(vm: &mut Vm, args: Args<'_>) -> Res {
    receive_into(vm, args, "recv_into").map(|(count, _)| int(count))
}

fn recvfrom_into(vm: &mut Vm, args: Args<'_>) -> Res {
    receive_into(vm, args, "recvfrom_into").map(|(count, from)| tuple(vec![int(count), from]))
}

// Writing.

fn send_flags(flags: u32) -> SendFlags {
    SendFlags::from_bits_retain(flags) | SendFlags::DONTWAIT | SendFlags::NOSIGNAL
}

fn send(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "send", 1, 2)?;
    let content = &args.pos()[1];
    if content.as_byte_slice().is_none() {
        system::bytes(vm, content)?;
    }
    let flags = send_flags(flags_argument(vm, args.pos().get(2))?);
    let socket = state(vm, args)?;
    let deadline = deadline_of(vm, socket)?;
    // A handler that runs while this waits may change a bytearray.
    let send = |fd: &OwnedFd| net::send(fd, content.as_byte_slice().unwrap_or_default(), flags);
    let sent = attempt(vm, socket, Interest::WRITE, deadline, send)?;
    Ok(int(sent as i64))
}

fn sendall(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "sendall", 1, 2)?;
    let content = system::bytes(vm, &args.pos()[1])?;
    let flags = send_flags(flags_argument(vm, args.pos().get(2))?);
    let socket = state(vm, args)?;
    let deadline = deadline_of(vm, socket)?;
    let mut rest = content.as_slice();
    while !rest.is_empty() {
        let sent = attempt(vm, socket, Interest::WRITE, deadline, |fd| net::send(fd, rest, flags))?;
        rest = &rest[sent..];
        crate::signal::run_handlers(vm)?;
    }
    Ok(Value::NONE)
}

/// `sendmsg(buffers)`: no ancillary data.
fn sendmsg(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "sendmsg", 1, 4)?;
    if let Some(ancillary) = args.pos().get(2)
        && vm.truth(ancillary)?
    {
        return Err(vm.not_implemented_error("sendmsg() does not support ancillary data"));
    }
    let mut content = Vec::new();
    for buffer in vm.collect(&args.pos()[1])? {
        content.extend(system::bytes(vm, &buffer)?);
    }
    let flags = send_flags(flags_argument(vm, args.pos().get(3))?);
    let socket = state(vm, args)?;
    let deadline = deadline_of(vm, socket)?;
    let to = match args.pos().get(4).filter(|to| !to.is_none()) {
        Some(to) => Some(address::parse(vm, socket.family.get(), "sendmsg", to)?.any()),
        None => None,
    };
    let sent = attempt(vm, socket, Interest::WRITE, deadline, |fd| match &to {
        Some(to) => net::sendto(fd, &content, flags, to),
        None => net::send(fd, &content, flags),
    })?;
    Ok(int(sent as i64))
}

fn sendto(vm: &mut Vm, args: Args<'_>) -> Res {
    let (content, flags, to) = match args.pos() {
        [_, content, to] => (content, None, to),
        [_, content, flags, to] => (content, Some(flags), to),
        _ => {
            let n = args.len() - 1;
            return Err(vm.type_error(format!("sendto() takes 2 or 3 arguments ({n} given)")));
        }
    };
    let content = system::bytes(vm, content)?;
    let flags = send_flags(flags_argument(vm, flags)?);
    let socket = state(vm, args)?;
    let to = address::parse(vm, socket.family.get(), "sendto", to)?.any();
    let deadline = deadline_of(vm, socket)?;
    let sent = attempt(vm, socket, Interest::WRITE, deadline, |fd| net::sendto(fd, &content, flags, &to))?;
    Ok(int(sent as i64))
}
