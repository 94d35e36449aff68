//! The methods of `int`.

use super::Def;
use super::bytes::{Making, draw_bytes};
use crate::heap::Ref;
use crate::objects::{BigInt, Class, Str, Wide, big, bytes, float, int, tuple, wide};
use crate::ops::arith::UnaryOp;
use crate::ops::format::{format_int, int_repr};
use crate::ops::number::parse::{IntProblem, max_str_digits, normalise, parse_int, parse_plain, trim};
use crate::ops::number::slots::{apply, class_to_make, number_defs, operands, spec_argument};
use crate::ops::number::{Num, exact_int, integer, to_f64, truncated};
use crate::value::Value;
use crate::{Args, Asks, Request, Res, Restartable, Vm, class_of, names, restartable, types};
use num_bigint::{BigInt as Big, Sign};
use num_integer::Integer;
use num_traits::{Signed, Zero};

pub const DEFS: &[Def] = number_defs! { ints:
    Def::New(restartable!(new)),
    Def::Direct(restartable!(direct)),
    Def::Slot("__repr__", repr),
    Def::Slot("__format__", format),
    Def::Slot("__invert__", |vm, args| apply(vm, args, UnaryOp::Invert)),
    Def::Slot("__int__", exact),
    Def::Slot("__index__", exact),
    Def::Method("__trunc__", exact),
    Def::Method("__floor__", exact),
    Def::Method("__ceil__", exact),
    Def::Slot("__float__", to_float),
    Def::Method("__round__", restartable!(round)),
    Def::Method("__getnewargs__", |vm, args| Ok(tuple(vec![exact(vm, args)?]))),
    Def::Method("__sizeof__", sizeof),
    Def::Method("conjugate", |vm, args| exact_method(vm, args, "int.conjugate")),
    Def::Method("bit_length", bit_length),
    Def::Method("bit_count", bit_count),
    Def::Method("as_integer_ratio", as_integer_ratio),
    Def::Method("is_integer", is_integer),
    Def::Method("to_bytes", restartable!(to_bytes)),
    Def::Class("from_bytes", restartable!(from_bytes)),
    Def::Get("real", |_, this| Ok(exact_int(this))),
    Def::Get("imag", |_, _| Ok(int(0))),
    Def::Get("numerator", |_, this| Ok(exact_int(this))),
    Def::Get("denominator", |_, _| Ok(int(1))),
};

/// An instance of `int` or of a subclass with the number of a plain int.
fn make(class: &Ref<Class>, value: Value) -> Value {
    if class.is(&types().int) {
        return value;
    }
    crate::heap::new(class, BigInt::new(value.as_big().unwrap_or_default())).into_value()
}

fn new(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = class_to_make(vm, args, "int", &types().int)?;
    let number = number(vm, args.rest())?;
    Ok(make(&class, number))
}

/// `int(…)`.
fn direct(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    match args.pos() {
        [value] if !args.has_keywords() => from_object(vm, value),
        _ => number(vm, args),
    }
}

fn number(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    if args.len() > 2 {
        return Err(vm.type_error(format!("int expected at most 2 arguments, got {}", args.len())));
    }
    let [value, base] = args.bind(vm, "int", ["/x", "base"], 0)?;
    match (value, base) {
        (None, None) => Ok(int(0)),
        (None, Some(_)) => Err(vm.type_error("int() missing string argument")),
        (Some(value), None) => from_object(vm, value),
        (Some(value), Some(base)) => from_text_in_base(vm, value, base),
    }
}

/// `int(value)`.
pub fn from_object(vm: &mut impl Asks, value: &Value) -> Res {
    if value.is_small_int() {
        return Ok(value.clone());
    }
    let plain_text = value.downcast::<Str>().is_some() && class_of(value).is(&types().str);
    if !plain_text && let Some(number) = truncated(vm, value)? {
        return Ok(number);
    }
    match from_text(vm.vm(), value, 10)? {
        Some(number) => Ok(number),
        None => {
            let got = class_of(value).name_str();
            Err(vm.vm().type_error(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{got}'"
            )))
        }
    }
}

fn from_text_in_base(vm: &mut Restartable<'_>, value: &Value, base: &Value) -> Res {
    let base = match base.as_small_int() {
        Some(base) => u32::try_from(base).ok(),
        None => u32::try_from(&integer(vm, base)?).ok(),
    };
    let base = base.filter(|b| *b == 0 || (2..=36).contains(b));
    let Some(base) = base else { return Err(vm.value_error("int() base must be >= 2 and <= 36, or 0")) };
    match from_text(vm, value, base)? {
        Some(number) => Ok(number),
        None => Err(vm.type_error("int() can't convert non-string with explicit base")),
    }
}

