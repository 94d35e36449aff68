//! Async generators: their awaitables' operations, what they yield, how they end.

use super::*;

/// Resumes the async generator behind an awaitable, for a script or native code that drives the awaitable by hand.
pub(super) fn operate(
    vm: &mut Vm,
    target: Value,
    sent: Value,
    thrown: Option<Value>,
    delivery: Delivery,
) -> Res<Called> {
    let Some(op) = target.as_ref::<AsyncGenOp>() else { return Err(vm.system_error("not an awaitable")) };
    let begun = op.state.get() == AsyncGenOpState::Running;
    let (sent, exception) = begin_op(vm, &op, sent, thrown)?;
    let generator_value = op.generator.clone();
    let generator = generator_of(&generator_value);
    if let Some(ended) = op_on_finished(vm, &op, generator, exception.as_ref())? {
        return Ok(Called::Value(ended));
    }
    check_resumable(vm, generator)?;
    if !begun {
        generator.set_async_running(true);
    }
    // SAFETY: an async generator is resumed by its awaitables only, one at a time; `hold` keeps it alive.
    unsafe {
        let hold = target.clone();
        let leaf = enter(vm, generator, Mode::AsyncSend, hold, &delivery)?;
        match exception {
            Some(exception) => {
                vm.frame = leaf;
                start_throw(vm, leaf, exception);
            }
            None => {
                deliver_sent(leaf, sent);
                vm.frame = leaf;
            }
        }
    }
    Ok(Called::Entered)
}

/// The checks at each resumption of an awaitable; gives what to send or throw.
pub(in crate::dispatch) fn begin_op(
    vm: &mut Vm,
    op: &AsyncGenOp,
    sent: Value,
    thrown: Option<Value>,
) -> Res<(Value, Option<Value>)> {
    let what = match op.action {
        AsyncGenAction::Send => "__anext__()/asend()",
        _ => "aclose()/athrow()",
    };
    match op.state.get() {
        AsyncGenOpState::Done => Err(vm.runtime_error(format!("cannot reuse already awaited {what}"))),
        AsyncGenOpState::Running => Ok((sent, thrown)),
        AsyncGenOpState::Created => {
            let generator = generator_of(&op.generator);
            if generator.is_async_running() {
                op.state.set(AsyncGenOpState::Done);
                let name = match op.action {
                    AsyncGenAction::Send => "anext()",
                    AsyncGenAction::Throw => "athrow()",
                    AsyncGenAction::Close => "aclose()",
                };
                return Err(vm.runtime_error(format!("{name}: asynchronous generator is already running")));
            }
            op.state.set(AsyncGenOpState::Running);
            if thrown.is_some() {
                return Ok((Value::NONE, thrown));
            }
            if op.action == AsyncGenAction::Send {
                let first = op.argument.replace(Value::NONE);
                let value = if sent.is_none() { first } else { sent };
                if generator.state() == GenState::Created && !value.is_none() {
                    op.state.set(AsyncGenOpState::Done);
                    return Err(vm.type_error("can't send non-None value to a just-started async generator"));
                }
                return Ok((value, None));
            }
            let exception = op.argument.replace(Value::NONE);
            Ok((Value::NONE, Some(exception)))
        }
    }
}

/// What an awaitable gives if its async generator is over (or was never begun and is being closed).
pub(in crate::dispatch) fn op_on_finished(
    vm: &mut Vm,
    op: &AsyncGenOp,
    generator: &Generator,
    exception: Option<&Value>,
) -> Res<Option<Value>> {
    let closing = op.action == AsyncGenAction::Close;
    if generator.state() == GenState::Created && closing && exception.is_some_and(is_exit) {
        generator.set_async_closed();
        // SAFETY: not running.
        unsafe { finish_registers(generator.frame_ptr()) };
    }
    if generator.state() != GenState::Finished {
        return Ok(None);
    }
    op.state.set(AsyncGenOpState::Done);
    match (closing, exception) {
        (true, _) => Err(vm.stop_iteration(Value::NONE)),
        (false, Some(exception)) if op.action == AsyncGenAction::Throw && !generator.is_async_closed() => {
            Err(vm.rethrow(exception.clone()))
        }
        _ => {
            let class = types().exceptions.StopAsyncIteration.clone();
            Err(vm.raise_with(&class, Vec::new()))
        }
    }
}

