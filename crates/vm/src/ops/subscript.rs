//! Subscripts of the builtin sequences. An index or bound may be any object with `__index__`.

use super::item::{Bounds, clip, pick, positions};
use super::restart;
use crate::heap::Kind;
use crate::objects::{ByteArray, Bytes, List, Range, Slice, Str, Tuple, bytes, int};
use crate::ops::arith::is_builtin;
use crate::types::bytes::{Making, draw_bytes};
use crate::types::range;
use crate::value::Value;
use crate::{Args, Asks, Res, Thrown, Vm, class_of, types};
use smallvec::SmallVec;

/// How errors speak of the indices of a sequence type, and of one out of range.
struct Wording {
    indices: &'static str,
    range: &'static str,
}

fn wording(kind: Kind) -> Wording {
    let (indices, range) = match kind {
        Kind::List => ("list indices", "list index out of range"),
        Kind::Tuple => ("tuple indices", "tuple index out of range"),
        Kind::Str => ("string indices", "string index out of range"),
        Kind::Bytes => ("byte indices", "index out of range"),
        Kind::ByteArray => ("bytearray indices", "bytearray index out of range"),
        _ => ("range indices", "range object index out of range"),
    };
    Wording { indices, range }
}

/// `sequence[key]`.
pub fn item_of_sequence(vm: &mut impl Asks, object: &Value, key: &Value) -> Res {
    if let Some(slice) = key.downcast::<Slice>() {
        return slice_of_sequence(vm, object, slice);
    }
    let kind = object.kind().unwrap_or(Kind::List);
    if !vm.has_index(key) {
        return Err(bad_index(vm.vm(), kind, key));
    }
    if kind == Kind::Range {
        let index = vm.to_index(key)?;
        let item = object.downcast::<Range>().and_then(|r| range::item(r, &index));
        return match item {
            Some(item) => Ok(item),
            None => Err(vm.vm().index_error(wording(kind).range)),
        };
    }
    let index = vm.as_subscript(key)?;
    let at = |len: usize| {
        let i = if index < 0 { index + len as i64 } else { index };
        (i >= 0 && (i as usize) < len).then_some(i as usize)
    };
    let item = match kind {
        Kind::List => object.downcast::<List>().and_then(|l| at(l.len()).and_then(|i| l.get(i))),
        Kind::Tuple => object.downcast::<Tuple>().and_then(|t| at(t.len()).map(|i| t.items()[i].clone())),
        Kind::Str => object.downcast::<Str>().and_then(|s| at(s.len()).map(|i| s.char_at(i))),
        _ => object.as_byte_slice().and_then(|b| at(b.len()).map(|i| int(i64::from(b[i])))),
    };
    match item {
        Some(item) => Ok(item),
        None => Err(vm.vm().index_error(wording(kind).range)),
    }
}

#[cold]
fn bad_index(vm: &mut Vm, kind: Kind, key: &Value) -> Thrown {
    let (indices, name) = (wording(kind).indices, class_of(key).name_str());
    let message = match kind {
        Kind::Str => format!("{indices} must be integers, not '{name}'"),
        _ => format!("{indices} must be integers or slices, not {name}"),
    };
    vm.type_error(message)
}

fn slice_of_sequence(vm: &mut impl Asks, object: &Value, slice: &Slice) -> Res {
    if let Some(r) = object.downcast::<Range>() {
        return range::slice(vm, r, slice);
    }
    // The bounds may run script code, which may change the sequence: lengths are taken afterwards.
    let (start, stop, step) = vm.slice_parts(slice)?;
    let bounds = |len: usize| clip(start, stop, step, len);
    let t = types();
    Ok(match object.kind() {
        Some(Kind::List) => {
            let items = object.downcast::<List>().map(List::items);
            crate::objects::list(items.map(|items| pick(items, bounds(items.len()))).unwrap_or_default())
        }
        Some(Kind::Tuple) => {
            let items = object.downcast::<Tuple>().map_or(&[][..], Tuple::items);
            let part = bounds(items.len());
            if part.3 == items.len() && part.2 == 1 && class_of(object).is(&t.tuple) {
                return Ok(object.clone());
            }
            crate::objects::tuple(pick(items, part))
        }
        Some(Kind::Str) => slice_str(object, bounds),
        Some(Kind::Bytes) => {
            let content = object.downcast::<Bytes>().map_or(&[][..], Bytes::as_bytes);
            bytes(&pick(content, bounds(content.len())))
        }
        _ => {
            let content = object.as_byte_slice().unwrap_or_default();
            ByteArray::create(pick(content, bounds(content.len()))).into_value()
        }
    })
}

