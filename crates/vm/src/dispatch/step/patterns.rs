//! `match`.

use super::*;
use crate::Args;
use crate::ops::restart;

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
    let args = [regs.at(i.b).clone(), regs.at(i.c).clone()];
    let result = restart::begin(vm, Args::positional(&args), crate::builtins::pattern::match_keys);
    settled(vm, i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn match_class(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let positional = Value::int_unchecked(i64::from(i.x));
    let args = [regs.at(i.b).clone(), regs.take(i.c), positional, regs.take(i.c + 1)];
    let result = restart::begin(vm, Args::positional(&args), crate::builtins::pattern::match_class);
    settled(vm, i.a, result)
}
