//! `super`: the search for attributes is in `ops::attr`.

use crate::dispatch::SuperContext;
use crate::heap::{self, Ref, VmCell};
use crate::objects::{Class, SuperObject};
use crate::types::Def;
use crate::types::slots::{self, class_argument, payload};
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, names, restartable};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", restartable!(init)),
    Def::Slot("__get__", get),
    Def::Slot("__repr__", slots::repr),
    Def::Get("__thisclass__", |vm, v| payload::<SuperObject>(vm, v).map(|s| s.class.get().clone())),
    Def::Get("__self__", |vm, v| payload::<SuperObject>(vm, v).map(|s| s.object.get().clone())),
    Def::Get("__self_class__", |vm, v| payload::<SuperObject>(vm, v).map(|s| s.object_class.get().clone())),
];

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let none = || VmCell::new(Value::NONE);
    Ok(heap::new(&class, SuperObject { class: none(), object: none(), object_class: none() }).into_value())
}

fn init(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = slots::this::<SuperObject>(vm, &args)?;
    if args.has_keywords() {
        return Err(vm.type_error("super() takes no keyword arguments"));
    }
    let (class, object) = match args.rest().pos() {
        [] => implied(vm)?,
        [class] => (class.clone(), Value::NONE),
        [class, object] => (class.clone(), object.clone()),
        more => {
            let given = more.len();
            return Err(vm.type_error(format!("super() expected at most 2 arguments, got {given}")));
        }
    };
    let Some(after) = class.as_ref::<Class>() else {
        let got = class_of(&class).name_str();
        return Err(vm.type_error(format!("super() argument 1 must be a type, not {got}")));
    };
    if !object.is_none() {
        let start = start_class(vm, &after, &object)?;
        this.object_class.set(start.into_value());
    }
    this.object.set(object);
    this.class.set(class);
    Ok(Value::NONE)
}

/// Class and object that `super()` without arguments finds in the running function.
fn implied(vm: &mut Vm) -> Res<(Value, Value)> {
    let message = match crate::dispatch::super_context(vm) {
        SuperContext::Found { class, object } => return Ok((class, object)),
        SuperContext::NoFunction => "super(): no current frame",
        SuperContext::NoArguments => "super(): no arguments",
        SuperContext::Deleted => "super(): arg[0] deleted",
        SuperContext::NoCell => "super(): __class__ cell not found",
        SuperContext::EmptyCell => "super(): empty __class__ cell",
    };
    Err(vm.runtime_error(message))
}

/// The class in whose resolution order the search is made.
fn start_class(vm: &mut Restartable<'_>, after: &Ref<Class>, object: &Value) -> Res<Ref<Class>> {
    if let Some(class) = object.as_ref::<Class>()
        && class.is_subclass_of(after)
    {
        return Ok(class);
    }
    let own = class_of(object).clone();
    if own.is_subclass_of(after) {
        return Ok(own);
    }
    // `__class__` may claim another class.
    if let Some(claimed) = vm.attr(object, &names().__class__)?
        && let Some(claimed) = claimed.as_ref::<Class>()
        && !claimed.is(&own)
        && claimed.is_subclass_of(after)
    {
        return Ok(claimed);
    }
    let shown = match object.downcast::<Class>() {
        Some(class) => format!("type {}", class.name_str()),
        None => format!("instance of {}", own.name_str()),
    };
    let after = after.name_str();
    let message = format!("super(type, obj): obj ({shown}) is not an instance or subtype of type ({after}).");
    Err(vm.type_error(message))
}

/// An unbound `super` object in a class binds to the instance.
fn get(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "", 1, 2)?;
    let (this, object) = (&args.pos()[0], &args.pos()[1]);
    let own = payload::<SuperObject>(vm, this)?;
    if object.is_none() || !own.object.get().is_none() {
        return Ok(this.clone());
    }
    let (class, maker) = (own.class.get().clone(), class_of(this).value().clone());
    vm.call(&maker, &[class, object.clone()])
}
