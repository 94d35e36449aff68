//! `cell`: a variable shared by functions.

use super::bootstrap::Def;
use super::slots::{self, operand, payload};
use crate::objects::CellObject;
use crate::ops::compare::Cmp;
use crate::value::Value;
use crate::{Args, Res, Vm};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__repr__", slots::repr),
    Def::Value("__hash__", slots::unhashable),
    Def::Slot("__eq__", |vm, args| compare(vm, args, Cmp::Eq)),
    Def::Slot("__ne__", |vm, args| compare(vm, args, Cmp::Ne)),
    Def::Slot("__lt__", |vm, args| compare(vm, args, Cmp::Lt)),
    Def::Slot("__le__", |vm, args| compare(vm, args, Cmp::Le)),
    Def::Slot("__gt__", |vm, args| compare(vm, args, Cmp::Gt)),
    Def::Slot("__ge__", |vm, args| compare(vm, args, Cmp::Ge)),
    Def::GetSet("cell_contents", contents, set_contents),
];

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.has_keywords() {
        return Err(vm.type_error("cell() takes no keyword arguments"));
    }
    match args.rest().pos() {
        [] => Ok(CellObject::create(Value::UNSET).into_value()),
        [content] => Ok(CellObject::create(content.clone()).into_value()),
        more => {
            let given = more.len();
            Err(vm.type_error(format!("cell expected at most 1 argument, got {given}")))
        }
    }
}

fn contents(vm: &mut Vm, value: &Value) -> Res {
    let content = payload::<CellObject>(vm, value)?.content.get().clone();
    if content.is_unset() { Err(vm.value_error("Cell is empty")) } else { Ok(content) }
}

fn set_contents(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    payload::<CellObject>(vm, value)?.content.set(new.unwrap_or(Value::UNSET));
    Ok(())
}

/// Cells compare by content; an empty one goes before all others.
fn compare(vm: &mut Vm, args: Args<'_>, op: Cmp) -> Res {
    let (a, b) = operand(vm, &args)?;
    let (Some(x), Some(y)) = (a.downcast::<CellObject>(), b.downcast::<CellObject>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (x, y) = (x.content.get().clone(), y.content.get().clone());
    if x.is_unset() || y.is_unset() {
        return Ok(Value::bool(op.accepts((!x.is_unset()).cmp(&!y.is_unset()))));
    }
    vm.ask_compare(op, &x, &y)
}
