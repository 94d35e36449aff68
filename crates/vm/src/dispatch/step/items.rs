//! Subscription.

use super::*;

#[inline(never)]
pub(in crate::dispatch) fn get_item(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (object, key) = (regs.read(i.b), regs.read(i.c));
    item_of(vm, i, object, key)
}

#[inline(never)]
pub(in crate::dispatch) fn get_item_imm(vm: &mut Vm, i: Instr) -> Step {
    let object = Regs::of(vm).read(i.b);
    item_of(vm, i, object, Value::int_unchecked(i64::from(i.c as i16)))
}

fn item_of(vm: &mut Vm, i: Instr, object: Value, key: Value) -> Step {
    if !is_builtin(&object)
        && let Some(method) = vm.special(&object, &names().__getitem__)
        && method.is_kind(Kind::Function)
    {
        let mut args = vec![object, key];
        // SAFETY: the vector outlives the call's beginning.
        let result = unsafe { begin(vm, method, &Window::of(&mut args), Delivery::to(i.a)) };
        return called(vm, i.a, result);
    }
    if object.is_kind(Kind::Dict) && !is_builtin(&object) {
        return item_of_subclass(vm, i, object, key);
    }
    if object.is_kind(Kind::Opaque)
        && let Some(method) = own_slot(vm, &object, &names().__getitem__)
        && let Some(native) = method.downcast::<Native>()
    {
        let args = [object, key];
        let result = (native.function)(vm, Args::new(&args, &[], &native.data));
        drop(args);
        let result = native::settle(vm, result, Delivery::to(i.a));
        return called(vm, i.a, result);
    }
    let result = vm.get_item(&object, &key);
    drop((object, key));
    store(&Regs::of(vm), i.a, result)
}

/// The native special method that stands on the very class of an object of a native module.
fn own_slot(vm: &mut Vm, object: &Value, name: &Value) -> Option<Value> {
    let own = class_of(object).has(class_flags::BUILTIN);
    vm.special(object, name).filter(|method| own && method.is_kind(Kind::Native))
}

/// An item of an instance of a subclass of `dict`, whose `__getitem__` is native.
fn item_of_subclass(vm: &mut Vm, i: Instr, object: Value, key: Value) -> Step {
    let own = vm.special(&object, &names().__getitem__).is_some_and(|method| crate::types::slots::is_get_item(&method));
    let found = match object.downcast::<Dict>() {
        Some(dict) if own => vm.dict_get(dict, &key),
        _ => vm.get_item(&object, &key).map(Some),
    };
    let result = match found {
        Ok(Some(item)) => Ok(item),
        Ok(None) => match vm.special(&object, &names().__missing__) {
            Some(method) if method.is_kind(Kind::Function) => {
                // SAFETY: the array outlives the call's beginning.
                let result = unsafe { begin(vm, method, &Window::of(&mut [object, key]), Delivery::to(i.a)) };
                return called(vm, i.a, result);
            }
            Some(method) => vm.call_on(&method, &object, std::slice::from_ref(&key)),
            None => Err(vm.key_error(&key)),
        },
        Err(thrown) => Err(thrown),
    };
    drop((object, key));
    store(&Regs::of(vm), i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn set_item(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (object, key, value) = (regs.read(i.a), regs.read(i.b), regs.read(i.c));
    set_item_of(vm, object, key, value)
}

#[inline(never)]
pub(in crate::dispatch) fn set_item_imm(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (object, value) = (regs.read(i.a), regs.read(i.c));
    set_item_of(vm, object, Value::int_unchecked(i64::from(i.b as i16)), value)
}

fn set_item_of(vm: &mut Vm, object: Value, key: Value, value: Value) -> Step {
    if !is_builtin(&object)
        && let Some(method) = vm.special(&object, &names().__setitem__)
        && method.is_kind(Kind::Function)
    {
        let mut args = vec![object, key, value];
        // SAFETY: the vector outlives the call's beginning.
        let result = unsafe { begin(vm, method, &Window::of(&mut args), Delivery::mode(Mode::Discard, 0)) };
        return discarded(result);
    }
    let result = match object.downcast::<Dict>() {
        Some(dict)
            if !is_builtin(&object)
                && vm
                    .special(&object, &names().__setitem__)
                    .is_some_and(|method| crate::types::slots::is_set_item(&method)) =>
        {
            vm.dict_set(dict, &key, value)
        }
        _ => vm.set_item(&object, &key, value),
    };
    drop((object, key));
    Step::of(result)
}

#[inline(never)]
pub(in crate::dispatch) fn del_item(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (object, key) = (regs.read(i.a), regs.read(i.b));
    let result = vm.del_item(&object, &key);
    drop((object, key));
    Step::of(result)
}

#[inline(never)]
pub(in crate::dispatch) fn build_slice(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let part = |n: u16| Some(regs.take(i.b + n)).filter(|v| !v.is_unset()).unwrap_or(Value::NONE);
    let slice = Slice { start: part(0), stop: part(1), step: part(2) };
    regs.set(i.a, crate::heap::new(&types().slice, slice).into_value());
    Step::Next
}
