//! Frames and generators.
//!
//! One layout for all: a `Frame` and behind it its registers, all initialised. Frames of plain calls live on the
//! chunked `FrameStack`; the frame of a generator, coroutine or async generator is part of its object and runs in
//! place, so suspending and resuming move nothing.
//!
//! # Delegation
//! While `yield from` or `await` waits for another generator, that one's frame is *delegated*: its `prev` is the
//! delegating frame. The outermost generator, which somebody resumes, is the chain's *root*, the innermost its
//! *leaf*. `link` is, in a running frame, the root (of itself: itself); in a suspended root, the leaf. So a resume
//! goes straight from root to leaf and a yield straight back, whatever the depth.

use crate::heap::{Header, Ref, Tail, VmCell, aside_of, new_raw, put_aside};
use crate::objects::{Class, CodeObject, Function};
use crate::value::Value;
use std::mem::MaybeUninit;
use weft_bytecode::{Instr, Op};

/// Who resumed or called a frame, and so what its end means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Mode {
    /// A call: the result goes to the caller's register `dst`. The one mode in which `hold` is not initialised.
    Call = 0,
    /// A call whose result nobody wants (`__setitem__`, a property's setter).
    Discard,
    /// `__init__`: must return None; `hold` is the instance and goes to `dst`.
    Init,
    /// A nested run from native code: `run` returns.
    Nested,
    /// `__next__` for the `ForIter` before the caller's pc.
    ForNext,
    /// A special method for the instruction before the caller's pc; `hold` is what that must know to go on.
    Operator,
    /// A generator resumed by the `ForIter` before the resumer's pc.
    ForIter,
    /// A generator resumed by `send`, `throw` or `next`: its end is StopIteration. `hold` keeps it alive.
    Send,
    /// As `Send`, by `next(g, default)`: `hold` is the tuple (g, default).
    NextDefault,
    /// A generator resumed by native code for its next item: its end is `Exit::Exhausted`.
    Next,
    /// `close()`.
    Close,
    /// A generator that the frame `prev` delegates to.
    Delegate,
    /// The same, while it is being closed; GeneratorExit follows in `prev`.
    CloseDelegate,
    /// An async generator that the frame `prev` awaits through `__anext__`, `asend` or `athrow`.
    AsyncDelegate,
    /// An async generator resumed by an awaitable's `send` from a script; `hold` is the awaitable.
    AsyncSend,
    /// As `Send`, by native code that waits in a continuation's frame: its end is a value, marked as such there.
    Then,
    /// `__new__` in the language; `hold` is the class and the arguments behind it.
    New,
    /// As `ForIter`, through the `enumerate` that the instruction iterates over.
    ForNumbered,
}

/// All modes, by number, and more entries up to a power of two.
const MODES: [Mode; 32] = {
    let mut modes = [Mode::Call; 32];
    let known = [
        Mode::Call,
        Mode::Discard,
        Mode::Init,
        Mode::Nested,
        Mode::ForNext,
        Mode::Operator,
        Mode::ForIter,
        Mode::Send,
        Mode::NextDefault,
        Mode::Next,
        Mode::Close,
        Mode::Delegate,
        Mode::CloseDelegate,
        Mode::AsyncDelegate,
        Mode::AsyncSend,
        Mode::Then,
        Mode::New,
        Mode::ForNumbered,
    ];
    let mut number = 0;
    while number < known.len() {
        modes[number] = known[number];
        number += 1;
    }
    modes
};

const _: () = {
    let mut n = 0;
    while n < MODES.len() {
        assert!(MODES[n] as usize == n || n > Mode::ForNumbered as usize);
        n += 1;
    }
};

