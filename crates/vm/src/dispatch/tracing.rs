//! What `sys.settrace` and `sys.setprofile` are told: calls, lines, returns, exceptions.
//!
//! Only the watching instance of the dispatch loop (`run_watched`) comes here, before each instruction; the other knows nothing
//! of it, so none of its short ways has to ask. Frames are entered and left in many ways, of which each goes its own: that
//! they were entered is seen from the links between frames, that they are about to be left from the instruction.
//!
//! Trace functions are called by nested runs, in which nothing is traced.

use super::{Step, is_hidden, visible};
use crate::frame::{Frame, frame_flags};
use crate::heap::{self, Kind};
use crate::objects::{BoundMethod, CodeObject, Exception, FrameObject, NOT_BEGUN, intern, tuple};
use crate::value::Value;
use crate::{Request, Res, Vm, class_of, types};
use weft_bytecode::{Instr, Op, flags};

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watcher {
    /// What `sys.settrace` was given.
    Trace,
    /// What `sys.setprofile` was given.
    Profile,
}

/// The trace functions, and the frames that run, from the outermost on.
pub struct Tracing {
    trace: Value,
    profile: Value,
    /// A trace function runs.
    telling: bool,
    activations: Vec<Activation>,
}

/// A visible frame from its call or resumption to its end or suspension.
struct Activation {
    frame: *mut Frame,
    /// Its frame object, which holds the local trace function; unset before somebody is told of it.
    object: Value,
    /// The line that was told last, and the instruction carried out last.
    line: u32,
    at: u32,
    /// The last one that stands in a line.
    place: u32,
    /// The native that the instruction carried out last called, for the profile; or unset.
    native: Value,
}

impl Tracing {
    fn function(&mut self, watcher: Watcher) -> &mut Value {
        match watcher {
            Watcher::Trace => &mut self.trace,
            Watcher::Profile => &mut self.profile,
        }
    }

    fn top(&mut self) -> Option<&mut Activation> {
        self.activations.last_mut()
    }
}

impl Activation {
    fn new(frame: *mut Frame, line: u32, at: u32) -> Activation {
        Activation { frame, object: Value::UNSET, line, at, place: at, native: Value::UNSET }
    }
}

impl Vm {
    /// What `sys.gettrace` or `sys.getprofile` gives.
    pub fn watcher(&self, watcher: Watcher) -> Value {
        match (&self.tracing, watcher) {
            (None, _) => Value::NONE,
            (Some(tracing), Watcher::Trace) => tracing.trace.clone(),
            (Some(tracing), Watcher::Profile) => tracing.profile.clone(),
        }
    }

    /// `sys.settrace` and `sys.setprofile`; gives None. What runs now goes on in the loop that watches, or in the one that
    /// doesn't, at once; loops of nested runs around it do with their next call, back-edge or resumption.
    pub fn watch(&mut self, watcher: Watcher, function: Value) -> Res {
        let mut tracing = self.tracing.take().unwrap_or_else(|| Box::new(Tracing::of_running(self.frame)));
        *tracing.function(watcher) = function;
        self.tracing = Some(tracing);
        self.forget_watchers();
        self.budget = 0;
        let first = Box::new(Request::Pause);
        Err(self.request(Request::Then { first, then: crate::vm::give_item, state: Value::NONE }))
    }

    /// Whether the watching loop is to run.
    pub(super) fn is_watched(&self) -> bool {
        self.stats.is_some() || self.is_traced()
    }

    #[inline]
    pub(super) fn is_traced(&self) -> bool {
        self.tracing.as_ref().is_some_and(|tracing| !tracing.telling)
    }

    fn forget_watchers(&mut self) {
        if self.tracing.as_ref().is_some_and(|t| t.trace.is_none() && t.profile.is_none() && !t.telling) {
            self.tracing = None;
        }
    }
}

