//! `_collections`: `deque`.

mod search;

use crate::native::{Step, add_class, class_argument, itself, native_class, next, object, step, this};
use search::{Search, search};
use std::cell::Cell;
use std::collections::VecDeque;
use weft_vm::heap::{Ref, VmCell};
use weft_vm::objects::{Class, Dict, Take, class_flags, int, intern, list, tuple};
use weft_vm::ops::arith::is_builtin;
use weft_vm::ops::compare::Cmp;
use weft_vm::ops::keys::round::{Act, Deed};
use weft_vm::ops::repr::Template;
use weft_vm::types::{Def, slots};
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm, class_of, names, restartable, types};

/// The state of a `deque`.
pub struct Deque {
    items: VmCell<VecDeque<Value>>,
    maxlen: Cell<Option<usize>>,
    /// Changes with every change of the length, so that iterators notice.
    version: Cell<u64>,
    /// Scripts have seen it; used for the queue of an event loop.
    shown: Cell<bool>,
}

/// The state of an iterator over a deque.
struct DequeIter {
    /// Unset at the end.
    deque: VmCell<Value>,
    index: Cell<usize>,
    version: u64,
    reversed: bool,
}

const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", fill),
    Def::Value("__hash__", slots::unhashable),
    Def::Slot("__repr__", repr),
    Def::Slot("__len__", len),
    Def::Slot("__getitem__", restartable!(get_item)),
    Def::Slot("__setitem__", restartable!(set_item)),
    Def::Slot("__delitem__", restartable!(del_item)),
    Def::Slot("__contains__", contains),
    Def::Slot("__iter__", iter),
    Def::Method("__reversed__", reversed),
    Def::Slot("__add__", add),
    Def::Slot("__iadd__", iadd),
    Def::Slot("__mul__", restartable!(mul)),
    Def::Slot("__rmul__", restartable!(mul)),
    Def::Slot("__imul__", restartable!(imul)),
    Def::Slot("__eq__", |vm, args| compare(vm, args, Cmp::Eq)),
    Def::Slot("__ne__", |vm, args| compare(vm, args, Cmp::Ne)),
    Def::Slot("__lt__", |vm, args| compare(vm, args, Cmp::Lt)),
    Def::Slot("__le__", |vm, args| compare(vm, args, Cmp::Le)),
    Def::Slot("__gt__", |vm, args| compare(vm, args, Cmp::Gt)),
    Def::Slot("__ge__", |vm, args| compare(vm, args, Cmp::Ge)),
    Def::Class("__class_getitem__", slots::class_getitem),
    Def::Method("__copy__", copy),
    Def::Method("__reduce__", reduce),
    Def::Method("append", append),
    Def::Method("appendleft", appendleft),
    Def::Method("clear", clear),
    Def::Method("copy", copy),
    Def::Method("count", count),
    Def::Method("extend", extend),
    Def::Method("extendleft", extendleft),
    Def::Method("index", restartable!(index)),
    Def::Method("insert", restartable!(insert)),
    Def::Method("pop", pop),
    Def::Method("popleft", popleft),
    Def::Method("remove", remove),
    Def::Method("reverse", reverse),
    Def::Method("rotate", restartable!(rotate)),
    Def::Get("maxlen", maxlen),
];

const ITER_DEFS: &[Def] = &[
    Def::Slot("__iter__", itself),
    Def::Slot("__next__", next::<DequeIter>),
    Def::Step(step::<DequeIter>),
    Def::Method("__length_hint__", length_hint),
];

thread_local! {
    static ITERATOR: Ref<Class> = native_class("collections._deque_iterator", class_flags::FINAL, ITER_DEFS);
    static REVERSED: Ref<Class> = native_class("collections._deque_reverse_iterator", class_flags::FINAL, ITER_DEFS);
}

/// Makes the module.
pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_collections", &[("_count_elements", count_elements), ("_field", field)]);
    add_class(&module, "collections.deque", class_flags::SEQUENCE_PATTERN, DEFS);
    Ok(module.into_value())
}

/// `_field(index)`: the getter of a field of a named tuple.
fn field(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_field", 1, 1)?;
    let index = vm.as_ssize(&args.pos()[0])?;
    Ok(weft_vm::types::tuple::field_getter(usize::try_from(index).unwrap_or(0)))
}

/// `_count_elements(counter, iterable)`: adds 1 for each element; false, with nothing done, if the counter's class does
/// not take its items from `dict`.
fn count_elements(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "_count_elements", 2, 2)?;
    let (counter, iterable) = (&args.pos()[0], &args.pos()[1]);
    let class = class_of(counter).clone();
    let own =
        [&intern(b"get"), &names().__setitem__].into_iter().all(|name| slots::shares(vm, &class, &types().dict, name));
    if !own || counter.downcast::<Dict>().is_none() {
        return Ok(Value::FALSE);
    }
    vm.each_key_in(iterable, Value::NONE, Deed::new(counter, Act::Count), Value::TRUE)
}

