//! `_functools`: `partial`, `reduce`, `cmp_to_key`.

use crate::native::{add_class, class_argument, native_class, object, this};
use std::cell::Cell;
use weft_vm::heap::{Ref, VmCell};
use weft_vm::objects::{Class, Dict, Opaque, Tuple, attrs, class_flags, int, tuple};
use weft_vm::ops::compare::Cmp;
use weft_vm::ops::repr::Template;
use weft_vm::types::{Def, object as object_type, slots, text_of};
use weft_vm::{Args, Outcome, Request, Res, Thrown, Value, Vm, class_of, names, types};

/// Makes the module.
pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_functools", &[("reduce", reduce), ("cmp_to_key", cmp_to_key)]);
    add_class(&module, "functools.partial", class_flags::HAS_ATTRS, PARTIAL_DEFS);
    add_class(&module, "functools._lru_cache_wrapper", class_flags::HAS_ATTRS | class_flags::FINAL, crate::lru::DEFS);
    Ok(module.into_value())
}

/// `reduce(function, iterable[, initial])`.
fn reduce(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "reduce", 2, 3)?;
    let (function, iterable) = (&args.pos()[0], &args.pos()[1]);
    let class = class_of(iterable).clone();
    let iterable_at_all =
        [&names().__iter__, &names().__getitem__].iter().any(|name| vm.has_attr_on_class(&class, name));
    if !iterable_at_all {
        return Err(vm.type_error("reduce() arg 2 must support iteration"));
    }
    let iterator = vm.iter(iterable)?;
    if !vm.is_shallow() {
        let total = VmCell::new(args.pos().get(2).cloned().unwrap_or(Value::UNSET));
        let draws = vm.draws_from_frames(&iterator);
        let reducing = Reducing { function: function.clone(), iterator, draws, total, awaits_item: Cell::new(false) };
        let result = reducing.go_on(vm);
        return vm.and_then(result, reduce_on, Opaque::state(reducing));
    }
    let first = match args.pos().get(2) {
        Some(initial) => Some(initial.clone()),
        None => vm.next(&iterator)?,
    };
    let Some(mut total) = first else { return Err(nothing_to_reduce(vm)) };
    while let Some(item) = vm.next(&iterator)? {
        total = vm.call(function, &[total, item])?;
    }
    Ok(total)
}

fn nothing_to_reduce(vm: &mut Vm) -> Thrown {
    vm.type_error("reduce() of empty iterable with no initial value")
}

/// A `reduce` that waits in frames.
struct Reducing {
    function: Value,
    iterator: Value,
    /// The items come out of frames, too.
    draws: bool,
    /// Unset before the first item.
    total: VmCell<Value>,
    /// An item is waited for, not the function.
    awaits_item: Cell<bool>,
}

impl Reducing {
    /// Takes items as long as nothing has to be waited for.
    fn go_on(&self, vm: &mut Vm) -> Res {
        self.awaits_item.set(self.draws);
        if self.draws {
            return Err(vm.request(Request::Next { iterator: self.iterator.clone() }));
        }
        while let Some(item) = vm.next(&self.iterator)? {
            if let Some(thrown) = self.take(vm, item) {
                return Err(thrown);
            }
        }
        self.end(vm)
    }

    /// Takes an item, for which the function is called unless it is the first.
    fn take(&self, vm: &mut Vm, item: Value) -> Option<Thrown> {
        if self.total.get().is_unset() {
            drop(self.total.replace(item));
            return None;
        }
        self.awaits_item.set(false);
        let args = vec![self.total.replace(Value::NONE), item];
        Some(vm.request(Request::Call { callable: self.function.clone(), args }))
    }

    fn end(&self, vm: &mut Vm) -> Res {
        match self.total.get() {
            total if total.is_unset() => Err(nothing_to_reduce(vm)),
            total => Ok(total.clone()),
        }
    }
}

/// An item has come, or a total.
fn reduce_on(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let reducing = vm.state_of::<Reducing>(state)?;
    if !reducing.awaits_item.get() {
        drop(reducing.total.replace(outcome.result(vm)?));
        return reducing.go_on(vm);
    }
    if matches!(outcome, Outcome::Returned(_)) {
        return reducing.end(vm);
    }
    match outcome.result(vm) {
        Ok(item) => match reducing.take(vm, item) {
            Some(thrown) => Err(thrown),
            None => reducing.go_on(vm),
        },
        Err(_) if vm.thrown_is(&types().exceptions.StopIteration) => {
            drop(vm.catch());
            reducing.end(vm)
        }
        failed => failed,
    }
}

/// A key made by `cmp_to_key`, or (without an object) the maker of such keys.
struct Key {
    compare: Value,
    /// Unset in the maker.
    object: VmCell<Value>,
}

