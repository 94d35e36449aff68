//! Calls: of functions, natives, classes, bound methods and objects with `__call__`.

use super::bind::bind_arguments;
use crate::args::unset;
use crate::frame::{Delivery, Frame, GenKind, Generator, Mode};
use crate::heap::{Kind, Ref, object_flags};
use crate::objects::{
    BoundMethod, Class, CodeObject, Exception, Function, Instance, Intrinsic, Native, Tuple, class_flags,
};
use crate::value::Value;
use crate::{Args, Request, Res, Vm, class_of, names, types};
use smallvec::SmallVec;
use weft_bytecode::flags;

/// What a call came to.
pub(crate) enum Called {
    /// It is done; here is the result.
    Value(Value),
    /// A frame was pushed, which runs next.
    Entered,
}

/// A run of arguments that the callee takes over: values behind `at` are moved out, leaving unset.
#[derive(Clone, Copy)]
pub(crate) struct Window<'a> {
    pub at: *mut Value,
    pub len: usize,
    /// Names of the last values.
    pub names: &'a [Value],
}

impl<'a> Window<'a> {
    pub fn of(args: &'a mut [Value]) -> Window<'a> {
        Window { at: args.as_mut_ptr(), len: args.len(), names: &[] }
    }

    pub fn named(args: &'a mut [Value], names: &'a [Value]) -> Window<'a> {
        Window { at: args.as_mut_ptr(), len: args.len(), names }
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
    unsafe fn slice(&self) -> &'a [Value] {
        // SAFETY: promised by the caller.
        unsafe { std::slice::from_raw_parts(self.at, self.len) }
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

/// Takes the newest frame off: drops registers, function and what it held. `vm.frame` is its caller afterwards.
///
/// # Safety
/// `frame` is the running frame, and of a plain call.
pub(crate) unsafe fn pop_frame(vm: &mut Vm, frame: *mut Frame) {
    // SAFETY: all registers are initialised; nobody uses the frame afterwards.
    let flags = unsafe {
        let registers = Frame::registers(frame);
        let count = usize::from((*(*frame).code).registers);
        vm.frame = (*frame).prev;
        for i in 0..count {
            std::ptr::drop_in_place(registers.add(i));
        }
        drop((*frame).take_hold());
        std::ptr::drop_in_place(&raw mut (*frame).function);
        (*frame).flags
    };
    vm.stack.pop(frame, flags);
}

/// Begins a call. The arguments are moved out of the window.
///
/// # Safety
/// The window points to initialised values that nobody else uses during the call.
pub(crate) unsafe fn begin(vm: &mut Vm, callable: Value, window: Window<'_>, delivery: Delivery) -> Res<Called> {
    // SAFETY: passed on.
    unsafe {
        match callable.kind() {
            Some(Kind::Function) => begin_function(vm, callable, window, delivery),
            Some(Kind::Native) => call_native(vm, callable, window, || delivery),
            Some(Kind::BoundMethod) => {
                let method = callable.downcast_unchecked::<BoundMethod>();
                let (function, this) = (method.function.clone(), method.this.clone());
                begin_with_first(vm, function, this, window, delivery)
            }
            Some(Kind::Class) => {
                let class = Ref::<Class>::from_value_unchecked(callable);
                begin_class(vm, class, window, delivery)
            }
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
    window: Window<'_>,
    delivery: Delivery,
) -> Res<Called> {
    if let Some(function) = callable.downcast::<Function>()
        && function.code().plain_args as usize == window.len + 1
        && window.names.is_empty()
    {
        // SAFETY: passed on.
        return unsafe { begin_plain_method(vm, callable, first, window, delivery) };
    }
    let mut args: SmallVec<[Value; 8]> = SmallVec::with_capacity(window.len + 1);
    args.push(first);
    for i in 0..window.len {
        // SAFETY: passed on.
        args.push(unsafe { window.take(i) });
    }
    // SAFETY: the vector outlives the call's beginning, by the end of which the arguments were taken.
    unsafe { begin(vm, callable, Window { at: args.as_mut_ptr(), len: args.len(), names: window.names }, delivery) }
}

/// # Safety
/// As `begin`; `callable` is a function whose `plain_args` are one more than the window's, which has no names.
unsafe fn begin_plain_method(
    vm: &mut Vm,
    callable: Value,
    first: Value,
    window: Window<'_>,
    delivery: Delivery,
) -> Res<Called> {
    // SAFETY: passed on; the function outlives its frame, which holds it.
    unsafe {
        check_depth(vm, window)?;
        let code: *const CodeObject = callable.downcast_unchecked::<Function>().code();
        let frame = push_frame(vm, callable, &*code, delivery);
        let registers = Frame::registers(frame);
        std::ptr::write(registers, first);
        for i in 0..window.len {
            std::ptr::write(registers.add(i + 1), window.take(i));
        }
        vm.frame = frame;
    }
    Ok(Called::Entered)
}

/// RecursionError if the running frame is as deep as may be.
///
/// # Safety
/// As `begin`.
unsafe fn check_depth(vm: &mut Vm, window: Window<'_>) -> Res<()> {
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
    window: Window<'_>,
    delivery: Delivery,
) -> Res<Called> {
    // SAFETY: promised by the caller.
    let function = unsafe { &*(callable.downcast_unchecked::<Function>() as *const Function) };
    let code: &CodeObject = function.code();
    if code.generator_like {
        let generator = make_generator(&callable, code);
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
pub(crate) fn make_generator(function: &Value, code: &CodeObject) -> Ref<Generator> {
    let (class, kind) = generator_class(code);
    Generator::create(class, kind, function.clone())
}

/// Of which class the object is that a call of such code gives.
pub(crate) fn generator_class(code: &CodeObject) -> (&'static Ref<Class>, GenKind) {
    let types = types();
    if code.flags & flags::COROUTINE != 0 {
        (&types.coroutine, GenKind::Coroutine)
    } else if code.flags & flags::ASYNC_GENERATOR != 0 {
        (&types.async_generator, GenKind::AsyncGenerator)
    } else {
        (&types.generator, GenKind::Generator)
    }
}

/// Calls a native. Where the result goes matters only to one that makes a request, so it is not even put together
/// for others: read back at once, in larger pieces than it was written, it would hold up each call.
///
/// # Safety
/// As `begin`; `callable` is a native.
#[inline]
pub(crate) unsafe fn call_native(
    vm: &mut Vm,
    callable: Value,
    window: Window<'_>,
    delivery: impl FnOnce() -> Delivery,
) -> Res<Called> {
    // SAFETY: promised by the caller.
    let native = unsafe { callable.downcast_unchecked::<Native>() };
    if !native.this.is_unset() {
        let (this, function, data) = (native.this.clone(), native.function, native.data.clone());
        let mut args: SmallVec<[Value; 8]> = SmallVec::with_capacity(window.len + 1);
        args.push(this);
        for i in 0..window.len {
            // SAFETY: passed on.
            args.push(unsafe { window.take(i) });
        }
        let result = function(vm, Args::new(&args, window.names, &data));
        drop(args);
        return settle_native(vm, result, delivery);
    }
    // SAFETY: passed on; natives leave their arguments alone.
    unsafe {
        check_receiver(vm, native, &window.slice()[..window.len - window.names.len()])?;
        let result = (native.function)(vm, Args::new(window.slice(), window.names, &native.data));
        window.clear();
        settle_native(vm, result, delivery)
    }
}

#[inline]
fn settle_native(vm: &mut Vm, result: Res, delivery: impl FnOnce() -> Delivery) -> Res<Called> {
    match result {
        Ok(value) => Ok(Called::Value(value)),
        failed => settle(vm, failed, delivery()),
    }
}

/// `__new__` of a builtin class makes objects of the class's layout, so it must be called with a subclass.
fn check_new(vm: &mut Vm, native: &Native, args: &[Value]) -> Res<()> {
    let Some(owner) = native.owner.get().downcast::<Class>() else { return Ok(()) };
    let name = owner.name_str();
    let Some(first) = args.first() else {
        return Err(vm.type_error(format!("{name}.__new__(): not enough arguments")));
    };
    let Some(class) = first.downcast::<Class>() else {
        let got = class_of(first).name_str();
        return Err(vm.type_error(format!("{name}.__new__(X): X is not a type object ({got})")));
    };
    if class.is_subclass_of(owner) {
        return Ok(());
    }
    let got = class.name_str();
    Err(vm.type_error(format!("{name}.__new__({got}): {got} is not a subtype of {name}")))
}

/// A method of a builtin type must be called with an instance of it.
pub(crate) fn check_receiver(vm: &mut Vm, native: &Native, args: &[Value]) -> Res<()> {
    use crate::objects::NativeKind;
    if native.intrinsic == Intrinsic::New {
        return check_new(vm, native, args);
    }
    if !matches!(native.kind, NativeKind::Method | NativeKind::Slot) {
        return Ok(());
    }
    let Some(owner) = native.owner.get().downcast::<Class>() else { return Ok(()) };
    let Some(first) = args.first() else {
        let (name, class) = (native.name, owner.name_str());
        return Err(match native.kind {
            NativeKind::Slot => vm.type_error(format!("descriptor '{name}' of '{class}' object needs an argument")),
            _ => vm.type_error(format!("unbound method {class}.{name}() needs an argument")),
        });
    };
    let class = class_of(first);
    if class.is_subclass_of(owner) {
        return Ok(());
    }
    let (name, owner, got) = (native.name, owner.name_str(), class.name_str());
    Err(match native.kind {
        NativeKind::Slot => {
            vm.type_error(format!("descriptor '{name}' requires a '{owner}' object but received a '{got}'"))
        }
        _ => vm.type_error(format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object")),
    })
}

/// Turns what a native returned into the call's outcome, carrying out its request if it made one.
pub(crate) fn settle(vm: &mut Vm, result: Res, delivery: Delivery) -> Res<Called> {
    match result {
        Ok(value) => Ok(Called::Value(value)),
        Err(thrown) => match vm.request.take() {
            None => Err(thrown),
            Some(request) => carry_out(vm, request, delivery),
        },
    }
}

/// Carries out what a native requested.
pub(super) fn carry_out(vm: &mut Vm, request: Request, delivery: Delivery) -> Res<Called> {
    match request {
        Request::Call { callable, mut args } => {
            // SAFETY: the vector outlives the call's beginning.
            unsafe { begin(vm, callable, Window::of(&mut args), delivery) }
        }
        Request::CallKeywords { callable, mut args, names } => {
            // SAFETY: the vectors outlive the call's beginning.
            unsafe { begin(vm, callable, Window::named(&mut args, &names), delivery) }
        }
        Request::Resume { generator, action } => super::generator::resume(vm, generator, action, delivery),
        Request::Then { first, then, state } => super::continuation::begin(vm, *first, then, state, delivery),
    }
}

/// # Safety
/// As `begin`.
unsafe fn begin_object(vm: &mut Vm, callable: Value, window: Window<'_>, delivery: Delivery) -> Res<Called> {
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

/// # Safety
/// As `begin`.
unsafe fn begin_class(vm: &mut Vm, class: Ref<Class>, window: Window<'_>, delivery: Delivery) -> Res<Called> {
    let types = types();
    let metaclass = class_of(class.value());
    // SAFETY: passed on.
    unsafe {
        if metaclass.is(&types.r#type) {
            if class.is(&types.r#type) && window.len == 1 && window.names.is_empty() {
                let argument = window.take(0);
                return Ok(Called::Value(class_of(&argument).value().clone()));
            }
            if let Some(make) = class.direct() {
                let result = make(vm, Args::new(window.slice(), window.names, unset()));
                window.clear();
                return settle(vm, result, delivery);
            }
            return begin_instance(vm, class, window, delivery);
        }
        match vm.lookup(metaclass, &names().__call__) {
            Some(method) if !method.is_kind(Kind::Native) => {
                begin_with_first(vm, method, class.into_value(), window, delivery)
            }
            _ => begin_instance(vm, class, window, delivery),
        }
    }
}

/// `type.__call__`: makes an instance with `__new__` and `__init__`.
///
/// # Safety
/// As `begin`.
pub(crate) unsafe fn begin_instance(
    vm: &mut Vm,
    class: Ref<Class>,
    window: Window<'_>,
    delivery: Delivery,
) -> Res<Called> {
    let new = vm.lookup(&class, &names().__new__);
    let init = vm.lookup(&class, &names().__init__);
    // SAFETY: passed on; the window stays valid throughout.
    unsafe {
        let default_new = new.as_ref().is_none_or(crate::types::object::is_default_new);
        if default_new && class.layout == Kind::Instance && !class.has(class_flags::ABSTRACT | class_flags::BUILTIN) {
            let instance = crate::heap::new(&class, Instance).into_value();
            return match init {
                Some(init) if init.is_kind(Kind::Function) => begin_init(vm, init, instance, window, delivery),
                _ => finish_init(vm, &class, init, instance, window, delivery, true),
            };
        }
        if class.layout == Kind::Exception
            && window.names.is_empty()
            && new.as_ref().is_some_and(|new| is_of_base_exception(vm, new, &names().__new__))
        {
            let args = Tuple::build(window.len, |i| (*window.at.add(i)).clone()).into_value();
            let exception = crate::heap::new(&class, Exception::new(args)).into_value();
            match init {
                Some(init) if is_of_base_exception(vm, &init, &names().__init__) => {
                    window.clear();
                    return Ok(Called::Value(exception));
                }
                Some(init) if init.is_kind(Kind::Function) => {
                    return begin_init(vm, init, exception, window, delivery);
                }
                _ => {}
            }
        }
        let Some(new) = new else {
            window.clear();
            let name = class.name_str();
            return Err(vm.type_error(format!("cannot create '{name}' instances")));
        };
        let mut args: SmallVec<[Value; 8]> = SmallVec::with_capacity(window.len + 1);
        args.push(class.value().clone());
        args.extend(window.slice().iter().cloned());
        let new = if new.is_kind(Kind::Function) || new.is_kind(Kind::Native) {
            new
        } else {
            let owner = class.value().clone();
            vm.bind_static(&new, &owner)?
        };
        let instance = vm.call_args(&new, &mut args, window.names)?;
        if !class_of(&instance).is_subclass_of(&class) {
            window.clear();
            return Ok(Called::Value(instance));
        }
        // `__init__` is looked up on what was made.
        let made = class_of(&instance).clone();
        let init = vm.lookup(&made, &names().__init__);
        match init {
            Some(init) if init.is_kind(Kind::Function) => begin_init(vm, init, instance, window, delivery),
            _ => finish_init(vm, &made, init, instance, window, delivery, default_new),
        }
    }
}

/// Whether a class found for `name` what BaseException defines.
fn is_of_base_exception(vm: &mut Vm, found: &Value, name: &Value) -> bool {
    vm.lookup(&types().exceptions.BaseException, name).is_some_and(|own| own.is(found))
}

/// # Safety
/// As `begin`; `init` is a function.
unsafe fn begin_init(vm: &mut Vm, init: Value, instance: Value, window: Window<'_>, delivery: Delivery) -> Res<Called> {
    if !matches!(delivery.mode, Mode::Call) {
        // Whoever waits wants the instance, not None: run `__init__` nested.
        let mut args = vec![instance.clone()];
        for i in 0..window.len {
            // SAFETY: passed on.
            args.push(unsafe { window.take(i) });
        }
        let result = vm.call_window(&init, args, window.names)?;
        check_init_result(vm, &result)?;
        return Ok(Called::Value(instance));
    }
    let inner = Delivery { mode: Mode::Init, dst: delivery.dst, hold: instance.clone() };
    // SAFETY: passed on.
    unsafe {
        match begin_with_first(vm, init, instance, window, inner)? {
            Called::Entered => Ok(Called::Entered),
            // `__init__` was a generator function or the like.
            Called::Value(result) => {
                check_init_result(vm, &result)?;
                Ok(Called::Value(result))
            }
        }
    }
}

/// TypeError unless `__init__` returned None.
pub(crate) fn check_init_result(vm: &mut Vm, result: &Value) -> Res<()> {
    if result.is_none() {
        return Ok(());
    }
    let class = class_of(result).name_str();
    Err(vm.type_error(format!("__init__() should return None, not '{class}'")))
}

/// Runs an `__init__` that is not a plain function, and gives the instance.
///
/// # Safety
/// As `begin`.
unsafe fn finish_init(
    vm: &mut Vm,
    class: &Ref<Class>,
    init: Option<Value>,
    instance: Value,
    window: Window<'_>,
    _delivery: Delivery,
    default_new: bool,
) -> Res<Called> {
    let default_init = init.as_ref().is_none_or(crate::types::object::is_default_init);
    if default_init {
        if default_new && window.len != 0 {
            // SAFETY: passed on.
            unsafe { window.clear() };
            let name = class.name_str();
            return Err(vm.type_error(format!("{name}() takes no arguments")));
        }
        // SAFETY: passed on.
        unsafe { window.clear() };
        return Ok(Called::Value(instance));
    }
    if let Some(init) = init {
        let mut args = Vec::with_capacity(window.len);
        for i in 0..window.len {
            // SAFETY: passed on.
            args.push(unsafe { window.take(i) });
        }
        let bound = vm.bind_special(&init, &instance)?;
        let result = vm.call_window(&bound, args, window.names)?;
        check_init_result(vm, &result)?;
    }
    Ok(Called::Value(instance))
}
