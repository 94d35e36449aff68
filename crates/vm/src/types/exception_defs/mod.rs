//! Exceptions as objects, and what `raise`, `except` and `except*` do with them.

mod fields;
mod group;
mod raising;

pub use group::{match_star, prepare_reraise};
pub use raising::{ask_raise, normalise};

use super::bootstrap::Def;
use super::exceptions::DefTables;
use crate::heap::{Kind, Ref};
use crate::objects::{Class, Exception, Str, attrs, class_flags, list, tuple};
use crate::ops::repr::Template;
use crate::value::Value;
use crate::{Args, Res, Vm, class_of, names};

pub const TABLES: DefTables = &[
    ("BaseException", BASE),
    ("StopIteration", fields::STOP_ITERATION),
    ("SystemExit", fields::SYSTEM_EXIT),
    ("KeyError", fields::KEY_ERROR),
    ("AttributeError", fields::ATTRIBUTE_ERROR),
    ("NameError", fields::NAME_ERROR),
    ("ImportError", fields::IMPORT_ERROR),
    ("OSError", fields::OS_ERROR),
    ("SyntaxError", fields::SYNTAX_ERROR),
    ("UnicodeDecodeError", fields::UNICODE_DECODE_ERROR),
    ("UnicodeEncodeError", fields::UNICODE_ENCODE_ERROR),
    ("UnicodeTranslateError", fields::UNICODE_TRANSLATE_ERROR),
    ("BaseExceptionGroup", group::DEFS),
];

const BASE: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", init),
    Def::Slot("__repr__", repr),
    Def::Slot("__str__", to_str),
    Def::Method("with_traceback", with_traceback),
    Def::Method("add_note", add_note_method),
    Def::Method("__reduce__", reduce),
    Def::Method("__setstate__", setstate),
    Def::GetSet("args", args_of, set_args),
    Def::GetSet("__traceback__", traceback, set_traceback),
    Def::GetSet("__cause__", cause, set_cause_attr),
    Def::GetSet("__context__", context, set_context),
    Def::GetSet("__suppress_context__", suppress, set_suppress),
    Def::GetSet("__dict__", super::object::get_dict, super::object::set_dict),
];

/// The payload of a value known to be an exception.
pub(super) fn payload(value: &Value) -> Ref<Exception> {
    Ref::from_value_unchecked(value.clone())
}

/// `BaseException.__new__`: keeps all positional arguments.
pub(super) fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let Some(class) = args.pos().first().and_then(|c| c.as_ref::<Class>()) else {
        return Err(vm.type_error("BaseException.__new__(X): X is not a type object"));
    };
    if class.layout != Kind::Exception {
        let name = class.name_str();
        return Err(vm.type_error(format!("BaseException.__new__({name}): {name} is not a subtype of BaseException")));
    }
    let exception = crate::heap::new(&class, Exception::new(tuple(args.pos()[1..].to_vec())));
    Ok(exception.into_value())
}

pub(super) fn init(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.has_keywords() {
        let name = class_of(&args.pos()[0]).name_str();
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    payload(&args.pos()[0]).set_args(tuple(args.pos()[1..].to_vec()));
    Ok(Value::NONE)
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    let name = class_of(this).name_str();
    let items = payload(this).args().as_items().map(<[Value]>::to_vec).unwrap_or_default();
    let mut template = Template::new(&name);
    match items.as_slice() {
        [one] => template.text("(").repr(one).text(")"),
        _ => template.repr(payload(this).args()),
    };
    vm.ask_written(&Value::UNSET, template)
}

pub(super) fn to_str(vm: &mut Vm, args: Args<'_>) -> Res {
    let items = payload(&args.pos()[0]).args().clone();
    match items.as_items() {
        Some([]) | None => Ok(Value::from("")),
        Some([one]) => vm.guarded_as(" while getting the str of an object", |vm| vm.ask_str(one)),
        Some(_) => vm.ask_str(&items),
    }
}

fn with_traceback(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "BaseException.with_traceback", 1, 1)?;
    set_traceback(vm, &args.pos()[0], Some(args.pos()[1].clone()))?;
    Ok(args.pos()[0].clone())
}

fn add_note_method(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "BaseException.add_note", 1, 1)?;
    let note = &args.pos()[1];
    if !note.is_kind(Kind::Str) {
        let got = class_of(note).name_str();
        return Err(vm.type_error(format!("note must be a str, not '{got}'")));
    }
    push_note(&args.pos()[0], note.clone());
    Ok(Value::NONE)
}

/// Adds a note to an exception.
pub fn add_note(exception: &Value, note: &str) {
    push_note(exception, Value::from(note));
}

fn push_note(exception: &Value, note: Value) {
    let Some(own) = exception.header().and_then(attrs::of) else { return };
    let name = &names().__notes__;
    match own.get(name).and_then(|n| n.as_ref::<crate::objects::List>()) {
        Some(notes) => notes.push(note),
        None => drop(own.set(name, list(vec![note]))),
    }
}

fn reduce(_vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    Ok(tuple(vec![class_of(this).value().clone(), payload(this).args().clone()]))
}

