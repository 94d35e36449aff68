//! `__build_class__`: what a `class` statement does, step by step. Whatever of it is in the language runs in frames.

use crate::heap::{Kind, Ref, VmCell};
use crate::objects::{CellObject, Class, Dict, Function, Opaque, Tuple, tuple};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Args, Request, Res, Vm, class_of, names, types};
use std::cell::{Cell, RefCell};

/// A class statement under way; what it finds out is filled in.
struct Statement {
    body: Ref<Function>,
    name: Value,
    /// The bases as written: a tuple.
    written: Value,
    /// How many of them were looked at, what became of them, and whether an `__mro_entries__` was asked.
    looked_at: Cell<usize>,
    resolved: RefCell<Vec<Value>>,
    changed: Cell<bool>,
    /// The bases as they are at last: a tuple.
    bases: VmCell<Value>,
    metaclass: VmCell<Value>,
    namespace: VmCell<Value>,
    /// The cell of `__class__`, or None.
    cell: VmCell<Value>,
    /// The keyword arguments but `metaclass`.
    values: Vec<Value>,
    keywords: Vec<Value>,
}

/// `__build_class__(function, name, *bases, metaclass=None, **keywords)`.
pub fn build_class(vm: &mut Vm, args: Args<'_>) -> Res {
    let [function, name, bases @ ..] = args.pos() else {
        return Err(vm.type_error("__build_class__: not enough arguments"));
    };
    let Some(body) = function.as_ref::<Function>() else {
        return Err(vm.type_error("__build_class__: func must be a function"));
    };
    let mut metaclass = Value::UNSET;
    let (mut values, mut keywords) = (Vec::new(), Vec::new());
    for (key, value) in args.keywords() {
        if crate::types::text_of(key) == "metaclass" {
            metaclass = value.clone();
        } else {
            keywords.push(key.clone());
            values.push(value.clone());
        }
    }
    let state = Opaque::state(Statement {
        body,
        name: name.clone(),
        written: tuple(bases.to_vec()),
        looked_at: Cell::new(0),
        resolved: RefCell::default(),
        changed: Cell::new(false),
        bases: VmCell::new(Value::UNSET),
        metaclass: VmCell::new(metaclass),
        namespace: VmCell::new(Value::UNSET),
        cell: VmCell::new(Value::NONE),
        values,
        keywords,
    });
    resolve_bases(vm, &state)
}

/// Replaces bases that are not classes by what their `__mro_entries__` says, from the next one on.
fn resolve_bases(vm: &mut Vm, state: &Value) -> Res {
    let statement = vm.state_of::<Statement>(state)?;
    let written = statement.written.as_items().unwrap_or_default();
    while let Some(base) = written.get(statement.looked_at.get()) {
        statement.looked_at.set(statement.looked_at.get() + 1);
        let hook = match base.is_kind(Kind::Class) {
            true => Ok(state.clone()),
            // The state stands for no such attribute.
            false => vm.ask_attr_or(base, &names().__mro_entries__, state.clone()),
        };
        match hook {
            Ok(hook) if hook.is(state) => statement.resolved.borrow_mut().push(base.clone()),
            hook => return vm.then(hook, ask_entries, state),
        }
    }
    choose_metaclass(vm, state)
}

fn ask_entries(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let callable = outcome.result(vm)?;
    let statement = vm.state_of::<Statement>(state)?;
    if callable.is(state) {
        let written = statement.written.as_items().unwrap_or_default();
        let base = written.get(statement.looked_at.get().saturating_sub(1)).cloned();
        statement.resolved.borrow_mut().extend(base);
        return resolve_bases(vm, state);
    }
    let asked = Err(vm.request(Request::Call { callable, args: vec![statement.written.clone()] }));
    vm.then(asked, add_entries, state)
}

fn add_entries(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let entries = outcome.result(vm)?;
    let statement = vm.state_of::<Statement>(state)?;
    let Some(items) = entries.downcast::<Tuple>() else {
        return Err(vm.type_error("__mro_entries__ must return a tuple"));
    };
    statement.resolved.borrow_mut().extend_from_slice(items.items());
    statement.changed.set(true);
    resolve_bases(vm, state)
}

