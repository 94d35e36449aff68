//! Builtins over iterables whose items come out of frames: generators, `map` and the like, iterators in the language.
//!
//! The items are drawn by a loop in a frame of the VM's own, of the same bytecode for all, so that generators run as in a
//! `for` statement. Register 0 holds the iterable, then the iterator; 1 the native state, 2 the item, 3 what the key
//! function in register 4 made of it.

use super::call::{Called, push_frame};
use super::continuation::hidden_function;
use super::{Step, step};
use crate::frame::{Delivery, Frame};
use crate::heap;
use crate::objects::{Accumulator, CodeObject, Drain, Function};
use crate::value::Value;
use crate::{Res, Vm, types};
use weft_bytecode::{Code, Instr, Op};

const ITERATOR: u16 = 0;
const STATE: u16 = 1;
const ITEM: u16 = 2;
const RANK: u16 = 3;
const KEY: u16 = 4;
const CALLEE: u16 = 5;

/// What `NativeStep` does in these frames: takes an item, ends.
pub(super) const FEED: u8 = 2;
pub(super) const FINISH: u8 = 3;

/// The loop, with or without a key function.
fn make_stub(keyed: bool) -> Value {
    let op = |op, a, b, c| Instr::new(op, 0, a, b, c);
    let native = |x| Instr::new(Op::NativeStep, x, 0, 0, 0);
    let mut instrs = vec![op(Op::GetIter, ITERATOR, ITERATOR, 0), op(Op::Nop, 0, 0, 0)];
    if keyed {
        instrs.extend([op(Op::Copy, CALLEE, KEY, 0), op(Op::Copy, CALLEE + 1, ITEM, 0), op(Op::Call, CALLEE, 1, RANK)]);
    }
    instrs.push(native(FEED));
    let back = instrs.len();
    instrs.push(op(Op::ForLoop, 0, 0, 0).with_bc((1 - (back as i32 + 1)) as u32));
    let end = instrs.len();
    instrs[1] = op(Op::ForIter, ITERATOR, ITEM, 0).with_xc(end as i32 - 2).unwrap_or(op(Op::Nop, 0, 0, 0));
    instrs.extend([native(FINISH), op(Op::ReturnNone, 0, 0, 0)]);
    let code = Code { registers: CALLEE + 2, first_temp: CALLEE, instrs, ..Code::default() };
    hidden_function("drain", code)
}

fn stub(vm: &mut Vm, keyed: bool) -> Value {
    let stub = &mut vm.drains[usize::from(keyed)];
    if stub.is_unset() {
        *stub = make_stub(keyed);
    }
    stub.clone()
}

/// Pushes a frame that hands the items of `iterable` to `into`; `key` is unset if there is none.
pub(crate) fn begin(vm: &mut Vm, iterable: Value, into: Accumulator, key: Value, delivery: Delivery) -> Res<Called> {
    // SAFETY: the running frame is live; the stub is a function with at least the registers named above.
    unsafe {
        if !vm.frame.is_null() && (*vm.frame).depth >= vm.recursion_limit {
            return Err(vm.recursion_error(""));
        }
        let function = stub(vm, !key.is_unset());
        let code: *const CodeObject = function.downcast_unchecked::<Function>().code();
        let frame = push_frame(vm, function, &*code, delivery);
        let registers = Frame::registers(frame);
        let state = heap::new(&types().drain, Drain { into: heap::VmCell::new(into) });
        *registers.add(usize::from(ITERATOR)) = iterable;
        *registers.add(usize::from(STATE)) = state.into_value();
        *registers.add(usize::from(KEY)) = key;
        vm.frame = frame;
    }
    Ok(Called::Entered)
}

/// Takes the item if it can be taken without anything else, which is all that `NativeStep` has to do then.
///
/// # Safety
/// The running frame, whose registers these are, is one of `begin`'s and stands at a `NativeStep` of operation `FEED`.
#[inline(always)]
pub(super) unsafe fn takes_plainly(registers: *mut Value) -> bool {
    // SAFETY: promised by the caller; the frame holds the state, and nothing else knows it.
    unsafe {
        let register = |i: u16| &*registers.add(usize::from(i)).cast_const();
        let state = register(STATE).downcast_unchecked::<Drain>();
        state.into.get_mut().takes_plainly(register(ITEM), register(RANK))
    }
}

/// `NativeStep` in such a frame.
pub(super) fn native_step(vm: &mut Vm, instr: Instr) -> Step {
    // SAFETY: this instruction stands in the stubs only, whose frames `begin` made.
    unsafe {
        let registers = Frame::registers(vm.frame);
        let take = |i: u16| std::ptr::replace(registers.add(usize::from(i)), Value::UNSET);
        // The frame holds the state; nothing else knows it.
        let state = &*std::ptr::from_ref((*registers.add(usize::from(STATE))).downcast_unchecked::<Drain>());
        let result = if instr.x == FEED {
            let into = state.into.get_mut();
            let (item, rank) = (take(ITEM), take(RANK));
            into.feed(vm, item, rank)
        } else {
            state.into.get_mut().finish(vm).map(Some)
        };
        match result {
            Ok(None) => Step::Next,
            Ok(Some(value)) => step::finish(vm, value),
            Err(_) => Step::Raise,
        }
    }
}
