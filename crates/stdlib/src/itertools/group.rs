//! `groupby` and `tee`.

use crate::native::{class_argument, itself, last, native_class, next_by_steps, object, this};
use std::cell::Cell;
use std::rc::Rc;
use weft_vm::heap::{Ref, VmCell};
use weft_vm::objects::{Class, Module, class_flags, int, pair, tuple};
use weft_vm::ops::steps::{Got, Local, Steps, Want, advance, one};
use weft_vm::types::Def;
use weft_vm::types::iter::with_iterators;
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

/// What a step of a `groupby` or group is at: it draws an item, or knows the item's key.
const DRAWS: u32 = 0;
const COMPARES: u32 = 1;

impl Groups {
    fn draw(&self, local: &mut Local) -> Want {
        local.phase = DRAWS;
        Want::Next(self.iterator.clone())
    }

    /// The key of an item that was drawn is wanted, or known.
    fn ask_key(&self, local: &mut Local, item: Value) -> Option<Want> {
        if self.key.is_none() {
            self.look_at(item.clone(), item);
            return None;
        }
        local.kept = Some(item.clone());
        Some(Want::Call(self.key.clone(), one(item)))
    }

    fn look_at(&self, item: Value, key: Value) {
        drop(self.item.replace(item));
        drop(self.item_key.replace(key));
    }
}

impl GroupBy {
    /// Whether the item looked at begins a group; what is left of the group before is skipped.
    fn compare(&self, local: &mut Local) -> Want {
        let (key, target) = (self.groups.item_key.get(), self.groups.target.get());
        if key.is_unset() {
            return self.groups.draw(local);
        }
        if target.is_unset() {
            return self.begin_group();
        }
        local.phase = COMPARES;
        Want::Same(target.clone(), key.clone())
    }

    fn begin_group(&self) -> Want {
        let groups = &self.groups;
        let key = groups.item_key.get().clone();
        drop(groups.target.replace(key.clone()));
        let group = Group { groups: groups.clone(), key: key.clone(), number: groups.number.get() };
        Want::Give(pair(key, object(&GROUPER.with(Clone::clone), group)))
    }
}

impl Steps for GroupBy {
    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        let groups = &self.groups;
        match got {
            Got::Begin => groups.number.set(groups.number.get() + 1),
            Got::Item(item) => {
                if let Some(asked) = groups.ask_key(local, item) {
                    return Ok(asked);
                }
            }
            Got::Value(key) => groups.look_at(local.kept.take().unwrap_or(Value::UNSET), key),
            Got::True => return Ok(groups.draw(local)),
            Got::False => return Ok(self.begin_group()),
            _ => return Ok(Want::End),
        }
        Ok(self.compare(local))
    }
}

impl Steps for Group {
    #[inline(always)]
    fn step(&self, _: &mut Vm, local: &mut Local, got: Got) -> Res<Want> {
        let groups = &self.groups;
        match got {
            Got::Begin if groups.number.get() != self.number => return Ok(Want::End),
            Got::Begin if groups.item.get().is_unset() => return Ok(groups.draw(local)),
            Got::Begin => {}
            Got::Item(item) => {
                if let Some(asked) = groups.ask_key(local, item) {
                    return Ok(asked);
                }
            }
            Got::Value(key) => groups.look_at(local.kept.take().unwrap_or(Value::UNSET), key),
            Got::True => {
                drop(groups.item_key.replace(Value::UNSET));
                let item = groups.item.replace(Value::UNSET);
                return Ok(if item.is_unset() { Want::End } else { Want::Give(item) });
            }
            _ => return Ok(Want::End),
        }
        Ok(Want::Same(self.key.clone(), groups.item_key.get().clone()))
    }
}

const GROUP_DEFS: &[Def] =
    &[Def::Slot("__iter__", itself), Def::Slot("__next__", next_by_steps::<Group>), Def::Steps(advance::<Group>)];

