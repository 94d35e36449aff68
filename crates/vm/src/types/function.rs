//! `function`: functions written in the language.

use super::bootstrap::Def;
use super::slots::{self, payload};
use crate::args::unset;
use crate::heap::{self, Kind, Ref, VmCell};
use crate::objects::{CellObject, CodeObject, Dict, Function, Str, tuple};
use crate::ops::attr::function_dict;
use crate::value::Value;
use crate::{Args, Request, Res, Vm, class_of, types};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__call__", call),
    Def::Slot("__get__", super::descriptor::get_plain),
    Def::Slot("__repr__", slots::repr),
    Def::GetSet("__name__", |vm, v| part(vm, v, |f| f.name.get().clone()), set_name),
    Def::GetSet("__qualname__", |vm, v| part(vm, v, |f| f.qualname.get().clone()), set_qualname),
    Def::GetSet("__doc__", |vm, v| part(vm, v, |f| f.doc.get().clone()), set_doc),
    Def::GetSet("__module__", |vm, v| part(vm, v, |f| f.module.get().clone()), set_module),
    Def::GetSet("__dict__", |vm, v| part(vm, v, |f| function_dict(f).into_value()), set_dict),
    Def::GetSet("__code__", |vm, v| part(vm, v, |f| f.code.get().value().clone()), set_code),
    Def::GetSet("__defaults__", |vm, v| part(vm, v, |f| or_none(f.defaults.get())), set_defaults),
    Def::GetSet("__kwdefaults__", |vm, v| part(vm, v, |f| or_none(f.kwdefaults.get())), set_kwdefaults),
    Def::GetSet("__annotations__", annotations, set_annotations),
    Def::GetSet("__type_params__", |vm, v| part(vm, v, type_params), set_type_params),
    Def::GetSet("__closure__", |vm, v| part(vm, v, |f| or_none(&f.closure)), read_only),
    Def::GetSet("__globals__", |vm, v| part(vm, v, |f| f.globals.value().clone()), read_only),
    Def::GetSet("__builtins__", |vm, v| part(vm, v, |f| f.builtins.value().clone()), read_only),
];

fn part(vm: &mut Vm, value: &Value, pick: fn(&Function) -> Value) -> Res {
    payload(vm, value).map(pick)
}

fn or_none(value: &Value) -> Value {
    if value.is_unset() { Value::NONE } else { value.clone() }
}

fn type_params(function: &Function) -> Value {
    let params = function.type_params.get();
    if params.is_unset() { tuple(Vec::new()) } else { params.clone() }
}

/// The setter of what can't be set.
pub fn read_only(vm: &mut Vm, _value: &Value, _new: Option<Value>) -> Res<()> {
    let class = types().exceptions.AttributeError.clone();
    Err(vm.raise(&class, "readonly attribute"))
}

/// The new value, which must be of this kind.
fn expect(vm: &mut Vm, new: Option<Value>, kind: Kind, message: &str) -> Res {
    match new {
        Some(new) if new.is_kind(kind) => Ok(new),
        _ => Err(vm.type_error(message)),
    }
}

/// As `expect`; None and deletion take the value away.
fn expect_or_none(vm: &mut Vm, new: Option<Value>, kind: Kind, message: &str) -> Res {
    match new {
        Some(new) if !new.is_none() => expect(vm, Some(new), kind, message),
        _ => Ok(Value::UNSET),
    }
}

fn set_name(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let new = expect(vm, new, Kind::Str, "__name__ must be set to a string object")?;
    payload::<Function>(vm, value)?.name.set(new);
    Ok(())
}

fn set_qualname(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let new = expect(vm, new, Kind::Str, "__qualname__ must be set to a string object")?;
    payload::<Function>(vm, value)?.qualname.set(new);
    Ok(())
}

fn set_doc(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    payload::<Function>(vm, value)?.doc.set(new.unwrap_or(Value::NONE));
    Ok(())
}

fn set_module(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    payload::<Function>(vm, value)?.module.set(new.unwrap_or(Value::NONE));
    Ok(())
}

fn set_dict(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    match new {
        Some(new) if new.is_kind(Kind::Dict) => {
            payload::<Function>(vm, value)?.dict.set(new);
            Ok(())
        }
        Some(new) => {
            let got = class_of(&new).name_str();
            Err(vm.type_error(format!("__dict__ must be set to a dictionary, not a '{got}'")))
        }
        None => Err(vm.type_error("cannot delete __dict__")),
    }
}

fn set_code(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let Some(code) = new.and_then(|new| new.as_ref::<CodeObject>()) else {
        return Err(vm.type_error("__code__ must be set to a code object"));
    };
    let function = payload::<Function>(vm, value)?;
    let (have, want) = (function.closure.as_items().map_or(0, <[Value]>::len), code.code.freevars.len());
    if have != want {
        let name = super::text_of(function.name.get());
        return Err(vm.value_error(format!("{name}() requires a code object with {have} free vars, not {want}")));
    }
    let old = function.code.replace(code);
    // Frames that run the old code know it by address only.
    old.header().retain();
    Ok(())
}