const KEY_DEFS: &[Def] = &[
    Def::Slot("__call__", make_key),
    Def::Value("__hash__", slots::unhashable),
    Def::Slot("__lt__", |vm, args| compare_keys(vm, args, Cmp::Lt)),
    Def::Slot("__le__", |vm, args| compare_keys(vm, args, Cmp::Le)),
    Def::Slot("__eq__", |vm, args| compare_keys(vm, args, Cmp::Eq)),
    Def::Slot("__ne__", |vm, args| compare_keys(vm, args, Cmp::Ne)),
    Def::Slot("__gt__", |vm, args| compare_keys(vm, args, Cmp::Gt)),
    Def::Slot("__ge__", |vm, args| compare_keys(vm, args, Cmp::Ge)),
    Def::GetSet("obj", get_object, set_object),
];

thread_local! {
    static KEY: Ref<Class> = native_class("functools.KeyWrapper", class_flags::FINAL, KEY_DEFS);
}

fn new_key(compare: &Value, object_value: Value) -> Value {
    object(&KEY.with(Clone::clone), Key { compare: compare.clone(), object: VmCell::new(object_value) })
}

fn cmp_to_key(vm: &mut Vm, args: Args<'_>) -> Res {
    let [compare] = args.bind(vm, "cmp_to_key", ["mycmp"], 1)?;
    Ok(new_key(&compare.cloned().unwrap_or(Value::NONE), Value::UNSET))
}

fn make_key(vm: &mut Vm, args: Args<'_>) -> Res {
    let key = this::<Key>(vm, &args)?;
    let [object] = args.rest().bind(vm, "K", ["obj"], 1)?;
    Ok(new_key(&key.compare, object.cloned().unwrap_or(Value::NONE)))
}

fn get_object(vm: &mut Vm, value: &Value) -> Res {
    let found = value.native_state::<Key>().map(|key| key.object.get().clone()).filter(|o| !o.is_unset());
    found.ok_or_else(|| vm.attribute_error(value, &weft_vm::objects::intern(b"obj")))
}

fn set_object(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    match value.native_state::<Key>() {
        Some(key) => {
            drop(key.object.replace(new.unwrap_or(Value::UNSET)));
            Ok(())
        }
        None => Err(vm.type_error("descriptor 'obj' needs a key")),
    }
}

fn compare_keys(vm: &mut Vm, args: Args<'_>, op: Cmp) -> Res {
    let key = this::<Key>(vm, &args)?;
    let Some(other) = args.pos().get(1).and_then(Value::native_state::<Key>) else {
        return Err(vm.type_error("other argument must be K instance"));
    };
    let (a, b) = (key.object.get().clone(), other.object.get().clone());
    if a.is_unset() || b.is_unset() {
        return Err(vm.attribute_error(&args.pos()[0], &weft_vm::objects::intern(b"object")));
    }
    if vm.is_shallow() {
        let answer = vm.call(&key.compare, &[a, b])?;
        return vm.compare(op, &answer, &int(0));
    }
    let called = Err(vm.request(Request::Call { callable: key.compare.clone(), args: vec![a, b] }));
    vm.and_then(called, compare_answer, op.method().clone())
}

/// The function has compared two objects: its answer is to zero as they are to each other.
fn compare_answer(vm: &mut Vm, method: &Value, outcome: Outcome) -> Res {
    let answer = outcome.result(vm)?;
    let ops = [Cmp::Lt, Cmp::Le, Cmp::Eq, Cmp::Ne, Cmp::Gt, Cmp::Ge];
    let op = ops.into_iter().find(|op| op.method().is(method)).unwrap_or(Cmp::Lt);
    let compared = vm.ask_compare(op, &answer, &int(0));
    vm.last_act(compared)
}

/// A function with some of its arguments given already.
struct Partial {
    parts: VmCell<Parts>,
}

#[derive(Clone)]
struct Parts {
    function: Value,
    args: Value,
    /// A dict of its own.
    keywords: Ref<Dict>,
}

const PARTIAL_DEFS: &[Def] = &[
    Def::New(new_partial),
    Def::Slot("__call__", call_partial),
    Def::Slot("__repr__", show_partial),
    Def::Method("__reduce__", reduce_partial),
    Def::Method("__setstate__", set_state),
    Def::Class("__class_getitem__", slots::class_getitem),
    Def::GetSet("__dict__", object_type::get_dict, object_type::set_dict),
    Def::Get("func", |vm, v| part(vm, v, |p| p.function.clone())),
    Def::Get("args", |vm, v| part(vm, v, |p| p.args.clone())),
    Def::Get("keywords", |vm, v| part(vm, v, |p| p.keywords.value().clone())),
];

fn part(vm: &mut Vm, value: &Value, pick: fn(&Parts) -> Value) -> Res {
    match value.native_state::<Partial>() {
        Some(partial) => Ok(pick(partial.parts.get())),
        None => Err(vm.type_error("descriptor needs a partial object")),
    }
}

/// Whether the object has attributes that scripts have set.
fn has_own_attributes(value: &Value) -> bool {
    value.header().and_then(attrs::of).is_some_and(|own| !own.items().is_empty())
}