/// The metaclass is the most derived of the given one and those of the bases; then its `__prepare__` is asked.
fn choose_metaclass(vm: &mut Vm, state: &Value) -> Res {
    let statement = vm.state_of::<Statement>(state)?;
    let bases = statement.resolved.take();
    let given = statement.metaclass.get().clone();
    let start = match bases.first() {
        _ if !given.is_unset() => given,
        Some(base) => class_of(base).value().clone(),
        None => types().r#type.value().clone(),
    };
    let metaclass = match start.as_ref::<Class>() {
        Some(start) => super::best_metaclass(vm, &start, &bases)?.into_value(),
        None => start,
    };
    statement.metaclass.set(metaclass.clone());
    statement.bases.set(tuple(bases));
    if metaclass.is(types().r#type.value()) {
        return run_body(vm, state, Dict::create().into_value());
    }
    let hook = vm.ask_attr_or(&metaclass, &names().__prepare__, state.clone());
    vm.then(hook, prepare, state)
}

fn prepare(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let callable = outcome.result(vm)?;
    if callable.is(state) {
        return run_body(vm, state, Dict::create().into_value());
    }
    let statement = vm.state_of::<Statement>(state)?;
    let asked = Err(call_with_keywords(vm, statement, callable, vec![statement.bases.get().clone()]));
    vm.then(asked, take_namespace, state)
}

/// Requests a call with the name, more arguments, and the keywords of the statement.
fn call_with_keywords(vm: &mut Vm, statement: &Statement, callable: Value, more: Vec<Value>) -> crate::Thrown {
    let mut args = vec![statement.name.clone()];
    args.extend(more);
    args.extend_from_slice(&statement.values);
    vm.request(Request::CallKeywords { callable, args, names: statement.keywords.clone() })
}

fn take_namespace(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let namespace = outcome.result(vm)?;
    if vm.special(&namespace, &names().__getitem__).is_some() {
        return run_body(vm, state, namespace);
    }
    let statement = vm.state_of::<Statement>(state)?;
    let metaclass = statement.metaclass.get().downcast::<Class>().map_or_else(|| "<metaclass>".into(), Class::name_str);
    let got = class_of(&namespace).name_str();
    Err(vm.type_error(format!("{metaclass}.__prepare__() must return a mapping, not {got}")))
}

fn run_body(vm: &mut Vm, state: &Value, namespace: Value) -> Res {
    let statement = vm.state_of::<Statement>(state)?;
    statement.namespace.set(namespace.clone());
    let run = Err(vm.request(Request::Body { function: statement.body.clone(), namespace }));
    vm.then(run, take_cell, state)
}

/// The body gives the cell of `__class__`, or None.
fn take_cell(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let cell = outcome.result(vm)?;
    let statement = vm.state_of::<Statement>(state)?;
    let namespace = statement.namespace.get().clone();
    statement.cell.set(cell.clone());
    let stored = if cell.is_none() { Ok(cell) } else { vm.ask_set_item(&namespace, &names().__classcell__, cell) };
    vm.then(stored, keep_written_bases, state)
}

fn keep_written_bases(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    let statement = vm.state_of::<Statement>(state)?;
    let (namespace, written) = (statement.namespace.get().clone(), statement.written.clone());
    let stored = match statement.changed.get() {
        true => vm.ask_set_item(&namespace, &names().__orig_bases__, written),
        false => Ok(Value::NONE),
    };
    vm.then(stored, make_class, state)
}

fn make_class(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    let statement = vm.state_of::<Statement>(state)?;
    let more = vec![statement.bases.get().clone(), statement.namespace.get().clone()];
    let made = Err(call_with_keywords(vm, statement, statement.metaclass.get().clone(), more));
    vm.then(made, check_cell, state)
}

/// Whether the metaclass handed on the cell of `__class__`.
fn check_cell(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let class = outcome.result(vm)?;
    let statement = vm.state_of::<Statement>(state)?;
    let Some(cell) = statement.cell.get().downcast::<CellObject>() else { return Ok(class) };
    let content = cell.content.get().clone();
    if !class.is_kind(Kind::Class) || content.is(&class) {
        return Ok(class);
    }
    let (name, shown) = (vm.repr(&statement.name)?.to_string_lossy(), vm.repr(&class)?.to_string_lossy());
    if content.is_unset() {
        let message =
            format!("__class__ not set defining {name} as {shown}. Was __classcell__ propagated to type.__new__?");
        return Err(vm.runtime_error(message));
    }
    let set = vm.repr(&content)?.to_string_lossy();
    Err(vm.type_error(format!("__class__ set to {set} defining {name} as {shown}")))
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
