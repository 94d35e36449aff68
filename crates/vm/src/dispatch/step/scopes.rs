//! Globals, namespaces, cells.

use super::*;

#[inline(never)]
pub(in crate::dispatch) fn load_global(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = i.bc() as usize;
    let name = regs.code().site_names[site].clone();
    let function = regs.function();
    let globals = function.globals.table_mut();
    if let Some(number) = globals.find_str(&name) {
        let value = globals.entry(number).value.clone();
        if let Ok(index) = u16::try_from(number) {
            *regs.cache(site) =
                Cache { version: globals.cacheable_version(), kind: CacheKind::Global, index, ..Cache::EMPTY };
        }
        regs.set(i.a, value);
        return Step::Next;
    }
    let builtins = function.builtins.table_mut();
    if let Some(number) = builtins.find_str(&name) {
        let value = builtins.entry(number).value.clone();
        if let Ok(index) = u16::try_from(number) {
            *regs.cache(site) = Cache {
                version: globals.cacheable_version(),
                version2: builtins.cacheable_version(),
                kind: CacheKind::Builtin,
                index,
                ..Cache::EMPTY
            };
        }
        regs.set(i.a, value);
        return Step::Next;
    }
    vm.name_not_defined(&name);
    Step::Raise
}

#[inline(never)]
pub(in crate::dispatch) fn store_global(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let site = i.bc() as usize;
    let name = regs.code().site_names[site].clone();
    let value = regs.read(i.a);
    let old = regs.function().globals.insert_str(&name, value);
    drop(old);
    Step::Next
}

#[inline(never)]
pub(in crate::dispatch) fn delete_global(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let name = regs.code().site_names[i.bc() as usize].clone();
    match regs.function().globals.remove_str(&name) {
        Some(_) => Step::Next,
        None => {
            vm.name_not_defined(&name);
            Step::Raise
        }
    }
}

/// A name in a namespace that may be any mapping.
pub(in crate::dispatch) fn from_namespace(vm: &mut Vm, namespace: &Value, name: &Value) -> Res<Option<Value>> {
    if let Some(dict) = namespace.downcast::<Dict>()
        && class_of(namespace).is(&types().dict)
    {
        return Ok(dict.get_str(name));
    }
    match vm.get_item(namespace, name) {
        Ok(value) => Ok(Some(value)),
        Err(_) if vm.thrown_is(&types().exceptions.KeyError) => {
            drop(vm.catch());
            Ok(None)
        }
        Err(thrown) => Err(thrown),
    }
}

#[inline(never)]
pub(in crate::dispatch) fn load_name(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (namespace, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    let found = match from_namespace(vm, &namespace, &name) {
        Ok(found) => found,
        Err(_) => return Step::Raise,
    };
    let function = regs.function();
    let found = found.or_else(|| function.globals.get_str(&name)).or_else(|| function.builtins.get_str(&name));
    match found {
        Some(value) => {
            regs.set(i.a, value);
            Step::Next
        }
        None => {
            vm.name_not_defined(&name);
            Step::Raise
        }
    }
}

#[inline(never)]
pub(in crate::dispatch) fn store_name(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (namespace, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    let value = regs.read(i.a);
    if let Some(dict) = namespace.downcast::<Dict>()
        && class_of(&namespace).is(&types().dict)
    {
        drop(dict.insert_str(&name, value));
        return Step::Next;
    }
    Step::of(vm.set_item(&namespace, &name, value))
}

#[inline(never)]
pub(in crate::dispatch) fn delete_name(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (namespace, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    if let Some(dict) = namespace.downcast::<Dict>() {
        if dict.remove_str(&name).is_none() {
            vm.name_not_defined(&name);
            return Step::Raise;
        }
        return Step::Next;
    }
    Step::of(vm.del_item(&namespace, &name))
}

#[inline(never)]
pub(in crate::dispatch) fn load_class_deref(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (namespace, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    match from_namespace(vm, &namespace, &name) {
        Ok(Some(value)) => {
            regs.set(i.a, value);
            Step::Next
        }
        Ok(None) => {
            let cell = regs.at(u16::from(i.x)).clone();
            match cell.downcast::<CellObject>().map(|c| c.content.get().clone()) {
                Some(value) if !value.is_unset() => {
                    regs.set(i.a, value);
                    Step::Next
                }
                _ => unbound(vm, &name, true),
            }
        }
        Err(_) => Step::Raise,
    }
}

/// The error for a name without a value: of an enclosing function (`free`), or the function's own.
pub(in crate::dispatch) fn unbound(vm: &mut Vm, name: &Value, free: bool) -> Step {
    let text = crate::types::text_of(name);
    if free {
        let class = types().exceptions.NameError.clone();
        vm.named_error(
            &class,
            format!("cannot access free variable '{text}' where it is not associated with a value in enclosing scope"),
            name,
        );
    } else {
        let class = types().exceptions.UnboundLocalError.clone();
        vm.named_error(
            &class,
            format!("cannot access local variable '{text}' where it is not associated with a value"),
            name,
        );
    }
    Step::Raise
}

#[inline(never)]
pub(in crate::dispatch) fn check_bound(vm: &mut Vm, i: Instr) -> Step {
    let name = Regs::of(vm).constant(i.bc() as usize).clone();
    unbound(vm, &name, false)
}

#[inline(never)]
pub(in crate::dispatch) fn deref_failed(vm: &mut Vm, i: Instr) -> Step {
    let name = Regs::of(vm).constant(usize::from(i.c)).clone();
    unbound(vm, &name, i.x == 1)
}
