//! `dict`.

use super::bootstrap::Def;
use super::slots::{self, class_argument, receiver, this};
use crate::heap::{self, Kind};
use crate::objects::{Dict, DictPart, DictView, Opaque, tuple};
use crate::ops::arith::is_builtin;
use crate::ops::compare::Cmp;
use crate::ops::dict::{find_plainly, get_plainly, remove_plainly, set_plainly};
use crate::ops::iter::dict_iter;
use crate::ops::keys::Errand;
use crate::ops::keys::round::{Act, Deed, Source};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Request, Res, Vm, class_of, names, types};
use std::cell::Cell;

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
    let dict = Dict::create().into_value();
    update_with_args(vm, &dict, &args, "dict", dict.clone())
}

fn init(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<Dict>(vm, &args)?;
    update_with_args(vm, &args.pos()[0], &args.rest(), "dict", Value::NONE)
}

fn update(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<Dict>(vm, &args)?;
    update_with_args(vm, &args.pos()[0], &args.rest(), "update", Value::NONE)
}

fn update_with_args(vm: &mut Vm, dict: &Value, rest: &Args<'_>, name: &str, result: Value) -> Res {
    if rest.len() > 1 {
        let given = rest.len();
        return Err(vm.type_error(format!("{name} expected at most 1 argument, got {given}")));
    }
    let updated = match rest.pos().first() {
        Some(other) => update_from(vm, dict, other, result),
        None => Ok(result),
    };
    if !rest.has_keywords() {
        return updated;
    }
    let named = Dict::create();
    for (key, value) in rest.keywords() {
        let set = match dict.downcast::<Dict>().filter(|_| updated.is_ok() && named.is_empty()) {
            Some(dict) => set_plainly(dict, key, value.clone()).is_ok(),
            None => false,
        };
        if !set {
            drop(named.insert_str(key, value.clone()));
        }
    }
    if named.is_empty() {
        return updated;
    }
    let state = tuple(vec![dict.clone(), named.into_value()]);
    vm.then(updated, merge_named, &state)
}

