//! Iteration as native code does it.

use super::arith::is_builtin;
use super::steps::{Drawn, Got, Local, step_of};
use crate::heap::{Kind, Ref, VmCell};
use crate::objects::{
    ByteArray, Bytes, Class, Dict, DictIter, DictPart, DictView, Enumerate, GenericAlias, List, MappingProxy, Range,
    RangeIter, SeqIter, StepFn, Str, Tuple, int, pair,
};
use crate::ops::restart::Asks;
use crate::types::range::{item_of_range, small_bounds};
use crate::value::Value;
use crate::{Res, Thrown, Vm, class_of, names, types};
use std::cell::Cell;

/// An iterator by index over a builtin sequence.
pub fn seq_iter(class: &Ref<Class>, sequence: &Value) -> Value {
    let asks = class.is(&types().iterator) && !is_builtin(sequence) && !has_items(sequence);
    let payload = SeqIter { sequence: VmCell::new(sequence.clone()), index: Cell::new(0), reversed: false, asks };
    crate::heap::new(class, payload).into_value()
}

/// An iterator from the last of `len` items down to the first.
pub fn reverse_iter(class: &Ref<Class>, sequence: &Value, len: usize) -> Value {
    let asks = !is_builtin(sequence) && !sequence.is_kind(Kind::List);
    let sequence = if len == 0 { Value::UNSET } else { sequence.clone() };
    let payload =
        SeqIter { sequence: VmCell::new(sequence), index: Cell::new(len.saturating_sub(1)), reversed: true, asks };
    crate::heap::new(class, payload).into_value()
}

/// An iterator over a dict or set.
pub fn dict_iter(dict: &Value, part: DictPart, reversed: bool) -> Value {
    let t = types();
    let (class, size, position) = match dict.as_set_table() {
        Some(table) => (&t.set_iterator, table.len(), 0),
        None => {
            let class = match (part, reversed) {
                (DictPart::Values, false) => &t.dict_valueiterator,
                (DictPart::Values, true) => &t.dict_reversevalueiterator,
                (DictPart::Items, false) => &t.dict_itemiterator,
                (DictPart::Items, true) => &t.dict_reverseitemiterator,
                (_, false) => &t.dict_keyiterator,
                (_, true) => &t.dict_reversekeyiterator,
            };
            let table = dict.downcast::<Dict>().map(Dict::table);
            let end = if reversed { table.map_or(0, |t| t.raw_entries().len()) } else { 0 };
            (class, table.map_or(0, |t| t.len()), end)
        }
    };
    let payload = DictIter {
        dict: VmCell::new(dict.clone()),
        part,
        position: Cell::new(position),
        size,
        left: Cell::new(size),
        reversed,
    };
    crate::heap::new(class, payload).into_value()
}

/// An iterator over a range.
pub fn range_iter(range: &Value) -> Value {
    let Some(r) = range.downcast::<Range>() else { return Value::NONE };
    match small_bounds(r) {
        Some((start, step, len)) => {
            let payload = RangeIter { next: Cell::new(start), step, left: Cell::new(len) };
            crate::heap::new(&types().range_iterator, payload).into_value()
        }
        None => seq_iter(&types().longrange_iterator, range),
    }
}

/// The item a view or iterator of a dict shows of an entry.
pub fn entry_part(part: DictPart, key: &Value, value: &Value) -> Value {
    match part {
        DictPart::Keys | DictPart::Elements => key.clone(),
        DictPart::Values => value.clone(),
        DictPart::Items => pair(key.clone(), value.clone()),
    }
}

impl Vm {
    /// `iter(value)`.
    pub fn iter(&mut self, value: &Value) -> Res {
        if is_builtin(value)
            && let Some(iterator) = self.iter_builtin(value)
        {
            return iterator;
        }
        let class = class_of(value).clone();
        match self.lookup(&class, &names().__iter__) {
            Some(method) if !method.is_none() => {
                let iterator = self.call_on(&method, value, &[])?;
                self.checked_iterator(iterator)
            }
            None if self.has_attr_on_class(&class, &names().__getitem__) && !value.is_kind(Kind::Dict) => {
                Ok(seq_iter(&types().iterator, value))
            }
            _ => Err(self.not_iterable(value)),
        }
    }