impl Tracing {
    /// Knows the frames that run already, which nobody is told of.
    fn of_running(frame: *mut Frame) -> Tracing {
        let mut activations = Vec::new();
        let mut running = visible(frame);
        while !running.is_null() {
            // SAFETY: the running frame and its callers are alive.
            unsafe {
                let at = (*running).current();
                activations.push(Activation::new(running, (*running).code().code.location(at).line, at));
                running = visible((*running).prev);
            }
        }
        activations.reverse();
        Tracing { trace: Value::NONE, profile: Value::NONE, telling: false, activations }
    }
}

/// The watching loop begins: forgets frames that ended, and new ones in the place of such, while the other loop ran.
pub(super) fn take_stock(vm: &mut Vm) {
    let Some(tracing) = vm.tracing.as_mut().filter(|tracing| !tracing.telling) else { return };
    let mut callers = Vec::new();
    let mut caller = visible(vm.frame);
    while !caller.is_null() {
        // SAFETY: the running frame and its callers are alive.
        unsafe {
            if (*caller).pc != (*caller).code().instrs.as_ptr() {
                callers.push(caller);
            }
            caller = visible((*caller).prev);
        }
    }
    let same = tracing.activations.iter().zip(callers.iter().rev()).take_while(|(known, frame)| known.frame == **frame);
    let same = same.count();
    tracing.activations.truncate(same);
}

/// After a continuation that may have waited for what `Vm::watch` changes: has the fitting loop go on.
pub(super) fn choose_loop(vm: &mut Vm, step: Step) -> Step {
    if vm.budget > 0 || step != Step::Enter {
        return step;
    }
    vm.exit = None;
    Step::Exit
}

/// Tells what the instruction about to be carried out means: `pc` stands behind it.
///
/// # Safety
/// `vm.frame` is the running frame, and `instr` its instruction.
#[inline(never)]
pub(super) unsafe fn before(vm: &mut Vm, instr: Instr) -> Step {
    // SAFETY: promised by the caller.
    if !vm.is_traced() || unsafe { is_hidden(&*vm.frame) } {
        return Step::Next;
    }
    // SAFETY: passed on.
    Step::of(unsafe { tell_instruction(vm, instr) })
}

/// # Safety
/// As `before`.
unsafe fn tell_instruction(vm: &mut Vm, instr: Instr) -> Res<()> {
    // SAFETY: promised by the caller; the verifier checked the registers.
    unsafe {
        let frame = vm.frame;
        meet(vm, frame)?;
        tell_native_end(vm, "c_return")?;
        let mut at = (*frame).current();
        tell_delegate_end(vm, frame, at)?;
        if matches!(instr.op, Op::ForLoop | Op::Jump) && instr.bc_signed() < 0 {
            // A jump back and what stands there are one.
            at = at.wrapping_add_signed(1 + instr.bc_signed());
        }
        tell_line(vm, &*(*frame).code, instr.op, at)?;
        let register = |i: u16| (*Frame::registers(frame).add(usize::from(i))).clone();
        match instr.op {
            Op::Return => tell_return(vm, register(instr.a)),
            Op::ReturnNone => tell_return(vm, Value::NONE),
            Op::AsyncGenYield => tell_return(vm, register(instr.b)),
            Op::Yield => tell_suspension(vm, frame, register(instr.b)),
            Op::Call | Op::CallKw | Op::CallEx => tell_native(vm, &register(instr.a), Value::UNSET),
            Op::CallMethod => tell_native(vm, &register(instr.a), register(instr.a + 1)),
            _ => Ok(()),
        }
    }
}

/// Tells of the frames that were called or resumed since the last instruction.
///
/// # Safety
/// `frame` is the running frame, and visible.
unsafe fn meet(vm: &mut Vm, frame: *mut Frame) -> Res<()> {
    let Some(tracing) = &mut vm.tracing else { return Ok(()) };
    let known = tracing.activations.last().map_or(std::ptr::null_mut(), |top| top.frame);
    if known == frame {
        return Ok(());
    }
    // SAFETY: the running frame and its callers are alive.
    unsafe {
        let mut met = callers_until(frame, |caller| caller == known);
        if met.is_none() {
            // What was on top has gone without a word.
            let activations = &tracing.activations;
            met = callers_until(frame, |caller| activations.iter().any(|known| known.frame == caller));
            let caller = met.as_ref().and_then(|met| met.last()).map_or(frame, |&outermost| visible((*outermost).prev));
            let kept = activations.iter().rposition(|known| known.frame == caller).map_or(0, |i| i + 1);
            tracing.activations.truncate(kept);
        }
        let met = met.unwrap_or_else(|| callers_until(frame, <*mut Frame>::is_null).unwrap_or_default());
        for &new in met.iter().rev() {
            tell_call(vm, new, new == frame)?;
        }
    }
    Ok(())
}

