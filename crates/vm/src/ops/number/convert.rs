//! From objects to integers and floats, as `int()`, `float()`, `operator.index` and arguments of natives want them.

use super::Num;
use crate::objects::{big, class_flags, float, int, wide};
use crate::value::Value;
use crate::{Res, Vm, class_of, names, types};
use num_bigint::BigInt as Big;
use num_traits::FromPrimitive;

/// The plain `int` of an `int`, `bool` or instance of a subclass (other values as they are).
pub fn exact_int(value: &Value) -> Value {
    match Num::of(value) {
        Some(Num::Int(n)) => int(n),
        Some(Num::Wide(_) | Num::Big(_)) if class_of(value).is(&types().int) => value.clone(),
        Some(Num::Wide(n)) => wide(n),
        Some(Num::Big(n)) => big(n.clone()),
        _ => value.clone(),
    }
}

/// The plain `float` of a `float` or instance of a subclass (other values as they are).
pub fn exact_float(value: &Value) -> Value {
    value.as_float().map_or_else(|| value.clone(), float)
}

/// The integer part of a float, or the error that NaN and infinity are.
pub fn float_to_big(vm: &mut Vm, x: f64) -> Res {
    if x.is_nan() {
        return Err(vm.value_error("cannot convert float NaN to integer"));
    }
    if x.is_infinite() {
        return Err(vm.overflow_error("cannot convert float infinity to integer"));
    }
    let whole = x.trunc();
    if whole.abs() < 9e18 {
        return Ok(int(whole as i64));
    }
    Ok(big(Big::from_f64(whole).unwrap_or_default()))
}

/// `operator.index(value)`: an int (perhaps of a subclass).
pub fn index(vm: &mut Vm, value: &Value) -> Res {
    if value.is_int() {
        return Ok(value.clone());
    }
    let class = class_of(value).clone();
    let Some(method) = vm.lookup(&class, &names().__index__) else {
        return Err(vm.type_error(format!("'{}' object cannot be interpreted as an integer", class.name_str())));
    };
    let result = vm.call_on(&method, value, &[])?;
    if result.is_int() {
        return Ok(result);
    }
    let got = class_of(&result).name_str();
    Err(vm.type_error(format!("__index__ returned non-int (type {got})")))
}

/// The integer that a value is or gives through `__index__`.
pub fn integer(vm: &mut Vm, value: &Value) -> Res<Big> {
    let found = index(vm, value)?;
    Ok(found.as_big().unwrap_or_default())
}

/// The float of a float, int, or object with `__float__` or `__index__`; otherwise a TypeError.
pub fn real(vm: &mut Vm, value: &Value) -> Res<f64> {
    match Num::of(value) {
        Some(Num::Complex(..)) | None => {}
        // A subclass of float may still define `__float__`, which is not asked: its number is at hand.
        Some(number) => return number.to_float(vm),
    }
    match real_by_method(vm, value)? {
        Some(x) => Ok(x),
        None => {
            let class = class_of(value).name_str();
            Err(vm.type_error(format!("must be real number, not {class}")))
        }
    }
}

/// The float by `__float__` or `__index__`, if the class has one of them.
pub fn real_by_method(vm: &mut Vm, value: &Value) -> Res<Option<f64>> {
    let class = class_of(value).clone();
    if let Some(method) = vm.lookup(&class, &names().__float__) {
        let result = vm.call_on(&method, value, &[])?;
        if let Some(x) = result.as_float() {
            return Ok(Some(x));
        }
        let got = class_of(&result).name_str();
        return Err(vm.type_error(format!("{}.__float__ returned non-float (type {got})", class.name_str())));
    }
    if vm.has_attr_on_class(&class, &names().__index__) {
        let n = index(vm, value)?;
        let number = Num::of(&n).unwrap_or(Num::Int(0));
        return number.to_float(vm).map(Some);
    }
    Ok(None)
}

/// `int(value)` of what isn't text: by `__int__`, `__index__` or `__trunc__`; None if the class has none of them.
pub fn truncated(vm: &mut Vm, value: &Value) -> Res<Option<Value>> {
    let class = class_of(value).clone();
    if class.has(class_flags::BUILTIN) {
        match Num::of(value) {
            Some(Num::Int(_) | Num::Wide(_) | Num::Big(_)) => return Ok(Some(exact_int(value))),
            Some(Num::Float(x)) => return float_to_big(vm, x).map(Some),
            _ => {}
        }
    }
    for (name, what) in [(&names().__int__, "__int__"), (&names().__index__, "__index__")] {
        if let Some(method) = vm.lookup(&class, name) {
            let result = vm.call_on(&method, value, &[])?;
            if result.is_int() {
                return Ok(Some(exact_int(&result)));
            }
            let got = class_of(&result).name_str();
            return Err(vm.type_error(format!("{what} returned non-int (type {got})")));
        }
    }
    let Some(method) = vm.lookup(&class, &names().__trunc__) else { return Ok(None) };
    let result = vm.call_on(&method, value, &[])?;
    let result_class = class_of(&result).clone();
    if !result.is_int() && !vm.has_attr_on_class(&result_class, &names().__index__) {
        return Err(vm.type_error(format!("__trunc__ returned non-Integral (type {})", result_class.name_str())));
    }
    let found = index(vm, &result)?;
    Ok(Some(exact_int(&found)))
}
