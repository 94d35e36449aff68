//! The iterators of the builtin types, and `enumerate`, `zip`, `map`, `filter`, `reversed`.

use super::bootstrap::Def;
use super::slots::{self, class_argument, this};
use crate::dispatch::is_plain_source;
use crate::heap::{self, Kind, Ref, VmCell};
use crate::objects::{
    CallIter, Class, Dict, DictIter, Enumerate, Filter, Map, Opaque, RangeIter, SeqIter, Zip, int, tuple,
};
use crate::value::Value;
use crate::vm::{Outcome, Question};
use crate::{Args, Asks, Res, Restartable, Vm, class_of, names, restartable, types};
use std::cell::Cell;

pub const SEQ_DEFS: &[Def] =
    &[Def::Slot("__iter__", slots::iter), Def::Slot("__next__", slots::next), Def::Method("__length_hint__", seq_hint)];

pub const REVERSED_DEFS: &[Def] = &[
    Def::New(new_reversed),
    Def::Slot("__iter__", slots::iter),
    Def::Slot("__next__", slots::next),
    Def::Method("__length_hint__", seq_hint),
];

pub const RANGE_DEFS: &[Def] = &[
    Def::Slot("__iter__", slots::iter),
    Def::Slot("__next__", slots::next),
    Def::Method("__length_hint__", range_hint),
];

pub const DICT_DEFS: &[Def] = &[
    Def::Slot("__iter__", slots::iter),
    Def::Slot("__next__", slots::next),
    Def::Method("__length_hint__", dict_hint),
];

pub const ENUMERATE_DEFS: &[Def] = &[
    Def::New(restartable!(new_enumerate)),
    Def::Slot("__iter__", slots::iter),
    Def::Slot("__next__", slots::next),
    Def::Class("__class_getitem__", slots::class_getitem),
];

pub const ZIP_DEFS: &[Def] =
    &[Def::New(new_zip), Def::Slot("__iter__", slots::iter), Def::Slot("__next__", slots::next)];

pub const MAP_DEFS: &[Def] =
    &[Def::New(new_map), Def::Slot("__iter__", slots::iter), Def::Slot("__next__", slots::next)];

pub const FILTER_DEFS: &[Def] =
    &[Def::New(new_filter), Def::Slot("__iter__", slots::iter), Def::Slot("__next__", slots::next)];

pub const CALL_DEFS: &[Def] = &[Def::Slot("__iter__", slots::iter), Def::Slot("__next__", slots::next)];

fn seq_hint(vm: &mut Vm, args: Args<'_>) -> Res {
    let iter = this::<SeqIter>(vm, &args)?;
    let sequence = iter.sequence.get().clone();
    if sequence.is_unset() {
        return Ok(int(0));
    }
    let index = iter.index.get() as i64;
    if iter.reversed {
        let shrunk = vm.len(&sequence)? as i64 <= index;
        return Ok(int(if shrunk { 0 } else { index + 1 }));
    }
    let class = class_of(&sequence).clone();
    if !vm.has_attr_on_class(&class, &names().__len__) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let len = vm.len(&sequence)? as i64;
    Ok(int((len - index).max(0)))
}

fn range_hint(vm: &mut Vm, args: Args<'_>) -> Res {
    let iter = this::<RangeIter>(vm, &args)?;
    Ok(int(i64::try_from(iter.left.get()).unwrap_or(i64::MAX)))
}

fn dict_hint(vm: &mut Vm, args: Args<'_>) -> Res {
    let iter = this::<DictIter>(vm, &args)?;
    let holder = iter.dict.get();
    let position = iter.position.get();
    let left = match (holder.as_set_table(), holder.downcast::<Dict>()) {
        (Some(table), _) if table.len() == iter.size => {
            std::iter::successors(table.next_from(position), |(slot, _)| table.next_from(slot + 1)).count()
        }
        (None, Some(dict)) if dict.len() == iter.size => {
            let entries = dict.table().raw_entries();
            let part = if iter.reversed { entries.get(..position) } else { entries.get(position..) };
            part.map_or(0, |part| part.iter().filter(|e| !e.key.is_unset()).count())
        }
        _ => 0,
    };
    Ok(int(left as i64))
}

fn new_enumerate(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [iterable, start] = args.rest().bind(vm, "enumerate", ["iterable", "start"], 1).map_err(|thrown| {
        match args.rest().len() + args.rest().keywords().count() {
            0 => {
                drop(vm.catch());
                vm.type_error("enumerate() missing required argument 'iterable'")
            }
            _ => thrown,
        }
    })?;
    let start = match start {
        Some(start) => vm.to_index(start)?,
        None => int(0),
    };
    let iterable = iterable.unwrap_or(crate::args::unset());
    with_iterators(vm, class, start, std::slice::from_ref(iterable), |class, start, mut iterators| {
        let iterator = iterators.pop().unwrap_or(Value::UNSET);
        let plain = class.is(&types().enumerate) && is_plain_source(&iterator);
        heap::new(class, Enumerate { iterator, plain, count: VmCell::new(start.clone()) }).into_value()
    })
}

fn new_zip(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let mut strict = false;
    for (name, value) in args.keywords() {
        let name = super::text_of(name);
        if name != "strict" {
            return Err(vm.type_error(format!("zip() got an unexpected keyword argument '{name}'")));
        }
        strict = vm.truth(value)?;
    }
    let make = Value::bool(strict);
    with_iterators(vm, class, make, args.rest().pos(), |class, strict, iterators| {
        let plain = class.is(&types().zip) && iterators.iter().all(is_plain_source);
        heap::new(class, Zip { iterators, plain, strict: strict.is_true() }).into_value()
    })
}