/// The integer that a str, bytes or bytearray spells; None for other types.
fn from_text(vm: &mut Vm, value: &Value, base: u32) -> Res<Option<Value>> {
    if let Some(text) = value.downcast::<Str>()
        && let Some(n) = parse_plain(text.as_bytes(), base)
    {
        return Ok(Some(int(n)));
    }
    let parsed = if let Some(text) = value.downcast::<Str>() {
        parse_int(&normalise(text.as_bytes()), base)
    } else if let Some(content) = value.as_byte_slice() {
        parse_int(trim(content), base)
    } else {
        return Ok(None);
    };
    match parsed {
        Ok(number) => Ok(Some(big(number))),
        Err(IntProblem::TooLong(digits)) => Err(vm.value_error(format!(
            "Exceeds the limit ({} digits) for integer string conversion: value has {digits} digits; use \
             sys.set_int_max_str_digits() to increase the limit",
            max_str_digits()
        ))),
        Err(IntProblem::Invalid) => {
            let shown = vm.repr(value)?;
            let shown = shown.slice(0, shown.len().min(200));
            let mut message = format!("invalid literal for int() with base {base}: ").into_bytes();
            message.extend_from_slice(shown.as_bytes());
            let class = types().exceptions.ValueError.clone();
            Err(vm.raise_with(&class, vec![Str::from_wtf8(&message).into_value()]))
        }
    }
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    operands(vm, args, 0)?;
    Ok(int_repr(vm, &args.pos()[0])?.into_value())
}

fn format(vm: &mut Vm, args: Args<'_>) -> Res {
    let spec = spec_argument(vm, args)?;
    Ok(format_int(vm, &args.pos()[0], &spec)?.into_value())
}

fn exact(vm: &mut Vm, args: Args<'_>) -> Res {
    operands(vm, args, 0)?;
    Ok(exact_int(&args.pos()[0]))
}

fn exact_method(vm: &mut Vm, args: Args<'_>, name: &str) -> Res {
    args.rest().expect(vm, name, 0, 0)?;
    Ok(exact_int(&args.pos()[0]))
}

fn to_float(vm: &mut Vm, args: Args<'_>) -> Res {
    operands(vm, args, 0)?;
    match Num::of(&args.pos()[0]) {
        Some(Num::Int(n)) => Ok(float(n as f64)),
        Some(Num::Wide(n)) => Ok(float(n.to_f64())),
        Some(Num::Big(n)) => match to_f64(n) {
            Some(x) => Ok(float(x)),
            None => Err(vm.overflow_error("int too large to convert to float")),
        },
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// Rounds to a multiple of a power of ten, halves to the even multiple.
fn round(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__round__", 0, 1)?;
    let this = &args.pos()[0];
    let Some(digits) = args.pos().get(1) else { return Ok(exact_int(this)) };
    let digits = integer(vm, digits)?;
    let Some(n) = this.as_big() else { return Ok(Value::NOT_IMPLEMENTED) };
    if !digits.is_negative() || n.is_zero() {
        return Ok(exact_int(this));
    }
    // With more places than the number has digits, nothing is left.
    let places = match u32::try_from(-digits) {
        Ok(places) if u64::from(places) <= n.bits() / 3 + 2 => places,
        _ => return Ok(int(0)),
    };
    let unit = Big::from(10).pow(places);
    let (quotient, rest) = n.div_mod_floor(&unit);
    let up = match (&rest * 2u32).cmp(&unit) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => quotient.is_odd(),
        std::cmp::Ordering::Greater => true,
    };
    Ok(big((quotient + u8::from(up)) * unit))
}

/// What CPython would say: a header, and 30 bits in four bytes.
fn sizeof(vm: &mut Vm, args: Args<'_>) -> Res {
    operands(vm, args, 0)?;
    let bits = args.pos()[0].as_big().map_or(0, |n| n.bits());
    Ok(int(24 + 4 * bits.div_ceil(30).max(1) as i64))
}

fn bit_length(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "int.bit_length", 0, 0)?;
    Ok(int(match Num::of(&args.pos()[0]) {
        Some(Num::Int(n)) => i64::from(64 - n.unsigned_abs().leading_zeros()),
        Some(Num::Wide(n)) => i64::from(128 - n.magnitude.leading_zeros()),
        Some(Num::Big(n)) => n.bits() as i64,
        _ => 0,
    }))
}

fn bit_count(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "int.bit_count", 0, 0)?;
    Ok(int(match Num::of(&args.pos()[0]) {
        Some(Num::Int(n)) => i64::from(n.unsigned_abs().count_ones()),
        Some(Num::Wide(n)) => i64::from(n.magnitude.count_ones()),
        Some(Num::Big(n)) => n.magnitude().count_ones() as i64,
        _ => 0,
    }))
}

fn as_integer_ratio(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "int.as_integer_ratio", 0, 0)?;
    Ok(tuple(vec![exact_int(&args.pos()[0]), int(1)]))
}

fn is_integer(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "int.is_integer", 0, 0)?;
    Ok(Value::TRUE)
}

