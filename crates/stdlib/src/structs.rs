//! `_struct`: values in bytes. `lib/struct.py` is what scripts see.

use crate::native::{Step, add_class, class_argument, itself, native_class, next, object, this};
use crate::system::Functions;
use num_bigint::BigInt as Big;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use weft_vm::heap::{Kind, Ref};
use weft_vm::objects::{ByteArray, Class, Str, bytes, class_flags, float, int, intern, number::big, tuple};
use weft_vm::types::{Def, text_of};
use weft_vm::{Args, Asks, Res, Restartable, Thrown, Value, Vm, class_of, restartable};

/// A value.
#[derive(Clone, Copy)]
struct Field {
    letter: u8,
    offset: usize,
    size: usize,
}

/// Values of one kind, one after the other.
struct Run {
    first: Field,
    count: usize,
}

#[derive(Default)]
struct Layout {
    format: String,
    runs: Vec<Run>,
    size: usize,
    big_endian: bool,
    native: bool,
}

/// A `Struct`. Its layout may be set anew (`__init__`) while the old one is in use.
#[derive(Default)]
struct Packer {
    layout: RefCell<Rc<Layout>>,
}

/// Formats that were read, for the functions of the module; so many at most.
const KNOWN: usize = 100;

thread_local! {
    static LAYOUTS: RefCell<HashMap<Box<[u8]>, Rc<Layout>>> = RefCell::new(HashMap::new());
}

/// The methods, with a format in place of the Struct.
const FUNCTIONS: Functions = &[
    ("calcsize", |vm, args| {
        args.expect(vm, "calcsize", 1, 1)?;
        Ok(int(layout_of(vm, &args)?.size as i64))
    }),
    ("pack", restartable!(pack)),
    ("pack_into", restartable!(pack_into)),
    ("unpack", |vm, args| {
        args.expect(vm, "unpack", 2, 2)?;
        unpack(vm, args)
    }),
    ("unpack_from", unpack_from),
    ("iter_unpack", |vm, args| {
        args.expect(vm, "iter_unpack", 2, 2)?;
        iter_unpack(vm, args)
    }),
    ("_clearcache", |vm, args| {
        args.expect(vm, "_clearcache", 0, 0)?;
        LAYOUTS.take();
        Ok(Value::NONE)
    }),
];

/// Makes the module.
pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_struct", FUNCTIONS);
    add_class(&module, "_struct.Struct", 0, DEFS);
    Ok(module.into_value())
}

const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", init_struct),
    Def::Slot("__repr__", show),
    Def::Method("pack", restartable!(pack)),
    Def::Method("pack_into", restartable!(pack_into)),
    Def::Method("unpack", unpack),
    Def::Method("unpack_from", unpack_from),
    Def::Method("iter_unpack", iter_unpack),
    Def::Get("format", |vm, v| get(vm, v, |layout| Value::from(layout.format.as_str()))),
    Def::Get("size", |vm, v| get(vm, v, |layout| int(layout.size as i64))),
];

fn get(vm: &mut Vm, value: &Value, pick: fn(&Layout) -> Value) -> Res {
    match value.native_state::<Packer>() {
        Some(packer) => Ok(pick(&packer.layout.borrow())),
        None => Err(vm.type_error("descriptor needs a Struct")),
    }
}

/// Raises `struct.error`.
#[cold]
fn error(vm: &mut Vm, message: impl Into<String>) -> Thrown {
    let made = weft_vm::builtins::import::import_module(vm, "struct")
        .and_then(|module| vm.get_attr(&module, &intern(b"error")))
        .and_then(|class| vm.call(&class, &[Value::from(message.into())]));
    match made {
        Ok(exception) => vm.throw(exception),
        Err(thrown) => thrown,
    }
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let packer = Packer::default();
    if let Some(format) = args.pos().get(1).or_else(|| args.keyword("format")) {
        packer.layout.replace(read_format(vm, format)?);
    }
    Ok(object(&class, packer))
}

fn init_struct(vm: &mut Vm, args: Args<'_>) -> Res {
    let packer = this::<Packer>(vm, &args)?;
    let [format] = args.rest().bind(vm, "Struct", ["format"], 1)?;
    let layout = read_format(vm, format.unwrap_or(&Value::NONE))?;
    packer.layout.replace(layout);
    Ok(Value::NONE)
}

