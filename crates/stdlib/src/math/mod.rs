//! The module `math`.

mod gamma;
mod integer;
mod sums;

use num_bigint::{BigInt as Big, Sign};
use weft_vm::objects::{float, int, tuple};
use weft_vm::ops::number::{Num, float_to_big, frexp, integer as integer_of, ldexp, real, to_f64};
use weft_vm::{Args, Asks, Res, Restartable, Thrown, Value, Vm, class_of, names, restartable};

/// A native function and its name.
type Entry = (&'static str, fn(&mut Vm, Args<'_>) -> Res);

/// Makes the module.
pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("math", PLAIN);
    for table in [FUNCTIONS, gamma::FUNCTIONS, integer::FUNCTIONS, sums::FUNCTIONS] {
        for &(name, function) in table {
            let function = vm.native_function("math", name, function);
            module.dict.set(name, function);
        }
    }
    let constants = [
        ("pi", std::f64::consts::PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ];
    for (name, value) in constants {
        module.dict.set(name, float(value));
    }
    Ok(module.into_value())
}

/// Functions of one float. An infinite result of a finite argument is a range error if `overflows`, else a domain error.
macro_rules! plain {
    ($($name:ident $function:expr, $overflows:literal;)*) => {
        const PLAIN: &[Entry] = &[
            $((stringify!($name), restartable!(|vm, args| {
                plain(vm, args, concat!("math.", stringify!($name)), $function, $overflows)
            })),)*
        ];
    };
}

plain! {
    acos f64::acos, false;
    acosh acosh, false;
    asin f64::asin, false;
    asinh asinh, false;
    atan f64::atan, false;
    atanh atanh, false;
    cbrt f64::cbrt, false;
    cos f64::cos, false;
    cosh f64::cosh, true;
    erf libm::erf, false;
    erfc libm::erfc, false;
    exp f64::exp, true;
    exp2 f64::exp2, true;
    expm1 f64::exp_m1, true;
    fabs f64::abs, false;
    log1p f64::ln_1p, false;
    sin f64::sin, false;
    sinh f64::sinh, true;
    sqrt f64::sqrt, false;
    tan f64::tan, false;
    tanh f64::tanh, false;
}

/// Beyond this, one more or less doesn't change a float's square.
const LARGE: f64 = (1u64 << 28) as f64;

/// The inverse hyperbolic functions of `std` lose digits that the usual case distinctions keep.
fn acosh(x: f64) -> f64 {
    if x < 1.0 {
        f64::NAN
    } else if x > LARGE {
        x.ln() + std::f64::consts::LN_2
    } else if x > 2.0 {
        (2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt())).ln()
    } else {
        let t = x - 1.0;
        (t + (2.0 * t + t * t).sqrt()).ln_1p()
    }
}

fn asinh(x: f64) -> f64 {
    let magnitude = x.abs();
    let square = x * x;
    let result = if magnitude < 1.0 / LARGE {
        magnitude
    } else if magnitude > LARGE {
        magnitude.ln() + std::f64::consts::LN_2
    } else if magnitude > 2.0 {
        (2.0 * magnitude + 1.0 / ((square + 1.0).sqrt() + magnitude)).ln()
    } else {
        (magnitude + square / (1.0 + (1.0 + square).sqrt())).ln_1p()
    };
    result.copysign(x)
}

fn atanh(x: f64) -> f64 {
    let magnitude = x.abs();
    let doubled = 2.0 * magnitude;
    let result = if magnitude < 1.0 / LARGE {
        magnitude
    } else if magnitude < 0.5 {
        0.5 * (doubled + doubled * magnitude / (1.0 - magnitude)).ln_1p()
    } else {
        0.5 * (doubled / (1.0 - magnitude)).ln_1p()
    };
    result.copysign(x)
}