/// Flag bits of a frame.
pub mod frame_flags {
    /// Part of a generator object.
    pub const GENERATOR: u8 = 1;
    /// `prev` is a delegating frame.
    pub const DELEGATED: u8 = 2;
    /// The exception that the resumer handles is on the VM's stack of saved ones (roots only).
    pub const SAVED_HANDLED: u8 = 4;
    /// A frame of this chain is being closed (roots only).
    pub const CLOSING: u8 = 8;
    /// The resumer is native code: what is delivered ends its nested run (roots only).
    pub const NESTED: u8 = 16;
    /// The suspended chain handles an exception, which `hold` has instead of what the mode needs (roots only).
    pub const HANDLING: u8 = 32;
    /// The first frame of a chunk of the stack (plain calls only).
    pub const CHUNK_START: u8 = 64;
    /// Whatever a yield must look after (roots only).
    pub const SLOW_YIELD: u8 = SAVED_HANDLED | CLOSING | NESTED;
}

/// How the result of a call is to be delivered. Two words, so that it is passed in machine registers.
pub(crate) struct Delivery {
    /// The mode above the register's number.
    how: u64,
    pub hold: Value,
}

impl Delivery {
    /// To the running frame's register.
    #[inline(always)]
    pub fn to(dst: u16) -> Delivery {
        Delivery::holding(Mode::Call, dst, Value::UNSET)
    }

    #[inline(always)]
    pub fn mode(mode: Mode, dst: u16) -> Delivery {
        Delivery::holding(mode, dst, Value::UNSET)
    }

    /// With what the mode needs.
    #[inline(always)]
    pub fn holding(mode: Mode, dst: u16, hold: Value) -> Delivery {
        Delivery { how: (mode as u64) << 16 | u64::from(dst), hold }
    }

    /// The register for the result.
    #[inline(always)]
    pub fn dst(&self) -> u16 {
        self.how as u16
    }

    #[inline(always)]
    pub fn get_mode(&self) -> Mode {
        MODES[(self.how >> 16) as usize % MODES.len()]
    }

    /// Whether a plain call in the running frame waits for the result.
    #[inline(always)]
    pub fn is_call(&self) -> bool {
        self.how >> 16 == Mode::Call as u64
    }
}

/// An activation: registers stand behind it.
#[repr(C)]
pub struct Frame {
    pub prev: *mut Frame,
    /// See the module's text on delegation; unused in plain calls.
    pub link: *mut Frame,
    /// The `Function`; keeps code, globals and closure alive.
    pub function: Value,
    pub code: *const CodeObject,
    /// The instruction after the one being executed.
    pub pc: *const Instr,
    /// What `mode` needs; not initialised while that is `Call`.
    hold: MaybeUninit<Value>,
    pub depth: u32,
    pub dst: u16,
    pub mode: Mode,
    pub flags: u8,
}

/// Registers of frames on the stack are unset in blocks of this many.
const BLOCK: usize = 4;

/// Bytes of a frame on the stack with this many registers.
pub const fn frame_size(registers: u16) -> usize {
    size_of::<Frame>() + (registers as usize).next_multiple_of(BLOCK) * size_of::<Value>()
}

impl Frame {
    /// A frame that has not run.
    pub(crate) fn new(
        function: Value,
        code: *const CodeObject,
        prev: *mut Frame,
        depth: u32,
        delivery: Delivery,
    ) -> Frame {
        Frame {
            prev,
            link: std::ptr::null_mut(),
            function,
            code,
            // SAFETY: `function` keeps the code alive.
            pc: unsafe { (*code).instrs.as_ptr() },
            depth,
            dst: delivery.dst(),
            mode: delivery.get_mode(),
            hold: MaybeUninit::new(delivery.hold),
            flags: 0,
        }
    }

    /// Writes the header of a plain call's frame. Link and pc are left as they are: the first belongs to generators,
    /// and the second is saved before anybody reads it.
    ///
    /// # Safety
    /// `this` is memory for a frame; `prev` is the running frame, and `code` the function's.
    #[inline(always)]
    pub unsafe fn write_call(this: *mut Frame, prev: *mut Frame, function: Value, code: *const CodeObject, dst: u16) {
        // SAFETY: promised by the caller.
        unsafe {
            (&raw mut (*this).prev).write(prev);
            (&raw mut (*this).function).write(function);
            (&raw mut (*this).code).write(code);
            (&raw mut (*this).depth).write((*prev).depth + 1);
            (&raw mut (*this).dst).write(dst);
            (&raw mut (*this).mode).write(Mode::Call);
            (&raw mut (*this).flags).write(0);
        }
    }

