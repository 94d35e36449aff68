//! The classes of `None`, `...` and `NotImplemented`.

use super::bootstrap::Def;
use super::slots;
use crate::objects::intern;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Res, Vm, types};

pub const DEFS: &[Def] = &[
    Def::New(|vm, args| only(vm, args, "NoneType", Value::NONE)),
    Def::Slot("__bool__", |_, _| Ok(Value::FALSE)),
    Def::Slot("__repr__", slots::repr),
];

pub const ELLIPSIS_DEFS: &[Def] = &[
    Def::New(|vm, args| only(vm, args, "EllipsisType", Value::ELLIPSIS)),
    Def::Slot("__repr__", slots::repr),
    Def::Method("__reduce__", |_, _| Ok(intern(b"Ellipsis"))),
];

pub const NOT_IMPLEMENTED_DEFS: &[Def] = &[
    Def::New(|vm, args| only(vm, args, "NotImplementedType", Value::NOT_IMPLEMENTED)),
    Def::Slot("__bool__", not_implemented_bool),
    Def::Slot("__repr__", slots::repr),
    Def::Method("__reduce__", |_, _| Ok(intern(b"NotImplemented"))),
];

/// The class's only instance.
fn only(vm: &mut Vm, args: Args<'_>, name: &str, instance: Value) -> Res {
    if args.raw().0.len() > 1 {
        return Err(vm.type_error(format!("{name} takes no arguments")));
    }
    Ok(instance)
}

fn give_true(vm: &mut Vm, _state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    Ok(Value::TRUE)
}

fn not_implemented_bool(vm: &mut Vm, _args: Args<'_>) -> Res {
    let class = types().exceptions.DeprecationWarning.clone();
    let told = crate::builtins::warning::ask_warn(vm, &class, "NotImplemented should not be used in a boolean context");
    vm.then(told, give_true, &Value::NONE)
}
