//! Subscription.

use super::*;
use crate::ops::dict::{get_plainly, remove_plainly, set_plainly};
use crate::ops::keys::Errand;

/// The dict, if the object is of that very class.
#[inline(always)]
fn exact_dict(object: &Value) -> Option<&Dict> {
    object.downcast::<Dict>().filter(|_| class_of(object).is(&types().dict))
}

#[inline(never)]
pub(in crate::dispatch) fn get_item(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    if let Some(value) = exact_dict(regs.at(i.b)).and_then(|dict| get_plainly(dict, regs.at(i.c))) {
        regs.done_with(i.b);
        regs.done_with(i.c);
        regs.set(i.a, value);
        return Step::Next;
    }
    let (object, key) = (regs.read(i.b), regs.read(i.c));
    item_of(vm, i, object, key)
}

#[inline(never)]
pub(in crate::dispatch) fn get_item_imm(vm: &mut Vm, i: Instr) -> Step {
    let object = Regs::of(vm).read(i.b);
    item_of(vm, i, object, Value::int_unchecked(i64::from(i.c as i16)))
}

fn item_of(vm: &mut Vm, i: Instr, object: Value, key: Value) -> Step {
    let method = if is_builtin(&object) { None } else { vm.special(&object, &names().__getitem__) };
    let result = match &method {
        Some(method) if object.is_kind(Kind::Dict) && crate::types::slots::is_get_item(method) => {
            vm.ask_item_builtin(&object, &key)
        }
        Some(method) if matches!(method.kind(), Some(Kind::Function | Kind::Native)) => {
            if let Some(native) = method.downcast::<Native>()
                && class_of(&object).has(class_flags::BUILTIN)
            {
                // An object of a native module: its own method takes it as it is.
                let args = [object, key];
                let result = (native.function)(vm, Args::new(&args, &[], &native.data));
                drop(args);
                return settled(vm, i.a, result);
            }
            let method = method.clone();
            // SAFETY: the array outlives the call's beginning.
            let result = unsafe { begin(vm, method, &Window::of(&mut [object, key]), Delivery::to(i.a)) };
            return called(vm, i.a, result);
        }
        _ => vm.ask_item(&object, &key),
    };
    drop((object, key));
    settled(vm, i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn set_item(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let mut value = regs.read(i.c);
    if let Some(dict) = exact_dict(regs.at(i.a)) {
        match set_plainly(dict, regs.at(i.b), value) {
            Ok(old) => {
                regs.done_with(i.b);
                regs.done_with(i.a);
                drop(old);
                return Step::Next;
            }
            Err(back) => value = back,
        }
    }
    let (object, key) = (regs.read(i.a), regs.read(i.b));
    store_item(vm, object, key, value)
}

#[inline(never)]
pub(in crate::dispatch) fn set_item_imm(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (object, value) = (regs.read(i.a), regs.read(i.c));
    store_item(vm, object, Value::int_unchecked(i64::from(i.b as i16)), value)
}

pub(super) fn store_item(vm: &mut Vm, object: Value, key: Value, value: Value) -> Step {
    if let Some(method) = vm.method_in_language(&object, &names().__setitem__) {
        return discarded_call(vm, (method, vec![object, key, value]));
    }
    if object.is_kind(Kind::Dict) && (is_builtin(&object) || sets_items_plainly(vm, &object)) {
        let result = vm.ask_key(&object, &key, Errand::Set { value });
        drop((object, key));
        return done(vm, result);
    }
    let result = vm.ask_set_item(&object, &key, value);
    drop((object, key));
    done(vm, result)
}

fn sets_items_plainly(vm: &mut Vm, object: &Value) -> bool {
    vm.special(object, &names().__setitem__).is_some_and(|method| crate::types::slots::is_set_item(&method))
}

#[inline(never)]
pub(in crate::dispatch) fn del_item(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    if let Some(removed) = exact_dict(regs.at(i.a)).and_then(|dict| remove_plainly(dict, regs.at(i.b))) {
        regs.done_with(i.a);
        regs.done_with(i.b);
        drop(removed);
        return Step::Next;
    }
    let (object, key) = (regs.read(i.a), regs.read(i.b));
    if !is_builtin(&object)
        && let Some(method) = vm.special(&object, &names().__delitem__)
        && matches!(method.kind(), Some(Kind::Function | Kind::Native))
    {
        return discarded_call(vm, (method, vec![object, key]));
    }
    let result = if is_builtin(&object) {
        vm.ask_del_item_builtin(&object, &key)
    } else {
        vm.del_item(&object, &key).map(|()| Value::NONE)
    };
    drop((object, key));
    done(vm, result)
}

#[inline(never)]
pub(in crate::dispatch) fn build_slice(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let part = |n: u16| Some(regs.take(i.b + n)).filter(|v| !v.is_unset()).unwrap_or(Value::NONE);
    let slice = Slice { start: part(0), stop: part(1), step: part(2) };
    regs.set(i.a, crate::heap::new(&types().slice, slice).into_value());
    Step::Next
}