    /// Whether this is the frame of a plain call with nothing to look after at its end.
    #[inline(always)]
    pub fn is_simple_call(&self) -> bool {
        self.mode as u8 | self.flags == 0
    }

    /// Whether this is the frame of a generator that another one delegates to, and nothing is being closed.
    #[inline(always)]
    pub fn is_delegate(&self) -> bool {
        self.mode == Mode::Delegate && self.flags == frame_flags::GENERATOR | frame_flags::DELEGATED
    }

    /// Replaces what a generator's frame holds for its mode.
    #[inline(always)]
    pub fn swap_hold(&mut self, hold: Value) -> Value {
        debug_assert!(self.mode != Mode::Call);
        // SAFETY: `hold` is initialised unless the mode is `Call`.
        unsafe { std::mem::replace(&mut self.hold, MaybeUninit::new(hold)).assume_init() }
    }

    /// What a generator's frame holds for its mode.
    pub fn hold(&self) -> &Value {
        debug_assert!(self.mode != Mode::Call);
        // SAFETY: `hold` is initialised unless the mode is `Call`.
        unsafe { self.hold.assume_init_ref() }
    }

    /// What the frame held for its mode; unset afterwards.
    #[inline(always)]
    pub fn take_hold(&mut self) -> Value {
        if self.mode == Mode::Call { Value::UNSET } else { self.swap_hold(Value::UNSET) }
    }

    /// Makes all registers unset without looking at what they held.
    ///
    /// # Safety
    /// `registers` is memory for `count` registers, rounded up as in `frame_size`.
    #[inline(always)]
    pub unsafe fn clear_registers(registers: *mut Value, count: u16) {
        let mut n = 0;
        while n < usize::from(count) {
            // SAFETY: promised by the caller.
            unsafe {
                let block = registers.add(n) as *mut [u64; BLOCK];
                block.write([Value::UNSET_BITS; BLOCK]);
            }
            n += BLOCK;
        }
    }

    /// The first register.
    ///
    /// # Safety
    /// `this` points to a frame with its registers behind it.
    #[inline(always)]
    pub unsafe fn registers(this: *mut Frame) -> *mut Value {
        // SAFETY: promised by the caller.
        unsafe { this.add(1) as *mut Value }
    }

    #[inline(always)]
    pub fn code(&self) -> &CodeObject {
        // SAFETY: `function` keeps the code alive as long as the frame.
        unsafe { &*self.code }
    }

    #[inline(always)]
    pub fn function(&self) -> &Function {
        // SAFETY: a live frame's `function` is always a function object.
        unsafe { self.function.downcast_unchecked::<Function>() }
    }

    /// The number of the instruction being executed (the one before `pc`).
    pub fn current(&self) -> u32 {
        let start = self.code().instrs.as_ptr() as usize;
        ((self.pc as usize - start) / size_of::<Instr>()).saturating_sub(1) as u32
    }

    #[inline(always)]
    pub fn is_generator(&self) -> bool {
        self.flags & frame_flags::GENERATOR != 0
    }
}

/// Memory for the frames of plain calls: chunks, each a stack.
pub struct FrameStack {
    top: *mut u8,
    end: *mut u8,
    chunks: Vec<Box<[u64]>>,
    /// Tops of the chunks below the current one.
    tops: Vec<*mut u8>,
    spare: Option<Box<[u64]>>,
}

const CHUNK_WORDS: usize = 16 * 1024;

impl FrameStack {
    pub fn new() -> FrameStack {
        let mut stack = FrameStack {
            top: std::ptr::null_mut(),
            end: std::ptr::null_mut(),
            chunks: Vec::new(),
            tops: Vec::new(),
            spare: None,
        };
        stack.grow(0);
        stack
    }

    /// Whether the chunk has room for a frame of `size` bytes.
    #[inline(always)]
    pub fn has_room(&self, size: usize) -> bool {
        (self.end as usize) - (self.top as usize) >= size
    }

