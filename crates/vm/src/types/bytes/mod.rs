//! The methods of `bytes`, and those that `bytearray` shares with it.

mod case;
mod edit;
mod hex;
mod search;
mod split;

use crate::heap::Ref;
use crate::objects::{Accumulator, ByteArray, Bytes, Class, Str, bytes, tuple};
use crate::ops::codec;
use crate::ops::restart::{RestartableFn, begin};
use crate::types::str::{held_bytes, modulo, rmodulo, string_or};
use crate::types::{Def, slots};
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Thrown, Vm, class_of, names, restartable, types};

pub(super) use case::*;
pub(super) use edit::*;
pub(super) use hex::*;
pub(super) use search::*;
pub(super) use split::*;

pub const DEFS: &[Def] = &[
    Def::New(restartable!(new)),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__str__", slots::repr),
    Def::Slot("__hash__", slots::hash),
    Def::Slot("__len__", slots::len),
    Def::Slot("__iter__", slots::iter),
    Def::Slot("__contains__", slots::contains),
    Def::Slot("__getitem__", slots::get_item),
    Def::Slot("__lt__", slots::lt),
    Def::Slot("__le__", slots::le),
    Def::Slot("__eq__", slots::eq),
    Def::Slot("__ne__", slots::ne),
    Def::Slot("__gt__", slots::gt),
    Def::Slot("__ge__", slots::ge),
    Def::Slot("__add__", slots::add),
    Def::Slot("__mul__", restartable!(slots::repeat)),
    Def::Slot("__rmul__", restartable!(slots::repeat)),
    Def::Slot("__mod__", modulo),
    Def::Slot("__rmod__", rmodulo),
    Def::Method("__bytes__", to_bytes),
    Def::Method("__getnewargs__", get_new_args),
    Def::Method("capitalize", capitalize),
    Def::Method("center", restartable!(center)),
    Def::Method("count", restartable!(count)),
    Def::Method("decode", decode),
    Def::Method("endswith", restartable!(endswith)),
    Def::Method("expandtabs", restartable!(expandtabs)),
    Def::Method("find", restartable!(find)),
    Def::Class("fromhex", fromhex),
    Def::Method("hex", restartable!(to_hex)),
    Def::Method("index", restartable!(index)),
    Def::Method("isalnum", isalnum),
    Def::Method("isalpha", isalpha),
    Def::Method("isascii", isascii),
    Def::Method("isdigit", isdigit),
    Def::Method("islower", islower),
    Def::Method("isspace", isspace),
    Def::Method("istitle", istitle),
    Def::Method("isupper", isupper),
    Def::Method("join", restartable!(join)),
    Def::Method("ljust", restartable!(ljust)),
    Def::Method("lower", lower),
    Def::Method("lstrip", lstrip),
    Def::Static("maketrans", maketrans),
    Def::Method("partition", partition),
    Def::Method("removeprefix", removeprefix),
    Def::Method("removesuffix", removesuffix),
    Def::Method("replace", restartable!(replace)),
    Def::Method("rfind", restartable!(rfind)),
    Def::Method("rindex", restartable!(rindex)),
    Def::Method("rjust", restartable!(rjust)),
    Def::Method("rpartition", rpartition),
    Def::Method("rsplit", restartable!(rsplit)),
    Def::Method("rstrip", rstrip),
    Def::Method("split", restartable!(split)),
    Def::Method("splitlines", restartable!(splitlines)),
    Def::Method("startswith", restartable!(startswith)),
    Def::Method("strip", strip),
    Def::Method("swapcase", swapcase),
    Def::Method("title", title),
    Def::Method("translate", translate),
    Def::Method("upper", upper),
    Def::Method("zfill", restartable!(zfill)),
];

/// The object that a method is called on: a `bytes` or `bytearray`.
fn receiver<'a>(vm: &mut Vm, args: &Args<'a>, name: &str) -> Res<&'a Value> {
    let Some(this) = args.pos().first() else {
        return Err(vm.type_error(format!("unbound method bytes.{name}() needs an argument")));
    };
    if this.as_byte_slice().is_some() {
        return Ok(this);
    }
    let class = class_of(this).name_str();
    Err(vm.type_error(format!("descriptor '{name}' for 'bytes' objects doesn't apply to a '{class}' object")))
}

/// How errors name a method.
fn qualified(this: &Value, name: &str) -> String {
    let class = if is_mutable(this) { "bytearray" } else { "bytes" };
    format!("{class}.{name}")
}

fn is_mutable(this: &Value) -> bool {
    this.downcast::<ByteArray>().is_some()
}

/// The receiver of a method without arguments.
pub(super) fn alone<'a>(vm: &mut Vm, args: &Args<'a>, name: &str) -> Res<&'a Value> {
    let this = receiver(vm, args, name)?;
    if args.len() != 1 || args.has_keywords() {
        args.rest().expect(vm, &qualified(this, name), 0, 0)?;
    }
    Ok(this)
}

