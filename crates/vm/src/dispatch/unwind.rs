//! Exceptions on their way: to a handler of the frame, or out of it to whoever waits for it.

use super::generator::{self, clear_delegate, continue_close, exhausted, hand_over, leave, raise_in_resumer};
use super::{Step, call, tracing};
use crate::frame::{Frame, GenKind, Generator, Mode, frame_flags};
use crate::objects::{AsyncGenOp, AsyncGenOpState, CodeObject, Exception, NOT_BEGUN};
use crate::value::Value;
use crate::{Vm, class_of, types};
use weft_bytecode::Instr;

/// Carries the exception in flight to the next handler.
#[inline(never)]
pub(super) fn unwind(vm: &mut Vm) -> Step {
    loop {
        debug_assert!(!vm.thrown.is_unset(), "an exception flies");
        let frame = vm.frame;
        // SAFETY: the running frame is alive, and its handlers were verified.
        unsafe {
            let code: &CodeObject = &*(*frame).code;
            // What is thrown into a generator that has not begun meets none of its handlers.
            let begun = (*frame).pc != code.instrs.as_ptr();
            let pc = if begun { (*frame).current() } else { NOT_BEGUN };
            // After `Reraise` the traceback has this frame already.
            let anew = !std::mem::take(&mut vm.skip_trace);
            if anew {
                add_traceback(vm, &*frame, pc);
            }
            if vm.tracing.is_some() {
                tracing::raised(vm, anew);
            }
            if let Some(handler) = code.code.handler(pc) {
                let registers = Frame::registers(frame);
                for i in usize::from(code.first_temp)..usize::from(code.registers) {
                    drop(std::ptr::replace(registers.add(i), Value::UNSET));
                }
                let exception = vm.catch();
                drop(std::ptr::replace(registers.add(usize::from(handler.exc)), exception));
                (*frame).pc = code.instrs.as_ptr().add(handler.target as usize);
                return Step::Enter;
            }
            if vm.tracing.is_some() {
                tracing::left(vm);
            }
            match leave_frame(vm, frame) {
                Step::Raise => {}
                step => return step,
            }
        }
    }
}

fn add_traceback(vm: &mut Vm, frame: &Frame, pc: u32) {
    let Some(exception) = vm.thrown.downcast::<Exception>() else { return };
    if super::is_hidden(frame) {
        return;
    }
    exception.passes(&frame.function, frame.function().code.get(), pc);
}

/// Gives an exception without a traceback the running frame as its traceback, if there is one.
pub(super) fn trace_here(vm: &mut Vm) {
    let untraced = vm.thrown.downcast::<Exception>().is_some_and(|e| !e.has_traceback());
    let running = super::visible(vm.frame);
    if untraced && !running.is_null() {
        // SAFETY: the running frame and its callers are alive.
        let frame = unsafe { &*running };
        add_traceback(vm, frame, frame.current());
    }
}

/// No handler in this frame: takes it off and says what its caller makes of the exception.
unsafe fn leave_frame(vm: &mut Vm, frame: *mut Frame) -> Step {
    // SAFETY: passed on from `unwind`.
    unsafe {
        if (*frame).is_generator() {
            return leave_generator(vm, frame);
        }
        let mode = (*frame).mode;
        let hold = (*frame).take_hold();
        call::pop_frame(vm, frame);
        match mode {
            Mode::Operator => super::step::refused(vm, &hold),
            Mode::Nested => {
                vm.exit = Some(super::Exit::Raised);
                Step::Exit
            }
            Mode::ForNext if vm.thrown_is(&types().exceptions.StopIteration) => {
                let exception = vm.catch();
                if vm.tracing.is_some() && tracing::stopped(vm, exception).is_err() {
                    return Step::Raise;
                }
                exhausted(vm.frame);
                Step::Enter
            }
            _ => Step::Raise,
        }
    }
}

