//! Builtins over iterables whose items come out of frames (generators, `map` and the like, iterators in the language), or are
//! objects whose comparison, truth or sum the language has a say in.
//!
//! The items are drawn by a loop in a frame of the VM's own, of the same bytecode for all, so that generators run as in a
//! `for` statement. Register 0 holds the iterable, then the iterator; 1 the native state, 2 the item, 3 what the key
//! function in register 4 made of it. What native code cannot tell of an item, instructions behind the loop find out.

use super::call::{Called, pop_frame, push_hidden_frame};
use super::continuation::hidden_function;
use super::native::{carry_out, settle};
use super::{Step, generator, step};
use crate::frame::{Delivery, Frame, Mode};
use crate::heap;
use crate::objects::{Accumulator, CodeObject, Drain, Fed, Function, Wanted};
use crate::ops::accumulate::taken;
use crate::ops::compare::Cmp;
use crate::value::Value;
use crate::{Res, Vm, class_of, types};
use weft_bytecode::{Code, Instr, Op};

const ITERATOR: u16 = 0;
const STATE: u16 = 1;
const ITEM: u16 = 2;
const RANK: u16 = 3;
const KEY: u16 = 4;
/// What an item is compared with or added to, and what came of it.
const OTHER: u16 = 5;
const ANSWER: u16 = 6;
const CALLEE: u16 = 7;

/// What `NativeStep` does in these frames: takes an item, ends, takes an answer, a sum, what came of a request.
pub(super) const FEED: u8 = 2;
const FINISH: u8 = 3;
const TOLD: u8 = 4;
const SUMMED: u8 = 5;
const TAKEN: u8 = 6;

/// The instruction that draws the next item; behind it stands what is done with one.
const DRAW: usize = 1;
/// With a key function, the instruction behind its call.
const RANKED: usize = DRAW + 4;

/// Instructions that find something out of an item, as many for each question, with what goes on behind them.
const ASKING: usize = 4;

fn op(op: Op, a: u16, b: u16, c: u16) -> Instr {
    Instr::new(op, 0, a, b, c)
}

fn native(x: u8) -> Instr {
    Instr::new(Op::NativeStep, x, 0, 0, 0)
}

/// At `at`, goes on with the next item.
fn again(at: usize) -> Instr {
    op(Op::ForLoop, 0, 0, 0).with_bc((DRAW as i32 - (at as i32 + 1)) as u32)
}

/// Truths and comparisons are turned round: `Not` makes a truth value of whatever it is.
fn questions() -> [[Instr; ASKING - 1]; 8] {
    let compared = |by| [op(by, ANSWER, RANK, OTHER), op(Op::Not, ANSWER, ANSWER, 0), native(TOLD)];
    let nothing = op(Op::Nop, 0, 0, 0);
    [
        [op(Op::Not, ANSWER, ITEM, 0), nothing, native(TOLD)],
        compared(Op::Lt),
        compared(Op::Gt),
        compared(Op::Eq),
        [op(Op::Add, OTHER, OTHER, ITEM), nothing, native(SUMMED)],
        [op(Op::SetAdd, OTHER, ITEM, 0), nothing, nothing],
        [native(TAKEN), nothing, nothing],
        [op(Op::Mul, OTHER, OTHER, ITEM), nothing, native(SUMMED)],
    ]
}

/// Where the questions begin in the loop with or without a key function.
fn first_question(keyed: bool) -> usize {
    if keyed { 8 } else { 5 }
}