impl Deque {
    fn empty(maxlen: Option<usize>) -> Deque {
        Deque {
            items: VmCell::new(VecDeque::new()),
            maxlen: Cell::new(maxlen),
            version: Cell::new(0),
            shown: Cell::new(false),
        }
    }

    fn changed(&self) {
        self.version.set(self.version.get().wrapping_add(1));
    }

    pub(crate) fn len(&self) -> usize {
        self.items.get().len()
    }

    fn get(&self, index: usize) -> Option<Value> {
        self.items.get().get(index).cloned()
    }

    fn to_vec(&self) -> Vec<Value> {
        self.items.get().iter().cloned().collect()
    }

    /// Appends at the right; what falls out at the left is returned, to be dropped by the caller.
    pub(crate) fn push_back(&self, item: Value) -> Option<Value> {
        self.changed();
        self.items.get_mut().push_back(item);
        if self.over_full() { self.items.get_mut().pop_front() } else { None }
    }

    /// Takes the first item.
    pub(crate) fn pop_front(&self) -> Option<Value> {
        let item = self.items.get_mut().pop_front()?;
        self.changed();
        Some(item)
    }

    /// Whether scripts have seen it.
    pub(crate) fn is_shown(&self) -> bool {
        self.shown.get()
    }

    /// Notes that scripts see it from now on, once the items that `change` names are replaced.
    pub(crate) fn show(&self, change: impl Fn(&Value) -> Option<Value>) {
        self.shown.set(true);
        let items = self.items.get_mut().iter_mut();
        let old: Vec<Value> = items.filter_map(|item| change(item).map(|new| std::mem::replace(item, new))).collect();
        drop(old);
    }

    /// Whether nothing falls out however many items there are.
    pub(crate) fn is_unbounded(&self) -> bool {
        self.maxlen.get().is_none()
    }

    fn push_front(&self, item: Value) -> Option<Value> {
        self.changed();
        self.items.get_mut().push_front(item);
        if self.over_full() { self.items.get_mut().pop_back() } else { None }
    }

    fn over_full(&self) -> bool {
        self.maxlen.get().is_some_and(|max| self.len() > max)
    }

    fn take(&self) -> VecDeque<Value> {
        self.changed();
        self.items.replace(VecDeque::new())
    }
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    Ok(object(&class, Deque::empty(None)))
}

fn maxlen_argument(vm: &mut Vm, given: Option<&Value>) -> Res<Option<usize>> {
    let Some(value) = given.filter(|v| !v.is_none()) else { return Ok(None) };
    if !value.is_int() {
        return Err(vm.type_error("an integer is required"));
    }
    match usize::try_from(vm.as_ssize(value)?) {
        Ok(max) => Ok(Some(max)),
        Err(_) => Err(vm.value_error("maxlen must be non-negative")),
    }
}

fn fill(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    let [iterable, max] = args.rest().bind(vm, "deque", ["iterable", "maxlen"], 0)?;
    deque.maxlen.set(maxlen_argument(vm, max)?);
    drop(deque.take());
    match iterable {
        Some(iterable) => push_each(vm, iterable, push_back, &args.pos()[0]),
        None => Ok(Value::NONE),
    }
}

/// Pushes each item of an iterable, by request where they come out of frames.
fn push_each(vm: &mut Vm, iterable: &Value, push: Take, this: &Value) -> Res {
    if is_builtin(iterable)
        && let Some(items) = iterable.as_items()
    {
        for item in items {
            push(vm, this, item.clone())?;
        }
        return Ok(Value::NONE);
    }
    vm.each(iterable, push, this.clone(), Value::NONE)
}

fn push_back(_vm: &mut Vm, this: &Value, item: Value) -> Res {
    if let Some(deque) = this.native_state::<Deque>() {
        drop(deque.push_back(item));
    }
    Ok(Value::NONE)
}

fn push_front(_vm: &mut Vm, this: &Value, item: Value) -> Res {
    if let Some(deque) = this.native_state::<Deque>() {
        drop(deque.push_front(item));
    }
    Ok(Value::NONE)
}

fn append(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "deque.append", 1, 1)?;
    drop(deque.push_back(args.pos()[1].clone()));
    Ok(Value::NONE)
}

fn appendleft(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "deque.appendleft", 1, 1)?;
    drop(deque.push_front(args.pos()[1].clone()));
    Ok(Value::NONE)
}

/// The items to be added: of the deque itself, those it has now.
fn source(args: &Args<'_>, deque: &Deque) -> Value {
    if args.pos()[1].is(&args.pos()[0]) { list(deque.to_vec()) } else { args.pos()[1].clone() }
}

