//! The methods of `bool`; all others come from `int`.

use super::Def;
use crate::ops::arith::{BinOp, UnaryOp};
use crate::ops::number::slots::{apply, class_to_make, forward, ints, operands, reflected};
use crate::value::Value;
use crate::{Args, Res, Vm, types};

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
        [value] => Ok(Value::bool(vm.truth(value)?)),
        more => Err(vm.type_error(format!("bool expected at most 1 argument, got {}", more.len()))),
    }
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    operands(vm, args, 0)?;
    Ok(crate::objects::intern(if args.pos()[0].is_true() { b"True" } else { b"False" }))
}
