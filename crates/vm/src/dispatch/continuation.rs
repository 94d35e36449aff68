//! Native code that waits for frames without being on the native stack: `Request::Then`.
//!
//! It waits in a frame of the VM's own, of code that is the same for all: register 0 holds the continuation, 1 the
//! result that comes, 2 is set if a generator returned it, 3 an exception. While it waits, the pc stands behind the
//! `Nop`; a result makes the dispatch loop go on there, an exception goes to the handler of the `Nop`.

use super::call::{Called, push_hidden_frame};
use super::native::carry_out;
use super::{Step, drain, enquiry, generator, lazy, step, tracing, waiting};
use crate::frame::{Delivery, Frame};
use crate::heap::{self, Ref};
use crate::objects::{CodeObject, Continuation, Dict, Function};
use crate::value::Value;
use crate::vm::{Outcome, Request, Then, give_item};
use crate::{Res, Resume, Vm, class_of, types};
use std::rc::Rc;
use weft_bytecode::{Code, Handler, Instr, Op, flags};

const HOLDER: usize = 0;
const RESULT: u16 = 1;
const RETURNED: usize = 2;
const RAISED: u16 = 3;

/// The instructions that a frame goes on with: behind the `Nop`, and at its handler.
const RESUMED: usize = 1;
const HANDLER: usize = 2;

/// A function of the VM's own code, which scripts see neither in tracebacks nor through `sys._getframe`; `code` says what is
/// particular to it.
pub(super) fn hidden_function(name: &str, code: Code) -> Value {
    let code = Code {
        name: name.into(),
        qualname: name.into(),
        filename: "<native>".into(),
        flags: flags::OPTIMIZED | flags::NEWLOCALS | flags::HIDDEN,
        ..code
    };
    debug_assert_eq!(weft_bytecode::verify(&code), Ok(()));
    Function::create(CodeObject::create(&Rc::new(code)), Dict::create(), Dict::create()).into_value()
}

fn make_stub() -> Value {
    let instr = |op, x| Instr::new(op, x, 0, 0, 0);
    let code = Code {
        registers: 4,
        first_temp: 4,
        instrs: vec![instr(Op::Nop, 0), instr(Op::NativeStep, 0), instr(Op::NativeStep, 1), instr(Op::ReturnNone, 0)],
        handlers: vec![Handler { start: 0, end: 1, target: HANDLER as u32, exc: RAISED }],
        ..Code::default()
    };
    hidden_function("continuation", code)
}

fn stub(vm: &mut Vm) -> Value {
    if vm.continuation.is_unset() {
        vm.continuation = make_stub();
    }
    vm.continuation.clone()
}

/// Begins the first request in a frame whose end is what `then` comes to.
pub(super) fn begin(vm: &mut Vm, first: Request, then: Then, state: Value, delivery: Delivery) -> Res<Called> {
    // SAFETY: the running frame is live; the stub is a function with at least the registers named above.
    unsafe {
        let function = stub(vm);
        let code: *const CodeObject = function.downcast_unchecked::<Function>().code();
        let frame = push_hidden_frame(vm, function, &*code, delivery);
        let holder = heap::new(&types().continuation, Continuation { then, state });
        *Frame::registers(frame).add(HOLDER) = holder.into_value();
        vm.frame = frame;
        // What natives ask of natives nests natively; beyond any limit, that is what the continuation is told.
        let entered = vm.enter_native("");
        if entered.is_ok() && (*frame).depth <= vm.recursion_limit {
            start(vm, frame, first);
        } else {
            if entered.is_ok() {
                vm.recursion_error("");
            }
            fail(vm, frame);
        }
        if entered.is_ok() {
            vm.leave_native();
        }
    }
    Ok(Called::Entered)
}

/// Resumes a generator for somebody who is not served by a resumption itself: its end is StopIteration.
pub(super) fn resume(vm: &mut Vm, generator: Value, action: Resume, delivery: Delivery) -> Res<Called> {
    begin(vm, Request::Resume { generator, action }, give_item, Value::NONE, delivery)
}

