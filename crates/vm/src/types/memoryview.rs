//! `memoryview`: a window on the bytes of a `bytes` or `bytearray`; one dimension of unsigned bytes.

use super::bootstrap::{Def, builtin_class};
use crate::heap::{self, Kind, Ref};
use crate::objects::{ByteArray, Bytes, Class, Opaque, Slice, bytes, class_flags, int, list, tuple};
use crate::value::Value;
use crate::{Args, Res, Vm, class_of, types};

use std::cell::{Cell, OnceCell};

/// The state of a `memoryview`.
pub struct MemoryView {
    /// A `bytes` or `bytearray`.
    base: Value,
    start: usize,
    len: usize,
    readonly: bool,
    released: Cell<bool>,
}

impl MemoryView {
    /// What is seen; what a `bytearray` has lost since can't be. None once released.
    pub fn bytes(&self) -> Option<&[u8]> {
        if self.released.get() {
            return None;
        }
        let content = match self.base.downcast::<Bytes>() {
            Some(bytes) => bytes.as_bytes(),
            None => self.base.downcast::<ByteArray>()?.content().as_slice(),
        };
        let end = (self.start + self.len).min(content.len());
        Some(&content[self.start.min(end)..end])
    }
}

/// The class, made when first asked for.
pub fn class() -> Ref<Class> {
    thread_local! {
        static CLASS: OnceCell<Ref<Class>> = const { OnceCell::new() };
    }
    let flags = class_flags::FINAL | class_flags::SEQUENCE_PATTERN;
    let make = || builtin_class("memoryview", Kind::Opaque, flags, &types().object, DEFS);
    CLASS.with(|cell| cell.get_or_init(make).clone())
}

const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__len__", len),
    Def::Slot("__getitem__", get_item),
    Def::Slot("__setitem__", set_item),
    Def::Slot("__iter__", iter),
    Def::Slot("__eq__", eq),
    Def::Slot("__hash__", hash),
    Def::Slot("__repr__", repr),
    Def::Slot("__enter__", enter),
    Def::Slot("__exit__", release),
    Def::Method("release", release),
    Def::Method("tobytes", to_bytes),
    Def::Method("tolist", to_list),
    Def::Method("toreadonly", to_readonly),
    Def::Method("hex", hex),
    Def::Method("cast", cast),
    Def::Get("obj", |vm, this| Ok(state(vm, this)?.base.clone())),
    Def::Get("nbytes", |vm, this| content(vm, this).map(|b| int(b.len() as i64))),
    Def::Get("readonly", |vm, this| Ok(Value::bool(state(vm, this)?.readonly))),
    Def::Get("itemsize", |_, _| Ok(int(1))),
    Def::Get("ndim", |_, _| Ok(int(1))),
    Def::Get("format", |_, _| Ok(Value::from("B"))),
    Def::Get("shape", |vm, this| content(vm, this).map(|b| tuple(vec![int(b.len() as i64)]))),
    Def::Get("strides", |_, _| Ok(tuple(vec![int(1)]))),
    Def::Get("suboffsets", |_, _| Ok(tuple(Vec::new()))),
    Def::Get("contiguous", |_, _| Ok(Value::TRUE)),
    Def::Get("c_contiguous", |_, _| Ok(Value::TRUE)),
    Def::Get("f_contiguous", |_, _| Ok(Value::TRUE)),
];

fn state<'a>(vm: &mut Vm, this: &'a Value) -> Res<&'a MemoryView> {
    match this.native_state::<MemoryView>() {
        Some(view) if !view.released.get() => Ok(view),
        Some(_) => Err(vm.value_error("operation forbidden on released memoryview object")),
        None => Err(vm.type_error("a memoryview was expected")),
    }
}

fn content<'a>(vm: &mut Vm, this: &'a Value) -> Res<&'a [u8]> {
    Ok(state(vm, this)?.bytes().unwrap_or_default())
}

fn create(view: MemoryView) -> Value {
    heap::new(&class(), Opaque::new(view)).into_value()
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let [object] = args.rest().bind(vm, "memoryview", ["object"], 1)?;
    let object = object.cloned().unwrap_or(Value::NONE);
    if let Some(view) = object.native_state::<MemoryView>() {
        state(vm, &object)?;
        let (base, start, len, readonly) = (view.base.clone(), view.start, view.len, view.readonly);
        return Ok(create(MemoryView { base, start, len, readonly, released: Cell::new(false) }));
    }
    let Some(len) = object.as_byte_slice().map(<[u8]>::len) else {
        let got = class_of(&object).name_str();
        return Err(vm.type_error(format!("memoryview: a bytes-like object is required, not '{got}'")));
    };
    let readonly = object.is_kind(Kind::Bytes);
    Ok(create(MemoryView { base: object, start: 0, len, readonly, released: Cell::new(false) }))
}

fn len(vm: &mut Vm, args: Args<'_>) -> Res {
    content(vm, &args.pos()[0]).map(|b| int(b.len() as i64))
}

/// The position that an index means.
fn position(vm: &mut Vm, index: &Value, len: usize) -> Res<usize> {
    let index = vm.as_index(index)?;
    let at = if index < 0 { index + len as i64 } else { index };
    match usize::try_from(at) {
        Ok(at) if at < len => Ok(at),
        _ => Err(vm.index_error("index out of bounds on dimension 1")),
    }
}

