//! The operator methods that all numeric types have, as table entries: `__add__`, `__radd__`, …, `__eq__`, ….

use super::{Num, compare_numbers, power, unary};
use crate::heap::Ref;
use crate::objects::{Class, Str};
use crate::ops::arith::{BinOp, UnaryOp};
use crate::ops::compare::Cmp;
use crate::value::Value;
use crate::{Args, Res, Vm, class_of, types};

/// What a type's operator methods accept as the other operand.
pub(crate) type Accepts = fn(Num<'_>) -> bool;

pub(crate) fn ints(n: Num<'_>) -> bool {
    matches!(n, Num::Int(_) | Num::Wide(_) | Num::Big(_))
}

pub(crate) fn reals(n: Num<'_>) -> bool {
    !matches!(n, Num::Complex(..))
}

pub(crate) fn numbers(_: Num<'_>) -> bool {
    true
}

fn acceptable(accepts: Accepts, value: &Value) -> bool {
    Num::of(value).is_some_and(accepts)
}

/// Exactly `count` arguments after `self`, as operator methods word it.
pub(crate) fn operands(vm: &mut Vm, args: Args<'_>, count: usize) -> Res<()> {
    let given = args.len().saturating_sub(1);
    if args.has_keywords() {
        return Err(vm.type_error("wrapper() takes no keyword arguments"));
    }
    if given == count {
        return Ok(());
    }
    let plural = if count == 1 { "" } else { "s" };
    Err(vm.type_error(format!("expected {count} argument{plural}, got {given}")))
}

pub(crate) fn forward(vm: &mut Vm, args: Args<'_>, op: BinOp, accepts: Accepts) -> Res {
    operands(vm, args, 1)?;
    let [a, b] = args.pos() else { return Ok(Value::NOT_IMPLEMENTED) };
    if !acceptable(accepts, a) || !acceptable(accepts, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    super::binary(vm, op, a, b)
}

pub(crate) fn reflected(vm: &mut Vm, args: Args<'_>, op: BinOp, accepts: Accepts) -> Res {
    operands(vm, args, 1)?;
    let [a, b] = args.pos() else { return Ok(Value::NOT_IMPLEMENTED) };
    if !acceptable(accepts, a) || !acceptable(accepts, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    super::binary(vm, op, b, a)
}

/// `__pow__` and `__rpow__`: with an optional modulus.
pub(crate) fn raise(vm: &mut Vm, args: Args<'_>, accepts: Accepts, swap: bool) -> Res {
    let (a, b, modulus) = match args.pos() {
        [a, b] => (a, b, &Value::NONE),
        [a, b, m] => (a, b, m),
        _ => {
            let given = args.len().saturating_sub(1);
            return Err(vm.type_error(if given == 0 {
                "expected at least 1 argument, got 0".to_owned()
            } else {
                format!("expected at most 2 arguments, got {given}")
            }));
        }
    };
    let fine = acceptable(accepts, a) && acceptable(accepts, b) && (modulus.is_none() || acceptable(accepts, modulus));
    if !fine {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    if swap { power(vm, b, a, modulus) } else { power(vm, a, b, modulus) }
}

pub(crate) fn compare(vm: &mut Vm, args: Args<'_>, op: Cmp, accepts: Accepts) -> Res {
    operands(vm, args, 1)?;
    let [a, b] = args.pos() else { return Ok(Value::NOT_IMPLEMENTED) };
    if !acceptable(accepts, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    Ok(compare_numbers(op, a, b).map_or(Value::NOT_IMPLEMENTED, Value::bool))
}

pub(crate) fn apply(vm: &mut Vm, args: Args<'_>, op: UnaryOp) -> Res {
    operands(vm, args, 0)?;
    unary(vm, op, &args.pos()[0])
}

pub(crate) fn absolute(vm: &mut Vm, args: Args<'_>) -> Res {
    operands(vm, args, 0)?;
    super::absolute(vm, &args.pos()[0])
}

pub(crate) fn truth(vm: &mut Vm, args: Args<'_>) -> Res {
    operands(vm, args, 0)?;
    Ok(Value::bool(match Num::of(&args.pos()[0]) {
        Some(Num::Int(n)) => n != 0,
        Some(Num::Wide(n)) => n.magnitude != 0,
        Some(Num::Big(n)) => n.sign() != num_bigint::Sign::NoSign,
        Some(Num::Float(x)) => x != 0.0,
        Some(Num::Complex(re, im)) => re != 0.0 || im != 0.0,
        None => true,
    }))
}

pub(crate) fn hash(vm: &mut Vm, args: Args<'_>) -> Res {
    operands(vm, args, 0)?;
    let hash = vm.hash_builtin(&args.pos()[0])?;
    Ok(crate::objects::int(hash as i64))
}

/// A table of the operator methods for a type that accepts such operands, followed by the entries given.
macro_rules! number_defs {
    (@all $accepts:expr; binary { $($op:ident $name:literal $reflected:literal)* } $($extra:expr,)*) => {
        &[
            $(
                $crate::types::Def::Slot($name, |vm, args| {
                    $crate::ops::number::slots::forward(vm, args, $crate::ops::arith::BinOp::$op, $accepts)
                }),
                $crate::types::Def::Slot($reflected, |vm, args| {
                    $crate::ops::number::slots::reflected(vm, args, $crate::ops::arith::BinOp::$op, $accepts)
                }),
            )*
            $crate::types::Def::Slot("__pow__", |vm, args| $crate::ops::number::slots::raise(vm, args, $accepts, false)),
            $crate::types::Def::Slot("__rpow__", |vm, args| $crate::ops::number::slots::raise(vm, args, $accepts, true)),
            $crate::ops::number::slots::number_defs!(@compare $accepts, "__lt__" Lt),
            $crate::ops::number::slots::number_defs!(@compare $accepts, "__le__" Le),
            $crate::ops::number::slots::number_defs!(@compare $accepts, "__eq__" Eq),
            $crate::ops::number::slots::number_defs!(@compare $accepts, "__ne__" Ne),
            $crate::ops::number::slots::number_defs!(@compare $accepts, "__gt__" Gt),
            $crate::ops::number::slots::number_defs!(@compare $accepts, "__ge__" Ge),
            $crate::types::Def::Slot("__neg__", |vm, args| {
                $crate::ops::number::slots::apply(vm, args, $crate::ops::arith::UnaryOp::Neg)
            }),
            $crate::types::Def::Slot("__pos__", |vm, args| {
                $crate::ops::number::slots::apply(vm, args, $crate::ops::arith::UnaryOp::Pos)
            }),
            $crate::types::Def::Slot("__abs__", $crate::ops::number::slots::absolute),
            $crate::types::Def::Slot("__bool__", $crate::ops::number::slots::truth),
            $crate::types::Def::Slot("__hash__", $crate::ops::number::slots::hash),
            $($extra,)*
        ]
    };
    (@compare $accepts:expr, $name:literal $op:ident) => {
        $crate::types::Def::Slot($name, |vm, args| {
            $crate::ops::number::slots::compare(vm, args, $crate::ops::compare::Cmp::$op, $accepts)
        })
    };
    (ints: $($extra:expr),* $(,)?) => {
        $crate::ops::number::slots::number_defs!(@all $crate::ops::number::slots::ints; binary {
            Add "__add__" "__radd__"
            Sub "__sub__" "__rsub__"
            Mul "__mul__" "__rmul__"
            TrueDiv "__truediv__" "__rtruediv__"
            FloorDiv "__floordiv__" "__rfloordiv__"
            Mod "__mod__" "__rmod__"
            DivMod "__divmod__" "__rdivmod__"
            LShift "__lshift__" "__rlshift__"
            RShift "__rshift__" "__rrshift__"
            And "__and__" "__rand__"
            Or "__or__" "__ror__"
            Xor "__xor__" "__rxor__"
        } $($extra,)*)
    };
    (reals: $($extra:expr),* $(,)?) => {
        $crate::ops::number::slots::number_defs!(@all $crate::ops::number::slots::reals; binary {
            Add "__add__" "__radd__"
            Sub "__sub__" "__rsub__"
            Mul "__mul__" "__rmul__"
            TrueDiv "__truediv__" "__rtruediv__"
            FloorDiv "__floordiv__" "__rfloordiv__"
            Mod "__mod__" "__rmod__"
            DivMod "__divmod__" "__rdivmod__"
        } $($extra,)*)
    };
    (numbers: $($extra:expr),* $(,)?) => {
        $crate::ops::number::slots::number_defs!(@all $crate::ops::number::slots::numbers; binary {
            Add "__add__" "__radd__"
            Sub "__sub__" "__rsub__"
            Mul "__mul__" "__rmul__"
            TrueDiv "__truediv__" "__rtruediv__"
        } $($extra,)*)
    };
}
pub(crate) use number_defs;

/// The class that `__new__` of the builtin type called `name` is to make an instance of.
pub(crate) fn class_to_make(vm: &mut Vm, args: Args<'_>, name: &str, base: &Ref<Class>) -> Res<Ref<Class>> {
    let Some(first) = args.pos().first() else {
        return Err(vm.type_error(format!("{name}.__new__(): not enough arguments")));
    };
    let Some(class) = first.as_ref::<Class>() else {
        let got = class_of(first).name_str();
        return Err(vm.type_error(format!("{name}.__new__(X): X is not a type object ({got})")));
    };
    if !class.is_subclass_of(base) {
        let given = class.name_str();
        return Err(vm.type_error(format!("{name}.__new__({given}): {given} is not a subtype of {name}")));
    }
    if class.is(&types().bool) && !base.is(&class) {
        return Err(vm.type_error(format!("{name}.__new__(bool) is not safe, use bool.__new__()")));
    }
    Ok(class)
}

/// The specification that `__format__` was called with.
pub(crate) fn spec_argument(vm: &mut Vm, args: Args<'_>) -> Res<Ref<Str>> {
    args.rest().expect(vm, "__format__", 1, 1)?;
    let spec = &args.pos()[1];
    match spec.as_ref::<Str>() {
        Some(spec) => Ok(spec),
        None => {
            let got = class_of(spec).name_str();
            Err(vm.type_error(format!("__format__() argument must be str, not {got}")))
        }
    }
}
