//! Calls of classes: `__new__`, then `__init__`.

use super::call::{Called, Window, begin_with_first};
use super::continuation;
use super::native::{accepts, refuse, settle};
use crate::args::unset;
use crate::frame::{Delivery, Mode};
use crate::heap::{Kind, Ref};
use crate::objects::{
    Class, Exception, Function, Instance, Intrinsic, Making, Native, Plan, StaticMethod, Tuple, class_flags, tuple,
};
use crate::types::object::{is_default_init, is_default_new};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Request, Res, Vm, class_of, names, types};
use smallvec::SmallVec;

/// # Safety
/// As `begin`.
pub(super) unsafe fn begin_class(
    vm: &mut Vm,
    class: Ref<Class>,
    window: &Window<'_>,
    delivery: Delivery,
) -> Res<Called> {
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
        let metaclass = metaclass.clone();
        match vm.lookup(&metaclass, &names().__call__) {
            Some(method) if !method.is_kind(Kind::Native) => {
                begin_with_first(vm, method, class.into_value(), window, delivery)
            }
            _ => begin_instance(vm, class, window, delivery),
        }
    }
}

/// How a call of the class makes an instance, from the class as it is now.
#[inline(never)]
fn make_plan(vm: &mut Vm, class: &Ref<Class>) -> Plan {
    let (new, init) = (vm.lookup(class, &names().__new__), vm.lookup(class, &names().__init__));
    let default_init = init.as_ref().is_none_or(is_default_init);
    let function = init.as_ref().filter(|init| init.is_kind(Kind::Function));
    let making = match &new {
        _ if class.has(class_flags::ABSTRACT) => Making::General,
        Some(new) if is_default_new(new) && class.layout == Kind::Instance && !class.has(class_flags::BUILTIN) => {
            match function {
                Some(_) => Making::Init,
                None if default_init => Making::Bare,
                None => Making::General,
            }
        }
        Some(new)
            if class.layout == Kind::Exception
                && is_of_base_exception(vm, new, &names().__new__)
                && let Some(making) = exception_making(vm, init.as_ref()) =>
        {
            making
        }
        Some(new) if makes_instances_of(new, class) && !is_default_new(new) => match &init {
            _ if default_init => Making::New,
            Some(init) if initialises(init, class) => Making::NewInit,
            _ => Making::General,
        },
        _ => Making::General,
    };
    let bits = |value: &Option<Value>| value.as_ref().map_or(0, Value::bits);
    let mut plan = Plan { version: class.version(), making, new: bits(&new), init: bits(&init) };
    if making == Making::General
        && default_init
        && !class.has(class_flags::ABSTRACT)
        && let Some(function) = new.as_ref().and_then(static_function)
    {
        (plan.making, plan.new) = (Making::NewFunction, function);
    }
    class.set_plan(plan);
    plan
}

/// How an exception is made whose `__new__` is BaseException's; None if by `__new__` and a native `__init__`.
fn exception_making(vm: &mut Vm, init: Option<&Value>) -> Option<Making> {
    match init {
        Some(init) if is_of_base_exception(vm, init, &names().__init__) => Some(Making::Exception),
        Some(init) if init.is_kind(Kind::Function) => Some(Making::ExceptionInit),
        _ => None,
    }
}

/// The bits of the function that a static method is made of, if a call of it pushes a frame.
fn static_function(new: &Value) -> Option<u64> {
    let inner = new.downcast::<StaticMethod>().filter(|_| class_of(new).is(&types().staticmethod))?.function.get();
    inner.downcast::<Function>().is_some_and(|function| function.code().makes.is_none()).then(|| inner.bits())
}

/// Whether `new` is the native `__new__` of a builtin class that `class` derives from, or is.
fn makes_instances_of(new: &Value, class: &Class) -> bool {
    new.downcast::<Native>().is_some_and(|native| {
        native.intrinsic == Intrinsic::New
            && native.this.is_unset()
            && native.owner.get().downcast::<Class>().is_some_and(|owner| class.is_subclass_of(owner))
    })
}

/// Whether `init` is the native `__init__` of a builtin class that `class` derives from, or is.
fn initialises(init: &Value, class: &Class) -> bool {
    init.downcast::<Native>().is_some_and(|native| {
        native.this.is_unset()
            && native.owner.get().downcast::<Class>().is_some_and(|owner| class.is_subclass_of(owner))
    })
}

/// Whether a class found for `name` what BaseException defines.
fn is_of_base_exception(vm: &mut Vm, found: &Value, name: &Value) -> bool {
    vm.lookup(&types().exceptions.BaseException, name).is_some_and(|own| own.is(found))
}

/// A function that a plan names.
///
/// # Safety
/// The class whose plan it is has the plan's version.
unsafe fn planned(bits: u64) -> Value {
    // SAFETY: what the plan names lives as long as the version stays; `clone` takes a count of our own.
    unsafe { (*std::mem::ManuallyDrop::new(Value::from_bits(bits))).clone() }
}

