//! Native algorithms that compare what only the language can compare (`ops/enquiry.rs`). Between two comparisons they wait in
//! a frame of the VM's own, whose bytecode compares and takes the truth of the answer, as in any other frame.

use super::call::{Called, Window, begin as begin_call, push_hidden_frame};
use super::continuation::hidden_function;
use super::{Step, step};
use crate::frame::{Delivery, Frame};
use crate::heap::{self, Kind};
use crate::objects::{CodeObject, Function, Opaque, class_flags};
use crate::ops::compare::Cmp;
use crate::ops::enquiry::{Asked, Enquiry};
use crate::value::Value;
use crate::{Res, Vm, class_of, types};
use std::cell::RefCell;
use weft_bytecode::{Code, Handler, Instr, Op};

const STATE: u16 = 0;
const LEFT: u16 = 1;
const RIGHT: u16 = 2;
const ANSWER: u16 = 3;
const RAISED: u16 = 4;

/// What `NativeStep` does in these frames: goes on with what an instruction found out, with what a method answered, gives up, takes what
/// a method of an object gave.
const ASK: u8 = 16;
const CALLED: u8 = 17;
const GIVE_UP: u8 = 18;
const ANSWERED: u8 = 19;
pub(super) const FIRST: u8 = ASK;

const COMPARISONS: [(Cmp, Op); 6] =
    [(Cmp::Lt, Op::Lt), (Cmp::Le, Op::Le), (Cmp::Eq, Op::Eq), (Cmp::Ne, Op::Ne), (Cmp::Gt, Op::Gt), (Cmp::Ge, Op::Ge)];

/// Instructions of a comparison whose truth is wanted (where one goes on if a method was called in its place), and of one
/// that is the result.
const ASKING: usize = 4;
const AFTER_CALL: usize = 3;
const ENDING: usize = 2;

/// The instruction that takes what a method of an object gave.
const TAKE_ANSWER: usize = 1 + COMPARISONS.len() * (ASKING + ENDING);

struct Holder(RefCell<Box<dyn Enquiry>>);

fn make_stub() -> Value {
    let op = |op, a, b, c| Instr::new(op, 0, a, b, c);
    let native = |x| Instr::new(Op::NativeStep, x, 0, 0, 0);
    let mut instrs = vec![native(ASK)];
    for (_, compare) in COMPARISONS {
        let back = instrs.len() as i32 + AFTER_CALL as i32;
        instrs.push(op(compare, ANSWER, LEFT, RIGHT));
        instrs.push(op(Op::Not, ANSWER, ANSWER, 0));
        instrs.push(op(Op::Jump, 0, 0, 0).with_bc(-back as u32));
        instrs.push(native(CALLED));
    }
    for (_, compare) in COMPARISONS {
        instrs.extend([op(compare, ANSWER, LEFT, RIGHT), op(Op::Return, ANSWER, 0, 0)]);
    }
    debug_assert_eq!(instrs.len(), TAKE_ANSWER);
    instrs.push(native(ANSWERED));
    let end = instrs.len() as u32;
    instrs.extend([native(GIVE_UP), op(Op::ReturnNone, 0, 0, 0)]);
    let handlers = vec![Handler { start: 0, end, target: end, exc: RAISED }];
    hidden_function(
        "enquiry",
        Code { registers: RAISED + 1, first_temp: RAISED + 1, instrs, handlers, ..Code::default() },
    )
}

/// Pushes a frame for an enquiry, which begins there.
pub(super) fn begin(vm: &mut Vm, mut enquiry: Box<dyn Enquiry>, delivery: Delivery) -> Res<Called> {
    if vm.enquiry.is_unset() {
        vm.enquiry = make_stub();
    }
    // SAFETY: the running frame is live; the stub is a function with the registers named above.
    unsafe {
        if !vm.frame.is_null() && (*vm.frame).depth >= vm.recursion_limit {
            let thrown = vm.recursion_error(enquiry.while_what());
            enquiry.give_up(vm);
            return Err(thrown);
        }
        let function = vm.enquiry.clone();
        let code: *const CodeObject = function.downcast_unchecked::<Function>().code();
        let frame = push_hidden_frame(vm, function, &*code, delivery);
        let state = heap::new(&types().native_state, Opaque::new(Holder(RefCell::new(enquiry))));
        *Frame::registers(frame).add(usize::from(STATE)) = state.into_value();
        vm.frame = frame;
    }
    Ok(Called::Entered)
}