/// The loop.
fn make_code(keyed: bool) -> Vec<Instr> {
    let mut instrs = vec![op(Op::GetIter, ITERATOR, ITERATOR, 0), op(Op::Nop, 0, 0, 0)];
    if keyed {
        instrs.extend([op(Op::Copy, CALLEE, KEY, 0), op(Op::Copy, CALLEE + 1, ITEM, 0), op(Op::Call, CALLEE, 1, RANK)]);
    }
    instrs.push(native(FEED));
    instrs.push(again(instrs.len()));
    let end = instrs.len();
    instrs[DRAW] = op(Op::ForIter, ITERATOR, ITEM, 0).with_xc(end as i32 - 2).unwrap_or(op(Op::Nop, 0, 0, 0));
    instrs.push(native(FINISH));
    debug_assert_eq!(instrs.len(), first_question(keyed));
    for question in questions() {
        instrs.extend(question);
        instrs.push(again(instrs.len()));
    }
    instrs.push(op(Op::ReturnNone, 0, 0, 0));
    instrs
}

fn stub(vm: &mut Vm, keyed: bool) -> Value {
    let stub = &mut vm.drains[usize::from(keyed)];
    if stub.is_unset() {
        let instrs = make_code(keyed);
        *stub = hidden_function("drain", Code { registers: CALLEE + 2, first_temp: CALLEE, instrs, ..Code::default() });
    }
    stub.clone()
}

/// Pushes a frame that hands the items of `iterable` to `into`; `key` is unset if there is none. If something is asked, that
/// comes first, and the iterable is the iterator.
pub(crate) fn begin(
    vm: &mut Vm,
    iterable: Value,
    into: Accumulator,
    key: Value,
    asked: Option<Box<Wanted>>,
    delivery: Delivery,
) -> Res<Called> {
    // Native code draws by itself until it has to wait.
    if class_of(&iterable).step().is_some() && key.is_unset() && matches!(asked.as_deref(), None | Some(Wanted::Next)) {
        let result = vm.accumulate_next(&iterable, into, &key);
        return settle(vm, result, delivery);
    }
    // SAFETY: the running frame is live; the stub is a function with at least the registers named above.
    unsafe {
        if !vm.frame.is_null() && (*vm.frame).depth >= vm.recursion_limit {
            return Err(vm.recursion_error(""));
        }
        let function = stub(vm, !key.is_unset());
        let code: *const CodeObject = function.downcast_unchecked::<Function>().code();
        let frame = push_hidden_frame(vm, function, &*code, delivery);
        let registers = Frame::registers(frame);
        let state = heap::new(&types().drain, Drain { into: heap::VmCell::new(into) });
        *registers.add(usize::from(ITERATOR)) = iterable;
        *registers.add(usize::from(STATE)) = state.into_value();
        *registers.add(usize::from(KEY)) = key;
        vm.frame = frame;
        if let Some(wanted) = asked
            && let Err(thrown) = ask(vm, frame, *wanted)
        {
            pop_frame(vm, frame);
            return Err(thrown);
        }
    }
    Ok(Called::Entered)
}

/// Has the frame go on with finding out what is wanted.
///
/// # Safety
/// The frame is one of these, and the running one.
#[inline(never)]
unsafe fn ask(vm: &mut Vm, frame: *mut Frame, wanted: Wanted) -> Res<()> {
    // SAFETY: promised by the caller; the instructions and registers are the stub's.
    unsafe {
        let registers = Frame::registers(frame);
        let put = |i: u16, value: Value| drop(std::ptr::replace(registers.add(usize::from(i)), value));
        let question = match wanted {
            Wanted::Next | Wanted::Item { .. } | Wanted::Rank { .. } | Wanted::Ranked { .. } => {
                return take_up(vm, frame, wanted);
            }
            Wanted::Truth { item } => {
                put(ITEM, item);
                0
            }
            Wanted::Beats { op, item, rank, champion } => {
                put(ITEM, item);
                put(RANK, rank);
                put(OTHER, champion);
                if op == Cmp::Lt { 1 } else { 2 }
            }
            Wanted::Equal { item, value } => {
                put(RANK, item);
                put(OTHER, value);
                3
            }
            Wanted::Sum { total, item } => {
                put(ITEM, item);
                put(OTHER, total);
                4
            }
            Wanted::Element { set, item } => {
                put(ITEM, item);
                put(OTHER, set);
                5
            }
            Wanted::Product { total, item } => {
                put(ITEM, item);
                put(OTHER, total);
                7
            }
            Wanted::Request { request } => {
                go_to(frame, 6);
                if let Called::Value(value) = carry_out(vm, request, Delivery::to(ANSWER))? {
                    put(ANSWER, value);
                }
                return Ok(());
            }
        };
        go_to(frame, question);
        Ok(())
    }
}