fn extend(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "deque.extend", 1, 1)?;
    push_each(vm, &source(&args, deque), push_back, &args.pos()[0])
}

fn extendleft(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "deque.extendleft", 1, 1)?;
    push_each(vm, &source(&args, deque), push_front, &args.pos()[0])
}

fn pop(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "deque.pop", 0, 0)?;
    match deque.items.get_mut().pop_back() {
        Some(item) => {
            deque.changed();
            Ok(item)
        }
        None => Err(vm.index_error("pop from an empty deque")),
    }
}

fn popleft(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "deque.popleft", 0, 0)?;
    match deque.items.get_mut().pop_front() {
        Some(item) => {
            deque.changed();
            Ok(item)
        }
        None => Err(vm.index_error("pop from an empty deque")),
    }
}

fn clear(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "deque.clear", 0, 0)?;
    drop(deque.take());
    Ok(Value::NONE)
}

/// A new deque of the same class, limit and items.
fn like(vm: &mut Vm, model: &Value, items: Vec<Value>, max: Option<usize>) -> Res {
    let class = class_of(model).clone();
    let items = list(items);
    match max {
        Some(max) => vm.call(class.value(), &[items, int(max as i64)]),
        None => vm.call(class.value(), &[items]),
    }
}

fn copy(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    like(vm, &args.pos()[0], deque.to_vec(), deque.maxlen.get())
}

fn reduce(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    let mut parts = vec![list(deque.to_vec())];
    if let Some(max) = deque.maxlen.get() {
        parts.push(int(max as i64));
    }
    Ok(tuple(vec![class_of(&args.pos()[0]).value().clone(), tuple(parts)]))
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    if vm.is_being_shown(&args.pos()[0]) {
        return Ok(Value::from("[...]"));
    }
    let mut template = Template::new(&class_of(&args.pos()[0]).short_name());
    template.text("(").repr(&list(deque.to_vec()));
    if let Some(max) = deque.maxlen.get() {
        template.text(&format!(", maxlen={max}"));
    }
    template.text(")");
    vm.ask_written(&args.pos()[0], template)
}

fn len(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    Ok(int(deque.len() as i64))
}

fn maxlen(vm: &mut Vm, value: &Value) -> Res {
    match value.native_state::<Deque>() {
        Some(deque) => Ok(deque.maxlen.get().map_or(Value::NONE, |max| int(max as i64))),
        None => Err(vm.type_error("descriptor 'maxlen' needs a deque")),
    }
}

/// The position that a subscript means.
fn position(vm: &mut Restartable<'_>, deque: &Deque, key: &Value) -> Res<usize> {
    if !vm.has_index(key) {
        let name = class_of(key).name_str();
        return Err(vm.type_error(format!("sequence index must be integer, not '{name}'")));
    }
    let index = vm.as_subscript(key)?;
    let len = deque.len() as i64;
    let at = if index < 0 { index.saturating_add(len) } else { index };
    if (0..len).contains(&at) { Ok(at as usize) } else { Err(vm.index_error("deque index out of range")) }
}

fn get_item(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "deque.__getitem__", 1, 1)?;
    let at = position(vm, deque, &args.pos()[1])?;
    Ok(deque.get(at).unwrap_or(Value::NONE))
}

fn set_item(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "__setitem__", 2, 2)?;
    let at = position(vm, deque, &args.pos()[1])?;
    let old = deque.items.get_mut().get_mut(at).map(|slot| std::mem::replace(slot, args.pos()[2].clone()));
    drop(old);
    Ok(Value::NONE)
}

fn del_item(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "__delitem__", 1, 1)?;
    let at = position(vm, deque, &args.pos()[1])?;
    deque.changed();
    drop(deque.items.get_mut().remove(at));
    Ok(Value::NONE)
}

fn contains(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "__contains__", 1, 1)?;
    search(vm, Search::Contains, &args.pos()[0], &args.pos()[1], 0)
}

fn count(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "deque.count", 1, 1)?;
    search(vm, Search::Count, &args.pos()[0], &args.pos()[1], 0)
}

fn index(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "index", 1, 3)?;
    let len = deque.len() as i64;
    let mut bounds = [0, i64::MAX];
    for (slot, value) in bounds.iter_mut().zip(&args.pos()[2..]) {
        let bound = vm.slice_bound(value)?.unwrap_or_default();
        *slot = if bound < 0 { bound.saturating_add(len).max(0) } else { bound };
    }
    let [from, to] = bounds.map(|bound| bound as usize);
    search(vm, Search::Index { to }, &args.pos()[0], &args.pos()[1], from)
}

