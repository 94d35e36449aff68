//! The `__dunder__` methods that containers and iterators have in common: each asks for the operation on the builtin
//! base type's payload, which the operators themselves use too.

use crate::heap::{Kind, Payload, Ref};
use crate::objects::{Class, Native, NativeFn};
use crate::ops::arith::{BinOp, is_builtin};
use crate::ops::compare::Cmp;
use crate::ops::iter::asks_for_items;
use crate::ops::steps::step_of;
use crate::value::Value;
use crate::{Args, Asks, Request, Res, Restartable, Vm, class_of};

/// The payload of `self`; TypeError if the method was called on something else.
#[inline]
pub fn this<'a, T: Payload>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a T> {
    let value = receiver(vm, args)?;
    payload(vm, value)
}

/// The payload of the object that an attribute was asked of.
#[inline]
pub fn payload<'a, T: Payload>(vm: &mut Vm, value: &'a Value) -> Res<&'a T> {
    match value.downcast::<T>() {
        Some(payload) => Ok(payload),
        None => Err(misapplied(vm, value)),
    }
}

#[cold]
#[inline(never)]
fn misapplied(vm: &mut Vm, value: &Value) -> crate::Thrown {
    let name = class_of(value).name_str();
    vm.type_error(format!("descriptor doesn't apply to a '{name}' object"))
}

/// `self`, whatever it is.
#[inline]
pub fn receiver<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a Value> {
    match args.pos().first() {
        Some(value) => Ok(value),
        None => Err(vm.type_error("unbound method needs an argument")),
    }
}

/// The one argument of a slot method.
pub fn operand<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<(&'a Value, &'a Value)> {
    match args.pos() {
        [this, other] if !args.has_keywords() => Ok((this, other)),
        _ => {
            let given = args.len().saturating_sub(1);
            Err(vm.type_error(format!("expected 1 argument, got {given}")))
        }
    }
}

/// No argument besides `self`.
pub fn nothing<'a>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a Value> {
    match args.pos() {
        [this] if !args.has_keywords() => Ok(this),
        _ => {
            let given = args.len().saturating_sub(1);
            Err(vm.type_error(format!("expected 0 arguments, got {given}")))
        }
    }
}

/// The class that `__new__` was asked for.
pub fn class_argument(vm: &mut Vm, args: &Args<'_>) -> Res<Ref<Class>> {
    match args.pos().first().and_then(Value::as_ref) {
        Some(class) => Ok(class),
        None => Err(vm.type_error("__new__(): not enough arguments")),
    }
}

macro_rules! compare_slots {
    ($($function:ident $op:ident;)*) => { $(
        pub fn $function(vm: &mut Vm, args: Args<'_>) -> Res {
            let (this, other) = operand(vm, &args)?;
            vm.ask_compare_builtin(Cmp::$op, this, other)
        }
    )* };
}

compare_slots! { lt Lt; le Le; eq Eq; ne Ne; gt Gt; ge Ge; }

macro_rules! binary_slots {
    ($($function:ident $reflected:ident $op:ident;)*) => { $(
        pub fn $function(vm: &mut Vm, args: Args<'_>) -> Res {
            let (this, other) = operand(vm, &args)?;
            vm.binary_builtin(BinOp::$op, this, other)
        }
        pub fn $reflected(vm: &mut Vm, args: Args<'_>) -> Res {
            let (this, other) = operand(vm, &args)?;
            vm.binary_builtin(BinOp::$op, other, this)
        }
    )* };
}

binary_slots! { or ror Or; and rand And; sub rsub Sub; xor rxor Xor; }

/// `+` of sequences: what can't be concatenated is an error at once.
pub fn add(vm: &mut Vm, args: Args<'_>) -> Res {
    let (this, other) = operand(vm, &args)?;
    let result = vm.binary_builtin(BinOp::Add, this, other)?;
    // The other operand may still know how to be added to this one.
    if !result.is_not_implemented() || !is_builtin(other) && vm.special(other, &crate::names().__radd__).is_some() {
        return Ok(result);
    }
    Err(vm.unsupported(BinOp::Add, this, other, false))
}

/// `*` of sequences with a count, from either side.
pub fn repeat(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (this, count) = operand(vm, &args)?;
    // The operator itself words the error, after the other operand was asked.
    if !is_builtin(count) && !vm.has_index(count) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let count = vm.as_index(count)?;
    vm.binary_builtin(BinOp::Mul, this, &crate::objects::int(count))
}

/// `*=` of sequences that change in place.
pub fn imul(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (this, count) = operand(vm, &args)?;
    if !vm.has_index(count) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let count = vm.as_index(count)?;
    crate::ops::item::inplace(vm, BinOp::Mul, this, &crate::objects::int(count))
}

macro_rules! inplace_slots {
    ($($function:ident $op:ident;)*) => { $(
        pub fn $function(vm: &mut Vm, args: Args<'_>) -> Res {
            let (this, other) = operand(vm, &args)?;
            crate::ops::item::inplace(vm, BinOp::$op, this, other)
        }
    )* };
}