/// Sets or deletes (None) an item or slice of a list.
fn set_item_of_list(vm: &mut impl Asks, object: &Value, key: &Value, value: Option<Value>) -> Res<()> {
    let Some(list) = object.downcast::<List>() else { return Ok(()) };
    if let Some(slice) = key.downcast::<Slice>() {
        return set_slice_of_list(vm, list, slice, value.as_ref());
    }
    if !vm.has_index(key) {
        return Err(bad_index(vm.vm(), Kind::List, key));
    }
    let index = vm.as_subscript(key)?;
    let len = list.len() as i64;
    let at = if index < 0 { index + len } else { index };
    if at < 0 || at >= len {
        return Err(vm.vm().index_error("list assignment index out of range"));
    }
    let old = match value {
        Some(value) => std::mem::replace(&mut list.items_mut()[at as usize], value),
        None => list.items_mut().remove(at as usize),
    };
    drop(old);
    Ok(())
}

/// Assigns to (or, with None, deletes) a slice of a list.
fn set_slice_of_list(vm: &mut impl Asks, list: &List, slice: &Slice, value: Option<&Value>) -> Res<()> {
    let (start, stop, step) = vm.slice_parts(slice)?;
    let new = value.map(|value| slice_items(vm, value)).transpose()?;
    // Drawing the items may have changed the list.
    let bounds = clip(start, stop, step, list.len());
    let old = match new {
        None => remove_positions(list.items_mut(), bounds),
        Some(new) if step == 1 => {
            let from = bounds.0 as usize;
            list.items_mut().splice(from..from + bounds.3, new).collect()
        }
        Some(new) => {
            if new.len() != bounds.3 {
                let (given, wanted) = (new.len(), bounds.3);
                return Err(vm.vm().value_error(format!(
                    "attempt to assign sequence of size {given} to extended slice of size {wanted}"
                )));
            }
            let items = list.items_mut();
            positions(bounds).zip(new).map(|(i, item)| std::mem::replace(&mut items[i], item)).collect::<Vec<_>>()
        }
    };
    drop(old);
    Ok(())
}

/// The items that are assigned to a slice of a list.
fn slice_items(vm: &mut impl Asks, value: &Value) -> Res<Vec<Value>> {
    if let Some(items) = value.as_items().filter(|_| is_builtin(value)) {
        return Ok(items.to_vec());
    }
    let iterator = vm.once_iterated(value, || "must assign iterable to extended slice".into())?;
    let items = vm.once_asked(|vm| vm.ask_items(&iterator))?;
    Ok(items.as_items().unwrap_or_default().to_vec())
}

/// Takes the items at a slice's positions out.
fn remove_positions<T>(items: &mut Vec<T>, bounds: Bounds) -> Vec<T> {
    let (start, _, step, count) = bounds;
    if count == 0 {
        return Vec::new();
    }
    if step == 1 {
        return items.drain(start as usize..start as usize + count).collect();
    }
    let mut gone = vec![false; items.len()];
    positions(bounds).for_each(|i| gone[i] = true);
    let mut kept = Vec::with_capacity(items.len() - count);
    let mut removed = Vec::with_capacity(count);
    for (item, gone) in std::mem::take(items).into_iter().zip(gone) {
        if gone { removed.push(item) } else { kept.push(item) }
    }
    *items = kept;
    removed
}

/// Sets or deletes (None) an item or slice of a bytearray.
fn set_item_of_bytearray(vm: &mut impl Asks, object: &Value, key: &Value, value: Option<Value>) -> Res<()> {
    let Some(array) = object.downcast::<ByteArray>() else { return Ok(()) };
    if let Some(slice) = key.downcast::<Slice>() {
        return set_slice_of_bytearray(vm, array, slice, value.as_ref());
    }
    if !vm.has_index(key) {
        let name = class_of(key).name_str();
        return Err(vm.vm().type_error(format!("bytearray indices must be integers or slices, not {name}")));
    }
    let index = vm.as_subscript(key)?;
    let byte = value.map(|v| vm.as_byte(&v)).transpose()?;
    let len = array.content().len() as i64;
    let at = if index < 0 { index + len } else { index };
    if at < 0 || at >= len {
        return Err(vm.vm().index_error("bytearray index out of range"));
    }
    match byte {
        Some(byte) => array.bytes_mut()[at as usize] = byte,
        None if at == 0 => array.remove_front(1),
        None => drop(array.content_mut().remove(at as usize)),
    }
    Ok(())
}

