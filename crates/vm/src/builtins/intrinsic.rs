//! The rarer things that compiled code asks for: the prompt's display hook, type parameters and aliases.

use crate::heap::Ref;
use crate::objects::{Function, Module, intern, tuple};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Request, Res, Vm, names};
use weft_bytecode::Intrinsic;

/// Carries out the intrinsic with this number.
pub fn call(vm: &mut Vm, which: u8, first: &Value, second: &Value) -> Res {
    let one = std::slice::from_ref(first);
    let both = [first.clone(), second.clone()];
    match Intrinsic::from_u8(which) {
        Some(Intrinsic::DisplayHook) => display(vm, first),
        Some(Intrinsic::TypeVar) => ask_typing(vm, "type_var", one),
        Some(Intrinsic::TypeVarWithBound) => ask_typing(vm, "type_var_with_bound", &both),
        Some(Intrinsic::TypeVarWithConstraints) => ask_typing(vm, "type_var_with_constraints", &both),
        Some(Intrinsic::ParamSpec) => ask_typing(vm, "param_spec", one),
        Some(Intrinsic::TypeVarTuple) => ask_typing(vm, "type_var_tuple", one),
        Some(Intrinsic::SetTypeParamDefault) => ask_typing(vm, "set_default", &both),
        Some(Intrinsic::SubscriptGeneric) => ask_typing(vm, "generic", one),
        Some(Intrinsic::TypeAlias) => ask_typing(vm, "type_alias", one),
        Some(Intrinsic::SetFunctionTypeParams) => {
            if let Some(function) = first.downcast::<Function>() {
                function.type_params.set(second.clone());
            }
            Ok(first.clone())
        }
        Some(Intrinsic::Locals) => Ok(crate::dispatch::running_locals(vm).unwrap_or(Value::NONE)),
        None => Err(vm.system_error("unknown intrinsic function")),
    }
}

/// Type parameters are objects of the module `typing`, which makes them in the language.
fn ask_typing(vm: &mut Vm, function: &str, args: &[Value]) -> Res {
    let module = super::import::ask_module(vm, "_typing");
    vm.then(module, call_typing, &tuple([&[intern(function.as_bytes())], args].concat()))
}

/// The module is there: state is the name of the function and its arguments.
fn call_typing(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let module = outcome.result(vm)?;
    let Some([function, args @ ..]) = state.as_items() else { return Ok(module) };
    let callable = vm.get_attr(&module, function)?;
    let called = Err(vm.request(Request::Call { callable, args: args.to_vec() }));
    vm.last_act(called)
}

/// Shows the value of an expression at the prompt.
fn display(vm: &mut Vm, value: &Value) -> Res {
    let sys = vm.modules.get_str(&intern(b"sys")).and_then(|module| module.as_ref::<Module>());
    if let Some(hook) = sys.as_ref().and_then(|sys| sys.dict.get_str(&names().displayhook)) {
        return Err(vm.request(Request::Call { callable: hook, args: vec![value.clone()] }));
    }
    if value.is_none() {
        return Ok(Value::NONE);
    }
    // As `sys.displayhook`: `_` is unset while the text is made, which may fail.
    let builtins = vm.builtins.clone();
    drop(builtins.insert_str(&intern(b"_"), Value::NONE));
    let mut text = Vec::new();
    vm.repr_into(&mut text, value)?;
    text.push(b'\n');
    write(vm, sys, text)?;
    drop(builtins.insert_str(&intern(b"_"), value.clone()));
    Ok(Value::NONE)
}

/// Writes to `sys.stdout`, or where there is none to the host's.
fn write(vm: &mut Vm, sys: Option<Ref<Module>>, text: Vec<u8>) -> Res<()> {
    match sys.and_then(|sys| sys.dict.get_str(&names().stdout)) {
        Some(stdout) => {
            let text = crate::objects::Str::from_wtf8(&text).into_value();
            vm.call_method(&stdout, &names().write, &[text])?;
        }
        None => {
            // There is nobody to tell that the output is closed.
            let _ = vm.host.write(1, &text);
        }
    }
    Ok(())
}