const FUNCTIONS: &[Entry] = &[
    ("atan2", restartable!(|vm, args| Ok(float(two(vm, args, "atan2").map(|(y, x)| y.atan2(x))?)))),
    ("copysign", restartable!(|vm, args| Ok(float(two(vm, args, "copysign").map(|(x, y)| x.copysign(y))?)))),
    ("degrees", restartable!(|vm, args| Ok(float(one(vm, args, "math.degrees")? * (180.0 / std::f64::consts::PI))))),
    ("radians", restartable!(|vm, args| Ok(float(one(vm, args, "math.radians")? * (std::f64::consts::PI / 180.0))))),
    ("isnan", restartable!(|vm, args| Ok(Value::bool(one(vm, args, "math.isnan")?.is_nan())))),
    ("isinf", restartable!(|vm, args| Ok(Value::bool(one(vm, args, "math.isinf")?.is_infinite())))),
    ("isfinite", restartable!(|vm, args| Ok(Value::bool(one(vm, args, "math.isfinite")?.is_finite())))),
    ("floor", restartable!(floor)),
    ("ceil", restartable!(ceil)),
    ("trunc", restartable!(trunc)),
    ("fma", restartable!(fma)),
    ("fmod", restartable!(fmod)),
    ("frexp", restartable!(split_exponent)),
    ("isclose", restartable!(isclose)),
    ("ldexp", restartable!(scale)),
    ("log", restartable!(log)),
    ("log10", restartable!(|vm, args| log_of(vm, args, "math.log10", f64::log10))),
    ("log2", restartable!(|vm, args| log_of(vm, args, "math.log2", f64::log2))),
    ("modf", restartable!(modf)),
    ("nextafter", restartable!(nextafter)),
    ("pow", restartable!(pow)),
    ("remainder", restartable!(remainder)),
    ("ulp", restartable!(ulp)),
];

#[cold]
fn domain_error(vm: &mut Vm) -> Thrown {
    vm.value_error("math domain error")
}

#[cold]
fn range_error(vm: &mut Vm) -> Thrown {
    vm.overflow_error("math range error")
}

/// The one argument as a float.
#[inline]
fn one(vm: &mut Restartable<'_>, args: Args<'_>, name: &str) -> Res<f64> {
    match args.pos() {
        [x] if !args.has_keywords() => match x.as_small_float() {
            Some(x) => Ok(x),
            None => real(vm, x),
        },
        _ => {
            args.expect(vm, name, 1, 1)?;
            Ok(0.0)
        }
    }
}

/// The two arguments as floats.
fn two(vm: &mut Restartable<'_>, args: Args<'_>, name: &str) -> Res<(f64, f64)> {
    args.expect(vm, name, 2, 2)?;
    let first = real(vm, &args.pos()[0])?;
    Ok((first, real(vm, &args.pos()[1])?))
}

#[inline]
fn plain(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, function: fn(f64) -> f64, overflows: bool) -> Res {
    let x = one(vm, args, name)?;
    let result = function(x);
    if result.is_finite() || !x.is_finite() && (!result.is_nan() || x.is_nan()) {
        return Ok(float(result));
    }
    Err(if overflows && result.is_infinite() { range_error(vm) } else { domain_error(vm) })
}

/// `floor` and `ceil`: of a float at once, of others by their method, or else as of a float.
fn whole(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, method: &Value, round: fn(f64) -> f64) -> Res {
    args.expect(vm, name, 1, 1)?;
    let value = &args.pos()[0];
    if let Some(x) = value.as_small_float() {
        return float_to_big(vm, round(x));
    }
    if let Some(answer) = vm.ask(value, method, &[])? {
        return Ok(answer);
    }
    let x = real(vm, value)?;
    float_to_big(vm, round(x))
}

fn floor(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    whole(vm, args, "math.floor", &names().__floor__, f64::floor)
}

fn ceil(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    whole(vm, args, "math.ceil", &names().__ceil__, f64::ceil)
}