/// The operation that waits for an async generator: what its delegating frame holds, or the hold of a script's.
pub(super) unsafe fn op_of(mode: Mode, prev: *mut Frame, hold: &Value) -> Option<crate::heap::Ref<AsyncGenOp>> {
    if mode == Mode::AsyncSend {
        return hold.as_ref();
    }
    // SAFETY: the delegating frame stands at its `YieldFrom`.
    unsafe {
        let instr: Instr = *(*prev).pc.sub(1);
        (*Frame::registers(prev).add(usize::from(instr.b))).as_ref()
    }
}

pub(super) unsafe fn end_of_async(
    vm: &mut Vm,
    frame: *mut Frame,
    mode: Mode,
    prev: *mut Frame,
    root: *mut Frame,
    hold: &Value,
) -> Step {
    // SAFETY: passed on from `finish`.
    unsafe {
        let generator = Generator::of_frame(frame);
        generator.set_async_running(false);
        generator.set_async_closed();
        let op = op_of(mode, prev, hold);
        let closing = op.as_ref().is_some_and(|op| op.action == AsyncGenAction::Close);
        if let Some(op) = &op {
            op.state.set(AsyncGenOpState::Done);
        }
        if mode == Mode::AsyncDelegate {
            drop(give_back_handled(vm, prev, root, hold));
            if closing {
                return finish_delegation(vm, prev, root, Value::NONE);
            }
            (*prev).link = root;
            clear_delegate(prev);
        }
        if closing {
            vm.stop_iteration(Value::NONE);
        } else {
            let class = types().exceptions.StopAsyncIteration.clone();
            vm.raise_with(&class, Vec::new());
        }
        if mode == Mode::AsyncDelegate { Step::Raise } else { raise_in_resumer(vm, frame) }
    }
}

/// Links the async generator behind an awaitable as the frame's delegate.
pub(super) unsafe fn delegate_async(
    vm: &mut Vm,
    frame: *mut Frame,
    target: Value,
    sent: Value,
    thrown: Option<Value>,
) -> Step {
    // SAFETY: the frame holds the awaitable, which holds the generator.
    unsafe {
        let Some(op) = target.as_ref::<AsyncGenOp>() else { return Step::Raise };
        let (sent, exception) = match begin_op(vm, &op, sent, thrown) {
            Ok(pair) => pair,
            Err(_) => {
                clear_delegate(frame);
                return Step::Raise;
            }
        };
        let generator = generator_of(&op.generator);
        match op_on_finished(vm, &op, generator, exception.as_ref()) {
            Ok(_) => {}
            Err(_) if vm.thrown_is(&types().exceptions.StopIteration) => {
                drop(vm.catch());
                let root = (*frame).link;
                return finish_delegation(vm, frame, root, Value::NONE);
            }
            Err(_) => {
                clear_delegate(frame);
                return Step::Raise;
            }
        }
        generator.set_async_running(true);
        if check_resumable(vm, generator).is_err() {
            clear_delegate(frame);
            return Step::Raise;
        }
        match link(vm, frame, generator, Mode::AsyncDelegate) {
            Ok(leaf) => resume_leaf(vm, leaf, sent, exception),
            Err(_) => Step::Raise,
        }
    }
}

/// `yield` in an async generator: ends the awaitable that runs it.
#[inline(never)]
pub(in crate::dispatch) fn async_yield(vm: &mut Vm, value: Value) -> Step {
    let frame = vm.frame;
    // SAFETY: the running frame is an async generator's; whoever awaits it is alive.
    unsafe {
        let generator = Generator::of_frame(frame);
        let mode = (*frame).mode;
        let (prev, root) = ((*frame).prev, (*frame).link);
        let hold = (*frame).take_hold();
        let op = op_of(mode, prev, &hold);
        generator.set_async_running(false);
        if let Some(op) = &op {
            op.state.set(AsyncGenOpState::Done);
        }
        let ignored = op.as_ref().is_some_and(|op| op.action == AsyncGenAction::Close);
        (*frame).link = frame;
        if mode == Mode::AsyncDelegate {
            (*frame).flags &= !frame_flags::DELEGATED;
            let own = give_back_handled(vm, prev, root, &hold);
            if suspended_in_handler(frame) {
                generator.set_handled(own);
            }
            if ignored {
                (*prev).link = root;
                vm.frame = prev;
                clear_delegate(prev);
                vm.runtime_error("async generator ignored GeneratorExit");
                return Step::Raise;
            }
            return finish_delegation(vm, prev, root, value);
        }
        generator.set_state(GenState::Suspended);
        leave(vm, frame, true);
        vm.frame = prev;
        if ignored {
            vm.runtime_error("async generator ignored GeneratorExit");
        } else {
            vm.stop_iteration(value);
        }
        let step = raise_in_resumer(vm, frame);
        drop(hold);
        step
    }
}