/// As `meet`, where an exception flies: one that is thrown into a generator reaches the innermost of those it delegates to
/// first, and the others as it leaves that.
///
/// # Safety
/// As `meet`.
unsafe fn meet_thrown(vm: &mut Vm, frame: *mut Frame) -> Res<()> {
    let known = vm.tracing.as_ref().is_some_and(|t| t.activations.iter().any(|known| known.frame == frame));
    // SAFETY: promised by the caller.
    unsafe {
        if known || (*frame).flags & frame_flags::DELEGATED == 0 {
            return meet(vm, frame);
        }
        tell_call(vm, frame, false)
    }
}

/// The visible frames from `frame` on outwards to the one before which `ends` holds, if there is such a one.
///
/// # Safety
/// As `meet`.
unsafe fn callers_until(frame: *mut Frame, ends: impl Fn(*mut Frame) -> bool) -> Option<Vec<*mut Frame>> {
    let mut met = Vec::new();
    let mut at = frame;
    while !ends(at) {
        if at.is_null() {
            return None;
        }
        met.push(at);
        // SAFETY: the running frame and its callers are alive.
        at = visible(unsafe { (*at).prev });
    }
    Some(met)
}

/// # Safety
/// `frame` is alive; `running` says whether it is about to carry out its first instruction since it was entered.
unsafe fn tell_call(vm: &mut Vm, frame: *mut Frame, running: bool) -> Res<()> {
    // SAFETY: promised by the caller.
    let code: &CodeObject = unsafe { &*(*frame).code };
    // SAFETY: as above.
    let current = unsafe { (*frame).current() };
    // What runs stands at most two instructions behind the one that suspended it: it may know what the next would do.
    let at = match (running, current) {
        (true, 0) => NOT_BEGUN,
        (true, at) => (at.saturating_sub(2)..at).rev().find(|&i| code.instrs[i as usize].op.suspends()).unwrap_or(at),
        (false, at) => at,
    };
    let activation = if at == NOT_BEGUN {
        Activation::new(frame, 0, 0)
    } else {
        // What suspended it may be carried out again.
        Activation { at: at.saturating_sub(1), ..Activation::new(frame, code.code.location(at).line, at) }
    };
    let Some(tracing) = &mut vm.tracing else { return Ok(()) };
    tracing.activations.push(activation);
    let told = tell_watchers_of_call(vm, at);
    if told.is_err() && at == NOT_BEGUN {
        // No handler of the function is for what is raised before it.
        // SAFETY: the frame is alive and stands at its first instruction.
        unsafe { (*frame).pc = code.instrs.as_ptr() };
    }
    told
}

fn tell_watchers_of_call(vm: &mut Vm, at: u32) -> Res<()> {
    let trace = vm.watcher(Watcher::Trace);
    if !trace.is_none() {
        let local = tell(vm, &trace, at, "call", &Value::NONE)?;
        if let Some(object) = running_object(vm) {
            drop(object.trace.replace(local));
        }
    }
    tell_profile(vm, at, "call", &Value::NONE)
}