fn insert(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "insert", 2, 2)?;
    let index = vm.as_ssize(&args.pos()[1])?;
    let len = deque.len() as i64;
    if deque.maxlen.get().is_some_and(|max| deque.len() >= max) {
        return Err(vm.index_error("deque already at its maximum size"));
    }
    let at = if index < 0 { index.saturating_add(len).max(0) } else { index.min(len) };
    deque.changed();
    deque.items.get_mut().insert(at as usize, args.pos()[2].clone());
    Ok(Value::NONE)
}

fn remove(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "deque.remove", 1, 1)?;
    search(vm, Search::Remove, &args.pos()[0], &args.pos()[1], 0)
}

fn reverse(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "deque.reverse", 0, 0)?;
    deque.items.get_mut().make_contiguous().reverse();
    Ok(Value::NONE)
}

fn rotate(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "rotate", 0, 1)?;
    let steps = match args.pos().get(1) {
        Some(steps) => vm.as_ssize(steps)?,
        None => 1,
    };
    let len = deque.len();
    if len > 1 {
        deque.changed();
        deque.items.get_mut().rotate_right(steps.rem_euclid(len as i64) as usize);
    }
    Ok(Value::NONE)
}

fn add(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    let other = &args.pos()[1];
    let Some(more) = other.native_state::<Deque>() else {
        let name = class_of(other).name_str();
        return Err(vm.type_error(format!("can only concatenate deque (not \"{name}\") to deque")));
    };
    let mut items = deque.to_vec();
    items.extend(more.to_vec());
    like(vm, &args.pos()[0], items, deque.maxlen.get())
}

fn iadd(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "__iadd__", 1, 1)?;
    vm.each(&source(&args, deque), push_back, args.pos()[0].clone(), args.pos()[0].clone())
}

/// The items so many times over, of which a bounded deque only keeps the last.
fn repeated(vm: &mut Restartable<'_>, deque: &Deque, count: &Value) -> Res<Option<Vec<Value>>> {
    if !vm.has_index(count) {
        return Ok(None);
    }
    let count = vm.as_index(count)?.max(0) as usize;
    let items = deque.to_vec();
    let total = items.len().saturating_mul(count);
    let kept = deque.maxlen.get().unwrap_or(usize::MAX).min(total);
    if kept > (4 << 30) / size_of::<Value>() {
        return Err(vm.memory_error(""));
    }
    Ok(Some((total - kept..total).map(|i| items[i % items.len()].clone()).collect()))
}

fn mul(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    match repeated(vm, deque, &args.pos()[1])? {
        Some(items) => like(vm, &args.pos()[0], items, deque.maxlen.get()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn imul(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    let Some(items) = repeated(vm, deque, &args.pos()[1])? else { return Ok(Value::NOT_IMPLEMENTED) };
    deque.changed();
    drop(deque.items.replace(items.into()));
    Ok(args.pos()[0].clone())
}

fn compare(vm: &mut Vm, args: Args<'_>, op: Cmp) -> Res {
    this::<Deque>(vm, &args)?;
    args.rest().expect(vm, "comparison", 1, 1)?;
    search::compare(vm, op, &args.pos()[0], &args.pos()[1])
}

fn make_iter(args: &Args<'_>, deque: &Deque, reversed: bool) -> Value {
    let class = if reversed { &REVERSED } else { &ITERATOR };
    let state = DequeIter {
        deque: VmCell::new(args.pos()[0].clone()),
        index: Cell::new(0),
        version: deque.version.get(),
        reversed,
    };
    object(&class.with(Clone::clone), state)
}

fn iter(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    Ok(make_iter(&args, deque, false))
}

fn reversed(vm: &mut Vm, args: Args<'_>) -> Res {
    let deque = this::<Deque>(vm, &args)?;
    Ok(make_iter(&args, deque, true))
}

impl Step for DequeIter {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        let Some(deque) = self.deque.get().native_state::<Deque>() else { return Ok(None) };
        if deque.version.get() != self.version {
            return Err(vm.raise(&types().exceptions.RuntimeError, "deque mutated during iteration"));
        }
        let index = self.index.get();
        let at = if self.reversed { deque.len().checked_sub(index + 1) } else { Some(index) };
        let item = at.and_then(|at| deque.get(at));
        match item {
            Some(_) => self.index.set(index + 1),
            None => drop(self.deque.replace(Value::UNSET)),
        }
        Ok(item)
    }
}

fn length_hint(vm: &mut Vm, args: Args<'_>) -> Res {
    let iter = this::<DequeIter>(vm, &args)?;
    let deque = iter.deque.get().native_state::<Deque>().filter(|deque| deque.version.get() == iter.version);
    let len = deque.map_or(0, Deque::len);
    Ok(int(len.saturating_sub(iter.index.get()) as i64))
}
