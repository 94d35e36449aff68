//! The `import` statement and `__import__`: which module is meant, and which submodules are wanted of it.

use super::{ask_module, imported, unless_halted};
use crate::heap::{Kind, Ref};
use crate::objects::{Dict, Exception, Module, Opaque, Str};
use crate::types::text_of;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Request, Res, Vm, class_of, names, types};
use std::cell::RefCell;

/// What is asked of an import: a module, perhaps relative to a package, and names in it.
pub struct Wanted<'a> {
    pub name: &'a str,
    /// A tuple or another iterable, or None.
    pub fromlist: &'a Value,
    /// How many packages up the name begins, counted from 1.
    pub level: u8,
}

/// An import by name under way.
struct Import {
    /// The full name, and how much of it is what is given if there is no from-list.
    full: String,
    top: usize,
    fromlist: Value,
}

/// Submodules that a from-list may mean.
struct Submodules {
    module: Value,
    full: String,
    /// What is still to be looked at, the last first, with whether it comes from `__all__`.
    left: RefCell<Vec<(Value, bool)>>,
    /// The full name of the one that is being imported.
    current: RefCell<String>,
}

/// What an `import` statement binds first: the top package, or with a from-list the module itself; or the request for it.
pub fn import_statement(vm: &mut Vm, globals: &Ref<Dict>, name: &Value, fromlist: &Value, level: u8) -> Res {
    // A script may have replaced `__import__`.
    if let Some(callable) = vm.builtins.get_str(&names().__import__)
        && !callable.is_kind(Kind::Native)
    {
        let level = Value::int_unchecked(i64::from(level));
        let args = vec![name.clone(), globals.value().clone(), Value::NONE, fromlist.clone(), level];
        return Err(vm.request(Request::Call { callable, args }));
    }
    import_by_name(vm, globals, Wanted { name: &text_of(name), fromlist, level })
}

/// `__import__`.
pub fn import_by_name(vm: &mut Vm, globals: &Dict, wanted: Wanted<'_>) -> Res {
    let Wanted { name, fromlist, level } = wanted;
    let full = absolute(vm, name, globals, level)?;
    if full.is_empty() {
        return Err(vm.value_error("Empty module name"));
    }
    let begin = full.len() - name.len();
    let top = if name.is_empty() { full.len() } else { begin + name.find('.').unwrap_or(name.len()) };
    let module = ask_module(vm, &full);
    let plain = match (&module, fromlist.as_items().map(<[Value]>::len)) {
        (Ok(_), Some(0)) => top == full.len(),
        (Ok(_), None) => fromlist.is_none() && top == full.len(),
        (Ok(module), Some(_)) => has_no_submodules(module),
        _ => false,
    };
    if plain {
        return module;
    }
    let state = Opaque::state(Import { full, top, fromlist: fromlist.clone() });
    vm.then(module, found, &state)
}

/// Whether it is plain that a module is no package.
fn has_no_submodules(module: &Value) -> bool {
    let is_plain = class_of(module).is(&types().module);
    module.downcast::<Module>().filter(|_| is_plain).is_some_and(|module| {
        module.dict.get_str(&names().__path__).is_none() && module.dict.get_str(&names().__getattr__).is_none()
    })
}

/// The name that a relative import means.
fn absolute(vm: &mut Vm, name: &str, globals: &Dict, level: u8) -> Res<String> {
    if level == 0 {
        return Ok(name.to_owned());
    }
    let package = match globals.get_str(&names().__package__) {
        Some(package) if package.downcast::<Str>().is_some() => text_of(&package),
        _ => {
            let Some(own) = globals.get_str(&names().__name__) else {
                let message = Value::from("'__name__' not in globals");
                return Err(vm.key_error(&message));
            };
            let own = text_of(&own);
            let is_package = globals.get_str(&names().__path__).is_some();
            if is_package {
                own
            } else {
                own.rsplit_once('.').map_or_else(String::new, |(parent, _)| parent.to_owned())
            }
        }
    };
    if package.is_empty() {
        return Err(vm.import_error("attempted relative import with no known parent package"));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        base = match base.rsplit_once('.') {
            Some((parent, _)) => parent,
            None => return Err(vm.import_error("attempted relative import beyond top-level package")),
        };
    }
    Ok(if name.is_empty() { base.to_owned() } else { format!("{base}.{name}") })
}

