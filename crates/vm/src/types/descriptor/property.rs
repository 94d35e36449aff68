//! `property`.

use super::{get_arguments, is_abstract};
use crate::heap::{self, VmCell};
use crate::objects::{Property, attrs, class_flags, intern};
use crate::types::Def;
use crate::types::function::read_only;
use crate::types::slots::{self, class_argument, payload, receiver};
use crate::value::Value;
use crate::{Args, Asks, Request, Res, Restartable, Vm, class_of, names, restartable, types};
use std::cell::Cell;

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", restartable!(init)),
    Def::Slot("__get__", get),
    Def::Slot("__set__", set),
    Def::Slot("__delete__", delete),
    Def::Method("__set_name__", set_name_hook),
    Def::Method("getter", |vm, args| replaced(vm, args, Accessor::Get)),
    Def::Method("setter", |vm, args| replaced(vm, args, Accessor::Set)),
    Def::Method("deleter", |vm, args| replaced(vm, args, Accessor::Delete)),
    Def::GetSet("fget", |vm, v| payload::<Property>(vm, v).map(|p| p.get.get().clone()), read_only),
    Def::GetSet("fset", |vm, v| payload::<Property>(vm, v).map(|p| p.set.get().clone()), read_only),
    Def::GetSet("fdel", |vm, v| payload::<Property>(vm, v).map(|p| p.delete.get().clone()), read_only),
    Def::GetSet("__doc__", |vm, v| payload::<Property>(vm, v).map(|p| p.doc.get().clone()), set_doc),
    Def::GetSet("__name__", name, set_name),
    Def::Get("__isabstractmethod__", isabstract),
];

/// Which of the three functions is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Accessor {
    Get,
    Set,
    Delete,
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let none = || VmCell::new(Value::NONE);
    let property = Property {
        get: none(),
        set: none(),
        delete: none(),
        doc: none(),
        name: VmCell::new(Value::UNSET),
        doc_of_getter: Cell::new(false),
    };
    Ok(heap::new(&class, property).into_value())
}

fn init(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = receiver(vm, &args)?;
    let [get, set, delete, doc] = args.rest().bind(vm, "property", ["fget", "fset", "fdel", "doc"], 0)?;
    let given = |value: Option<&Value>| value.cloned().unwrap_or(Value::NONE);
    let property = payload::<Property>(vm, this)?;
    property.get.set(given(get));
    property.set.set(given(set));
    property.delete.set(given(delete));
    property.doc_of_getter.set(false);
    let mut text = given(doc);
    if text.is_none() && !property.get.get().is_none() {
        let getter = property.get.get().clone();
        text = vm.attr(&getter, &names().__doc__)?.unwrap_or(Value::NONE);
        property.doc_of_getter.set(!text.is_none());
    }
    keep_doc(vm, this, text)?;
    Ok(Value::NONE)
}

/// In subclasses the text is an attribute of the instance, because the class's own `__doc__` would hide it.
fn keep_doc(vm: &mut Vm, this: &Value, text: Value) -> Res<()> {
    payload::<Property>(vm, this)?.doc.set(text.clone());
    let class = class_of(this);
    if !class.is(&types().property)
        && !class.has(class_flags::NO_DICT)
        && let Some(own) = this.header().and_then(attrs::of)
    {
        drop(own.set(&names().__doc__, text));
    }
    Ok(())
}

fn get(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let (Some(object), _) = get_arguments(vm, &args)? else { return Ok(this.clone()) };
    let getter = payload::<Property>(vm, this)?.get.get().clone();
    if getter.is_none() {
        return Err(vm.no_accessor(this, &object, "getter"));
    }
    Err(vm.request(Request::Call { callable: getter, args: vec![object] }))
}

fn set(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__set__", 2, 2)?;
    vm.set_by_descriptor(&args.pos()[0], &args.pos()[1], &Value::NONE, Some(args.pos()[2].clone()))?;
    Ok(Value::NONE)
}

fn delete(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__delete__", 1, 1)?;
    vm.set_by_descriptor(&args.pos()[0], &args.pos()[1], &Value::NONE, None)?;
    Ok(Value::NONE)
}

fn set_name_hook(vm: &mut Vm, args: Args<'_>) -> Res {
    let property = slots::this::<Property>(vm, &args)?;
    let [_, _, name] = args.pos() else {
        let given = args.len() - 1;
        let message = format!("__set_name__() takes 2 positional arguments but {given} were given");
        return Err(vm.type_error(message));
    };
    property.name.set(name.clone());
    Ok(Value::NONE)
}

/// `getter`, `setter`, `deleter`: a copy with one function replaced.
fn replaced(vm: &mut Vm, args: Args<'_>, which: Accessor) -> Res {
    let word = match which {
        Accessor::Get => "getter",
        Accessor::Set => "setter",
        Accessor::Delete => "deleter",
    };
    args.rest().expect(vm, word, 1, 1)?;
    let (this, function) = (&args.pos()[0], &args.pos()[1]);
    let property = payload::<Property>(vm, this)?;
    let own = [(Accessor::Get, &property.get), (Accessor::Set, &property.set), (Accessor::Delete, &property.delete)];
    let pick = |(accessor, cell): (Accessor, &VmCell<Value>)| {
        if accessor == which && !function.is_none() { function.clone() } else { cell.get().clone() }
    };
    let mut values: Vec<Value> = own.into_iter().map(pick).collect();
    // A text that came from the getter is looked for again: a new getter brings its own.
    let again = property.doc_of_getter.get() && !values[0].is_none();
    values.push(if again { Value::NONE } else { property.doc.get().clone() });
    let name = property.name.get().clone();
    let class = class_of(this).value().clone();
    let copy = vm.call(&class, &values)?;
    if let Some(copied) = copy.downcast::<Property>() {
        copied.name.set(name);
    }
    Ok(copy)
}

fn set_doc(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    payload::<Property>(vm, value)?.doc.set(new.unwrap_or(Value::NONE));
    Ok(())
}

fn name(vm: &mut Vm, value: &Value) -> Res {
    let property = payload::<Property>(vm, value)?;
    let (name, getter) = (property.name.get().clone(), property.get.get().clone());
    if !name.is_unset() {
        return Ok(name);
    }
    if !getter.is_none()
        && let Some(name) = vm.find_attr(&getter, &names().__name__)?
    {
        return Ok(name);
    }
    Err(vm.attribute_error(value, &intern(b"__name__")))
}

fn set_name(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    payload::<Property>(vm, value)?.name.set(new.unwrap_or(Value::UNSET));
    Ok(())
}

fn isabstract(vm: &mut Vm, value: &Value) -> Res {
    let property = payload::<Property>(vm, value)?;
    let functions = [property.get.get().clone(), property.set.get().clone(), property.delete.get().clone()];
    for function in functions.iter().filter(|f| !f.is_none()) {
        if is_abstract(vm, function)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}
