//! Importing modules: `sys.modules`, native modules, then what the host finds.

use crate::heap::Ref;
use crate::host::FoundModule;
use crate::objects::{CodeObject, Dict, Function, Module, Str, intern, list};
use crate::types::text_of;
use crate::value::Value;
use crate::{Res, Thrown, Vm, names, types};

/// The module of this dotted name, imported with its parents if need be.
pub fn import_module(vm: &mut Vm, name: &str) -> Res {
    let key = intern(name.as_bytes());
    if let Some(found) = vm.modules.get_str(&key) {
        if found.is_none() {
            return Err(not_found(vm, name, &format!("import of {name} halted; None in sys.modules")));
        }
        return Ok(found);
    }
    let parent = match name.rsplit_once('.') {
        Some((parent, _)) => {
            let parent_module = import_module(vm, parent)?;
            if vm.find_attr(&parent_module, &names().__path__)?.is_none() {
                let text = format!("No module named '{name}'; '{parent}' is not a package");
                return Err(not_found(vm, name, &text));
            }
            // Importing the parent may have imported this one.
            if let Some(found) = vm.modules.get_str(&key) {
                return Ok(found);
            }
            Some(parent_module)
        }
        None => None,
    };
    let module = load(vm, name, &key)?;
    if let (Some(parent), Some((_, child))) = (parent, name.rsplit_once('.')) {
        vm.set_attr(&parent, &intern(child.as_bytes()), module.clone())?;
    }
    Ok(module)
}

fn not_found(vm: &mut Vm, name: &str, message: &str) -> Thrown {
    let class = types().exceptions.ModuleNotFoundError.clone();
    let exception = crate::objects::Exception::create(&class, vec![Value::from(message)]);
    exception.set_field(&names().msg, Value::from(message));
    exception.set_field(&names().name, Value::from(name));
    vm.throw(exception.into_value())
}

fn load(vm: &mut Vm, name: &str, key: &Value) -> Res {
    if let Some(init) = vm.native_modules.get(name).copied() {
        let module = init(vm)?;
        drop(vm.modules.insert_str(key, module.clone()));
        return Ok(module);
    }
    match vm.host.find_module(name) {
        None => Err(not_found(vm, name, &format!("No module named '{name}'"))),
        Some(Err(problem)) => Err(super::core::raise_syntax(vm, &problem, name)),
        Some(Ok(FoundModule::Code { code, path, package })) => {
            super::core::give_syntax_warnings(vm)?;
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
            drop(vm.modules.insert_str(key, module.value().clone()));
            let code = CodeObject::create(&code);
            let builtins = vm.builtins.clone();
            let body = Function::create(code, dict, builtins);
            match crate::dispatch::run_with_namespace(vm, body, Value::UNSET) {
                // A module may have replaced itself in `sys.modules`.
                Ok(_) => Ok(vm.modules.get_str(key).unwrap_or_else(|| module.into_value())),
                Err(thrown) => {
                    drop(vm.modules.remove_str(key));
                    Err(thrown)
                }
            }
        }
    }
}

