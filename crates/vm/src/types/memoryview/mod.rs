//! `memoryview`: a window on the bytes of a `bytes` or `bytearray`, as items of a format in any number of dimensions.

mod format;

use super::bootstrap::{Def, builtin_class};
use crate::heap::{self, Kind, Ref};
use crate::objects::{ByteArray, Bytes, Class, List, Opaque, Slice, Tuple, bytes, class_flags, int, list, tuple};
use crate::ops::item::clip;
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, restartable, types};
use format::Format;

use std::cell::{Cell, OnceCell};

const DIFFERENT: &str = "memoryview assignment: lvalue and rvalue have different structures";
const MOST_DIMENSIONS: usize = 64;

/// One dimension: how many items, and how many bytes apart.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Dimension {
    len: usize,
    stride: i64,
}

/// The state of a `memoryview`.
pub struct MemoryView {
    /// A `bytes` or `bytearray`.
    base: Value,
    /// Where the first item starts.
    start: i64,
    format: Format,
    dimensions: Vec<Dimension>,
    readonly: bool,
    released: Cell<bool>,
}

impl MemoryView {
    fn whole(base: Value, len: usize, readonly: bool) -> MemoryView {
        let dimensions = vec![Dimension { len, stride: 1 }];
        MemoryView { base, start: 0, format: Format::BYTE, dimensions, readonly, released: Cell::new(false) }
    }

    /// Another window on the same memory.
    fn with(&self, start: i64, format: Format, dimensions: Vec<Dimension>) -> MemoryView {
        let (base, readonly) = (self.base.clone(), self.readonly);
        MemoryView { base, start, format, dimensions, readonly, released: Cell::new(false) }
    }

    fn memory(&self) -> Option<&[u8]> {
        match self.base.downcast::<Bytes>() {
            Some(bytes) => Some(bytes.as_bytes()),
            None => Some(self.base.downcast::<ByteArray>()?.content()),
        }
    }

    fn items(&self) -> usize {
        self.dimensions.iter().map(|d| d.len).product()
    }

    fn nbytes(&self) -> usize {
        self.items() * self.format.size()
    }

    /// Whether items follow each other without gaps, the last dimension fastest.
    fn is_contiguous(&self) -> bool {
        let mut expected = self.format.size() as i64;
        self.items() == 0
            || self.dimensions.iter().rev().all(|d| {
                let fits = d.len == 1 || d.stride == expected;
                expected *= d.len as i64;
                fits
            })
    }

    /// What is seen, if it is in one piece; what a `bytearray` has lost since can't be. None once released.
    pub fn bytes(&self) -> Option<&[u8]> {
        if self.released.get() || !self.is_contiguous() {
            return None;
        }
        let memory = self.memory()?;
        let start = usize::try_from(self.start).unwrap_or(0).min(memory.len());
        let end = (start + self.nbytes()).min(memory.len());
        Some(&memory[start..end])
    }

    /// The bytes of the item at an offset; none if a `bytearray` has become shorter.
    fn item(&self, offset: i64) -> Option<&[u8]> {
        let start = usize::try_from(offset).ok()?;
        self.memory()?.get(start..start + self.format.size())
    }

    /// Calls `visit` with the offset of each item in order.
    fn each_offset(&self, visit: &mut dyn FnMut(i64)) {
        fn walk(dimensions: &[Dimension], offset: i64, visit: &mut dyn FnMut(i64)) {
            match dimensions.split_first() {
                None => visit(offset),
                Some((first, rest)) => {
                    (0..first.len as i64).for_each(|i| walk(rest, offset + i * first.stride, visit));
                }
            }
        }
        walk(&self.dimensions, self.start, visit);
    }

    /// All bytes in order.
    fn gathered(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.nbytes());
        self.each_offset(&mut |offset| out.extend_from_slice(self.item(offset).unwrap_or_default()));
        out
    }

    fn values(&self) -> Vec<Value> {
        let mut out = Vec::with_capacity(self.items());
        self.each_offset(&mut |offset| out.extend(self.item(offset).map(|raw| self.format.unpack(raw))));
        out
    }

    fn shape(&self) -> impl Iterator<Item = usize> + '_ {
        self.dimensions.iter().map(|d| d.len)
    }
}