fn new_partial(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [_, function, given @ ..] = args.pos() else {
        return Err(vm.type_error("type 'partial' takes at least one argument"));
    };
    if !vm.is_callable(function) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let keywords = Dict::create();
    let mut parts = Parts { function: function.clone(), args: types().empty_tuple.clone(), keywords };
    let mut all = Vec::new();
    // A partial of a partial is one partial.
    if let Some(inner) = function.native_state::<Partial>()
        && !has_own_attributes(function)
    {
        let inner = inner.parts.get().clone();
        all.extend(inner.args.as_items().unwrap_or_default().iter().cloned());
        for (key, value) in inner.keywords.entries() {
            vm.dict_set(&parts.keywords, &key, value)?;
        }
        parts.function = inner.function;
    }
    all.extend(given.iter().cloned());
    for (key, value) in args.keywords() {
        vm.dict_set(&parts.keywords, key, value.clone())?;
    }
    parts.args = tuple(all);
    Ok(object(&class, Partial { parts: VmCell::new(parts) }))
}

fn call_partial(vm: &mut Vm, args: Args<'_>) -> Res {
    let partial = this::<Partial>(vm, &args)?;
    if !args.has_keywords() && partial.parts.get().keywords.is_empty() {
        let (parts, given) = (partial.parts.get(), args.rest().pos());
        let first = parts.args.as_items().unwrap_or_default();
        let all = first.iter().chain(given).cloned().collect();
        return Err(vm.request(Request::Call { callable: parts.function.clone(), args: all }));
    }
    let parts = partial.parts.get().clone();
    let mut all = parts.args.as_items().unwrap_or_default().to_vec();
    all.extend(args.rest().pos().iter().cloned());
    let mut keywords = parts.keywords.entries();
    for (name, value) in args.keywords() {
        let name_text = text_of(name);
        match keywords.iter_mut().find(|(known, _)| text_of(known) == name_text) {
            Some((_, slot)) => *slot = value.clone(),
            None => keywords.push((name.clone(), value.clone())),
        }
    }
    let (names, values): (Vec<Value>, Vec<Value>) = keywords.into_iter().unzip();
    all.extend(values);
    Err(vm.request(Request::CallKeywords { callable: parts.function, args: all, names }))
}

fn show_partial(vm: &mut Vm, args: Args<'_>) -> Res {
    let parts = this::<Partial>(vm, &args)?.parts.get().clone();
    if vm.is_being_shown(&args.pos()[0]) {
        return Ok(Value::from("..."));
    }
    let class = class_of(&args.pos()[0]).clone();
    let name = text_of(class.qualname.get());
    let module = vm.lookup(&class, &names().__module__).map_or_else(String::new, |m| text_of(&m));
    let mut template = Template::new(&format!("{module}.{name}("));
    template.repr(&parts.function);
    for arg in parts.args.as_items().unwrap_or_default() {
        template.text(", ").repr(arg);
    }
    for (name, value) in parts.keywords.entries() {
        let name = text_of(vm.str(&name)?.value());
        template.text(", ").text(&name).text("=").repr(&value);
    }
    template.text(")");
    vm.ask_written(&args.pos()[0], template)
}

fn reduce_partial(vm: &mut Vm, args: Args<'_>) -> Res {
    let parts = this::<Partial>(vm, &args)?.parts.get().clone();
    let this = &args.pos()[0];
    let namespace = if has_own_attributes(this) { object_type::get_dict(vm, this)? } else { Value::NONE };
    let state = tuple(vec![parts.function.clone(), parts.args, parts.keywords.into_value(), namespace]);
    Ok(tuple(vec![class_of(this).value().clone(), tuple(vec![parts.function]), state]))
}

fn set_state(vm: &mut Vm, args: Args<'_>) -> Res {
    let partial = this::<Partial>(vm, &args)?;
    args.rest().expect(vm, "partial.__setstate__", 1, 1)?;
    let state = args.pos()[1].downcast::<Tuple>().map(Tuple::items);
    let Some([function, given, keywords, namespace]) = state else {
        return Err(vm.type_error("invalid partial state"));
    };
    let keywords_fit = keywords.is_none() || keywords.downcast::<Dict>().is_some();
    if !vm.is_callable(function) || given.downcast::<Tuple>().is_none() || !keywords_fit {
        return Err(vm.type_error("invalid partial state"));
    }
    let own = Dict::create();
    for (key, value) in keywords.downcast::<Dict>().map(Dict::entries).unwrap_or_default() {
        vm.dict_set(&own, &key, value)?;
    }
    let given = tuple(vm.collect(given)?);
    drop(partial.parts.replace(Parts { function: function.clone(), args: given, keywords: own }));
    let attributes = if namespace.is_none() { Dict::create().into_value() } else { namespace.clone() };
    object_type::set_dict(vm, &args.pos()[0], Some(attributes))?;
    Ok(Value::NONE)
}
