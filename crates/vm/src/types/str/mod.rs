//! The methods of `str`.

mod case;
mod edit;
mod format_method;
mod pad;
mod predicate;
mod search;
mod split;
mod translate;

use crate::heap::{Kind, Ref};
use crate::objects::str::char_value;
use crate::objects::{Class, Str, tuple};
use crate::ops::codec;
use crate::ops::restart::begin;
use crate::ops::text::{class_name, exact, format_slot};
use crate::types::{Def, slots};
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, restartable, types};

pub const DEFS: &[Def] = &[
    Def::New(restartable!(new)),
    Def::Direct(direct),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__str__", to_str),
    Def::Slot("__format__", format_slot),
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
    Def::Method("__getnewargs__", get_new_args),
    Def::Method("capitalize", case::capitalize),
    Def::Method("casefold", case::casefold),
    Def::Method("center", restartable!(pad::center)),
    Def::Method("count", restartable!(search::count)),
    Def::Method("encode", encode),
    Def::Method("endswith", restartable!(search::endswith)),
    Def::Method("expandtabs", restartable!(pad::expandtabs)),
    Def::Method("find", restartable!(search::find)),
    Def::Method("format", restartable!(format_method::format)),
    Def::Method("format_map", restartable!(format_method::format_map)),
    Def::Method("index", restartable!(search::index)),
    Def::Method("isalnum", predicate::isalnum),
    Def::Method("isalpha", predicate::isalpha),
    Def::Method("isascii", predicate::isascii),
    Def::Method("isdecimal", predicate::isdecimal),
    Def::Method("isdigit", predicate::isdigit),
    Def::Method("isidentifier", predicate::isidentifier),
    Def::Method("islower", predicate::islower),
    Def::Method("isnumeric", predicate::isnumeric),
    Def::Method("isprintable", predicate::isprintable),
    Def::Method("isspace", predicate::isspace),
    Def::Method("istitle", predicate::istitle),
    Def::Method("isupper", predicate::isupper),
    Def::Method("join", edit::join),
    Def::Method("ljust", restartable!(pad::ljust)),
    Def::Method("lower", case::lower),
    Def::Method("lstrip", edit::lstrip),
    Def::Static("maketrans", translate::maketrans),
    Def::Method("partition", split::partition),
    Def::Method("removeprefix", edit::removeprefix),
    Def::Method("removesuffix", edit::removesuffix),
    Def::Method("replace", restartable!(edit::replace)),
    Def::Method("rfind", restartable!(search::rfind)),
    Def::Method("rindex", restartable!(search::rindex)),
    Def::Method("rjust", restartable!(pad::rjust)),
    Def::Method("rpartition", split::rpartition),
    Def::Method("rsplit", restartable!(split::rsplit)),
    Def::Method("rstrip", edit::rstrip),
    Def::Method("split", restartable!(split::split)),
    Def::Method("splitlines", restartable!(split::splitlines)),
    Def::Method("startswith", restartable!(search::startswith)),
    Def::Method("strip", edit::strip),
    Def::Method("swapcase", case::swapcase),
    Def::Method("title", case::title),
    Def::Method("translate", translate::translate),
    Def::Method("upper", case::upper),
    Def::Method("zfill", restartable!(pad::zfill)),
];

/// The string that a method is called on.
fn receiver<'a>(vm: &mut Vm, args: &Args<'a>, name: &str) -> Res<&'a Str> {
    let Some(this) = args.pos().first() else {
        return Err(vm.type_error(format!("unbound method str.{name}() needs an argument")));
    };
    match this.downcast::<Str>() {
        Some(text) => Ok(text),
        None => {
            let class = class_of(this).name_str();
            Err(vm.type_error(format!("descriptor '{name}' for 'str' objects doesn't apply to a '{class}' object")))
        }
    }
}

/// The receiver of a method without arguments.
fn alone<'a>(vm: &mut Vm, args: &Args<'a>, name: &str) -> Res<&'a Str> {
    let text = receiver(vm, args, name)?;
    if args.len() != 1 || args.has_keywords() {
        args.rest().expect(vm, &format!("str.{name}"), 0, 0)?;
    }
    Ok(text)
}

