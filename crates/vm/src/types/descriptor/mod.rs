//! The descriptors: `property`, `classmethod`, `staticmethod`, native attributes, `super`.

mod property;
mod sup;

pub use property::DEFS as PROPERTY_DEFS;
pub use sup::DEFS as SUPER_DEFS;

use super::bootstrap::Def;
use super::slots::{self, class_argument, payload, receiver};
use crate::heap::{self, Ref, VmCell};
use crate::objects::{Class, ClassMethod, GetSet, Native, NativeKind, StaticMethod, attrs, intern};
use crate::value::Value;
use crate::{Args, Asks, Request, Res, Restartable, Thrown, Vm, class_of, names, restartable, types};

pub const CLASSMETHOD_DEFS: &[Def] = &[
    Def::New(|vm, args| {
        let class = class_argument(vm, &args)?;
        Ok(heap::new(&class, ClassMethod { function: VmCell::new(Value::NONE) }).into_value())
    }),
    Def::Slot("__init__", restartable!(init_classmethod)),
    Def::Slot("__get__", get_classmethod),
    Def::Slot("__repr__", slots::repr),
    Def::Get("__func__", |vm, v| payload::<ClassMethod>(vm, v).map(|c| c.function.get().clone())),
    Def::Get("__wrapped__", |vm, v| payload::<ClassMethod>(vm, v).map(|c| c.function.get().clone())),
    Def::Get("__isabstractmethod__", |vm, v| {
        let function = payload::<ClassMethod>(vm, v)?.function.get().clone();
        is_abstract(vm, &function).map(Value::bool)
    }),
    Def::GetSet("__doc__", copied_doc, set_copied_doc),
    Def::GetSet("__dict__", super::object::get_dict, super::object::set_dict),
    Def::Class("__class_getitem__", slots::class_getitem),
];

pub const STATICMETHOD_DEFS: &[Def] = &[
    Def::New(|vm, args| {
        let class = class_argument(vm, &args)?;
        Ok(heap::new(&class, StaticMethod { function: VmCell::new(Value::NONE) }).into_value())
    }),
    Def::Slot("__init__", restartable!(init_staticmethod)),
    Def::Slot("__call__", call_staticmethod),
    Def::Slot("__get__", get_staticmethod),
    Def::Slot("__repr__", slots::repr),
    Def::Get("__func__", |vm, v| payload::<StaticMethod>(vm, v).map(|s| s.function.get().clone())),
    Def::Get("__wrapped__", |vm, v| payload::<StaticMethod>(vm, v).map(|s| s.function.get().clone())),
    Def::Get("__isabstractmethod__", |vm, v| {
        let function = payload::<StaticMethod>(vm, v)?.function.get().clone();
        is_abstract(vm, &function).map(Value::bool)
    }),
    Def::GetSet("__doc__", copied_doc, set_copied_doc),
    Def::GetSet("__dict__", super::object::get_dict, super::object::set_dict),
    Def::Class("__class_getitem__", slots::class_getitem),
];

pub const GETSET_DEFS: &[Def] = &[
    Def::Slot("__get__", get_plain),
    Def::Slot("__set__", set_getset),
    Def::Slot("__delete__", delete_getset),
    Def::Slot("__repr__", slots::repr),
    Def::Get("__name__", |vm, v| payload::<GetSet>(vm, v).map(|g| g.name.clone())),
    Def::Get("__objclass__", |vm, v| payload::<GetSet>(vm, v).map(|g| g.owner.clone())),
    Def::Get("__qualname__", |vm, v| {
        let getset = payload::<GetSet>(vm, v)?;
        let class = getset.owner.downcast::<Class>().map_or_else(String::new, |c| super::text_of(c.qualname.get()));
        Ok(Value::from(format!("{class}.{}", super::text_of(&getset.name))))
    }),
    Def::Get("__doc__", |_, _| Ok(Value::NONE)),
];

/// The arguments of `__get__(object, class=None)`: the object unless None, and the class to bind for.
pub fn get_arguments(vm: &mut Vm, args: &Args<'_>) -> Res<(Option<Value>, Ref<Class>)> {
    args.rest().expect(vm, "", 1, 2)?;
    let given = |i: usize| args.pos().get(i).filter(|v| !v.is_none()).cloned();
    match (given(1), given(2)) {
        (None, None) => Err(vm.type_error("__get__(None, None) is invalid")),
        (Some(object), None) => {
            let class = class_of(&object).clone();
            Ok((Some(object), class))
        }
        (object, Some(class)) => {
            // Only classes can be bound for; what else is given stands for its class.
            let class = class.as_ref::<Class>().unwrap_or_else(|| class_of(&class).clone());
            Ok((object, class))
        }
    }
}

/// `__get__` of functions, native methods and native attributes: as attribute access does it.
pub fn get_plain(vm: &mut Vm, args: Args<'_>) -> Res {
    let (object, class) = get_arguments(vm, &args)?;
    let this = &args.pos()[0];
    // `None` has methods too: for it the class decides.
    let none = class.is(&types().none).then_some(Value::NONE);
    let object = object.or(none);
    if let Some(object) = &object {
        check_receiver(vm, this, object)?;
    }
    let found = vm.bind(this.clone(), object.as_ref(), &class)?;
    vm.finish_found(found)
}