    /// What `__iter__` returned, which must be an iterator.
    pub fn checked_iterator(&mut self, iterator: Value) -> Res {
        if self.is_iterator(&iterator) {
            return Ok(iterator);
        }
        let name = class_of(&iterator).name_str();
        Err(self.type_error(format!("iter() returned non-iterator of type '{name}'")))
    }

    /// TypeError: not iterable.
    #[cold]
    pub fn not_iterable(&mut self, value: &Value) -> Thrown {
        let name = class_of(value).name_str();
        self.type_error(format!("'{name}' object is not iterable"))
    }

    /// The iterator that the builtin base type of an object gives; None if it has none.
    pub fn iter_builtin(&mut self, value: &Value) -> Option<Res> {
        let t = types();
        Some(Ok(match value.kind()? {
            Kind::List => seq_iter(&t.list_iterator, value),
            Kind::Tuple => seq_iter(&t.tuple_iterator, value),
            Kind::Str if value.downcast::<Str>()?.is_ascii() => seq_iter(&t.str_ascii_iterator, value),
            Kind::Str => seq_iter(&t.str_iterator, value),
            Kind::Bytes => seq_iter(&t.bytes_iterator, value),
            Kind::ByteArray => seq_iter(&t.bytearray_iterator, value),
            Kind::Dict => dict_iter(value, DictPart::Keys, false),
            Kind::Set | Kind::FrozenSet => dict_iter(value, DictPart::Elements, false),
            Kind::Range => range_iter(value),
            Kind::DictView => {
                let view = value.downcast::<DictView>()?;
                dict_iter(&view.dict, view.part, false)
            }
            Kind::MappingProxy => return Some(self.iter_proxy(value)),
            Kind::GenericAlias => return value.downcast::<GenericAlias>().and_then(crate::types::alias::iter),
            Kind::SeqIter
            | Kind::RangeIter
            | Kind::DictIter
            | Kind::Enumerate
            | Kind::Zip
            | Kind::Map
            | Kind::Filter
            | Kind::CallIter
            | Kind::CoroutineWrapper
            | Kind::AsyncGenOp => value.clone(),
            Kind::Generator if class_of(value).is(&t.generator) => value.clone(),
            _ => return None,
        }))
    }

    fn iter_proxy(&mut self, value: &Value) -> Res {
        let Some(mapping) = value.downcast::<MappingProxy>().map(|p| p.mapping.clone()) else {
            return Err(self.not_iterable(value));
        };
        match mapping.downcast::<Class>() {
            Some(class) => {
                let keys = class.dict.keys();
                Ok(seq_iter(&types().list_iterator, &List::create(keys).into_value()))
            }
            None => self.iter(&mapping),
        }
    }

    /// Whether `next` can be asked of the object.
    pub fn is_iterator(&mut self, value: &Value) -> bool {
        let class = class_of(value).clone();
        self.lookup(&class, &names().__next__).is_some_and(|method| !method.is_none())
    }

    /// `next(iterator)`; None when it is exhausted.
    pub fn next(&mut self, iterator: &Value) -> Res<Option<Value>> {
        if let Some(item) = quick_next(iterator) {
            return Ok(Some(item));
        }
        if is_builtin(iterator)
            && let Some(item) = self.next_builtin(iterator)
        {
            return item;
        }
        self.next_by_class(iterator)
    }

    /// `next(iterator)` with StopIteration as the iterator raises it.
    pub fn next_or_stop(&mut self, iterator: &Value) -> Res {
        if is_builtin(iterator)
            && let Some(item) = self.next_builtin(iterator)
        {
            return match item? {
                Some(item) => Ok(item),
                None => Err(self.stop_iteration(Value::NONE)),
            };
        }
        let class = class_of(iterator).clone();
        match self.lookup(&class, &names().__next__) {
            Some(method) => self.call_on(&method, iterator, &[]),
            None => Err(self.not_an_iterator(iterator)),
        }
    }

