//! `match`.

use super::*;

#[inline(never)]
pub(in crate::dispatch) fn get_len(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let value = regs.at(i.b).clone();
    if !is_builtin(&value)
        && let Some(method) = vm.special(&value, &names().__len__)
        && method.is_kind(Kind::Function)
    {
        return ask(vm, i, method, &mut [value], Question::Length);
    }
    let result = vm.len(&value).map(|n| Value::int_unchecked(n as i64));
    store(&regs, i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn match_kind(vm: &mut Vm, i: Instr, flag: u32) -> Step {
    let regs = Regs::of(vm);
    let found = class_of(regs.at(i.b)).has(flag);
    regs.set(i.a, Value::bool(found));
    Step::Next
}

#[inline(never)]
pub(in crate::dispatch) fn match_keys(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (subject, keys) = (regs.at(i.b).clone(), regs.at(i.c).clone());
    let result = crate::builtins::pattern::match_keys(vm, &subject, &keys);
    store(&regs, i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn match_class(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (subject, class, keywords) = (regs.at(i.b).clone(), regs.take(i.c), regs.take(i.c + 1));
    let result = crate::builtins::pattern::match_class(vm, &subject, &class, usize::from(i.x), &keywords);
    store(&regs, i.a, result)
}