/// Native methods and attributes only apply to instances of their class.
#[inline]
pub fn check_receiver(vm: &mut Vm, descriptor: &Value, object: &Value) -> Res<()> {
    let owner = if let Some(getset) = descriptor.downcast::<GetSet>() {
        &getset.owner
    } else if let Some(native) = descriptor.downcast::<Native>()
        && native.kind != NativeKind::ClassMethod
    {
        native.owner.get()
    } else {
        return Ok(());
    };
    match owner.downcast::<Class>() {
        Some(owner) if !class_of(object).is_subclass_of(owner) => Err(wrong_receiver(vm, descriptor, owner, object)),
        _ => Ok(()),
    }
}

#[cold]
fn wrong_receiver(vm: &mut Vm, descriptor: &Value, owner: &Class, object: &Value) -> Thrown {
    let name = match descriptor.downcast::<GetSet>() {
        Some(getset) => super::text_of(&getset.name),
        None => descriptor.downcast::<Native>().map_or_else(String::new, |native| native.name.to_owned()),
    };
    let (owner, got) = (owner.name_str(), class_of(object).name_str());
    vm.type_error(format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"))
}

fn set_getset(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__set__", 2, 2)?;
    let name = payload::<GetSet>(vm, &args.pos()[0])?.name.clone();
    vm.set_by_descriptor(&args.pos()[0], &args.pos()[1], &name, Some(args.pos()[2].clone()))?;
    Ok(Value::NONE)
}

fn delete_getset(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__delete__", 1, 1)?;
    let name = payload::<GetSet>(vm, &args.pos()[0])?.name.clone();
    vm.set_by_descriptor(&args.pos()[0], &args.pos()[1], &name, None)?;
    Ok(Value::NONE)
}

/// Whether an accessor or method is marked as abstract.
fn is_abstract(vm: &mut Vm, function: &Value) -> Res<bool> {
    match vm.find_attr(function, &intern(b"__isabstractmethod__"))? {
        Some(mark) => vm.truth(&mark),
        None => Ok(false),
    }
}

/// The one argument of `classmethod(function)` and `staticmethod(function)`.
fn wrapped_argument(vm: &mut Vm, args: &Args<'_>, name: &str) -> Res {
    if args.has_keywords() {
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    match args.rest().pos() {
        [function] => Ok(function.clone()),
        others => {
            let given = others.len();
            Err(vm.type_error(format!("{name} expected 1 argument, got {given}")))
        }
    }
}

/// Names and texts of the wrapped function become the wrapper's own.
fn copy_attributes(vm: &mut Restartable<'_>, wrapper: &Value, function: &Value) -> Res<()> {
    let names = names();
    for name in [&names.__module__, &names.__name__, &names.__qualname__, &names.__doc__, &names.__annotations__] {
        if let Some(value) = vm.attr(function, name)?
            && let Some(own) = wrapper.header().and_then(attrs::of)
        {
            drop(own.set(name, value));
        }
    }
    Ok(())
}

fn init_classmethod(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let function = wrapped_argument(vm, &args, "classmethod")?;
    let this = receiver(vm, &args)?;
    payload::<ClassMethod>(vm, this)?.function.set(function.clone());
    copy_attributes(vm, this, &function)?;
    Ok(Value::NONE)
}

fn init_staticmethod(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let function = wrapped_argument(vm, &args, "staticmethod")?;
    let this = receiver(vm, &args)?;
    payload::<StaticMethod>(vm, this)?.function.set(function.clone());
    copy_attributes(vm, this, &function)?;
    Ok(Value::NONE)
}

fn get_classmethod(vm: &mut Vm, args: Args<'_>) -> Res {
    let (_, class) = get_arguments(vm, &args)?;
    let function = payload::<ClassMethod>(vm, &args.pos()[0])?.function.get().clone();
    Ok(crate::ops::attr::bound_method(function, class.into_value()))
}

fn get_staticmethod(vm: &mut Vm, args: Args<'_>) -> Res {
    get_arguments(vm, &args)?;
    Ok(payload::<StaticMethod>(vm, &args.pos()[0])?.function.get().clone())
}

fn call_staticmethod(vm: &mut Vm, args: Args<'_>) -> Res {
    let callable = slots::this::<StaticMethod>(vm, &args)?.function.get().clone();
    let (values, names) = args.rest().raw();
    Err(vm.request(Request::CallKeywords { callable, args: values.to_vec(), names: names.to_vec() }))
}

fn copied_doc(_vm: &mut Vm, value: &Value) -> Res {
    let own = value.header().and_then(attrs::of).and_then(|own| own.get(&names().__doc__));
    Ok(own.unwrap_or(Value::NONE))
}

fn set_copied_doc(_vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    if let Some(own) = value.header().and_then(attrs::of) {
        drop(own.set(&names().__doc__, new.unwrap_or(Value::NONE)));
    }
    Ok(())
}