    /// TypeError: not an iterator.
    #[cold]
    pub fn not_an_iterator(&mut self, value: &Value) -> Thrown {
        let name = class_of(value).name_str();
        self.type_error(format!("'{name}' object is not an iterator"))
    }

    fn next_by_class(&mut self, iterator: &Value) -> Res<Option<Value>> {
        if let Some(step) = class_of(iterator).step() {
            return self.next_of_steps(iterator, step);
        }
        let class = class_of(iterator).clone();
        let Some(method) = self.lookup(&class, &names().__next__) else {
            return Err(self.not_an_iterator(iterator));
        };
        match self.call_on(&method, iterator, &[]) {
            Ok(item) => Ok(Some(item)),
            Err(thrown) => self.none_at_stop(Err(thrown)),
        }
    }

    /// StopIteration from wherever it came ends an iteration.
    fn none_at_stop(&mut self, item: Res<Option<Value>>) -> Res<Option<Value>> {
        if item.is_err() && self.thrown_is(&types().exceptions.StopIteration) {
            drop(self.catch());
            return Ok(None);
        }
        item
    }

    /// The next item by what the builtin base type of the iterator knows; None if it is no iterator.
    #[inline]
    pub fn next_builtin(&mut self, iterator: &Value) -> Option<Res<Option<Value>>> {
        Some(match iterator.kind()? {
            Kind::SeqIter => self.next_of_sequence(iterator.downcast::<SeqIter>()?),
            Kind::RangeIter => Ok(next_of_range(iterator.downcast::<RangeIter>()?)),
            Kind::DictIter => self.next_of_dict(iterator.downcast::<DictIter>()?),
            Kind::Generator if class_of(iterator).is(&types().generator) => self.next_of_generator(iterator),
            Kind::Enumerate | Kind::Zip | Kind::Map | Kind::Filter | Kind::CallIter => {
                self.next_of_steps(iterator, step_of(iterator)?)
            }
            _ => return None,
        })
    }

    /// Runs a step that may lead to further native steps, with their depth bounded.
    pub fn guarded<T>(&mut self, step: impl FnOnce(&mut Vm) -> Res<T>) -> Res<T> {
        self.guarded_as("", step)
    }

    /// As `guarded`, with words for the RecursionError.
    pub fn guarded_as<T>(&mut self, what: &str, step: impl FnOnce(&mut Vm) -> Res<T>) -> Res<T> {
        self.bounded(what, step)
    }

    fn next_of_sequence(&mut self, iter: &SeqIter) -> Res<Option<Value>> {
        let sequence = iter.sequence.get();
        if sequence.is_unset() {
            return Ok(None);
        }
        let index = iter.index.get();
        let item = match if iter.asks { None } else { plain_item(sequence, index) } {
            Some(item) => item,
            None => {
                let sequence = sequence.clone();
                self.item_by_protocol(&sequence, index)?
            }
        };
        if item.is_none() {
            drop(iter.sequence.replace(Value::UNSET));
        } else {
            iter.advance();
        }
        Ok(item)
    }

    /// `sequence[index]`; None on IndexError or StopIteration.
    fn item_by_protocol(&mut self, sequence: &Value, index: usize) -> Res<Option<Value>> {
        match self.get_item(sequence, &int(index as i64)) {
            Ok(item) => Ok(Some(item)),
            Err(thrown) => {
                if !ends_subscripts(self) {
                    return Err(thrown);
                }
                drop(self.catch());
                Ok(None)
            }
        }
    }

    fn next_of_dict(&mut self, iter: &DictIter) -> Res<Option<Value>> {
        let holder = iter.dict.get();
        if holder.is_unset() {
            return Ok(None);
        }
        let (len, found) = match (holder.as_set_table(), holder.downcast::<Dict>()) {
            (Some(table), _) => {
                let found = table.next_from(iter.position.get());
                (table.len(), found.map(|(slot, e)| (slot + 1, e.key.clone())))
            }
            (None, Some(dict)) => (dict.len(), next_entry(dict, iter)),
            (None, None) => return Ok(None),
        };
        if len != iter.size {
            let word = if iter.part == DictPart::Elements { "Set" } else { "dictionary" };
            return Err(self.runtime_error(format!("{word} changed size during iteration")));
        }
        Ok(match found {
            Some(_) if iter.left.get() == 0 && iter.part != DictPart::Elements => {
                drop(iter.dict.replace(Value::UNSET));
                return Err(self.runtime_error("dictionary keys changed during iteration"));
            }
            Some((position, item)) => {
                iter.position.set(position);
                iter.left.set(iter.left.get().saturating_sub(1));
                Some(item)
            }
            None => {
                drop(iter.dict.replace(Value::UNSET));
                None
            }
        })
    }

