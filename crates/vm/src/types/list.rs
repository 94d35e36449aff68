//! `list`.

use super::bootstrap::Def;
use super::slots::{self, class_argument, this};
use crate::heap::{self, Ref};
use crate::objects::{Accumulator, List, SeqIter, Wanted, tuple};
use crate::ops::arith::is_builtin;
use crate::ops::compare::{Cmp, plain_compare};
use crate::ops::enquiry::Search;
use crate::ops::iter::reverse_iter;
use crate::ops::sort::Sorting;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Asks, Request, Res, Restartable, Vm, class_of, names, restartable, types};

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
    Def::Slot("__add__", slots::add),
    Def::Slot("__mul__", restartable!(slots::repeat)),
    Def::Slot("__rmul__", restartable!(slots::repeat)),
    Def::Slot("__iadd__", slots::iadd),
    Def::Slot("__imul__", restartable!(slots::imul)),
    Def::Slot("__lt__", slots::lt),
    Def::Slot("__le__", slots::le),
    Def::Slot("__eq__", slots::eq),
    Def::Slot("__ne__", slots::ne),
    Def::Slot("__gt__", slots::gt),
    Def::Slot("__ge__", slots::ge),
    Def::Method("__sizeof__", slots::sizeof),
    Def::Class("__class_getitem__", slots::class_getitem),
    Def::Method("append", append),
    Def::Method("extend", extend),
    Def::Method("insert", restartable!(insert)),
    Def::Method("remove", remove),
    Def::Method("pop", restartable!(pop)),
    Def::Method("clear", clear),
    Def::Method("index", restartable!(index)),
    Def::Method("count", count),
    Def::Method("sort", sort),
    Def::Method("reverse", reverse),
    Def::Method("copy", copy),
];

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    Ok(heap::new(&class, List::from_vec(Vec::new())).into_value())
}

/// `list(…)`.
fn direct(vm: &mut Vm, args: Args<'_>) -> Res {
    let items = match slots::one_argument(vm, &args, "list", true)? {
        Some(iterable) if vm.collects_from_frames(iterable) => {
            return Err(vm.drain_after_hint(iterable, Accumulator::List(Vec::new())));
        }
        Some(iterable) => vm.collect(iterable)?,
        None => Vec::new(),
    };
    Ok(List::create(items).into_value())
}

fn init(vm: &mut Vm, args: Args<'_>) -> Res {
    let list = this::<List>(vm, &args)?;
    let strict = slots::shares(vm, class_of(&args.pos()[0]), &types().list, &names().__new__);
    let given = slots::one_optional(vm, &args, "list", strict)?;
    if let Some(iterable) = given
        && vm.collects_from_frames(iterable)
        && let Some(list) = args.pos()[0].as_ref::<List>()
    {
        drop(std::mem::take(list.items_mut()));
        return Err(vm.drain_after_hint(iterable, Accumulator::Extend { list, result: Value::NONE }));
    }
    let items = match given {
        Some(iterable) => vm.collect(iterable)?,
        None => Vec::new(),
    };
    drop(std::mem::replace(list.items_mut(), items));
    Ok(Value::NONE)
}

fn append(vm: &mut Vm, args: Args<'_>) -> Res {
    let list = this::<List>(vm, &args)?;
    args.rest().expect(vm, "list.append", 1, 1)?;
    list.push(args.pos()[1].clone());
    Ok(Value::NONE)
}

/// Appends all items of an iterable; items given before an error stay.
pub fn extend_from(vm: &mut Vm, list: &List, iterable: &Value) -> Res<()> {
    let direct = is_builtin(iterable)
        && matches!(
            iterable.kind(),
            Some(heap::Kind::List | heap::Kind::Tuple | heap::Kind::Dict | heap::Kind::Set | heap::Kind::Str)
        );
    if direct {
        let items = vm.collect(iterable)?;
        list.items_mut().extend(items);
        return Ok(());
    }
    vm.for_each(iterable, |_, item| {
        list.push(item);
        Ok(true)
    })
}

fn extend(vm: &mut Vm, args: Args<'_>) -> Res {
    let list = this::<List>(vm, &args)?;
    args.rest().expect(vm, "list.extend", 1, 1)?;
    if vm.collects_from_frames(&args.pos()[1])
        && let Some(list) = args.pos()[0].as_ref::<List>()
    {
        return Err(vm.drain_after_hint(&args.pos()[1], Accumulator::Extend { list, result: Value::NONE }));
    }
    extend_from(vm, list, &args.pos()[1])?;
    Ok(Value::NONE)
}