/// Where what a frame delegated to has just ended, CPython tells of the StopIteration that it ends with there.
///
/// # Safety
/// `frame` is the running frame, and `at` its instruction.
unsafe fn tell_delegate_end(vm: &mut Vm, frame: *mut Frame, at: u32) -> Res<()> {
    let Some(last) = vm.tracing.as_mut().and_then(|tracing| tracing.top()).map(|top| top.at) else { return Ok(()) };
    // SAFETY: promised by the caller; the verifier checked the register.
    let delegation = unsafe { (&*(*frame).code).instrs[at.saturating_sub(1) as usize] };
    // The instruction that asks for an awaitable may go on past the two behind it.
    if delegation.op != Op::YieldFrom || !(1..=3).contains(&at.wrapping_sub(last)) {
        return Ok(());
    }
    // SAFETY: as above.
    let value = unsafe { (*Frame::registers(frame).add(usize::from(delegation.a))).clone() };
    let value = if value.is_unset() { Value::NONE } else { value };
    let stop = heap::new(&types().exceptions.StopIteration, Exception::stop(value)).into_value();
    tell_local(vm, at - 1, "exception", &triple_of(stop))
}

fn tell_line(vm: &mut Vm, code: &CodeObject, op: Op, at: u32) -> Res<()> {
    let Some(activation) = vm.tracing.as_mut().and_then(|tracing| tracing.top()) else { return Ok(()) };
    let line = code.code.location(at).line;
    let last = std::mem::replace(&mut activation.at, at);
    let back = at < last || at == last && op.may_jump_back();
    if line != 0 {
        activation.place = at;
    }
    // What makes the cells at a function's beginning stands in no line that runs.
    if line == activation.line && !back || line == 0 || op.is_prologue() {
        return Ok(());
    }
    activation.line = line;
    if running_object(vm).is_some_and(|object| object.trace_lines.get()) {
        return tell_local(vm, at, "line", &Value::NONE);
    }
    Ok(())
}

/// Tells that the running frame ends or is suspended with this value, and takes it off.
fn tell_return(vm: &mut Vm, value: Value) -> Res<()> {
    let Some(at) = vm.tracing.as_mut().and_then(|tracing| tracing.top()).map(|top| top.place) else { return Ok(()) };
    let told = tell_local(vm, at, "return", &value).and_then(|()| tell_profile(vm, at, "return", &value));
    if let Some(activation) = vm.tracing.as_mut().and_then(|tracing| tracing.activations.pop()) {
        keep_locals(&activation);
    }
    told
}

/// As `tell_return`, for a frame that yields and all that delegate to it.
///
/// # Safety
/// `frame` is the running frame, a generator's.
unsafe fn tell_suspension(vm: &mut Vm, mut frame: *mut Frame, value: Value) -> Res<()> {
    loop {
        tell_return(vm, value.clone())?;
        // SAFETY: promised by the caller; who delegates to a live frame is alive.
        unsafe {
            if (*frame).flags & frame_flags::DELEGATED == 0 {
                return Ok(());
            }
            frame = (*frame).prev;
            let top = vm.tracing.as_mut().and_then(|tracing| tracing.top());
            if top.is_none_or(|top| top.frame != frame) {
                return Ok(());
            }
        }
    }
}

/// What the running frame awaits gave a value to be yielded, without an instruction that yields.
#[cold]
#[inline(never)]
pub(super) fn suspended(vm: &mut Vm, value: &Value) -> Res<()> {
    let frame = vm.frame;
    let known = vm.tracing.as_mut().and_then(|tracing| tracing.top()).is_some_and(|top| top.frame == frame);
    if !vm.is_traced() || !known {
        return Ok(());
    }
    // SAFETY: the running frame is a generator's.
    unsafe { tell_suspension(vm, frame, value.clone()) }
}

/// An exception as trace functions are given it: class, exception, traceback.
fn triple_of(exception: Value) -> Value {
    let traceback = exception.downcast::<Exception>().map_or(Value::NONE, |e| e.traceback().clone());
    tuple(vec![class_of(&exception).value().clone(), exception, traceback])
}