fn set_defaults(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let new = expect_or_none(vm, new, Kind::Tuple, "__defaults__ must be set to a tuple object")?;
    payload::<Function>(vm, value)?.defaults.set(new);
    Ok(())
}

fn set_kwdefaults(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let new = expect_or_none(vm, new, Kind::Dict, "__kwdefaults__ must be set to a dict object")?;
    payload::<Function>(vm, value)?.kwdefaults.set(new);
    Ok(())
}

fn annotations(vm: &mut Vm, value: &Value) -> Res {
    let function = payload::<Function>(vm, value)?;
    if function.annotations.get().is_kind(Kind::Dict) {
        return Ok(function.annotations.get().clone());
    }
    let pairs = function.annotations.get().as_items().unwrap_or_default();
    let dict = Dict::create();
    for pair in pairs.chunks_exact(2) {
        drop(dict.insert_str(&pair[0], pair[1].clone()));
    }
    function.annotations.set(dict.value().clone());
    Ok(dict.into_value())
}

fn set_annotations(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let new = expect_or_none(vm, new, Kind::Dict, "__annotations__ must be set to a dict object")?;
    payload::<Function>(vm, value)?.annotations.set(new);
    Ok(())
}

fn set_type_params(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let new = expect(vm, new, Kind::Tuple, "__type_params__ must be set to a tuple")?;
    payload::<Function>(vm, value)?.type_params.set(new);
    Ok(())
}

/// `__call__` of whatever is called by the dispatch loop anyway.
pub fn call(vm: &mut Vm, args: Args<'_>) -> Res {
    let callable = slots::receiver(vm, &args)?.clone();
    let (values, names) = args.rest().raw();
    Err(vm.request(Request::CallKeywords { callable, args: values.to_vec(), names: names.to_vec() }))
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let params = ["code", "globals", "name", "argdefs", "closure", "kwdefaults"];
    let [code, globals, name, defaults, closure, kwdefaults] = args.rest().bind(vm, "function", params, 2)?;
    let code = required::<CodeObject>(vm, code, "code", "code")?;
    let globals = required::<Dict>(vm, globals, "globals", "dict")?;
    let name = optional(vm, name, Kind::Str, "arg 3 (name) must be None or string")?;
    let defaults = optional(vm, defaults, Kind::Tuple, "arg 4 (defaults) must be None or tuple")?;
    let closure = checked_closure(vm, &code, closure)?;
    let kwdefaults = optional(vm, kwdefaults, Kind::Dict, "arg 6 (kwdefaults) must be None or dict")?;
    let builtins = crate::builtins::core::builtins_of(vm, &globals);
    let module = globals.get_str(&crate::names().__name__).unwrap_or(Value::NONE);
    let function = Function {
        name: VmCell::new(if name.is_unset() { code.name.clone() } else { name }),
        qualname: VmCell::new(code.qualname.clone()),
        doc: VmCell::new(code.code.doc.as_ref().map_or(Value::NONE, |doc| Str::from_wtf8(doc).into_value())),
        code: VmCell::new(code),
        globals,
        builtins,
        closure,
        defaults: VmCell::new(defaults),
        kwdefaults: VmCell::new(kwdefaults),
        annotations: VmCell::new(Value::UNSET),
        module: VmCell::new(module),
        type_params: VmCell::new(Value::UNSET),
        dict: VmCell::new(Value::UNSET),
    };
    Ok(heap::new(&types().function, function).into_value())
}

fn required<T: heap::Payload>(vm: &mut Vm, given: Option<&Value>, param: &str, wanted: &str) -> Res<Ref<T>> {
    let given = given.unwrap_or(unset());
    match given.as_ref::<T>() {
        Some(found) => Ok(found),
        None => {
            let got = class_of(given).name_str();
            Err(vm.type_error(format!("function() argument '{param}' must be {wanted}, not {got}")))
        }
    }
}

fn optional(vm: &mut Vm, given: Option<&Value>, kind: Kind, message: &str) -> Res {
    expect_or_none(vm, given.cloned(), kind, message)
}

/// The closure for `function(...)`: as many cells as the code has free variables.
fn checked_closure(vm: &mut Vm, code: &CodeObject, given: Option<&Value>) -> Res {
    let wanted = code.code.freevars.len();
    let given = given.cloned().unwrap_or(Value::NONE);
    if !given.is_kind(Kind::Tuple) && (wanted > 0 || !given.is_none()) {
        let message =
            if wanted > 0 { "arg 5 (closure) must be tuple" } else { "arg 5 (closure) must be None or tuple" };
        return Err(vm.type_error(message));
    }
    let cells = given.as_items().unwrap_or_default();
    if cells.len() != wanted {
        let (name, got) = (super::text_of(&code.name), cells.len());
        return Err(vm.value_error(format!("{name} requires closure of length {wanted}, not {got}")));
    }
    if let Some(other) = cells.iter().find(|cell| cell.downcast::<CellObject>().is_none()) {
        let got = class_of(other).name_str();
        return Err(vm.type_error(format!("arg 5 (closure) expected cell, found {got}")));
    }
    Ok(if given.is_none() { Value::UNSET } else { given })
}