/// `type.__call__`: makes an instance with `__new__` and `__init__`.
///
/// # Safety
/// As `begin`.
pub(crate) unsafe fn begin_instance(
    vm: &mut Vm,
    class: Ref<Class>,
    window: &Window<'_>,
    delivery: Delivery,
) -> Res<Called> {
    let plan = current_plan(vm, &class);
    // SAFETY: passed on; the plan is that of the class as it is.
    unsafe {
        match plan.making {
            Making::Init => {
                let instance = crate::heap::new(&class, Instance).into_value();
                begin_init(vm, planned(plan.init), instance, window, delivery)
            }
            Making::Bare if window.len == 0 => Ok(Called::Value(crate::heap::new(&class, Instance).into_value())),
            Making::Exception if window.names.is_empty() => {
                Ok(Called::Value(make_exception(&class, window, true).into_value()))
            }
            Making::ExceptionInit if window.names.is_empty() => {
                let exception = make_exception(&class, window, false).into_value();
                begin_init(vm, planned(plan.init), exception, window, delivery)
            }
            Making::New | Making::NewInit => begin_native(vm, &class, plan, window, delivery),
            Making::NewFunction if window.names.is_empty() && delivery.is_call() => {
                let held = Tuple::build(window.len + 1, |i| match i {
                    0 => class.value().clone(),
                    _ => (*window.at.add(i - 1)).clone(),
                });
                let delivery = Delivery::holding(Mode::New, delivery.dst(), held.into_value());
                begin_with_first(vm, planned(plan.new), class.into_value(), window, delivery)
            }
            _ => begin_general(vm, class, window, delivery),
        }
    }
}

