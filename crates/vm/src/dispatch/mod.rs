//! Running bytecode: the dispatch loop, calls, suspension, unwinding.

mod attr_cache;
mod bind;
mod call;
mod construct;
mod continuation;
mod drain;
mod enquiry;
mod generator;
mod lazy;
mod native;
mod run;
mod stats;
mod step;
mod tracing;
mod unwind;
mod waiting;

pub(crate) use crate::frame::Delivery;
pub(crate) use attr_cache::AttrCache;
pub use bind::closest;
pub(crate) use call::{Called, Window, begin};
pub(crate) use construct::make_plain_exception;
pub(crate) use generator::{delegate_of, resume};
pub(crate) use lazy::{SHAPES, is_plain_source, is_surely_plain};
pub(crate) use native::{check_receiver, settle};
pub use stats::Stats;
pub(crate) use step::checked_answer;
pub(crate) use tracing::Tracing;
pub use tracing::{Watcher, traced_locals};

use crate::frame::{Frame, Mode, frame_flags};
use crate::heap::{FinalizeReason, Ref, finalizers_pending, take_finalizers};
use crate::objects::Function;
use crate::value::Value;
use crate::{Res, Resume, Vm, names, types};
use std::sync::atomic::Ordering;

/// Why a nested run ended.
pub enum Exit {
    /// A call's result, or what a generator yielded.
    Returned(Value),
    /// A generator that native code asked for its next item has none.
    Exhausted,
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

/// Runs from `vm.frame` until the nested run that was begun for native code ends.
fn run(vm: &mut Vm) -> Exit {
    if vm.runs > 0 && vm.stats.is_some() {
        stats::count_nested_run(vm);
    }
    vm.runs += 1;
    loop {
        let exit = if vm.is_watched() {
            tracing::take_stock(vm);
            run::run_watched(vm)
        } else {
            run::run(vm)
        };
        if let Some(exit) = exit {
            vm.runs -= 1;
            return exit;
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
        Exit::Exhausted => Err(vm.stop_iteration(Value::NONE)),
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

/// Runs a function whose register 0 is a namespace, if its code has one (modules, `exec`), for native code.
pub fn run_with_namespace(vm: &mut Vm, function: Ref<Function>, namespace: Value) -> Res {
    match begin_body(vm, function, namespace, Delivery::mode(Mode::Nested, 0))? {
        Called::Value(value) => Ok(value),
        Called::Entered => run_nested(vm),
    }
}

/// Pushes a frame for such a function: see `Request::Body`.
fn begin_body(vm: &mut Vm, function: Ref<Function>, namespace: Value, delivery: Delivery) -> Res<Called> {
    // SAFETY: the code's registers are initialised; register 0 exists where there is a namespace. The running frame is
    // live, and the frame that is taken off has just been pushed.
    unsafe {
        let code: *const crate::objects::CodeObject = function.code();
        if let Some(kind) = (*code).makes {
            let generator = call::make_generator(vm, function.value(), kind);
            if (&*code).code.has_namespace {
                *Frame::registers(generator.frame_ptr()) = namespace;
            }
            return Ok(Called::Value(generator.into_value()));
        }
        let frame = call::push_frame(vm, function.into_value(), &*code, delivery);
        vm.frame = frame;
        if (*frame).depth > vm.recursion_limit {
            call::pop_frame(vm, frame);
            return Err(vm.recursion_error(""));
        }
        if (*frame).code().code.has_namespace {
            *Frame::registers(frame) = namespace;
        }
    }
    Ok(Called::Entered)
}

impl Vm {
    /// The next item of a generator for native code, or None at its end.
    pub fn next_of_generator(&mut self, generator: &Value) -> Res<Option<Value>> {
        // SAFETY: the caller keeps the generator alive.
        if unsafe { generator::enter_for_native(self, generator) } {
            self.enter_native("")?;
            let exit = run(self);
            self.leave_native();
            return match exit {
                Exit::Returned(value) => Ok(Some(value)),
                Exit::Exhausted => Ok(None),
                Exit::Raised => Err(crate::Thrown),
            };
        }
        match self.resume_to_value(generator, Resume::Send(Value::NONE)) {
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

    /// Looks after what the budget counts down to: signals, and whether the loop that watches is to run, which `watched` says
    /// of the one that runs; and gives a new budget.
    #[cold]
    pub(crate) fn poll(&mut self, watched: bool) -> Step {
        // While anything is traced, all loops come here often, so that they notice.
        self.budget = if self.tracing.is_some() { 0 } else { crate::vm::BUDGET };
        if self.interrupt.swap(false, Ordering::Relaxed)
            && let Some(handler) = self.host.on_interrupt()
            && handler(self).is_err()
        {
            return Step::Raise;
        }
        if self.is_watched() != watched {
            self.exit = None;
            return Step::Exit;
        }
        Step::Next
    }

    /// Runs queued finalisers, each in a nested run; what they raise is reported, not propagated.
    #[cold]
    pub fn run_finalizers(&mut self) {
        let thrown = std::mem::replace(&mut self.thrown, Value::UNSET);
        let finalizing = std::mem::replace(&mut self.finalizing, true);
        while finalizers_pending() {
            for (reason, value) in take_finalizers() {
                self.finalize(reason, value);
            }
        }
        self.finalizing = finalizing;
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
            unwind::trace_here(self);
            let exception = self.catch();
            crate::builtins::warning::report_unraisable(self, &exception, None, &culprit);
        }
        drop(value);
        self.handled = handled;
    }
}

/// Whether a frame is the VM's own, in which native code waits.
pub(crate) fn is_hidden(frame: &Frame) -> bool {
    frame.code().flags & weft_bytecode::flags::HIDDEN != 0
}

/// The frame itself, or the nearest caller that scripts may see; null if there is none.
pub(crate) fn visible(mut frame: *mut Frame) -> *mut Frame {
    // SAFETY: callers pass live frames; the callers of a live frame are alive.
    unsafe {
        while !frame.is_null() && is_hidden(&*frame) {
            frame = (*frame).prev;
        }
    }
    frame
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

/// Whether a suspended generator is part of a chain that is running.
pub fn chain_is_running(generator: &crate::frame::Generator) -> bool {
    let mut frame = generator.frame_ptr();
    // SAFETY: `prev` of a delegated frame is the delegating one, which is alive because it holds the delegate.
    unsafe {
        while (*frame).flags & frame_flags::DELEGATED != 0 {
            frame = (*frame).prev;
        }
        crate::frame::Generator::of_frame(frame).state() == crate::frame::GenState::Running
    }
}

/// The locals of a generator's frame as a dict.
pub fn locals_of(generator: &crate::frame::Generator) -> Value {
    // SAFETY: a generator's frame has all its registers.
    unsafe { frame_locals(generator.frame_ptr()) }
}

/// The locals of the running frame as a new dict, or its namespace where it has one; None outside.
pub fn running_locals(vm: &Vm) -> Option<Value> {
    let running = visible(vm.frame);
    if running.is_null() {
        return None;
    }
    // SAFETY: the running frame and its callers are alive.
    unsafe {
        let frame = &*running;
        if frame.code().code.has_namespace {
            return Some((*Frame::registers(running)).clone());
        }
        if frame.code().flags & weft_bytecode::flags::OPTIMIZED == 0 {
            return Some(frame.function().globals.value().clone());
        }
        Some(frame_locals(running))
    }
}

/// What `super()` without arguments finds in the running function.
pub enum SuperContext {
    Found {
        class: Value,
        object: Value,
    },
    NoFunction,
    NoArguments,
    /// The first parameter was deleted.
    Deleted,
    NoCell,
    EmptyCell,
}

/// The class that the running function was defined in, and its first argument.
pub fn super_context(vm: &Vm) -> SuperContext {
    use crate::objects::CellObject;
    let running = visible(vm.frame);
    if running.is_null() {
        return SuperContext::NoFunction;
    }
    // SAFETY: the running frame and its callers are alive; the verifier checked the number of the cell's register, and a function with
    // parameters has a register 0.
    let (first, cell) = unsafe {
        let code = &(*running).code().code;
        if code.args == 0 {
            return SuperContext::NoArguments;
        }
        let registers = Frame::registers(running);
        let cell = code.class_cell.map(|register| (*registers.add(usize::from(register))).clone());
        (code.locals.first().map(|local| (local.kind, (*registers).clone())), cell)
    };
    let object = match first {
        // A parameter that inner functions use stands in a cell.
        Some((kind, value)) if kind != weft_bytecode::LocalKind::Plain => match value.downcast::<CellObject>() {
            Some(cell) => cell.content.get().clone(),
            None => value,
        },
        Some((_, value)) => value,
        None => return SuperContext::NoArguments,
    };
    if object.is_unset() {
        return SuperContext::Deleted;
    }
    let Some(cell) = cell else { return SuperContext::NoCell };
    match cell.downcast::<CellObject>().map(|cell| cell.content.get().clone()) {
        Some(class) if !class.is_unset() => SuperContext::Found { class, object },
        Some(_) => SuperContext::EmptyCell,
        None => SuperContext::NoCell,
    }
}

/// The globals of the running frame.
pub fn running_globals(vm: &Vm) -> Option<Ref<crate::objects::Dict>> {
    let running = visible(vm.frame);
    if running.is_null() {
        return None;
    }
    // SAFETY: the running frame and its callers are alive.
    unsafe { Some((*running).function().globals.clone()) }
}

/// A picture of the frame `depth` levels above the running one; the frame's own object if it is being traced.
pub fn frame_picture(vm: &mut Vm, depth: usize) -> Option<Value> {
    let mut frame = visible(vm.frame);
    for _ in 0..depth {
        if frame.is_null() {
            return None;
        }
        // SAFETY: the running frame and its callers are alive.
        frame = visible(unsafe { (*frame).prev });
    }
    match tracing::traced_object(vm, frame) {
        None => picture(frame),
        known => known,
    }
}

fn picture(frame: *mut Frame) -> Option<Value> {
    // Callers are pictured from the outermost inwards, so that deep stacks need no recursion.
    let mut chain = Vec::new();
    let mut next = frame;
    while !next.is_null() {
        chain.push(next);
        // SAFETY: as in `frame_picture`.
        next = visible(unsafe { (*next).prev });
    }
    let mut back = Value::NONE;
    let wanted = frame;
    for frame in chain.into_iter().rev() {
        // SAFETY: as in `frame_picture`.
        let (function, code, pc, locals) = unsafe {
            let f = &*frame;
            let locals = if f.code().flags & weft_bytecode::flags::OPTIMIZED == 0 {
                f.function().globals.value().clone()
            } else if frame == wanted {
                frame_locals(frame)
            } else {
                // Callers' locals are left out of the picture: taking them all would make it as costly as the stack is deep.
                Value::NONE
            };
            (f.function.clone(), f.function().code.get().clone(), f.current(), locals)
        };
        let object = crate::objects::FrameObject::new(function, code, pc, locals, back);
        back = crate::heap::new(&types().frame, object).into_value();
    }
    if back.is_none() { None } else { Some(back) }
}

/// # Safety
/// `frame` points to a live frame.
unsafe fn frame_locals(frame: *mut Frame) -> Value {
    let dict = crate::objects::Dict::create();
    // SAFETY: promised by the caller; locals name registers of the code.
    unsafe {
        let code = (*frame).code();
        let registers = Frame::registers(frame);
        for local in &code.code.locals {
            let mut value = (*registers.add(usize::from(local.reg))).clone();
            if local.kind != weft_bytecode::LocalKind::Plain
                && let Some(cell) = value.downcast::<crate::objects::CellObject>()
            {
                value = cell.content.get().clone();
            }
            if !value.is_unset() {
                drop(dict.insert_str(&crate::objects::intern(local.name.as_bytes()), value));
            }
        }
    }
    dict.into_value()
}
