//! Functions, special methods, imports, formatting.

use super::*;
use crate::vm::Outcome;

#[inline(never)]
pub(in crate::dispatch) fn make_function(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let Some(code) = regs.constant(usize::from(i.b)).as_ref::<CodeObject>() else { return Step::Next };
    let mut next = i.c;
    let mut part = |bit: u8| {
        if i.x & bit == 0 {
            return Value::UNSET;
        }
        next += 1;
        regs.take(next - 1)
    };
    let (defaults, kwdefaults, annotations, closure) = (part(1), part(2), part(4), part(8));
    let outer = regs.function();
    let (globals, builtins) = (outer.globals.clone(), outer.builtins.clone());
    let module = globals.get_str(&names().__name__).unwrap_or(Value::NONE);
    let doc = code.code.doc.as_ref().map_or(Value::NONE, |d| Str::from_wtf8(d).into_value());
    let function = Function {
        name: VmCell::new(code.name.clone()),
        qualname: VmCell::new(code.qualname.clone()),
        code: VmCell::new(code),
        globals,
        builtins,
        closure,
        defaults: VmCell::new(defaults),
        kwdefaults: VmCell::new(kwdefaults),
        annotations: VmCell::new(annotations),
        doc: VmCell::new(doc),
        module: VmCell::new(module),
        type_params: VmCell::new(Value::UNSET),
        dict: VmCell::new(Value::UNSET),
    };
    regs.set(i.a, crate::heap::new(&types().function, function).into_value());
    Step::Next
}

#[inline(never)]
pub(in crate::dispatch) fn load_common(vm: &mut Vm, i: Instr) -> Step {
    use weft_bytecode::Common;
    let regs = Regs::of(vm);
    let exceptions = &types().exceptions;
    let value = match Common::from_u8(i.x) {
        Some(Common::AssertionError) => exceptions.AssertionError.value().clone(),
        Some(Common::NotImplementedError) => exceptions.NotImplementedError.value().clone(),
        _ => match regs.function().builtins.get_str(&names().__build_class__) {
            Some(value) => value,
            None => {
                vm.name_error("__build_class__ not found");
                return Step::Raise;
            }
        },
    };
    regs.set(i.a, value);
    Step::Next
}

pub(in crate::dispatch) fn load_singleton(i: Instr) -> Value {
    match Singleton::from_u8(i.x) {
        Some(Singleton::True) => Value::TRUE,
        Some(Singleton::False) => Value::FALSE,
        Some(Singleton::Ellipsis) => Value::ELLIPSIS,
        Some(Singleton::NotImplemented) => Value::NOT_IMPLEMENTED,
        _ => Value::NONE,
    }
}

#[inline(never)]
pub(in crate::dispatch) fn load_special(vm: &mut Vm, i: Instr) -> Step {
    use weft_bytecode::SpecialMethod;
    let regs = Regs::of(vm);
    let object = regs.at(i.b).clone();
    let names = names();
    let (name, missing) = match SpecialMethod::from_u8(i.x) {
        Some(SpecialMethod::Enter) => (&names.__enter__, ""),
        Some(SpecialMethod::Exit) => (&names.__exit__, " (missed __exit__ method)"),
        Some(SpecialMethod::AsyncEnter) => (&names.__aenter__, ""),
        _ => (&names.__aexit__, " (missed __aexit__ method)"),
    };
    let is_async = i.x >= SpecialMethod::AsyncEnter as u8;
    match vm.special(&object, name) {
        Some(method) if method.is_kind(Kind::Function) => {
            regs.set(i.a, method);
            regs.set(i.a + 1, object);
            Step::Next
        }
        Some(method) => {
            regs.set(i.a + 1, Value::UNSET);
            let result = vm.bind_special(&method, &object);
            store(&regs, i.a, result)
        }
        None => {
            let class = class_of(&object).name_str();
            let other = if is_async { &names.__enter__ } else { &names.__aenter__ };
            let kind = if is_async { "asynchronous context manager" } else { "context manager" };
            let hint = match vm.special(&object, other).is_some() {
                true if is_async => " but it supports the context manager protocol. Did you mean to use 'with'?",
                true => " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?",
                false => missing,
            };
            vm.type_error(format!("'{class}' object does not support the {kind} protocol{hint}"));
            Step::Raise
        }
    }
}