inplace_slots! { iadd Add; ior Or; iand And; isub Sub; ixor Xor; }

pub fn len(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = nothing(vm, &args)?;
    let len = vm.len_builtin(this)?.unwrap_or_default();
    Ok(crate::objects::int(len as i64))
}

pub fn get_item(vm: &mut Vm, args: Args<'_>) -> Res {
    let (this, key) = operand(vm, &args)?;
    vm.ask_item_builtin(this, key)
}

/// Whether a `__getitem__` is that of the builtin classes.
pub fn is_get_item(method: &Value) -> bool {
    method.downcast::<Native>().is_some_and(|native| std::ptr::fn_addr_eq(native.function, get_item as NativeFn))
}

/// Whether a `__setitem__` is that of the builtin classes.
pub fn is_set_item(method: &Value) -> bool {
    method.downcast::<Native>().is_some_and(|native| std::ptr::fn_addr_eq(native.function, set_item as NativeFn))
}

pub fn set_item(vm: &mut Vm, args: Args<'_>) -> Res {
    match args.pos() {
        [this, key, value] if !args.has_keywords() => vm.ask_set_item_builtin(this, key, value.clone()),
        _ => {
            let given = args.len().saturating_sub(1);
            Err(vm.type_error(format!("expected 2 arguments, got {given}")))
        }
    }
}

pub fn del_item(vm: &mut Vm, args: Args<'_>) -> Res {
    let (this, key) = operand(vm, &args)?;
    let deleted = vm.ask_del_item_builtin(this, key);
    vm.for_none(deleted)
}

pub fn contains(vm: &mut Vm, args: Args<'_>) -> Res {
    let (this, item) = operand(vm, &args)?;
    vm.ask_contains_builtin(this, item)
}

/// `__iter__` of containers and of iterators.
pub fn iter(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = nothing(vm, &args)?;
    match vm.iter_builtin(this) {
        Some(iterator) => iterator,
        None => Err(vm.not_iterable(this)),
    }
}

/// `__next__` of the builtin iterators.
pub fn next(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = nothing(vm, &args)?;
    if is_builtin(this)
        && (matches!(this.kind(), Some(Kind::Map | Kind::Filter | Kind::Zip | Kind::Enumerate | Kind::CallIter))
            || asks_for_items(this))
    {
        return Err(vm.request(Request::Next { iterator: this.clone() }));
    }
    if let Some(step) = step_of(this) {
        return vm.next_by_step(this, step);
    }
    match vm.next_builtin(this) {
        Some(item) => match item? {
            Some(item) => Ok(item),
            None => Err(vm.stop_iteration(Value::NONE)),
        },
        None => Err(vm.not_an_iterator(this)),
    }
}

pub fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = nothing(vm, &args)?;
    vm.ask_repr_builtin(this)
}

/// Whether a `__repr__` is that of the builtin classes.
pub fn is_repr(method: &Value) -> bool {
    method.downcast::<Native>().is_some_and(|native| std::ptr::fn_addr_eq(native.function, repr as NativeFn))
}

pub fn hash(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = nothing(vm, &args)?;
    let hash = vm.hash_builtin(this)?;
    Ok(crate::objects::int(hash as i64))
}

/// `__hash__ = None` of mutable containers.
pub fn unhashable() -> Value {
    Value::NONE
}

/// `__class_getitem__`: `list[int]`.
pub fn class_getitem(vm: &mut Vm, args: Args<'_>) -> Res {
    let (class, key) = operand(vm, &args)?;
    super::alias::make(vm, class, key)
}

/// `__sizeof__`: a fair estimate.
pub fn sizeof(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = nothing(vm, &args)?;
    let items = vm.len_builtin(this)?.unwrap_or_default();
    Ok(crate::objects::int(40 + 8 * items as i64))
}

/// At most one positional argument for a constructor such as `list(iterable)`, and no keywords for the class itself.
pub fn one_optional<'a>(vm: &mut Vm, args: &Args<'a>, name: &str, exact: bool) -> Res<Option<&'a Value>> {
    one_argument(vm, &args.rest(), name, exact)
}

/// As `one_optional`, of arguments without `self`.
pub fn one_argument<'a>(vm: &mut Vm, args: &Args<'a>, name: &str, exact: bool) -> Res<Option<&'a Value>> {
    if exact && args.has_keywords() {
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    if args.len() > 1 {
        let given = args.len();
        return Err(vm.type_error(format!("{name} expected at most 1 argument, got {given}")));
    }
    Ok(args.pos().first())
}

/// Whether a class has the same `name` as its builtin base, and so takes no arguments that only its own would take.
pub fn shares(vm: &mut Vm, class: &Class, base: &Class, name: &Value) -> bool {
    match (vm.lookup(class, name), vm.lookup(base, name)) {
        (Some(own), Some(original)) => own.is(&original),
        (own, original) => own.is_none() && original.is_none(),
    }
}
