//! Iterators and awaitables.

use super::*;

#[inline(never)]
pub(in crate::dispatch) fn get_iter(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    iterator_of(vm, i, source)
}

fn iterator_of(vm: &mut Vm, i: Instr, source: Value) -> Step {
    if !is_builtin(&source)
        && let Some(method) = vm.special(&source, &names().__iter__)
        && method.is_kind(Kind::Function)
    {
        return ask(vm, i, method, &mut [source], Question::Iterator);
    }
    if source.is_kind(Kind::MappingProxy)
        && is_builtin(&source)
        && let Some(mapping) = crate::types::proxy::mapping_shown(&source)
    {
        return iterator_of(vm, i, mapping);
    }
    let result = vm.iter(&source);
    drop(source);
    store(&Regs::of(vm), i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn for_iter(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let quick = match regs.at(i.a).kind() {
        Some(Kind::Opaque) => for_steps(vm, &regs, i),
        Some(Kind::SeqIter) => next_character(&regs, i),
        Some(Kind::DictIter) => pairs::of_dict(vm, &regs, i),
        Some(Kind::Enumerate) => pairs::of_enumerate(vm, &regs, i),
        Some(Kind::Zip) => pairs::of_zip(vm, &regs, i),
        _ => None,
    };
    if let Some(step) = quick {
        return step;
    }
    for_any(vm, i)
}

/// A step of an iterator that has them.
#[inline(always)]
fn for_steps(vm: &mut Vm, regs: &Regs, i: Instr) -> Option<Step> {
    let by = class_of(regs.at(i.a)).step()?;
    let iterator = regs.at(i.a).clone();
    Some(match waiting::begin(vm, &iterator, by, Delivery::mode(Mode::ForNext, i.b)) {
        Ok(Some(Called::Value(item))) => {
            regs.set(i.b, item);
            Step::Next
        }
        Ok(Some(Called::Entered)) => Step::Enter,
        none => ended(vm, regs, none.err()),
    })
}

/// The next character of a string of ASCII, or number of bytes.
#[inline(always)]
fn next_character(regs: &Regs, i: Instr) -> Option<Step> {
    let iter = regs.at(i.a).downcast::<crate::objects::SeqIter>()?;
    let index = iter.index.get();
    if iter.reversed {
        return None;
    }
    let sequence = iter.sequence.get();
    let value = match sequence.kind()? {
        Kind::Str => {
            let text = sequence.downcast::<Str>().filter(|text| text.is_ascii())?;
            crate::objects::str::char_value(u32::from(*text.as_bytes().get(index)?))
        }
        Kind::Bytes | Kind::ByteArray => {
            Value::int_unchecked(i64::from(*sequence.as_byte_slice().and_then(|bytes| bytes.get(index))?))
        }
        _ => return None,
    };
    iter.index.set(index + 1);
    regs.set(i.b, value);
    Some(Step::Next)
}

fn for_any(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let iterator = regs.at(i.a).clone();
    if let Some(generator) = iterator.downcast::<Generator>() {
        if generator.state() == GenState::Finished {
            drop(iterator);
            // SAFETY: the frame stands behind this `ForIter`.
            unsafe { generator::exhausted(regs.frame) };
            return Step::Enter;
        }
        return for_generator(vm, i, iterator);
    }
    if let Some(step) = pairs::from_generator(vm, i, &iterator) {
        return step;
    }
    if !is_builtin(&iterator)
        && let Some(method) = vm.special(&iterator, &names().__next__)
        && method.is_kind(Kind::Function)
    {
        let delivery = Delivery::mode(Mode::ForNext, i.b);
        // SAFETY: the array outlives the call's beginning.
        let result = unsafe { begin(vm, method, &Window::of(&mut [iterator]), delivery) };
        return match result {
            Ok(Called::Value(value)) => {
                regs.set(i.b, value);
                Step::Next
            }
            Ok(Called::Entered) => Step::Enter,
            Err(_) => Step::Raise,
        };
    }
    let delivery = Delivery::mode(Mode::ForNext, i.b);
    let next = match lazy::shape(&iterator) {
        Some(shape) => lazy::begin(vm, &iterator, shape, delivery),
        None => match vm.draw(&iterator) {
            Ok(Drawn::Item(item)) => Ok(Some(Called::Value(item))),
            Ok(Drawn::End) => Ok(None),
            Ok(drawn) => waiting::begin_drawn(vm, drawn, delivery).map(Some),
            Err(thrown) => Err(thrown),
        },
    };
    drop(iterator);
    match next {
        Ok(Some(Called::Entered)) => Step::Enter,
        Ok(Some(Called::Value(item))) => {
            regs.set(i.b, item);
            Step::Next
        }
        none => ended(vm, &regs, none.err()),
    }
}

/// An iterator gave no item, or raised: StopIteration ends a `ForIter`, too.
#[inline(never)]
pub(super) fn ended(vm: &mut Vm, regs: &Regs, thrown: Option<crate::Thrown>) -> Step {
    if thrown.is_some() {
        if !vm.thrown_is(&types().exceptions.StopIteration) {
            return Step::Raise;
        }
        drop(vm.catch());
    }
    // SAFETY: the frame stands behind this `ForIter`.
    unsafe { generator::exhausted(regs.frame) };
    Step::Enter
}

#[inline(never)]
pub(in crate::dispatch) fn for_generator(vm: &mut Vm, i: Instr, target: Value) -> Step {
    let result = generator::resume(vm, target, Resume::Send(Value::NONE), Delivery::to(i.b));
    match result {
        Ok(Called::Entered) => entered(vm, Mode::ForIter),
        Ok(Called::Value(value)) => {
            Regs::of(vm).set(i.b, value);
            Step::Next
        }
        Err(_) => Step::Raise,
    }
}

/// A generator was resumed for a `ForIter`, whose iterator keeps it alive.
pub(super) fn entered(vm: &mut Vm, mode: Mode) -> Step {
    // SAFETY: `resume` entered the chain of this generator; its root waits for us.
    unsafe {
        let root = (*vm.frame).link;
        (*root).mode = mode;
        drop((*root).take_hold());
    }
    Step::Enter
}

#[inline(never)]
pub(in crate::dispatch) fn get_yield_from_iter(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    if let Some(generator) = source.downcast::<Generator>() {
        let iterable =
            regs.code().flags & (weft_bytecode::flags::COROUTINE | weft_bytecode::flags::ITERABLE_COROUTINE) != 0;
        if generator.kind() == crate::frame::GenKind::Generator
            || generator.kind() == crate::frame::GenKind::Coroutine && iterable
        {
            regs.set(i.a, source);
            return Step::Next;
        }
        if generator.kind() == crate::frame::GenKind::Coroutine {
            vm.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator");
            return Step::Raise;
        }
    }
    iterator_of(vm, i, source)
}

#[inline(never)]
pub(in crate::dispatch) fn get_awaitable(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    let is_future = matches!(source.kind(), Some(Kind::Future | Kind::Task));
    if is_future && is_plain_future(vm, &source) || source.is(&vm.futures.give_way) {
        regs.set(i.a, source);
        return Step::Next;
    }
    if let Some(method) = vm.method_in_language(&source, &names().__await__) {
        return ask(vm, i, method, &mut [source], Question::Awaited);
    }
    let result = crate::types::generator::awaitable_iter(vm, &source, i.x & !CodeObject::SENDS_NONE);
    drop(source);
    store(&regs, i.a, result)
}

/// Whether `await` need not call the future's `__await__`: it has the one all futures have, and is no iterator itself.
fn is_plain_future(vm: &mut Vm, future: &Value) -> bool {
    let class = class_of(future).clone();
    if class.has(class_flags::BUILTIN) {
        return true;
    }
    let wait = vm.futures.wait;
    generator::waits_natively(vm, future)
        && vm
            .lookup(&class, &names().__await__)
            .and_then(|m| m.downcast::<Native>().map(|n| std::ptr::fn_addr_eq(n.function, wait)))
            .unwrap_or(false)
}

#[inline(never)]
pub(in crate::dispatch) fn get_aiter(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.read(i.b);
    if let Some(method) = vm.method_in_language(&source, &names().__aiter__) {
        return ask(vm, i, method, &mut [source], Question::AsyncIterator);
    }
    let result = crate::types::generator::async_iter(vm, &source);
    drop(source);
    store(&regs, i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn get_anext(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let source = regs.at(i.b).clone();
    if let Some(method) = vm.method_in_language(&source, &names().__anext__) {
        return ask(vm, i, method, &mut [source], Question::AsyncItem);
    }
    let result = crate::types::generator::async_next(vm, &source);
    drop(source);
    settled(vm, i.a, result)
}

/// What `__anext__` gave: `GetANext` wants its iterator.
pub(super) fn await_item(vm: &mut Vm, i: Instr, awaitable: Value) -> Step {
    let Some(method) = vm.method_in_language(&awaitable, &names().__await__) else {
        let result =
            crate::types::generator::awaitable_iter(vm, &awaitable, weft_bytecode::AwaitContext::AsyncFor as u8);
        return item_awaitable(vm, i, &awaitable, result);
    };
    let delivery = Delivery::holding(Mode::Operator, 0, tuple(vec![awaitable.clone()]));
    // SAFETY: the array outlives the call's beginning.
    match unsafe { begin(vm, method, &Window::of(&mut [awaitable.clone()]), delivery) } {
        Ok(Called::Entered) => Step::Enter,
        Ok(Called::Value(value)) => {
            let result = crate::types::generator::checked_await(vm, value);
            item_awaitable(vm, i, &awaitable, result)
        }
        Err(thrown) => item_awaitable(vm, i, &awaitable, Err(thrown)),
    }
}

/// The iterator of what `__anext__` gave, or why there is none.
pub(super) fn item_awaitable(vm: &mut Vm, i: Instr, awaitable: &Value, result: Res) -> Step {
    let result = result.map_err(|_| crate::types::generator::invalid_item(vm, awaitable));
    store(&Regs::of(vm), i.a, result)
}