fn trunc(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "math.trunc", 1, 1)?;
    let value = &args.pos()[0];
    if let Some(x) = value.as_small_float() {
        return float_to_big(vm, x.trunc());
    }
    match vm.ask(value, &names().__trunc__, &[])? {
        Some(answer) => Ok(answer),
        None => Err(vm.type_error(format!("type {} doesn't define __trunc__ method", class_of(value).name_str()))),
    }
}

fn fma(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "fma", 3, 3)?;
    let mut parts = [0.0; 3];
    for (part, value) in parts.iter_mut().zip(args.pos()) {
        *part = real(vm, value)?;
    }
    let [x, y, z] = parts;
    let result = x.mul_add(y, z);
    if result.is_nan() && !parts.iter().any(|p| p.is_nan()) {
        return Err(vm.value_error("invalid operation in fma"));
    }
    if result.is_infinite() && parts.iter().all(|p| p.is_finite()) {
        return Err(vm.overflow_error("overflow in fma"));
    }
    Ok(float(result))
}

fn fmod(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (x, y) = two(vm, args, "fmod")?;
    let result = x % y;
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(vm));
    }
    Ok(float(result))
}

fn split_exponent(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (mantissa, exponent) = frexp(one(vm, args, "math.frexp")?);
    Ok(tuple(vec![float(mantissa), int(i64::from(exponent))]))
}

fn isclose(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    if args.len() > 2 {
        let given = args.len();
        return Err(vm.type_error(format!("isclose() takes exactly 2 positional arguments ({given} given)")));
    }
    let [a, b, relative, absolute] = args.bind(vm, "isclose", ["a", "b", "*rel_tol", "*abs_tol"], 2)?;
    let mut number = |value: Option<&Value>, default: f64| value.map_or(Ok(default), |value| real(vm, value));
    let (a, b) = (number(a, 0.0)?, number(b, 0.0)?);
    let (relative, absolute) = (number(relative, 1e-9)?, number(absolute, 0.0)?);
    if relative < 0.0 || absolute < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(Value::TRUE);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(Value::FALSE);
    }
    let difference = (b - a).abs();
    Ok(Value::bool(difference <= (relative * b).abs() || difference <= (relative * a).abs() || difference <= absolute))
}

fn scale(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "ldexp", 2, 2)?;
    let x = real(vm, &args.pos()[0])?;
    let exponent = &args.pos()[1];
    if !exponent.is_int() {
        return Err(vm.type_error("Expected an int as second argument to ldexp."));
    }
    let negative = exponent.as_big().is_some_and(|n| n.sign() == Sign::Minus);
    let exponent = exponent.as_i64().unwrap_or(if negative { i64::MIN } else { i64::MAX });
    let result = ldexp(x, exponent);
    if result.is_infinite() && x.is_finite() {
        return Err(range_error(vm));
    }
    Ok(float(result))
}

/// A logarithm of any real number, also of integers beyond all floats.
fn logarithm(vm: &mut Restartable<'_>, value: &Value, function: fn(f64) -> f64) -> Res<f64> {
    if let Some(Num::Big(n)) = Num::of(value)
        && to_f64(n).is_none()
    {
        if n.sign() == Sign::Minus {
            return Err(domain_error(vm));
        }
        // 2**shift taken out leaves a float.
        let shift = n.bits() - 64;
        let top = to_f64(&(n >> shift)).unwrap_or(1.0);
        return Ok(function(top) + function(2.0) * shift as f64);
    }
    let x = real(vm, value)?;
    if x <= 0.0 {
        return Err(domain_error(vm));
    }
    Ok(function(x))
}

fn log_of(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, function: fn(f64) -> f64) -> Res {
    args.expect(vm, name, 1, 1)?;
    Ok(float(logarithm(vm, &args.pos()[0], function)?))
}

