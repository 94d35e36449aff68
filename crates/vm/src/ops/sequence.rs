//! What the operators do with the builtin containers: concatenation, repetition, slices assigned to, set algebra.

use super::arith::BinOp;
use super::item::{clip, positions};
use crate::heap::Kind;
use crate::objects::{ByteArray, Bytes, Dict, List, Slice, Str, Tuple};
use crate::value::Value;
use crate::{Res, Vm, class_of, types};

/// Bytes a single object may take; beyond is a MemoryError, which some machine might not raise but none outlives.
const LARGEST: usize = 4 << 30;

/// `a op b` for containers; NotImplemented where their types know nothing.
pub fn sequence_binary(vm: &mut Vm, op: BinOp, a: &Value, b: &Value) -> Res {
    match op {
        BinOp::Add => concat(vm, a, b),
        BinOp::Mul => {
            if is_sequence(a) {
                return repeat(vm, a, b);
            }
            if is_sequence(b) { repeat(vm, b, a) } else { Ok(Value::NOT_IMPLEMENTED) }
        }
        BinOp::Mod => modulo(vm, a, b),
        BinOp::Or | BinOp::And | BinOp::Sub | BinOp::Xor => algebra(vm, op, a, b),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `text % arguments`.
fn modulo(vm: &mut Vm, a: &Value, b: &Value) -> Res {
    if let Some(text) = a.downcast::<Str>() {
        return super::format::printf_str(vm, text, b);
    }
    match a.as_byte_slice() {
        Some(text) => super::format::printf_bytes(vm, text, b, a.is_kind(Kind::ByteArray)),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn is_sequence(value: &Value) -> bool {
    matches!(value.kind(), Some(Kind::Str | Kind::List | Kind::Tuple | Kind::Bytes | Kind::ByteArray))
}

fn concat(vm: &mut Vm, a: &Value, b: &Value) -> Res {
    if let (Some(x), Some(y)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
        if x.as_bytes().len() + y.as_bytes().len() > LARGEST {
            return Err(vm.memory_error(""));
        }
        return Ok(Str::concat(x, y).into_value());
    }
    if let (Some(x), Some(y)) = (a.downcast::<List>(), b.downcast::<List>()) {
        return Ok(crate::objects::list(joined(x.items(), y.items())));
    }
    if let (Some(x), Some(y)) = (a.downcast::<Tuple>(), b.downcast::<Tuple>()) {
        let exact = |v: &Value| class_of(v).is(&types().tuple);
        if y.is_empty() && exact(a) {
            return Ok(a.clone());
        }
        if x.is_empty() && exact(b) {
            return Ok(b.clone());
        }
        return Ok(crate::objects::tuple(joined(x.items(), y.items())));
    }
    if let (Some(x), Some(y)) = (a.as_byte_slice(), b.as_byte_slice()) {
        let content = [x, y].concat();
        return Ok(match a.kind() {
            Some(Kind::ByteArray) => ByteArray::create(content).into_value(),
            _ => crate::objects::bytes(&content),
        });
    }
    Ok(Value::NOT_IMPLEMENTED)
}

fn joined(a: &[Value], b: &[Value]) -> Vec<Value> {
    let mut items = Vec::with_capacity(a.len() + b.len());
    items.extend_from_slice(a);
    items.extend_from_slice(b);
    items
}

/// The number of repetitions that an operand means, if it is an index at all.
fn repetitions(vm: &mut Vm, count: &Value) -> Res<Option<usize>> {
    if !vm.has_index(count) {
        return Ok(None);
    }
    Ok(Some(vm.as_index(count)?.max(0) as usize))
}

fn check_size(vm: &mut Vm, len: usize, count: usize, item: usize) -> Res<()> {
    match len.checked_mul(count).and_then(|n| n.checked_mul(item)) {
        Some(size) if size <= LARGEST => Ok(()),
        _ => Err(vm.memory_error("")),
    }
}

/// As `check_size`, for text and bytes, whose length must be a machine integer too.
fn check_text_size(vm: &mut Vm, len: usize, count: usize, message: &str) -> Res<()> {
    if len.checked_mul(count).is_none_or(|n| n > i64::MAX as usize) {
        return Err(vm.overflow_error(message));
    }
    check_size(vm, len, count, 1)
}

fn repeat(vm: &mut Vm, sequence: &Value, count: &Value) -> Res {
    let Some(count) = repetitions(vm, count)? else { return Ok(Value::NOT_IMPLEMENTED) };
    if let Some(s) = sequence.downcast::<Str>() {
        let bytes = s.as_bytes();
        check_text_size(vm, bytes.len(), count, "repeated string is too long")?;
        if count == 1 && class_of(sequence).is(&types().str) {
            return Ok(sequence.clone());
        }
        return Ok(Str::from_parts(&bytes.repeat(count), s.len() * count).into_value());
    }
    if let Some(content) = sequence.as_byte_slice() {
        check_text_size(vm, content.len(), count, "repeated bytes are too long")?;
        let content = content.repeat(count);
        return Ok(match sequence.kind() {
            Some(Kind::ByteArray) => ByteArray::create(content).into_value(),
            _ => crate::objects::bytes(&content),
        });
    }
    let items = sequence.as_items().unwrap_or_default();
    check_size(vm, items.len(), count, size_of::<Value>())?;
    if sequence.is_kind(Kind::List) {
        return Ok(crate::objects::list(repeated(items, count)));
    }
    if count == 1 && class_of(sequence).is(&types().tuple) {
        return Ok(sequence.clone());
    }
    Ok(crate::objects::tuple(repeated(items, count)))
}

fn repeated(items: &[Value], count: usize) -> Vec<Value> {
    let mut out = Vec::with_capacity(items.len() * count);
    for _ in 0..count {
        out.extend_from_slice(items);
    }
    out
}

/// `|`, `&`, `-`, `^` of sets, dicts, views and classes.
fn algebra(vm: &mut Vm, op: BinOp, a: &Value, b: &Value) -> Res {
    let is_set = |v: &Value| matches!(v.kind(), Some(Kind::Set | Kind::FrozenSet));
    if is_set(a) && is_set(b) {
        return super::sets::binary(vm, op, a, b);
    }
    if crate::types::dictview::is_set_like(a) || crate::types::dictview::is_set_like(b) {
        return crate::types::dictview::binary(vm, op, a, b);
    }
    if op != BinOp::Or {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    if let (Some(x), Some(_)) = (a.downcast::<Dict>(), b.downcast::<Dict>()) {
        let merged = crate::heap::new(&types().dict, Dict::with_table(x.table().copy())).into_value();
        return crate::types::dict::merge(vm, &merged, b, merged.clone());
    }
    if a.is_kind(Kind::MappingProxy) || b.is_kind(Kind::MappingProxy) {
        let open = |v: &Value| v.downcast::<crate::objects::MappingProxy>().map_or(v.clone(), |p| p.mapping.clone());
        return vm.ask_binary(op, &open(a), &open(b));
    }
    crate::types::alias::union_of(vm, a, b)
}

/// The text of the TypeError for operands of containers that say more than "unsupported".
pub fn sequence_operand_message(op: BinOp, a: &Value, b: &Value) -> Option<String> {
    match op {
        BinOp::Add => {
            let other = class_of(b).name_str();
            match a.kind()? {
                Kind::Str => Some(format!("can only concatenate str (not \"{other}\") to str")),
                Kind::List => Some(format!("can only concatenate list (not \"{other}\") to list")),
                Kind::Tuple => Some(format!("can only concatenate tuple (not \"{other}\") to tuple")),
                Kind::Bytes => Some(format!("can't concat {other} to bytes")),
                Kind::ByteArray => Some(format!("can't concat {other} to bytearray")),
                _ => None,
            }
        }
        BinOp::Mul if is_sequence(a) || is_sequence(b) => {
            let other = class_of(if is_sequence(a) { b } else { a }).name_str();
            Some(format!("can't multiply sequence by non-int of type '{other}'"))
        }
        _ => None,
    }
}

/// `a op= b` for containers that change in place; NotImplemented otherwise.
pub fn inplace(vm: &mut Vm, op: BinOp, a: &Value, b: &Value) -> Res {
    match (a.kind(), op) {
        (Some(Kind::List), BinOp::Add) => {
            if let Some(list) = a.downcast::<List>() {
                crate::types::list::extend_from(vm, list, b)?;
            }
            Ok(a.clone())
        }
        (Some(Kind::List), BinOp::Mul) => {
            let Some(list) = a.downcast::<List>() else { return Ok(Value::NOT_IMPLEMENTED) };
            let Some(count) = repetitions(vm, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
            check_size(vm, list.len(), count, size_of::<Value>())?;
            let old = list.items().clone();
            drop(std::mem::replace(list.items_mut(), repeated(&old, count)));
            Ok(a.clone())
        }
        (Some(Kind::ByteArray), BinOp::Add) => {
            let (Some(array), Some(more)) = (a.downcast::<ByteArray>(), b.as_byte_slice()) else {
                return Ok(Value::NOT_IMPLEMENTED);
            };
            match b.downcast::<Bytes>() {
                Some(bytes) => array.append(bytes.as_bytes()),
                None => {
                    let more = more.to_vec();
                    array.append(&more);
                }
            }
            Ok(a.clone())
        }
        (Some(Kind::ByteArray), BinOp::Mul) => {
            let Some(array) = a.downcast::<ByteArray>() else { return Ok(Value::NOT_IMPLEMENTED) };
            let Some(count) = repetitions(vm, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
            check_size(vm, array.content().len(), count, 1)?;
            let content = array.content().repeat(count);
            *array.content_mut() = content;
            Ok(a.clone())
        }
        (Some(Kind::Set), BinOp::Or | BinOp::And | BinOp::Sub | BinOp::Xor) => super::sets::inplace(vm, op, a, b),
        (Some(Kind::Dict), BinOp::Or) => crate::types::dict::update_from(vm, a, b, a.clone()),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// Assigns to (or, with None, deletes) a slice of a list.
pub fn set_slice_of_list(vm: &mut Vm, list: &List, slice: &Slice, value: Option<&Value>) -> Res<()> {
    let new = match value {
        None => None,
        Some(value) => match vm.collect(value) {
            Ok(items) => Some(items),
            Err(thrown) => {
                let iterable = vm.special_or_sequence(value);
                if iterable || !vm.thrown_is(&types().exceptions.TypeError) {
                    return Err(thrown);
                }
                drop(vm.catch());
                return Err(vm.type_error("must assign iterable to extended slice"));
            }
        },
    };
    let step = vm.slice_bound(&slice.step)?.unwrap_or(1);
    if step == 0 {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let (start, stop) = (vm.slice_bound(&slice.start)?, vm.slice_bound(&slice.stop)?);
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
                return Err(vm.value_error(format!(
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

/// Takes the items at a slice's positions out.
fn remove_positions<T>(items: &mut Vec<T>, bounds: super::item::Bounds) -> Vec<T> {
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

impl Vm {
    /// Whether `iter()` has a way into the object at all.
    fn special_or_sequence(&mut self, value: &Value) -> bool {
        let class = class_of(value).clone();
        let names = crate::names();
        self.has_attr_on_class(&class, &names.__iter__) || self.has_attr_on_class(&class, &names.__getitem__)
    }

    /// An object as a byte, 0 to 255.
    pub fn as_byte(&mut self, value: &Value) -> Res<u8> {
        let index = self.to_index(value)?;
        match index.as_i64().and_then(|n| u8::try_from(n).ok()) {
            Some(byte) => Ok(byte),
            None => Err(self.value_error("byte must be in range(0, 256)")),
        }
    }
}

/// Sets or deletes (None) an item or slice of a bytearray.
pub fn set_item_of_bytearray(vm: &mut Vm, object: &Value, key: &Value, value: Option<Value>) -> Res<()> {
    let Some(array) = object.downcast::<ByteArray>() else { return Ok(()) };
    if let Some(slice) = key.downcast::<Slice>() {
        return set_slice_of_bytearray(vm, array, slice, value.as_ref());
    }
    if !vm.has_index(key) {
        let name = class_of(key).name_str();
        return Err(vm.type_error(format!("bytearray indices must be integers or slices, not {name}")));
    }
    let index = vm.as_subscript(key)?;
    let byte = value.map(|v| vm.as_byte(&v)).transpose()?;
    let len = array.content().len() as i64;
    let at = if index < 0 { index + len } else { index };
    if at < 0 || at >= len {
        return Err(vm.index_error("bytearray index out of range"));
    }
    match byte {
        Some(byte) => array.bytes_mut()[at as usize] = byte,
        None if at == 0 => array.remove_front(1),
        None => drop(array.content_mut().remove(at as usize)),
    }
    Ok(())
}

fn set_slice_of_bytearray(vm: &mut Vm, array: &ByteArray, slice: &Slice, value: Option<&Value>) -> Res<()> {
    let new = match value {
        None => None,
        Some(value) => Some(match value.as_byte_slice() {
            Some(bytes) => bytes.to_vec(),
            None if value.is_int() || value.is_kind(Kind::Str) => {
                return Err(vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
            }
            None => {
                let items = vm.collect(value)?;
                items.iter().map(|item| vm.as_byte(item)).collect::<Res<Vec<u8>>>()?
            }
        }),
    };
    let bounds = vm.slice_bounds(slice, array.content().len())?;
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
                return Err(vm.value_error(format!(
                    "attempt to assign bytes of size {given} to extended slice of size {wanted}"
                )));
            }
            let content = array.content_mut();
            positions(bounds).zip(new).for_each(|(i, byte)| content[i] = byte);
        }
    }
    Ok(())
}

/// `item in str`.
pub fn str_contains(vm: &mut Vm, container: &Value, item: &Value) -> Res<bool> {
    match (container.downcast::<Str>(), item.downcast::<Str>()) {
        (Some(text), Some(part)) => Ok(find_bytes(text.as_bytes(), part.as_bytes())),
        _ => {
            let name = class_of(item).name_str();
            Err(vm.type_error(format!("'in <string>' requires string as left operand, not {name}")))
        }
    }
}

fn find_bytes(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || super::slices::find(text, part).is_some()
}

/// `item in bytes`: a byte or a run of bytes.
pub fn bytes_contain(vm: &mut Vm, container: &Value, item: &Value) -> Res<bool> {
    if let (Some(text), Some(part)) = (container.as_byte_slice(), item.as_byte_slice()) {
        return Ok(find_bytes(text, part));
    }
    if !vm.has_index(item) {
        let name = class_of(item).name_str();
        return Err(vm.type_error(format!("a bytes-like object is required, not '{name}'")));
    }
    let byte = vm.as_byte(item)?;
    Ok(container.as_byte_slice().is_some_and(|text| text.contains(&byte)))
}