/// PEP 479: StopIteration doesn't leave a generator's body.
fn convert_stop(vm: &mut Vm, generator: &Generator) {
    let exceptions = &types().exceptions;
    let word = generator.kind().word();
    let what = if vm.thrown_is(&exceptions.StopIteration) {
        "StopIteration"
    } else if generator.kind() == GenKind::AsyncGenerator && vm.thrown_is(&exceptions.StopAsyncIteration) {
        "StopAsyncIteration"
    } else {
        return;
    };
    let cause = vm.catch();
    let error = Exception::create(&exceptions.RuntimeError, vec![Value::from(format!("{word} raised {what}"))]);
    error.cause.set(cause.clone());
    error.context.set(cause);
    error.suppress_context.set(true);
    vm.rethrow(error.into_value());
}

unsafe fn leave_generator(vm: &mut Vm, frame: *mut Frame) -> Step {
    // SAFETY: passed on from `unwind`; whoever resumed or delegates to the generator is alive.
    unsafe {
        convert_stop(vm, Generator::of_frame(frame));
        let mode = (*frame).mode;
        let (prev, root) = ((*frame).prev, (*frame).link);
        let delegated = (*frame).flags & frame_flags::DELEGATED != 0;
        (*frame).flags &= !frame_flags::DELEGATED;
        if !delegated {
            leave(vm, frame, false);
        }
        generator::finish_registers(frame);
        vm.frame = prev;
        let hold = (*frame).take_hold();
        let exceptions = &types().exceptions;
        let exit = vm.thrown_is(&exceptions.GeneratorExit);
        let step = match mode {
            Mode::Delegate => {
                (*prev).link = root;
                generator::chain_thrown(vm, prev);
                clear_delegate(prev);
                Step::Raise
            }
            Mode::CloseDelegate => {
                (*prev).link = root;
                if exit || vm.thrown_is(&exceptions.StopIteration) {
                    drop(vm.catch());
                    continue_close(vm, prev)
                } else {
                    (*root).flags &= !frame_flags::CLOSING;
                    clear_delegate(prev);
                    Step::Raise
                }
            }
            Mode::Close if exit || vm.thrown_is(&exceptions.StopIteration) => {
                drop(vm.catch());
                hand_over(vm, super::is_nested(frame), (*frame).dst, Value::NONE)
            }
            Mode::AsyncDelegate | Mode::AsyncSend => {
                leave_async(vm, frame, mode, prev, root, &hold);
                if mode == Mode::AsyncDelegate { closed_async(vm, prev) } else { raise_in_resumer(vm, frame) }
            }
            _ => raise_in_resumer(vm, frame),
        };
        drop(hold);
        step
    }
}

/// An async generator ended by an exception: settles its awaitable.
unsafe fn leave_async(vm: &mut Vm, frame: *mut Frame, mode: Mode, prev: *mut Frame, root: *mut Frame, hold: &Value) {
    // SAFETY: passed on from `leave_generator`.
    unsafe {
        let generator = Generator::of_frame(frame);
        generator.set_async_running(false);
        generator.set_async_closed();
        let op = if mode == Mode::AsyncSend {
            hold.as_ref::<AsyncGenOp>()
        } else {
            let instr: Instr = *(*prev).pc.sub(1);
            (*Frame::registers(prev).add(usize::from(instr.b))).as_ref::<AsyncGenOp>()
        };
        if mode == Mode::AsyncDelegate {
            (*prev).link = root;
            drop(generator::give_back_handled(vm, prev, root, hold));
        }
        let Some(op) = op else { return };
        op.state.set(AsyncGenOpState::Done);
        let exceptions = &types().exceptions;
        let swallowed = op.action == crate::objects::AsyncGenAction::Close
            && (vm.thrown_is(&exceptions.GeneratorExit) || vm.thrown_is(&exceptions.StopAsyncIteration));
        if swallowed {
            drop(vm.catch());
            vm.stop_iteration(Value::NONE);
        }
    }
}

/// After `leave_async` for a delegating frame: the end of `aclose()` is a result there, anything else is raised.
unsafe fn closed_async(vm: &mut Vm, prev: *mut Frame) -> Step {
    // SAFETY: the delegating frame stands at its `YieldFrom`.
    unsafe {
        clear_delegate(prev);
        if class_of(&vm.thrown).is(&types().exceptions.StopIteration) {
            drop(vm.catch());
            let instr: Instr = *(*prev).pc.sub(1);
            drop(std::ptr::replace(Frame::registers(prev).add(usize::from(instr.a)), Value::NONE));
            return Step::Enter;
        }
        Step::Raise
    }
}
