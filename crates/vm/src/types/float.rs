//! The methods of `float`.

use super::Def;
use crate::heap::Ref;
use crate::objects::{Class, FloatBox, Str, big, float, int, tuple};
use crate::ops::format::{float_repr, format_float};
use crate::ops::number::parse::{normalise, parse_float, trim};
use crate::ops::number::slots::{class_to_make, number_defs, operands, spec_argument};
use crate::ops::number::{Num, exact_float, float_to_big, frexp, integer, real_by_method, scaled, to_f64};
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, restartable, types};
use num_bigint::BigInt as Big;
use num_traits::ToPrimitive;

pub const DEFS: &[Def] = number_defs! { reals:
    Def::New(restartable!(new)),
    Def::Direct(restartable!(direct)),
    Def::Slot("__repr__", repr),
    Def::Slot("__format__", format),
    Def::Slot("__int__", |vm, args| whole(vm, args, f64::trunc)),
    Def::Method("__trunc__", |vm, args| whole(vm, args, f64::trunc)),
    Def::Method("__floor__", |vm, args| whole(vm, args, f64::floor)),
    Def::Method("__ceil__", |vm, args| whole(vm, args, f64::ceil)),
    Def::Slot("__float__", exact),
    Def::Method("__round__", restartable!(round)),
    Def::Method("__getnewargs__", |vm, args| Ok(tuple(vec![exact(vm, args)?]))),
    Def::Static("__getformat__", getformat),
    Def::Method("conjugate", exact),
    Def::Method("as_integer_ratio", as_integer_ratio),
    Def::Method("is_integer", is_integer),
    Def::Method("hex", hex),
    Def::Class("fromhex", fromhex),
    Def::Get("real", |_, this| Ok(exact_float(this))),
    Def::Get("imag", |_, _| Ok(float(0.0))),
};

fn new(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = class_to_make(vm, args, "float", &types().float)?;
    let exact = class.is(&types().float);
    if exact && args.has_keywords() {
        return Err(vm.type_error("float() takes no keyword arguments"));
    }
    let number = match args.rest().pos() {
        [] => float(0.0),
        [value] if exact && value.is_small_float() => value.clone(),
        [value] => from_object(vm, value)?,
        more => return Err(vm.type_error(format!("float expected at most 1 argument, got {}", more.len()))),
    };
    Ok(make(&class, number))
}

/// `float(…)`.
fn direct(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    if args.has_keywords() {
        return Err(vm.type_error("float() takes no keyword arguments"));
    }
    match args.pos() {
        [] => Ok(float(0.0)),
        [value] if value.is_small_float() => Ok(value.clone()),
        [value] => from_object(vm, value),
        more => Err(vm.type_error(format!("float expected at most 1 argument, got {}", more.len()))),
    }
}

/// An instance of `float` or of a subclass with the number of a plain float.
fn make(class: &Ref<Class>, number: Value) -> Value {
    if class.is(&types().float) {
        return number;
    }
    crate::heap::new(class, FloatBox { value: number.as_float().unwrap_or_default() }).into_value()
}

/// `float(value)`.
pub fn from_object(vm: &mut impl Asks, value: &Value) -> Res {
    if crate::ops::arith::is_builtin(value) {
        match Num::of(value) {
            Some(Num::Float(x)) => return Ok(float(x)),
            Some(Num::Int(n)) => return Ok(float(n as f64)),
            Some(Num::Wide(n)) => return Ok(float(n.to_f64())),
            Some(Num::Big(n)) => {
                return match to_f64(n) {
                    Some(x) => Ok(float(x)),
                    None => Err(vm.vm().overflow_error("int too large to convert to float")),
                };
            }
            _ => {}
        }
    }
    let parsed = if let Some(text) = value.downcast::<Str>() {
        Some(parse_float(&normalise(text.as_bytes())))
    } else {
        value.as_byte_slice().map(|content| parse_float(trim(content)))
    };
    match parsed {
        Some(Some(x)) => Ok(float(x)),
        Some(None) => {
            let shown = vm.vm().repr(value)?;
            let mut message = b"could not convert string to float: ".to_vec();
            message.extend_from_slice(shown.as_bytes());
            let class = types().exceptions.ValueError.clone();
            Err(vm.vm().raise_with(&class, vec![Str::from_wtf8(&message).into_value()]))
        }
        None => match real_by_method(vm, value)? {
            Some(x) => Ok(float(x)),
            None => {
                let got = class_of(value).name_str();
                Err(vm.vm().type_error(format!("float() argument must be a string or a real number, not '{got}'")))
            }
        },
    }
}

