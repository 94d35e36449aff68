//! Suspension: resuming, yielding, delegating, throwing into and closing generators, coroutines and async generators.
//! `crate::frame` explains the links.

use super::call::{Called, Window, begin};
use super::{Step, is_nested, native};
use crate::frame::{Delivery, Frame, GenKind, GenState, Generator, Mode, frame_flags};
use crate::heap::Kind;
use crate::objects::{AsyncGenAction, AsyncGenOp, AsyncGenOpState, Exception, tuple};
use crate::value::Value;
use crate::{Res, Resume, Thrown, Vm, names, types};
use weft_bytecode::{Instr, Op};

/// Carries out a request to resume. `delivery` is of mode `Call`, or `Nested` for native code.
pub(crate) fn resume(vm: &mut Vm, target: Value, action: Resume, delivery: Delivery) -> Res<Called> {
    if !matches!(delivery.get_mode(), Mode::Call | Mode::Nested) {
        // Some other delivery waits: a `ForIter` over what has a generator's `__next__`, say.
        return super::continuation::resume(vm, target, action, delivery);
    }
    match action {
        Resume::Operate(sent) => super::generator::operate(vm, target, sent, None, delivery),
        Resume::OperateThrow(exception) => operate(vm, target, Value::NONE, Some(exception), delivery),
        Resume::Send(sent) => send(vm, target, sent, Mode::Send, None, delivery),
        Resume::Next(default) => send(vm, target, Value::NONE, Mode::NextDefault, Some(default), delivery),
        Resume::Throw(exception) => throw(vm, target, exception, Mode::Send, delivery),
        Resume::Close => close(vm, target, delivery),
    }
}

/// Resumes a generator for the continuation that waits in the running frame.
pub(super) fn resume_then(vm: &mut Vm, target: Value, action: Resume, dst: u16) -> Res<Called> {
    match action {
        Resume::Send(sent) => send(vm, target, sent, Mode::Then, None, Delivery::to(dst)),
        Resume::Throw(exception) => throw(vm, target, exception, Mode::Then, Delivery::to(dst)),
        other => resume(vm, target, other, Delivery::to(dst)),
    }
}

fn generator_of(target: &Value) -> &'static Generator {
    // SAFETY: callers pass generator objects only, and keep them alive by the value.
    unsafe { &*(target.downcast_unchecked::<Generator>() as *const Generator) }
}

/// Checks that a generator can be resumed, and takes it out of a chain that somebody else could resume.
fn check_resumable(vm: &mut Vm, generator: &Generator) -> Res<()> {
    let frame = generator.frame_ptr();
    // SAFETY: the frame belongs to a live generator, and so do those it is linked with.
    unsafe {
        if (*frame).flags & frame_flags::DELEGATED != 0 {
            let root = root_of(frame);
            if Generator::of_frame(root).state() == GenState::Running {
                return Err(already_running(vm, generator));
            }
            unlink(frame, root);
            return Ok(());
        }
    }
    if generator.state() == GenState::Running { Err(already_running(vm, generator)) } else { Ok(()) }
}

/// The outermost generator of a suspended chain.
///
/// # Safety
/// `frame` is a generator's.
unsafe fn root_of(mut frame: *mut Frame) -> *mut Frame {
    // SAFETY: `prev` of a delegated frame is the delegating one, which is alive because it holds the delegate.
    unsafe {
        while (*frame).flags & frame_flags::DELEGATED != 0 {
            frame = (*frame).prev;
        }
        frame
    }
}

/// Makes the delegating frame the leaf of its chain: its `YieldFrom` will find the delegate anew.
///
/// # Safety
/// `frame` is delegated, in a suspended chain with this root.
unsafe fn unlink(frame: *mut Frame, root: *mut Frame) {
    // SAFETY: promised by the caller.
    unsafe {
        let delegator = (*frame).prev;
        let leaf = (*root).link;
        (*frame).flags &= !frame_flags::DELEGATED;
        (*frame).link = leaf;
        (*root).link = delegator;
    }
}

#[cold]
fn already_running(vm: &mut Vm, generator: &Generator) -> Thrown {
    let word = match generator.kind() {
        GenKind::AsyncGenerator => "async generator",
        kind => kind.word(),
    };
    vm.value_error(format!("{word} already executing"))
}