fn merge_named(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let result = outcome.result(vm)?;
    let Some([dict, named]) = state.as_items() else { return Ok(result) };
    let merged = merge(vm, dict, named, result);
    vm.last_act(merged)
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

/// Pairs that are put into a dict, as they come.
struct Pairs {
    dict: Value,
    /// How many there have been.
    number: Cell<usize>,
}

/// Sets all pairs of a mapping, or of an iterable of pairs; gives `result`, or the request for it.
pub fn update_from(vm: &mut Vm, dict: &Value, other: &Value, result: Value) -> Res {
    if other.is_kind(Kind::Dict) {
        return merge(vm, dict, other, result);
    }
    // The state stands for no such attribute.
    let state = tuple(vec![dict.clone(), other.clone(), result]);
    let keys = vm.ask_attr_or(other, &names().keys, state.clone());
    vm.then(keys, update_by_keys, &state)
}

/// What was looked for is `keys` of a mapping, or the state in its place.
fn update_by_keys(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let keys = outcome.result(vm)?;
    let Some([dict, pairs, result]) = state.as_items().filter(|_| keys.is(state)) else {
        return call_keys(vm, state, Outcome::Value(keys));
    };
    let pairs_of = Pairs { dict: dict.clone(), number: Cell::new(0) };
    let updated = if vm.draws_from_frames(pairs) {
        vm.each(pairs, take_pair, Opaque::state(pairs_of), result.clone())
    } else {
        let iterator = vm.iter(pairs)?;
        match put_plain_pairs(vm, &pairs_of, &iterator)? {
            None => return Ok(result.clone()),
            Some(element) => vm.each_from(element, &iterator, take_pair, Opaque::state(pairs_of), result.clone()),
        }
    };
    vm.last_act(updated)
}

/// Sets pairs as long as they are plain; the first element that is not one is given back.
fn put_plain_pairs(vm: &mut Vm, pairs: &Pairs, iterator: &Value) -> Res<Option<Value>> {
    let Some(dict) = pairs.dict.downcast::<Dict>() else { return Ok(None) };
    while let Some(element) = vm.next(iterator)? {
        let put = match element.as_items() {
            Some([key, value]) if is_builtin(&element) => set_plainly(dict, key, value.clone()).is_ok(),
            _ => false,
        };
        if !put {
            return Ok(Some(element));
        }
        pairs.number.set(pairs.number.get() + 1);
    }
    Ok(None)
}

fn take_pair(vm: &mut Vm, state: &Value, element: Value) -> Res {
    let pairs = vm.state_of::<Pairs>(state)?;
    if is_builtin(&element)
        && let Some([key, value]) = element.as_items()
    {
        pairs.number.set(pairs.number.get() + 1);
        return vm.ask_key(&pairs.dict, key, Errand::Set { value: value.clone() });
    }
    let items = vm.ask_items(&element);
    vm.then(items, put_pair, state)
}

/// The items of an element of `dict([...])` have come.
fn put_pair(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let items = outcome.result(vm);
    let Pairs { dict, number } = vm.state_of(state)?;
    let n = number.replace(number.get() + 1);
    if items.is_err() && vm.thrown_is(&types().exceptions.TypeError) {
        drop(vm.catch());
        return Err(vm.type_error(format!("cannot convert dictionary update sequence element #{n} to a sequence")));
    }
    let items = items?;
    match items.as_items().unwrap_or_default() {
        [key, value] => {
            let put = vm.ask_key(dict, key, Errand::Set { value: value.clone() });
            vm.last_act(put)
        }
        other => {
            let len = other.len();
            let message = format!("dictionary update sequence element #{n} has length {len}; 2 is required");
            Err(vm.value_error(message))
        }
    }
}

/// Sets all pairs of a mapping; gives `result`, or the request for it.
pub fn merge(vm: &mut Vm, dict: &Value, other: &Value, result: Value) -> Res {
    if iterates_plainly(vm, other) {
        return merge_dict(vm, dict, other, result);
    }
    let state = tuple(vec![dict.clone(), other.clone(), result]);
    let keys = vm.ask_attr(other, &names().keys);
    vm.then(keys, call_keys, &state)
}

fn merge_dict(vm: &mut Vm, dict: &Value, other: &Value, result: Value) -> Res {
    let (Some(target), Some(source)) = (dict.downcast::<Dict>(), other.downcast::<Dict>()) else { return Ok(result) };
    if dict.is(other) {
        return Ok(result);
    }
    if target.is_empty() {
        let copy = source.table().copy();
        drop(std::mem::replace(target.table_mut(), copy));
        return Ok(result);
    }
    vm.each_key_of(Source::steady(other), Deed::new(dict, Act::Set), result)
}

fn call_keys(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let callable = outcome.result(vm)?;
    let called = Err(vm.request(Request::Call { callable, args: Vec::new() }));
    vm.then(called, draw_keys, state)
}

/// `keys()` of a mapping has given something: all keys are drawn before the first value is asked for.
fn draw_keys(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let keys = outcome.result(vm)?;
    let drawn = vm.ask_items(&keys);
    vm.then(drawn, put_keys, state)
}

fn put_keys(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let keys = outcome.result(vm)?;
    let Some([_, _, result]) = state.as_items() else {
        let put = vm.each(&keys, take_keyword, state.clone(), Value::NONE);
        return vm.last_act(put);
    };
    let put = vm.each(&keys, put_key, state.clone(), result.clone());
    vm.last_act(put)
}

/// Adds all pairs of a mapping to the keywords of a call, which must be new; KeyError of the first that is not.
pub fn merge_keywords(vm: &mut Vm, dict: &Value, other: &Value) -> Res {
    if iterates_plainly(vm, other) {
        let entries = other.downcast::<Dict>().map(Dict::entries).unwrap_or_default();
        for (key, value) in entries {
            check_new_keyword(vm, dict, &key)?;
            put_keyword(vm, dict, &key, value)?;
        }
        return Ok(Value::NONE);
    }
    let state = tuple(vec![dict.clone(), other.clone()]);
    let keys = vm.ask_attr(other, &names().keys);
    vm.then(keys, call_keys, &state)
}

/// KeyError if there is such a keyword.
fn check_new_keyword(vm: &mut Vm, dict: &Value, key: &Value) -> Res<()> {
    match dict.downcast::<Dict>().and_then(|dict| dict.get_str(key)) {
        Some(_) => Err(vm.key_error(key)),
        None => Ok(()),
    }
}

fn put_keyword(vm: &mut Vm, dict: &Value, key: &Value, value: Value) -> Res {
    if !key.is_kind(Kind::Str) {
        return Err(vm.type_error("keywords must be strings"));
    }
    if let Some(dict) = dict.downcast::<Dict>() {
        drop(dict.insert_str(&crate::objects::intern_value(key), value));
    }
    Ok(Value::NONE)
}

fn take_keyword(vm: &mut Vm, state: &Value, key: Value) -> Res {
    let Some([dict, mapping]) = state.as_items() else { return Ok(Value::NONE) };
    check_new_keyword(vm, dict, &key)?;
    let value = vm.ask_item(mapping, &key);
    let state = tuple(vec![dict.clone(), key]);
    vm.then(
        value,
        |vm, state, outcome| {
            let value = outcome.result(vm)?;
            let Some([dict, key]) = state.as_items() else { return Ok(Value::NONE) };
            put_keyword(vm, dict, key, value)
        },
        &state,
    )
}

fn put_key(vm: &mut Vm, state: &Value, key: Value) -> Res {
    let Some([dict, mapping, _]) = state.as_items() else { return Ok(Value::NONE) };
    match vm.ask_item(mapping, &key) {
        Ok(value) => vm.ask_key(dict, &key, Errand::Set { value }),
        asked => {
            let state = tuple(vec![dict.clone(), key]);
            vm.then(asked, put_value, &state)
        }
    }
}

fn put_value(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let value = outcome.result(vm)?;
    let Some([dict, key]) = state.as_items() else { return Ok(Value::NONE) };
    let put = vm.ask_key(dict, key, Errand::Set { value });
    vm.last_act(put)
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
    let value = args.pos().get(2).cloned().unwrap_or(Value::NONE);
    if class.is(types().dict.value()) {
        return fill_from_keys(vm, &Dict::create().into_value(), &args.pos()[1], value);
    }
    let state = tuple(vec![args.pos()[1].clone(), value]);
    let made = Err(vm.request(Request::Call { callable: class.clone(), args: Vec::new() }));
    vm.then(made, fill_made, &state)
}

fn fill_made(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let made = outcome.result(vm)?;
    let Some([keys, value]) = state.as_items() else { return Ok(made) };
    let filled = fill_from_keys(vm, &made, keys, value.clone());
    vm.last_act(filled)
}

/// Sets all keys to one value.
fn fill_from_keys(vm: &mut Vm, dict: &Value, keys: &Value, value: Value) -> Res {
    if !class_of(dict).is(&types().dict) {
        let state = tuple(vec![dict.clone(), value]);
        return vm.each(keys, set_item, state, dict.clone());
    }
    let deed = Deed::new(dict, Act::Set);
    if is_builtin(keys) && matches!(keys.kind(), Some(Kind::Dict | Kind::Set | Kind::FrozenSet)) {
        return vm.each_key_of(Source::with_value(keys, value), deed, dict.clone());
    }
    vm.each_key_in(keys, value, deed, dict.clone())
}

fn set_item(vm: &mut Vm, state: &Value, key: Value) -> Res {
    let Some([object, value]) = state.as_items() else { return Ok(Value::NONE) };
    let set = vm.ask_set_item(object, &key, value.clone());
    vm.for_none(set)
}

/// `a == b` or `a != b` of two dicts, or the request for it; NotImplemented for others.
pub fn ask_compare(vm: &mut Vm, op: Cmp, a: &Value, b: &Value) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<Dict>(), b.downcast::<Dict>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    match op {
        Cmp::Eq | Cmp::Ne if x.len() != y.len() => Ok(Value::bool(op == Cmp::Ne)),
        Cmp::Eq | Cmp::Ne => {
            let deed = Deed::new(b, Act::Compare).ending(false, Value::bool(op == Cmp::Ne));
            vm.each_key_of(Source::of(a), deed, Value::bool(op == Cmp::Eq))
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
