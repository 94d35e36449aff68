//! `yield from` and `await` between generators: linking a delegate, running its leaf, giving the result back.

use super::*;

/// The outermost generator of a suspended chain.
///
/// # Safety
/// `frame` is a generator's.
pub(super) unsafe fn root_of(mut frame: *mut Frame) -> *mut Frame {
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
pub(super) unsafe fn unlink(frame: *mut Frame, root: *mut Frame) {
    // SAFETY: promised by the caller.
    unsafe {
        let delegator = (*frame).prev;
        let leaf = (*root).link;
        (*frame).flags &= !frame_flags::DELEGATED;
        (*frame).link = leaf;
        (*root).link = delegator;
    }
}

/// Clears the register with the iterator that the frame's `YieldFrom` waits for.
///
/// # Safety
/// The instruction before the frame's pc is that `YieldFrom`.
pub(in crate::dispatch) unsafe fn clear_delegate(delegator: *mut Frame) {
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
pub(super) unsafe fn finish_delegation(vm: &mut Vm, delegator: *mut Frame, root: *mut Frame, value: Value) -> Step {
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

/// `YieldFrom`: sends into the iterator that the frame delegates to.
#[inline(never)]
pub(in crate::dispatch) fn yield_from(vm: &mut Vm, instr: Instr) -> Step {
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
pub(super) unsafe fn awaited(place: *mut Value) -> Value {
    // SAFETY: promised by the caller.
    unsafe {
        if crate::types::generator::is_async(&*place) {
            let source = std::ptr::replace(place, Value::UNSET);
            std::ptr::write(place, crate::types::generator::item_under_way(source));
        }
        (*place).clone()
    }
}

/// Links a generator as the frame's delegate and runs its leaf.
pub(super) unsafe fn delegate(
    vm: &mut Vm,
    frame: *mut Frame,
    target: Value,
    sent: Value,
    thrown: Option<Value>,
) -> Step {
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
pub(super) unsafe fn resume_leaf(vm: &mut Vm, leaf: *mut Frame, sent: Value, thrown: Option<Value>) -> Step {
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
pub(in crate::dispatch) unsafe fn link_created(child: *mut Frame, frame: *mut Frame) {
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
pub(in crate::dispatch) unsafe fn link_item(source: &Generator, frame: *mut Frame) {
    // SAFETY: promised by the caller.
    unsafe { link_leaf(source.frame_ptr(), frame, Mode::AsyncDelegate) };
    source.set_async_running(true);
}

/// # Safety
/// As `link_created`.
#[inline(always)]
pub(super) unsafe fn link_leaf(child: *mut Frame, frame: *mut Frame, mode: Mode) {
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
pub(in crate::dispatch) unsafe fn answers_item(vm: &Vm, frame: *mut Frame, instr: Instr) -> bool {
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
pub(in crate::dispatch) unsafe fn unlink_item(frame: *mut Frame) -> *mut Frame {
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
pub(super) unsafe fn link(vm: &mut Vm, frame: *mut Frame, generator: &Generator, mode: Mode) -> Res<*mut Frame> {
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