fn insert(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let list = this::<List>(vm, &args)?;
    args.rest().expect(vm, "insert", 2, 2)?;
    let index = vm.as_ssize(&args.pos()[1])?;
    let len = list.len() as i64;
    let at = if index < 0 { index.saturating_add(len).max(0) } else { index.min(len) };
    list.items_mut().insert(at as usize, args.pos()[2].clone());
    Ok(Value::NONE)
}

fn remove(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<List>(vm, &args)?;
    args.rest().expect(vm, "list.remove", 1, 1)?;
    vm.ask_search(Search::Remove, &args.pos()[0], &args.pos()[1], 0)
}

fn pop(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let list = this::<List>(vm, &args)?;
    args.rest().expect(vm, "pop", 0, 1)?;
    let index = match args.pos().get(1) {
        Some(index) => vm.as_ssize(index)?,
        None => -1,
    };
    let len = list.len() as i64;
    if len == 0 {
        return Err(vm.index_error("pop from empty list"));
    }
    let at = if index < 0 { index.saturating_add(len) } else { index };
    if !(0..len).contains(&at) {
        return Err(vm.index_error("pop index out of range"));
    }
    Ok(list.items_mut().remove(at as usize))
}

fn clear(vm: &mut Vm, args: Args<'_>) -> Res {
    let list = this::<List>(vm, &args)?;
    args.rest().expect(vm, "list.clear", 0, 0)?;
    let old = std::mem::take(list.items_mut());
    drop(old);
    Ok(Value::NONE)
}

/// The optional bounds of `index(value, start, stop)` against a length.
pub(super) fn search_bounds(vm: &mut impl Asks, bounds: &[Value], len: impl Fn() -> usize) -> Res<(usize, usize)> {
    let mut out = [0, i64::MAX];
    for (slot, value) in out.iter_mut().zip(bounds) {
        if !vm.has_index(value) {
            return Err(vm.vm().type_error("slice indices must be integers or have an __index__ method"));
        }
        *slot = vm.slice_bound(value)?.unwrap_or_default();
    }
    let [start, stop] = out.map(|bound| if bound < 0 { bound.saturating_add(len() as i64).max(0) } else { bound });
    Ok((start as usize, stop as usize))
}

fn index(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let list = this::<List>(vm, &args)?;
    args.rest().expect(vm, "index", 1, 3)?;
    let (from, to) = search_bounds(vm, &args.pos()[2..], || list.len())?;
    vm.ask_search(Search::Index { to }, &args.pos()[0], &args.pos()[1], from)
}

fn count(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<List>(vm, &args)?;
    args.rest().expect(vm, "list.count", 1, 1)?;
    vm.ask_search(Search::Count, &args.pos()[0], &args.pos()[1], 0)
}

fn reverse(vm: &mut Vm, args: Args<'_>) -> Res {
    let list = this::<List>(vm, &args)?;
    args.rest().expect(vm, "list.reverse", 0, 0)?;
    list.items_mut().reverse();
    Ok(Value::NONE)
}

fn copy(vm: &mut Vm, args: Args<'_>) -> Res {
    let list = this::<List>(vm, &args)?;
    args.rest().expect(vm, "list.copy", 0, 0)?;
    Ok(crate::objects::list(list.items().clone()))
}

fn reversed(vm: &mut Vm, args: Args<'_>) -> Res {
    let list = this::<List>(vm, &args)?;
    args.rest().expect(vm, "list.__reversed__", 0, 0)?;
    Ok(reverse_iter(&types().list_reverseiterator, &args.pos()[0], list.len()))
}

fn sort(vm: &mut Vm, args: Args<'_>) -> Res {
    let list = args.pos().first().and_then(Value::as_ref::<List>);
    let Some(list) = list else { return Err(vm.type_error("descriptor 'sort' needs a list")) };
    if args.len() > 1 {
        return Err(vm.type_error("sort() takes no positional arguments"));
    }
    let [key, reverse] = args.rest().bind(vm, "sort", ["*key", "*reverse"], 0)?;
    let reverse = match reverse {
        Some(flag) => vm.truth(flag)?,
        None => false,
    };
    let key = key.filter(|k| !k.is_none()).cloned().unwrap_or(Value::UNSET);
    sort_list(vm, list, key, reverse, Value::NONE)
}