fn log(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    if args.has_keywords() {
        return Err(vm.type_error("math.log() takes no keyword arguments"));
    }
    args.expect(vm, "log", 1, 2)?;
    let numerator = logarithm(vm, &args.pos()[0], f64::ln)?;
    let Some(base) = args.pos().get(1) else { return Ok(float(numerator)) };
    let denominator = logarithm(vm, base, f64::ln)?;
    if denominator == 0.0 {
        return Err(vm.zero_division_error("float division by zero"));
    }
    Ok(float(numerator / denominator))
}

fn modf(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let x = one(vm, args, "math.modf")?;
    let (fraction, whole) = if x.is_infinite() { (0f64.copysign(x), x) } else { ((x % 1.0).copysign(x), x.trunc()) };
    Ok(tuple(vec![float(fraction), float(whole)]))
}

/// A position of the float on a line of all floats, so that neighbours differ by one.
fn ordinal(x: f64) -> i64 {
    let magnitude = (x.to_bits() & i64::MAX as u64) as i64;
    if x.is_sign_negative() { -magnitude } else { magnitude }
}

fn nextafter(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    if args.len() > 2 {
        let given = args.len();
        return Err(vm.type_error(format!("nextafter() takes exactly 2 positional arguments ({given} given)")));
    }
    let [x, y, steps] = args.bind(vm, "nextafter", ["/x", "/y", "*steps"], 2)?;
    let (x, y) = (real(vm, x.unwrap_or(&Value::NONE))?, real(vm, y.unwrap_or(&Value::NONE))?);
    let steps = steps.filter(|steps| !steps.is_none());
    let counted = steps.is_some();
    let steps = match steps {
        Some(steps) => integer_of(vm, steps)?,
        None => Big::from(1),
    };
    if steps.sign() == Sign::Minus {
        return Err(vm.value_error("steps must be a non-negative integer"));
    }
    if x.is_nan() || y.is_nan() {
        return Ok(float(x + y));
    }
    if x == y {
        return Ok(float(y));
    }
    let (from, to) = (i128::from(ordinal(x)), i128::from(ordinal(y)));
    let steps = i128::from(u64::try_from(&steps).unwrap_or(u64::MAX)).min((to - from).abs());
    let position = if to > from { from + steps } else { from - steps };
    if position == 0 {
        // A single step keeps the sign; several end exactly at `y`.
        return Ok(float(if to == 0 && counted { y } else { 0f64.copysign(x) }));
    }
    let magnitude = f64::from_bits(position.unsigned_abs() as u64);
    Ok(float(if position < 0 { -magnitude } else { magnitude }))
}

fn pow(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (x, y) = two(vm, args, "pow")?;
    let result = x.powf(y);
    if result.is_finite() || !x.is_finite() || !y.is_finite() {
        return Ok(float(result));
    }
    Err(if result.is_nan() || x == 0.0 { domain_error(vm) } else { range_error(vm) })
}

/// The IEEE remainder: from the nearest multiple, the even one of two.
fn remainder(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (x, y) = two(vm, args, "remainder")?;
    if x.is_nan() || y.is_nan() {
        return Ok(float(x + y));
    }
    if x.is_infinite() || y == 0.0 {
        return Err(domain_error(vm));
    }
    if y.is_infinite() {
        return Ok(float(x));
    }
    let (magnitude, divisor) = (x.abs(), y.abs());
    let rest = magnitude % divisor;
    let complement = divisor - rest;
    let result = if rest < complement {
        rest
    } else if rest > complement {
        -complement
    } else {
        rest - 2.0 * ((0.5 * (magnitude - rest)) % divisor)
    };
    Ok(float(if x.is_sign_negative() { -result } else { result }))
}

fn ulp(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let x = one(vm, args, "math.ulp")?.abs();
    if !x.is_finite() {
        return Ok(float(x));
    }
    let next = x.next_up();
    Ok(float(if next.is_infinite() { x - x.next_down() } else { next - x }))
}
