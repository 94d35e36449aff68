//! The operator methods that builtin types have in common (`__eq__`, `__add__`, `__radd__`, …): each only asks for the
//! operation on the payloads, which the operators themselves use too.

use crate::value::Value;
use crate::{Args, Res, Vm};

/// Defines `Slot` functions for comparisons.
macro_rules! compare_slots {
    ($($function:ident $op:ident),* $(,)?) => { $(
        pub(crate) fn $function(vm: &mut Vm, args: Args<'_>) -> Res {
            let (this, other) = operands(vm, args)?;
            vm.compare_builtin(crate::ops::compare::Cmp::$op, this, other)
        }
    )* };
}

/// Defines `Slot` functions for binary operators: the plain and the reflected one.
macro_rules! binary_slots {
    ($($function:ident $reflected:ident $op:ident),* $(,)?) => { $(
        pub(crate) fn $function(vm: &mut Vm, args: Args<'_>) -> Res {
            let (this, other) = operands(vm, args)?;
            vm.binary_builtin(crate::ops::arith::BinOp::$op, this, other)
        }

        pub(crate) fn $reflected(vm: &mut Vm, args: Args<'_>) -> Res {
            let (this, other) = operands(vm, args)?;
            vm.binary_builtin(crate::ops::arith::BinOp::$op, other, this)
        }
    )* };
}

/// `self` and the one argument.
fn operands<'a>(vm: &mut Vm, args: Args<'a>) -> Res<(&'a Value, &'a Value)> {
    match args.pos() {
        [this, other] if !args.has_keywords() => Ok((this, other)),
        all => {
            let given = all.len().saturating_sub(1);
            Err(vm.type_error(format!("expected 1 argument, got {given}")))
        }
    }
}

compare_slots!(lt Lt, le Le, eq Eq, ne Ne, gt Gt, ge Ge);
binary_slots!(add radd Add, mul rmul Mul, modulo rmodulo Mod);