/// An exception flies through the running frame: tells so if it is new there.
#[cold]
#[inline(never)]
pub(super) fn raised(vm: &mut Vm, anew: bool) {
    let frame = vm.frame;
    // SAFETY: the running frame is alive.
    if !vm.is_traced() || unsafe { is_hidden(&*frame) } {
        return;
    }
    let exception = vm.catch();
    // SAFETY: as above.
    let told = unsafe { meet_thrown(vm, frame) }.and_then(|()| tell_native_end(vm, "c_exception")).and_then(|()| {
        if !anew {
            return Ok(());
        }
        let triple = triple_of(exception.clone());
        // SAFETY: as above.
        let at = unsafe { (*frame).current() };
        tell_local(vm, at, "exception", &triple)
    });
    // What a trace function raises takes its place.
    if told.is_ok() {
        vm.rethrow(exception);
    }
}

/// The StopIteration of a `__next__` in the language ends the running frame's loop.
#[cold]
#[inline(never)]
pub(super) fn stopped(vm: &mut Vm, exception: Value) -> Res<()> {
    // SAFETY: the running frame is alive.
    if !vm.is_traced() || unsafe { is_hidden(&*vm.frame) } {
        return Ok(());
    }
    let triple = triple_of(exception);
    // SAFETY: as above.
    let at = unsafe { (*vm.frame).current() };
    tell_local(vm, at, "exception", &triple)
}

/// The exception in flight leaves the running frame.
#[cold]
#[inline(never)]
pub(super) fn left(vm: &mut Vm) {
    // SAFETY: the running frame is alive.
    if !vm.is_traced() || unsafe { is_hidden(&*vm.frame) } {
        return;
    }
    let exception = vm.catch();
    if tell_return(vm, Value::NONE).is_ok() {
        vm.rethrow(exception);
    }
}

/// Tells the profile that an instruction is going to call a native.
fn tell_native(vm: &mut Vm, callee: &Value, this: Value) -> Res<()> {
    if vm.watcher(Watcher::Profile).is_none() {
        return Ok(());
    }
    let native = match callee.downcast::<BoundMethod>() {
        Some(method) => method.function.is_kind(Kind::Native),
        None => callee.is_kind(Kind::Native),
    };
    if !native {
        return Ok(());
    }
    let native = match this.is_unset() {
        true => callee.clone(),
        false => heap::new(&types().method, BoundMethod { function: callee.clone(), this }).into_value(),
    };
    let Some(top) = vm.tracing.as_mut().and_then(|tracing| tracing.top()) else { return Ok(()) };
    top.native = native.clone();
    let at = top.place;
    tell_profile(vm, at, "c_call", &native)
}

fn tell_native_end(vm: &mut Vm, event: &str) -> Res<()> {
    let Some(top) = vm.tracing.as_mut().and_then(|tracing| tracing.top()) else { return Ok(()) };
    let (native, at) = (std::mem::replace(&mut top.native, Value::UNSET), top.place);
    if native.is_unset() { Ok(()) } else { tell_profile(vm, at, event, &native) }
}

fn tell_profile(vm: &mut Vm, at: u32, event: &str, arg: &Value) -> Res<()> {
    let profile = vm.watcher(Watcher::Profile);
    if profile.is_none() { Ok(()) } else { tell(vm, &profile, at, event, arg).map(drop) }
}

/// Tells the running frame's own trace function, which what it returns replaces unless that is None.
fn tell_local(vm: &mut Vm, at: u32, event: &str, arg: &Value) -> Res<()> {
    if vm.watcher(Watcher::Trace).is_none() {
        return Ok(());
    }
    let local = running_object(vm).map_or(Value::NONE, |object| object.trace.get().clone());
    if local.is_none() {
        return Ok(());
    }
    let next = tell(vm, &local, at, event, arg)?;
    if !next.is_none()
        && let Some(object) = running_object(vm)
    {
        drop(object.trace.replace(next));
    }
    Ok(())
}

/// Calls a trace function for the running frame, at an instruction. If it raises, nothing is traced any more.
fn tell(vm: &mut Vm, function: &Value, at: u32, event: &str, arg: &Value) -> Res {
    let Some(object) = object_of_running(vm, at) else { return Ok(Value::NONE) };
    if let Some(tracing) = &mut vm.tracing {
        tracing.telling = true;
    }
    let result = vm.call(function, &[object, intern(event.as_bytes()), arg.clone()]);
    if let Some(tracing) = &mut vm.tracing {
        tracing.telling = false;
        if result.is_err() {
            tracing.trace = Value::NONE;
            tracing.profile = Value::NONE;
        }
    }
    vm.forget_watchers();
    result
}

