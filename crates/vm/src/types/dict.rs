//! `dict`.

use super::bootstrap::Def;
use super::slots::{self, class_argument, receiver, this};
use crate::heap::{self, Kind, Ref};
use crate::objects::{Dict, DictPart, DictView, tuple};
use crate::ops::arith::is_builtin;
use crate::ops::compare::Cmp;
use crate::ops::dict::{find_plainly, get_plainly, remove_plainly};
use crate::ops::iter::dict_iter;
use crate::ops::keys::Errand;
use crate::value::Value;
use crate::{Args, Res, Vm, class_of, names, types};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Direct(direct),
    Def::Slot("__init__", init),
    Def::Value("__hash__", slots::unhashable),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__len__", slots::len),
    Def::Slot("__getitem__", slots::get_item),
    Def::Slot("__setitem__", slots::set_item),
    Def::Slot("__delitem__", slots::del_item),
    Def::Slot("__contains__", slots::contains),
    Def::Slot("__iter__", slots::iter),
    Def::Method("__reversed__", reversed),
    Def::Slot("__or__", slots::or),
    Def::Slot("__ror__", slots::ror),
    Def::Slot("__ior__", slots::ior),
    Def::Slot("__lt__", slots::lt),
    Def::Slot("__le__", slots::le),
    Def::Slot("__eq__", slots::eq),
    Def::Slot("__ne__", slots::ne),
    Def::Slot("__gt__", slots::gt),
    Def::Slot("__ge__", slots::ge),
    Def::Method("__sizeof__", slots::sizeof),
    Def::Class("__class_getitem__", slots::class_getitem),
    Def::Class("fromkeys", fromkeys),
    Def::Method("get", get),
    Def::Method("setdefault", setdefault),
    Def::Method("pop", pop),
    Def::Method("popitem", popitem),
    Def::Method("keys", keys),
    Def::Method("items", items),
    Def::Method("values", values),
    Def::Method("update", update),
    Def::Method("clear", clear),
    Def::Method("copy", copy),
];

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    Ok(heap::new(&class, Dict::empty()).into_value())
}

/// `dict(…)`.
fn direct(vm: &mut Vm, args: Args<'_>) -> Res {
    let dict = Dict::create();
    update_with_args(vm, &dict, &args, "dict")?;
    Ok(dict.into_value())
}

fn init(vm: &mut Vm, args: Args<'_>) -> Res {
    let dict = this::<Dict>(vm, &args)?;
    update_with_args(vm, dict, &args.rest(), "dict")?;
    Ok(Value::NONE)
}

fn update(vm: &mut Vm, args: Args<'_>) -> Res {
    let dict = this::<Dict>(vm, &args)?;
    update_with_args(vm, dict, &args.rest(), "update")?;
    Ok(Value::NONE)
}

fn update_with_args(vm: &mut Vm, dict: &Dict, rest: &Args<'_>, name: &str) -> Res<()> {
    if rest.len() > 1 {
        let given = rest.len();
        return Err(vm.type_error(format!("{name} expected at most 1 argument, got {given}")));
    }
    if let Some(other) = rest.pos().first() {
        update_from(vm, dict, other)?;
    }
    for (key, value) in rest.keywords() {
        vm.dict_set(dict, key, value.clone())?;
    }
    Ok(())
}

/// Whether a dict's items can be read without asking its class.
fn iterates_plainly(vm: &mut Vm, other: &Value) -> bool {
    if !other.is_kind(Kind::Dict) {
        return false;
    }
    if is_builtin(other) {
        return true;
    }
    let own = vm.lookup(&class_of(other).clone(), &names().__iter__);
    let original = types().dict.own(&names().__iter__);
    matches!((own, original), (Some(a), Some(b)) if a.is(&b))
}

/// Sets all pairs of a mapping, or of an iterable of pairs.
pub fn update_from(vm: &mut Vm, dict: &Dict, other: &Value) -> Res<()> {
    if other.is_kind(Kind::Dict) || vm.find_attr(other, &names().keys)?.is_some() {
        return merge(vm, dict, other);
    }
    let mut number = 0;
    vm.for_each(other, |vm, element| {
        let (key, value) = pair_of(vm, &element, number)?;
        vm.dict_set(dict, &key, value)?;
        number += 1;
        Ok(true)
    })
}

