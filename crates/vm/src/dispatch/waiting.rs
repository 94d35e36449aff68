//! Steps of native iterators that native code left for the language (`ops/steps.rs`). Each waits in a frame of the VM's own,
//! of bytecode that is the same for all, and goes on with what an instruction or a call came to.
//!
//! As in CPython, where such steps are calls of native code, they don't count as calls of the language. So there is a limit
//! of its own to how many may wait for each other.

use super::call::{Called, Window, begin as begin_call, push_frame};
use super::continuation::hidden_function;
use super::native::{begin_next, carry_out};
use super::{Step, lazy, step};
use crate::frame::{Delivery, Frame, Mode};
use crate::objects::{CodeObject, Function, List, StepFn};
use crate::ops::steps::{Asked, Drawn, Got, LeftSteps, Local, Pending, Waiting, step_of};
use crate::value::Value;
use crate::{Res, Vm, types};
use weft_bytecode::{Code, Handler, Instr, Op};

const OBJECT: u16 = 0;
/// What is drawn from.
const SOURCE: u16 = 1;
/// What came of the question, or an exception.
const RESULT: u16 = 2;
/// The local state of the step: what it keeps, its items as a list or unset, and its phase with the number of steps that wait
/// for it in the frames below.
const KEPT: u16 = 3;
const ITEMS: u16 = 4;
const PHASE: u16 = 5;
/// What is looked at by an instruction.
const LEFT: u16 = 6;
const RIGHT: u16 = 7;

/// What `NativeStep` does in these frames: goes on with an item, without one, with a value, with the opposite of a truth; gives up.
const ITEM: u8 = 20;
const END: u8 = 21;
const VALUE: u8 = 22;
const TRUTH: u8 = 23;
const GIVE_UP: u8 = 24;
pub(super) const FIRST: u8 = ITEM;

/// The instructions that a frame goes on at.
const DRAW: usize = 0;
const DRAWN: usize = 1;
const ENDED: usize = 2;
const GOT_VALUE: usize = 3;
const ASK_TRUTH: usize = 4;
const ADD: usize = 6;
const COMPARE: usize = 8;
const RAISED: usize = 11;
const RETURN: usize = 12;

fn make_stub() -> Value {
    let op = |op, a, b, c| Instr::new(op, 0, a, b, c);
    let native = |x| Instr::new(Op::NativeStep, x, 0, 0, 0);
    let instrs = vec![
        op(Op::ForIter, SOURCE, RESULT, 0).with_xc(1).unwrap_or(native(END)),
        native(ITEM),
        native(END),
        native(VALUE),
        op(Op::Not, RESULT, LEFT, 0),
        native(TRUTH),
        op(Op::Add, RESULT, LEFT, RIGHT),
        native(VALUE),
        op(Op::Eq, RESULT, LEFT, RIGHT),
        op(Op::Not, RESULT, RESULT, 0),
        native(TRUTH),
        native(GIVE_UP),
        op(Op::Return, RESULT, 0, 0),
    ];
    debug_assert_eq!(instrs.len(), RETURN + 1);
    let handlers = vec![Handler { start: 0, end: RAISED as u32, target: RAISED as u32, exc: RESULT }];
    hidden_function("steps", Code { registers: RIGHT + 1, first_temp: RIGHT + 1, instrs, handlers, ..Code::default() })
}

/// Begins to draw the next item of an iterator with steps; None if it is plain at once that there is none.
#[inline]
pub(super) fn begin(vm: &mut Vm, object: &Value, by: StepFn, delivery: Delivery) -> Res<Option<Called>> {
    match by(vm, object, &mut Local::default(), Got::Begin)? {
        Drawn::Item(item) => Ok(Some(Called::Value(item))),
        Drawn::End => Ok(None),
        Drawn::Waits => enter(vm, delivery).map(Some),
        Drawn::Asks => begin_last(vm, delivery).map(Some),
    }
}

/// Has frames go on with what is drawn.
pub(super) fn begin_drawn(vm: &mut Vm, drawn: Drawn, delivery: Delivery) -> Res<Called> {
    match drawn {
        Drawn::Item(item) => Ok(Called::Value(item)),
        Drawn::End => Err(vm.stop_iteration(Value::NONE)),
        Drawn::Waits => enter(vm, delivery),
        Drawn::Asks => begin_last(vm, delivery),
    }
}

fn begin_last(vm: &mut Vm, delivery: Delivery) -> Res<Called> {
    let asked = vm.take_asked();
    begin_asked(vm, asked, delivery)
}