fn get_item(vm: &mut Vm, args: Args<'_>) -> Res {
    let [this, index] = args.pos() else { return Err(vm.type_error("expected 1 argument")) };
    let len = content(vm, this)?.len();
    let Some(slice) = index.as_ref::<Slice>() else {
        if !index.is_int() {
            return Err(vm.type_error("memoryview: invalid slice key"));
        }
        let at = position(vm, index, len)?;
        return Ok(int(content(vm, this)?[at].into()));
    };
    let (start, _, step, count) = vm.slice_bounds(&slice, len)?;
    let view = state(vm, this)?;
    if step == 1 {
        return Ok(create(MemoryView {
            base: view.base.clone(),
            start: view.start + start as usize,
            len: count,
            readonly: view.readonly,
            released: Cell::new(false),
        }));
    }
    if !view.readonly {
        return Err(vm.not_implemented_error("memoryview slices with a step need a read-only object"));
    }
    let content = view.bytes().unwrap_or_default();
    let at = |i: usize| content[(start + i as i64 * step) as usize];
    let picked: Vec<u8> = (0..count).map(at).collect();
    let len = picked.len();
    Ok(create(MemoryView { base: bytes(&picked), start: 0, len, readonly: true, released: Cell::new(false) }))
}

fn set_item(vm: &mut Vm, args: Args<'_>) -> Res {
    let [this, index, value] = args.pos() else { return Err(vm.type_error("expected 2 arguments")) };
    let view = state(vm, this)?;
    if view.readonly {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    let len = content(vm, this)?.len();
    let (start, new) = match index.as_ref::<Slice>() {
        Some(slice) => {
            let (start, _, step, count) = vm.slice_bounds(&slice, len)?;
            if step != 1 {
                return Err(vm.not_implemented_error("memoryview slices with a step can't be assigned"));
            }
            let Some(new) = value.as_byte_slice().map(<[u8]>::to_vec) else {
                let got = class_of(value).name_str();
                return Err(vm.type_error(format!("a bytes-like object is required, not '{got}'")));
            };
            if new.len() != count {
                let message = "memoryview assignment: lvalue and rvalue have different structures";
                return Err(vm.value_error(message));
            }
            (start as usize, new)
        }
        None => {
            let at = position(vm, index, len)?;
            if !value.is_int() {
                return Err(vm.type_error("memoryview: invalid type for format 'B'"));
            }
            match value.as_i64().and_then(|n| u8::try_from(n).ok()) {
                Some(byte) => (at, vec![byte]),
                None => return Err(vm.value_error("memoryview: invalid value for format 'B'")),
            }
        }
    };
    // Evaluating the operands may have run code that made the object shorter.
    let start = view.start + start;
    let place = view.base.downcast::<ByteArray>().and_then(|b| b.content_mut().get_mut(start..start + new.len()));
    match place {
        Some(place) => {
            place.copy_from_slice(&new);
            Ok(Value::NONE)
        }
        None => Err(vm.index_error("index out of bounds on dimension 1")),
    }
}

fn iter(vm: &mut Vm, args: Args<'_>) -> Res {
    let items = to_list(vm, args)?;
    vm.iter(&items)
}

fn eq(vm: &mut Vm, args: Args<'_>) -> Res {
    let [this, other] = args.pos() else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some(view) = this.native_state::<MemoryView>() else {
        return Err(vm.type_error("a memoryview was expected"));
    };
    Ok(match (view.bytes(), other.as_byte_slice()) {
        (Some(a), Some(b)) => Value::bool(a == b),
        (None, _) => Value::bool(this.is(other)),
        _ => Value::NOT_IMPLEMENTED,
    })
}

fn hash(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    if !state(vm, this)?.readonly {
        return Err(vm.value_error("cannot hash writable memoryview object"));
    }
    let content = bytes(content(vm, this)?);
    vm.hash(&content).map(|hash| int(hash as i64))
}

fn repr(_vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let released = this.native_state::<MemoryView>().is_some_and(|view| view.released.get());
    let word = if released { "released memory" } else { "memory" };
    Ok(Value::from(format!("<{word} at {:#014x}>", this.id())))
}

fn enter(vm: &mut Vm, args: Args<'_>) -> Res {
    state(vm, &args.pos()[0])?;
    Ok(args.pos()[0].clone())
}

fn release(_vm: &mut Vm, args: Args<'_>) -> Res {
    if let Some(view) = args.pos()[0].native_state::<MemoryView>() {
        view.released.set(true);
    }
    Ok(Value::NONE)
}

fn to_bytes(vm: &mut Vm, args: Args<'_>) -> Res {
    content(vm, &args.pos()[0]).map(bytes)
}

fn to_list(vm: &mut Vm, args: Args<'_>) -> Res {
    let content = content(vm, &args.pos()[0])?;
    Ok(list(content.iter().map(|byte| int((*byte).into())).collect()))
}

fn to_readonly(vm: &mut Vm, args: Args<'_>) -> Res {
    let view = state(vm, &args.pos()[0])?;
    let (base, start, len) = (view.base.clone(), view.start, view.len);
    Ok(create(MemoryView { base, start, len, readonly: true, released: Cell::new(false) }))
}

fn hex(vm: &mut Vm, args: Args<'_>) -> Res {
    let whole = to_bytes(vm, Args::positional(&args.pos()[..1]))?;
    vm.call_method(&whole, &crate::objects::intern(b"hex"), &args.pos()[1..])
}

/// `cast('B')` and its like; other formats are not supported.
fn cast(vm: &mut Vm, args: Args<'_>) -> Res {
    let [format, _shape] = args.rest().bind(vm, "cast", ["format", "shape"], 1)?;
    match format.map(super::text_of).as_deref() {
        Some("B" | "@B") => new(vm, Args::positional(&[class().into_value(), args.pos()[0].clone()])),
        _ => Err(vm.not_implemented_error("memoryview: only the format 'B' is supported")),
    }
}
