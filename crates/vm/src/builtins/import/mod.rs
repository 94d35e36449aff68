//! Importing modules: `sys.modules`, native modules, then what the host finds. Bodies of modules run in frames.

mod binding;
mod statement;

pub use binding::{import_from, import_star, missing_in_module};
pub use statement::{Wanted, import_by_name, import_statement};

use crate::heap::VmCell;
use crate::host::FoundModule;
use crate::objects::{CodeObject, Exception, Function, Module, Opaque, intern, list};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Request, Res, Thrown, Vm, names, types};
use std::cell::Cell;

/// The import of a dotted name: packages first, then what is in them.
struct Chain {
    name: String,
    /// So much of the name is imported.
    done: Cell<usize>,
    /// The module that is being loaded.
    loading: VmCell<Value>,
}

impl Chain {
    /// The part of the name that is imported next.
    fn next(&self) -> &str {
        let done = self.done.get();
        let begin = if done == 0 { 0 } else { done + 1 };
        let length = self.name[begin..].find('.').unwrap_or(self.name.len() - begin);
        &self.name[..begin + length]
    }

    fn parent(&self) -> &str {
        &self.name[..self.done.get()]
    }
}

/// The module of this dotted name for native code, imported by a nested run if need be.
pub fn import_module(vm: &mut Vm, name: &str) -> Res {
    let module = ask_module(vm, name);
    vm.complete(module)
}

/// The module of this dotted name, or the request that comes to it.
pub fn ask_module(vm: &mut Vm, name: &str) -> Res {
    if let Some(found) = imported(vm, name) {
        return unless_halted(vm, name, found);
    }
    let mut done = 0;
    for (dot, _) in name.rmatch_indices('.') {
        if imported(vm, &name[..dot]).is_some() {
            done = dot;
            break;
        }
    }
    let chain = Chain { name: name.to_owned(), done: Cell::new(done), loading: VmCell::new(Value::UNSET) };
    go_on(vm, &Opaque::state(chain))
}

/// What `sys.modules` has for a name.
fn imported(vm: &Vm, name: &str) -> Option<Value> {
    vm.modules.get_str(&intern(name.as_bytes()))
}

/// The module, unless None stands in its place.
fn unless_halted(vm: &mut Vm, name: &str, found: Value) -> Res {
    if found.is_none() {
        return Err(not_found(vm, name, &format!("import of {name} halted; None in sys.modules")));
    }
    Ok(found)
}

fn not_found(vm: &mut Vm, name: &str, message: &str) -> Thrown {
    let class = types().exceptions.ModuleNotFoundError.clone();
    let exception = Exception::create(&class, vec![Value::from(message)]);
    exception.set_field(&names().msg, Value::from(message));
    exception.set_field(&names().name, Value::from(name));
    vm.throw(exception.into_value())
}

/// Imports what comes next in the name; gives the module of the whole name at its end.
fn go_on(vm: &mut Vm, state: &Value) -> Res {
    let chain = vm.state_of::<Chain>(state)?;
    loop {
        let next = chain.next();
        // Importing the package may have imported this one.
        if let Some(found) = imported(vm, next) {
            let found = unless_halted(vm, next, found)?;
            if next.len() == chain.name.len() {
                return Ok(found);
            }
            chain.done.set(next.len());
            continue;
        }
        if chain.done.get() == 0 {
            return load(vm, state);
        }
        let Some(parent) = imported(vm, chain.parent()) else {
            let parent = Value::from(chain.parent());
            return Err(vm.key_error(&parent));
        };
        let path = vm.ask_attr_or(&parent, &names().__path__, state.clone());
        return vm.then(path, enter_package, state);
    }
}

/// A module is in a package if the parent has a `__path__`; the state stands for none.
fn enter_package(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    if !outcome.result(vm)?.is(state) {
        return load(vm, state);
    }
    let chain = vm.state_of::<Chain>(state)?;
    let (name, parent) = (chain.next(), chain.parent());
    let text = format!("No module named '{name}'; '{parent}' is not a package");
    Err(not_found(vm, name, &text))
}

fn load(vm: &mut Vm, state: &Value) -> Res {
    let chain = vm.state_of::<Chain>(state)?;
    let name = chain.next();
    if let Some(init) = vm.native_modules.get(name).copied() {
        let module = init(vm)?;
        drop(vm.modules.insert_str(&intern(name.as_bytes()), module));
        return bind_in_parent(vm, state);
    }
    match vm.host.find_module(name) {
        None => Err(not_found(vm, name, &format!("No module named '{name}'"))),
        Some(Err(problem)) => Err(super::core::raise_syntax(vm, &problem, name)),
        Some(Ok(found)) => {
            super::core::give_syntax_warnings(vm)?;
            let body = new_module(vm, chain, found);
            vm.then(Err(body), loaded, state)
        }
    }
}

/// Enters a module into `sys.modules` and requests that its body be run.
fn new_module(vm: &mut Vm, chain: &Chain, found: FoundModule) -> Thrown {
    let FoundModule::Code { code, path, package } = found;
    let name = chain.next();
    let module = vm.new_module(name);
    let dict = module.dict.clone();
    dict.set("__file__", path.as_str());
    let package_name = if package { name } else { name.rsplit_once('.').map_or("", |(parent, _)| parent) };
    dict.set("__package__", package_name);
    dict.insert_str(&names().__builtins__, vm.builtins.value().clone());
    if package {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        dict.set("__path__", list(vec![Value::from(folder)]));
    }
    module.initializing.set(true);
    chain.loading.set(module.value().clone());
    drop(vm.modules.insert_str(&intern(name.as_bytes()), module.into_value()));
    let function = Function::create(CodeObject::create(&code), dict, vm.builtins.clone());
    vm.request(Request::Body { function, namespace: Value::UNSET })
}

/// The body of a module has run. One that failed is imported no more.
fn loaded(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let chain = vm.state_of::<Chain>(state)?;
    let key = intern(chain.next().as_bytes());
    if let Some(module) = chain.loading.replace(Value::UNSET).downcast::<Module>() {
        module.initializing.set(false);
    }
    if let Outcome::Raised(_) = outcome {
        drop(vm.modules.remove_str(&key));
    }
    outcome.result(vm)?;
    if vm.modules.get_str(&key).is_none() {
        return Err(vm.key_error(&key));
    }
    bind_in_parent(vm, state)
}

/// A module in a package is an attribute of the package.
fn bind_in_parent(vm: &mut Vm, state: &Value) -> Res {
    let chain = vm.state_of::<Chain>(state)?;
    if chain.done.get() == 0 {
        return go_on(vm, state);
    }
    // A module may have put another into `sys.modules` in its place.
    let (Some(parent), Some(module)) = (imported(vm, chain.parent()), imported(vm, chain.next())) else {
        let parent = Value::from(chain.parent());
        return Err(vm.key_error(&parent));
    };
    let child = intern(chain.next().as_bytes().get(chain.done.get() + 1..).unwrap_or_default());
    let bound = vm.ask_set_attr(&parent, &child, module);
    vm.then(bound, bound_in_parent, state)
}

fn bound_in_parent(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    outcome.result(vm)?;
    go_on(vm, state)
}
