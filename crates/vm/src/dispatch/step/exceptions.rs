//! Raising, matching and handling.

use super::*;
use crate::Args;
use crate::dispatch::settle;
use crate::ops::restart;

#[inline(never)]
pub(in crate::dispatch) fn raise(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    if i.x == 0 {
        let handled = vm.handled.clone();
        if handled.is_none() {
            vm.runtime_error("No active exception to reraise");
        } else {
            vm.rethrow(handled);
            vm.skip_trace = true;
        }
        return Step::Raise;
    }
    let given = regs.read(i.a);
    if i.x == 1 && given.is_kind(Kind::Exception) {
        vm.throw(given);
        return Step::Raise;
    }
    let cause = if i.x == 2 { regs.read(i.b) } else { Value::UNSET };
    let raised = crate::types::exception_defs::ask_raise(vm, &given, cause);
    // What makes the exception raises it in the end, so nothing is ever delivered.
    match settle(vm, raised, Delivery::to(i.a)) {
        Ok(_) => Step::Enter,
        Err(_) => Step::Raise,
    }
}

#[inline(never)]
pub(in crate::dispatch) fn jump_unless_match(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let class = regs.read(i.b);
    // The very class that is caught: no need to look at its bases, nor at what it may say.
    if regs.at(i.a).header().is_some_and(|h| h.kind() == Kind::Exception && h.class_value().is(&class)) {
        return Step::Next;
    }
    let exception = regs.at(i.a).clone();
    match crate::types::exception_defs::matches(vm, &exception, &class) {
        Ok(true) => Step::Next,
        Ok(false) => {
            // SAFETY: the verifier checked the jump.
            unsafe { (*regs.frame).pc = (*regs.frame).pc.offset(i.xc_signed() as isize) };
            Step::Enter
        }
        Err(_) => Step::Raise,
    }
}

#[inline(never)]
pub(in crate::dispatch) fn push_handled(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let exception = regs.at(i.a).clone();
    // SAFETY: the running frame is alive.
    let frame = unsafe { &*regs.frame };
    let before = std::mem::replace(&mut vm.handled, exception);
    // In a generator the outermost handler gives way to whatever the resumer handles by then.
    let marker = frame.is_generator() && before.is(&generator::base_handled(vm, frame));
    regs.set(i.a + 1, if marker { Value::UNSET } else { before });
    Step::Next
}

#[inline(never)]
pub(in crate::dispatch) fn pop_handled(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let kept = regs.take(i.a + 1);
    // SAFETY: the running frame is alive.
    let frame = unsafe { &*regs.frame };
    let before = if kept.is_unset() { generator::base_handled(vm, frame) } else { kept };
    let exception = std::mem::replace(&mut vm.handled, before);
    drop(exception);
    drop(regs.take(i.a));
    Step::Next
}

#[inline(never)]
pub(in crate::dispatch) fn end_async_for(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let exception = regs.take(i.a);
    if class_of(&exception).is_subclass_of(&types().exceptions.StopAsyncIteration) {
        drop(exception);
        // SAFETY: the verifier checked the jump.
        unsafe { (*regs.frame).pc = (*regs.frame).pc.offset(i.bc_signed() as isize) };
        return Step::Enter;
    }
    vm.rethrow(exception);
    vm.skip_trace = true;
    Step::Raise
}

#[inline(never)]
pub(in crate::dispatch) fn match_exc_star(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let args = [regs.at(i.b).clone(), regs.read(i.c)];
    let result = restart::begin(vm, Args::positional(&args), crate::types::exception_defs::match_star);
    settled(vm, i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn prep_reraise_star(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let args = [regs.at(i.b).clone(), regs.read(i.c)];
    let result = restart::begin(vm, Args::positional(&args), crate::types::exception_defs::prepare_reraise);
    settled(vm, i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn exc_triple(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let exception = regs.at(i.b).clone();
    let traceback = exception.downcast::<Exception>().map_or(Value::NONE, |e| e.traceback().clone());
    regs.set(i.a, class_of(&exception).value().clone());
    regs.set(i.a + 1, exception);
    regs.set(i.a + 2, traceback);
    Step::Next
}
