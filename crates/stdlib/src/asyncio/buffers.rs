//! Taking bytes out of the buffer of a stream's reader.

use weft_vm::objects::{ByteArray, NativeFn, bytes};
use weft_vm::{Args, Asks, Res, Value, Vm};

use crate::system;

pub const FUNCTIONS: &[(&str, NativeFn)] = &[("_take_front", take_front), ("_take_line", take_line)];

fn buffer<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a ByteArray> {
    match args.pos()[0].downcast::<ByteArray>() {
        Some(buffer) => Ok(buffer),
        None => {
            let got = system::class_name(&args.pos()[0]);
            Err(vm.type_error(format!("a bytearray was expected, not {got}")))
        }
    }
}

fn take(buffer: &ByteArray, count: usize) -> Value {
    let taken = bytes(&buffer.content()[..count]);
    buffer.remove_front(count);
    taken
}

/// `_take_front(buffer, count)`: removes at most `count` bytes, and gives them.
fn take_front(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_take_front", 2, 2)?;
    let buffer = buffer(vm, &args)?;
    let bounds = vm.as_ssize(&args.pos()[1])?;
    let len = buffer.content().len();
    Ok(take(buffer, usize::try_from(bounds).unwrap_or(0).min(len)))
}

/// `_take_line(buffer, offset, limit)`: removes the bytes up to the first line's end, and gives them. None if no line
/// ends at `offset` or behind, or only behind `limit`.
fn take_line(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_take_line", 3, 3)?;
    let buffer = buffer(vm, &args)?;
    let offset = usize::try_from(vm.as_ssize(&args.pos()[1])?).unwrap_or(0);
    let limit = vm.as_ssize(&args.pos()[2])?;
    let found = buffer.content().get(offset..).and_then(|rest| memchr::memchr(b'\n', rest));
    match found.map(|place| place + offset) {
        Some(end) if end as i64 <= limit => Ok(take(buffer, end + 1)),
        _ => Ok(Value::NONE),
    }
}