fn setstate(vm: &mut Vm, args: Args<'_>) -> Res {
    if let Some(state) = args.pos().get(1).and_then(|s| s.as_ref::<crate::objects::Dict>()) {
        for (name, value) in state.entries() {
            vm.set_attr(&args.pos()[0], &name, value)?;
        }
    }
    Ok(Value::NONE)
}

fn args_of(_vm: &mut Vm, this: &Value) -> Res {
    Ok(payload(this).args().clone())
}

fn set_args(vm: &mut Vm, this: &Value, new: Option<Value>) -> Res<()> {
    let Some(new) = new else { return Err(vm.type_error("args may not be deleted")) };
    let items = vm.collect(&new)?;
    payload(this).set_args(tuple(items));
    Ok(())
}

fn traceback(_vm: &mut Vm, this: &Value) -> Res {
    Ok(payload(this).traceback().clone())
}

fn set_traceback(vm: &mut Vm, this: &Value, new: Option<Value>) -> Res<()> {
    match new {
        Some(new) if new.is_none() || new.is_kind(Kind::Traceback) => {
            payload(this).set_traceback(new);
            Ok(())
        }
        Some(_) => Err(vm.type_error("__traceback__ must be a traceback or None")),
        None => Err(vm.type_error("__traceback__ may not be deleted")),
    }
}

fn cause(_vm: &mut Vm, this: &Value) -> Res {
    Ok(payload(this).cause.get().clone())
}

fn set_cause_attr(vm: &mut Vm, this: &Value, new: Option<Value>) -> Res<()> {
    match new {
        Some(new) if new.is_none() || new.is_kind(Kind::Exception) => {
            payload(this).cause.set(new);
            payload(this).suppress_context.set(true);
            Ok(())
        }
        Some(_) => Err(vm.type_error("exception cause must be None or derive from BaseException")),
        None => Err(vm.type_error("__cause__ may not be deleted")),
    }
}

fn context(_vm: &mut Vm, this: &Value) -> Res {
    Ok(payload(this).context.get().clone())
}

fn set_context(vm: &mut Vm, this: &Value, new: Option<Value>) -> Res<()> {
    match new {
        Some(new) if new.is_none() || new.is_kind(Kind::Exception) => {
            payload(this).context.set(new);
            Ok(())
        }
        Some(_) => Err(vm.type_error("exception context must be None or derive from BaseException")),
        None => Err(vm.type_error("__context__ may not be deleted")),
    }
}

fn suppress(_vm: &mut Vm, this: &Value) -> Res {
    Ok(Value::bool(payload(this).suppress_context.get()))
}

fn set_suppress(vm: &mut Vm, this: &Value, new: Option<Value>) -> Res<()> {
    let truth = match new {
        Some(new) => vm.truth(&new)?,
        None => return Err(vm.type_error("can't delete numeric/char attribute")),
    };
    payload(this).suppress_context.set(truth);
    Ok(())
}

/// The value that a StopIteration carries.
pub fn stop_value(exception: &Value) -> Value {
    let Some(payload) = exception.downcast::<Exception>() else { return Value::NONE };
    let value = payload.value.get();
    if !value.is_unset() {
        return value.clone();
    }
    payload.args().as_items().and_then(|items| items.first().cloned()).unwrap_or(Value::NONE)
}

/// Whether a value is a class of exceptions.
pub fn is_exception_class(value: &Value) -> bool {
    value.downcast::<Class>().is_some_and(|c| c.has(class_flags::EXCEPTION))
}

/// Whether an exception matches the class or tuple of classes of an `except` clause.
pub fn matches(vm: &mut Vm, exception: &Value, classes: &Value) -> Res<bool> {
    if let Some(class) = classes.downcast::<Class>()
        && class.has(class_flags::EXCEPTION)
    {
        return Ok(class_of(exception).is_subclass_of(class));
    }
    if classes.is_kind(Kind::Tuple) {
        let items = classes.as_items().map(<[Value]>::to_vec).unwrap_or_default();
        if items.iter().all(is_exception_class) {
            let own = class_of(exception);
            return Ok(items.iter().any(|c| c.downcast::<Class>().is_some_and(|c| own.is_subclass_of(c))));
        }
    }
    Err(vm.type_error("catching classes that do not inherit from BaseException is not allowed"))
}

/// Makes an attribute of exceptions: read from, and written to, the instance's attributes, None when absent.
pub(super) fn field(this: &Value, name: &Value) -> Value {
    this.downcast::<Exception>().and_then(|exception| exception.field(name)).unwrap_or(Value::NONE)
}

/// Sets an attribute of an exception.
pub(super) fn set_field(this: &Value, name: &Value, value: Value) {
    if let Some(exception) = this.downcast::<Exception>() {
        exception.set_field(name, value);
    }
}

/// The text of an exception, or a note that it has none.
pub fn text(vm: &mut Vm, exception: &Value) -> String {
    match vm.str(exception) {
        Ok(text) => text.to_string_lossy(),
        Err(_) => {
            drop(vm.catch());
            "<exception str() failed>".to_owned()
        }
    }
}

/// Whether a value is a string.
pub(super) fn is_str(value: &Value) -> bool {
    value.downcast::<Str>().is_some()
}