/// Begins what the continuation of `frame` waits for, which is the running frame afterwards unless that was done at
/// once.
///
/// # Safety
/// `frame` is a continuation's, and the running one.
unsafe fn start(vm: &mut Vm, frame: *mut Frame, request: Request) {
    // SAFETY: promised by the caller; the stub has these instructions and registers.
    unsafe {
        let code = (*frame).code().instrs.as_ptr();
        (*frame).pc = code.add(RESUMED);
        let called = match request {
            Request::Resume { generator, action } => generator::resume_then(vm, generator, action, RESULT),
            Request::Next { iterator } if class_of(&iterator).is(&types().generator) => {
                generator::resume_then(vm, iterator, Resume::Send(Value::NONE), RESULT)
            }
            request => carry_out(vm, request, Delivery::to(RESULT)),
        };
        match called {
            Ok(Called::Entered) => {}
            Ok(Called::Value(value)) => *Frame::registers(frame).add(usize::from(RESULT)) = value,
            Err(_) => fail(vm, frame),
        }
    }
}

/// Hands the exception in flight to the continuation of `frame`.
///
/// # Safety
/// As `start`.
unsafe fn fail(vm: &mut Vm, frame: *mut Frame) {
    // SAFETY: promised by the caller; the stub has these instructions and registers.
    unsafe {
        let exception = vm.catch();
        *Frame::registers(frame).add(usize::from(RAISED)) = exception;
        (*frame).pc = (*frame).code().instrs.as_ptr().add(HANDLER);
    }
}

/// Notes that what the continuation gets next is what a generator returned.
///
/// # Safety
/// `frame` is a continuation's.
pub(super) unsafe fn mark_returned(frame: *mut Frame) {
    // SAFETY: promised by the caller.
    unsafe { *Frame::registers(frame).add(RETURNED) = Value::TRUE };
}

/// `NativeStep`: what the continuation waited for has come.
#[inline(never)]
pub(super) fn native_step(vm: &mut Vm, instr: Instr) -> Step {
    if instr.x >= waiting::FIRST {
        return waiting::native_step(vm, instr);
    }
    if instr.x >= enquiry::FIRST {
        return enquiry::native_step(vm, instr);
    }
    if instr.x >= lazy::FIRST {
        return lazy::native_step(vm, instr);
    }
    if instr.x >= drain::FEED {
        return drain::native_step(vm, instr);
    }
    let frame = vm.frame;
    // SAFETY: this instruction stands in the stub only, whose frames `begin` made.
    unsafe {
        let registers = Frame::registers(frame);
        let take = |i: u16| std::ptr::replace(registers.add(usize::from(i)), Value::UNSET);
        let Some(holder): Option<Ref<Continuation>> = (*registers.add(HOLDER)).as_ref() else { return Step::Raise };
        let returned = !take(RETURNED as u16).is_unset();
        let outcome = match (instr.x, returned) {
            (0, false) => Outcome::Value(take(RESULT)),
            (0, true) => Outcome::Returned(take(RESULT)),
            _ => Outcome::Raised(take(RAISED)),
        };
        match (holder.then)(vm, &holder.state, outcome) {
            Ok(value) => {
                let step = step::finish(vm, value);
                tracing::choose_loop(vm, step)
            }
            Err(_) => match vm.request.take() {
                None => Step::Raise,
                Some(request) => {
                    let request = match request {
                        Request::Instead { first, then, state } => {
                            let holder = heap::new(&types().continuation, Continuation { then, state });
                            *registers.add(HOLDER) = holder.into_value();
                            *first
                        }
                        request => request,
                    };
                    start(vm, frame, request);
                    if vm.pending_throw.is_some() { generator::take_pending_throw(vm) } else { Step::Enter }
                }
            },
        }
    }
}
