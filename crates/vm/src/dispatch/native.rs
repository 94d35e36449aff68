//! Calls of natives, and what they request.

use super::call::{Called, Window, begin};
use super::construct::begin_instance;
use super::{generator, lazy, waiting};
use crate::frame::{Delivery, GenKind, Generator};
use crate::heap::Kind;
use crate::objects::{Class, Intrinsic, Native, NativeKind};
use crate::ops::arith::is_builtin;
use crate::value::Value;
use crate::{Args, Request, Res, Resume, Vm, class_of, names};

/// # Safety
/// As `begin`; `callable` is a native.
pub(super) unsafe fn call_native(vm: &mut Vm, callable: Value, window: &Window<'_>, delivery: Delivery) -> Res<Called> {
    // SAFETY: promised by the caller.
    let native = unsafe { callable.downcast_unchecked::<Native>() };
    // SAFETY: passed on; natives leave their arguments alone. Room is initialised and nobody else's.
    unsafe {
        if native.this.is_unset() {
            if !accepts(native, &window.slice()[..window.len - window.names.len()]) {
                refuse(vm, native, window)?;
            }
            let result = (native.function)(vm, Args::new(window.slice(), window.names, &native.data));
            window.clear();
            return settle(vm, result, delivery);
        }
        if window.room {
            let at = window.at.sub(1);
            std::ptr::write(at, native.this.clone());
            let window = Window { at, len: window.len + 1, names: window.names, room: false };
            let result = (native.function)(vm, Args::new(window.slice(), window.names, &native.data));
            window.clear();
            return settle(vm, result, delivery);
        }
        let args = window.take_behind(native.this.clone());
        let result = (native.function)(vm, Args::new(&args, window.names, &native.data));
        drop(args);
        settle(vm, result, delivery)
    }
}

/// Whether it is plain at once that a native can be called with these arguments, of which the first is no keyword's: a
/// method of a builtin type must be called with an instance of it.
#[inline(always)]
pub(super) fn accepts(native: &Native, args: &[Value]) -> bool {
    match native.kind {
        NativeKind::Method | NativeKind::Slot => {
            args.first().is_some_and(|first| native.owner.get().is(class_of(first).value()))
                && native.intrinsic != Intrinsic::New
        }
        _ => native.intrinsic != Intrinsic::New,
    }
}

/// `__new__` of a builtin class makes objects of the class's layout, so it must be called with a subclass.
fn check_new(vm: &mut Vm, native: &Native, args: &[Value]) -> Res<()> {
    let Some(owner) = native.owner.get().downcast::<Class>() else { return Ok(()) };
    let Some(first) = args.first() else {
        let name = owner.name_str();
        return Err(vm.type_error(format!("{name}.__new__(): not enough arguments")));
    };
    let Some(class) = first.downcast::<Class>() else {
        let (name, got) = (owner.name_str(), class_of(first).name_str());
        return Err(vm.type_error(format!("{name}.__new__(X): X is not a type object ({got})")));
    };
    if class.is_subclass_of(owner) {
        return Ok(());
    }
    let (name, got) = (owner.name_str(), class.name_str());
    Err(vm.type_error(format!("{name}.__new__({got}): {got} is not a subtype of {name}")))
}

/// TypeError unless a native that does not plainly `accept` its arguments does so when looked at closely.
///
/// # Safety
/// As `begin`.
#[inline(never)]
pub(super) unsafe fn refuse(vm: &mut Vm, native: &Native, window: &Window<'_>) -> Res<()> {
    // SAFETY: passed on.
    check_receiver(vm, native, unsafe { &window.slice()[..window.len - window.names.len()] })
}

/// A method of a builtin type must be called with an instance of it.
pub(crate) fn check_receiver(vm: &mut Vm, native: &Native, args: &[Value]) -> Res<()> {
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
            unsafe { begin(vm, callable, &Window::of(&mut args), delivery) }
        }
        Request::CallKeywords { callable, mut args, names } => {
            // SAFETY: the vectors outlive the call's beginning.
            unsafe { begin(vm, callable, &Window::named(&mut args, &names), delivery) }
        }
        Request::Make { class, mut args, names } => {
            // SAFETY: the vectors outlive the call's beginning.
            unsafe { begin_instance(vm, class, &Window::named(&mut args, &names), delivery) }
        }
        Request::Next { iterator } => begin_next(vm, iterator, delivery),
        Request::Ask { method, mut args, question } => super::step::ask_for(vm, method, &mut args, question, delivery),
        Request::Find { callable, args, default } => super::step::find(vm, callable, args, default, delivery),
        Request::Drain { iterable, into, key, asked } => super::drain::begin(vm, iterable, into, key, asked, delivery),
        Request::Body { function, namespace } => super::begin_body(vm, function, namespace, delivery),
        Request::Enquire(enquiry) => super::enquiry::begin(vm, enquiry, delivery),
        Request::Steps(steps) => super::waiting::carry_out_steps(vm, steps, delivery),
        Request::Pause => Ok(Called::Value(Value::NONE)),
        Request::Resume { generator, action } => generator::resume(vm, generator, action, delivery),
        Request::Then { first, then, state } | Request::Instead { first, then, state } => {
            super::continuation::begin(vm, *first, then, state, delivery)
        }
    }
}

/// Begins to draw the next item of an iterator.
pub(super) fn begin_next(vm: &mut Vm, iterator: Value, delivery: Delivery) -> Res<Called> {
    if is_builtin(&iterator) {
        if let Some(target) = iterator.downcast::<Generator>()
            && target.kind() == GenKind::Generator
        {
            return generator::resume(vm, iterator, Resume::Send(Value::NONE), delivery);
        }
        if let Some(shape) = lazy::shape(&iterator) {
            return match lazy::begin(vm, &iterator, shape, delivery)? {
                Some(called) => Ok(called),
                None => Err(vm.stop_iteration(Value::NONE)),
            };
        }
    }
    if is_builtin(&iterator) || class_of(&iterator).step().is_some() {
        let drawn = vm.draw_any(&iterator)?;
        return waiting::begin_drawn(vm, drawn, delivery);
    }
    begin_method(vm, iterator, delivery)
}

/// Begins `__next__` of what is no builtin iterator.
fn begin_method(vm: &mut Vm, iterator: Value, delivery: Delivery) -> Res<Called> {
    match vm.special(&iterator, &names().__next__) {
        Some(method) if matches!(method.kind(), Some(Kind::Function | Kind::Native)) => {
            // SAFETY: the array outlives the call's beginning.
            unsafe { begin(vm, method, &Window::of(&mut [iterator]), delivery) }
        }
        Some(method) => {
            let bound = vm.bind_special(&method, &iterator)?;
            // SAFETY: there are no arguments.
            unsafe { begin(vm, bound, &Window::of(&mut []), delivery) }
        }
        None => Err(vm.not_an_iterator(&iterator)),
    }
}