/// Whether the byte order is big.
fn is_big_endian(vm: &mut Vm, function: &str, order: Option<&Value>) -> Res<bool> {
    let Some(order) = order else { return Ok(true) };
    let Some(text) = order.downcast::<Str>() else {
        let got = class_of(order).name_str();
        return Err(vm.type_error(format!("{function}() argument 'byteorder' must be str, not {got}")));
    };
    match text.as_bytes() {
        b"big" => Ok(true),
        b"little" => Ok(false),
        _ => Err(vm.value_error("byteorder must be either 'little' or 'big'")),
    }
}

fn is_signed(vm: &mut Restartable<'_>, signed: Option<&Value>) -> Res<bool> {
    signed.map_or(Ok(false), |flag| vm.is_true(flag))
}

fn to_bytes(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let rest = args.rest();
    if rest.len() > 2 {
        let given = rest.len();
        return Err(vm.type_error(format!("to_bytes() takes at most 2 positional arguments ({given} given)")));
    }
    let [length, order, signed] = rest.bind(vm, "to_bytes", ["length", "byteorder", "*signed"], 0)?;
    let length = match length {
        Some(length) => vm.as_index(length)?,
        None => 1,
    };
    let big_endian = is_big_endian(vm, "to_bytes", order)?;
    let signed = is_signed(vm, signed)?;
    let Ok(length) = usize::try_from(length) else {
        return Err(vm.value_error("length argument must be non-negative"));
    };
    if let Some(n) = this.as_small_int().filter(|n| *n >= 0 && !signed && length <= 8) {
        // Of eight bytes, the lowest `length` must hold it all.
        let all = n.to_le_bytes();
        if all[length..].iter().any(|&byte| byte != 0) {
            return Err(vm.overflow_error("int too big to convert"));
        }
        let mut content = all;
        content[..length].reverse();
        return Ok(bytes(if big_endian { &content[..length] } else { &all[..length] }));
    }
    let Some(n) = this.as_big() else { return Ok(Value::NOT_IMPLEMENTED) };
    if n.is_negative() && !signed {
        return Err(vm.overflow_error("can't convert negative int to unsigned"));
    }
    crate::ops::format::check_size(vm, length)?;
    let mut content = if n.is_zero() {
        Vec::new()
    } else if signed {
        n.to_signed_bytes_le()
    } else {
        n.magnitude().to_bytes_le()
    };
    if content.len() > length {
        return Err(vm.overflow_error("int too big to convert"));
    }
    content.resize(length, if n.is_negative() { 0xFF } else { 0 });
    if big_endian {
        content.reverse();
    }
    Ok(bytes(&content))
}

fn from_bytes(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = args.pos()[0].clone();
    let rest = args.rest();
    if rest.len() > 2 {
        let given = rest.len();
        return Err(vm.type_error(format!("from_bytes() takes at most 2 positional arguments ({given} given)")));
    }
    let [source, order, signed] = rest.bind(vm, "from_bytes", ["bytes", "byteorder", "*signed"], 1)?;
    let big_endian = is_big_endian(vm, "from_bytes", order)?;
    let signed = is_signed(vm, signed)?;
    let source = source.cloned().unwrap_or(Value::NONE);
    if let Some(content) = source.as_byte_slice().filter(|content| content.len() <= 8 && !signed) {
        let push = |n: u64, &byte: &u8| n << 8 | u64::from(byte);
        let number = if big_endian { content.iter().fold(0, push) } else { content.iter().rev().fold(0, push) };
        let number = wide(Wide::new(false, number.into()));
        return made_by(vm, class, number);
    }
    let mut content = bytes_of(vm, &source)?;
    if big_endian {
        content.reverse();
    }
    let number =
        big(if signed { Big::from_signed_bytes_le(&content) } else { Big::from_bytes_le(Sign::Plus, &content) });
    made_by(vm, class, number)
}

/// A plain int, or what a subclass makes of it.
fn made_by(vm: &mut Vm, class: Value, number: Value) -> Res {
    if class.is(types().int.value()) {
        return Ok(number);
    }
    Err(vm.request(Request::Call { callable: class, args: vec![number] }))
}

/// `bytes(source)` of what isn't a length or text.
fn bytes_of(vm: &mut Restartable<'_>, source: &Value) -> Res<Vec<u8>> {
    if let Some(content) = source.as_byte_slice() {
        return Ok(content.to_vec());
    }
    let class = class_of(source).clone();
    if let Some(result) = vm.ask(source, &names().__bytes__, &[])? {
        if let Some(content) = result.as_byte_slice() {
            return Ok(content.to_vec());
        }
        let got = class_of(&result).name_str();
        return Err(vm.type_error(format!("__bytes__ returned non-bytes (type {got})")));
    }
    let iterable =
        vm.has_attr_on_class(&class, &names().__iter__) || vm.has_attr_on_class(&class, &names().__getitem__);
    if source.downcast::<Str>().is_some() || !iterable {
        return Err(vm.type_error(format!("cannot convert '{}' object to bytes", class.name_str())));
    }
    let drawn = draw_bytes(vm, source, Making::Bytes)?;
    Ok(drawn.as_byte_slice().unwrap_or_default().to_vec())
}
