//! Suspension: resuming, yielding, delegating, throwing into and closing generators, coroutines and async generators.
//! `crate::frame` explains the links.

mod asynchronous;
mod delegation;
mod handled;
mod iterators;

pub(in crate::dispatch) use asynchronous::*;
pub(crate) use delegation::*;
pub(in crate::dispatch) use handled::*;
pub(in crate::dispatch) use iterators::*;

use super::call::{Called, Window, begin};
use super::{Step, is_nested, native, tracing};
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
        Resume::Operate(sent) => operate(vm, target, sent, None, delivery),
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
    if vm.tracing.is_some() && tracing::suspended(vm, &value).is_err() {
        return Step::Raise;
    }
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