#[inline(never)]
pub(in crate::dispatch) fn import_name(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let name = regs.constant(usize::from(i.b)).clone();
    let fromlist = regs.constant(usize::from(i.c)).clone();
    let globals = regs.function().globals.clone();
    let result = crate::builtins::import::import_statement(vm, &globals, &name, &fromlist, i.x);
    settled(vm, i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn import_from(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let (module, name) = (regs.at(i.b).clone(), regs.constant(usize::from(i.c)).clone());
    let result = crate::builtins::import::import_from(vm, &module, &name);
    settled(vm, i.a, result)
}

#[inline(never)]
pub(in crate::dispatch) fn import_star(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let module = regs.read(i.a);
    let target = if i.x == 1 { regs.at(i.b).clone() } else { regs.function().globals.value().clone() };
    let result = crate::builtins::import::import_star(vm, &module, &target);
    let result = native::settle(vm, result, Delivery::mode(Mode::Discard, 0));
    discarded(result)
}

#[inline(never)]
pub(in crate::dispatch) fn format_value(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let value = regs.read(i.b);
    if i.x == 0 && value.is_small_int() {
        let text = vm.repr(&value).map(crate::heap::Ref::into_value);
        return store(&regs, i.a, text);
    }
    let spec = if i.x & 4 != 0 { regs.read(i.c) } else { Value::UNSET };
    if !is_builtin(&value)
        && let Some((method, question)) = shown_by(vm, &value, &spec, i.x & 3)
    {
        return match question {
            Question::Format if spec.is_unset() => {
                let empty = Str::from_wtf8(b"").into_value();
                ask(vm, i, method, &mut [value, empty], question)
            }
            Question::Format => ask(vm, i, method, &mut [value, spec], question),
            _ => ask(vm, i, method, &mut [value], question),
        };
    }
    let result = match i.x & 3 {
        0 | 1 if spec.is_unset() && is_builtin(&value) && !value.is_kind(Kind::Str) => vm.ask_str(&value),
        1 if spec.is_unset() => vm.ask_str(&value),
        2 if spec.is_unset() => vm.ask_repr(&value),
        conversion => format(vm, &value, &spec, conversion),
    };
    drop((value, spec));
    settled(vm, i.a, result)
}

/// The method in the language whose answer is just what `FormatValue` gives for an object, if there is one.
fn shown_by(vm: &mut Vm, value: &Value, spec: &Value, conversion: u8) -> Option<(Value, Question)> {
    let asks_text = match conversion {
        0 => {
            let method = vm.special(value, &names().__format__)?;
            if method.is_kind(Kind::Function) {
                return Some((method, Question::Format));
            }
            spec.is_unset() && crate::types::object::is_default_format(&method)
        }
        1 | 2 => spec.is_unset(),
        _ => false,
    };
    if !asks_text {
        return None;
    }
    if conversion < 2 {
        let method = vm.special(value, &names().__str__)?;
        if !crate::types::object::is_default_str(&method) {
            return method.is_kind(Kind::Function).then_some((method, Question::Str));
        }
    }
    let method = vm.special(value, &names().__repr__)?;
    method.is_kind(Kind::Function).then_some((method, Question::Repr))
}

fn format(vm: &mut Vm, value: &Value, spec: &Value, conversion: u8) -> Res {
    let converted = match conversion {
        1 => vm.ask_str(value),
        2 => vm.ask_repr(value),
        3 => vm.ask_ascii(value),
        _ => return format_converted(vm, value, spec),
    };
    vm.then(converted, after_conversion, spec)
}

fn after_conversion(vm: &mut Vm, spec: &Value, outcome: Outcome) -> Res {
    let converted = outcome.result(vm)?;
    let formatted = format_converted(vm, &converted, spec);
    vm.last_act(formatted)
}

fn format_converted(vm: &mut Vm, converted: &Value, spec: &Value) -> Res {
    if spec.is_unset() && converted.is_kind(Kind::Str) && class_of(converted).is(&types().str) {
        return Ok(converted.clone());
    }
    if spec.is_unset() {
        vm.ask_format(converted, &crate::objects::intern(b""))
    } else {
        vm.ask_format(converted, spec)
    }
}

#[inline(never)]
pub(in crate::dispatch) fn setup_annotations(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let name = &names().__annotations__;
    if i.x == 1 {
        let namespace = regs.at(i.a).clone();
        if let Some(plain) = plain_namespace(&namespace) {
            if plain.get_str(name).is_none() {
                drop(plain.insert_str(name, Dict::create().into_value()));
            }
            return Step::Next;
        }
        let found = vm.ask_item(&namespace, name);
        let result = vm.then(found, or_annotations, &namespace);
        let result = native::settle(vm, result, Delivery::mode(Mode::Discard, 0));
        return discarded(result);
    }
    let globals = &regs.function().globals;
    if globals.get_str(name).is_none() {
        globals.insert_str(name, Dict::create().into_value());
    }
    Step::Next
}

/// Puts annotations into a mapping that has none.
fn or_annotations(vm: &mut Vm, namespace: &Value, outcome: Outcome) -> Res {
    let result = outcome.result(vm);
    if result.is_ok() || !vm.thrown_is(&types().exceptions.KeyError) {
        return result;
    }
    drop(vm.catch());
    vm.ask_set_item(namespace, &names().__annotations__, Dict::create().into_value())
}

#[inline(never)]
pub(in crate::dispatch) fn call_intrinsic(vm: &mut Vm, i: Instr) -> Step {
    let regs = Regs::of(vm);
    let unused = |r: u16| if r < regs.code().registers { regs.read(r) } else { Value::UNSET };
    let (first, second) = (unused(i.b), unused(i.c));
    let result = crate::builtins::intrinsic::call(vm, i.x, &first, &second);
    settled(vm, i.a, result)
}
