//! `tuple`.

use super::bootstrap::Def;
use super::list::{compare_items, search_bounds};
use super::slots::{self, class_argument, this};
use crate::objects::{Accumulator, Tuple, tuple};
use crate::ops::compare::Cmp;
use crate::ops::enquiry::Search;
use crate::value::Value;
use crate::{Args, Res, Vm, class_of, names, types};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Direct(direct),
    Def::Slot("__hash__", slots::hash),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__len__", slots::len),
    Def::Slot("__getitem__", slots::get_item),
    Def::Slot("__contains__", slots::contains),
    Def::Slot("__iter__", slots::iter),
    Def::Slot("__add__", slots::add),
    Def::Slot("__mul__", slots::repeat),
    Def::Slot("__rmul__", slots::repeat),
    Def::Slot("__lt__", slots::lt),
    Def::Slot("__le__", slots::le),
    Def::Slot("__eq__", slots::eq),
    Def::Slot("__ne__", slots::ne),
    Def::Slot("__gt__", slots::gt),
    Def::Slot("__ge__", slots::ge),
    Def::Method("__getnewargs__", getnewargs),
    Def::Class("__class_getitem__", slots::class_getitem),
    Def::Method("index", index),
    Def::Method("count", count),
];

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let exact = class.is(&types().tuple);
    let strict = slots::shares(vm, &class, &types().tuple, &names().__init__);
    let Some(iterable) = slots::one_optional(vm, &args, "tuple", strict)? else {
        if exact {
            return Ok(types().empty_tuple.clone());
        }
        return Ok(Tuple::with_class(&class, Vec::new()).into_value());
    };
    if exact && class_of(iterable).is(&types().tuple) {
        return Ok(iterable.clone());
    }
    if exact && vm.collects_from_frames(iterable) {
        return Err(vm.drain(iterable, Accumulator::Tuple(Vec::new())));
    }
    let items = vm.collect(iterable)?;
    if exact && items.is_empty() {
        return Ok(types().empty_tuple.clone());
    }
    Ok(Tuple::with_class(&class, items).into_value())
}

/// `tuple(…)`.
fn direct(vm: &mut Vm, args: Args<'_>) -> Res {
    match slots::one_argument(vm, &args, "tuple", true)? {
        Some(iterable) if class_of(iterable).is(&types().tuple) => Ok(iterable.clone()),
        Some(iterable) if vm.collects_from_frames(iterable) => Err(vm.drain(iterable, Accumulator::Tuple(Vec::new()))),
        Some(iterable) => Ok(tuple(vm.collect(iterable)?)),
        None => Ok(types().empty_tuple.clone()),
    }
}

fn getnewargs(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = this::<Tuple>(vm, &args)?;
    args.rest().expect(vm, "tuple.__getnewargs__", 0, 0)?;
    Ok(tuple(vec![tuple(this.items().to_vec())]))
}

fn index(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = this::<Tuple>(vm, &args)?;
    args.rest().expect(vm, "index", 1, 3)?;
    let (from, to) = search_bounds(vm, &args.pos()[2..], this.len())?;
    vm.ask_search(Search::Index { to }, &args.pos()[0], &args.pos()[1], from)
}

fn count(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<Tuple>(vm, &args)?;
    args.rest().expect(vm, "tuple.count", 1, 1)?;
    vm.ask_search(Search::Count, &args.pos()[0], &args.pos()[1], 0)
}

/// `a op b` of two tuples; NotImplemented for others.
pub fn compare(vm: &mut Vm, op: Cmp, a: &Value, b: &Value) -> Res {
    if b.downcast::<Tuple>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    vm.guarded_as(" in comparison", |vm| compare_items(vm, op, a, b))
}
