//! What `from module import …` binds.

use crate::objects::{Exception, Module, Opaque, Str, intern, tuple};
use crate::types::text_of;
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Res, Thrown, Vm, class_of, names, types};
use std::cell::{Cell, RefCell};

/// `from module import name`: the value, or the request for it.
pub fn import_from(vm: &mut Vm, module: &Value, name: &Value) -> Res {
    if class_of(module).is(&types().module)
        && let Some(found) = module.downcast::<Module>().and_then(|module| module.dict.get_str(name))
        && vm.special(module, name).is_none()
    {
        return Ok(found);
    }
    // The state stands for no such attribute.
    let state = tuple(vec![module.clone(), name.clone()]);
    match vm.ask_attr_or(module, name, state.clone()) {
        Ok(found) if !found.is(&state) => Ok(found),
        found => vm.then(found, found_or_submodule, &state),
    }
}

/// A submodule that is not yet an attribute of its package is there for a circular import.
fn found_or_submodule(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let found = outcome.result(vm)?;
    let Some([module, name]) = state.as_items() else { return Ok(found) };
    if !found.is(state) {
        return Ok(found);
    }
    let own = vm.find_attr(module, &names().__name__)?.filter(|own| own.downcast::<Str>().is_some());
    let submodule = own.as_ref().map(|own| format!("{}.{}", text_of(own), text_of(name)));
    if let Some(found) = submodule.and_then(|full| vm.modules.get_str(&intern(full.as_bytes()))) {
        return Ok(found);
    }
    Err(cannot_import(vm, module, name, own)?)
}

fn cannot_import(vm: &mut Vm, module: &Value, name: &Value, own: Option<Value>) -> Res<Thrown> {
    let path = vm.find_attr(module, &names().__file__)?.filter(|file| file.downcast::<Str>().is_some());
    let shown = own.as_ref().map_or_else(|| "<unknown module name>".to_owned(), text_of);
    let place = path.as_ref().map_or_else(|| "unknown location".to_owned(), text_of);
    let text = text_of(name);
    let message = match module.downcast::<Module>() {
        Some(module) if module.initializing.get() => format!(
            "cannot import name '{text}' from partially initialized module '{shown}' (most likely due to a circular \
             import) ({place})"
        ),
        _ => format!("cannot import name '{text}' from '{shown}' ({place})"),
    };
    let class = types().exceptions.ImportError.clone();
    let exception = Exception::create(&class, vec![Value::from(message.as_str())]);
    exception.set_field(&names().msg, Value::from(message));
    exception.set_field(&names().name, own.unwrap_or(Value::NONE));
    exception.set_field(&names().name_from, name.clone());
    exception.set_field(&names().path, path.unwrap_or(Value::NONE));
    Ok(vm.throw(exception.into_value()))
}

/// How an AttributeError speaks of a module without that attribute, which may be on its way.
pub fn missing_in_module(vm: &Vm, module: &Module, attribute: &str) -> String {
    let own = module.dict.get_str(&names().__name__).map_or_else(String::new, |name| text_of(&name));
    let file = module.dict.get_str(&names().__file__).filter(|file| file.downcast::<Str>().is_some());
    let circular = "(most likely due to a circular import)";
    if module.initializing.get() {
        let Some(file) = file.as_ref().map(text_of) else {
            return format!("partially initialized module '{own}' has no attribute '{attribute}' {circular}");
        };
        if !is_beside_script(vm, &file) {
            return format!(
                "partially initialized module '{own}' from '{file}' has no attribute '{attribute}' {circular}"
            );
        }
        return format!(
            "module '{own}' has no attribute '{attribute}' (consider renaming '{file}' if it has the same name as a \
             third-party module you intended to import)"
        );
    }
    let submodule = vm.modules.get_str(&intern(format!("{own}.{attribute}").as_bytes()));
    if submodule.as_ref().and_then(|found| found.downcast::<Module>()).is_some_and(|found| found.initializing.get()) {
        return format!("cannot access submodule '{attribute}' of module '{own}' {circular}");
    }
    format!("module '{own}' has no attribute '{attribute}'")
}

