//! The methods of `bytearray`.

use super::bytes::{self as shared, Making, alone, byte, bytes_of_arguments, content, draw_bytes, with_one};
use super::str::{modulo, rmodulo};
use super::{Def, slots};
use crate::objects::{ByteArray, Bytes, Class, int};
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, restartable, types};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Direct(restartable!(direct)),
    Def::Slot("__init__", restartable!(init)),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__str__", slots::repr),
    Def::Value("__hash__", slots::unhashable),
    Def::Slot("__len__", slots::len),
    Def::Slot("__iter__", slots::iter),
    Def::Slot("__contains__", slots::contains),
    Def::Slot("__getitem__", slots::get_item),
    Def::Slot("__setitem__", slots::set_item),
    Def::Slot("__delitem__", slots::del_item),
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
    Def::Slot("__iadd__", slots::iadd),
    Def::Slot("__imul__", restartable!(slots::imul)),
    Def::Method("append", restartable!(append)),
    Def::Method("capitalize", shared::capitalize),
    Def::Method("center", restartable!(shared::center)),
    Def::Method("clear", clear),
    Def::Method("copy", copy),
    Def::Method("count", restartable!(shared::count)),
    Def::Method("decode", shared::decode),
    Def::Method("endswith", restartable!(shared::endswith)),
    Def::Method("expandtabs", restartable!(shared::expandtabs)),
    Def::Method("extend", restartable!(extend)),
    Def::Method("find", restartable!(shared::find)),
    Def::Class("fromhex", shared::fromhex),
    Def::Method("hex", restartable!(shared::to_hex)),
    Def::Method("index", restartable!(shared::index)),
    Def::Method("insert", restartable!(insert)),
    Def::Method("isalnum", shared::isalnum),
    Def::Method("isalpha", shared::isalpha),
    Def::Method("isascii", shared::isascii),
    Def::Method("isdigit", shared::isdigit),
    Def::Method("islower", shared::islower),
    Def::Method("isspace", shared::isspace),
    Def::Method("istitle", shared::istitle),
    Def::Method("isupper", shared::isupper),
    Def::Method("join", restartable!(shared::join)),
    Def::Method("ljust", restartable!(shared::ljust)),
    Def::Method("lower", shared::lower),
    Def::Method("lstrip", shared::lstrip),
    Def::Static("maketrans", shared::maketrans),
    Def::Method("partition", shared::partition),
    Def::Method("pop", restartable!(pop)),
    Def::Method("remove", restartable!(remove)),
    Def::Method("removeprefix", shared::removeprefix),
    Def::Method("removesuffix", shared::removesuffix),
    Def::Method("replace", restartable!(shared::replace)),
    Def::Method("reverse", reverse),
    Def::Method("rfind", restartable!(shared::rfind)),
    Def::Method("rindex", restartable!(shared::rindex)),
    Def::Method("rjust", restartable!(shared::rjust)),
    Def::Method("rpartition", shared::rpartition),
    Def::Method("rsplit", restartable!(shared::rsplit)),
    Def::Method("rstrip", shared::rstrip),
    Def::Method("split", restartable!(shared::split)),
    Def::Method("splitlines", restartable!(shared::splitlines)),
    Def::Method("startswith", restartable!(shared::startswith)),
    Def::Method("strip", shared::strip),
    Def::Method("swapcase", shared::swapcase),
    Def::Method("title", shared::title),
    Def::Method("translate", shared::translate),
    Def::Method("upper", shared::upper),
    Def::Method("zfill", restartable!(shared::zfill)),
];

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    match args.pos().first().and_then(Value::as_ref::<Class>) {
        Some(class) if class.is_subclass_of(&types().bytearray) => {
            Ok(crate::heap::new(&class, ByteArray::from_vec(Vec::new())).into_value())
        }
        _ => Err(vm.type_error("bytearray.__new__(X): X is not a subtype of bytearray")),
    }
}

/// `bytearray(…)`.
fn direct(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let made = bytes_of_arguments(vm, args, Making::ByteArray)?;
    Ok(ByteArray::create(made).into_value())
}

/// The receiver as what it must be for a change.
fn mutable<'a>(vm: &mut Vm, this: &'a Value) -> Res<&'a ByteArray> {
    match this.downcast::<ByteArray>() {
        Some(array) => Ok(array),
        None => {
            let class = class_of(this).name_str();
            Err(vm.type_error(format!("a 'bytearray' object is required, not '{class}'")))
        }
    }
}

fn init(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let Some(this) = args.pos().first() else {
        return Err(vm.type_error("descriptor '__init__' of 'bytearray' object needs an argument"));
    };
    let array = mutable(vm, this)?;
    let made = bytes_of_arguments(vm, args.rest(), Making::ByteArray)?;
    *array.content_mut() = made;
    Ok(Value::NONE)
}

fn append(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (this, item) = with_one(vm, &args, "append")?;
    let byte = byte(vm, item, "byte")?;
    mutable(vm, this)?.content_mut().push(byte);
    Ok(Value::NONE)
}

fn extend(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (this, source) = with_one(vm, &args, "extend")?;
    let array = mutable(vm, this)?;
    if let Some(bytes) = source.downcast::<Bytes>() {
        array.append(bytes.as_bytes());
        return Ok(Value::NONE);
    }
    if let Some(bytes) = source.as_byte_slice() {
        // They may be the array's own.
        let bytes = bytes.to_vec();
        array.append(&bytes);
        return Ok(Value::NONE);
    }
    if source.downcast::<crate::objects::Str>().is_some() {
        return Err(vm.type_error("expected iterable of integers; got: 'str'"));
    }
    let more = draw_bytes(vm, source, Making::Extension)?;
    array.append(content(&more));
    Ok(Value::NONE)
}

fn insert(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.rest().expect(vm, "insert", 2, 2)?;
    let [this, index, item] = args.pos() else { return Ok(Value::NONE) };
    let index = vm.as_ssize(index)?;
    let byte = byte(vm, item, "byte")?;
    let content = mutable(vm, this)?.content_mut();
    let len = content.len() as i64;
    let at = if index < 0 { (index + len).max(0) } else { index.min(len) };
    content.insert(at as usize, byte);
    Ok(Value::NONE)
}

fn pop(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.rest().expect(vm, "pop", 0, 1)?;
    let this = &args.pos()[0];
    let index = match args.pos().get(1) {
        Some(index) => vm.as_ssize(index)?,
        None => -1,
    };
    let content = mutable(vm, this)?.content_mut();
    let len = content.len() as i64;
    if len == 0 {
        return Err(vm.index_error("pop from empty bytearray"));
    }
    let at = if index < 0 { index + len } else { index };
    if at < 0 || at >= len {
        return Err(vm.index_error("pop index out of range"));
    }
    Ok(int(content.remove(at as usize).into()))
}

fn remove(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (this, item) = with_one(vm, &args, "remove")?;
    let byte = byte(vm, item, "byte")?;
    let content = mutable(vm, this)?.content_mut();
    match memchr::memchr(byte, content) {
        Some(at) => {
            content.remove(at);
            Ok(Value::NONE)
        }
        None => Err(vm.value_error("value not found in bytearray")),
    }
}

fn clear(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "clear")?;
    mutable(vm, this)?.content_mut().clear();
    Ok(Value::NONE)
}

fn copy(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "copy")?;
    Ok(ByteArray::create(content(this).to_vec()).into_value())
}

fn reverse(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = alone(vm, &args, "reverse")?;
    mutable(vm, this)?.content_mut().reverse();
    Ok(Value::NONE)
}