/// `NativeStep` in such a frame.
pub(super) fn native_step(vm: &mut Vm, instr: Instr) -> Step {
    // SAFETY: this instruction stands in the stub only, whose frames `begin` made; the frame holds the state, and nothing else
    // knows it.
    unsafe {
        let registers = Frame::registers(vm.frame);
        let state = &*registers.add(usize::from(STATE)).cast_const();
        let Some(Holder(enquiry)) = state.native_state::<Holder>() else { return Step::Raise };
        let answer = std::ptr::replace(registers.add(usize::from(ANSWER)), Value::UNSET);
        match instr.x {
            GIVE_UP => {
                enquiry.borrow_mut().give_up(vm);
                let exception = std::ptr::replace(registers.add(usize::from(RAISED)), Value::UNSET);
                vm.rethrow(exception);
                Step::Raise
            }
            CALLED if !answer.is_bool() => take_answer(vm, answer),
            ANSWERED => {
                let taken = enquiry.borrow_mut().take_answer(vm, answer);
                if taken.is_err() { Step::Raise } else { go_on(vm, enquiry, false) }
            }
            // What an instruction found out was turned round.
            x => go_on(vm, enquiry, answer.is_bool() && answer.is_true() == (x == CALLED)),
        }
    }
}

/// Goes on with the answer, until the language has to be asked.
///
/// # Safety
/// The running frame is an enquiry's, and this is its state.
unsafe fn go_on(vm: &mut Vm, enquiry: &RefCell<Box<dyn Enquiry>>, mut answer: bool) -> Step {
    // SAFETY: promised by the caller; the registers are the stub's.
    unsafe {
        let frame = vm.frame;
        let registers = Frame::registers(frame);
        loop {
            let asked = enquiry.borrow_mut().go_on(vm, answer);
            let (op, left, right, ends) = match asked {
                Ok(Asked::Whether(op, left, right)) => (op, left, right, false),
                Ok(Asked::Ends(op, left, right)) => (op, left, right, true),
                Ok(Asked::Done(value)) => return step::finish(vm, value),
                Ok(Asked::Method(method, object)) => match ask_method(vm, enquiry, method, object) {
                    Some(step) => return step,
                    None => continue,
                },
                Err(_) => return Step::Raise,
            };
            let method = if ends { None } else { own_method(vm, op, &left, &right) };
            let mut args = [left.clone(), right.clone()];
            drop(std::ptr::replace(registers.add(usize::from(LEFT)), left));
            drop(std::ptr::replace(registers.add(usize::from(RIGHT)), right));
            let number = number_of(op);
            let Some(method) = method else {
                let target = if ends { 1 + COMPARISONS.len() * ASKING + number * ENDING } else { 1 + number * ASKING };
                (*frame).pc = (*frame).code().instrs.as_ptr().add(target);
                return Step::Enter;
            };
            (*frame).pc = (*frame).code().instrs.as_ptr().add(1 + number * ASKING + AFTER_CALL);
            match begin_call(vm, method, &Window::of(&mut args), Delivery::to(ANSWER)) {
                Ok(Called::Entered) => return Step::Enter,
                Ok(Called::Value(value)) if value.is_bool() => answer = value.is_true(),
                Ok(Called::Value(value)) => return take_answer(vm, value),
                Err(_) => return Step::Raise,
            }
        }
    }
}

/// Calls a method of an object for an enquiry; None if it has its answer.
///
/// # Safety
/// As `go_on`.
unsafe fn ask_method(vm: &mut Vm, enquiry: &RefCell<Box<dyn Enquiry>>, method: Value, object: Value) -> Option<Step> {
    // SAFETY: promised by the caller; the instruction is the stub's.
    let called = unsafe {
        let frame = vm.frame;
        (*frame).pc = (*frame).code().instrs.as_ptr().add(TAKE_ANSWER);
        begin_call(vm, method, &Window::of(&mut [object]), Delivery::to(ANSWER))
    };
    match called {
        Ok(Called::Entered) => Some(Step::Enter),
        Ok(Called::Value(value)) => enquiry.borrow_mut().take_answer(vm, value).is_err().then_some(Step::Raise),
        Err(_) => Some(Step::Raise),
    }
}

fn number_of(op: Cmp) -> usize {
    COMPARISONS.iter().position(|(cmp, _)| *cmp == op).unwrap_or_default()
}

/// The function that a comparison of two objects of one class comes to.
fn own_method(vm: &mut Vm, op: Cmp, left: &Value, right: &Value) -> Option<Value> {
    let class = class_of(left);
    if !class.is(class_of(right)) || class.has(class_flags::BUILTIN) {
        return None;
    }
    vm.special(left, op.method()).filter(|method| method.is_kind(Kind::Function))
}

/// A method was called without the instruction that compares: what it answered is no truth value.
///
/// # Safety
/// The running frame is an enquiry's, which stands behind the `NativeStep` of that comparison, or in front of it.
unsafe fn take_answer(vm: &mut Vm, answer: Value) -> Step {
    // SAFETY: promised by the caller; the registers and instructions are the stub's.
    unsafe {
        let frame = vm.frame;
        let registers = Frame::registers(frame);
        let instrs = (*frame).code().instrs.as_ptr();
        let at = (*frame).pc.offset_from(instrs) as usize;
        let compare = 1 + (at - 2) / ASKING * ASKING;
        (*frame).pc = instrs.add(compare + 1);
        if answer.is_not_implemented() {
            return step::compare_objects(vm, *instrs.add(compare), 1);
        }
        *registers.add(usize::from(ANSWER)) = answer;
        Step::Enter
    }
}