/// The number that a method was called on.
fn this(args: Args<'_>) -> f64 {
    args.pos()[0].as_float().unwrap_or_default()
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    operands(vm, args, 0)?;
    Ok(Value::from(float_repr(this(args))))
}

fn format(vm: &mut Vm, args: Args<'_>) -> Res {
    let spec = spec_argument(vm, args)?;
    Ok(format_float(vm, &args.pos()[0], &spec)?.into_value())
}

fn exact(vm: &mut Vm, args: Args<'_>) -> Res {
    operands(vm, args, 0)?;
    Ok(exact_float(&args.pos()[0]))
}

fn whole(vm: &mut Vm, args: Args<'_>, round: fn(f64) -> f64) -> Res {
    operands(vm, args, 0)?;
    float_to_big(vm, round(this(args)))
}

/// To the nearest integer, or to a number of decimals; halves to even.
fn round(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__round__", 0, 1)?;
    let x = this(args);
    let digits = match args.pos().get(1) {
        Some(digits) if !digits.is_none() => integer(vm, digits)?,
        _ => return float_to_big(vm, x.round_ties_even()),
    };
    let digits = digits.to_i64().unwrap_or(if digits.sign() == num_bigint::Sign::Minus { i64::MIN } else { i64::MAX });
    let rounded = round_decimals(x, digits);
    if rounded.is_infinite() && x.is_finite() {
        return Err(vm.overflow_error("rounded value too large to represent"));
    }
    Ok(float(rounded))
}

/// Beyond these numbers of decimals rounding changes nothing, or leaves nothing.
const MOST_DECIMALS: i64 = 323;
const FEWEST_DECIMALS: i64 = -308;

/// Rounds the exact decimal expansion.
fn round_decimals(x: f64, decimals: i64) -> f64 {
    if !x.is_finite() || x == 0.0 || decimals > MOST_DECIMALS {
        return x;
    }
    if decimals < FEWEST_DECIMALS {
        return 0f64.copysign(x);
    }
    let text = if decimals >= 0 {
        format!("{x:.*}", decimals as usize)
    } else {
        let scientific = format!("{:e}", x.abs());
        let exponent = scientific.split_once('e').and_then(|(_, e)| e.parse::<i64>().ok()).unwrap_or(0);
        match exponent + decimals {
            kept @ 0.. => format!("{x:.*e}", kept as usize),
            // Between zero and one unit: more than half is one unit.
            -1 if format!("5e{exponent}").parse().is_ok_and(|half: f64| x.abs() > half) => {
                format!("1e{}", exponent + 1)
            }
            _ => "0".to_owned(),
        }
    };
    text.parse::<f64>().unwrap_or(x).copysign(x)
}

fn getformat(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "__getformat__", 1, 1)?;
    match args.pos()[0].downcast::<Str>().map(Str::as_bytes) {
        Some(b"double" | b"float") => Ok(Value::from("IEEE, little-endian")),
        Some(_) => Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
        None => {
            let got = class_of(&args.pos()[0]).name_str();
            Err(vm.type_error(format!("__getformat__() argument must be str, not {got}")))
        }
    }
}