/// The module is imported. Without a from-list the top package is wanted, else submodules if it is a package.
fn found(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let module = outcome.result(vm)?;
    let import = vm.state_of::<Import>(state)?;
    if !vm.truth(&import.fromlist)? {
        let top = &import.full[..import.top];
        return match imported(vm, top) {
            Some(found) => unless_halted(vm, top, found),
            None => ask_module(vm, top),
        };
    }
    let submodules = Submodules {
        module: module.clone(),
        full: import.full.clone(),
        left: RefCell::new(vec![(import.fromlist.clone(), false)]),
        current: RefCell::default(),
    };
    let path = vm.ask_attr_or(&module, &names().__path__, Value::UNSET);
    vm.then(path, list_names, &Opaque::state(submodules))
}

fn list_names(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let is_package = outcome.result(vm)?;
    let submodules = vm.state_of::<Submodules>(state)?;
    let Some((fromlist, _)) = submodules.left.borrow_mut().pop() else { return Ok(submodules.module.clone()) };
    if !is_package.is_true() {
        return Ok(submodules.module.clone());
    }
    let items = vm.ask_items(&fromlist);
    vm.then(items, add_wanted, state)
}

fn add_wanted(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    add(vm, state, outcome, false)
}

fn add_all(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    add(vm, state, outcome, true)
}

/// Has these names looked at next.
fn add(vm: &mut Vm, state: &Value, outcome: Outcome, from_all: bool) -> Res {
    let items = outcome.result(vm)?;
    let submodules = vm.state_of::<Submodules>(state)?;
    let names = items.as_items().unwrap_or_default().iter().rev();
    submodules.left.borrow_mut().extend(names.map(|name| (name.clone(), from_all)));
    look_at_names(vm, state)
}

/// Imports the submodules among the names; gives the module.
fn look_at_names(vm: &mut Vm, state: &Value) -> Res {
    let submodules = vm.state_of::<Submodules>(state)?;
    loop {
        let Some((name, from_all)) = submodules.left.borrow_mut().pop() else { break };
        let Some(text) = name.downcast::<Str>().map(Str::to_string_lossy) else {
            let place = if from_all { format!("{}.__all__", submodules.full) } else { "``from list''".to_owned() };
            let got = class_of(&name).name_str();
            return Err(vm.type_error(format!("Item in {place} must be str, not {got}")));
        };
        if text == "*" {
            if from_all {
                continue;
            }
            let all = vm.ask_attr_or(&submodules.module, &names().__all__, state.clone());
            return vm.then(all, list_all, state);
        }
        submodules.current.replace(format!("{}.{text}", submodules.full));
        match vm.ask_attr_or(&submodules.module, &crate::objects::intern_value(&name), Value::UNSET) {
            Ok(there) if there.is_true() => {}
            there => return vm.then(there, import_unless_there, state),
        }
    }
    Ok(submodules.module.clone())
}

/// `__all__` of the package; the state stands for none.
fn list_all(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let all = outcome.result(vm)?;
    if all.is(state) {
        return look_at_names(vm, state);
    }
    let items = vm.ask_items(&all);
    vm.then(items, add_all, state)
}

fn import_unless_there(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    if outcome.result(vm)?.is_true() {
        return look_at_names(vm, state);
    }
    let submodules = vm.state_of::<Submodules>(state)?;
    let name = submodules.current.borrow().clone();
    let module = ask_module(vm, &name);
    vm.then(module, submodule_imported, state)
}

/// A name that is no module may yet be found otherwise, or else the statement fails.
fn submodule_imported(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let Outcome::Raised(exception) = outcome else { return look_at_names(vm, state) };
    let submodules = vm.state_of::<Submodules>(state)?;
    let name = submodules.current.borrow().clone();
    let halted = imported(vm, &name).is_some_and(|module| module.is_none());
    let is_it = !halted
        && class_of(&exception).is_subclass_of(&types().exceptions.ModuleNotFoundError)
        && exception.downcast::<Exception>().and_then(|e| e.field(&names().name)).is_some_and(|n| text_of(&n) == name);
    if is_it { look_at_names(vm, state) } else { Err(vm.rethrow(exception)) }
}