fn read_format(vm: &mut Vm, format: &Value) -> Res<Rc<Layout>> {
    let text = match (format.downcast::<Str>(), format.as_byte_slice()) {
        (Some(text), _) if !text.is_ascii() => {
            vm.encode(format, "ascii", "strict")?;
            String::new()
        }
        (Some(_), _) => text_of(format),
        (None, Some(content)) => String::from_utf8_lossy(content).into_owned(),
        (None, None) => {
            let got = class_of(format).name_str();
            return Err(vm.type_error(format!("Struct() argument 1 must be a str or bytes object, not {got}")));
        }
    };
    parse(&text).map(Rc::new).map_err(|message| error(vm, message))
}

/// The layout of the Struct or format that comes first.
fn layout_of(vm: &mut Vm, args: &Args<'_>) -> Res<Rc<Layout>> {
    let Some(first) = args.pos().first() else { return Err(vm.type_error("expected at least 1 argument, got 0")) };
    if let Some(packer) = first.native_state::<Packer>() {
        return Ok(packer.layout.borrow().clone());
    }
    let content = first.downcast::<Str>().map(Str::as_bytes).or_else(|| first.as_byte_slice()).unwrap_or_default();
    if let Some(known) = LAYOUTS.with_borrow(|layouts| layouts.get(content).cloned()) {
        return Ok(known);
    }
    let layout = read_format(vm, first)?;
    LAYOUTS.with_borrow_mut(|layouts| {
        if layouts.len() >= KNOWN {
            layouts.clear();
        }
        layouts.insert(content.into(), layout.clone());
    });
    Ok(layout)
}

/// Size of a value; with the machine's own sizes, it is its alignment too.
fn size_of(letter: u8, native: bool) -> Option<usize> {
    Some(match letter {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' if !native => 4,
        b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
        b'n' | b'N' | b'P' if native => 8,
        _ => return None,
    })
}

const TOO_LONG: &str = "total struct size too long";

fn parse(format: &str) -> Result<Layout, &'static str> {
    if format.contains('\0') {
        return Err("embedded null character");
    }
    let mut letters = format.bytes().peekable();
    let (mut native, mut big_endian) = (true, cfg!(target_endian = "big"));
    if let Some(order) = letters.next_if(|b| b"@=<>!".contains(b)) {
        native = order == b'@';
        match order {
            b'<' => big_endian = false,
            b'>' | b'!' => big_endian = true,
            _ => {}
        }
    }
    let (mut runs, mut size) = (Vec::new(), 0usize);
    while let Some(letter) = letters.next() {
        if letter.is_ascii_whitespace() {
            continue;
        }
        let (mut count, mut letter) = (None, letter);
        while letter.is_ascii_digit() {
            let digit = usize::from(letter - b'0');
            count = Some(count.unwrap_or(0usize).checked_mul(10).and_then(|n| n.checked_add(digit)).ok_or(TOO_LONG)?);
            letter = letters.next().ok_or("repeat count given without format specifier")?;
        }
        let width = size_of(letter, native).ok_or("bad char in struct format")?;
        let count = count.unwrap_or(1);
        if native {
            size = size.checked_next_multiple_of(width).ok_or(TOO_LONG)?;
        }
        let total = width.checked_mul(count).and_then(|n| n.checked_add(size)).ok_or(TOO_LONG)?;
        if total > isize::MAX as usize {
            return Err(TOO_LONG);
        }
        match letter {
            b'x' => {}
            b's' | b'p' => runs.push(Run { first: Field { letter, offset: size, size: count }, count: 1 }),
            _ => runs.push(Run { first: Field { letter, offset: size, size: width }, count }),
        }
        size = total;
    }
    Ok(Layout { format: format.to_owned(), runs, size, big_endian, native })
}

fn show(vm: &mut Vm, args: Args<'_>) -> Res {
    let layout = layout_of(vm, &args)?;
    let format = vm.repr(&Value::from(layout.format.as_str()))?.to_string_lossy();
    Ok(Value::from(format!("{}({format})", class_of(&args.pos()[0]).short_name())))
}

impl Layout {
    fn count(&self) -> usize {
        self.runs.iter().map(|run| run.count).sum()
    }

    fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.runs.iter().flat_map(|run| {
            let first = run.first;
            (0..run.count).map(move |i| Field { offset: first.offset + i * first.size, ..first })
        })
    }

    fn pack(&self, vm: &mut Restartable<'_>, name: &str, values: &[Value]) -> Res<Vec<u8>> {
        if values.len() != self.count() {
            let (wanted, got) = (self.count(), values.len());
            return Err(error(vm, format!("{name} expected {wanted} items for packing (got {got})")));
        }
        let mut out = vec![0; vm.check_size(Some(self.size))?];
        for (field, value) in self.fields().zip(values) {
            self.put(vm, field, value, &mut out[field.offset..field.offset + field.size])?;
        }
        Ok(out)
    }

    fn put(&self, vm: &mut Restartable<'_>, field: Field, value: &Value, out: &mut [u8]) -> Res<()> {
        match field.letter {
            b'?' => out[0] = u8::from(vm.is_true(value)?),
            b'c' => match value.downcast::<weft_vm::objects::Bytes>().map(|b| b.as_bytes()) {
                Some([one]) => out[0] = *one,
                _ => return Err(error(vm, "char format requires a bytes object of length 1")),
            },
            b's' | b'p' => {
                let bytes_like = value.is_kind(Kind::Bytes) || value.is_kind(Kind::ByteArray);
                let Some(content) = value.as_byte_slice().filter(|_| bytes_like) else {
                    let letter = char::from(field.letter);
                    return Err(error(vm, format!("argument for '{letter}' must be a bytes object")));
                };
                let head = usize::from(field.letter == b'p').min(out.len());
                let count = content.len().min(out.len() - head);
                if head == 1 {
                    out[0] = count.min(255) as u8;
                }
                out[head..head + count].copy_from_slice(&content[..count]);
            }
            b'e' | b'f' | b'd' => self.put_float(vm, field, value, out)?,
            _ => self.put_int(vm, field, value, out)?,
        }
        Ok(())
    }

    fn put_float(&self, vm: &mut Restartable<'_>, field: Field, value: &Value, out: &mut [u8]) -> Res<()> {
        let number = match weft_vm::ops::number::real(vm, value) {
            Ok(number) => number,
            Err(_) => {
                let overflow = vm.thrown_is(&weft_vm::types().exceptions.OverflowError);
                drop(vm.catch());
                let message = if overflow { "int too large to convert" } else { "required argument is not a float" };
                return Err(error(vm, message));
            }
        };
        let narrow = number as f32;
        let half = if field.letter == b'e' { to_half(number) } else { Some(0) };
        let fits = match field.letter {
            b'e' => half.is_some(),
            b'f' => self.native || narrow.is_finite() || !number.is_finite(),
            _ => true,
        };
        if !fits {
            if value.is_int() {
                return Err(error(vm, "int too large to convert"));
            }
            let letter = char::from(field.letter);
            return Err(vm.overflow_error(format!("float too large to pack with {letter} format")));
        }
        match field.letter {
            b'e' => out.copy_from_slice(&half.unwrap_or(0).to_le_bytes()),
            b'f' => out.copy_from_slice(&narrow.to_le_bytes()),
            _ => out.copy_from_slice(&number.to_le_bytes()),
        }
        self.order(out);
        Ok(())
    }

    fn order(&self, part: &mut [u8]) {
        if self.big_endian {
            part.reverse();
        }
    }

    fn put_int(&self, vm: &mut Restartable<'_>, field: Field, value: &Value, out: &mut [u8]) -> Res<()> {
        if !vm.has_index(value) {
            return Err(error(vm, "required argument is not an integer"));
        }
        let number = vm.to_index(value)?;
        let wide = match number.as_i64() {
            Some(n) => Some(i128::from(n)),
            None => number.as_big().and_then(|n| i128::try_from(&n).ok()),
        };
        let bits = field.size as u32 * 8;
        let (low, high) = if is_signed(field.letter) {
            (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
        } else {
            (0, (1i128 << bits) - 1)
        };
        let low_enough = if field.letter == b'P' { i128::from(i64::MIN) } else { low };
        match wide {
            Some(n) if (low_enough..=high).contains(&n) => {
                out.copy_from_slice(&n.to_le_bytes()[..field.size]);
                self.order(out);
                Ok(())
            }
            _ if field.letter == b'P' => Err(error(vm, "int too large to convert")),
            _ => {
                let letter = char::from(field.letter);
                Err(error(vm, format!("'{letter}' format requires {low} <= number <= {high}")))
            }
        }
    }

    fn unpack(&self, data: &[u8]) -> Value {
        tuple(self.fields().map(|field| self.take(field, &data[field.offset..field.offset + field.size])).collect())
    }

    fn take(&self, field: Field, part: &[u8]) -> Value {
        match field.letter {
            b'?' => return Value::bool(part[0] != 0),
            b'c' | b's' => return bytes(part),
            b'p' => {
                let Some((&count, content)) = part.split_first() else { return bytes(b"") };
                return bytes(&content[..usize::from(count).min(content.len())]);
            }
            _ => {}
        }
        let mut wide = [0u8; 16];
        wide[..part.len()].copy_from_slice(part);
        self.order(&mut wide[..part.len()]);
        let raw = u128::from_le_bytes(wide) as u64;
        match field.letter {
            b'e' => float(from_half(raw as u16)),
            b'f' => float(f64::from(f32::from_bits(raw as u32))),
            b'd' => float(f64::from_bits(raw)),
            letter if is_signed(letter) => {
                let unused = 64 - part.len() as u32 * 8;
                int((raw << unused) as i64 >> unused)
            }
            _ => i64::try_from(raw).map_or_else(|_| big(Big::from(raw)), int),
        }
    }
}