/// Dimensions without gaps.
fn packed(shape: &[usize], size: usize) -> Vec<Dimension> {
    let mut stride = size as i64;
    let mut out: Vec<Dimension> = Vec::with_capacity(shape.len());
    for &len in shape.iter().rev() {
        out.push(Dimension { len, stride });
        stride = stride.saturating_mul(len as i64);
    }
    out.reverse();
    out
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
    Def::Slot("__getitem__", restartable!(get_item)),
    Def::Slot("__setitem__", restartable!(set_item)),
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
    Def::Get("nbytes", |vm, this| Ok(int(state(vm, this)?.nbytes() as i64))),
    Def::Get("readonly", |vm, this| Ok(Value::bool(state(vm, this)?.readonly))),
    Def::Get("itemsize", |vm, this| Ok(int(state(vm, this)?.format.size() as i64))),
    Def::Get("ndim", |vm, this| Ok(int(state(vm, this)?.dimensions.len() as i64))),
    Def::Get("format", |vm, this| Ok(Value::from(state(vm, this)?.format.code().to_string()))),
    Def::Get("shape", |vm, this| Ok(tuple(state(vm, this)?.shape().map(|len| int(len as i64)).collect()))),
    Def::Get("strides", |vm, this| Ok(tuple(state(vm, this)?.dimensions.iter().map(|d| int(d.stride)).collect()))),
    Def::Get("suboffsets", |vm, this| state(vm, this).map(|_| tuple(Vec::new()))),
    Def::Get("contiguous", |vm, this| Ok(Value::bool(state(vm, this)?.is_contiguous()))),
    Def::Get("c_contiguous", |vm, this| Ok(Value::bool(state(vm, this)?.is_contiguous()))),
    Def::Get("f_contiguous", |vm, this| {
        let view = state(vm, this)?;
        Ok(Value::bool(view.is_contiguous() && view.shape().filter(|&len| len > 1).count() <= 1))
    }),
];

fn state<'a>(vm: &mut Vm, this: &'a Value) -> Res<&'a MemoryView> {
    match this.native_state::<MemoryView>() {
        Some(view) if !view.released.get() => Ok(view),
        Some(_) => Err(vm.value_error("operation forbidden on released memoryview object")),
        None => Err(vm.type_error("a memoryview was expected")),
    }
}

fn create(view: MemoryView) -> Value {
    heap::new(&class(), Opaque::new(view)).into_value()
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let [object] = args.rest().bind(vm, "memoryview", ["object"], 1)?;
    let object = object.cloned().unwrap_or(Value::NONE);
    if object.native_state::<MemoryView>().is_some() {
        let view = state(vm, &object)?;
        return Ok(create(view.with(view.start, view.format, view.dimensions.clone())));
    }
    let Some(len) = object.as_byte_slice().map(<[u8]>::len) else {
        let got = class_of(&object).name_str();
        return Err(vm.type_error(format!("memoryview: a bytes-like object is required, not '{got}'")));
    };
    let readonly = object.is_kind(Kind::Bytes);
    Ok(create(MemoryView::whole(object, len, readonly)))
}

fn len(vm: &mut Vm, args: Args<'_>) -> Res {
    match state(vm, &args.pos()[0])?.dimensions.first() {
        Some(first) => Ok(int(first.len as i64)),
        None => Err(vm.type_error("0-dim memory has no length")),
    }
}

/// How far from the start an index into a dimension leads.
fn distance(vm: &mut Restartable<'_>, index: &Value, dimension: Dimension, number: usize) -> Res<i64> {
    let index = vm.as_index(index)?;
    let at = if index < 0 { index.saturating_add(dimension.len as i64) } else { index };
    if (0..dimension.len as i64).contains(&at) {
        Ok(at * dimension.stride)
    } else {
        Err(vm.index_error(format!("index out of bounds on dimension {}", number + 1)))
    }
}

/// The offset of the one item that a key means.
fn offset_of(vm: &mut Restartable<'_>, view: &MemoryView, key: &Value) -> Res<i64> {
    let single = std::slice::from_ref(key);
    let indices = match key.downcast::<Tuple>() {
        Some(key) => key.items(),
        None if view.dimensions.is_empty() => return Err(vm.type_error("invalid indexing of 0-dim memory")),
        None if vm.has_index(key) => single,
        None => return Err(vm.type_error("memoryview: invalid slice key")),
    };
    if !indices.iter().all(|index| vm.has_index(index)) {
        let slices = !indices.is_empty() && indices.iter().all(|index| index.is_kind(Kind::Slice));
        return Err(if slices {
            vm.not_implemented_error("multi-dimensional slicing is not implemented")
        } else {
            vm.type_error("memoryview: invalid slice key")
        });
    }
    let (given, wanted) = (indices.len(), view.dimensions.len());
    if given > wanted {
        return Err(vm.type_error(format!("cannot index {wanted}-dimension view with {given}-element tuple")));
    }
    if given < wanted {
        let message = if key.is_kind(Kind::Tuple) {
            "sub-views are not implemented"
        } else {
            "multi-dimensional sub-views are not implemented"
        };
        return Err(vm.not_implemented_error(message));
    }
    let mut offset = view.start;
    for (number, (index, dimension)) in indices.iter().zip(&view.dimensions).enumerate() {
        offset += distance(vm, index, *dimension, number)?;
    }
    Ok(offset)
}