fn set_slice_of_bytearray(vm: &mut impl Asks, array: &ByteArray, slice: &Slice, value: Option<&Value>) -> Res<()> {
    let mut parts = vm.slice_parts(slice)?;
    let new = match value {
        Some(value) if !value.is_kind(Kind::ByteArray) => {
            let drawn = slice_bytes(vm, value)?;
            // They are assigned in place of the value, beginning anew.
            parts = vm.slice_parts(slice)?;
            Some(drawn)
        }
        value => value.cloned(),
    };
    let new = new.map(|new| new.as_byte_slice().unwrap_or_default().to_vec());
    let (start, stop, step) = parts;
    let bounds = clip(start, stop, step, array.content().len());
    let deletes = new.as_ref().is_none_or(Vec::is_empty);
    match new {
        _ if deletes && bounds.0 == 0 && bounds.2 == 1 => array.remove_front(bounds.3),
        None => drop(remove_positions(array.content_mut(), bounds)),
        Some(new) if bounds.2 == 1 => {
            let from = bounds.0 as usize;
            drop(array.content_mut().splice(from..from + bounds.3, new));
        }
        Some(new) => {
            if new.len() != bounds.3 {
                let (given, wanted) = (new.len(), bounds.3);
                return Err(vm.vm().value_error(format!(
                    "attempt to assign bytes of size {given} to extended slice of size {wanted}"
                )));
            }
            let content = array.content_mut();
            positions(bounds).zip(new).for_each(|(i, byte)| content[i] = byte);
        }
    }
    Ok(())
}

/// The bytes that are assigned to a slice of a bytearray.
fn slice_bytes(vm: &mut impl Asks, value: &Value) -> Res {
    if value.as_byte_slice().is_some() {
        return Ok(value.clone());
    }
    if value.is_int() || value.is_kind(Kind::Str) {
        let message = "can assign only bytes, buffers, or iterables of ints in range(0, 256)";
        return Err(vm.vm().type_error(message));
    }
    draw_bytes(vm, value, Making::ByteArray)
}

/// Whether nobody in the language is asked for a subscript.
#[inline]
pub fn is_plain_subscript(key: &Value) -> bool {
    match key.downcast::<Slice>() {
        Some(slice) => [&slice.start, &slice.stop, &slice.step].iter().all(|part| part.is_none() || part.is_int()),
        None => key.is_int(),
    }
}

impl Vm {
    /// As `item_of_sequence`, where indices are requested of the language.
    pub fn ask_item_of_sequence(&mut self, object: &Value, key: &Value) -> Res {
        let args = [object.clone(), key.clone()];
        restart::begin(self, Args::positional(&args), |vm, args| {
            let [object, key] = args.pos() else { return Ok(Value::NONE) };
            item_of_sequence(vm, object, key)
        })
    }

    /// Sets or deletes (None) an item or slice of a list or bytearray, where indices are requested of the language; gives None.
    pub fn ask_set_item_of_sequence(&mut self, object: &Value, key: &Value, value: Option<Value>) -> Res {
        let asks = value.as_ref().is_some_and(|value| match object.is_kind(Kind::ByteArray) {
            true => !value.is_int(),
            false => key.is_kind(Kind::Slice) && self.collects_from_frames(value),
        });
        if is_plain_subscript(key) && !asks {
            return set_item_of_sequence(self, object, key, value).map(|()| Value::NONE);
        }
        let args: SmallVec<[Value; 3]> = [object, key].into_iter().chain(&value).cloned().collect();
        restart::begin(self, Args::positional(&args), |vm, args| {
            let [object, key, value @ ..] = args.pos() else { return Ok(Value::NONE) };
            set_item_of_sequence(vm, object, key, value.first().cloned()).map(|()| Value::NONE)
        })
    }
}

/// Sets or deletes (None) an item or slice of a list or bytearray.
pub fn set_item_of_sequence(vm: &mut impl Asks, object: &Value, key: &Value, value: Option<Value>) -> Res<()> {
    match object.is_kind(Kind::List) {
        true => set_item_of_list(vm, object, key, value),
        false => set_item_of_bytearray(vm, object, key, value),
    }
}

fn slice_str(object: &Value, bounds: impl Fn(usize) -> Bounds) -> Value {
    let Some(s) = object.downcast::<Str>() else { return Value::NONE };
    let part = bounds(s.len());
    let (start, _, step, count) = part;
    let start = start as usize;
    if step == 1 {
        if count == s.len() && class_of(object).is(&types().str) {
            return object.clone();
        }
        return if count == 1 {
            s.char_at(start)
        } else {
            s.slice(start.min(s.len()), start.min(s.len()) + count).into_value()
        };
    }
    if s.is_ascii() {
        return Str::from_parts(&pick(s.as_bytes(), part), count).into_value();
    }
    let codes: Vec<u32> = s.code_points().collect();
    let mut out = Vec::with_capacity(count);
    for i in positions(part) {
        crate::objects::str::push_code_point(&mut out, codes[i]);
    }
    Str::from_parts(&out, count).into_value()
}
