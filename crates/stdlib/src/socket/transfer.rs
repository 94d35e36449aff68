//! What sockets send and receive. Large amounts are not copied on their way: they are received right into the object that holds
//! them, and sent from it.

use std::cell::RefCell;
use std::io::IoSlice;
use std::os::fd::OwnedFd;

use rustix::buffer::spare_capacity;
use rustix::net::{self, RecvFlags, SendAncillaryBuffer, SendFlags};
use weft_reactor::Interest;
use weft_vm::objects::{ByteArray, Bytes, bytes, int, tuple};
use weft_vm::{Args, Asks, Res, Value, Vm};

use super::{address, attempt, deadline_of, of, state};
use crate::system;

/// The most a call may be asked to read at once.
const MAX_READ: usize = 1 << 30;

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

/// From this size on what is received goes straight to its place; below, to know its size costs more than a copy.
const LARGE: usize = 8 << 10;

/// The least room to receive into.
const ROOM: usize = 4 << 10;

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

pub(super) fn recv(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "recv", 1, 2)?;
    let size = buffer_size(vm, &args.pos()[1], "recv")?;
    let flags = receive_flags(flags_argument(vm, args.pos().get(2))?);
    let plain = flags == receive_flags(0);
    let socket = state(vm, args)?;
    if size == 0 {
        // The system would wait for what it then leaves.
        return Ok(bytes(&[]));
    }
    let deadline = deadline_of(vm, socket)?;
    attempt(vm, socket, Interest::READ, deadline, |fd| {
        let expected = if plain && socket.received.get() >= LARGE { waiting(fd, size) } else { 0 };
        let content = if expected >= LARGE {
            Bytes::received(expected, |place| net::recv(fd, place, flags).map(|((received, _), _)| received))?
        } else {
            with_scratch(size, |buffer| net::recv(fd, &mut *buffer, flags).map(|(count, _)| bytes(&buffer[..count])))?
        };
        socket.received.set(content.as_byte_slice().map_or(0, <[u8]>::len));
        Ok(content)
    })
}

/// How many bytes can be received at once, if it is no more than `size`.
fn waiting(fd: &OwnedFd, size: usize) -> usize {
    let known = rustix::io::ioctl_fionread(fd).unwrap_or(0);
    usize::try_from(known).unwrap_or(0).min(size)
}

/// Receives what there is room for right behind what a bytearray holds, without a copy; gives how many bytes. The room grows up to
/// `size` as long as what comes fills it.
pub(crate) fn receive_behind(vm: &mut Vm, socket: &Value, target: &ByteArray, size: usize) -> Res<usize> {
    let socket = of(vm, socket)?;
    attempt(vm, socket, Interest::READ, None, |fd| {
        target.extend_by(ROOM, |content| {
            let (count, _) = net::recv(fd, spare_capacity(content), receive_flags(0))?;
            if content.len() == content.capacity() && content.capacity() < size {
                content.reserve(content.capacity());
            }
            Ok(count)
        })
    })
}

pub(super) fn recvfrom(vm: &mut Vm, args: Args<'_>) -> Res {
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
    let Some(room) = buffer.as_byte_slice_mut().map(|place| place.len()) else {
        let got = system::class_name(buffer);
        return Err(vm.type_error(format!("{name}() argument 1 must be read-write bytes-like object, not {got}")));
    };
    let size = match size {
        Some(size) => buffer_size(vm, size, name)?,
        None => 0,
    };
    if size > room {
        return Err(vm.value_error("buffer too small for requested bytes"));
    }
    let flags = receive_flags(flags_argument(vm, flags)?);
    let size = if size == 0 { room } else { size };
    if size == 0 && name == "recv_into" {
        return Ok((0, Value::NONE));
    }
    let socket = state(vm, args)?;
    let deadline = deadline_of(vm, socket)?;
    let (count, from) = attempt(vm, socket, Interest::READ, deadline, |fd| {
        // A handler that ran meanwhile may have made the buffer smaller.
        let place = buffer.as_byte_slice_mut().unwrap_or_default();
        let end = size.min(place.len());
        net::recvfrom(fd, &mut place[..end], flags).map(|(count, _, from)| (count, from))
    })?;
    Ok((count as i64, address::show(from)))
}

