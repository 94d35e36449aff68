//! `groupby` and `tee`.

use crate::native::{Step, class_argument, itself, native_class, next, object, this};
use std::cell::Cell;
use std::rc::Rc;
use weft_vm::heap::{Ref, VmCell};
use weft_vm::objects::{Class, Module, class_flags, tuple};
use weft_vm::types::Def;
use weft_vm::{Args, Asks, Res, Restartable, Value, Vm};

/// What a `groupby` and its groups share.
struct Groups {
    iterator: Value,
    /// None: the items themselves.
    key: Value,
    /// The item looked at and its key; unset before the first.
    item: VmCell<Value>,
    item_key: VmCell<Value>,
    /// The key of the group being given; unset before the first.
    target: VmCell<Value>,
    /// The number of the group being given: older ones are at their end.
    number: Cell<u64>,
}

/// `groupby(iterable, key)`.
pub struct GroupBy {
    groups: Rc<Groups>,
}

/// One group of a `groupby`.
struct Group {
    groups: Rc<Groups>,
    key: Value,
    number: u64,
}

impl Groups {
    /// Takes the next item; false at the end.
    fn advance(&self, vm: &mut Vm) -> Res<bool> {
        let Some(item) = vm.next(&self.iterator)? else { return Ok(false) };
        let key = if self.key.is_none() { item.clone() } else { vm.call(&self.key, std::slice::from_ref(&item))? };
        drop(self.item.replace(item));
        drop(self.item_key.replace(key));
        Ok(true)
    }
}

impl Step for GroupBy {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        let groups = &self.groups;
        groups.number.set(groups.number.get() + 1);
        // What is left of the group before is skipped.
        loop {
            let (key, target) = (groups.item_key.get().clone(), groups.target.get().clone());
            if !key.is_unset() && (target.is_unset() || !vm.same(&target, &key)?) {
                break;
            }
            if !groups.advance(vm)? {
                return Ok(None);
            }
        }
        let key = groups.item_key.get().clone();
        drop(groups.target.replace(key.clone()));
        let group = Group { groups: groups.clone(), key: key.clone(), number: groups.number.get() };
        Ok(Some(tuple(vec![key, object(&GROUPER.with(Clone::clone), group)])))
    }
}

impl Step for Group {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        let groups = &self.groups;
        if groups.number.get() != self.number {
            return Ok(None);
        }
        if groups.item.get().is_unset() && !groups.advance(vm)? {
            return Ok(None);
        }
        let key = groups.item_key.get().clone();
        if !vm.same(&self.key, &key)? {
            return Ok(None);
        }
        let item = groups.item.replace(Value::UNSET);
        Ok(Some(item).filter(|v| !v.is_unset()))
    }
}

const GROUP_DEFS: &[Def] = &[Def::Slot("__iter__", itself), Def::Slot("__next__", next::<Group>)];

const TEE_DEFS: &[Def] = &[
    Def::New(new_tee),
    Def::Slot("__iter__", itself),
    Def::Slot("__next__", next::<Tee>),
    Def::Method("__copy__", copy_tee),
];

thread_local! {
    static GROUPER: Ref<Class> = native_class("itertools._grouper", class_flags::FINAL, GROUP_DEFS);
    static TEE: Ref<Class> = native_class("itertools._tee", class_flags::FINAL, TEE_DEFS);
}

pub fn groupby(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [iterable, key] = args.rest().bind(vm, "groupby", ["iterable", "key"], 1)?;
    let iterator = vm.iter(iterable.unwrap_or(&args.pos()[0]))?;
    let groups = Groups {
        iterator,
        key: key.cloned().unwrap_or(Value::NONE),
        item: VmCell::new(Value::UNSET),
        item_key: VmCell::new(Value::UNSET),
        target: VmCell::new(Value::UNSET),
        number: Cell::new(0),
    };
    Ok(object(&class, GroupBy { groups: Rc::new(groups) }))
}

/// A link of the chain of items that tees share; each tee holds the link it is at.
struct Link {
    /// Unset until some tee comes here.
    item: VmCell<Value>,
    next: VmCell<Option<Rc<Link>>>,
}

impl Link {
    fn empty() -> Rc<Link> {
        Rc::new(Link { item: VmCell::new(Value::UNSET), next: VmCell::new(None) })
    }
}

impl Drop for Link {
    // A long chain that nobody reads any more is freed without recursion.
    fn drop(&mut self) {
        let mut next = self.next.replace(None);
        while let Some(link) = next {
            match Rc::try_unwrap(link) {
                Ok(link) => next = link.next.replace(None),
                Err(_) => break,
            }
        }
    }
}

/// The iterator that tees share.
struct Source {
    iterator: Value,
    running: Cell<bool>,
}

/// One of the iterators of `tee(iterable)`.
pub struct Tee {
    source: Rc<Source>,
    link: VmCell<Rc<Link>>,
}

impl Step for Tee {
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>> {
        let link = self.link.get().clone();
        if link.item.get().is_unset() {
            if self.source.running.replace(true) {
                return Err(vm.runtime_error("cannot re-enter the tee iterator"));
            }
            let item = vm.next(&self.source.iterator);
            self.source.running.set(false);
            let Some(item) = item? else { return Ok(None) };
            drop(link.item.replace(item));
            drop(link.next.replace(Some(Link::empty())));
        }
        let next = link.next.get().clone();
        if let Some(next) = next {
            drop(self.link.replace(next));
        }
        Ok(Some(link.item.get().clone()))
    }
}

fn make_tee(vm: &mut Vm, iterable: &Value) -> Res {
    let iterator = vm.iter(iterable)?;
    if let Some(tee) = iterator.native_state::<Tee>() {
        return Ok(tee.twin());
    }
    let source = Rc::new(Source { iterator, running: Cell::new(false) });
    let tee = Tee { source, link: VmCell::new(Link::empty()) };
    Ok(object(&TEE.with(Clone::clone), tee))
}

impl Tee {
    /// Another tee at the same place.
    fn twin(&self) -> Value {
        let tee = Tee { source: self.source.clone(), link: VmCell::new(self.link.get().clone()) };
        object(&TEE.with(Clone::clone), tee)
    }
}

fn new_tee(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_tee", 1, 1)?;
    make_tee(vm, &args.pos()[1])
}

fn copy_tee(vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(this::<Tee>(vm, &args)?.twin())
}

/// `tee(iterable, n=2)`.
pub fn tee(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "tee", 1, 2)?;
    let count = match args.pos().get(1) {
        Some(count) => vm.as_ssize(count)?,
        None => 2,
    };
    if count < 0 {
        return Err(vm.value_error("n must be >= 0"));
    }
    if count == 0 {
        return Ok(tuple(Vec::new()));
    }
    let first = make_tee(vm, &args.pos()[0])?;
    let mut all = vec![first.clone()];
    if let Some(tee) = first.native_state::<Tee>() {
        all.extend((1..count).map(|_| tee.twin()));
    }
    Ok(tuple(all))
}

/// Enters the class of tees, for `copy` and type checks.
pub fn add_tee_class(module: &Ref<Module>) {
    module.dict.set("_tee", TEE.with(|class| class.value().clone()));
}