/// The frame object of the innermost activation, if it has one.
fn running_object(vm: &Vm) -> Option<&FrameObject> {
    vm.tracing.as_ref()?.activations.last()?.object.downcast::<FrameObject>()
}

/// The same, made if need be, with those of its callers; it stands at instruction `at` now.
fn object_of_running(vm: &mut Vm, at: u32) -> Option<Value> {
    let activations = &mut vm.tracing.as_mut()?.activations;
    let first = activations.iter().rposition(|known| !known.object.is_unset()).map_or(0, |i| i + 1);
    let mut back = first.checked_sub(1).map_or(Value::NONE, |i| activations[i].object.clone());
    for activation in &mut activations[first..] {
        activation.object = frame_object(activation, std::mem::replace(&mut back, Value::NONE));
        back = activation.object.clone();
    }
    if let [.., caller, _] = activations.as_slice()
        && let Some(object) = caller.object.downcast::<FrameObject>()
    {
        // SAFETY: the callers of the running frame are alive.
        object.pc.set(unsafe { (*caller.frame).current() });
    }
    let object = &activations.last()?.object;
    object.downcast::<FrameObject>()?.pc.set(at);
    Some(object.clone())
}

fn frame_object(activation: &Activation, back: Value) -> Value {
    // SAFETY: activations are of the running frame and its callers.
    let frame = unsafe { &*activation.frame };
    let code = frame.function().code.get().clone();
    let object = FrameObject::new(frame.function.clone(), code, frame.current(), Value::NONE, back);
    heap::new(&types().frame, object).into_value()
}

/// The locals of a frame that is being traced, by its frame object.
pub fn traced_locals(vm: &Vm, object: &Value) -> Option<Value> {
    let known = vm.tracing.as_ref()?.activations.iter().rev().find(|known| known.object.is(object))?;
    // SAFETY: the running frame and its callers are alive; only one of them is looked at.
    unsafe {
        callers_until(visible(vm.frame), |caller| caller == known.frame)?;
        Some(locals_now(known.frame))
    }
}

/// The frame object of a frame that is being traced, brought up to date.
pub(super) fn traced_object(vm: &mut Vm, frame: *mut Frame) -> Option<Value> {
    if !vm.is_traced() {
        return None;
    }
    let activations = &mut vm.tracing.as_mut()?.activations;
    let i = activations.iter().rposition(|known| known.frame == frame)?;
    let mut back = Value::NONE;
    for activation in &mut activations[..=i] {
        if activation.object.is_unset() {
            activation.object = frame_object(activation, back);
        }
        back = activation.object.clone();
        // SAFETY: activations are of the running frame and its callers.
        back.downcast::<FrameObject>()?.pc.set(unsafe { (*activation.frame).current() });
    }
    Some(back)
}

/// A frame object that somebody holds on to keeps the locals when its frame ends.
fn keep_locals(activation: &Activation) {
    if activation.object.header().is_none_or(|header| header.count() < 2) {
        return;
    }
    if let Some(object) = activation.object.downcast::<FrameObject>() {
        // SAFETY: the frame is about to end, but has not.
        drop(object.locals.replace(unsafe { locals_now(activation.frame) }));
    }
}

/// # Safety
/// `frame` is alive.
unsafe fn locals_now(frame: *mut Frame) -> Value {
    // SAFETY: promised by the caller; the verifier saw to the namespace's register.
    unsafe {
        let code = &(*frame).code().code;
        if code.has_namespace {
            return (*Frame::registers(frame)).clone();
        }
        if code.flags & flags::OPTIMIZED == 0 {
            return (*frame).function().globals.value().clone();
        }
        super::frame_locals(frame)
    }
}
