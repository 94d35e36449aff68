//! Calls, and what a frame's end means to its caller.

use super::*;
use smallvec::SmallVec;

#[inline(never)]
pub(in crate::dispatch) fn call(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let callee = regs.take(i.a);
    // SAFETY: the window is the instruction's registers, which the verifier checked.
    let result = unsafe {
        let window = &Window::behind_callee(regs.behind(i.a), usize::from(i.b));
        if let Some(native) = callee.downcast::<Native>()
            && native.intrinsic == Intrinsic::BuiltinNext
            && native.this.is_unset()
            && i.b >= 1
            && (*window.at).is_kind(Kind::Generator)
        {
            builtin_next(vm, window, i.c)
        } else {
            begin(vm, callee, window, Delivery::to(i.c))
        }
    };
    called(vm, i.c, result)
}

/// `next(generator)` without a native in the way.
///
/// # Safety
/// As `begin`; the first argument is a generator.
pub(in crate::dispatch) unsafe fn builtin_next(vm: &mut Vm, window: &Window<'_>, dst: u16) -> Res<Called> {
    // SAFETY: promised by the caller.
    unsafe {
        let target = window.take(0);
        if target.downcast::<Generator>().is_some_and(|g| g.kind() != crate::frame::GenKind::Generator) {
            let class = class_of(&target).name_str();
            window.clear();
            return Err(vm.type_error(format!("'{class}' object is not an iterator")));
        }
        match window.len {
            1 => generator::resume(vm, target, Resume::Send(Value::NONE), Delivery::to(dst)),
            2 => {
                let default = window.take(1);
                generator::resume(vm, target, Resume::Next(default), Delivery::to(dst))
            }
            n => {
                window.clear();
                Err(vm.type_error(format!("next expected at most 2 arguments, got {n}")))
            }
        }
    }
}

/// Puts the real method where `Value::SEND` stands for it.
fn materialise(vm: &mut Vm, callee: &mut Value, this: &Value) {
    if callee.is(&Value::SEND) {
        let class = class_of(this).clone();
        *callee = vm.lookup(&class, &names().send).unwrap_or(Value::NONE);
    }
}

#[inline(never)]
pub(in crate::dispatch) fn call_method(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    materialise(vm, regs.at(i.a), regs.at(i.a + 1));
    let bound = u16::from(!regs.at(i.a + 1).is_unset());
    let callee = regs.take(i.a);
    // SAFETY: the window is the instruction's registers, which the verifier checked.
    let result = unsafe {
        let at = regs.behind(i.a).add(usize::from(1 - bound));
        let window = &Window::behind_callee(at, usize::from(i.b + bound));
        match callee.downcast::<Native>() {
            Some(native)
                if bound == 1 && native.intrinsic != Intrinsic::None && (*window.at).is_kind(Kind::Generator) =>
            {
                intrinsic(vm, native.intrinsic, &callee, window, i.c)
            }
            _ => begin(vm, callee, window, Delivery::to(i.c)),
        }
    };
    called(vm, i.c, result)
}

/// A call of a native with positional arguments, from `Call`: no window, no delivery, no frame.
#[inline(never)]
pub(in crate::dispatch) fn call_native(vm: &mut Vm, i: Instr) -> Step {
    // SAFETY: the loop saw the native; the registers are the instruction's, which the verifier checked.
    unsafe {
        let callee: *mut Value = Regs::of(vm).at(i.a);
        if (*callee).downcast_unchecked::<Native>().intrinsic != Intrinsic::None {
            return call(vm, i);
        }
        run_native(vm, i.c, callee, callee.add(1), usize::from(i.b))
    }
}

/// The same, from `CallMethod`.
#[inline(never)]
pub(in crate::dispatch) fn call_native_method(vm: &mut Vm, i: Instr) -> Step {
    // SAFETY: as in `call_native`.
    unsafe {
        let callee: *mut Value = Regs::of(vm).at(i.a);
        if (*callee).downcast_unchecked::<Native>().intrinsic != Intrinsic::None {
            return call_method(vm, i);
        }
        let bound = usize::from(!(*callee.add(1)).is_unset());
        run_native(vm, i.c, callee, callee.add(2 - bound), usize::from(i.b) + bound)
    }
}

/// # Safety
/// `callee` is a register with a native, and the `len` registers from `at` on, behind it, are its arguments.
#[inline(always)]
unsafe fn run_native(vm: &mut Vm, dst: u16, callee: *mut Value, at: *mut Value, len: usize) -> Step {
    // SAFETY: promised by the caller; the register holds the native until it has returned.
    unsafe {
        let native = &*std::ptr::from_ref((*callee).downcast_unchecked::<Native>());
        let args = std::slice::from_raw_parts(at, len);
        if !native.this.is_unset() || !native::accepts(native, args) {
            return run_native_with_care(vm, dst, callee, &Window::over(at, len));
        }
        let result = (native.function)(vm, Args::new(args, &[], &native.data));
        for n in 0..len {
            drop(std::ptr::replace(at.add(n), Value::UNSET));
        }
        drop(std::ptr::replace(callee, Value::UNSET));
        native_returned(vm, dst, result)
    }
}