/// Receiver and argument of a method with exactly one.
pub(super) fn with_one<'a>(vm: &mut Vm, args: &Args<'a>, name: &str) -> Res<(&'a Value, &'a Value)> {
    let this = receiver(vm, args, name)?;
    if args.len() != 2 || args.has_keywords() {
        args.rest().expect(vm, &qualified(this, name), 1, 1)?;
    }
    Ok((this, &args.pos()[1]))
}

/// The bytes now in a `bytes` or `bytearray`: not to be held while script code may run.
pub(super) fn content(value: &Value) -> &[u8] {
    value.as_byte_slice().unwrap_or_default()
}

/// Bytes as an object of the receiver's kind.
fn like(this: &Value, content: &[u8]) -> Value {
    if is_mutable(this) { ByteArray::create(content.to_vec()).into_value() } else { bytes(content) }
}

/// As `like`; the receiver itself if it is all of an exact `bytes`.
fn like_or_whole(this: &Value, part: &[u8]) -> Value {
    if part.len() == content(this).len() && class_of(this).is(&types().bytes) { this.clone() } else { like(this, part) }
}

/// The bytes of an argument.
pub(super) fn buffer<'a>(vm: &mut Vm, value: &'a Value) -> Res<&'a [u8]> {
    match value.as_byte_slice() {
        Some(bytes) => Ok(bytes),
        None => Err(not_bytes(vm, value)),
    }
}

#[cold]
fn not_bytes(vm: &mut Vm, value: &Value) -> Thrown {
    let class = class_of(value).name_str();
    vm.type_error(format!("a bytes-like object is required, not '{class}'"))
}

/// An integer that is a byte; `what` begins the error.
pub(super) fn byte(vm: &mut impl Asks, value: &Value, what: &str) -> Res<u8> {
    let index = vm.to_index(value)?;
    match index.as_i64().and_then(|n| u8::try_from(n).ok()) {
        Some(byte) => Ok(byte),
        None => Err(vm.vm().value_error(format!("{what} must be in range(0, 256)"))),
    }
}

/// Which of the two types is being made, for messages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Making {
    Bytes,
    ByteArray,
    /// What a bytearray is extended by.
    Extension,
}

impl Making {
    fn name(self) -> &'static str {
        match self {
            Making::Bytes => "bytes",
            Making::ByteArray | Making::Extension => "bytearray",
        }
    }
}

fn new(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = match args.pos().first().and_then(Value::as_ref::<Class>) {
        Some(class) if class.is_subclass_of(&types().bytes) => class,
        _ => return Err(vm.type_error("bytes.__new__(X): X is not a subtype of bytes")),
    };
    let rest = args.rest();
    if class.is(&types().bytes)
        && let [only] = rest.pos()
        && !rest.has_keywords()
        && class_of(only).is(&types().bytes)
    {
        return Ok(only.clone());
    }
    let made = bytes_of_arguments(vm, rest, Making::Bytes)?;
    Ok(Bytes::with_class(&class, &made).into_value())
}

/// What `bytes(…)` and `bytearray(…)` make of their arguments.
pub(super) fn bytes_of_arguments(vm: &mut Restartable<'_>, args: Args<'_>, making: Making) -> Res<Vec<u8>> {
    let name = making.name();
    if args.len() > 3 {
        let given = args.len();
        return Err(vm.type_error(format!("{name}() takes at most 3 arguments ({given} given)")));
    }
    let [source, encoding, errors] = args.bind(vm, name, ["source", "encoding", "errors"], 0)?;
    let encoding_text = string_or(vm, encoding, name, "encoding", "utf-8")?;
    let errors_text = string_or(vm, errors, name, "errors", "strict")?;
    let explicit = if encoding.is_some() { "encoding" } else { "errors" };
    let text = source.filter(|source| source.downcast::<Str>().is_some());
    match (source, text) {
        (_, Some(text)) if encoding.is_some() => codec::encoded(vm, text, &encoding_text, &errors_text),
        (_, None) if encoding.is_some() || errors.is_some() => {
            Err(vm.type_error(format!("{explicit} without a string argument")))
        }
        (_, Some(_)) if errors.is_some() => Err(no_encoding(vm)),
        (None, _) => Ok(Vec::new()),
        (Some(source), _) => bytes_of(vm, source, making),
    }
}

#[cold]
fn no_encoding(vm: &mut Vm) -> Thrown {
    vm.type_error("string argument without an encoding")
}