fn is_signed(letter: u8) -> bool {
    matches!(letter, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
}

/// A float of 16 bits, rounded to even; None if the number is too large.
fn to_half(number: f64) -> Option<u16> {
    let sign = if number.is_sign_negative() { 0x8000 } else { 0 };
    let size = number.abs();
    if size.is_nan() {
        return Some(sign | 0x7E00);
    }
    if size.is_infinite() {
        return Some(sign | 0x7C00);
    }
    if size < 6.103_515_625e-5 {
        // Multiples of 2**-24; the rounded one may be the least normal number.
        return Some(sign | (size * 16_777_216.0).round_ties_even() as u16);
    }
    let exponent = (size.to_bits() >> 52) as i32 - 1023;
    let mantissa = (size / 2f64.powi(exponent) * 1024.0).round_ties_even() as i32 - 1024;
    let bits = (exponent + 15) * 1024 + mantissa;
    if bits >= 0x7C00 { None } else { Some(sign | bits as u16) }
}

fn from_half(bits: u16) -> f64 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 0x1F), f64::from(bits & 0x3FF));
    let size = match exponent {
        0 => mantissa / 16_777_216.0,
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + mantissa / 1024.0) * 2f64.powi(exponent - 15),
    };
    if bits & 0x8000 != 0 { -size } else { size }
}

fn pack(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let layout = layout_of(vm, &args)?;
    Ok(bytes(&layout.pack(vm, "pack", args.rest().pos())?))
}

/// The bytes of an argument.
fn buffer<'a>(vm: &mut Vm, value: Option<&'a Value>) -> Res<&'a [u8]> {
    match value.and_then(Value::as_byte_slice) {
        Some(content) => Ok(content),
        None => {
            let got = value.map_or_else(String::new, |value| class_of(value).name_str());
            Err(vm.type_error(format!("a bytes-like object is required, not '{got}'")))
        }
    }
}

/// Where `size` bytes begin in a buffer; negative offsets count from its end.
fn place(vm: &mut Vm, size: usize, length: usize, offset: i64, verb: &str) -> Res<usize> {
    let mut at = i128::from(offset);
    if at < 0 {
        if at + size as i128 > 0 {
            let what = if verb == "pack" { "no space to pack" } else { "not enough data to unpack" };
            return Err(error(vm, format!("{what} {size} bytes at offset {offset}")));
        }
        at += length as i128;
        if at < 0 {
            return Err(error(vm, format!("offset {offset} out of range for {length}-byte buffer")));
        }
    }
    let needed = at + size as i128;
    if needed > length as i128 {
        let name = if verb == "pack" { "pack_into" } else { "unpack_from" };
        return Err(error(
            vm,
            format!(
                "{name} requires a buffer of at least {needed} bytes for {verb}ing {size} bytes at offset {at} (actual \
                 buffer size is {length})"
            ),
        ));
    }
    Ok(at as usize)
}

