//! `iter`, `next`, `aiter`, `anext`.

use crate::objects::NativeFn;
use crate::types::iter::call_iter;
use crate::{Args, Res, Vm, class_of, names};

pub const FUNCTIONS: &[(&str, NativeFn)] = &[("iter", iter), ("aiter", aiter), ("anext", anext)];

fn iter(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "iter", 1, 2)?;
    let source = &args.pos()[0];
    match args.pos().get(1) {
        None => vm.iter(source),
        Some(_) if !vm.is_callable(source) => Err(vm.type_error("iter(v, w): v must be callable")),
        Some(sentinel) => Ok(call_iter(source, sentinel)),
    }
}

/// `next(iterator[, default])`; the dispatch loop resumes generators itself and comes here for all others.
pub fn next(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "next", 1, 2)?;
    let iterator = &args.pos()[0];
    let Some(default) = args.pos().get(1) else { return vm.next_or_stop(iterator) };
    Ok(vm.next(iterator)?.unwrap_or_else(|| default.clone()))
}

fn aiter(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "aiter", 1, 1)?;
    let source = &args.pos()[0];
    let Some(method) = vm.special(source, &names().__aiter__) else {
        let name = class_of(source).name_str();
        return Err(vm.type_error(format!("'{name}' object is not an async iterable")));
    };
    let iterator = vm.call_on(&method, source, &[])?;
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
    let awaitable = vm.call_on(&method, iterator, &[])?;
    match args.pos().get(1) {
        None => Ok(awaitable),
        Some(default) => Ok(super::anext::create(awaitable, default.clone())),
    }
}