/// The two items of an element of `dict([...])`.
fn pair_of(vm: &mut Vm, element: &Value, number: usize) -> Res<(Value, Value)> {
    if is_builtin(element)
        && let Some([key, value]) = element.as_items()
    {
        return Ok((key.clone(), value.clone()));
    }
    let pair = match element.as_items() {
        Some(items) if is_builtin(element) => items.to_vec(),
        _ => match vm.collect(element) {
            Ok(items) => items,
            Err(thrown) if !vm.thrown_is(&types().exceptions.TypeError) => return Err(thrown),
            Err(_) => {
                drop(vm.catch());
                let message = format!("cannot convert dictionary update sequence element #{number} to a sequence");
                return Err(vm.type_error(message));
            }
        },
    };
    match pair.as_slice() {
        [key, value] => Ok((key.clone(), value.clone())),
        _ => {
            let len = pair.len();
            let message = format!("dictionary update sequence element #{number} has length {len}; 2 is required");
            Err(vm.value_error(message))
        }
    }
}

/// Sets all pairs of a mapping.
pub fn merge(vm: &mut Vm, dict: &Dict, other: &Value) -> Res<()> {
    if let Some(source) = other.downcast::<Dict>()
        && iterates_plainly(vm, other)
    {
        return merge_dict(vm, dict, source);
    }
    let keys = vm.call_method(other, &names().keys, &[])?;
    vm.for_each(&keys, |vm, key| {
        let value = vm.get_item(other, &key)?;
        vm.dict_set(dict, &key, value)?;
        Ok(true)
    })
}

fn merge_dict(vm: &mut Vm, dict: &Dict, source: &Dict) -> Res<()> {
    if std::ptr::eq(dict, source) {
        return Ok(());
    }
    if dict.is_empty() {
        let copy = source.table().copy();
        let old = std::mem::replace(dict.table_mut(), copy);
        drop(old);
        return Ok(());
    }
    let entries: Vec<(u64, Value, Value)> =
        source.table().iter().map(|e| (e.hash, e.key.clone(), e.value.clone())).collect();
    let size = source.len();
    for (hash, key, value) in entries {
        vm.dict_set_hashed(dict, hash, &key, value)?;
        if source.len() != size {
            return Err(vm.runtime_error("dict mutated during update"));
        }
    }
    Ok(())
}

fn get(vm: &mut Vm, args: Args<'_>) -> Res {
    let dict = this::<Dict>(vm, &args)?;
    args.rest().expect(vm, "get", 1, 2)?;
    let default = || args.pos().get(2).cloned().unwrap_or(Value::NONE);
    match find_plainly(dict, &args.pos()[1]) {
        Some((_, Some(place))) => Ok(dict.table().entry(place).value.clone()),
        Some((_, None)) => Ok(default()),
        None => vm.ask_key(&args.pos()[0], &args.pos()[1], Errand::Get { default: default() }),
    }
}

fn setdefault(vm: &mut Vm, args: Args<'_>) -> Res {
    let dict = this::<Dict>(vm, &args)?;
    args.rest().expect(vm, "setdefault", 1, 2)?;
    if let Some(value) = get_plainly(dict, &args.pos()[1]) {
        return Ok(value);
    }
    let default = args.pos().get(2).cloned().unwrap_or(Value::NONE);
    vm.ask_key(&args.pos()[0], &args.pos()[1], Errand::SetDefault { default })
}

fn pop(vm: &mut Vm, args: Args<'_>) -> Res {
    let dict = this::<Dict>(vm, &args)?;
    args.rest().expect(vm, "pop", 1, 2)?;
    let key = &args.pos()[1];
    match args.pos().get(2) {
        Some(default) if dict.is_empty() => Ok(default.clone()),
        None if dict.is_empty() => Err(vm.key_error(key)),
        default => {
            if let Some((_, value)) = remove_plainly(dict, key) {
                return Ok(value);
            }
            let default = default.cloned().unwrap_or(Value::UNSET);
            vm.ask_key(&args.pos()[0], key, Errand::Pop { default })
        }
    }
}