    /// The next item of an iterator with steps, by a nested run where one has to wait.
    fn next_of_steps(&mut self, iterator: &Value, step: StepFn) -> Res<Option<Value>> {
        let drawn = self.guarded(|vm| step(vm, iterator, &mut Local::default(), Got::Begin));
        let item = match drawn {
            Ok(Drawn::Item(item)) => return Ok(Some(item)),
            Ok(Drawn::End) => return Ok(None),
            Ok(drawn) => {
                let requested = self.drawn(drawn);
                self.complete(requested).map(Some)
            }
            Err(thrown) => Err(thrown),
        };
        if item.is_err() { self.none_at_stop(item) } else { item }
    }

    /// What an `enumerate` makes of an item.
    pub(crate) fn number_item(&mut self, e: &Enumerate, item: Value) -> Res {
        Ok(pair(self.take_number(e)?, item))
    }

    /// The number of the next item of an `enumerate`.
    #[inline(always)]
    pub(crate) fn take_number(&mut self, e: &Enumerate) -> Res {
        let count = e.count.get();
        if count.is_small_int()
            && let Some(next) = Value::add_small(count, &Value::int_unchecked(1))
        {
            return Ok(e.count.replace(next));
        }
        self.take_large_number(e)
    }

    #[inline(never)]
    fn take_large_number(&mut self, e: &Enumerate) -> Res {
        let count = e.count.get().clone();
        let next = self.binary_builtin(super::arith::BinOp::Add, &count, &int(1))?;
        Ok(std::mem::replace(e.count.get_mut(), next))
    }

    /// ValueError: iterator number `i` of a strict `zip` has not as many items as those before it.
    #[cold]
    pub(crate) fn uneven_zip(&mut self, i: usize, word: &str) -> crate::Thrown {
        let others = if i == 1 { "argument 1".to_owned() } else { format!("arguments 1-{i}") };
        self.value_error(format!("zip() argument {} is {word} than {others}", i + 1))
    }

    /// All items of an iterable.
    pub fn collect(&mut self, iterable: &Value) -> Res<Vec<Value>> {
        if is_builtin(iterable)
            && let Some(items) = collect_plain(iterable)
        {
            return Ok(items);
        }
        // More than memory holds is refused before any of it is made.
        if let Some(range) = iterable.downcast::<Range>()
            && super::number::range_len(range) > num_bigint::BigInt::from(super::text::MAX_SIZE / 8)
        {
            return Err(self.memory_error(""));
        }
        let iterator = self.iter(iterable)?;
        if !is_builtin(iterable) {
            // The answer is not needed, but that the question is asked shows.
            self.length_hint(iterable, 0)?;
        }
        let mut items = Vec::new();
        while let Some(item) = self.next(&iterator)? {
            items.push(item);
        }
        Ok(items)
    }

    /// Hands the items to `each` until it says false.
    pub fn for_each(&mut self, iterable: &Value, mut each: impl FnMut(&mut Vm, Value) -> Res<bool>) -> Res<()> {
        let iterator = self.iter(iterable)?;
        while let Some(item) = self.next(&iterator)? {
            if !each(self, item)? {
                break;
            }
        }
        Ok(())
    }
}

/// Whether an iterator over a sequence asks for each item by `__getitem__`, which may be in the language.
#[inline(always)]
pub(crate) fn asks_for_items(iterator: &Value) -> bool {
    iterator.downcast::<SeqIter>().is_some_and(|iter| iter.asks)
}

/// Whether native code knows the items of what has this payload.
fn has_items(sequence: &Value) -> bool {
    matches!(sequence.kind(), Some(Kind::List | Kind::Tuple | Kind::Str | Kind::Bytes | Kind::ByteArray | Kind::Range))
}

