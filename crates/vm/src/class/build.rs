//! `__build_class__`: what a `class` statement does.

use crate::heap::{Kind, Ref};
use crate::objects::{Class, Dict, Function, tuple};
use crate::value::Value;
use crate::{Args, Res, Vm, class_of, names, types};

/// `__build_class__(function, name, *bases, metaclass=None, **keywords)`.
pub fn build_class(vm: &mut Vm, args: Args<'_>) -> Res {
    let [function, name, bases @ ..] = args.pos() else {
        return Err(vm.type_error("__build_class__: not enough arguments"));
    };
    if !function.is_kind(Kind::Function) {
        return Err(vm.type_error("__build_class__: func must be a function"));
    }
    let resolved = resolve_bases(vm, bases)?;
    let bases_changed = resolved.is_some();
    let original = bases;
    let bases = resolved.unwrap_or_else(|| bases.to_vec());
    let mut metaclass = None;
    let (mut values, mut keyword_names) = (Vec::new(), Vec::new());
    for (key, value) in args.keywords() {
        if crate::types::text_of(key) == "metaclass" {
            metaclass = Some(value.clone());
        } else {
            keyword_names.push(key.clone());
            values.push(value.clone());
        }
    }
    let metaclass = choose_metaclass(vm, metaclass, &bases)?;
    let bases_tuple = tuple(bases);
    let namespace = prepare(vm, &metaclass, name, &bases_tuple, &values, &keyword_names)?;
    let cell = run_body(vm, function, &namespace)?;
    if bases_changed {
        let original = tuple(original.to_vec());
        vm.set_item(&namespace, &names().__orig_bases__, original)?;
    }
    if !cell.is_none() {
        vm.set_item(&namespace, &names().__classcell__, cell.clone())?;
    }
    let mut call = vec![name.clone(), bases_tuple, namespace];
    call.extend(values);
    let class = vm.call_window(&metaclass, call, &keyword_names)?;
    check_cell(vm, name, &class, &cell)?;
    Ok(class)
}

/// Whether the metaclass handed on the cell of `__class__`.
fn check_cell(vm: &mut Vm, name: &Value, class: &Value, cell: &Value) -> Res<()> {
    let Some(cell) = cell.downcast::<crate::objects::CellObject>() else { return Ok(()) };
    let content = cell.content.get().clone();
    if !class.is_kind(Kind::Class) || content.is(class) {
        return Ok(());
    }
    let (name, shown) = (vm.repr(name)?.to_string_lossy(), vm.repr(class)?.to_string_lossy());
    if content.is_unset() {
        let message =
            format!("__class__ not set defining {name} as {shown}. Was __classcell__ propagated to type.__new__?");
        return Err(vm.runtime_error(message));
    }
    let set = vm.repr(&content)?.to_string_lossy();
    Err(vm.type_error(format!("__class__ set to {set} defining {name} as {shown}")))
}

/// Replaces bases that are not classes by what their `__mro_entries__` says; None if all are classes.
fn resolve_bases(vm: &mut Vm, bases: &[Value]) -> Res<Option<Vec<Value>>> {
    if bases.iter().all(|base| base.is_kind(Kind::Class)) {
        return Ok(None);
    }
    let mut out = Vec::new();
    for base in bases {
        if base.is_kind(Kind::Class) {
            out.push(base.clone());
            continue;
        }
        match vm.find_attr(base, &names().__mro_entries__)? {
            Some(hook) => {
                let entries = vm.call(&hook, &[tuple(bases.to_vec())])?;
                let Some(items) = entries.downcast::<crate::objects::Tuple>() else {
                    return Err(vm.type_error("__mro_entries__ must return a tuple"));
                };
                out.extend_from_slice(items.items());
            }
            None => out.push(base.clone()),
        }
    }
    Ok(Some(out))
}

fn choose_metaclass(vm: &mut Vm, given: Option<Value>, bases: &[Value]) -> Res {
    let start = match given {
        Some(metaclass) if !metaclass.is_kind(Kind::Class) => return Ok(metaclass),
        Some(metaclass) => metaclass,
        None => match bases.first() {
            Some(base) => class_of(base).value().clone(),
            None => types().r#type.value().clone(),
        },
    };
    let Some(start) = start.as_ref::<Class>() else { return Ok(start) };
    super::best_metaclass(vm, &start, bases.iter()).map(Ref::into_value)
}

fn prepare(vm: &mut Vm, metaclass: &Value, name: &Value, bases: &Value, values: &[Value], keywords: &[Value]) -> Res {
    if metaclass.is(types().r#type.value()) {
        return Ok(Dict::create().into_value());
    }
    match vm.find_attr(metaclass, &names().__prepare__)? {
        Some(hook) => {
            let mut call = vec![name.clone(), bases.clone()];
            call.extend_from_slice(values);
            vm.call_keywords(&hook, &call, keywords)
        }
        None => Ok(Dict::create().into_value()),
    }
}

/// Runs the body with the namespace in register 0; gives the cell of `__class__`, or None.
fn run_body(vm: &mut Vm, function: &Value, namespace: &Value) -> Res {
    let Some(body) = function.as_ref::<Function>() else { return Ok(Value::NONE) };
    crate::dispatch::run_with_namespace(vm, body, namespace.clone())
}

/// The classes of a tuple of bases.
pub fn class_list(vm: &mut Vm, bases: &Value) -> Res<Vec<Ref<Class>>> {
    let items = bases.as_items().map(<[Value]>::to_vec).unwrap_or_default();
    let mut out = Vec::with_capacity(items.len());
    for base in items {
        match base.as_ref::<Class>() {
            Some(class) => out.push(class),
            None => {
                let metaclass = class_of(&base).clone();
                let name = metaclass.name_str();
                return Err(vm.type_error(format!("bases must be types, not '{name}'")));
            }
        }
    }
    Ok(out)
}