    /// Memory for a frame of `size` bytes, for which there is room.
    #[inline(always)]
    pub fn push_in_chunk(&mut self, size: usize) -> *mut Frame {
        debug_assert!(self.has_room(size));
        let frame = self.top as *mut Frame;
        // SAFETY: the chunk has room for `size` more bytes.
        self.top = unsafe { self.top.add(size) };
        frame
    }

    /// Memory for a frame of `size` bytes, and the flags it starts with.
    pub fn push(&mut self, size: usize) -> (*mut Frame, u8) {
        let flags = if self.has_room(size) {
            0
        } else {
            self.grow(size);
            frame_flags::CHUNK_START
        };
        (self.push_in_chunk(size), flags)
    }

    /// Gives back the newest frame, which is not the first of a chunk.
    #[inline(always)]
    pub fn pop_in_chunk(&mut self, frame: *mut Frame) {
        self.top = frame as *mut u8;
    }

    /// Gives back the newest frame.
    pub fn pop(&mut self, frame: *mut Frame, flags: u8) {
        self.pop_in_chunk(frame);
        if flags & frame_flags::CHUNK_START != 0 {
            self.shrink();
        }
    }

    #[cold]
    fn grow(&mut self, size: usize) {
        let words = CHUNK_WORDS.max(size / 8 + 1);
        let chunk = match self.spare.take() {
            Some(chunk) if chunk.len() >= words => chunk,
            _ => vec![0u64; words].into_boxed_slice(),
        };
        self.tops.push(self.top);
        self.top = chunk.as_ptr() as *mut u8;
        self.end = (self.top as usize + chunk.len() * 8) as *mut u8;
        self.chunks.push(chunk);
    }

    #[cold]
    fn shrink(&mut self) {
        self.spare = self.chunks.pop();
        self.top = self.tops.pop().unwrap_or(std::ptr::null_mut());
        if let Some(chunk) = self.chunks.last() {
            self.end = (chunk.as_ptr() as usize + chunk.len() * 8) as *mut u8;
        }
    }
}

impl Default for FrameStack {
    fn default() -> FrameStack {
        FrameStack::new()
    }
}

/// The life of a generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum GenState {
    Created,
    Suspended,
    Running,
    Finished,
}

/// Which of the three kinds a generator object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum GenKind {
    Generator,
    Coroutine,
    AsyncGenerator,
}

impl GenKind {
    /// The word that messages use.
    pub fn word(self) -> &'static str {
        match self {
            GenKind::Generator => "generator",
            GenKind::Coroutine => "coroutine",
            GenKind::AsyncGenerator => "async generator",
        }
    }
}

/// A `generator`, `coroutine` or `async_generator`: its frame, with the registers behind it. What else there is stands in
/// its header: the state in the first byte there, the kind and what async generators remember in the second.
#[repr(C)]
pub struct Generator {
    pub frame: VmCell<Frame>,
}

/// Bits of the second byte: the kind, …
const KIND: u8 = 3;
/// … an async generator's operation is under way, …
const ASYNC_RUNNING: u8 = 4;
/// … the async generator was closed, …
const ASYNC_CLOSED: u8 = 8;
/// … and its hooks have been told.
const HOOKED: u8 = 16;

/// Registers of a generator are unset in pairs behind the first: there is an odd number of them, which makes objects of
/// whole multiples of 16 bytes.
const PAIR: usize = 2;

/// How many registers a generator has for code with this many.
#[inline(always)]
const fn slots_for(registers: u16) -> usize {
    registers as usize | 1
}

// SAFETY: the code of a frame never changes, nor does its number of registers.
unsafe impl Tail for Generator {
    #[inline]
    fn tail_size(&self) -> usize {
        self.slots() * size_of::<Value>()
    }
    #[inline]
    unsafe fn drop_tail(&mut self) {
        // SAFETY: all registers are initialised, and this runs once. A finished frame holds nothing in them.
        unsafe {
            drop((*self.frame.as_ptr()).take_hold());
            if self.state() == GenState::Finished {
                return;
            }
            let registers = Frame::registers(self.frame.as_ptr());
            for i in 0..self.slots() {
                std::ptr::drop_in_place(registers.add(i));
            }
        }
    }
}

