//! Exceptions that `raise` and `throw` make of classes, where the classes' methods may be in the language.

use super::{is_exception_class, payload};
use crate::heap::Kind;
use crate::objects::{Class, tuple};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Asks, Request, Res, Thrown, Vm, class_of};

/// `raise given from cause`: an exception flies, or is requested. Without a cause that is unset.
pub fn ask_raise(vm: &mut Vm, given: &Value, cause: Value) -> Res {
    if given.is_kind(Kind::Exception) {
        return raise_from(vm, given, &cause);
    }
    match ask_instance(vm, given) {
        Ok(exception) => raise_from(vm, &exception, &cause),
        asked => vm.and_then(asked, raise_made, tuple(vec![given.clone(), cause])),
    }
}

/// An instance of the class, or the request for what is to be one.
fn ask_instance(vm: &mut Vm, given: &Value) -> Res {
    match given.as_ref::<Class>().filter(|_| is_exception_class(given)) {
        None => Err(vm.type_error("exceptions must derive from BaseException")),
        Some(class) => match crate::dispatch::make_plain_exception(vm, &class) {
            Some(exception) => Ok(exception),
            None => Err(vm.request(Request::Call { callable: given.clone(), args: Vec::new() })),
        },
    }
}

/// The class was called.
fn raise_made(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let made = outcome.result(vm)?;
    let Some([class, cause]) = state.as_items() else { return Ok(made) };
    check_made(vm, class, &made, "<class '", "'>")?;
    raise_from(vm, &made, cause)
}

/// TypeError unless an exception was made of the class.
fn check_made(vm: &mut Vm, class: &Value, made: &Value, before: &str, behind: &str) -> Res<()> {
    if made.is_kind(Kind::Exception) {
        return Ok(());
    }
    let class = vm.repr(class)?.to_string_lossy();
    let got = crate::types::r#type::full_name(class_of(made));
    Err(vm.type_error(format!(
        "calling {class} should have returned an instance of BaseException, not {before}{got}{behind}"
    )))
}

fn raise_from(vm: &mut Vm, exception: &Value, given: &Value) -> Res {
    if given.is_unset() {
        return Err(vm.throw(exception.clone()));
    }
    if given.is_none() || given.is_kind(Kind::Exception) {
        return Err(raise_because(vm, exception, given.clone()));
    }
    if !is_exception_class(given) {
        return Err(vm.type_error("exception causes must derive from BaseException"));
    }
    match ask_instance(vm, given) {
        Ok(cause) => Err(raise_because(vm, exception, cause)),
        asked => {
            let state = tuple(vec![exception.clone(), given.clone()]);
            vm.then(asked, raise_with, &state)
        }
    }
}

/// The cause was made.
fn raise_with(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let cause = outcome.result(vm)?;
    let Some([exception, class]) = state.as_items() else { return Ok(cause) };
    check_made(vm, class, &cause, "<class '", "'>")?;
    Err(raise_because(vm, exception, cause))
}

fn raise_because(vm: &mut Vm, exception: &Value, cause: Value) -> Thrown {
    let raised = payload(exception);
    raised.cause.set(cause);
    raised.suppress_context.set(true);
    vm.throw(exception.clone())
}

/// The exception that `throw(type[, value[, traceback]])` means; where it cannot be made, what that raised.
pub fn normalise(vm: &mut impl Asks, args: &[Value]) -> Res {
    let part = |i: usize| args.get(i).cloned().unwrap_or(Value::NONE);
    let (kind, value, traceback) = (part(0), part(1), part(2));
    if !traceback.is_none() && !traceback.is_kind(Kind::Traceback) {
        return Err(vm.vm().type_error("throw() third argument must be a traceback object"));
    }
    let exception = if is_exception_class(&kind) {
        if value.is_kind(Kind::Exception)
            && kind.as_ref::<Class>().is_some_and(|class| class_of(&value).is_subclass_of(&class))
        {
            value
        } else {
            match construct(vm, &kind, &value) {
                Ok(made) => made,
                Err(_) => vm.caught()?,
            }
        }
    } else if kind.is_kind(Kind::Exception) {
        if !value.is_none() {
            return Err(vm.vm().type_error("instance exception may not have a separate value"));
        }
        kind
    } else {
        let got = class_of(&kind).name_str();
        return Err(vm
            .vm()
            .type_error(format!("exceptions must be classes or instances deriving from BaseException, not {got}")));
    };
    if !traceback.is_none() {
        payload(&exception).set_traceback(traceback);
    }
    Ok(exception)
}

/// An exception of the class, from the value that stands for its arguments.
fn construct(vm: &mut impl Asks, kind: &Value, value: &Value) -> Res {
    let args = match value.as_items() {
        _ if value.is_none() => Vec::new(),
        Some(items) if value.is_kind(Kind::Tuple) => items.to_vec(),
        _ => vec![value.clone()],
    };
    if args.is_empty()
        && let Some(class) = kind.as_ref::<Class>()
        && let Some(exception) = crate::dispatch::make_plain_exception(vm.vm(), &class)
    {
        return Ok(exception);
    }
    let made = vm.once_asked(|vm| Err(vm.request(Request::Call { callable: kind.clone(), args })))?;
    check_made(vm.vm(), kind, &made, "", "")?;
    Ok(made)
}