const TEE_DEFS: &[Def] = &[
    Def::New(new_tee),
    Def::Slot("__iter__", itself),
    Def::Slot("__next__", next_by_steps::<Tee>),
    Def::Steps(advance::<Tee>),
    Def::Method("__copy__", copy_tee),
];

thread_local! {
    static GROUPER: Ref<Class> = native_class("itertools._grouper", class_flags::FINAL, GROUP_DEFS);
    static TEE: Ref<Class> = native_class("itertools._tee", class_flags::FINAL, TEE_DEFS);
}

pub fn groupby(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [iterable, key] = args.rest().bind(vm, "groupby", ["iterable", "key"], 1)?;
    let key = key.cloned().unwrap_or(Value::NONE);
    let iterable = std::slice::from_ref(iterable.unwrap_or(&args.pos()[0]));
    with_iterators(vm, class, key, iterable, |class, key, mut iterators| {
        let groups = Groups {
            iterator: last(&mut iterators),
            key: key.clone(),
            item: VmCell::new(Value::UNSET),
            item_key: VmCell::new(Value::UNSET),
            target: VmCell::new(Value::UNSET),
            number: Cell::new(0),
        };
        object(class, GroupBy { groups: Rc::new(groups) })
    })
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

impl Steps for Tee {
    #[inline(always)]
    fn step(&self, vm: &mut Vm, _: &mut Local, got: Got) -> Res<Want> {
        let link = self.link.get();
        match got {
            Got::Begin if !link.item.get().is_unset() => {}
            Got::Begin => {
                if self.source.running.replace(true) {
                    return Err(vm.runtime_error("cannot re-enter the tee iterator"));
                }
                return Ok(Want::Next(self.source.iterator.clone()));
            }
            Got::Item(item) => {
                self.source.running.set(false);
                drop(link.item.replace(item));
                drop(link.next.replace(Some(Link::empty())));
            }
            _ => {
                self.source.running.set(false);
                return Ok(Want::End);
            }
        }
        let item = link.item.get().clone();
        if let Some(next) = link.next.get().clone() {
            drop(self.link.replace(next));
        }
        Ok(Want::Give(item))
    }

    fn raised(&self, _: &mut Vm) {
        self.source.running.set(false);
    }
}

/// The class of tees.
fn tee_class() -> Ref<Class> {
    TEE.with(Clone::clone)
}

/// A tee of an iterator, or that itself if it is one, and as many twins as are wanted.
fn make_tees(iterator: &Value, count: usize) -> Vec<Value> {
    let first = match iterator.native_state::<Tee>() {
        Some(_) => iterator.clone(),
        None => {
            let source = Rc::new(Source { iterator: iterator.clone(), running: Cell::new(false) });
            object(&tee_class(), Tee { source, link: VmCell::new(Link::empty()) })
        }
    };
    let twins = (1..count).filter_map(|_| first.native_state::<Tee>().map(Tee::twin));
    std::iter::once(first.clone()).chain(twins).collect()
}

impl Tee {
    /// Another tee at the same place.
    fn twin(&self) -> Value {
        let tee = Tee { source: self.source.clone(), link: VmCell::new(self.link.get().clone()) };
        object(&tee_class(), tee)
    }
}

fn new_tee(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "_tee", 1, 1)?;
    with_iterators(vm, tee_class(), Value::NONE, &args.pos()[1..], |_, _, mut iterators| {
        let iterator = last(&mut iterators);
        match iterator.native_state::<Tee>() {
            Some(tee) => tee.twin(),
            None => last(&mut make_tees(&iterator, 1)),
        }
    })
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
    with_iterators(vm, tee_class(), int(count), &args.pos()[..1], |_, count, mut iterators| {
        tuple(make_tees(&last(&mut iterators), count.as_i64().map_or(1, |count| count as usize)))
    })
}

/// Enters the class of tees, for `copy` and type checks.
pub fn add_tee_class(module: &Ref<Module>) {
    module.dict.set("_tee", TEE.with(|class| class.value().clone()));
}