/// Whether a module's file or folder is in the folder of the script that runs.
fn is_beside_script(vm: &Vm, file: &str) -> bool {
    let main = vm.modules.get_str(&names().__main__);
    let script = main.as_ref().and_then(|main| main.downcast::<Module>()?.dict.get_str(&names().__file__));
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let module = file.strip_suffix("/__init__.py").unwrap_or(file);
    script.is_some_and(|script| folder(module).is_some_and(|found| Some(found) == folder(&text_of(&script))))
}

/// `from module import *` under way.
struct Star {
    module: Value,
    target: Value,
    /// Whether the names are those of `__all__`.
    from_all: Cell<bool>,
    /// What is still to be bound, the last first.
    left: RefCell<Vec<Value>>,
    /// The name whose value is being fetched.
    current: RefCell<Value>,
}

/// `from module import *` into a namespace.
pub fn import_star(vm: &mut Vm, module: &Value, target: &Value) -> Res {
    let state = Opaque::state(Star {
        module: module.clone(),
        target: target.clone(),
        from_all: Cell::new(false),
        left: RefCell::default(),
        current: RefCell::new(Value::UNSET),
    });
    // The state stands for no such attribute.
    let all = vm.ask_attr_or(module, &names().__all__, state.clone());
    vm.then(all, list_all, &state)
}

fn list_all(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let all = outcome.result(vm)?;
    if !all.is(state) {
        let items = vm.ask_items(&all);
        return vm.then(items, bind_all, state);
    }
    let star = vm.state_of::<Star>(state)?;
    let dict = match star.module.downcast::<Module>() {
        Some(module) => Ok(module.dict.value().clone()),
        None => vm.ask_attr_or(&star.module, &names().__dict__, state.clone()),
    };
    vm.then(dict, list_dict, state)
}

fn list_dict(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let dict = outcome.result(vm)?;
    if dict.is(state) {
        return Err(vm.import_error("from-import-* object has no __dict__ and no __all__"));
    }
    let items = vm.ask_items(&dict);
    vm.then(items, bind_public, state)
}

fn bind_all(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let items = outcome.result(vm)?;
    let star = vm.state_of::<Star>(state)?;
    star.from_all.set(true);
    star.left.borrow_mut().extend(items.as_items().unwrap_or_default().iter().rev().cloned());
    bind_rest(vm, state)
}

/// Without `__all__`, names that begin with an underscore are left out.
fn bind_public(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let items = outcome.result(vm)?;
    let star = vm.state_of::<Star>(state)?;
    let is_public = |name: &&Value| !name.downcast::<Str>().is_some_and(|name| name.as_bytes().starts_with(b"_"));
    star.left.borrow_mut().extend(items.as_items().unwrap_or_default().iter().rev().filter(is_public).cloned());
    bind_rest(vm, state)
}

fn no_name(vm: &mut Vm, star: &Star, item: &Value) -> Res {
    let module = vm.find_attr(&star.module, &names().__name__)?;
    let (module, got) = (module.as_ref().map_or_else(String::new, text_of), class_of(item).name_str());
    let (what, place) = if star.from_all.get() { ("Item in", "__all__") } else { ("Key in", "__dict__") };
    Err(vm.type_error(format!("{what} {module}.{place} must be str, not {got}")))
}

/// Binds what is left.
fn bind_rest(vm: &mut Vm, state: &Value) -> Res {
    let star = vm.state_of::<Star>(state)?;
    loop {
        let Some(name) = star.left.borrow_mut().pop() else { break };
        if name.downcast::<Str>().is_none() {
            return no_name(vm, star, &name);
        }
        star.current.replace(name.clone());
        let value = vm.ask_attr(&star.module, &name);
        let stored = match value {
            Ok(value) => vm.ask_set_item(&star.target, &name, value),
            value => return vm.then(value, bind_current, state),
        };
        if stored.is_err() {
            return vm.then(stored, current_bound, state);
        }
    }
    Ok(Value::NONE)
}

fn bind_current(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let value = outcome.result(vm)?;
    let star = vm.state_of::<Star>(state)?;
    let name = star.current.borrow().clone();
    let stored = vm.ask_set_item(&star.target, &name, value);
    vm.then(stored, current_bound, state)
}

fn current_bound(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    bind_rest(vm, state)
}
