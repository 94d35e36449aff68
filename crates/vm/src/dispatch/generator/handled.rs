//! Which exception is being handled where chains of generators are entered, left and thrown into.

use super::*;

/// Gives back the resumer's handled exception when a chain stops running.
///
/// # Safety
/// `root` is the root of the chain that was running.
pub(in crate::dispatch) unsafe fn leave(vm: &mut Vm, root: *mut Frame, suspended: bool) {
    // SAFETY: promised by the caller.
    unsafe {
        let base = if (*root).flags & frame_flags::SAVED_HANDLED != 0 {
            (*root).flags &= !frame_flags::SAVED_HANDLED;
            vm.saved_handled.pop().unwrap_or(Value::NONE)
        } else {
            Value::NONE
        };
        if vm.handled.is(&base) && (base.is_none() || !suspended || !stands_in_handler(root)) {
            return;
        }
        let own = std::mem::replace(&mut vm.handled, base);
        if suspended {
            Generator::of_frame(root).set_handled(own);
        }
    }
}

/// Whether some frame of a suspended chain stands in a handler: it may handle the very exception its resumer handles.
///
/// # Safety
/// `root` is the root of the chain, already linked with its leaf.
pub(super) unsafe fn stands_in_handler(root: *mut Frame) -> bool {
    // SAFETY: promised by the caller; the instruction before the pc of each frame suspended it.
    unsafe {
        let mut frame = (*root).link;
        loop {
            if suspended_in_handler(frame) {
                return true;
            }
            if (*frame).flags & frame_flags::DELEGATED == 0 {
                return false;
            }
            frame = (*frame).prev;
        }
    }
}

/// Whether the instruction that suspended a frame stands in a handler.
///
/// # Safety
/// The frame is alive.
pub(super) unsafe fn suspended_in_handler(frame: *mut Frame) -> bool {
    // SAFETY: promised by the caller; a pc behind the first instruction has one before it.
    unsafe {
        if (*frame).pc == (*(*frame).code).instrs.as_ptr() {
            return false;
        }
        let instr: Instr = *(*frame).pc.sub(1);
        matches!(instr.op, Op::Yield | Op::YieldFrom | Op::AsyncGenYield) && instr.x & 1 != 0
    }
}

/// Raises in a suspended frame what was thrown into it: its context is what the frame itself handles, if anything.
///
/// # Safety
/// As `suspended_in_handler`.
pub(super) unsafe fn raise_in_leaf(vm: &mut Vm, frame: *mut Frame, exception: Value) -> Step {
    // SAFETY: promised by the caller.
    if unsafe { suspended_in_handler(frame) } {
        vm.throw(exception);
    } else {
        vm.rethrow(exception);
    }
    Step::Raise
}

/// What was thrown through a delegate gets the exception that the delegating frame handles as its context, unless it
/// has one.
///
/// # Safety
/// `frame` is the delegating frame.
pub(in crate::dispatch) unsafe fn chain_thrown(vm: &mut Vm, frame: *mut Frame) {
    let bare = vm.thrown.downcast::<Exception>().is_some_and(|e| e.context.get().is_none());
    // SAFETY: promised by the caller.
    if bare && unsafe { suspended_in_handler(frame) } {
        let exception = vm.catch();
        vm.throw(exception);
    }
}

/// What the chain's outermost handler gives way to: the resumer's handled exception.
pub(in crate::dispatch) fn base_handled(vm: &Vm, frame: &Frame) -> Value {
    // SAFETY: the root of a running chain is alive.
    if frame.is_generator() { unsafe { base_in_chain(vm, frame, frame.link) } } else { Value::NONE }
}

/// The same for any frame of the running chain of `root`.
///
/// # Safety
/// `root` is the root of the running chain.
pub(super) unsafe fn base_in_chain(vm: &Vm, frame: &Frame, root: *mut Frame) -> Value {
    if frame.mode == Mode::AsyncDelegate && !frame.hold().is_unset() {
        return frame.hold().clone();
    }
    // SAFETY: promised by the caller.
    let saved = unsafe { (*root).flags & frame_flags::SAVED_HANDLED != 0 };
    if saved { vm.saved_handled.last().cloned().unwrap_or(Value::NONE) } else { Value::NONE }
}

/// A delegate stops: its delegating frame handles again what it handled when it began to wait (`hold`). Gives what
/// the delegate handled.
///
/// # Safety
/// `prev` is the delegating frame, in the running chain of `root`.
pub(in crate::dispatch) unsafe fn give_back_handled(
    vm: &mut Vm,
    prev: *mut Frame,
    root: *mut Frame,
    hold: &Value,
) -> Value {
    // SAFETY: promised by the caller.
    let before = if hold.is_unset() { unsafe { base_in_chain(vm, &*prev, root) } } else { hold.clone() };
    std::mem::replace(&mut vm.handled, before)
}