/// The bytes that an object stands for without an encoding.
fn bytes_of(vm: &mut Restartable<'_>, source: &Value, making: Making) -> Res<Vec<u8>> {
    if making == Making::Bytes
        && !crate::ops::arith::is_builtin(source)
        && let Some(result) = vm.ask(source, &names().__bytes__, &[])?
    {
        return match result.downcast::<Bytes>() {
            Some(bytes) => Ok(bytes.as_bytes().to_vec()),
            None => {
                let class = class_of(&result).name_str();
                Err(vm.type_error(format!("__bytes__ returned non-bytes (type {class})")))
            }
        };
    }
    if let Some(bytes) = source.as_byte_slice() {
        return Ok(bytes.to_vec());
    }
    if source.downcast::<Str>().is_some() {
        return Err(no_encoding(vm));
    }
    if vm.has_index(source) {
        let count = vm.as_index(source)?;
        return match usize::try_from(count) {
            Ok(count) => Ok(vec![0; vm.check_size(Some(count))?]),
            Err(_) => Err(vm.value_error("negative count")),
        };
    }
    bytes_of_iterable(vm, source, making)
}

fn bytes_of_iterable(vm: &mut Restartable<'_>, source: &Value, making: Making) -> Res<Vec<u8>> {
    if let Some(bytes) = plain_bytes(source) {
        return Ok(bytes);
    }
    let drawn = draw_bytes(vm, source, making)?;
    Ok(content(&drawn).to_vec())
}

/// The bytes of a list or tuple of plain numbers.
fn plain_bytes(source: &Value) -> Option<Vec<u8>> {
    let items = source.as_items().filter(|_| crate::ops::arith::is_builtin(source))?;
    items.iter().map(|item| u8::try_from(item.as_small_int()?).ok()).collect()
}

/// A bytearray of the numbers that an iterable gives.
pub(crate) fn draw_bytes(vm: &mut impl Asks, source: &Value, making: Making) -> Res {
    let iterator = vm.once_iterated(source, || {
        let (class, name) = (class_of(source).name_str(), making.name());
        match making {
            Making::Extension => format!("can't extend bytearray with {class}"),
            _ => format!("cannot convert '{class}' object to {name}"),
        }
    })?;
    if making != Making::ByteArray {
        vm.once_asked(|vm| vm.ask_room(source))?;
    }
    vm.once_asked(|vm| {
        let drawn = ByteArray::create(Vec::new()).into_value();
        let take = if making == Making::Bytes { take_of_bytes } else { take_of_bytearray };
        vm.accumulate_iterator(&iterator, Accumulator::Each { take, state: drawn.clone(), result: drawn })
    })
}

fn take_of_bytes(vm: &mut Vm, drawn: &Value, item: Value) -> Res {
    take_byte(vm, drawn, item, |vm, args| put_byte(vm, args, "bytes"))
}

fn take_of_bytearray(vm: &mut Vm, drawn: &Value, item: Value) -> Res {
    take_byte(vm, drawn, item, |vm, args| put_byte(vm, args, "byte"))
}

/// Puts a number at the end of a bytearray; what only the language knows as a number is asked first.
fn take_byte(vm: &mut Vm, drawn: &Value, item: Value, or_ask: RestartableFn) -> Res {
    match (drawn.downcast::<ByteArray>(), item.as_small_int().map(u8::try_from)) {
        (Some(array), Some(Ok(byte))) => array.content_mut().push(byte),
        _ => return begin(vm, Args::positional(&[drawn.clone(), item]), or_ask),
    }
    Ok(Value::NONE)
}

fn put_byte(vm: &mut Restartable<'_>, args: Args<'_>, word: &str) -> Res {
    let [drawn, item] = args.pos() else { return Ok(Value::NONE) };
    let byte = byte(vm, item, word)?;
    if let Some(array) = drawn.downcast::<ByteArray>() {
        array.content_mut().push(byte);
    }
    Ok(Value::NONE)
}

fn to_bytes(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "__bytes__")?;
    Ok(like_or_whole(this, content(this)))
}

fn get_new_args(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "__getnewargs__")?;
    Ok(tuple(vec![bytes(content(this))]))
}

pub(super) fn decode(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = receiver(vm, &args, "decode")?;
    if crate::types::str::asks_for_utf8(&args.rest())
        && let Ok(text) = std::str::from_utf8(content(this))
    {
        return Ok(Value::from(text));
    }
    begin(vm, args, decode_with)
}

fn decode_with(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = receiver(vm, &args, "decode")?;
    let [encoding, errors] = args.rest().bind(vm, "decode", ["encoding", "errors"], 0)?;
    let encoding = string_or(vm, encoding, "decode", "encoding", "utf-8")?;
    let errors = string_or(vm, errors, "decode", "errors", "strict")?;
    let held = held_bytes(vm, this)?;
    codec::decoded(vm, content(&held), &encoding, &errors).map(Ref::into_value)
}