/// Carries out a request for steps that were left.
pub(super) fn carry_out_steps(vm: &mut Vm, steps: LeftSteps, delivery: Delivery) -> Res<Called> {
    debug_assert!(vm.waiting.is_empty());
    vm.waiting = steps.0;
    enter(vm, delivery)
}

/// Notes a step of an iterator that an instruction draws for, which waits for the step noted last or for what is asked, and
/// pushes the frames of all.
pub(super) fn enter_with(vm: &mut Vm, object: &Value, local: Local, drawn: Drawn, delivery: Delivery) -> Res<Called> {
    let pending = match drawn {
        Drawn::Asks => Pending::Item(vm.take_asked()),
        _ => Pending::Inner,
    };
    vm.leave_step(object, local, pending);
    enter(vm, delivery)
}

/// Pushes frames for the steps that were left, the outermost first, and begins what the innermost waits for.
#[inline(never)]
fn enter(vm: &mut Vm, mut delivery: Delivery) -> Res<Called> {
    if vm.steps.is_unset() {
        vm.steps = make_stub();
    }
    let mut entered = false;
    while let Some(waiting) = vm.waiting.pop() {
        let object = waiting.object;
        if let Err(thrown) = push(vm, object, delivery) {
            let waiting = std::mem::take(&mut vm.waiting);
            vm.give_up_steps(waiting);
            if !entered {
                return Err(thrown);
            }
            fail(vm);
            break;
        }
        entered = true;
        wait(vm, waiting.local, waiting.pending);
        delivery = Delivery::mode(Mode::ForNext, RESULT);
    }
    Ok(Called::Entered)
}

/// Pushes the frame of a step.
fn push(vm: &mut Vm, object: Value, delivery: Delivery) -> Res<()> {
    // SAFETY: the running frame is live; the stub is a function with the registers named above.
    unsafe {
        let function = vm.steps.clone();
        let code: *const CodeObject = function.downcast_unchecked::<Function>().code();
        let below = vm.frame;
        let waiting = if !below.is_null() && std::ptr::eq((*below).code, code) {
            ((*Frame::registers(below).add(usize::from(PHASE))).as_small_int().unwrap_or(0) >> 32) + 1
        } else {
            0
        };
        if waiting >= i64::from(vm.native_limit()) {
            return Err(vm.recursion_error(""));
        }
        let frame = push_frame(vm, function, &*code, delivery);
        (*frame).depth -= 1;
        let registers = Frame::registers(frame);
        *registers.add(usize::from(OBJECT)) = object;
        *registers.add(usize::from(PHASE)) = Value::int_unchecked(waiting << 32);
        vm.frame = frame;
    }
    Ok(())
}

/// Puts what a step knows into its frame, which is the running one, and begins what it waits for, unless that is the step of
/// a frame to come.
fn wait(vm: &mut Vm, local: Local, pending: Pending) {
    // SAFETY: the running frame is one of these.
    unsafe {
        let frame = vm.frame;
        let registers = Frame::registers(frame);
        let put = |i: u16, value: Value| drop(std::ptr::replace(registers.add(usize::from(i)), value));
        let phase = (*registers.add(usize::from(PHASE))).as_small_int().unwrap_or(0);
        *registers.add(usize::from(PHASE)) = Value::int_unchecked(phase >> 32 << 32 | i64::from(local.phase));
        if let Some(kept) = local.kept {
            put(KEPT, kept);
        }
        if !local.items.is_empty() {
            keep_items(&mut *registers.add(usize::from(ITEMS)), local.items);
        }
        let go_to = |at: usize| (*frame).pc = (*frame).code().instrs.as_ptr().add(at);
        match pending {
            Pending::Inner => go_to(DRAWN),
            Pending::Item(Asked::Next(source)) => {
                put(SOURCE, source);
                go_to(DRAW);
            }
            Pending::Item(asked) => {
                go_to(DRAWN);
                let called = begin_asked(vm, asked, Delivery::mode(Mode::ForNext, RESULT));
                begun(vm, frame, called, ENDED);
            }
            Pending::Value(asked) => {
                go_to(GOT_VALUE);
                let called = begin_asked(vm, asked, Delivery::to(RESULT));
                begun(vm, frame, called, RAISED);
            }
            Pending::Truth(value) => {
                put(LEFT, value);
                go_to(ASK_TRUTH);
            }
            Pending::Add(left, right) => {
                put(LEFT, left);
                put(RIGHT, right);
                go_to(ADD);
            }
            Pending::Same(left, right) => {
                put(LEFT, left);
                put(RIGHT, right);
                go_to(COMPARE);
            }
        }
    }
}