/// As `run_native`, for a native that brings its first argument with it, or whose receiver must be looked at more closely.
///
/// # Safety
/// As `run_native`.
#[inline(never)]
unsafe fn run_native_with_care(vm: &mut Vm, dst: u16, callee: *mut Value, window: &Window<'_>) -> Step {
    // SAFETY: promised by the caller; the value before the arguments is the callee's own register, or unset.
    unsafe {
        let holder = std::ptr::replace(callee, Value::UNSET);
        let native = holder.downcast_unchecked::<Native>();
        let mut window = Window::over(window.at, window.len);
        if !native.this.is_unset() {
            window.prepend(native.this.clone());
        } else if native::refuse(vm, native, &window).is_err() {
            window.clear();
            return Step::Raise;
        }
        let result = (native.function)(vm, Args::new(window.slice(), &[], &native.data));
        window.clear();
        drop(holder);
        native_returned(vm, dst, result)
    }
}

/// Puts a native's result where it is wanted, or carries out what it requests.
#[inline(always)]
fn native_returned(vm: &mut Vm, dst: u16, result: Res) -> Step {
    match result {
        Ok(value) => {
            Regs::of(vm).set(dst, value);
            Step::Next
        }
        Err(_) if vm.request.is_none() => Step::Raise,
        result => {
            let result = native::settle(vm, result, Delivery::to(dst));
            called(vm, dst, result)
        }
    }
}

/// `send`, `throw`, `close` and `__next__` of generators without a native in the way.
///
/// # Safety
/// As `begin`; the first argument is a generator.
pub(in crate::dispatch) unsafe fn intrinsic(
    vm: &mut Vm,
    which: Intrinsic,
    callee: &Value,
    window: &Window<'_>,
    dst: u16,
) -> Res<Called> {
    // SAFETY: promised by the caller.
    unsafe {
        match (which, window.len) {
            (Intrinsic::Send, 2) => {
                let target = window.take(0);
                let sent = window.take(1);
                generator::resume(vm, target, Resume::Send(sent), Delivery::to(dst))
            }
            (Intrinsic::Next, 1) => {
                let target = window.take(0);
                generator::resume(vm, target, Resume::Send(Value::NONE), Delivery::to(dst))
            }
            (Intrinsic::Throw, 2) if (*window.at.add(1)).is_kind(Kind::Exception) => {
                let target = window.take(0);
                let exception = window.take(1);
                generator::resume(vm, target, Resume::Throw(exception), Delivery::to(dst))
            }
            (Intrinsic::Close, 1) => generator::resume(vm, window.take(0), Resume::Close, Delivery::to(dst)),
            _ => begin(vm, callee.clone(), window, Delivery::to(dst)),
        }
    }
}

#[inline(never)]
pub(in crate::dispatch) fn call_keywords(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    if i.x == 1 {
        materialise(vm, regs.at(i.a), regs.at(i.a + 1));
    }
    let callee = regs.take(i.a);
    let names = regs.constant(usize::from(i.c)).clone();
    let names = names.downcast::<Tuple>().map_or(&[][..], Tuple::items);
    let bound = i.x == 1 && !regs.at(i.a + 1).is_unset();
    // SAFETY: the window is the instruction's registers, which the verifier checked.
    let result = unsafe {
        let at = regs.behind(i.a).add(usize::from(i.x == 1 && !bound));
        let window = &Window { at, len: usize::from(i.b) + usize::from(bound), names, room: true };
        begin(vm, callee, window, Delivery::to(i.a))
    };
    called(vm, i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn call_ex(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (callee, positional, keywords) = (regs.take(i.a), regs.take(i.a + 1), regs.take(i.a + 2));
    let Some(items) = positional.as_items() else { return Step::Raise };
    // Before the arguments there is room for one more.
    let mut args: SmallVec<[Value; 8]> = SmallVec::with_capacity(items.len() + 1);
    args.push(Value::UNSET);
    args.extend(items.iter().cloned());
    drop(positional);
    let mut keyword_names: SmallVec<[Value; 8]> = SmallVec::new();
    if let Some(dict) = keywords.downcast::<Dict>() {
        for entry in dict.table().iter() {
            if !entry.key.is_kind(Kind::Str) {
                vm.type_error("keywords must be strings");
                return Step::Raise;
            }
            keyword_names.push(entry.key.clone());
            args.push(entry.value.clone());
        }
    }
    drop(keywords);
    let at = args.as_mut_ptr().wrapping_add(1);
    let window = &Window { at, len: args.len() - 1, names: &keyword_names, room: true };
    // SAFETY: the vectors outlive the call's beginning.
    let result = unsafe { begin(vm, callee, window, Delivery::to(i.c)) };
    called(vm, i.c, result)
}

/// A frame returned whose mode is not `Call`, or that is a generator's.
#[inline(never)]
pub(in crate::dispatch) fn finish(vm: &mut Vm, value: Value) -> Step {
    let frame = vm.frame;
    // SAFETY: the running frame is alive; its caller too.
    unsafe {
        if (*frame).is_generator() {
            return generator::finish(vm, value);
        }
        let (mode, dst) = ((*frame).mode, (*frame).dst);
        let hold = (*frame).take_hold();
        pop_returned(vm, frame);
        match mode {
            Mode::Nested => {
                vm.exit = Some(Exit::Returned(value));
                return Step::Exit;
            }
            Mode::Discard => drop(value),
            Mode::Init => {
                if check_init_result(vm, &value).is_err() {
                    return Step::Raise;
                }
                Regs::of(vm).set(dst, hold);
            }
            Mode::Operator => return answered(vm, value, hold),
            Mode::New => {
                let result = made_by_function(vm, value, &hold, dst);
                drop(hold);
                return match called(vm, dst, result) {
                    Step::Next => Step::Enter,
                    step => step,
                };
            }
            _ => Regs::of(vm).set(dst, value),
        }
        Step::Enter
    }
}