/// Receiver and argument of a method with exactly one.
fn with_one<'a>(vm: &mut Vm, args: &Args<'a>, name: &str) -> Res<(&'a Str, &'a Value)> {
    let text = receiver(vm, args, name)?;
    if args.len() != 2 || args.has_keywords() {
        args.rest().expect(vm, &format!("str.{name}"), 1, 1)?;
    }
    Ok((text, &args.pos()[1]))
}

/// A string of WTF-8 bytes.
fn text(bytes: &[u8]) -> Res {
    Ok(Str::from_wtf8(bytes).into_value())
}

/// A part of a string.
fn part(of: &Str, bytes: &[u8]) -> Value {
    match *bytes {
        [byte] => char_value(byte.into()),
        _ if of.is_ascii() => Str::from_parts(bytes, bytes.len()).into_value(),
        _ => Str::from_wtf8(bytes).into_value(),
    }
}

/// A part of the string `this`; `this` itself if it is the whole and of exactly this class.
fn part_or_whole(this: &Value, of: &Str, bytes: &[u8]) -> Value {
    if bytes.len() == of.as_bytes().len() { exactly(this) } else { part(of, bytes) }
}

/// The value as an exact `str`.
fn exactly(this: &Value) -> Value {
    this.as_ref::<Str>().map_or_else(|| this.clone(), |text| exact(text).into_value())
}

fn new(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = new_class(vm, &args)?;
    let made = made_of(vm, args.rest())?;
    if class.is(&types().str) {
        // What `__str__` gives may be of a subclass.
        return Ok(made);
    }
    match made.downcast::<Str>() {
        Some(text) => Ok(Str::with_class(&class, text).into_value()),
        None => Ok(made),
    }
}

/// `str(…)`.
fn direct(vm: &mut Vm, args: Args<'_>) -> Res {
    match args.pos() {
        [object] if !args.has_keywords() => vm.ask_str(object),
        _ => begin(vm, args, made_of),
    }
}

fn made_of(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    if args.len() > 3 {
        let given = args.len();
        return Err(vm.type_error(format!("str expected at most 3 arguments, got {given}")));
    }
    let [object, encoding, errors] = args.bind(vm, "str", ["object", "encoding", "errors"], 0)?;
    match (object, encoding, errors) {
        (None, ..) => text(b""),
        (Some(object), None, None) => vm.once_asked(|vm| vm.ask_str(object)),
        (Some(object), encoding, errors) => decode_object(vm, object, encoding, errors),
    }
}

/// The class that `__new__` is to make an instance of.
fn new_class(vm: &mut Vm, args: &Args<'_>) -> Res<Ref<Class>> {
    let Some(first) = args.pos().first() else {
        return Err(vm.type_error("str.__new__(): not enough arguments"));
    };
    match first.as_ref::<Class>() {
        Some(class) if class.is_subclass_of(&types().str) => Ok(class),
        Some(class) => {
            let name = class.name_str();
            Err(vm.type_error(format!("str.__new__({name}): {name} is not a subtype of str")))
        }
        None => {
            let name = class_of(first).name_str();
            Err(vm.type_error(format!("str.__new__(X): X is not a type object ({name})")))
        }
    }
}

fn decode_object(vm: &mut Restartable<'_>, object: &Value, encoding: Option<&Value>, errors: Option<&Value>) -> Res {
    let encoding = string_or(vm, encoding, "str", "encoding", "utf-8")?;
    let errors = string_or(vm, errors, "str", "errors", "strict")?;
    if object.as_byte_slice().is_some() {
        let held = held_bytes(vm, object)?;
        let bytes = held.as_byte_slice().unwrap_or_default();
        return codec::decoded(vm, bytes, &encoding, &errors).map(Ref::into_value);
    }
    if object.downcast::<Str>().is_some() {
        return Err(vm.type_error("decoding str is not supported"));
    }
    let class = class_of(object).name_str();
    Err(vm.type_error(format!("decoding to str: need a bytes-like object, {class} found")))
}

