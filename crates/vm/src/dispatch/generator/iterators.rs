//! `yield from` and `await` over what is no generator: futures, iterators in the language, whatever has `send` and `throw`.

use super::*;

/// What a `YieldFrom` asked of an iterator that is no generator: the answer, or a frame that will give it. An exception
/// may be pending afterwards.
pub(super) unsafe fn ask_iterator(vm: &mut Vm, frame: *mut Frame, instr: Instr, called: Res<Called>) -> Step {
    // SAFETY: passed on from the callers.
    unsafe {
        match called {
            Ok(Called::Entered) => Step::Enter,
            Ok(Called::Value(value)) => after_iterator(vm, frame, instr, Ok(value)),
            Err(thrown) => after_iterator(vm, frame, instr, Err(thrown)),
        }
    }
}

/// A frame ended that a `YieldFrom` asked; `hold` is the exception to be raised once the iterator is closed, if it was for
/// that.
///
/// # Safety
/// The running frame stands behind the `YieldFrom`.
pub(in crate::dispatch) unsafe fn iterator_answered(vm: &mut Vm, instr: Instr, hold: &Value, result: Res) -> Step {
    let frame = vm.frame;
    // SAFETY: promised by the caller.
    unsafe {
        if hold.is_none() {
            return after_iterator(vm, frame, instr, result);
        }
        if result.is_ok() {
            return raise_at_delegate(vm, frame, instr, hold.clone());
        }
        after_iterator(vm, frame, instr, result)
    }
}

/// Raises what was thrown where the frame waits for an iterator that is told nothing of it: StopIteration is a result
/// even so.
pub(super) unsafe fn raise_at_delegate(vm: &mut Vm, frame: *mut Frame, instr: Instr, exception: Value) -> Step {
    // SAFETY: passed on from the callers.
    unsafe {
        raise_in_leaf(vm, frame, exception);
        after_iterator(vm, frame, instr, Err(Thrown))
    }
}

/// Whether a future in the place of an iterator is one that `GetAwaitable` left as it is.
pub(in crate::dispatch) fn waits_natively(vm: &mut Vm, future: &Value) -> bool {
    let class = crate::class_of(future).clone();
    class.has(crate::objects::class_flags::BUILTIN) || !vm.has_attr_on_class(&class, &names().__next__)
}

/// `await` of a future: yields the future itself while it is pending, then is done with its result.
pub(super) unsafe fn await_future(vm: &mut Vm, frame: *mut Frame, instr: Instr, waited: Value) -> Step {
    let Some(future) = crate::objects::Future::of(&waited) else { return Step::Raise };
    let result = if future.is_pending() {
        if !future.blocking.replace(true) {
            return yield_slow(vm, waited);
        }
        Err(vm.runtime_error("await wasn't used with future"))
    } else {
        (vm.futures.result)(vm, &waited)
    };
    // SAFETY: the frame stands at this instruction; the verifier checked its registers.
    unsafe {
        let registers = Frame::registers(frame);
        drop(std::ptr::replace(registers.add(usize::from(instr.b)), Value::UNSET));
        match result {
            Ok(value) => {
                drop(std::ptr::replace(registers.add(usize::from(instr.a)), value));
                Step::Enter
            }
            Err(_) => Step::Raise,
        }
    }
}

/// What an iterator that is no generator gave: yielded further, or its end.
pub(super) unsafe fn after_iterator(vm: &mut Vm, frame: *mut Frame, instr: Instr, result: Res) -> Step {
    // SAFETY: passed on from `yield_from`.
    unsafe {
        match result {
            Ok(value) => yield_slow(vm, value),
            Err(_) if vm.thrown_is(&types().exceptions.StopIteration) => {
                let exception = vm.catch();
                let value = crate::types::exception_defs::stop_value(&exception);
                let registers = Frame::registers(frame);
                drop(std::ptr::replace(registers.add(usize::from(instr.a)), value));
                drop(std::ptr::replace(registers.add(usize::from(instr.b)), Value::UNSET));
                Step::Enter
            }
            Err(_) => {
                drop(std::ptr::replace(Frame::registers(frame).add(usize::from(instr.b)), Value::UNSET));
                Step::Raise
            }
        }
    }
}

/// The exception that `throw` or `close` left for the leaf: raises it there, or in what the leaf waits for.
#[inline(never)]
pub(in crate::dispatch) fn take_pending_throw(vm: &mut Vm) -> Step {
    let mut step = Step::Enter;
    // What the leaf waits for may be something that has to be thrown into in its turn.
    while let Some(exception) = vm.pending_throw.take() {
        step = throw_into_leaf(vm, exception);
    }
    step
}

pub(super) fn throw_into_leaf(vm: &mut Vm, exception: Value) -> Step {
    let frame = vm.frame;
    // SAFETY: the running frame is the leaf of a chain that was just entered.
    unsafe {
        let code = &*(*frame).code;
        if (*frame).pc != code.instrs.as_ptr() {
            let instr: Instr = *(*frame).pc.sub(1);
            if instr.op == Op::YieldFrom {
                return throw_into_iterator(vm, frame, instr, exception);
            }
        }
        raise_in_leaf(vm, frame, exception)
    }
}

/// The leaf waits for an iterator: one unlinked, an awaitable, or no generator at all.
pub(super) unsafe fn throw_into_iterator(vm: &mut Vm, frame: *mut Frame, instr: Instr, exception: Value) -> Step {
    // SAFETY: passed on from `take_pending_throw`.
    unsafe {
        let iterator = awaited(Frame::registers(frame).add(usize::from(instr.b)));
        if iterator.is_unset() {
            return raise_in_leaf(vm, frame, exception);
        }
        if matches!(iterator.kind(), Some(Kind::Future | Kind::Task)) && waits_natively(vm, &iterator) {
            return raise_at_delegate(vm, frame, instr, exception);
        }
        if is_exit(&exception) {
            let delivery = Delivery::holding(Mode::Operator, 0, exception.clone());
            let closed = match vm.find_attr(&iterator, &names().close) {
                Ok(Some(close)) => begin(vm, close, &Window::of(&mut []), delivery),
                Ok(None) => Ok(Called::Value(Value::NONE)),
                Err(thrown) => Err(thrown),
            };
            return match closed {
                Ok(Called::Entered) => Step::Enter,
                Ok(Called::Value(value)) => iterator_answered(vm, instr, &exception, Ok(value)),
                Err(thrown) => iterator_answered(vm, instr, &exception, Err(thrown)),
            };
        }
        match iterator.kind() {
            Some(Kind::Generator) => return delegate(vm, frame, iterator, Value::NONE, Some(exception)),
            Some(Kind::AsyncGenOp) => return delegate_async(vm, frame, iterator, Value::NONE, Some(exception)),
            _ => {}
        }
        match vm.find_attr(&iterator, &names().throw) {
            Ok(Some(method)) => {
                let delivery = Delivery::holding(Mode::Operator, 0, Value::NONE);
                let called = begin(vm, method, &Window::of(&mut [exception]), delivery);
                ask_iterator(vm, frame, instr, called)
            }
            Ok(None) => raise_at_delegate(vm, frame, instr, exception),
            Err(_) => Step::Raise,
        }
    }
}
