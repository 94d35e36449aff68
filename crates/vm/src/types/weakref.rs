//! `weakref.ref`.

use super::bootstrap::Def;
use super::slots::{self, class_argument, operand, payload, receiver};
use crate::heap::{self, Kind, Ref, weakrefs_of};
use crate::objects::{Class, WeakRef, class_flags, int};
use crate::ops::compare::Cmp;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Res, Vm, class_of, names, types};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", init),
    Def::Slot("__call__", call),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__eq__", |vm, args| compare(vm, args, Cmp::Eq)),
    Def::Slot("__ne__", |vm, args| compare(vm, args, Cmp::Ne)),
    Def::Slot("__hash__", hash),
    Def::Get("__callback__", callback),
    Def::Class("__class_getitem__", slots::class_getitem),
];

/// Whether objects of this layout can be referred to weakly when their class is the builtin one.
fn builtin_supports(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Function
            | Kind::Native
            | Kind::BoundMethod
            | Kind::Class
            | Kind::Module
            | Kind::Generator
            | Kind::Set
            | Kind::FrozenSet
            | Kind::Code
            | Kind::GenericAlias
            | Kind::WeakRef
            | Kind::Opaque
            | Kind::Context
            | Kind::AsyncGenOp
            | Kind::Future
            | Kind::Task
            | Kind::Handle
    )
}

/// Whether weak references to the object can be made.
fn supports(vm: &mut Vm, value: &Value) -> bool {
    let (Some(kind), class) = (value.kind(), class_of(value).clone()) else { return false };
    if builtin_supports(kind) {
        return true;
    }
    let plain = !class.has(class_flags::BUILTIN) && !matches!(kind, Kind::BigInt | Kind::Tuple | Kind::Bytes);
    plain && vm.has_attr_on_class(&class, &names().__weakref__)
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let exact = class.is(&types().weakref);
    if exact && args.has_keywords() {
        return Err(vm.type_error("ref() takes no keyword arguments"));
    }
    args.positional_only().rest().expect(vm, "__new__", 1, 2)?;
    let target = &args.pos()[1];
    let callback = args.pos().get(2).cloned().unwrap_or(Value::NONE);
    if !supports(vm, target) {
        let name = class_of(target).name_str();
        return Err(vm.type_error(format!("cannot create weak reference to '{name}' object")));
    }
    let Some(header) = target.header() else { return Ok(Value::NONE) };
    if exact && callback.is_none() {
        let shared = weakrefs_of(header).into_iter().find(|r| is_plain(r, &class));
        if let Some(shared) = shared {
            return Ok(shared.into_value());
        }
    }
    let reference = heap::new(&class, WeakRef::unbound(callback));
    WeakRef::bind(&reference, header);
    Ok(reference.into_value())
}

/// Whether a reference is one that everybody may share: no subclass, no callback.
fn is_plain(reference: &Ref<WeakRef>, class: &Ref<Class>) -> bool {
    class_of(reference.value()).is(class) && !reference.has_callback()
}

fn init(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__init__", 1, 2)?;
    Ok(Value::NONE)
}

fn call(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = receiver(vm, &args)?;
    if args.has_keywords() {
        return Err(vm.type_error("weakref() got an unexpected keyword argument"));
    }
    if args.len() > 1 {
        let given = args.len() - 1;
        return Err(vm.type_error(format!("weakref expected 0 arguments, got {given}")));
    }
    Ok(payload::<WeakRef>(vm, this)?.get().unwrap_or(Value::NONE))
}

fn callback(vm: &mut Vm, value: &Value) -> Res {
    Ok(payload::<WeakRef>(vm, value)?.callback())
}

/// Living targets are compared; a dead one makes its reference equal to itself only.
fn compare(vm: &mut Vm, args: Args<'_>, op: Cmp) -> Res {
    let (a, b) = operand(vm, &args)?;
    let (Some(x), Some(y)) = (a.downcast::<WeakRef>(), b.downcast::<WeakRef>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match (x.get(), y.get()) {
        (Some(x), Some(y)) => vm.ask_compare(op, &x, &y),
        _ => Ok(Value::bool(a.is(b) == (op == Cmp::Eq))),
    }
}

/// The target's hash, remembered so that it outlives the target.
fn hash(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = slots::nothing(vm, &args)?;
    let reference = payload::<WeakRef>(vm, this)?;
    if let Some(known) = reference.hash.get() {
        return Ok(int(known as i64));
    }
    let Some(target) = reference.get() else { return Err(vm.type_error("weak object has gone away")) };
    let hash = vm.ask_hash(&target);
    vm.then(hash, keep_hash, this)
}

/// The hash of the target is that of the reference from now on.
fn keep_hash(vm: &mut Vm, this: &Value, outcome: Outcome) -> Res {
    let hash = outcome.result(vm)?;
    payload::<WeakRef>(vm, this)?.hash.set(Some(vm.hash_of_result(&hash)?));
    Ok(hash)
}
