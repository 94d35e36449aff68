//! "Did you mean": names close to one that was not found.

use super::field;
use super::stack::from;
use crate::dispatch::closest;
use crate::heap::Ref;
use crate::objects::{Class, Function, Module, Str, Traceback, intern};
use crate::types::object::dir_names;
use crate::types::text_of;
use crate::value::Value;
use crate::{Vm, class_of, names, types};

/// More names than this are not searched.
const MOST_NAMES: usize = 750;

/// What the message of this exception, raised in the last frame of this traceback, is to end with: `. Did you mean: …?`,
/// or nothing.
pub fn suggestion(vm: &mut Vm, exception: &Value, traceback: &Value) -> String {
    let innermost = from(traceback).last();
    let exceptions = &types().exceptions;
    let class = class_of(exception).clone();
    if class.is_subclass_of(&exceptions.ImportError) {
        return wanted(exception, &names().name_from)
            .and_then(|wrong| did_you_mean(among(&wrong, module_names(vm, exception, &wrong)?)))
            .unwrap_or_default();
    }
    // An unbound local is no misspelling: CPython suggests nothing there.
    let is_name_error =
        class.is_subclass_of(&exceptions.NameError) && !class.is_subclass_of(&exceptions.UnboundLocalError);
    if !is_name_error && !class.is_subclass_of(&exceptions.AttributeError) {
        return String::new();
    }
    let Some(wrong) = wanted(exception, &names().name) else { return String::new() };
    if !is_name_error {
        return attribute_names(vm, exception, &wrong, innermost.as_deref())
            .and_then(|names| did_you_mean(among(&wrong, names)))
            .unwrap_or_default();
    }
    let near = innermost.and_then(|traceback| did_you_mean(name_in_scope(&traceback, &wrong)));
    match (near, is_library_module(vm, &wrong)) {
        (Some(near), true) => format!("{near} Or did you forget to import '{wrong}'?"),
        (None, true) => format!(". Did you forget to import '{wrong}'?"),
        (near, false) => near.unwrap_or_default(),
    }
}

fn wanted(exception: &Value, name: &Value) -> Option<String> {
    field(exception, name).downcast::<Str>().map(Str::to_string_lossy)
}

fn did_you_mean(name: Option<String>) -> Option<String> {
    name.map(|name| format!(". Did you mean: '{name}'?"))
}

fn among(wrong: &str, names: Vec<String>) -> Option<String> {
    if names.len() > MOST_NAMES {
        return None;
    }
    closest(wrong, names.iter().map(String::as_str)).map(str::to_owned)
}

/// Without the names that begin with an underscore, unless the wrong one does.
fn hide_private(names: &mut Vec<String>, wrong: &str) {
    if !wrong.starts_with('_') {
        names.retain(|name| !name.starts_with('_'));
    }
}

/// `dir(object)`.
fn dir(vm: &mut Vm, object: &Value) -> Option<Vec<String>> {
    let method = vm.special(object, &names().__dir__);
    let found = match method {
        Some(method) => vm.call_on(&method, object, &[]).and_then(|list| vm.collect(&list)),
        None => dir_names(vm, object),
    };
    let Ok(found) = found else {
        drop(vm.catch());
        return None;
    };
    let mut found: Vec<String> = found.iter().map(text_of).collect();
    found.sort();
    Some(found)
}

fn module_names(vm: &mut Vm, exception: &Value, wrong: &str) -> Option<Vec<String>> {
    let module = vm.modules.get_str(&field(exception, &names().name))?;
    let mut found = dir(vm, &module)?;
    hide_private(&mut found, wrong);
    Some(found)
}

fn attribute_names(vm: &mut Vm, exception: &Value, wrong: &str, raised_in: Option<&Traceback>) -> Option<Vec<String>> {
    let object = exception.downcast::<crate::objects::Exception>()?.field(&names().obj)?;
    let mut found = dir(vm, &object)?;
    let inside = raised_in.and_then(class_of_method);
    if !inside.is_some_and(|class| class_of(&object).is_subclass_of(&class)) {
        hide_private(&mut found, wrong);
    }
    Some(found)
}

/// The class whose method the frame runs, if it has a local `self`. The frame is gone, so the class is found by the
/// function's qualified name.
fn class_of_method(traceback: &Traceback) -> Option<Ref<Class>> {
    let code = &traceback.code.code;
    code.locals.iter().find(|local| &*local.name == "self")?;
    let (path, _) = code.qualname.rsplit_once('.')?;
    let globals = traceback.function.downcast::<Function>()?.globals.clone();
    let mut parts = path.split('.');
    let mut class = globals.get_str(&intern(parts.next()?.as_bytes()))?.as_ref::<Class>()?;
    for part in parts {
        class = class.own(&intern(part.as_bytes()))?.as_ref::<Class>()?;
    }
    Some(class)
}

/// Whether instances have this attribute: of the class, or assigned by its methods.
fn instances_have(class: &Class, name: &str) -> bool {
    let assigned = |class: &Class| {
        let names = class.own(&names().__static_attributes__);
        names.is_some_and(|n| n.as_items().is_some_and(|items| items.iter().any(|item| text_of(item) == name)))
    };
    class.find_in_mro(&intern(name.as_bytes())).is_some()
        || assigned(class)
        || class.mro_tail.get().iter().any(|base| assigned(base))
}

fn name_in_scope(traceback: &Traceback, wrong: &str) -> Option<String> {
    if class_of_method(traceback).is_some_and(|class| instances_have(&class, wrong)) {
        return Some(format!("self.{wrong}"));
    }
    let mut found: Vec<String> = traceback.code.code.locals.iter().map(|local| local.name.to_string()).collect();
    let function = traceback.function.downcast::<Function>()?;
    for scope in [&function.globals, &function.builtins] {
        found.extend(scope.keys().iter().map(text_of));
    }
    among(wrong, found)
}

fn is_library_module(vm: &mut Vm, name: &str) -> bool {
    let sys = vm.modules.get_str(&intern(b"sys"));
    let known = sys.and_then(|s| s.downcast::<Module>()?.dict.get_str(&intern(b"stdlib_module_names")));
    known.is_some_and(|known| match vm.contains(&known, &Value::from(name)) {
        Ok(found) => found,
        Err(_) => {
            drop(vm.catch());
            false
        }
    })
}
