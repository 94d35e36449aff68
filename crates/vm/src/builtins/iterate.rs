//! `iter`, `next`, `aiter`, `anext`.

use crate::heap::Kind;
use crate::objects::NativeFn;
use crate::ops::arith::is_builtin;
use crate::types::iter::call_iter;
use crate::value::Value;
use crate::vm::{Outcome, Question};
use crate::{Args, Request, Res, Vm, class_of, names, types};

pub const FUNCTIONS: &[(&str, NativeFn)] = &[("iter", iter), ("aiter", aiter), ("anext", anext)];

fn iter(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "iter", 1, 2)?;
    let source = &args.pos()[0];
    match args.pos().get(1) {
        None => match vm.ask_special(source, &names().__iter__, Value::UNSET, Question::Iterator) {
            Some(asked) => Err(asked),
            None => vm.iter(source),
        },
        Some(_) if !vm.is_callable(source) => Err(vm.type_error("iter(v, w): v must be callable")),
        Some(sentinel) => Ok(call_iter(source, sentinel)),
    }
}

/// `next(iterator[, default])`; the dispatch loop resumes generators itself and comes here for all others.
pub fn next(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "next", 1, 2)?;
    let iterator = &args.pos()[0];
    let default = args.pos().get(1);
    if let Some(step) = class_of(iterator).step() {
        let item = vm.next_by_step(iterator, step);
        return item_or(vm, item, default);
    }
    if vm.draws_from_frames(iterator) || runs_in_frames(vm, iterator) {
        let asked = Err(vm.request(Request::Next { iterator: iterator.clone() }));
        return item_or(vm, asked, default);
    }
    if iterator.is_kind(Kind::Opaque)
        && let Some(method) = vm.special(iterator, &names().__next__)
    {
        let item = vm.ask_on(&method, iterator, &[]);
        return item_or(vm, item, default);
    }
    let Some(default) = default else { return vm.next_or_stop(iterator) };
    Ok(vm.next(iterator)?.unwrap_or_else(|| default.clone()))
}

/// What came of asking for an item, or was requested; StopIteration gives way to the default.
fn item_or(vm: &mut Vm, item: Res, default: Option<&Value>) -> Res {
    let Some(default) = default else { return item };
    match item {
        Err(_) if vm.thrown_is(&types().exceptions.StopIteration) => {
            drop(vm.catch());
            Ok(default.clone())
        }
        item => vm.and_then(item, or_default, default.clone()),
    }
}

fn runs_in_frames(vm: &mut Vm, iterator: &Value) -> bool {
    !is_builtin(iterator)
        && vm.special(iterator, &names().__next__).is_some_and(|method| method.is_kind(Kind::Function))
}

/// The item that came, or the default at the end.
fn or_default(vm: &mut Vm, default: &Value, outcome: Outcome) -> Res {
    match outcome {
        Outcome::Value(item) => Ok(item),
        Outcome::Returned(_) => Ok(default.clone()),
        Outcome::Raised(exception) => {
            if class_of(&exception).is_subclass_of(&types().exceptions.StopIteration) {
                return Ok(default.clone());
            }
            Err(vm.rethrow(exception))
        }
    }
}

fn aiter(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "aiter", 1, 1)?;
    let source = &args.pos()[0];
    let Some(method) = vm.special(source, &names().__aiter__) else {
        let name = class_of(source).name_str();
        return Err(vm.type_error(format!("'{name}' object is not an async iterable")));
    };
    if let Some(asked) = vm.ask_special(source, &names().__aiter__, Value::UNSET, Question::AsyncSource) {
        return Err(asked);
    }
    let iterator = vm.call_on(&method, source, &[])?;
    checked_async_source(vm, iterator)
}

/// TypeError unless `__aiter__` gave `aiter` an async iterator.
pub(crate) fn checked_async_source(vm: &mut Vm, iterator: Value) -> Res {
    if vm.special(&iterator, &names().__anext__).is_none() {
        let name = class_of(&iterator).name_str();
        return Err(vm.type_error(format!("aiter() returned not an async iterator of type '{name}'")));
    }
    Ok(iterator)
}

fn anext(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "anext", 1, 2)?;
    let iterator = &args.pos()[0];
    let Some(method) = vm.special(iterator, &names().__anext__) else {
        let name = class_of(iterator).name_str();
        return Err(vm.type_error(format!("'{name}' object is not an async iterator")));
    };
    if let Some(asked) = vm.ask_special(iterator, &names().__anext__, Value::UNSET, Question::Anything) {
        return match args.pos().get(1) {
            None => Err(asked),
            Some(default) => vm.and_then(Err(asked), await_or_default, default.clone()),
        };
    }
    match (vm.ask_on(&method, iterator, &[]), args.pos().get(1)) {
        (Ok(awaitable), Some(default)) => Ok(super::anext::create(awaitable, default.clone())),
        (asked, Some(default)) => vm.and_then(asked, await_or_default, default.clone()),
        (asked, None) => asked,
    }
}

fn await_or_default(vm: &mut Vm, default: &Value, outcome: Outcome) -> Res {
    Ok(super::anext::create(outcome.result(vm)?, default.clone()))
}