/// Takes the outcome of what was begun: StopIteration makes the frame go on at `stopped`.
///
/// # Safety
/// `frame` is one of these, and the running one unless another was entered.
unsafe fn begun(vm: &mut Vm, frame: *mut Frame, called: Res<Called>, stopped: usize) {
    match called {
        Ok(Called::Entered) => {}
        // SAFETY: promised by the caller.
        Ok(Called::Value(value)) => unsafe { *Frame::registers(frame).add(usize::from(RESULT)) = value },
        Err(_) if stopped == ENDED && vm.thrown_is(&types().exceptions.StopIteration) => {
            drop(vm.catch());
            // SAFETY: as above; the instruction is the stub's.
            unsafe { (*frame).pc = (*frame).code().instrs.as_ptr().add(ENDED) };
        }
        Err(_) => fail(vm),
    }
}

/// Has the running frame, which is one of these, go on with the exception in flight.
fn fail(vm: &mut Vm) {
    let exception = vm.catch();
    // SAFETY: promised by the callers; the stub has this register and this instruction.
    unsafe {
        let frame = vm.frame;
        drop(std::ptr::replace(Frame::registers(frame).add(usize::from(RESULT)), exception));
        (*frame).pc = (*frame).code().instrs.as_ptr().add(RAISED);
    }
}

/// Keeps the items of a step in the list of its register.
fn keep_items(register: &mut Value, items: Vec<Value>) {
    match register.downcast::<List>() {
        Some(list) => drop(std::mem::replace(list.items_mut(), items)),
        None => *register = List::create(items).into_value(),
    }
}

/// Begins what an item or a value comes to.
fn begin_asked(vm: &mut Vm, asked: Asked, delivery: Delivery) -> Res<Called> {
    match asked {
        Asked::Next(iterator) => begin_next(vm, iterator, delivery),
        // SAFETY: the arguments outlive the call's beginning.
        Asked::Call(function, mut args) => unsafe { begin_call(vm, function, &Window::of(&mut args), delivery) },
        Asked::Request(request) => carry_out(vm, *request, delivery),
    }
}

/// `NativeStep` in such a frame.
pub(super) fn native_step(vm: &mut Vm, instr: Instr) -> Step {
    // SAFETY: this instruction stands in the stub only, whose frames `push` made. The object stays in its register until the
    // frame ends.
    let (object, mut local, result) = unsafe {
        let registers = Frame::registers(vm.frame);
        let take = |i: u16| std::ptr::replace(registers.add(usize::from(i)), Value::UNSET);
        let phase = (*registers.add(usize::from(PHASE))).as_small_int().unwrap_or(0) as u32;
        let items = match (*registers.add(usize::from(ITEMS))).downcast::<List>() {
            Some(list) => std::mem::take(list.items_mut()),
            None => Vec::new(),
        };
        if matches!(instr.x, VALUE | TRUTH) {
            drop((take(LEFT), take(RIGHT)));
        }
        let kept = Some(take(KEPT)).filter(|kept| !kept.is_unset());
        (&*registers.add(usize::from(OBJECT)).cast_const(), Local::new(phase, kept, items), take(RESULT))
    };
    let got = match instr.x {
        ITEM => Got::Item(result),
        END => Got::End,
        VALUE => Got::Value(result),
        TRUTH if result.is_true() => Got::False,
        TRUTH => Got::True,
        _ => {
            vm.rethrow(result);
            Got::Raised
        }
    };
    let raised = matches!(got, Got::Raised);
    let Some(by) = step_of(object) else { return Step::Raise };
    match by(vm, object, &mut local, got) {
        _ if raised => Step::Raise,
        Ok(Drawn::Item(item)) => step::finish(vm, item),
        Ok(Drawn::End) => lazy::ended(vm),
        Ok(Drawn::Waits) => go_on(vm),
        Ok(Drawn::Asks) => {
            // SAFETY: the running frame is this one still.
            unsafe {
                let frame = vm.frame;
                (*frame).pc = (*frame).code().instrs.as_ptr().add(RETURN);
                let called = begin_last(vm, Delivery::to(RESULT));
                begun(vm, frame, called, RAISED);
            }
            Step::Enter
        }
        Err(_) => Step::Raise,
    }
}

/// The step of the running frame waits anew: first of all those that were left.
fn go_on(vm: &mut Vm) -> Step {
    let Some(own) = vm.waiting.pop() else { return Step::Raise };
    let Waiting { local, pending, .. } = own;
    wait(vm, local, pending);
    if !vm.waiting.is_empty() && enter(vm, Delivery::mode(Mode::ForNext, RESULT)).is_err() {
        fail(vm);
    }
    Step::Enter
}
