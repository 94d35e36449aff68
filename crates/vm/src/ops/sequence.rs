//! What the operators do with the builtin containers: concatenation, repetition, slices assigned to, set algebra.

use super::arith::BinOp;
use super::restart;
use crate::heap::Kind;
use crate::objects::{Accumulator, ByteArray, Bytes, Dict, List, Str, Tuple};
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, types};

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
        BinOp::Mod if is_text(a) => {
            let asked = vm.ask_modulo(a, b);
            vm.complete(asked)
        }
        BinOp::Or | BinOp::And | BinOp::Sub | BinOp::Xor => algebra(vm, op, a, b),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `text % arguments`.
fn modulo(vm: &mut Restartable<'_>, a: &Value, b: &Value) -> Res {
    if let Some(text) = a.downcast::<Str>() {
        return super::format::printf_str(vm, text, b);
    }
    match a.as_byte_slice() {
        Some(text) => super::format::printf_bytes(vm, text, b, a.is_kind(Kind::ByteArray)),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

impl Vm {
    /// `item in bytes`, where the byte that an object stands for is requested of the language.
    pub fn ask_bytes_contain(&mut self, container: &Value, item: &Value) -> Res {
        let args = [container.clone(), item.clone()];
        restart::begin(self, Args::positional(&args), |vm, args| match args.pos() {
            [container, item] => bytes_contain(vm, container, item).map(Value::bool),
            _ => Ok(Value::NOT_IMPLEMENTED),
        })
    }

    /// `text % arguments`, where what the arguments are converted by is requested.
    pub fn ask_modulo(&mut self, a: &Value, b: &Value) -> Res {
        let args = [a.clone(), b.clone()];
        restart::begin(self, Args::positional(&args), |vm, args| match args.pos() {
            [a, b] => modulo(vm, a, b),
            _ => Ok(Value::NOT_IMPLEMENTED),
        })
    }
}

/// Whether `%` of it formats.
#[inline]
pub fn is_text(value: &Value) -> bool {
    matches!(value.kind(), Some(Kind::Str | Kind::Bytes | Kind::ByteArray))
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
        check_text_size(vm, s.as_bytes().len(), count, "repeated string is too long")?;
        if count == 1 && class_of(sequence).is(&types().str) {
            return Ok(sequence.clone());
        }
        return Ok(s.repeated(count).into_value());
    }
    if let Some(content) = sequence.as_byte_slice() {
        check_text_size(vm, content.len(), count, "repeated bytes are too long")?;
        return Ok(match sequence.kind() {
            Some(Kind::ByteArray) => ByteArray::create(content.repeat(count)).into_value(),
            _ => crate::objects::Bytes::repeated(content, count).into_value(),
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
            let Some(list) = a.as_ref::<List>() else { return Ok(Value::NOT_IMPLEMENTED) };
            if vm.collects_from_frames(b) {
                return Err(vm.drain_after_hint(b, Accumulator::Extend { list, result: a.clone() }));
            }
            crate::types::list::extend_from(vm, &list, b)?;
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
pub fn bytes_contain(vm: &mut impl Asks, container: &Value, item: &Value) -> Res<bool> {
    if let (Some(text), Some(part)) = (container.as_byte_slice(), item.as_byte_slice()) {
        return Ok(find_bytes(text, part));
    }
    if !vm.has_index(item) {
        let name = class_of(item).name_str();
        return Err(vm.vm().type_error(format!("a bytes-like object is required, not '{name}'")));
    }
    let byte = vm.as_byte(item)?;
    Ok(container.as_byte_slice().is_some_and(|text| text.contains(&byte)))
}
