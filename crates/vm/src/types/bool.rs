//! The methods of `bool`; all others come from `int`.

use super::Def;
use crate::ops::arith::{BinOp, UnaryOp, is_builtin};
use crate::ops::number::slots::{apply, class_to_make, forward, ints, operands, reflected};
use crate::value::Value;
use crate::vm::Question;
use crate::{Args, Res, Thrown, Vm, names, types};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Direct(direct),
    Def::Slot("__repr__", repr),
    Def::Slot("__invert__", |vm, args| apply(vm, args, UnaryOp::Invert)),
    Def::Slot("__and__", |vm, args| forward(vm, args, BinOp::And, ints)),
    Def::Slot("__rand__", |vm, args| reflected(vm, args, BinOp::And, ints)),
    Def::Slot("__or__", |vm, args| forward(vm, args, BinOp::Or, ints)),
    Def::Slot("__ror__", |vm, args| reflected(vm, args, BinOp::Or, ints)),
    Def::Slot("__xor__", |vm, args| forward(vm, args, BinOp::Xor, ints)),
    Def::Slot("__rxor__", |vm, args| reflected(vm, args, BinOp::Xor, ints)),
];

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    class_to_make(vm, args, "bool", &types().bool)?;
    direct(vm, args.rest())
}

/// `bool(…)`.
fn direct(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.has_keywords() {
        return Err(vm.type_error("bool() takes no keyword arguments"));
    }
    match args.pos() {
        [] => Ok(Value::FALSE),
        [value] => {
            if let Some(asked) = ask_truth(vm, value) {
                return Err(asked);
            }
            Ok(Value::bool(vm.truth(value)?))
        }
        more => Err(vm.type_error(format!("bool expected at most 1 argument, got {}", more.len()))),
    }
}

/// The request for the truth of an object, if a method in the language tells it.
fn ask_truth(vm: &mut Vm, value: &Value) -> Option<Thrown> {
    if is_builtin(value) {
        return None;
    }
    match vm.special(value, &names().__bool__) {
        Some(_) => vm.ask_special(value, &names().__bool__, Value::UNSET, Question::Truth),
        None => vm.ask_special(value, &names().__len__, Value::UNSET, Question::Filled),
    }
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    operands(vm, args, 0)?;
    Ok(crate::objects::intern(if args.pos()[0].is_true() { b"True" } else { b"False" }))
}
