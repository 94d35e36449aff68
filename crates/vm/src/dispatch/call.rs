//! Calls: of functions, bound methods and objects with `__call__`. Natives and classes have files of their own.

use super::bind::bind_arguments;
use super::construct::begin_class;
use super::native::call_native;
use crate::frame::{Delivery, Frame, GenKind, Generator};
use crate::heap::{Kind, Ref, object_flags};
use crate::objects::{BoundMethod, Class, CodeObject, Function};
use crate::value::Value;
use crate::{Res, Vm, class_of, names};
use smallvec::SmallVec;

/// What a call came to.
pub(crate) enum Called {
    /// It is done; here is the result.
    Value(Value),
    /// A frame was pushed, which runs next.
    Entered,
}

/// A run of arguments that the callee takes over: values behind `at` are moved out, leaving unset. Passed by reference:
/// copies of what was written just before wait for it to reach the cache.
pub(crate) struct Window<'a> {
    pub at: *mut Value,
    pub len: usize,
    /// Names of the last values.
    pub names: &'a [Value],
    /// The value before `at` is the window's too, and unset: room for one more argument.
    pub room: bool,
}

impl<'a> Window<'a> {
    pub fn of(args: &'a mut [Value]) -> Window<'a> {
        Window { at: args.as_mut_ptr(), len: args.len(), names: &[], room: false }
    }

    /// `len` registers from `at` on.
    ///
    /// # Safety
    /// There are these registers in the running frame.
    #[inline(always)]
    pub unsafe fn over(at: *mut Value, len: usize) -> Window<'a> {
        Window { at, len, names: &[], room: false }
    }

    /// `len` registers from `at` on, behind the one the callee was taken from.
    ///
    /// # Safety
    /// There are these registers in the running frame, and the one before them is unset.
    #[inline(always)]
    pub unsafe fn behind_callee(at: *mut Value, len: usize) -> Window<'a> {
        Window { at, len, names: &[], room: true }
    }

    pub fn named(args: &'a mut [Value], names: &'a [Value]) -> Window<'a> {
        Window { at: args.as_mut_ptr(), len: args.len(), names, room: false }
    }

    /// Moves out argument number `i`.
    ///
    /// # Safety
    /// `i < len`, and the window still points to initialised values.
    #[inline(always)]
    pub unsafe fn take(&self, i: usize) -> Value {
        // SAFETY: promised by the caller; what stays behind is initialised too.
        unsafe { std::ptr::replace(self.at.add(i), Value::UNSET) }
    }

    /// # Safety
    /// As `take`, for all values.
    pub unsafe fn slice(&self) -> &'a [Value] {
        // SAFETY: promised by the caller.
        unsafe { std::slice::from_raw_parts(self.at, self.len) }
    }

    /// Puts one more argument before the others.
    ///
    /// # Safety
    /// The value before `at` is initialised and nobody else's.
    #[inline(always)]
    pub unsafe fn prepend(&mut self, first: Value) {
        // SAFETY: promised by the caller.
        unsafe {
            self.at = self.at.sub(1);
            drop(std::ptr::replace(self.at, first));
        }
        self.len += 1;
    }

    /// All arguments, moved out, behind one more.
    ///
    /// # Safety
    /// As `take`, for all values.
    pub unsafe fn take_behind(&self, first: Value) -> SmallVec<[Value; 8]> {
        let mut args = SmallVec::with_capacity(self.len + 1);
        args.push(first);
        for i in 0..self.len {
            // SAFETY: promised by the caller.
            args.push(unsafe { self.take(i) });
        }
        args
    }

    /// Drops what was not taken.
    ///
    /// # Safety
    /// As `take`, for all values.
    pub unsafe fn clear(&self) {
        for i in 0..self.len {
            // SAFETY: promised by the caller.
            drop(unsafe { self.take(i) });
        }
    }
}

/// Pushes an initialised frame for a plain call of `function`; its registers are unset.
///
/// # Safety
/// `code` is the function's code.
pub(crate) unsafe fn push_frame(vm: &mut Vm, function: Value, code: &CodeObject, delivery: Delivery) -> *mut Frame {
    let (frame, flags) = vm.stack.push(code.frame_size);
    // SAFETY: the stack gave room for header and registers.
    unsafe {
        let depth = if vm.frame.is_null() { 0 } else { (*vm.frame).depth };
        std::ptr::write(frame, Frame::new(function, code, vm.frame, depth + 1, delivery));
        (*frame).flags = flags;
        Frame::clear_registers(Frame::registers(frame), code.registers);
    }
    frame
}

/// As `push_frame`, for a frame of the VM's own: it counts for the depth only if the running frame is another such one.
///
/// # Safety
/// As `push_frame`.
pub(super) unsafe fn push_hidden_frame(
    vm: &mut Vm,
    function: Value,
    code: &CodeObject,
    delivery: Delivery,
) -> *mut Frame {
    // SAFETY: promised by the caller; the running frame is alive.
    unsafe {
        let counts = vm.frame.is_null() || super::is_hidden(&*vm.frame);
        let frame = push_frame(vm, function, code, delivery);
        (*frame).depth -= u32::from(!counts);
        frame
    }
}