pub(super) fn recv_into(vm: &mut Vm, args: Args<'_>) -> Res {
    receive_into(vm, args, "recv_into").map(|(count, _)| int(count))
}

pub(super) fn recvfrom_into(vm: &mut Vm, args: Args<'_>) -> Res {
    receive_into(vm, args, "recvfrom_into").map(|(count, from)| tuple(vec![int(count), from]))
}

// Writing.

fn send_flags(flags: u32) -> SendFlags {
    SendFlags::from_bits_retain(flags) | SendFlags::DONTWAIT | SendFlags::NOSIGNAL
}

pub(super) fn send(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "send", 1, 2)?;
    let content = &args.pos()[1];
    system::byte_slice(vm, content)?;
    let flags = send_flags(flags_argument(vm, args.pos().get(2))?);
    let socket = state(vm, args)?;
    let deadline = deadline_of(vm, socket)?;
    // A handler that runs while this waits may change a bytearray.
    let send = |fd: &OwnedFd| net::send(fd, content.as_byte_slice().unwrap_or_default(), flags);
    let sent = attempt(vm, socket, Interest::WRITE, deadline, send)?;
    Ok(int(sent as i64))
}

pub(super) fn sendall(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "sendall", 1, 2)?;
    let content = &args.pos()[1];
    system::byte_slice(vm, content)?;
    let flags = send_flags(flags_argument(vm, args.pos().get(2))?);
    let socket = state(vm, args)?;
    let deadline = deadline_of(vm, socket)?;
    // A handler that runs in between may change a bytearray.
    let rest = |sent| content.as_byte_slice().and_then(|all| all.get(sent..)).unwrap_or_default();
    let mut sent = 0;
    while !rest(sent).is_empty() {
        sent += attempt(vm, socket, Interest::WRITE, deadline, |fd| net::send(fd, rest(sent), flags))?;
        crate::signal::run_handlers(vm)?;
    }
    Ok(Value::NONE)
}

/// `sendmsg(buffers)`: no ancillary data.
pub(super) fn sendmsg(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "sendmsg", 1, 4)?;
    if let Some(ancillary) = args.pos().get(2)
        && vm.truth(ancillary)?
    {
        return Err(vm.not_implemented_error("sendmsg() does not support ancillary data"));
    }
    let buffers = vm.collect(&args.pos()[1])?;
    for buffer in &buffers {
        system::byte_slice(vm, buffer)?;
    }
    let flags = send_flags(flags_argument(vm, args.pos().get(3))?);
    let socket = state(vm, args)?;
    let deadline = deadline_of(vm, socket)?;
    let to = match args.pos().get(4).filter(|to| !to.is_none()) {
        Some(to) => Some(address::parse(vm, socket.family.get(), "sendmsg", to)?.any()),
        None => None,
    };
    let sent = attempt(vm, socket, Interest::WRITE, deadline, |fd| {
        // A handler that runs while this waits may change a bytearray.
        let slices = buffers.iter().map(|buffer| IoSlice::new(buffer.as_byte_slice().unwrap_or_default()));
        let (slices, mut ancillary) = (slices.collect::<Vec<_>>(), SendAncillaryBuffer::default());
        match &to {
            Some(to) => net::sendmsg_addr(fd, to, &slices, &mut ancillary, flags),
            None => net::sendmsg(fd, &slices, &mut ancillary, flags),
        }
    })?;
    Ok(int(sent as i64))
}

pub(super) fn sendto(vm: &mut Vm, args: Args<'_>) -> Res {
    let (content, flags, to) = match args.pos() {
        [_, content, to] => (content, None, to),
        [_, content, flags, to] => (content, Some(flags), to),
        _ => {
            let n = args.len() - 1;
            return Err(vm.type_error(format!("sendto() takes 2 or 3 arguments ({n} given)")));
        }
    };
    system::byte_slice(vm, content)?;
    let flags = send_flags(flags_argument(vm, flags)?);
    let socket = state(vm, args)?;
    let to = address::parse(vm, socket.family.get(), "sendto", to)?.any();
    let deadline = deadline_of(vm, socket)?;
    let sent = attempt(vm, socket, Interest::WRITE, deadline, |fd| {
        net::sendto(fd, content.as_byte_slice().unwrap_or_default(), flags, &to)
    })?;
    Ok(int(sent as i64))
}