/// Makes the chain of `generator` run: saves the handled exception, links root and resumer. Gives the leaf.
///
/// # Safety
/// The generator is resumable (checked).
pub(super) unsafe fn enter(
    vm: &mut Vm,
    generator: &Generator,
    mode: Mode,
    hold: Value,
    delivery: &Delivery,
) -> Res<*mut Frame> {
    // SAFETY: the generator is live; all its frames are its own or held by it.
    unsafe {
        let root = generator.frame_ptr();
        let depth = if vm.frame.is_null() { 0 } else { (*vm.frame).depth };
        if depth >= vm.recursion_limit {
            return Err(vm.recursion_error(""));
        }
        let leaf = (*root).link;
        (*root).prev = vm.frame;
        (*root).mode = mode;
        (*root).dst = delivery.dst();
        (*root).depth = depth + 1;
        (*leaf).depth = depth + 1;
        (*root).link = root;
        (*leaf).link = root;
        let own = generator.take_handled();
        drop((*root).swap_hold(hold));
        (*root).flags = (*root).flags & !frame_flags::NESTED
            | if delivery.get_mode() == Mode::Nested { frame_flags::NESTED } else { 0 };
        generator.set_state(GenState::Running);
        if !vm.handled.is_none() || !own.is_unset() {
            let base = vm.handled.clone();
            if !own.is_unset() {
                vm.handled = own;
            }
            vm.saved_handled.push(base);
            (*root).flags |= frame_flags::SAVED_HANDLED;
        }
        Ok(leaf)
    }
}

/// Enters a generator that native code wants the next item of, if there is nothing to look after but the links.
///
/// # Safety
/// `target` is a generator object that stays alive while it runs.
pub(super) unsafe fn enter_for_native(vm: &mut Vm, target: &Value) -> bool {
    let generator = generator_of(target);
    let root = generator.frame_ptr();
    // SAFETY: promised by the caller.
    unsafe {
        let depth = if vm.frame.is_null() { 0 } else { (*vm.frame).depth };
        let ready = match generator.state() {
            GenState::Created => true,
            GenState::Suspended => (*(*(*root).link).pc.sub(1)).op == Op::Yield,
            _ => false,
        };
        let quiet = (*root).flags & !frame_flags::NESTED == frame_flags::GENERATOR && vm.handled.is_none();
        if !ready || !quiet || depth >= vm.recursion_limit || vm.native_is_exhausted() {
            return false;
        }
        let leaf = (*root).link;
        (*root).prev = vm.frame;
        (*root).mode = Mode::Next;
        (*root).depth = depth + 1;
        (*root).link = root;
        (*leaf).link = root;
        (*root).flags |= frame_flags::NESTED;
        generator.set_state(GenState::Running);
        deliver_sent(leaf, Value::NONE);
        vm.frame = leaf;
    }
    true
}