fn as_integer_ratio(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "float.as_integer_ratio", 0, 0)?;
    let x = this(args);
    if x.is_infinite() {
        return Err(vm.overflow_error("cannot convert Infinity to integer ratio"));
    }
    if x.is_nan() {
        return Err(vm.value_error("cannot convert NaN to integer ratio"));
    }
    let (mantissa, exponent) = frexp(x);
    let mut numerator = (mantissa * 9_007_199_254_740_992.0) as i64;
    let mut exponent = exponent - 53;
    if numerator == 0 {
        return Ok(tuple(vec![int(0), int(1)]));
    }
    // In lowest terms: the denominator is a power of two.
    let shift = numerator.trailing_zeros().min(exponent.min(0).unsigned_abs());
    numerator >>= shift;
    exponent += shift as i32;
    let power = Big::from(1) << exponent.unsigned_abs();
    Ok(if exponent >= 0 {
        tuple(vec![big(power * numerator), int(1)])
    } else {
        tuple(vec![int(numerator), big(power)])
    })
}

fn is_integer(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "float.is_integer", 0, 0)?;
    let x = this(args);
    Ok(Value::bool(x.is_finite() && x == x.trunc()))
}

fn hex(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "float.hex", 0, 0)?;
    let x = this(args);
    if !x.is_finite() {
        return Ok(Value::from(float_repr(x)));
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return Ok(Value::from(format!("{sign}0x0.0p+0")));
    }
    let bits = x.to_bits();
    let (lead, exponent) = match (bits >> 52 & 0x7FF) as i32 {
        0 => (0, -1022),
        biased => (1, biased - 1023),
    };
    Ok(Value::from(format!("{sign}0x{lead}.{:013x}p{exponent:+}", bits & ((1 << 52) - 1))))
}

fn fromhex(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "float.fromhex", 1, 1)?;
    let class = args.pos()[0].clone();
    let Some(text) = args.pos()[1].downcast::<Str>() else {
        return Err(vm.type_error("bad argument type for built-in operation"));
    };
    let number = match parse_hex(trim(text.as_bytes())) {
        None => return Err(vm.value_error("invalid hexadecimal floating-point string")),
        Some(Hex::TooLarge) => {
            return Err(vm.overflow_error("hexadecimal value too large to represent as a float"));
        }
        Some(Hex::Number(x)) => float(x),
    };
    if class.is(types().float.value()) { Ok(number) } else { vm.call(&class, &[number]) }
}

enum Hex {
    Number(f64),
    TooLarge,
}

/// `[sign] [0x] digits [. digits] [p exponent]`, or a word for infinity or NaN.
fn parse_hex(text: &[u8]) -> Option<Hex> {
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let signed = |x: f64| Hex::Number(if negative { -x } else { x });
    if body.eq_ignore_ascii_case(b"inf") || body.eq_ignore_ascii_case(b"infinity") {
        return Some(signed(f64::INFINITY));
    }
    if body.eq_ignore_ascii_case(b"nan") {
        return Some(signed(f64::NAN));
    }
    let body = match body {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        _ => body,
    };
    let (digits, exponent) = match body.iter().position(|b| matches!(b, b'p' | b'P')) {
        Some(p) => (&body[..p], hex_exponent(&body[p + 1..])?),
        None => (body, 0),
    };
    let (mut kept, mut more, mut scale, mut seen, mut point) = (0u64, false, 0i64, false, false);
    for &byte in digits {
        if byte == b'.' && !point {
            point = true;
            continue;
        }
        let digit = u64::from((byte as char).to_digit(16)?);
        seen = true;
        if kept >> 60 == 0 {
            kept = kept << 4 | digit;
            scale -= if point { 4 } else { 0 };
        } else {
            more |= digit != 0;
            scale += if point { 0 } else { 4 };
        }
    }
    if !seen {
        return None;
    }
    let x = scaled(kept, more, scale.saturating_add(exponent));
    if x.is_infinite() { Some(Hex::TooLarge) } else { Some(signed(x)) }
}

/// Decimal digits with an optional sign; far beyond any float it saturates.
fn hex_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0i64, |n, &d| (n * 10 + i64::from(d - b'0')).min(1 << 50));
    Some(if negative { -value } else { value })
}