/// Takes the newest frame off: drops registers, function and what it held. `vm.frame` is its caller afterwards.
///
/// # Safety
/// `frame` is the running frame, and of a plain call.
pub(crate) unsafe fn pop_frame(vm: &mut Vm, frame: *mut Frame) {
    // SAFETY: promised by the caller.
    unsafe {
        let hold = (*frame).take_hold();
        pop_with(vm, frame, (*(*frame).code).registers);
        drop(hold);
    }
}

/// As `pop_frame`, at a return: temporaries hold nothing then, and what the frame held has been taken.
///
/// # Safety
/// As `pop_frame`; the frame stands at a `Return`.
#[inline(always)]
pub(crate) unsafe fn pop_returned(vm: &mut Vm, frame: *mut Frame) {
    // SAFETY: promised by the caller.
    unsafe { pop_with(vm, frame, (*(*frame).code).first_temp) };
}

/// Takes the newest frame off, of whose registers only the first `count` hold anything.
///
/// # Safety
/// As `pop_frame`.
#[inline(always)]
unsafe fn pop_with(vm: &mut Vm, frame: *mut Frame, count: u16) {
    // SAFETY: all registers are initialised; nobody uses the frame afterwards.
    let flags = unsafe {
        let registers = Frame::registers(frame);
        vm.frame = (*frame).prev;
        for i in 0..usize::from(count) {
            std::ptr::drop_in_place(registers.add(i));
        }
        std::ptr::drop_in_place(&raw mut (*frame).function);
        (*frame).flags
    };
    vm.stack.pop(frame, flags);
}

/// Begins a call. The arguments are moved out of the window.
///
/// # Safety
/// The window points to initialised values that nobody else uses during the call.
pub(crate) unsafe fn begin(vm: &mut Vm, callable: Value, window: &Window<'_>, delivery: Delivery) -> Res<Called> {
    // SAFETY: passed on; a function keeps its code alive.
    unsafe {
        if callable.is_kind(Kind::Function) && window.names.is_empty() {
            let code = std::ptr::from_ref(callable.downcast_unchecked::<Function>().code());
            if (*code).plain_args as usize == window.len && has_room(vm, &*code) {
                push_plain(vm, callable, code, window, delivery);
                return Ok(Called::Entered);
            }
        }
        begin_any(vm, callable, window, delivery)
    }
}

/// As `begin`, whatever is called and however. Out of line, because it needs much of the stack.
///
/// # Safety
/// As `begin`.
#[inline(never)]
unsafe fn begin_any(vm: &mut Vm, callable: Value, window: &Window<'_>, delivery: Delivery) -> Res<Called> {
    // SAFETY: passed on.
    unsafe {
        match callable.kind() {
            Some(Kind::Function) => begin_function(vm, callable, window, delivery),
            Some(Kind::Native) => call_native(vm, callable, window, delivery),
            Some(Kind::BoundMethod) => {
                let method = callable.downcast_unchecked::<BoundMethod>();
                let (function, this) = (method.function.clone(), method.this.clone());
                begin_with_first(vm, function, this, window, delivery)
            }
            Some(Kind::Class) => begin_class(vm, Ref::<Class>::from_value_unchecked(callable), window, delivery),
            _ => begin_object(vm, callable, window, delivery),
        }
    }
}

/// Begins a call with one more argument before the others.
///
/// # Safety
/// As `begin`.
pub(crate) unsafe fn begin_with_first(
    vm: &mut Vm,
    callable: Value,
    first: Value,
    window: &Window<'_>,
    delivery: Delivery,
) -> Res<Called> {
    // SAFETY: room is initialised and nobody else's; else the vector outlives the call's beginning, by the end of which the
    // arguments were taken.
    unsafe {
        if window.room {
            let at = window.at.sub(1);
            std::ptr::write(at, first);
            return begin(
                vm,
                callable,
                &Window { at, len: window.len + 1, names: window.names, room: false },
                delivery,
            );
        }
        let mut args = window.take_behind(first);
        begin(vm, callable, &Window::named(&mut args, window.names), delivery)
    }
}

/// Whether there is depth and room left for a frame of a call.
///
/// # Safety
/// As `begin`.
#[inline(always)]
unsafe fn has_room(vm: &Vm, code: &CodeObject) -> bool {
    // SAFETY: the running frame is live.
    let depth = if vm.frame.is_null() { 0 } else { unsafe { (*vm.frame).depth } };
    depth < vm.recursion_limit && vm.stack.has_room(code.frame_size)
}