/// The part of the first dimension that a slice means.
fn part(vm: &mut Restartable<'_>, view: &MemoryView, slice: &Slice) -> Res<MemoryView> {
    let Some(&first) = view.dimensions.first() else {
        return Err(vm.type_error("invalid indexing of 0-dim memory"));
    };
    let (start, stop, step) = vm.slice_parts(slice)?;
    let (start, _, step, len) = clip(start, stop, step, first.len);
    let mut dimensions = view.dimensions.clone();
    dimensions[0] = Dimension { len, stride: first.stride.saturating_mul(step) };
    Ok(view.with(view.start + start * first.stride, view.format, dimensions))
}

fn get_item(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [this, key] = args.pos() else { return Err(vm.type_error("expected 1 argument")) };
    let view = state(vm, this)?;
    if let Some(slice) = key.as_ref::<Slice>() {
        return part(vm, view, &slice).map(create);
    }
    if view.dimensions.is_empty() && key.is(&Value::ELLIPSIS) {
        return Ok(this.clone());
    }
    let offset = offset_of(vm, view, key)?;
    match view.item(offset) {
        Some(raw) => Ok(view.format.unpack(raw)),
        None => Err(vm.index_error("index out of bounds on dimension 1")),
    }
}

fn set_item(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [this, key, value] = args.pos() else { return Err(vm.type_error("expected 2 arguments")) };
    let view = state(vm, this)?;
    if view.readonly {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    if let Some(slice) = key.as_ref::<Slice>() {
        if view.dimensions.len() != 1 {
            let message = "memoryview slice assignments are currently restricted to ndim = 1";
            return Err(vm.not_implemented_error(message));
        }
        let target = part(vm, view, &slice)?;
        let raw = assigned(vm, &target, value)?;
        let mut offsets = Vec::with_capacity(target.items());
        target.each_offset(&mut |offset| offsets.push(offset));
        let size = target.format.size();
        for (offset, item) in offsets.into_iter().zip(raw.chunks_exact(size)) {
            put(vm, view, offset, item)?;
        }
        return Ok(Value::NONE);
    }
    let offset = offset_of(vm, view, key)?;
    let raw = view.format.pack(vm, value)?;
    put(vm, view, offset, &raw)?;
    Ok(Value::NONE)
}

/// The bytes of what is assigned to a part.
fn assigned(vm: &mut Vm, target: &MemoryView, value: &Value) -> Res<Vec<u8>> {
    let (raw, fits) = match value.native_state::<MemoryView>() {
        Some(_) => {
            let source = state(vm, value)?;
            (source.gathered(), source.format == target.format && source.shape().eq(target.shape()))
        }
        None => match value.as_byte_slice() {
            Some(raw) => (raw.to_vec(), target.format == Format::BYTE && raw.len() == target.nbytes()),
            None => {
                let got = class_of(value).name_str();
                return Err(vm.type_error(format!("a bytes-like object is required, not '{got}'")));
            }
        },
    };
    if fits { Ok(raw) } else { Err(vm.value_error(DIFFERENT)) }
}

/// Writes an item. Evaluating the operands may have run code that made the object shorter.
fn put(vm: &mut Vm, view: &MemoryView, offset: i64, raw: &[u8]) -> Res<()> {
    let start = usize::try_from(offset).unwrap_or(usize::MAX - 16);
    let place = view.base.downcast::<ByteArray>().and_then(|b| b.bytes_mut().get_mut(start..start + raw.len()));
    match place {
        Some(place) => {
            place.copy_from_slice(raw);
            Ok(())
        }
        None => Err(vm.index_error("index out of bounds on dimension 1")),
    }
}

fn iter(vm: &mut Vm, args: Args<'_>) -> Res {
    let view = state(vm, &args.pos()[0])?;
    match view.dimensions.len() {
        0 => Err(vm.type_error("invalid indexing of 0-dim memory")),
        1 => {
            let items = to_list(vm, args)?;
            vm.iter(&items)
        }
        _ => Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented")),
    }
}

fn eq(vm: &mut Vm, args: Args<'_>) -> Res {
    let [this, other] = args.pos() else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some(view) = this.native_state::<MemoryView>() else {
        return Err(vm.type_error("a memoryview was expected"));
    };
    let of_other;
    let second = match (other.native_state::<MemoryView>(), other.as_byte_slice()) {
        (Some(second), _) => second,
        (None, Some(raw)) => {
            of_other = MemoryView::whole(bytes(raw), raw.len(), true);
            &of_other
        }
        _ => return Ok(Value::NOT_IMPLEMENTED),
    };
    if view.released.get() || second.released.get() {
        return Ok(Value::bool(this.is(other)));
    }
    if !view.shape().eq(second.shape()) {
        return Ok(Value::FALSE);
    }
    if view.format == second.format && !matches!(view.format.code(), 'e' | 'f' | 'd') {
        return Ok(Value::bool(view.gathered() == second.gathered()));
    }
    for (a, b) in view.values().iter().zip(&second.values()) {
        if !vm.equals(a, b)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn hash(vm: &mut Vm, args: Args<'_>) -> Res {
    let view = state(vm, &args.pos()[0])?;
    if !view.readonly {
        return Err(vm.value_error("cannot hash writable memoryview object"));
    }
    if !view.format.is_bytes() {
        return Err(vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    let content = bytes(&view.gathered());
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
    Ok(bytes(&state(vm, &args.pos()[0])?.gathered()))
}

fn to_list(vm: &mut Vm, args: Args<'_>) -> Res {
    let view = state(vm, &args.pos()[0])?;
    let mut items = view.values();
    let mut lengths: Vec<usize> = view.shape().collect();
    if lengths.is_empty() {
        return Ok(items.pop().unwrap_or(Value::NONE));
    }
    // From the last dimension to the first, items become lists of items.
    while let Some(len) = lengths.pop().filter(|_| !lengths.is_empty()) {
        items = items.chunks(len.max(1)).map(|chunk| list(chunk.to_vec())).collect();
    }
    Ok(list(items))
}

fn to_readonly(vm: &mut Vm, args: Args<'_>) -> Res {
    let view = state(vm, &args.pos()[0])?;
    let view = view.with(view.start, view.format, view.dimensions.clone());
    Ok(create(MemoryView { readonly: true, ..view }))
}

fn hex(vm: &mut Vm, args: Args<'_>) -> Res {
    let whole = to_bytes(vm, Args::positional(&args.pos()[..1]))?;
    vm.call_method(&whole, &crate::objects::intern(b"hex"), &args.pos()[1..])
}

/// `cast(format[, shape])`: the same bytes as other items.
fn cast(vm: &mut Vm, args: Args<'_>) -> Res {
    let [format, shape] = args.rest().bind(vm, "cast", ["format", "shape"], 1)?;
    let view = state(vm, &args.pos()[0])?;
    let Some(format) = format.and_then(|format| Format::parse(&super::text_of(format))) else {
        let message = "memoryview: destination format must be a native single character format prefixed with an \
                       optional '@'";
        return Err(vm.value_error(message));
    };
    if !view.is_contiguous() {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    if (shape.is_some() || view.dimensions.len() != 1) && (shape.is_some() && view.dimensions.len() != 1) {
        return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    if !view.format.is_bytes() && !format.is_bytes() {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let (total, size) = (view.nbytes(), format.size());
    if !total.is_multiple_of(size) {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let shape = match shape {
        Some(shape) => given_shape(vm, shape)?,
        None => vec![total / size],
    };
    let product = shape.iter().try_fold(size, |product, &len| product.checked_mul(len));
    if product != Some(total) {
        return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    Ok(create(view.with(view.start, format, packed(&shape, size))))
}

fn given_shape(vm: &mut Vm, shape: &Value) -> Res<Vec<usize>> {
    let items = match (shape.downcast::<List>(), shape.downcast::<Tuple>()) {
        (Some(list), _) => list.items().to_vec(),
        (_, Some(tuple)) => tuple.items().to_vec(),
        _ => return Err(vm.type_error("shape must be a list or a tuple")),
    };
    if items.len() > MOST_DIMENSIONS {
        let message = format!("memoryview: number of dimensions must not exceed {MOST_DIMENSIONS}");
        return Err(vm.value_error(message));
    }
    let mut out = Vec::with_capacity(items.len());
    for item in &items {
        if !item.is_int() {
            return Err(vm.type_error("memoryview.cast(): elements of shape must be integers"));
        }
        match item.as_i64().and_then(|len| usize::try_from(len).ok()).filter(|&len| len > 0) {
            Some(len) => out.push(len),
            None => return Err(vm.value_error("memoryview.cast(): elements of shape must be integers > 0")),
        }
    }
    Ok(out)
}
