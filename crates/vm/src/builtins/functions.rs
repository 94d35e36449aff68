//! Builtin functions about single objects: attributes, numbers, identity.

use crate::args::unset;
use crate::objects::{Class, Module, NativeFn, Str, int, intern_value};
use crate::ops::arith::{BinOp, is_builtin};
use crate::value::Value;
use crate::vm::Question;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, names, restartable};
use num_bigint::{BigInt, Sign};

pub const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("abs", abs),
    ("bin", restartable!(bin)),
    ("callable", callable),
    ("delattr", delattr),
    ("dir", restartable!(dir)),
    ("divmod", restartable!(divmod)),
    ("getattr", getattr),
    ("hasattr", hasattr),
    ("hash", hash),
    ("hex", restartable!(hex)),
    ("id", id),
    ("len", len),
    ("oct", restartable!(oct)),
    ("pow", restartable!(pow)),
    ("round", round),
    ("setattr", setattr),
    ("vars", restartable!(vars)),
];

fn abs(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "abs", 1, 1)?;
    let value = &args.pos()[0];
    if let Some(n) = value.as_small_int() {
        return Ok(int(n.abs()));
    }
    if let Some(x) = value.as_small_float() {
        return Ok(crate::objects::float(x.abs()));
    }
    if let Some(asked) = vm.ask_special(value, &names().__abs__, Value::UNSET, Question::Anything) {
        return Err(asked);
    }
    match vm.special(value, &names().__abs__) {
        Some(method) => vm.call_on(&method, value, &[]),
        None => {
            let name = class_of(value).name_str();
            Err(vm.type_error(format!("bad operand type for abs(): '{name}'")))
        }
    }
}

/// The digits of an integer with sign and prefix.
fn digits(vm: &mut Restartable<'_>, args: Args<'_>, name: &str, prefix: &str, radix: u32) -> Res {
    args.expect(vm, name, 1, 1)?;
    let n = vm.to_index(&args.pos()[0])?.as_big().unwrap_or_default();
    let sign = if n.sign() == Sign::Minus { "-" } else { "" };
    Ok(Value::from(format!("{sign}{prefix}{}", n.magnitude().to_str_radix(radix))))
}

fn bin(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    digits(vm, args, "bin", "0b", 2)
}

fn oct(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    digits(vm, args, "oct", "0o", 8)
}

fn hex(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    digits(vm, args, "hex", "0x", 16)
}

fn callable(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "callable", 1, 1)?;
    Ok(Value::bool(vm.is_callable(&args.pos()[0])))
}

/// An attribute's name: a string, interned.
fn attribute_name(vm: &mut Vm, name: &Value) -> Res {
    if name.downcast::<Str>().is_some() {
        return Ok(intern_value(name));
    }
    let class = class_of(name).name_str();
    Err(vm.type_error(format!("attribute name must be string, not '{class}'")))
}

fn getattr(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "getattr", 2, 3)?;
    let name = attribute_name(vm, &args.pos()[1])?;
    match args.pos().get(2) {
        None => vm.ask_attr(&args.pos()[0], &name),
        Some(default) => vm.ask_attr_or(&args.pos()[0], &name, default.clone()),
    }
}

fn hasattr(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "hasattr", 2, 2)?;
    let name = attribute_name(vm, &args.pos()[1])?;
    vm.ask_attr_or(&args.pos()[0], &name, Value::UNSET)
}

fn setattr(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "setattr", 3, 3)?;
    let name = attribute_name(vm, &args.pos()[1])?;
    if let Some((callable, args)) = vm.store_call(&args.pos()[0], &name, Some(&args.pos()[2])) {
        return Err(vm.call_for_none(callable, args));
    }
    vm.set_attr(&args.pos()[0], &name, args.pos()[2].clone())?;
    Ok(Value::NONE)
}

fn delattr(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "delattr", 2, 2)?;
    let name = attribute_name(vm, &args.pos()[1])?;
    if let Some((callable, args)) = vm.store_call(&args.pos()[0], &name, None) {
        return Err(vm.call_for_none(callable, args));
    }
    vm.del_attr(&args.pos()[0], &name)?;
    Ok(Value::NONE)
}

fn hash(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "hash", 1, 1)?;
    if let Some(asked) = vm.ask_special(&args.pos()[0], &names().__hash__, Value::UNSET, Question::Hash) {
        return Err(asked);
    }
    vm.ask_hash(&args.pos()[0])
}