/// What is to be decoded, as it is now: whoever is asked meanwhile may change it.
pub(super) fn held_bytes(vm: &mut Restartable<'_>, object: &Value) -> Res {
    match object.kind() {
        Some(Kind::Bytes) => Ok(object.clone()),
        _ => vm.once(|_| Ok(crate::objects::bytes(object.as_byte_slice().unwrap_or_default()))),
    }
}

/// The text of an optional string argument.
pub(super) fn string_or(vm: &mut Vm, value: Option<&Value>, name: &str, param: &str, default: &str) -> Res<String> {
    match value {
        None => Ok(default.to_owned()),
        Some(value) => Ok(vm.expect_str(value, name, &format!("argument '{param}'"))?.to_string_lossy()),
    }
}

fn to_str(vm: &mut Vm, args: Args<'_>) -> Res {
    alone(vm, &args, "__str__")?;
    Ok(exactly(&args.pos()[0]))
}

/// `text % values`.
pub(super) fn modulo(vm: &mut Vm, args: Args<'_>) -> Res {
    let (this, other) = slots::operand(vm, &args)?;
    vm.ask_modulo(this, other)
}

/// `%` with the sides exchanged, when the left one is of the same type.
pub(super) fn rmodulo(vm: &mut Vm, args: Args<'_>) -> Res {
    let (this, other) = slots::operand(vm, &args)?;
    if this.kind() != other.kind() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    vm.ask_modulo(other, this)
}

/// Optional start and end of a search, as slices take them; None if the range is before its beginning.
pub(super) fn search_range(
    vm: &mut impl Asks,
    start: Option<&Value>,
    end: Option<&Value>,
    len: impl Fn() -> usize,
) -> Res<Option<(usize, usize)>> {
    let start = start.map_or(Ok(None), |start| vm.slice_bound(start))?.unwrap_or(0);
    let end = end.map_or(Ok(None), |end| vm.slice_bound(end))?.unwrap_or(i64::MAX);
    // Asking for them may have changed what is searched.
    let len = len() as i64;
    let from_end = |bound: i64| if bound < 0 { bound.saturating_add(len).max(0) } else { bound };
    let (start, end) = (from_end(start), from_end(end).min(len));
    let fits = start <= end;
    Ok(fits.then_some((start as usize, end as usize)))
}

fn get_new_args(vm: &mut Vm, args: Args<'_>) -> Res {
    let text = alone(vm, &args, "__getnewargs__")?;
    Ok(tuple(vec![Str::from_parts(text.as_bytes(), text.len()).into_value()]))
}

fn encode(vm: &mut Vm, args: Args<'_>) -> Res {
    let text = receiver(vm, &args, "encode")?;
    if asks_for_utf8(&args.rest()) && (text.is_ascii() || text.as_str().is_some()) {
        return Ok(crate::objects::bytes(text.as_bytes()));
    }
    begin(vm, args, encode_with)
}

fn encode_with(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [encoding, errors] = args.rest().bind(vm, "encode", ["encoding", "errors"], 0)?;
    let encoding = string_or(vm, encoding, "encode", "encoding", "utf-8")?;
    let errors = string_or(vm, errors, "encode", "errors", "strict")?;
    let out = codec::encoded(vm, &args.pos()[0], &encoding, &errors)?;
    Ok(crate::objects::bytes(&out))
}

/// Whether the arguments of `encode` or `decode` ask for UTF-8 and nothing else.
pub(super) fn asks_for_utf8(rest: &Args<'_>) -> bool {
    let name =
        |encoding: &Value| encoding.downcast::<Str>().is_some_and(|s| matches!(s.as_bytes(), b"utf-8" | b"utf8"));
    !rest.has_keywords()
        && match rest.pos() {
            [] => true,
            [encoding] => name(encoding),
            _ => false,
        }
}

/// An argument that must be a string.
fn string_argument<'a>(vm: &mut Vm, value: &'a Value, name: &str, position: usize) -> Res<&'a Str> {
    match value.downcast::<Str>() {
        Some(text) => Ok(text),
        None => vm.expect_str(value, name, &format!("argument {position}")),
    }
}

/// TypeError: `must be str, not …`.
fn must_be_str(vm: &mut Vm, value: &Value, what: &str) -> crate::Thrown {
    let class = class_name(value);
    vm.type_error(format!("must be {what}, not {class}"))
}