impl Generator {
    /// A generator object for a call of `function`; all registers unset.
    pub fn create(class: &Ref<Class>, kind: GenKind, function: Value) -> Ref<Generator> {
        // SAFETY: `function` is a function object; nothing is read behind the pointer.
        unsafe {
            let code: *const CodeObject = &**function.downcast_unchecked::<Function>().code.get();
            Generator::with_arguments(class, kind, function, code, std::ptr::null_mut(), 0)
        }
    }

    /// A generator object for a call with exactly the positional arguments of the function, which are moved out of the
    /// values behind `from`.
    ///
    /// # Safety
    /// `code` is that of `function`, a function object; `from` points to `count` values, at most as many as the code has
    /// registers.
    #[inline(always)]
    pub unsafe fn with_arguments(
        class: &Ref<Class>,
        kind: GenKind,
        function: Value,
        code: *const CodeObject,
        from: *mut Value,
        count: usize,
    ) -> Ref<Generator> {
        // SAFETY: promised by the caller; payload and registers are written before the reference is made.
        unsafe {
            let registers = slots_for((*code).registers);
            let size = size_of::<Header>() + size_of::<Generator>() + registers * size_of::<Value>();
            let object = new_raw(crate::heap::Kind::Generator, class, size);
            (*object).own[1].set(kind as u8);
            let payload = (object as *mut u8).add(size_of::<Header>()) as *mut Generator;
            let frame = (&raw mut (*payload).frame) as *mut Frame;
            std::ptr::write(
                payload,
                Generator {
                    frame: VmCell::new(Frame {
                        prev: std::ptr::null_mut(),
                        link: frame,
                        function,
                        code,
                        pc: (*code).instrs.as_ptr(),
                        hold: MaybeUninit::new(Value::UNSET),
                        depth: 0,
                        dst: 0,
                        mode: Mode::Send,
                        flags: frame_flags::GENERATOR,
                    }),
                },
            );
            let slots = Frame::registers(frame);
            slots.write(Value::UNSET);
            let mut n = count.saturating_sub(1) | 1;
            while n < registers {
                (slots.add(n) as *mut [u64; PAIR]).write([Value::UNSET_BITS; PAIR]);
                n += PAIR;
            }
            // Most have one or two; a loop for all would be unrolled into something longer.
            let take = |i: usize| slots.add(i).write(std::ptr::replace(from.add(i), Value::UNSET));
            if count > 0 {
                take(0);
            }
            if count > 1 {
                take(1);
            }
            for i in 2..count {
                take(i);
            }
            Ref::from_raw(object)
        }
    }

    #[inline(always)]
    fn header(&self) -> &Header {
        // SAFETY: a generator is only ever made as the payload of an object, right behind its header.
        unsafe { &*((std::ptr::from_ref(self).addr() - size_of::<Header>()) as *const Header) }
    }

    #[inline(always)]
    fn slots(&self) -> usize {
        slots_for(self.frame.get().code().registers)
    }

    #[inline(always)]
    pub fn state(&self) -> GenState {
        match self.header().own[0].get() {
            0 => GenState::Created,
            1 => GenState::Suspended,
            2 => GenState::Running,
            _ => GenState::Finished,
        }
    }

    #[inline(always)]
    pub fn kind(&self) -> GenKind {
        match self.header().own[1].get() & KIND {
            0 => GenKind::Generator,
            1 => GenKind::Coroutine,
            _ => GenKind::AsyncGenerator,
        }
    }

    #[inline(always)]
    fn has(&self, bit: u8) -> bool {
        self.header().own[1].get() & bit != 0
    }

    #[inline(always)]
    fn put(&self, bit: u8, on: bool) {
        let bits = &self.header().own[1];
        bits.set(if on { bits.get() | bit } else { bits.get() & !bit });
    }

    /// Whether an operation of the async generator is under way.
    #[inline(always)]
    pub fn is_async_running(&self) -> bool {
        self.has(ASYNC_RUNNING)
    }

    #[inline(always)]
    pub fn set_async_running(&self, on: bool) {
        self.put(ASYNC_RUNNING, on);
    }

