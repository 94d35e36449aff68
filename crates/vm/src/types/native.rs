//! Functions implemented in Rust: `builtin_function_or_method`, method descriptors, slot wrappers, method wrappers.

use super::bootstrap::Def;
use super::function::call;
use super::slots::{self, operand, payload};
use crate::heap::Kind;
use crate::objects::{Class, Native, NativeKind, Str, int, intern};
use crate::ops::hash::hash_identity;
use crate::value::Value;
use crate::{Args, Res, Vm, class_of, names};

/// Functions and bound methods.
pub const DEFS: &[Def] = &[
    Def::Slot("__call__", call),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__eq__", eq),
    Def::Slot("__ne__", ne),
    Def::Slot("__hash__", hash),
    Def::Get("__name__", name),
    Def::Get("__qualname__", qualname),
    Def::Get("__doc__", doc),
    Def::Get("__self__", this),
    Def::Get("__objclass__", owner),
    Def::GetSet("__module__", module, set_module),
    Def::Get("__text_signature__", none),
];

/// Methods as they stand in the builtin classes.
pub const DESCRIPTOR_DEFS: &[Def] = &[
    Def::Slot("__call__", call),
    Def::Slot("__get__", super::descriptor::get_plain),
    Def::Slot("__repr__", slots::repr),
    Def::Get("__name__", name),
    Def::Get("__qualname__", qualname),
    Def::Get("__doc__", doc),
    Def::Get("__objclass__", owner),
    Def::Get("__text_signature__", none),
];

fn name(vm: &mut Vm, value: &Value) -> Res {
    Ok(intern(payload::<Native>(vm, value)?.name.as_bytes()))
}

/// The class that a method's qualified name begins with.
fn named_class(native: &Native) -> Value {
    if native.this.is_unset() || !native.owner.get().is_unset() && !native.this.is_kind(Kind::Class) {
        return native.owner.get().clone();
    }
    if native.this.is_kind(Kind::Class) { native.this.clone() } else { class_of(&native.this).value().clone() }
}

fn qualname(vm: &mut Vm, value: &Value) -> Res {
    let native = payload::<Native>(vm, value)?;
    if native.this.is_kind(Kind::Module) {
        return Ok(intern(native.name.as_bytes()));
    }
    match named_class(native).downcast::<Class>() {
        Some(class) => Ok(Value::from(format!("{}.{}", super::text_of(class.qualname.get()), native.name))),
        None => Ok(intern(native.name.as_bytes())),
    }
}

fn doc(vm: &mut Vm, value: &Value) -> Res {
    let doc = payload::<Native>(vm, value)?.doc;
    Ok(if doc.is_empty() { Value::NONE } else { Value::from(doc) })
}

/// `__self__`: what a method is bound to, the class that `__new__` is of, the module of a function.
fn this(vm: &mut Vm, value: &Value) -> Res {
    let native = payload::<Native>(vm, value)?;
    if !native.this.is_unset() {
        return Ok(native.this.clone());
    }
    if !native.owner.get().is_unset() {
        // `__new__` belongs to its class; static methods belong to nobody.
        let class = native.owner.get().clone();
        return Ok(if native.name == "__new__" { class } else { Value::NONE });
    }
    let module = native.module.get().clone();
    Ok(vm.modules.get_str(&module).filter(|_| module.downcast::<Str>().is_some()).unwrap_or(Value::NONE))
}

fn owner(vm: &mut Vm, value: &Value) -> Res {
    let native = payload::<Native>(vm, value)?;
    let bound = !native.this.is_unset() && !class_of(value).is(&crate::types().method_wrapper);
    match native.owner.get() {
        owner if !owner.is_unset() && !bound => Ok(owner.clone()),
        _ => Err(vm.attribute_error(value, &names().__objclass__)),
    }
}

fn module(vm: &mut Vm, value: &Value) -> Res {
    Ok(payload::<Native>(vm, value)?.module.get().clone())
}

fn set_module(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    payload::<Native>(vm, value)?.module.set(new.unwrap_or(Value::NONE));
    Ok(())
}

fn none(_vm: &mut Vm, _value: &Value) -> Res {
    Ok(Value::NONE)
}

/// Bound natives are made anew by each access, so two are equal if they do the same to the same object.
fn same(a: &Value, b: &Value) -> Option<bool> {
    let (x, y) = (a.downcast::<Native>()?, b.downcast::<Native>()?);
    let same_function = std::ptr::fn_addr_eq(x.function, y.function) && x.name == y.name;
    Some(a.is(b) || same_function && !x.this.is_unset() && x.this.is(&y.this) && x.data.is(&y.data))
}

fn eq(vm: &mut Vm, args: Args<'_>) -> Res {
    let (a, b) = operand(vm, &args)?;
    Ok(same(a, b).map_or(Value::NOT_IMPLEMENTED, Value::bool))
}

fn ne(vm: &mut Vm, args: Args<'_>) -> Res {
    let (a, b) = operand(vm, &args)?;
    Ok(same(a, b).map_or(Value::NOT_IMPLEMENTED, |same| Value::bool(!same)))
}

fn hash(vm: &mut Vm, args: Args<'_>) -> Res {
    let value = slots::nothing(vm, &args)?;
    let native = payload::<Native>(vm, value)?;
    if native.kind != NativeKind::Function && native.this.is_unset() || native.this.is_unset() {
        return Ok(int(hash_identity(value) as i64));
    }
    let function = native.function as usize as u64;
    Ok(int((hash_identity(&native.this) ^ function >> 4) as i64))
}
