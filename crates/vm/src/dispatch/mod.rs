//! Running bytecode: the dispatch loop, calls, suspension, unwinding.

mod bind;
mod call;
mod generator;
mod run;
mod step;
mod unwind;

pub use bind::closest;
pub(crate) use call::{Called, Delivery, Window, begin};
pub(crate) use generator::resume;
pub use run::run;

use crate::frame::{Frame, Mode, frame_flags};
use crate::heap::{FinalizeReason, Ref, finalizers_pending, take_finalizers};
use crate::objects::Function;
use crate::value::Value;
use crate::{Res, Resume, Vm, names, types};
use std::sync::atomic::Ordering;

/// Why a nested run ended.
pub enum Exit {
    Returned(Value),
    Raised,
}

/// What the dispatch loop does after a helper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Goes on with the next instruction.
    Next,
    /// `vm.frame` or its pc changed: reloads them.
    Enter,
    /// An exception flies.
    Raise,
    /// The nested run is over: `vm.exit` says how.
    Exit,
}

impl Step {
    /// A result as a step, where success goes on.
    #[inline(always)]
    pub fn of(result: Res<()>) -> Step {
        match result {
            Ok(()) => Step::Next,
            Err(_) => Step::Raise,
        }
    }
}

/// Runs from `vm.frame` until the frame just pushed for native code ends.
pub(crate) fn run_nested(vm: &mut Vm) -> Res {
    if let Err(thrown) = vm.enter_native("") {
        // SAFETY: the frame was pushed by our caller and has not run.
        unsafe { abandon(vm) };
        return Err(thrown);
    }
    let exit = run(vm);
    vm.leave_native();
    match exit {
        Exit::Returned(value) => Ok(value),
        Exit::Raised => Err(crate::Thrown),
    }
}

/// Takes off a frame that was pushed but is not going to run.
///
/// # Safety
/// `vm.frame` is such a frame.
unsafe fn abandon(vm: &mut Vm) {
    let frame = vm.frame;
    // SAFETY: promised by the caller.
    unsafe {
        if (*frame).is_generator() {
            generator::finish_registers(frame);
            vm.frame = (*crate::frame::Generator::of_frame(frame).frame_ptr()).prev;
        } else {
            call::pop_frame(vm, frame);
        }
    }
}

/// Runs a function whose register 0 is a namespace (class bodies, `exec`).
pub fn run_with_namespace(vm: &mut Vm, function: Ref<Function>, namespace: Value) -> Res {
    // SAFETY: the code's registers are initialised; register 0 exists where there is a namespace.
    unsafe {
        let code: *const crate::objects::CodeObject = function.code();
        if (*code).generator_like {
            let generator = call::make_generator(function.value(), &*code);
            if (*code).code.has_namespace {
                *Frame::registers(generator.frame_ptr()) = namespace;
            }
            return Ok(generator.into_value());
        }
        let frame = call::push_frame(vm, function.into_value(), &*code, Delivery::mode(Mode::Nested, 0));
        if (*code).code.has_namespace {
            *Frame::registers(frame) = namespace;
        }
        vm.frame = frame;
    }
    run_nested(vm)
}

impl Vm {
    /// Resumes a generator from native code: its next item, or None at its end.
    pub fn resume_nested(&mut self, generator: &Value, sent: Value) -> Res<Option<Value>> {
        match self.resume_to_value(generator, Resume::Send(sent)) {
            Ok(value) => Ok(Some(value)),
            Err(_) if self.thrown_is(&types().exceptions.StopIteration) => {
                drop(self.catch());
                Ok(None)
            }
            Err(thrown) => Err(thrown),
        }
    }

    /// Resumes a generator from native code; its end is StopIteration.
    pub fn resume_to_value(&mut self, generator: &Value, action: Resume) -> Res {
        match resume(self, generator.clone(), action, Delivery::mode(Mode::Nested, 0))? {
            Called::Value(value) => Ok(value),
            Called::Entered => run_nested(self),
        }
    }

    /// Looks after what the budget counts down to: signals; and gives a new budget.
    #[cold]
    pub(crate) fn poll(&mut self) -> Res<()> {
        self.budget = crate::vm::BUDGET;
        if self.interrupt.swap(false, Ordering::Relaxed)
            && let Some(handler) = self.host.on_interrupt()
        {
            return handler(self);
        }
        Ok(())
    }

    /// Runs queued finalisers, each in a nested run; what they raise is reported, not propagated.
    #[cold]
    pub fn run_finalizers(&mut self) {
        let thrown = std::mem::replace(&mut self.thrown, Value::UNSET);
        while finalizers_pending() {
            for (reason, value) in take_finalizers() {
                self.finalize(reason, value);
            }
        }
        self.thrown = thrown;
    }

    fn finalize(&mut self, reason: FinalizeReason, value: Value) {
        let handled = std::mem::replace(&mut self.handled, Value::NONE);
        let result = match reason {
            FinalizeReason::Del => {
                let class = crate::class_of(&value).clone();
                match self.lookup(&class, &names().__del__) {
                    Some(method) => self.call_on(&method, &value, &[]).map(drop).map_err(|t| (t, method)),
                    None => Ok(()),
                }
            }
            FinalizeReason::Generator => {
                crate::types::generator::finalize(self, &value).map_err(|t| (t, value.clone()))
            }
            FinalizeReason::WeakRef => {
                let callback = value.downcast::<crate::objects::WeakRef>().map(|w| w.take_callback());
                match callback {
                    Some(callback) if !callback.is_none() => {
                        let result = self.call(&callback, std::slice::from_ref(&value));
                        result.map(drop).map_err(|t| (t, callback))
                    }
                    _ => Ok(()),
                }
            }
        };
        if let Err((_, culprit)) = result {
            let exception = self.catch();
            crate::builtins::core::unraisable(self, &exception, "Exception ignored in: ", &culprit);
        }
        drop(value);
        self.handled = handled;
    }
}

/// Whether native code waits for what a root generator delivers.
///
/// # Safety
/// `frame` points to a live frame.
#[inline(always)]
pub(crate) unsafe fn is_nested(frame: *mut Frame) -> bool {
    // SAFETY: promised by the caller.
    unsafe { (*frame).flags & frame_flags::NESTED != 0 }
}

/// `type.__call__(class, …)`: makes an instance.
pub(crate) fn begin_type_call(
    vm: &mut Vm,
    class: Ref<crate::objects::Class>,
    window: Window<'_>,
    delivery: Delivery,
) -> Res<Called> {
    // SAFETY: windows are only made over values that outlive the call's beginning.
    unsafe { call::begin_instance(vm, class, window, delivery) }
}