fn pack_into(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let layout = layout_of(vm, &args)?;
    let (target, offset, values) = match args.rest().pos() {
        [target, offset, values @ ..] => (target, offset, values),
        [_] => return Err(error(vm, "pack_into expected offset argument")),
        _ => return Err(error(vm, "pack_into expected buffer argument")),
    };
    if values.len() != layout.count() {
        layout.pack(vm, "pack_into", values)?;
    }
    let array = target.downcast::<ByteArray>();
    if array.is_none() && !target.is_kind(Kind::Opaque) {
        let got = class_of(target).name_str();
        return Err(vm.type_error(format!("argument must be read-write bytes-like object, not {got}")));
    }
    let length = buffer(vm, Some(target))?.len();
    let offset = vm.as_ssize(offset)?;
    let at = place(vm, layout.size, length, offset, "pack")?;
    let packed = layout.pack(vm, "pack_into", values)?;
    match target.downcast::<ByteArray>() {
        // Packing may have run code that shortened the array.
        Some(array) if array.content().len() >= at + packed.len() => {
            array.bytes_mut()[at..at + packed.len()].copy_from_slice(&packed);
            Ok(Value::NONE)
        }
        Some(_) => Err(error(vm, "the buffer changed its size")),
        None => {
            let bounds = weft_vm::objects::Slice {
                start: int(at as i64),
                stop: int((at + packed.len()) as i64),
                step: Value::NONE,
            };
            let slice = weft_vm::heap::new(&weft_vm::types().slice, bounds).into_value();
            vm.set_item(target, &slice, bytes(&packed))?;
            Ok(Value::NONE)
        }
    }
}

fn unpack(vm: &mut Vm, args: Args<'_>) -> Res {
    let layout = layout_of(vm, &args)?;
    args.rest().expect(vm, "unpack", 1, 1)?;
    let data = buffer(vm, args.pos().get(1))?;
    if data.len() != layout.size {
        return Err(error(vm, format!("unpack requires a buffer of {} bytes", layout.size)));
    }
    Ok(layout.unpack(data))
}

fn unpack_from(vm: &mut Vm, args: Args<'_>) -> Res {
    let layout = layout_of(vm, &args)?;
    let [data, offset] = args.rest().bind(vm, "unpack_from", ["buffer", "offset"], 1)?;
    let offset = offset.map_or(Ok(0), |offset| vm.as_ssize(offset))?;
    let data = buffer(vm, data)?;
    let at = place(vm, layout.size, data.len(), offset, "unpack")?;
    Ok(layout.unpack(&data[at..at + layout.size]))
}

struct Pieces {
    layout: Rc<Layout>,
    data: Value,
    at: Cell<usize>,
}

thread_local! {
    static PIECES: Ref<Class> = native_class("_struct.unpack_iterator", class_flags::FINAL, &[
        Def::Slot("__iter__", itself),
        Def::Slot("__next__", next::<Pieces>),
        Def::Slot("__length_hint__", |vm, args| {
            let pieces = this::<Pieces>(vm, &args)?;
            let (size, length) = pieces.sizes();
            Ok(int((length.saturating_sub(pieces.at.get()) / size.max(1)) as i64))
        }),
    ]);
}

impl Pieces {
    fn sizes(&self) -> (usize, usize) {
        (self.layout.size, self.data.as_byte_slice().map_or(0, <[u8]>::len))
    }
}

impl Step for Pieces {
    fn step(&self, _: &mut Vm) -> Res<Option<Value>> {
        let (at, (size, _)) = (self.at.get(), self.sizes());
        let piece = self.data.as_byte_slice().and_then(|data| data.get(at..at + size));
        let Some(piece) = piece else { return Ok(None) };
        self.at.set(at + size);
        Ok(Some(self.layout.unpack(piece)))
    }
}

fn iter_unpack(vm: &mut Vm, args: Args<'_>) -> Res {
    let layout = layout_of(vm, &args)?;
    args.rest().expect(vm, "iter_unpack", 1, 1)?;
    if layout.size == 0 {
        return Err(error(vm, "cannot iteratively unpack with a struct of length 0"));
    }
    let data = buffer(vm, args.pos().get(1))?;
    if !data.len().is_multiple_of(layout.size) {
        let size = layout.size;
        return Err(error(vm, format!("iterative unpacking requires a buffer of a multiple of {size} bytes")));
    }
    let pieces = Pieces { layout, data: args.pos()[1].clone(), at: Cell::new(0) };
    Ok(object(&PIECES.with(Clone::clone), pieces))
}