/// What makes an object of these sources: of its class, of what else it needs, and of the iterators.
pub type Make = fn(&Ref<Class>, &Value, Vec<Value>) -> Value;

/// An object that is made once all iterators are there.
struct Making {
    make: Make,
    class: Ref<Class>,
    with: Value,
    iterables: Vec<Value>,
    iterators: VmCell<Vec<Value>>,
}

/// Asks for the iterators of sources in turn, by request where the language gives them; then makes an object of them.
pub fn with_iterators(vm: &mut Vm, class: Ref<Class>, with: Value, iterables: &[Value], make: Make) -> Res {
    let mut iterators = Vec::with_capacity(iterables.len());
    for iterable in iterables {
        if vm.method_in_language(iterable, &names().__iter__).is_some() {
            let iterables = iterables.to_vec();
            let state = Opaque::state(Making { make, class, with, iterables, iterators: VmCell::new(iterators) });
            return next_source(vm, &state);
        }
        iterators.push(vm.iter(iterable)?);
    }
    Ok(make(&class, &with, iterators))
}

fn next_source(vm: &mut Vm, state: &Value) -> Res {
    let making = vm.state_of::<Making>(state)?;
    while let Some(iterable) = making.iterables.get(making.iterators.get().len()) {
        if let Some(asked) = vm.ask_special(iterable, &names().__iter__, Value::UNSET, Question::Iterator) {
            return vm.then(Err(asked), take_source, state);
        }
        let iterator = vm.iter(iterable)?;
        making.iterators.get_mut().push(iterator);
    }
    let iterators = std::mem::take(making.iterators.get_mut());
    Ok((making.make)(&making.class, &making.with, iterators))
}

fn take_source(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let iterator = outcome.result(vm)?;
    vm.state_of::<Making>(state)?.iterators.get_mut().push(iterator);
    next_source(vm, state)
}

fn new_map(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let rest = args.rest();
    if rest.has_keywords() && class.is(&types().map) {
        return Err(vm.type_error("map() takes no keyword arguments"));
    }
    let [function, iterables @ ..] = rest.pos() else {
        return Err(vm.type_error("map() must have at least two arguments."));
    };
    if iterables.is_empty() {
        return Err(vm.type_error("map() must have at least two arguments."));
    }
    with_iterators(vm, class, function.clone(), iterables, |class, function, iterators| {
        heap::new(class, Map { function: function.clone(), iterators }).into_value()
    })
}

fn new_filter(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    args.rest().expect(vm, "filter", 2, 2)?;
    with_iterators(vm, class, args.pos()[1].clone(), &args.pos()[2..], |class, function, mut iterators| {
        let iterator = iterators.pop().unwrap_or(Value::UNSET);
        heap::new(class, Filter { function: function.clone(), iterator }).into_value()
    })
}

fn new_reversed(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let rest = args.rest();
    let [sequence] = rest.pos() else {
        let given = rest.len();
        return Err(vm.type_error(format!("reversed expected 1 argument, got {given}")));
    };
    let owner = class_of(sequence).clone();
    match vm.lookup(&owner, &names().__reversed__) {
        Some(method) if method.is_none() => return Err(not_reversible(vm, sequence)),
        Some(method) => return vm.ask_on(&method, sequence, &[]),
        None => {}
    }
    let indexable = vm.has_attr_on_class(&owner, &names().__getitem__)
        && !matches!(sequence.kind(), Some(Kind::Dict | Kind::Set | Kind::FrozenSet));
    if !indexable {
        return Err(not_reversible(vm, sequence));
    }
    let state = tuple(vec![class.into_value(), sequence.clone()]);
    let len = match vm.ask_special(sequence, &names().__len__, Value::UNSET, Question::Length) {
        Some(asked) => Err(asked),
        None => vm.len(sequence).map(|len| int(len as i64)),
    };
    match len {
        Ok(len) => reverse_from(vm, &state, Outcome::Value(len)),
        failed => vm.and_then(failed, reverse_from, state),
    }
}

/// The length of a sequence has come; state is the class of the iterator and the sequence.
fn reverse_from(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let len = outcome.result(vm)?;
    let (Some([class, sequence]), Some(len)) = (state.as_items(), len.as_small_int()) else { return Ok(len) };
    match class.as_ref() {
        Some(class) => Ok(crate::ops::iter::reverse_iter(&class, sequence, len as usize)),
        None => Ok(Value::NONE),
    }
}

fn not_reversible(vm: &mut Vm, value: &Value) -> crate::Thrown {
    let name = class_of(value).name_str();
    vm.type_error(format!("'{name}' object is not reversible"))
}

/// `iter(callable, sentinel)`.
pub fn call_iter(callable: &Value, sentinel: &Value) -> Value {
    let payload = CallIter { callable: VmCell::new(callable.clone()), sentinel: sentinel.clone() };
    heap::new(&types().callable_iterator, payload).into_value()
}

/// An iterator by index that begins at the first item.
pub fn from_items(items: Vec<Value>) -> Value {
    let payload = SeqIter {
        sequence: VmCell::new(crate::objects::tuple(items)),
        index: Cell::new(0),
        reversed: false,
        asks: false,
    };
    heap::new(&types().tuple_iterator, payload).into_value()
}