/// Gives back the resumer's handled exception when a chain stops running.
///
/// # Safety
/// `root` is the root of the chain that was running.
pub(super) unsafe fn leave(vm: &mut Vm, root: *mut Frame, suspended: bool) {
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
unsafe fn stands_in_handler(root: *mut Frame) -> bool {
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
unsafe fn suspended_in_handler(frame: *mut Frame) -> bool {
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
unsafe fn raise_in_leaf(vm: &mut Vm, frame: *mut Frame, exception: Value) -> Step {
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
pub(super) unsafe fn chain_thrown(vm: &mut Vm, frame: *mut Frame) {
    let bare = vm.thrown.downcast::<Exception>().is_some_and(|e| e.context.get().is_none());
    // SAFETY: promised by the caller.
    if bare && unsafe { suspended_in_handler(frame) } {
        let exception = vm.catch();
        vm.throw(exception);
    }
}

/// What the chain's outermost handler gives way to: the resumer's handled exception.
pub(super) fn base_handled(vm: &Vm, frame: &Frame) -> Value {
    // SAFETY: the root of a running chain is alive.
    if frame.is_generator() { unsafe { base_in_chain(vm, frame, frame.link) } } else { Value::NONE }
}

/// The same for any frame of the running chain of `root`.
///
/// # Safety
/// `root` is the root of the running chain.
unsafe fn base_in_chain(vm: &Vm, frame: &Frame, root: *mut Frame) -> Value {
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
pub(super) unsafe fn give_back_handled(vm: &mut Vm, prev: *mut Frame, root: *mut Frame, hold: &Value) -> Value {
    // SAFETY: promised by the caller.
    let before = if hold.is_unset() { unsafe { base_in_chain(vm, &*prev, root) } } else { hold.clone() };
    std::mem::replace(&mut vm.handled, before)
}

/// Puts the value sent where the suspended instruction wants it.
///
/// # Safety
/// `leaf` is a suspended frame.
#[inline(always)]
pub(super) unsafe fn deliver_sent(leaf: *mut Frame, sent: Value) {
    // SAFETY: the instruction before `pc` suspended the frame, and the verifier checked its registers.
    unsafe {
        let code = &*(*leaf).code;
        if (*leaf).pc == code.instrs.as_ptr() {
            return;
        }
        let instr: Instr = *(*leaf).pc.sub(1);
        let registers = Frame::registers(leaf);
        match instr.op {
            Op::Yield | Op::AsyncGenYield => *registers.add(usize::from(instr.a)) = sent,
            Op::YieldFrom => {
                *registers.add(usize::from(instr.c)) = sent;
                (*leaf).pc = (*leaf).pc.sub(1);
            }
            _ => {}
        }
    }
}

fn send(
    vm: &mut Vm,
    target: Value,
    sent: Value,
    mode: Mode,
    default: Option<Value>,
    delivery: Delivery,
) -> Res<Called> {
    let generator = generator_of(&target);
    check_resumable(vm, generator)?;
    match generator.state() {
        GenState::Finished => return finished(vm, generator, default),
        GenState::Created if !sent.is_none() => {
            let word = generator.kind().word();
            return Err(vm.type_error(format!("can't send non-None value to a just-started {word}")));
        }
        _ => {}
    }
    let hold = match default {
        Some(default) => tuple(vec![target.clone(), default]),
        None => target.clone(),
    };
    // SAFETY: just checked; `hold` keeps the generator alive while it runs.
    unsafe {
        let leaf = enter(vm, generator, mode, hold, &delivery)?;
        deliver_sent(leaf, sent);
        vm.frame = leaf;
    }
    Ok(Called::Entered)
}

fn finished(vm: &mut Vm, generator: &Generator, default: Option<Value>) -> Res<Called> {
    if let Some(default) = default {
        return Ok(Called::Value(default));
    }
    match generator.kind() {
        GenKind::Coroutine => Err(vm.runtime_error("cannot reuse already awaited coroutine")),
        _ => Err(vm.stop_iteration(Value::NONE)),
    }
}

fn throw(vm: &mut Vm, target: Value, exception: Value, mode: Mode, delivery: Delivery) -> Res<Called> {
    let generator = generator_of(&target);
    check_resumable(vm, generator)?;
    if generator.state() == GenState::Finished && generator.kind() == GenKind::Coroutine {
        return Err(vm.runtime_error("cannot reuse already awaited coroutine"));
    }
    if generator.state() == GenState::Finished {
        return Err(vm.rethrow(exception));
    }
    // SAFETY: checked above; the value in `hold` keeps the generator alive.
    unsafe {
        // A GeneratorExit waits in `hold` until the delegates are closed.
        let hold = if is_exit(&exception) { tuple(vec![target.clone(), exception.clone()]) } else { target.clone() };
        let leaf = enter(vm, generator, mode, hold, &delivery)?;
        vm.frame = leaf;
        start_throw(vm, leaf, exception);
    }
    Ok(Called::Entered)
}

/// Makes the exception be raised in the leaf as soon as the dispatch loop runs it.
///
/// # Safety
/// `leaf` is the leaf of a chain that was just entered, and `vm.frame`.
unsafe fn start_throw(vm: &mut Vm, leaf: *mut Frame, mut exception: Value) {
    // SAFETY: promised by the caller.
    unsafe {
        if is_exit(&exception) && (*leaf).flags & frame_flags::DELEGATED != 0 {
            (*leaf).mode = if (*leaf).mode == Mode::AsyncDelegate { Mode::AsyncDelegate } else { Mode::CloseDelegate };
            (*(*leaf).link).flags |= frame_flags::CLOSING;
            exception = fresh_exit();
        }
    }
    vm.pending_throw = Some(exception);
}

fn fresh_exit() -> Value {
    Exception::create(&types().exceptions.GeneratorExit, Vec::new()).into_value()
}

fn is_exit(exception: &Value) -> bool {
    crate::class_of(exception).is_subclass_of(&types().exceptions.GeneratorExit)
}

fn close(vm: &mut Vm, target: Value, delivery: Delivery) -> Res<Called> {
    let generator = generator_of(&target);
    check_resumable(vm, generator)?;
    match generator.state() {
        GenState::Finished => return Ok(Called::Value(Value::NONE)),
        GenState::Created => {
            // SAFETY: not running.
            unsafe { finish_registers(generator.frame_ptr()) };
            return Ok(Called::Value(Value::NONE));
        }
        _ => {}
    }
    let exit = fresh_exit();
    // SAFETY: checked above; the value in `hold` keeps the generator alive.
    unsafe {
        let leaf = enter(vm, generator, Mode::Close, target.clone(), &delivery)?;
        vm.frame = leaf;
        start_throw(vm, leaf, exit);
    }
    Ok(Called::Entered)
}

/// Resumes the async generator behind an awaitable, for a script or native code that drives the awaitable by hand.
fn operate(vm: &mut Vm, target: Value, sent: Value, thrown: Option<Value>, delivery: Delivery) -> Res<Called> {
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
pub(super) fn begin_op(
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
pub(super) fn op_on_finished(
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

/// Ends a generator's frame: drops its registers.
///
/// # Safety
/// The frame is a generator's and does not run any more.
pub(crate) unsafe fn finish_registers(frame: *mut Frame) {
    // SAFETY: all registers are initialised; unset ones replace them.
    unsafe {
        let generator = Generator::of_frame(frame);
        generator.set_state(GenState::Finished);
        let count = usize::from((*(*frame).code).registers);
        let registers = Frame::registers(frame);
        for i in 0..count {
            drop(std::ptr::replace(registers.add(i), Value::UNSET));
        }
    }
}

/// As `finish_registers`, at a return: temporaries hold nothing then.
///
/// # Safety
/// As `finish_registers`; the frame stands at a `Return`.
#[inline(always)]
pub(super) unsafe fn finish_locals(frame: *mut Frame) {
    // SAFETY: promised by the caller.
    unsafe {
        Generator::of_frame(frame).set_state(GenState::Finished);
        let registers = Frame::registers(frame);
        for i in 0..usize::from((*(*frame).code).first_temp) {
            drop(std::ptr::replace(registers.add(i), Value::UNSET));
        }
    }
}

/// Hands a value to whoever waits for a root generator: the resumer's register, or native code.
///
/// # Safety
/// `root` has stopped running; `vm.frame` is its resumer.
pub(super) unsafe fn hand_over(vm: &mut Vm, nested: bool, dst: u16, value: Value) -> Step {
    if nested {
        vm.exit = Some(super::Exit::Returned(value));
        return Step::Exit;
    }
    // SAFETY: the resumer is a live frame, and the verifier checked its register number.
    unsafe { drop(std::ptr::replace(Frame::registers(vm.frame).add(usize::from(dst)), value)) };
    Step::Enter
}

/// `Yield` where something beyond the usual is to be looked after.
#[inline(never)]
pub(super) fn yield_slow(vm: &mut Vm, value: Value) -> Step {
    let frame = vm.frame;
    // SAFETY: the running frame is a generator's, and its chain is alive.
    unsafe {
        let root = (*frame).link;
        if (*frame).mode == Mode::CloseDelegate {
            return ignored_exit(vm, frame);
        }
        let mode = (*root).mode;
        if mode == Mode::Close {
            let hold = (*root).take_hold();
            suspend(vm, root, frame);
            vm.frame = (*root).prev;
            drop(hold);
            let word = Generator::of_frame(root).kind().word();
            vm.runtime_error(format!("{word} ignored GeneratorExit"));
            return raise_in_resumer(vm, root);
        }
        // It keeps the generator alive, and its place may be wanted for the exception that the chain handles.
        let hold = (*root).take_hold();
        suspend(vm, root, frame);
        vm.frame = (*root).prev;
        if mode == Mode::ForNumbered {
            return super::step::for_numbered(vm, value);
        }
        let step = hand_over(vm, is_nested(root), (*root).dst, value);
        drop(hold);
        step
    }
}

/// # Safety
/// `frame` is the leaf of the running chain of `root`.
unsafe fn suspend(vm: &mut Vm, root: *mut Frame, frame: *mut Frame) {
    // SAFETY: promised by the caller.
    unsafe {
        (*root).link = frame;
        Generator::of_frame(root).set_state(GenState::Suspended);
        leave(vm, root, true);
    }
}

/// Raises the exception in flight in the resumer of `root`, or ends the nested run with it.
///
/// # Safety
/// `root` has stopped running; `vm.frame` is its resumer.
pub(super) unsafe fn raise_in_resumer(vm: &mut Vm, root: *mut Frame) -> Step {
    // SAFETY: promised by the caller.
    if unsafe { is_nested(root) } {
        vm.exit = Some(super::Exit::Raised);
        return Step::Exit;
    }
    Step::Raise
}

/// A delegate yielded although it is being closed: RuntimeError in the delegating frame.
///
/// # Safety
/// `frame` is the running leaf, of mode `CloseDelegate`.
unsafe fn ignored_exit(vm: &mut Vm, frame: *mut Frame) -> Step {
    // SAFETY: promised by the caller.
    unsafe {
        let generator = Generator::of_frame(frame);
        let root = (*frame).link;
        let delegator = (*frame).prev;
        (*frame).flags &= !frame_flags::DELEGATED;
        (*frame).link = frame;
        (*root).flags &= !frame_flags::CLOSING;
        (*delegator).link = root;
        vm.frame = delegator;
        let hold = (*frame).take_hold();
        let own = give_back_handled(vm, delegator, root, &hold);
        if suspended_in_handler(frame) {
            generator.set_handled(own);
        }
        clear_delegate(delegator);
        let word = generator.kind().word();
        vm.runtime_error(format!("{word} ignored GeneratorExit"));
        Step::Raise
    }
}

/// Clears the register with the iterator that the frame's `YieldFrom` waits for.
///
/// # Safety
/// The instruction before the frame's pc is that `YieldFrom`.
pub(super) unsafe fn clear_delegate(delegator: *mut Frame) {
    // SAFETY: promised by the caller.
    unsafe {
        let instr: Instr = *(*delegator).pc.sub(1);
        if instr.op == Op::YieldFrom {
            drop(std::ptr::replace(Frame::registers(delegator).add(usize::from(instr.b)), Value::UNSET));
        }
    }
}

/// Gives the delegating frame the result of its `YieldFrom`; it runs next.
///
/// # Safety
/// As `clear_delegate`; `root` is the root of the running chain.
unsafe fn finish_delegation(vm: &mut Vm, delegator: *mut Frame, root: *mut Frame, value: Value) -> Step {
    // SAFETY: promised by the caller.
    unsafe {
        (*delegator).link = root;
        vm.frame = delegator;
        let instr: Instr = *(*delegator).pc.sub(1);
        let registers = Frame::registers(delegator);
        let finished = std::ptr::replace(registers.add(usize::from(instr.b)), Value::UNSET);
        drop(std::ptr::replace(registers.add(usize::from(instr.a)), value));
        drop(finished);
        Step::Enter
    }
}

/// A generator's frame has returned.
#[inline(never)]
pub(super) fn finish(vm: &mut Vm, value: Value) -> Step {
    let frame = vm.frame;
    // SAFETY: the running frame is a generator's; whoever resumed or delegates to it is alive.
    unsafe {
        let mode = (*frame).mode;
        let prev = (*frame).prev;
        let delegated = (*frame).flags & frame_flags::DELEGATED != 0;
        let root = (*frame).link;
        (*frame).flags &= !frame_flags::DELEGATED;
        if !delegated {
            leave(vm, frame, false);
        }
        finish_locals(frame);
        vm.frame = prev;
        // Keeps the object alive until everything is delivered.
        let hold = (*frame).take_hold();
        let step = match mode {
            Mode::Delegate => finish_delegation(vm, prev, root, value),
            Mode::CloseDelegate => {
                (*prev).link = root;
                drop(value);
                continue_close(vm, prev)
            }
            Mode::ForIter | Mode::ForNumbered => {
                exhausted(prev);
                Step::Enter
            }
            Mode::Next => {
                vm.exit = Some(super::Exit::Exhausted);
                Step::Exit
            }
            Mode::Close => hand_over(vm, is_nested(frame), (*frame).dst, value),
            Mode::Then => {
                super::continuation::mark_returned(prev);
                hand_over(vm, false, (*frame).dst, value)
            }
            Mode::NextDefault => {
                let default = hold.as_items().and_then(|items| items.get(1).cloned()).unwrap_or(Value::NONE);
                hand_over(vm, is_nested(frame), (*frame).dst, default)
            }
            Mode::AsyncDelegate | Mode::AsyncSend => end_of_async(vm, frame, mode, prev, root, &hold),
            _ => {
                vm.stop_iteration(value);
                raise_in_resumer(vm, frame)
            }
        };
        drop(hold);
        step
    }
}

/// The operation that waits for an async generator: what its delegating frame holds, or the hold of a script's.
unsafe fn op_of(mode: Mode, prev: *mut Frame, hold: &Value) -> Option<crate::heap::Ref<AsyncGenOp>> {
    if mode == Mode::AsyncSend {
        return hold.as_ref();
    }
    // SAFETY: the delegating frame stands at its `YieldFrom`.
    unsafe {
        let instr: Instr = *(*prev).pc.sub(1);
        (*Frame::registers(prev).add(usize::from(instr.b))).as_ref()
    }
}

unsafe fn end_of_async(
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

/// `ForIter` at the end of its iterator: clears it and jumps.
///
/// # Safety
/// The instruction before the frame's pc is the `ForIter`.
pub(super) unsafe fn exhausted(frame: *mut Frame) {
    // SAFETY: promised by the caller; the verifier checked register and jump.
    unsafe {
        let instr: Instr = *(*frame).pc.sub(1);
        (*frame).pc = (*frame).pc.offset(instr.xc_signed() as isize);
        drop(std::ptr::replace(Frame::registers(frame).add(usize::from(instr.a)), Value::UNSET));
    }
}

/// A delegate has been closed: raises GeneratorExit in the delegating frame, itself perhaps a delegate being closed.
///
/// # Safety
/// `frame` is the delegating frame, and `vm.frame`.
pub(super) unsafe fn continue_close(vm: &mut Vm, frame: *mut Frame) -> Step {
    // SAFETY: promised by the caller.
    unsafe {
        let root = (*frame).link;
        clear_delegate(frame);
        if (*frame).flags & frame_flags::DELEGATED != 0 {
            if (*frame).mode == Mode::Delegate {
                (*frame).mode = Mode::CloseDelegate;
            }
        } else {
            (*root).flags &= !frame_flags::CLOSING;
        }
        // What `throw` was given is for the root alone.
        let own = if matches!((*frame).mode, Mode::Send | Mode::Then) && (*frame).flags & frame_flags::DELEGATED == 0 {
            (*frame).hold().as_items().and_then(|items| items.get(1).cloned())
        } else {
            None
        };
        raise_in_leaf(vm, frame, own.unwrap_or_else(fresh_exit))
    }
}

/// `YieldFrom`: sends into the iterator that the frame delegates to.
#[inline(never)]
pub(super) fn yield_from(vm: &mut Vm, instr: Instr) -> Step {
    let frame = vm.frame;
    // SAFETY: the running frame is a generator's; the verifier checked the registers.
    unsafe {
        let registers = Frame::registers(frame);
        let iterator = awaited(registers.add(usize::from(instr.b)));
        let sent = std::ptr::replace(registers.add(usize::from(instr.c)), Value::NONE);
        let step = match iterator.kind() {
            Some(Kind::Generator) => delegate(vm, frame, iterator, sent, None),
            Some(Kind::CoroutineWrapper) => {
                let inner = iterator.downcast_unchecked::<crate::objects::CoroutineWrapper>().coroutine.clone();
                delegate(vm, frame, inner, sent, None)
            }
            Some(Kind::AsyncGenOp) => delegate_async(vm, frame, iterator, sent, None),
            Some(Kind::Future | Kind::Task) if waits_natively(vm, &iterator) => {
                await_future(vm, frame, instr, iterator)
            }
            _ if iterator.is(&vm.futures.give_way) => {
                // None in its place tells the next time that this is over.
                drop(std::ptr::replace(registers.add(usize::from(instr.b)), Value::NONE));
                yield_slow(vm, Value::NONE)
            }
            None if iterator.is_none() => {
                drop(std::ptr::replace(registers.add(usize::from(instr.a)), Value::NONE));
                drop(std::ptr::replace(registers.add(usize::from(instr.b)), Value::UNSET));
                Step::Enter
            }
            _ => {
                let delivery = Delivery::holding(Mode::Operator, 0, Value::NONE);
                let called = if sent.is_none() {
                    native::begin_next(vm, iterator, delivery)
                } else {
                    let method = vm.get_attr(&iterator, &names().send);
                    method.and_then(|method| begin(vm, method, &Window::of(&mut [sent]), delivery))
                };
                ask_iterator(vm, frame, instr, called)
            }
        };
        if vm.pending_throw.is_some() { take_pending_throw(vm) } else { step }
    }
}

/// What a suspended generator waits for in `yield from` or `await`.
pub(crate) fn delegate_of(generator: &Generator) -> Option<Value> {
    // SAFETY: the place is a register of the generator, which is alive.
    generator.delegate().map(|place| unsafe { awaited(place) })
}

/// What a `YieldFrom` waits for. Where `GetANext` put an async generator itself instead of an awaitable, that takes its
/// place: somebody asks for it, or the generator is no longer linked.
///
/// # Safety
/// `place` is the register that the `YieldFrom` names.
unsafe fn awaited(place: *mut Value) -> Value {
    // SAFETY: promised by the caller.
    unsafe {
        if crate::types::generator::is_async(&*place) {
            let source = std::ptr::replace(place, Value::UNSET);
            std::ptr::write(place, crate::types::generator::item_under_way(source));
        }
        (*place).clone()
    }
}

/// What a `YieldFrom` asked of an iterator that is no generator: the answer, or a frame that will give it. An exception
/// may be pending afterwards.
unsafe fn ask_iterator(vm: &mut Vm, frame: *mut Frame, instr: Instr, called: Res<Called>) -> Step {
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
pub(super) unsafe fn iterator_answered(vm: &mut Vm, instr: Instr, hold: &Value, result: Res) -> Step {
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
unsafe fn raise_at_delegate(vm: &mut Vm, frame: *mut Frame, instr: Instr, exception: Value) -> Step {
    // SAFETY: passed on from the callers.
    unsafe {
        raise_in_leaf(vm, frame, exception);
        after_iterator(vm, frame, instr, Err(Thrown))
    }
}

/// Whether a future in the place of an iterator is one that `GetAwaitable` left as it is.
pub(super) fn waits_natively(vm: &mut Vm, future: &Value) -> bool {
    let class = crate::class_of(future).clone();
    class.has(crate::objects::class_flags::BUILTIN) || !vm.has_attr_on_class(&class, &names().__next__)
}

/// `await` of a future: yields the future itself while it is pending, then is done with its result.
unsafe fn await_future(vm: &mut Vm, frame: *mut Frame, instr: Instr, waited: Value) -> Step {
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
unsafe fn after_iterator(vm: &mut Vm, frame: *mut Frame, instr: Instr, result: Res) -> Step {
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

/// Links a generator as the frame's delegate and runs its leaf.
unsafe fn delegate(vm: &mut Vm, frame: *mut Frame, target: Value, sent: Value, thrown: Option<Value>) -> Step {
    // SAFETY: the delegating frame holds the target in a register, so it stays alive.
    unsafe {
        let generator = generator_of(&target);
        if check_resumable(vm, generator).is_err() {
            clear_delegate(frame);
            return Step::Raise;
        }
        match generator.state() {
            GenState::Finished => {
                if thrown.is_none() && generator.kind() != GenKind::Coroutine {
                    let root = (*frame).link;
                    return finish_delegation(vm, frame, root, Value::NONE);
                }
                clear_delegate(frame);
                match thrown {
                    Some(exception) => vm.rethrow(exception),
                    None => vm.runtime_error("cannot reuse already awaited coroutine"),
                };
                return Step::Raise;
            }
            GenState::Created if !sent.is_none() => {
                let word = generator.kind().word();
                clear_delegate(frame);
                vm.type_error(format!("can't send non-None value to a just-started {word}"));
                return Step::Raise;
            }
            _ => {}
        }
        let leaf = match link(vm, frame, generator, Mode::Delegate) {
            Ok(leaf) => leaf,
            Err(_) => return Step::Raise,
        };
        resume_leaf(vm, leaf, sent, thrown)
    }
}

/// # Safety
/// `leaf` is the leaf of a chain that was just linked.
unsafe fn resume_leaf(vm: &mut Vm, leaf: *mut Frame, sent: Value, thrown: Option<Value>) -> Step {
    // SAFETY: promised by the caller.
    unsafe {
        vm.frame = leaf;
        match thrown {
            // Whoever threw looks after what is pending.
            Some(exception) => {
                start_throw(vm, leaf, exception);
                Step::Enter
            }
            None => {
                deliver_sent(leaf, sent);
                Step::Enter
            }
        }
    }
}

/// As `link`, for a generator that has not begun and handles nothing; it is the leaf itself.
///
/// # Safety
/// `child` is such a generator's frame, and held by `frame`; depth was checked.
#[inline(always)]
pub(super) unsafe fn link_created(child: *mut Frame, frame: *mut Frame) {
    // SAFETY: promised by the caller.
    unsafe {
        link_leaf(child, frame, Mode::Delegate);
        let delegate = Generator::of_frame(child);
        delegate.set_state(GenState::Running);
        delegate.set_state(GenState::Suspended);
    }
}

/// As `link`, for an async generator that stands at a `yield` of its own and is asked for the next item.
///
/// # Safety
/// As `link_created`.
#[inline(always)]
pub(super) unsafe fn link_item(source: &Generator, frame: *mut Frame) {
    // SAFETY: promised by the caller.
    unsafe { link_leaf(source.frame_ptr(), frame, Mode::AsyncDelegate) };
    source.set_async_running(true);
}

/// # Safety
/// As `link_created`.
#[inline(always)]
unsafe fn link_leaf(child: *mut Frame, frame: *mut Frame, mode: Mode) {
    // SAFETY: promised by the caller.
    unsafe {
        (*child).prev = frame;
        (*child).mode = mode;
        (*child).depth = (*frame).depth + 1;
        (*child).flags = frame_flags::GENERATOR | frame_flags::DELEGATED;
        (*child).link = (*frame).link;
    }
}

/// Whether what an async generator yields goes to a frame that `GetANext` linked it with, and there is nothing to look
/// after but the links.
///
/// # Safety
/// `frame` is running, at this `AsyncGenYield`.
#[inline(always)]
pub(super) unsafe fn answers_item(vm: &Vm, frame: *mut Frame, instr: Instr) -> bool {
    // SAFETY: promised by the caller; a frame that delegates stands behind its `YieldFrom`.
    unsafe {
        (*frame).mode == Mode::AsyncDelegate
            && (*frame).flags == frame_flags::GENERATOR | frame_flags::DELEGATED
            && vm.handled.is_none()
            && (*frame).hold().is_unset()
            && instr.x & 1 == 0
            && {
                let waiting = (*frame).prev;
                let wait: &Instr = &*(*waiting).pc.sub(1);
                (*Frame::registers(waiting).add(usize::from(wait.b))).is_kind(Kind::Generator)
            }
    }
}

/// Suspends an async generator that `answers_item`; gives the frame that waits for the item.
///
/// # Safety
/// As `answers_item`, which holds.
#[inline(always)]
pub(super) unsafe fn unlink_item(frame: *mut Frame) -> *mut Frame {
    // SAFETY: promised by the caller.
    unsafe {
        let waiting = (*frame).prev;
        (*frame).flags = frame_flags::GENERATOR;
        (*waiting).link = std::mem::replace(&mut (*frame).link, frame);
        Generator::of_frame(frame).set_async_running(false);
        waiting
    }
}

/// Makes a generator the delegate of `frame`; gives the leaf that is to run.
///
/// # Safety
/// The generator is resumable and held by the frame.
unsafe fn link(vm: &mut Vm, frame: *mut Frame, generator: &Generator, mode: Mode) -> Res<*mut Frame> {
    // SAFETY: promised by the caller.
    unsafe {
        let depth = (*frame).depth + 1;
        if depth > vm.recursion_limit {
            return Err(vm.recursion_error(""));
        }
        let child = generator.frame_ptr();
        let root = (*frame).link;
        let leaf = (*child).link;
        (*child).prev = frame;
        (*child).mode = mode;
        (*child).depth = depth;
        (*child).flags |= frame_flags::DELEGATED;
        (*child).link = root;
        (*leaf).link = root;
        if generator.state() == GenState::Created {
            generator.set_state(GenState::Running);
            generator.set_state(GenState::Suspended);
        }
        let differs = !vm.handled.is_none() && !vm.handled.is(&base_in_chain(vm, &*frame, root));
        let own = generator.take_handled();
        drop((*child).swap_hold(if differs { vm.handled.clone() } else { Value::UNSET }));
        if !own.is_unset() {
            vm.handled = own;
        }
        Ok(leaf)
    }
}

/// Links the async generator behind an awaitable as the frame's delegate.
unsafe fn delegate_async(vm: &mut Vm, frame: *mut Frame, target: Value, sent: Value, thrown: Option<Value>) -> Step {
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
pub(super) fn async_yield(vm: &mut Vm, value: Value) -> Step {
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

/// The exception that `throw` or `close` left for the leaf: raises it there, or in what the leaf waits for.
#[inline(never)]
pub(super) fn take_pending_throw(vm: &mut Vm) -> Step {
    let mut step = Step::Enter;
    // What the leaf waits for may be something that has to be thrown into in its turn.
    while let Some(exception) = vm.pending_throw.take() {
        step = throw_into_leaf(vm, exception);
    }
    step
}

fn throw_into_leaf(vm: &mut Vm, exception: Value) -> Step {
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
unsafe fn throw_into_iterator(vm: &mut Vm, frame: *mut Frame, instr: Instr, exception: Value) -> Step {
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
