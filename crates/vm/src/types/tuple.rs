//! `tuple`.

use super::bootstrap::Def;
use super::list::{compare_items, search_bounds};
use super::slots::{self, class_argument, this};
use crate::objects::{Accumulator, Class, Native, NativeFn, Tuple, int, tuple};
use crate::ops::compare::Cmp;
use crate::ops::enquiry::Search;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Res, Restartable, Vm, class_of, names, restartable, types};

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
    Def::Slot("__mul__", restartable!(slots::repeat)),
    Def::Slot("__rmul__", restartable!(slots::repeat)),
    Def::Slot("__lt__", slots::lt),
    Def::Slot("__le__", slots::le),
    Def::Slot("__eq__", slots::eq),
    Def::Slot("__ne__", slots::ne),
    Def::Slot("__gt__", slots::gt),
    Def::Slot("__ge__", slots::ge),
    Def::Method("__getnewargs__", getnewargs),
    Def::Class("__class_getitem__", slots::class_getitem),
    Def::Method("index", restartable!(index)),
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
    if class_of(iterable).is(&types().tuple)
        && let Some(items) = iterable.as_items()
    {
        return Ok(Tuple::with_class(&class, items.to_vec()).into_value());
    }
    if vm.collects_from_frames(iterable) {
        let drained = Err(vm.drain_after_hint(iterable, Accumulator::Tuple(Vec::new())));
        return if exact { drained } else { vm.and_then(drained, give_class, class.into_value()) };
    }
    let items = vm.collect(iterable)?;
    if exact && items.is_empty() {
        return Ok(types().empty_tuple.clone());
    }
    Ok(Tuple::with_class(&class, items).into_value())
}

/// The items of an instance of a subclass are there.
fn give_class(vm: &mut Vm, class: &Value, outcome: Outcome) -> Res {
    let items = outcome.result(vm)?;
    match (class.as_ref::<Class>(), items.as_items()) {
        (Some(class), Some(all)) => Ok(Tuple::with_class(&class, all.to_vec()).into_value()),
        _ => Ok(items),
    }
}

/// A function that gives one item of a tuple; inline caches know it.
pub fn field_getter(index: usize) -> Value {
    Native::with_data("field", field, int(index as i64)).into_value()
}

fn field(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "field", 1, 1)?;
    let index = args.data.as_small_int().unwrap_or_default() as usize;
    let Some(tuple) = args.pos()[0].downcast::<Tuple>() else {
        let got = class_of(&args.pos()[0]).name_str();
        return Err(vm.type_error(format!(
            "descriptor for index '{index}' for tuple subclasses doesn't apply to '{got}' object"
        )));
    };
    match tuple.items().get(index) {
        Some(item) => Ok(item.clone()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

/// The index of the item that a getter made by `field_getter` gives.
pub fn field_index(getter: &Value) -> Option<u16> {
    let native = getter.downcast::<Native>()?;
    let is_field = std::ptr::fn_addr_eq(native.function, field as NativeFn);
    u16::try_from(native.data.as_small_int().filter(|_| is_field)?).ok()
}

/// `tuple(…)`.
fn direct(vm: &mut Vm, args: Args<'_>) -> Res {
    match slots::one_argument(vm, &args, "tuple", true)? {
        Some(iterable) if class_of(iterable).is(&types().tuple) => Ok(iterable.clone()),
        Some(iterable) if vm.collects_from_frames(iterable) => {
            Err(vm.drain_after_hint(iterable, Accumulator::Tuple(Vec::new())))
        }
        Some(iterable) => Ok(tuple(vm.collect(iterable)?)),
        None => Ok(types().empty_tuple.clone()),
    }
}

fn getnewargs(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = this::<Tuple>(vm, &args)?;
    args.rest().expect(vm, "tuple.__getnewargs__", 0, 0)?;
    Ok(tuple(vec![tuple(this.items().to_vec())]))
}

fn index(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = this::<Tuple>(vm, &args)?;
    args.rest().expect(vm, "index", 1, 3)?;
    let (from, to) = search_bounds(vm, &args.pos()[2..], || this.len())?;
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