/// Whether the exception in flight says that `__getitem__` has no more items.
pub(crate) fn ends_subscripts(vm: &Vm) -> bool {
    vm.thrown_is(&types().exceptions.IndexError) || vm.thrown_is(&types().exceptions.StopIteration)
}

/// The items of a container of exactly a builtin type, which no script can change meanwhile.
fn collect_plain(iterable: &Value) -> Option<Vec<Value>> {
    Some(match iterable.kind()? {
        Kind::List | Kind::Tuple => iterable.as_items()?.to_vec(),
        Kind::Dict => iterable.downcast::<Dict>()?.keys(),
        Kind::Set | Kind::FrozenSet => iterable.as_set_table()?.iter().map(|e| e.key.clone()).collect(),
        Kind::Str => {
            let s = iterable.downcast::<Str>()?;
            (0..s.len()).map(|i| s.char_at(i)).collect()
        }
        Kind::Bytes | Kind::ByteArray => iterable.as_byte_slice()?.iter().map(|&b| int(i64::from(b))).collect(),
        Kind::DictView => {
            let view = iterable.downcast::<DictView>()?;
            let dict = view.dict.downcast::<Dict>()?;
            dict.table().iter().map(|e| entry_part(view.part, &e.key, &e.value)).collect()
        }
        _ => return None,
    })
}

/// The next item of an iterator over a list, a tuple or a range that is not at its end; None says nothing.
#[inline(always)]
pub fn quick_next(iterator: &Value) -> Option<Value> {
    match iterator.kind()? {
        Kind::SeqIter => {
            let iter = iterator.downcast::<SeqIter>()?;
            let index = iter.index.get();
            let item = match iter.sequence.get().kind()? {
                Kind::List if !iter.reversed => iter.sequence.get().downcast::<List>()?.get(index)?,
                Kind::Tuple if !iter.reversed => iter.sequence.get().downcast::<Tuple>()?.items().get(index)?.clone(),
                _ => return None,
            };
            iter.index.set(index + 1);
            Some(item)
        }
        Kind::RangeIter => next_of_range(iterator.downcast::<RangeIter>()?),
        _ => None,
    }
}

/// Outer None: not a builtin sequence. Inner None: past its end.
fn plain_item(sequence: &Value, index: usize) -> Option<Option<Value>> {
    Some(match sequence.kind()? {
        Kind::List => sequence.downcast::<List>()?.get(index),
        Kind::Tuple => sequence.downcast::<Tuple>()?.items().get(index).cloned(),
        Kind::Str => {
            let s = sequence.downcast::<Str>()?;
            (index < s.len()).then(|| s.char_at(index))
        }
        Kind::Bytes => sequence.downcast::<Bytes>()?.as_bytes().get(index).map(|&b| int(i64::from(b))),
        Kind::ByteArray => sequence.downcast::<ByteArray>()?.content().get(index).map(|&b| int(i64::from(b))),
        Kind::Range => item_of_range(sequence.downcast::<Range>()?, index),
        _ => return None,
    })
}

/// The next item of a range of machine integers.
#[inline]
pub fn next_of_range(iter: &RangeIter) -> Option<Value> {
    let left = iter.left.get();
    if left == 0 {
        return None;
    }
    let n = iter.next.get();
    iter.left.set(left - 1);
    iter.next.set(n.wrapping_add(iter.step));
    Some(int(n))
}

/// The next live entry of a dict in the iterator's direction, with the position behind it.
fn next_entry(dict: &Dict, iter: &DictIter) -> Option<(usize, Value)> {
    let entries = dict.table().raw_entries();
    let position = iter.position.get();
    let (number, after) = if iter.reversed {
        let number = entries.get(..position.min(entries.len()))?.iter().rposition(|e| !e.key.is_unset())?;
        (number, number)
    } else {
        let number = position + entries.get(position..)?.iter().position(|e| !e.key.is_unset())?;
        (number, number + 1)
    };
    Some((after, entry_part(iter.part, &entries[number].key, &entries[number].value)))
}