/// Sorts a list in place, by a key function unless that is unset, and gives `result`; scripts see the list empty meanwhile.
pub fn sort_list(vm: &mut Vm, list: Ref<List>, key: Value, reverse: bool, result: Value) -> Res {
    let items = std::mem::take(list.items_mut());
    if !key.is_unset() && !vm.maps_plainly(&key, &items) {
        let content = List::create(items).into_value();
        let state = tuple(vec![list.into_value(), content.clone(), Value::bool(reverse), result]);
        let first = Request::Drain { iterable: content, into: Accumulator::Ranks(Vec::new()), key, asked: None };
        return Err(vm.request(Request::Instead { first: Box::new(first), then: sort_ranked, state }));
    }
    let mut sorting = Sorting { list, items, ranks: None, reverse, result };
    if !key.is_unset() {
        let mut ranks = Vec::with_capacity(sorting.items.len());
        for n in 0..sorting.items.len() {
            match vm.call_native(&key, std::slice::from_ref(&sorting.items[n])) {
                Some(Ok(Ok(rank))) => ranks.push(rank),
                Some(Ok(Err(thrown))) => return sorting.put_back(vm, Err(thrown)),
                Some(Err(request)) => return ask_ranks(vm, sorting, key, ranks, Some(request)),
                None => return ask_ranks(vm, sorting, key, ranks, None),
            }
        }
        sorting.ranks = Some(ranks);
    }
    crate::ops::sort::sort(vm, sorting)
}

/// Has the key function called in frames for the items behind those that have their ranks; `request` is what it asks for of the
/// first of them, if it was called.
fn ask_ranks(vm: &mut Vm, sorting: Sorting, key: Value, ranks: Vec<Value>, request: Option<Request>) -> Res {
    let Sorting { list, items, reverse, result, .. } = sorting;
    let (at, item) = (ranks.len(), items.get(ranks.len()).cloned().unwrap_or(Value::NONE));
    let content = List::create(items).into_value();
    let iterable = crate::ops::iter::seq_iter(&types().list_iterator, &content);
    if let Some(iterator) = iterable.downcast::<SeqIter>() {
        iterator.index.set(at + 1);
    }
    let asked = Some(Box::new(match request {
        Some(request) => Wanted::Ranked { item, request },
        None => Wanted::Rank { item },
    }));
    let first = Box::new(Request::Drain { iterable, into: Accumulator::Ranks(ranks), key, asked });
    let state = tuple(vec![list.into_value(), content, Value::bool(reverse), result]);
    Err(vm.request(Request::Instead { first, then: sort_ranked, state }))
}

/// The key function was called for all items: state is the list, what was in it, whether to reverse, and the result.
fn sort_ranked(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let ranks = outcome.result(vm);
    let Some([list, content, reverse, result]) = state.as_items() else { return ranks };
    let (Some(list), Some(content)) = (list.as_ref::<List>(), content.as_ref::<List>()) else { return ranks };
    let items = std::mem::take(content.items_mut());
    let mut sorting = Sorting { list, items, ranks: None, reverse: reverse.is_true(), result: result.clone() };
    let sorted = match ranks {
        Ok(ranks) => {
            sorting.ranks = ranks.as_ref::<List>().map(|ranks| std::mem::take(ranks.items_mut()));
            crate::ops::sort::sort(vm, sorting)
        }
        Err(thrown) => sorting.put_back(vm, Err(thrown)),
    };
    vm.last_act(sorted)
}

/// `a op b` of two lists; NotImplemented for others.
pub fn compare(vm: &mut Vm, op: Cmp, a: &Value, b: &Value) -> Res {
    if b.downcast::<List>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    vm.guarded_as(" in comparison", |vm| compare_items(vm, op, a, b))
}

/// The comparison of two lists or two tuples: by the first items that differ, then by length.
pub(super) fn compare_items(vm: &mut Vm, op: Cmp, a: &Value, b: &Value) -> Res {
    let length = |v: &Value| v.as_items().map_or(0, <[Value]>::len);
    if matches!(op, Cmp::Eq | Cmp::Ne) && length(a) != length(b) {
        return Ok(Value::bool(op == Cmp::Ne));
    }
    let mut i = 0;
    while let (Some(x), Some(y)) = (a.as_items().and_then(|x| x.get(i)), b.as_items().and_then(|y| y.get(i))) {
        // Items that compare without script code need not be held.
        match if x.is(y) { Some(true) } else { plain_compare(Cmp::Eq, x, y) } {
            Some(true) => {
                i += 1;
                continue;
            }
            Some(false) if op == Cmp::Eq => return Ok(Value::FALSE),
            Some(false) if op == Cmp::Ne => return Ok(Value::TRUE),
            Some(false) => {
                if let Some(result) = plain_compare(op, x, y) {
                    return Ok(Value::bool(result));
                }
            }
            None => {}
        }
        let (x, y) = (x.clone(), y.clone());
        if !vm.same(&x, &y)? {
            // Comparing may have shortened one of them.
            if i >= length(a) || i >= length(b) {
                break;
            }
            return match op {
                Cmp::Eq => Ok(Value::FALSE),
                Cmp::Ne => Ok(Value::TRUE),
                _ => vm.compare(op, &x, &y),
            };
        }
        i += 1;
    }
    Ok(Value::bool(op.accepts(length(a).cmp(&length(b)))))
}