/// The name that a relative import means.
fn absolute(vm: &mut Vm, name: &str, globals: &Dict, level: u8) -> Res<String> {
    if level == 0 {
        return Ok(name.to_owned());
    }
    let package = match globals.get_str(&names().__package__) {
        Some(package) if package.downcast::<Str>().is_some() => text_of(&package),
        _ => {
            let own = globals.get_str(&names().__name__).map_or_else(String::new, |n| text_of(&n));
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

/// What an `import` statement binds first: the top package, or with a from-list the module itself.
pub fn import_statement(vm: &mut Vm, name: &Value, globals: &Ref<Dict>, fromlist: &Value, level: u8) -> Res {
    // A script may have replaced `__import__`.
    if let Some(hook) = vm.builtins.get_str(&names().__import__)
        && !hook.is_kind(crate::heap::Kind::Native)
    {
        let args = [
            name.clone(),
            globals.value().clone(),
            Value::NONE,
            fromlist.clone(),
            Value::int_unchecked(i64::from(level)),
        ];
        return vm.call(&hook, &args);
    }
    import_by_name(vm, &text_of(name), globals, fromlist, level)
}

/// `__import__`.
pub fn import_by_name(vm: &mut Vm, name: &str, globals: &Dict, fromlist: &Value, level: u8) -> Res {
    let full = absolute(vm, name, globals, level)?;
    if full.is_empty() {
        return Err(vm.value_error("Empty module name"));
    }
    let module = import_module(vm, &full)?;
    let wanted = if fromlist.is_none() { Vec::new() } else { vm.collect(fromlist)? };
    if wanted.is_empty() {
        if level > 0 {
            return Ok(module);
        }
        let top = full.split('.').next().unwrap_or(&full).to_owned();
        return import_module(vm, &top);
    }
    if vm.find_attr(&module, &names().__path__)?.is_some() {
        for name in wanted {
            import_submodule(vm, &module, &full, &name)?;
        }
    }
    Ok(module)
}

/// `from package import name` where name may be a submodule not yet imported.
fn import_submodule(vm: &mut Vm, package: &Value, full: &str, name: &Value) -> Res<()> {
    let text = text_of(name);
    if text == "*" {
        if let Some(all) = vm.find_attr(package, &names().__all__)? {
            for name in vm.collect(&all)? {
                import_submodule(vm, package, full, &name)?;
            }
        }
        return Ok(());
    }
    if vm.find_attr(package, name)?.is_some() {
        return Ok(());
    }
    let sub = format!("{full}.{text}");
    match import_module(vm, &sub) {
        Ok(_) => Ok(()),
        Err(thrown) => {
            let missing = vm.thrown_is(&types().exceptions.ModuleNotFoundError)
                && vm
                    .thrown
                    .downcast::<crate::objects::Exception>()
                    .and_then(|exception| exception.field(&names().name))
                    .is_some_and(|n| text_of(&n) == sub);
            if missing {
                drop(vm.catch());
                return Ok(());
            }
            Err(thrown)
        }
    }
}

/// `from module import name`.
pub fn import_from(vm: &mut Vm, module: &Value, name: &Value) -> Res {
    if let Some(found) = vm.find_attr(module, name)? {
        return Ok(found);
    }
    let own = vm.find_attr(module, &names().__name__)?.map_or_else(|| "<unknown module name>".into(), |n| text_of(&n));
    let text = text_of(name);
    if let Some(found) = vm.modules.get_str(&intern(format!("{own}.{text}").as_bytes())) {
        return Ok(found);
    }
    let file = vm.find_attr(module, &names().__file__)?;
    let location = file.map_or_else(|| "unknown location".into(), |f| text_of(&f));
    let message = format!("cannot import name '{text}' from '{own}' ({location})");
    let class = types().exceptions.ImportError.clone();
    let exception = crate::objects::Exception::create(&class, vec![Value::from(message.as_str())]);
    exception.set_field(&names().msg, Value::from(message));
    exception.set_field(&names().name, Value::from(own));
    exception.set_field(&names().name_from, name.clone());
    exception.set_field(&names().path, Value::from(location));
    Err(vm.throw(exception.into_value()))
}

/// `from module import *` into a namespace.
pub fn import_star(vm: &mut Vm, module: &Value, target: &Value) -> Res<()> {
    let (public, checked) = match vm.find_attr(module, &names().__all__)? {
        Some(all) => (vm.collect(&all)?, true),
        None => match module.downcast::<Module>() {
            Some(m) => (m.dict.keys(), false),
            None => return Err(vm.import_error("from-import-* object has no __dict__ and no __all__")),
        },
    };
    for name in public {
        if !checked && text_of(&name).starts_with('_') {
            continue;
        }
        let value = vm.get_attr(module, &name)?;
        vm.set_item(target, &name, value)?;
    }
    Ok(())
}
