//! `method`: a function bound to an object.

use super::bootstrap::Def;
use super::function::call;
use super::slots::{self, operand, payload};
use crate::objects::BoundMethod;
use crate::value::Value;
use crate::{Args, Res, Vm, names, types};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__call__", call),
    Def::Slot("__get__", get),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__eq__", eq),
    Def::Slot("__ne__", ne),
    Def::Slot("__hash__", slots::hash),
    Def::Get("__func__", |vm, v| payload::<BoundMethod>(vm, v).map(|m| m.function.clone())),
    Def::Get("__self__", |vm, v| payload::<BoundMethod>(vm, v).map(|m| m.this.clone())),
    Def::Get("__doc__", doc),
];

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.has_keywords() {
        return Err(vm.type_error("method() takes no keyword arguments"));
    }
    let [_, function, this] = args.pos() else {
        let given = args.len().saturating_sub(1);
        return Err(vm.type_error(format!("method expected 2 arguments, got {given}")));
    };
    if !vm.is_callable(function) {
        return Err(vm.type_error("first argument must be callable"));
    }
    if this.is_none() {
        return Err(vm.type_error("instance must not be None"));
    }
    let method = BoundMethod { function: function.clone(), this: this.clone() };
    Ok(crate::heap::new(&types().method, method).into_value())
}

/// A bound method stays bound to what it is bound to.
fn get(vm: &mut Vm, args: Args<'_>) -> Res {
    super::descriptor::get_arguments(vm, &args)?;
    Ok(args.pos()[0].clone())
}

fn doc(vm: &mut Vm, value: &Value) -> Res {
    let function = payload::<BoundMethod>(vm, value)?.function.clone();
    Ok(vm.find_attr(&function, &names().__doc__)?.unwrap_or(Value::NONE))
}

fn same(vm: &mut Vm, a: &Value, b: &Value) -> Res<Option<bool>> {
    let (Some(x), Some(y)) = (a.as_ref::<BoundMethod>(), b.as_ref::<BoundMethod>()) else { return Ok(None) };
    Ok(Some(x.this.is(&y.this) && vm.same(&x.function, &y.function)?))
}

fn eq(vm: &mut Vm, args: Args<'_>) -> Res {
    let (a, b) = operand(vm, &args)?;
    Ok(same(vm, a, b)?.map_or(Value::NOT_IMPLEMENTED, Value::bool))
}

fn ne(vm: &mut Vm, args: Args<'_>) -> Res {
    let (a, b) = operand(vm, &args)?;
    Ok(same(vm, a, b)?.map_or(Value::NOT_IMPLEMENTED, |same| Value::bool(!same)))
}
