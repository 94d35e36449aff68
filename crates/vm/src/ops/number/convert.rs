//! From objects to integers and floats, as `int()`, `float()`, `operator.index` and arguments of natives want them.

use super::Num;
use crate::heap::Ref;
use crate::objects::{Class, big, class_flags, float, int, wide};
use crate::value::Value;
use crate::{Asks, Res, Vm, class_of, names, types};
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
pub fn index(vm: &mut impl Asks, value: &Value) -> Res {
    if value.is_int() { Ok(value.clone()) } else { vm.to_index(value) }
}

/// The integer that a value is or gives through `__index__`.
pub fn integer(vm: &mut impl Asks, value: &Value) -> Res<Big> {
    let found = index(vm, value)?;
    Ok(found.as_big().unwrap_or_default())
}

/// What `__index__` or `__int__` gave, if it is an int; one of a subclass is deprecated.
pub fn checked_int(vm: &mut impl Asks, method: &str, answer: Value) -> Res {
    let class = class_of(&answer);
    if class.is(&types().int) {
        return Ok(answer);
    }
    let got = class.name_str();
    if !answer.is_int() {
        return Err(vm.vm().type_error(format!("{method} returned non-int (type {got})")));
    }
    warn_of_subclass(vm, &format!("{method} returned non-int (type {got})"), "int")?;
    Ok(answer)
}

/// The same of `__float__`.
fn checked_float(vm: &mut impl Asks, class: &Ref<Class>, answer: Value) -> Res<f64> {
    let (found, class, got) = (answer.as_float(), class.name_str(), class_of(&answer).name_str());
    let Some(x) = found else {
        return Err(vm.vm().type_error(format!("{class}.__float__ returned non-float (type {got})")));
    };
    if !class_of(&answer).is(&types().float) {
        warn_of_subclass(vm, &format!("{class}.__float__ returned non-float (type {got})"), "float")?;
    }
    Ok(x)
}

/// The warning that a method gave an instance of a strict subclass.
#[cold]
pub fn warn_of_subclass(vm: &mut impl Asks, what: &str, base: &str) -> Res<()> {
    let message = format!(
        "{what}.  The ability to return an instance of a strict subclass of {base} is deprecated, and may be removed in a \
         future version of Python."
    );
    vm.warn(&types().exceptions.DeprecationWarning.clone(), &message)
}

/// The float of a float, int, or object with `__float__` or `__index__`; otherwise a TypeError.
pub fn real(vm: &mut impl Asks, value: &Value) -> Res<f64> {
    match Num::of(value) {
        Some(Num::Complex(..)) | None => {}
        // A subclass of float may still define `__float__`, which is not asked: its number is at hand.
        Some(number) => return number.to_float(vm.vm()),
    }
    match real_by_method(vm, value)? {
        Some(x) => Ok(x),
        None => {
            let class = class_of(value).name_str();
            Err(vm.vm().type_error(format!("must be real number, not {class}")))
        }
    }
}

/// The float by `__float__` or `__index__`, if the class has one of them.
pub fn real_by_method(vm: &mut impl Asks, value: &Value) -> Res<Option<f64>> {
    let class = class_of(value).clone();
    if let Some(answer) = vm.ask(value, &names().__float__, &[])? {
        return checked_float(vm, &class, answer).map(Some);
    }
    if vm.has_index(value) {
        let n = index(vm, value)?;
        let number = Num::of(&n).unwrap_or(Num::Int(0));
        return number.to_float(vm.vm()).map(Some);
    }
    Ok(None)
}

/// `int(value)` of what isn't text: by `__int__`, `__index__` or `__trunc__`; None if the class has none of them.
pub fn truncated(vm: &mut impl Asks, value: &Value) -> Res<Option<Value>> {
    if class_of(value).has(class_flags::BUILTIN) {
        match Num::of(value) {
            Some(Num::Int(_) | Num::Wide(_) | Num::Big(_)) => return Ok(Some(exact_int(value))),
            Some(Num::Float(x)) => return float_to_big(vm.vm(), x).map(Some),
            _ => {}
        }
    }
    for (name, what) in [(&names().__int__, "__int__"), (&names().__index__, "__index__")] {
        if let Some(answer) = vm.ask(value, name, &[])? {
            return Ok(Some(exact_int(&checked_int(vm, what, answer)?)));
        }
    }
    let Some(answer) = vm.ask(value, &names().__trunc__, &[])? else { return Ok(None) };
    vm.warn(&types().exceptions.DeprecationWarning.clone(), "The delegation of int() to __trunc__ is deprecated.")?;
    if !vm.has_index(&answer) {
        let got = class_of(&answer).name_str();
        return Err(vm.vm().type_error(format!("__trunc__ returned non-Integral (type {got})")));
    }
    let found = index(vm, &answer)?;
    Ok(Some(exact_int(&found)))
}
