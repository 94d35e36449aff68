//! Globals, namespaces, cells.

use super::*;
use crate::vm::Outcome;

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

/// The dict that a namespace is, where it is exactly one and no script decides.
pub(super) fn plain_namespace(namespace: &Value) -> Option<&Dict> {
    namespace.downcast::<Dict>().filter(|_| class_of(namespace).is(&types().dict))
}

#[inline(never)]
pub(in crate::dispatch) fn load_name(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (namespace, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    let function = regs.function();
    let Some(plain) = plain_namespace(&namespace) else {
        let found = vm.ask_item(&namespace, &name);
        let state = tuple(vec![name, function.globals.value().clone(), function.builtins.value().clone()]);
        let result = vm.then(found, or_global, &state);
        return settled(vm, i.a, result);
    };
    let found = plain.get_str(&name);
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

/// What a mapping in place of a namespace gave; without the name, globals and builtins are looked at.
fn or_global(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let result = outcome.result(vm);
    let Some([name, globals, builtins]) = state.as_items() else { return result };
    if result.is_ok() || !vm.thrown_is(&types().exceptions.KeyError) {
        return result;
    }
    drop(vm.catch());
    let of = |dict: &Value| dict.downcast::<Dict>().and_then(|dict| dict.get_str(name));
    of(globals).or_else(|| of(builtins)).ok_or_else(|| vm.name_not_defined(name))
}

#[inline(never)]
pub(in crate::dispatch) fn store_name(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (namespace, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    let value = regs.read(i.a);
    if let Some(plain) = plain_namespace(&namespace) {
        drop(plain.insert_str(&name, value));
        return Step::Next;
    }
    store_item(vm, namespace, name, value)
}

#[inline(never)]
pub(in crate::dispatch) fn delete_name(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (namespace, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    if let Some(plain) = plain_namespace(&namespace) {
        if plain.remove_str(&name).is_some() {
            return Step::Next;
        }
        vm.name_not_defined(&name);
        return Step::Raise;
    }
    let deleted = match vm.method_in_language(&namespace, &names().__delitem__) {
        Some(method) => Err(vm.call_for_none(method, vec![namespace, name.clone()])),
        None => vm.del_item(&namespace, &name).map(|()| Value::NONE),
    };
    let result = vm.then(deleted, name_deleted, &name);
    let result = native::settle(vm, result, Delivery::mode(Mode::Discard, 0));
    discarded(result)
}

/// Whatever a mapping raises, the name is not there.
fn name_deleted(vm: &mut Vm, name: &Value, outcome: Outcome) -> Res {
    match outcome {
        Outcome::Raised(_) => Err(vm.name_not_defined(name)),
        outcome => outcome.result(vm),
    }
}

#[inline(never)]
pub(in crate::dispatch) fn load_class_deref(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (namespace, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    let cell = regs.at(u16::from(i.x)).clone();
    let found = match plain_namespace(&namespace).map(|plain| plain.get_str(&name)) {
        Some(Some(value)) => Ok(value),
        Some(None) => content_of(vm, &cell, &name),
        None => {
            let found = vm.ask_item(&namespace, &name);
            vm.then(found, or_cell, &tuple(vec![name, cell]))
        }
    };
    settled(vm, i.a, found)
}

fn or_cell(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let result = outcome.result(vm);
    let Some([name, cell]) = state.as_items() else { return result };
    if result.is_ok() || !vm.thrown_is(&types().exceptions.KeyError) {
        return result;
    }
    drop(vm.catch());
    content_of(vm, cell, name)
}

/// The value of a variable of an enclosing function.
fn content_of(vm: &mut Vm, cell: &Value, name: &Value) -> Res {
    match cell.downcast::<CellObject>().map(|cell| cell.content.get().clone()) {
        Some(value) if !value.is_unset() => Ok(value),
        _ => {
            unbound(vm, name, true);
            Err(crate::Thrown)
        }
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