fn id(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "id", 1, 1)?;
    Ok(crate::objects::big(BigInt::from(args.pos()[0].id())))
}

fn len(vm: &mut Vm, args: Args<'_>) -> Res {
    if let [object] = args.pos()
        && let Some(len) = crate::ops::item::len_plain(object)
        && !args.has_keywords()
    {
        return Ok(int(len as i64));
    }
    args.expect(vm, "len", 1, 1)?;
    if let Some(asked) = vm.ask_special(&args.pos()[0], &names().__len__, Value::UNSET, Question::Length) {
        return Err(asked);
    }
    let len = vm.len(&args.pos()[0])?;
    Ok(int(len as i64))
}

fn divmod(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "divmod", 2, 2)?;
    vm.binary_op(BinOp::DivMod, &args.pos()[0], &args.pos()[1])
}

fn pow(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let [base, exp, modulus] = args.bind(vm, "pow", ["base", "exp", "mod"], 2)?;
    let (base, exp) = (base.unwrap_or(unset()), exp.unwrap_or(unset()));
    let Some(modulus) = modulus.filter(|m| !m.is_none()) else { return vm.binary_op(BinOp::Pow, base, exp) };
    if [base, exp, modulus].into_iter().all(is_builtin) {
        let result = crate::ops::number::power(vm, base, exp, modulus)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    // Of the language, only the first operand's method is asked where there is a modulus.
    for (candidate, name, other) in [(base, &names().__pow__, exp), (exp, &names().__rpow__, base)] {
        if (name.is(&names().__pow__) || is_builtin(candidate))
            && let Some(result) = vm.ask(candidate, name, &[other.clone(), modulus.clone()])?
            && !result.is_not_implemented()
        {
            return Ok(result);
        }
    }
    let class = |v: &Value| class_of(v).name_str();
    let message = format!(
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        class(base),
        class(exp),
        class(modulus)
    );
    Err(vm.type_error(message))
}

fn round(vm: &mut Vm, args: Args<'_>) -> Res {
    let [number, digits] = args.bind(vm, "round", ["number", "ndigits"], 1)?;
    let number = number.unwrap_or(unset());
    let Some(method) = vm.special(number, &names().__round__) else {
        let name = class_of(number).name_str();
        return Err(vm.type_error(format!("type {name} doesn't define __round__ method")));
    };
    let digits = digits.filter(|d| !d.is_none());
    vm.ask_on(&method, number, digits.map_or(&[], std::slice::from_ref))
}

fn vars(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "vars", 0, 1)?;
    let Some(object) = args.pos().first() else { return locals(vm) };
    match vm.attr(object, &names().__dict__)? {
        Some(dict) => Ok(dict),
        None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
    }
}

/// What `locals()` gives in the calling frame.
fn locals(vm: &mut Vm) -> Res {
    let function = vm.builtins.get_str(&crate::objects::intern(b"locals"));
    match function {
        Some(function) => vm.call(&function, &[]),
        None => Err(vm.system_error("locals() is not there")),
    }
}

fn dir(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "dir", 0, 1)?;
    let found = match args.pos().first() {
        None => {
            let locals = locals(vm)?;
            vm.collect(&locals)?
        }
        Some(object) => match vm.ask(object, &names().__dir__, &[])? {
            Some(found) => vm.collect(&found)?,
            None => attribute_names(vm, object)?,
        },
    };
    let sorted = crate::objects::List::create(found);
    let done = crate::types::list::sort_list(vm, sorted.clone(), Value::UNSET, false, Value::NONE);
    vm.complete(done)?;
    Ok(sorted.into_value())
}

/// The names of an object's attributes and of its classes'.
fn attribute_names(vm: &mut Vm, object: &Value) -> Res<Vec<Value>> {
    let all = crate::objects::Dict::create();
    if let Some(module) = object.downcast::<Module>() {
        return Ok(module.dict.keys());
    }
    if let Some(attrs) = object.header().and_then(crate::objects::attrs::of) {
        for (name, _) in attrs.items() {
            vm.dict_set(&all, &name, Value::NONE)?;
        }
    }
    let class = object.as_ref::<Class>().unwrap_or_else(|| class_of(object).clone());
    let tail = class.mro_tail.get().clone();
    for owner in std::iter::once(&class).chain(&tail) {
        for name in owner.dict.keys() {
            vm.dict_set(&all, &name, Value::NONE)?;
        }
    }
    Ok(all.keys())
}
