//! `frozenset`; its operations are those of `set` that change nothing.

use super::bootstrap::Def;
use super::set;
use super::slots::{self, class_argument};
use crate::heap;
use crate::objects::{FrozenSet, SetTable};
use crate::ops::sets;
use crate::{Args, Res, Vm, class_of, names, types};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__hash__", slots::hash),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__len__", slots::len),
    Def::Method("__contains__", slots::contains),
    Def::Slot("__iter__", slots::iter),
    Def::Slot("__and__", set::and),
    Def::Slot("__rand__", set::rand),
    Def::Slot("__or__", set::or),
    Def::Slot("__ror__", set::ror),
    Def::Slot("__sub__", set::sub),
    Def::Slot("__rsub__", set::rsub),
    Def::Slot("__xor__", set::xor),
    Def::Slot("__rxor__", set::rxor),
    Def::Slot("__lt__", slots::lt),
    Def::Slot("__le__", slots::le),
    Def::Slot("__eq__", slots::eq),
    Def::Slot("__ne__", slots::ne),
    Def::Slot("__gt__", slots::gt),
    Def::Slot("__ge__", slots::ge),
    Def::Method("__sizeof__", slots::sizeof),
    Def::Method("__reduce__", set::reduce),
    Def::Class("__class_getitem__", slots::class_getitem),
    Def::Method("copy", set::copy),
    Def::Method("difference", set::difference),
    Def::Method("intersection", set::intersection),
    Def::Method("isdisjoint", set::isdisjoint),
    Def::Method("issubset", set::issubset),
    Def::Method("issuperset", set::issuperset),
    Def::Method("symmetric_difference", set::symmetric_difference),
    Def::Method("union", set::union),
];

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let exact = class.is(&types().frozenset);
    let strict = slots::shares(vm, &class, &types().frozenset, &names().__init__);
    let iterable = slots::one_optional(vm, &args, "frozenset", strict)?;
    if let Some(iterable) = iterable.filter(|iterable| exact && class_of(iterable).is(&types().frozenset)) {
        return Ok(iterable.clone());
    }
    let set = heap::new(&class, FrozenSet::with_table(SetTable::default())).into_value();
    match iterable {
        Some(iterable) => sets::update(vm, &set, iterable, set.clone()),
        None => Ok(set),
    }
}
