//! The buffer of a stream's reader: receiving into it and taking bytes out of it.

use weft_vm::objects::{ByteArray, NativeFn, bytes, int};
use weft_vm::{Args, Asks, Res, Value, Vm};

use crate::system;

pub const FUNCTIONS: &[(&str, NativeFn)] =
    &[("_receive_behind", receive_behind), ("_take_front", take_front), ("_take_line", take_line)];

fn buffer<'a>(vm: &mut Vm, value: &'a Value) -> Res<&'a ByteArray> {
    match value.downcast::<ByteArray>() {
        Some(buffer) => Ok(buffer),
        None => {
            let got = system::class_name(value);
            Err(vm.type_error(format!("a bytearray was expected, not {got}")))
        }
    }
}

/// `_receive_behind(socket, buffer, size)`: adds at most `size` bytes that have come to what the buffer holds; gives how many.
fn receive_behind(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_receive_behind", 3, 3)?;
    let size = usize::try_from(vm.as_ssize(&args.pos()[2])?).unwrap_or(0);
    let target = buffer(vm, &args.pos()[1])?;
    crate::socket::receive_behind(vm, &args.pos()[0], target, size).map(|count| int(count as i64))
}

fn take(buffer: &ByteArray, count: usize) -> Value {
    let taken = bytes(&buffer.content()[..count]);
    buffer.remove_front(count);
    taken
}

/// `_take_front(buffer, count)`: removes at most `count` bytes, and gives them.
fn take_front(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_take_front", 2, 2)?;
    let buffer = buffer(vm, &args.pos()[0])?;
    let bounds = vm.as_ssize(&args.pos()[1])?;
    let len = buffer.content().len();
    Ok(take(buffer, usize::try_from(bounds).unwrap_or(0).min(len)))
}

/// `_take_line(buffer, offset, limit)`: removes the bytes up to the first line's end, and gives them. None if no line
/// ends at `offset` or behind, or only behind `limit`.
fn take_line(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_take_line", 3, 3)?;
    let buffer = buffer(vm, &args.pos()[0])?;
    let offset = usize::try_from(vm.as_ssize(&args.pos()[1])?).unwrap_or(0);
    let limit = vm.as_ssize(&args.pos()[2])?;
    let found = buffer.content().get(offset..).and_then(|rest| memchr::memchr(b'\n', rest));
    match found.map(|place| place + offset) {
        Some(end) if end as i64 <= limit => Ok(take(buffer, end + 1)),
        _ => Ok(Value::NONE),
    }
}
