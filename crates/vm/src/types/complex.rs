//! The methods of `complex`.

use super::Def;
use crate::objects::{Complex, Str, complex, float, tuple};
use crate::ops::format::{complex_repr, format_complex};
use crate::ops::number::Num;
use crate::ops::number::parse::{normalise, parse_complex};
use crate::ops::number::slots::{class_to_make, number_defs, operands, spec_argument};
use crate::ops::number::{real, real_by_method, warn_of_subclass};
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, names, restartable, types};

pub const DEFS: &[Def] = number_defs! { numbers:
    Def::New(restartable!(new)),
    Def::Slot("__repr__", repr),
    Def::Method("__format__", format),
    Def::Method("__complex__", exact),
    Def::Method("__getnewargs__", getnewargs),
    Def::Method("conjugate", conjugate),
    Def::Get("real", |_, this| Ok(float(parts(this).0))),
    Def::Get("imag", |_, this| Ok(float(parts(this).1))),
};

fn parts(value: &Value) -> (f64, f64) {
    value.downcast::<Complex>().map_or((0.0, 0.0), |c| (c.re, c.im))
}

fn new(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let class = class_to_make(vm, args, "complex", &types().complex)?;
    let rest = args.rest();
    if rest.len() > 2 {
        return Err(vm.type_error(format!("complex() takes at most 2 arguments ({} given)", rest.len())));
    }
    let [re, im] = rest.bind(vm, "complex", ["real", "imag"], 0)?;
    let exact = class.is(&types().complex);
    if let (Some(value), None) = (re, im)
        && exact
        && class_of(value).is(&class)
    {
        return Ok(value.clone());
    }
    let (re, im) = from_objects(vm, re, im)?;
    if exact {
        return Ok(complex(re, im));
    }
    Ok(crate::heap::new(&class, Complex { re, im }).into_value())
}

fn from_objects(vm: &mut Restartable<'_>, re: Option<&Value>, im: Option<&Value>) -> Res<(f64, f64)> {
    if let Some(text) = re.and_then(|v| v.downcast::<Str>()) {
        if im.is_some() {
            return Err(vm.type_error("complex() can't take second arg if first is a string"));
        }
        return match parse_complex(&normalise(text.as_bytes())) {
            Some(parts) => Ok(parts),
            None => Err(vm.value_error("complex() arg is a malformed string")),
        };
    }
    if im.is_some_and(|v| v.downcast::<Str>().is_some()) {
        return Err(vm.type_error("complex() second arg can't be a string"));
    }
    let first = match re {
        None => (0.0, 0.0),
        Some(value) => match by_method(vm, value)? {
            Some(parts) => parts,
            None => number(vm, value, "first argument must be a string or a number")?,
        },
    };
    let second = match im {
        None => return Ok(first),
        Some(value) => number(vm, value, "second argument must be a number")?,
    };
    // Adding a zero that isn't there would lose the sign of a zero.
    let re = if second.1 == 0.0 { first.0 } else { first.0 - second.1 };
    Ok((re, if first.1 == 0.0 { second.0 } else { second.0 + first.1 }))
}

/// By `__complex__`, if the class has it.
fn by_method(vm: &mut Restartable<'_>, value: &Value) -> Res<Option<(f64, f64)>> {
    let Some(answer) = vm.ask(value, &names().__complex__, &[])? else { return Ok(None) };
    let got = class_of(&answer).name_str();
    if answer.downcast::<Complex>().is_none() {
        return Err(vm.type_error(format!("__complex__ returned non-complex (type {got})")));
    }
    if !class_of(&answer).is(&types().complex) {
        warn_of_subclass(vm, &format!("__complex__ returned non-complex (type {got})"), "complex")?;
    }
    Ok(Some(parts(&answer)))
}

fn number(vm: &mut Restartable<'_>, value: &Value, wanted: &str) -> Res<(f64, f64)> {
    match Num::of(value) {
        Some(Num::Complex(re, im)) => return Ok((re, im)),
        Some(_) => return Ok((real(vm, value)?, 0.0)),
        None => {}
    }
    match real_by_method(vm, value)? {
        Some(x) => Ok((x, 0.0)),
        None => {
            let got = class_of(value).name_str();
            Err(vm.type_error(format!("complex() {wanted}, not '{got}'")))
        }
    }
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    operands(vm, args, 0)?;
    let (re, im) = parts(&args.pos()[0]);
    Ok(Value::from(complex_repr(re, im)))
}

fn format(vm: &mut Vm, args: Args<'_>) -> Res {
    let spec = spec_argument(vm, args)?;
    Ok(format_complex(vm, &args.pos()[0], &spec)?.into_value())
}

fn exact(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "complex.__complex__", 0, 0)?;
    let (re, im) = parts(&args.pos()[0]);
    Ok(complex(re, im))
}

fn getnewargs(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "complex.__getnewargs__", 0, 0)?;
    let (re, im) = parts(&args.pos()[0]);
    Ok(tuple(vec![float(re), float(im)]))
}

fn conjugate(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "complex.conjugate", 0, 0)?;
    let (re, im) = parts(&args.pos()[0]);
    Ok(complex(re, -im))
}