fn popitem(vm: &mut Vm, args: Args<'_>) -> Res {
    let dict = this::<Dict>(vm, &args)?;
    args.rest().expect(vm, "dict.popitem", 0, 0)?;
    match dict.table_mut().pop_last() {
        Some((key, value)) => Ok(tuple(vec![key, value])),
        None => Err(vm.key_error(&Value::from("popitem(): dictionary is empty"))),
    }
}

fn view(vm: &mut Vm, args: &Args<'_>, name: &str, part: DictPart) -> Res {
    this::<Dict>(vm, args)?;
    args.rest().expect(vm, name, 0, 0)?;
    let t = types();
    let class = match part {
        DictPart::Values => &t.dict_values,
        DictPart::Items => &t.dict_items,
        DictPart::Keys | DictPart::Elements => &t.dict_keys,
    };
    Ok(heap::new(class, DictView { dict: args.pos()[0].clone(), part }).into_value())
}

fn keys(vm: &mut Vm, args: Args<'_>) -> Res {
    view(vm, &args, "dict.keys", DictPart::Keys)
}

fn items(vm: &mut Vm, args: Args<'_>) -> Res {
    view(vm, &args, "dict.items", DictPart::Items)
}

fn values(vm: &mut Vm, args: Args<'_>) -> Res {
    view(vm, &args, "dict.values", DictPart::Values)
}

fn clear(vm: &mut Vm, args: Args<'_>) -> Res {
    let dict = this::<Dict>(vm, &args)?;
    args.rest().expect(vm, "dict.clear", 0, 0)?;
    drop(dict.take());
    Ok(Value::NONE)
}

fn copy(vm: &mut Vm, args: Args<'_>) -> Res {
    let dict = this::<Dict>(vm, &args)?;
    args.rest().expect(vm, "dict.copy", 0, 0)?;
    Ok(heap::new(&types().dict, Dict::with_table(dict.table().copy())).into_value())
}

fn reversed(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<Dict>(vm, &args)?;
    args.rest().expect(vm, "dict.__reversed__", 0, 0)?;
    Ok(dict_iter(&args.pos()[0], DictPart::Keys, true))
}

fn fromkeys(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = receiver(vm, &args)?;
    args.rest().expect(vm, "fromkeys", 1, 2)?;
    let iterable = &args.pos()[1];
    let value = args.pos().get(2).cloned().unwrap_or(Value::NONE);
    if class.is(types().dict.value()) {
        let dict = Dict::create();
        match iterable.as_set_table().filter(|_| is_builtin(iterable)) {
            Some(table) => {
                for (hash, key) in table.entries() {
                    vm.dict_set_hashed(&dict, hash, &key, value.clone())?;
                }
            }
            None => vm.for_each(iterable, |vm, key| {
                vm.dict_set(&dict, &key, value.clone())?;
                Ok(true)
            })?,
        }
        return Ok(dict.into_value());
    }
    let result = vm.call(class, &[])?;
    vm.for_each(iterable, |vm, key| {
        vm.set_item(&result, &key, value.clone())?;
        Ok(true)
    })?;
    Ok(result)
}

/// `a == b` or `a != b` of two dicts; NotImplemented for others.
pub fn compare(vm: &mut Vm, op: Cmp, a: &Value, b: &Value) -> Res {
    let (Some(x), Some(y)) = (a.as_ref::<Dict>(), b.as_ref::<Dict>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let equal = vm.guarded_as(" in comparison", |vm| equal(vm, &x, &y))?;
    Ok(Value::bool(equal == (op == Cmp::Eq)))
}

fn equal(vm: &mut Vm, x: &Ref<Dict>, y: &Ref<Dict>) -> Res<bool> {
    if x.len() != y.len() {
        return Ok(false);
    }
    for (key, value) in x.entries() {
        match vm.dict_get(y, &key)? {
            Some(other) if vm.same(&value, &other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}