/// Pushes the frame of a function for whose arguments nothing is to be done but moving them.
///
/// # Safety
/// As `begin`; `code` is the function's, the arguments are as many as its `plain_args`, and it `has_room`.
#[inline(always)]
unsafe fn push_plain(vm: &mut Vm, function: Value, code: *const CodeObject, window: &Window<'_>, delivery: Delivery) {
    // SAFETY: promised by the caller.
    unsafe {
        let depth = if vm.frame.is_null() { 0 } else { (*vm.frame).depth };
        let frame = vm.stack.push_in_chunk((*code).frame_size);
        std::ptr::write(frame, Frame::new(function, code, vm.frame, depth + 1, delivery));
        let registers = Frame::registers(frame);
        Frame::clear_registers(registers, (*code).registers);
        // Most have one or two; a loop for all would be unrolled into something longer.
        let take = |n: usize| registers.add(n).write(window.take(n));
        if window.len > 0 {
            take(0);
        }
        if window.len > 1 {
            take(1);
        }
        for n in 2..window.len {
            take(n);
        }
        vm.frame = frame;
    }
}

/// RecursionError if the running frame is as deep as may be.
///
/// # Safety
/// As `begin`.
unsafe fn check_depth(vm: &mut Vm, window: &Window<'_>) -> Res<()> {
    // SAFETY: the running frame is live; the rest is passed on.
    unsafe {
        if !vm.frame.is_null() && (*vm.frame).depth >= vm.recursion_limit {
            window.clear();
            return Err(vm.recursion_error(""));
        }
    }
    Ok(())
}

/// # Safety
/// As `begin`; `callable` is a function.
pub(crate) unsafe fn begin_function(
    vm: &mut Vm,
    callable: Value,
    window: &Window<'_>,
    delivery: Delivery,
) -> Res<Called> {
    // SAFETY: promised by the caller.
    let function = unsafe { &*(callable.downcast_unchecked::<Function>() as *const Function) };
    let code: &CodeObject = function.code();
    if let Some(kind) = code.makes {
        let generator = make_generator(vm, &callable, kind);
        // SAFETY: the new generator's registers are initialised and its own.
        unsafe {
            let registers = Frame::registers(generator.frame_ptr());
            if let Err(thrown) = bind_arguments(vm, function, code, window, registers) {
                // Nobody will wait for what was refused: no warning when it dies.
                generator.header().set_flag(object_flags::FINALIZED);
                window.clear();
                return Err(thrown);
            }
        }
        return Ok(Called::Value(generator.into_value()));
    }
    // SAFETY: passed on.
    unsafe { check_depth(vm, window)? };
    // SAFETY: `code` is the function's; on failure the frame is taken off again.
    unsafe {
        let frame = push_frame(vm, callable, code, delivery);
        if let Err(thrown) = bind_arguments(vm, function, code, window, Frame::registers(frame)) {
            vm.frame = frame;
            pop_frame(vm, frame);
            window.clear();
            return Err(thrown);
        }
        vm.frame = frame;
    }
    Ok(Called::Entered)
}

/// The object that a call of a generator function, coroutine function or async generator function gives.
pub(crate) fn make_generator(vm: &Vm, function: &Value, kind: GenKind) -> Ref<Generator> {
    Generator::create(&vm.generator_classes[kind as usize], kind, function.clone())
}

/// The same, where the arguments are as many as the code's `generator_args` and need nothing but moving out of the values
/// behind `from`.
///
/// # Safety
/// `function` is a function object; `from` points to its arguments.
#[inline(never)]
pub(crate) unsafe fn generator_call(vm: &Vm, function: Value, from: *mut Value) -> Value {
    // SAFETY: promised by the caller; code with `generator_args` makes a generator.
    unsafe {
        let code = std::ptr::from_ref(function.downcast_unchecked::<Function>().code());
        let kind = (*code).makes.unwrap_unchecked();
        let count = usize::from((*code).args);
        Generator::with_arguments(&vm.generator_classes[kind as usize], kind, function, code, from, count).into_value()
    }
}

/// # Safety
/// As `begin`.
unsafe fn begin_object(vm: &mut Vm, callable: Value, window: &Window<'_>, delivery: Delivery) -> Res<Called> {
    let class = class_of(&callable).clone();
    match vm.lookup(&class, &names().__call__) {
        // SAFETY: passed on.
        Some(method) => unsafe {
            if method.is_kind(Kind::Function) || method.is_kind(Kind::Native) {
                return begin_with_first(vm, method, callable, window, delivery);
            }
            // What is found may itself be an object with `__call__`, and so on without end.
            if let Err(thrown) = vm.enter_native(" while calling a Python object") {
                window.clear();
                return Err(thrown);
            }
            let result = vm.bind_special(&method, &callable).and_then(|bound| begin(vm, bound, window, delivery));
            vm.leave_native();
            result
        },
        None => {
            // SAFETY: passed on.
            unsafe { window.clear() };
            let class = class.name_str();
            Err(vm.type_error(format!("'{class}' object is not callable")))
        }
    }
}