/// An exception of the class without arguments, if that is made by what BaseException defines.
pub(crate) fn make_plain_exception(vm: &mut Vm, class: &Ref<Class>) -> Option<Value> {
    let plan = current_plan(vm, class);
    (plan.making == Making::Exception && class_of(class.value()).is(&types().r#type))
        .then(|| crate::heap::new(class, Exception::new(types().empty_tuple.clone())).into_value())
}

/// How the class makes instances as it is now.
fn current_plan(vm: &mut Vm, class: &Ref<Class>) -> Plan {
    match class.plan() {
        plan if plan.version == class.version() => plan,
        _ => make_plan(vm, class),
    }
}

/// An exception with these arguments, which are left where they are unless they are not wanted any more.
///
/// # Safety
/// As `begin`.
unsafe fn make_exception(class: &Ref<Class>, window: &Window<'_>, take: bool) -> Ref<Exception> {
    // SAFETY: passed on.
    let args = unsafe {
        match window.len {
            0 => types().empty_tuple.clone(),
            n if take => Tuple::build(n, |i| window.take(i)).into_value(),
            n => Tuple::build(n, |i| (*window.at.add(i)).clone()).into_value(),
        }
    };
    crate::heap::new(class, Exception::new(args))
}

/// Native `__new__`, then native `__init__` if the class has one that does something.
///
/// # Safety
/// As `begin`; the plan is that of the class.
unsafe fn begin_native(
    vm: &mut Vm,
    class: &Ref<Class>,
    plan: Plan,
    window: &Window<'_>,
    delivery: Delivery,
) -> Res<Called> {
    // SAFETY: passed on.
    let mut args = unsafe { window.take_behind(class.value().clone()) };
    // SAFETY: promised by the caller.
    let new = unsafe { planned(plan.new) };
    let made = match new.downcast::<Native>() {
        Some(native) => (native.function)(vm, Args::new(&args, window.names, &native.data)),
        None => Err(vm.system_error("a native that is none")),
    };
    let init = if plan.making == Making::NewInit {
        // SAFETY: promised by the caller.
        unsafe { planned(plan.init) }
    } else {
        Value::UNSET
    };
    match made {
        Ok(instance) if init.is_unset() || !class_of(&instance).is_subclass_of(class) => Ok(Called::Value(instance)),
        Ok(instance) => {
            drop(std::mem::replace(&mut args[0], instance.clone()));
            let result = match init.downcast::<Native>() {
                Some(native) => (native.function)(vm, Args::new(&args, window.names, &native.data)),
                None => Err(vm.system_error("a native that is none")),
            };
            let result = vm.and_then(result, give_instance, instance.clone());
            drop(args);
            settle_init(vm, result, instance, delivery)
        }
        made if init.is_unset() => {
            drop(args);
            settle(vm, made, delivery)
        }
        made => {
            let state = pending_init(class, args, window.names);
            let made = vm.and_then(made, after_new, state);
            settle(vm, made, delivery)
        }
    }
}

/// `__new__`, for which a frame of mode `New` waited, has returned; `held` is the class and the arguments.
pub(super) fn made_by_function(vm: &mut Vm, instance: Value, held: &Value, dst: u16) -> Res<Called> {
    let Some([class, args @ ..]) = held.as_items() else { return Ok(Called::Value(instance)) };
    if let Some(wanted) = class.as_ref::<Class>()
        && class_of(&instance).is(&wanted)
        && wanted.plan().version == wanted.version()
        && wanted.plan().making == Making::NewFunction
    {
        return Ok(Called::Value(instance));
    }
    let state = tuple(vec![class.clone(), tuple(args.to_vec()), tuple(Vec::new())]);
    let result = after_new(vm, &state, Outcome::Value(instance));
    settle(vm, result, Delivery::to(dst))
}

/// What a native `__init__` came to, or its request, whose end gives the instance.
fn settle_init(vm: &mut Vm, result: Res, instance: Value, delivery: Delivery) -> Res<Called> {
    match result {
        Ok(result) => {
            check_init_result(vm, &result)?;
            Ok(Called::Value(instance))
        }
        failed => settle(vm, failed, delivery),
    }
}

/// What `after_new` must know: class, arguments behind the class's, and their names.
fn pending_init(class: &Ref<Class>, args: SmallVec<[Value; 8]>, names: &[Value]) -> Value {
    let args = args.into_iter().skip(1).collect();
    tuple(vec![class.value().clone(), tuple(args), tuple(names.to_vec())])
}

/// Any `__new__` and `__init__`.
///
/// # Safety
/// As `begin`.
unsafe fn begin_general(vm: &mut Vm, class: Ref<Class>, window: &Window<'_>, delivery: Delivery) -> Res<Called> {
    // SAFETY: passed on.
    let mut args = unsafe { window.take_behind(class.value().clone()) };
    let Some(new) = vm.lookup(&class, &names().__new__) else {
        let name = class.name_str();
        return Err(vm.type_error(format!("cannot create '{name}' instances")));
    };
    if is_default_new(&new)
        && class.layout == Kind::Instance
        && !class.has(class_flags::ABSTRACT | class_flags::BUILTIN)
    {
        let init = vm.lookup(&class, &names().__init__);
        if args.len() > 1 && init.as_ref().is_none_or(is_default_init) {
            let name = class.name_str();
            return Err(vm.type_error(format!("{name}() takes no arguments")));
        }
        let instance = crate::heap::new(&class, Instance).into_value();
        let state = pending_init(&class, args, window.names);
        let result = after_new(vm, &state, Outcome::Value(instance));
        return settle(vm, result, delivery);
    }
    let new = if new.is_kind(Kind::Function) || new.is_kind(Kind::Native) {
        new
    } else {
        vm.bind_static(&new, class.value())?
    };
    if let Some(native) = new.downcast::<Native>()
        && native.this.is_unset()
    {
        // SAFETY: the vector outlives the window.
        unsafe {
            let window = Window::named(&mut args, window.names);
            if !accepts(native, window.slice()) {
                refuse(vm, native, &window)?;
            }
        }
        let made = (native.function)(vm, Args::new(&args, window.names, &native.data));
        let state = pending_init(&class, args, window.names);
        let result = match made {
            Ok(instance) => after_new(vm, &state, Outcome::Value(instance)),
            failed => vm.and_then(failed, after_new, state),
        };
        return settle(vm, result, delivery);
    }
    let first = Request::CallKeywords { callable: new, args: args.to_vec(), names: window.names.to_vec() };
    let state = pending_init(&class, args, window.names);
    continuation::begin(vm, first, after_new, state, delivery)
}

/// `__new__` has come to its end: `__init__` follows if it gave an instance of the class.
fn after_new(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let instance = outcome.result(vm)?;
    let Some([class, args, names]) = state.as_items() else { return Ok(instance) };
    let made = class_of(&instance).clone();
    if !class.downcast::<Class>().is_some_and(|class| made.is_subclass_of(class)) {
        return Ok(instance);
    }
    // `__init__` is looked up on what was made.
    let Some(init) = vm.lookup(&made, &crate::names().__init__) else { return Ok(instance) };
    if is_default_init(&init) {
        return Ok(instance);
    }
    let mut all = Vec::new();
    let callable = if init.is_kind(Kind::Function) {
        all.push(instance.clone());
        init
    } else {
        vm.bind_special(&init, &instance)?
    };
    all.extend_from_slice(args.as_items().unwrap_or_default());
    let names = names.as_items().unwrap_or_default().to_vec();
    let first = Request::CallKeywords { callable, args: all, names };
    Err(vm.request(Request::Instead { first: Box::new(first), then: give_instance, state: instance }))
}

/// `__init__` has come to its end.
fn give_instance(vm: &mut Vm, instance: &Value, outcome: Outcome) -> Res {
    let result = outcome.result(vm)?;
    check_init_result(vm, &result)?;
    Ok(instance.clone())
}

/// # Safety
/// As `begin`; `init` is a function.
unsafe fn begin_init(
    vm: &mut Vm,
    init: Value,
    instance: Value,
    window: &Window<'_>,
    delivery: Delivery,
) -> Res<Called> {
    // SAFETY: passed on.
    unsafe {
        if !delivery.is_call() {
            // Whoever waits wants the instance, not None.
            let mut args = vec![instance.clone()];
            args.extend((0..window.len).map(|i| window.take(i)));
            let first = Request::CallKeywords { callable: init, args, names: window.names.to_vec() };
            return continuation::begin(vm, first, give_instance, instance, delivery);
        }
        let inner = Delivery::holding(Mode::Init, delivery.dst(), instance.clone());
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