/// Has the frame go on in the course of its loop: where an item is drawn, or where the key function is called or has been.
///
/// # Safety
/// As `ask`.
unsafe fn take_up(vm: &mut Vm, frame: *mut Frame, wanted: Wanted) -> Res<()> {
    // SAFETY: promised by the caller; the instructions and registers are the stub's.
    unsafe {
        let registers = Frame::registers(frame);
        let put = |i: u16, value: Value| drop(std::ptr::replace(registers.add(usize::from(i)), value));
        let go_to = |at: usize| (*frame).pc = (*frame).code().instrs.as_ptr().add(at);
        match wanted {
            Wanted::Next => {
                go_to(DRAW);
            }
            Wanted::Item { request } => {
                go_to(DRAW + 1);
                match carry_out(vm, request, Delivery::mode(Mode::ForNext, ITEM)) {
                    Ok(Called::Value(item)) => put(ITEM, item),
                    Ok(Called::Entered) => {}
                    Err(_) if vm.thrown_is(&types().exceptions.StopIteration) => {
                        drop(vm.catch());
                        generator::exhausted(frame);
                    }
                    Err(thrown) => return Err(thrown),
                }
            }
            Wanted::Rank { item } => {
                put(ITEM, item);
                go_to(DRAW + 1);
            }
            Wanted::Ranked { item, request } => {
                put(ITEM, item);
                go_to(RANKED);
                if let Called::Value(value) = carry_out(vm, request, Delivery::to(RANK))? {
                    put(RANK, value);
                }
            }
            // The others are questions.
            _ => {}
        }
    }
    Ok(())
}

/// Has the frame go on with a question.
///
/// # Safety
/// The frame is one of these.
unsafe fn go_to(frame: *mut Frame, question: usize) {
    // SAFETY: promised by the caller; the instructions and registers are the stub's.
    unsafe {
        let keyed = !(*Frame::registers(frame).add(usize::from(KEY))).is_unset();
        (*frame).pc = (*frame).code().instrs.as_ptr().add(first_question(keyed) + question * ASKING);
    }
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
        let frame = vm.frame;
        let registers = Frame::registers(frame);
        let take = |i: u16| std::ptr::replace(registers.add(usize::from(i)), Value::UNSET);
        // The frame holds the state; nothing else knows it.
        let state = &*std::ptr::from_ref((*registers.add(usize::from(STATE))).downcast_unchecked::<Drain>());
        let into = state.into.get_mut();
        let fed = match instr.x {
            FEED => {
                let (item, rank) = (take(ITEM), take(RANK));
                into.feed(vm, item, rank)
            }
            TOLD => {
                let answer = !take(ANSWER).is_true();
                let (item, rank) = (take(ITEM), take(RANK));
                drop(take(OTHER));
                Ok(into.told(answer, item, rank))
            }
            SUMMED => {
                drop(take(ITEM));
                into.summed(take(OTHER));
                Ok(Fed::Taken)
            }
            TAKEN => Ok(taken(take(ANSWER))),
            _ => into.finish(vm).map(Fed::Ends),
        };
        match fed {
            Ok(Fed::Taken) => Step::Next,
            Ok(Fed::Ends(value)) => step::finish(vm, value),
            Ok(Fed::Asks(wanted)) => match ask(vm, frame, *wanted) {
                Ok(()) => Step::Enter,
                Err(_) => Step::Raise,
            },
            Err(_) => Step::Raise,
        }
    }
}