    pub fn is_async_closed(&self) -> bool {
        self.has(ASYNC_CLOSED)
    }

    pub fn set_async_closed(&self) {
        self.put(ASYNC_CLOSED, true);
    }

    /// Whether the hooks of async generators have been told.
    pub fn is_hooked(&self) -> bool {
        self.has(HOOKED)
    }

    pub fn set_hooked(&self) {
        self.put(HOOKED, true);
    }

    /// Keeps the exception that a chain handles whose root this is and which is being suspended: where a running root holds
    /// what its mode needs.
    pub fn set_handled(&self, exception: Value) {
        let frame = self.frame.get_mut();
        let before = frame.swap_hold(exception);
        debug_assert!(before.is_unset(), "a suspended root holds nothing for its mode");
        frame.flags |= frame_flags::HANDLING;
    }

    /// Takes what `set_handled` kept; unset if nothing.
    pub fn take_handled(&self) -> Value {
        let frame = self.frame.get_mut();
        if frame.flags & frame_flags::HANDLING == 0 {
            return Value::UNSET;
        }
        frame.flags &= !frame_flags::HANDLING;
        frame.swap_hold(Value::UNSET)
    }

    /// Tuple (name, qualname, origin, finaliser), once one of them is set.
    pub fn extra(&self) -> Option<Value> {
        aside_of(self.header())
    }

    pub fn set_extra(&self, extra: Value) {
        put_aside(self.header(), extra);
    }

    /// The one place where a generator changes state.
    #[inline(always)]
    pub fn set_state(&self, to: GenState) {
        debug_assert!(
            matches!(
                (self.state(), to),
                (GenState::Created | GenState::Suspended, GenState::Running)
                    | (GenState::Running, GenState::Suspended)
                    | (_, GenState::Finished)
            ),
            "generator from {:?} to {to:?}",
            self.state()
        );
        self.header().own[0].set(to as u8);
    }

    #[inline(always)]
    pub fn frame_ptr(&self) -> *mut Frame {
        self.frame.as_ptr()
    }

    /// The generator whose frame this is.
    ///
    /// # Safety
    /// `frame` has the flag GENERATOR.
    #[inline(always)]
    pub unsafe fn of_frame<'a>(frame: *mut Frame) -> &'a Generator {
        // SAFETY: such a frame is the field `frame` of a generator.
        unsafe { &*((frame as usize - std::mem::offset_of!(Generator, frame)) as *const Generator) }
    }

    /// The register with what the suspended frame waits for in `yield from` or `await` (`gi_yieldfrom`, `cr_await`), if it
    /// does.
    pub fn delegate(&self) -> Option<*mut Value> {
        let frame = self.frame.get();
        if self.state() == GenState::Created || self.state() == GenState::Finished {
            return None;
        }
        let instr = frame.code().instrs[frame.current() as usize];
        if instr.op != Op::YieldFrom {
            return None;
        }
        // SAFETY: the verifier checked the register number; all registers are initialised.
        unsafe {
            let place = Frame::registers(self.frame.as_ptr()).add(usize::from(instr.b));
            if (*place).is_unset() { None } else { Some(place) }
        }
    }
}

/// Whether a dying generator is at its end and holds nothing but its function.
#[inline(always)]
pub(crate) fn is_spent(object: *mut Header) -> bool {
    // SAFETY: called for generators only, dead but intact.
    let generator = unsafe { &*((object as usize + size_of::<Header>()) as *const Generator) };
    generator.state() == GenState::Finished && generator.frame.get().hold().is_unset()
}

/// Whether the death of a suspended generator must run script code first.
pub(crate) fn needs_finalizer(object: *mut Header) -> bool {
    // SAFETY: called for generators only, dead but intact.
    let generator = unsafe { &*((object as usize + size_of::<Header>()) as *const Generator) };
    match generator.state() {
        GenState::Finished | GenState::Running => false,
        GenState::Created => generator.kind() == GenKind::Coroutine,
        GenState::Suspended => {
            let frame = generator.frame.get();
            generator.is_hooked()
                || frame.code().code.handler(frame.current()).is_some()
                || generator.delegate().is_some()
        }
    }
}
