//! The `builtins` module.

mod aggregate;
mod anext;
mod classes;
pub mod core;
mod functions;
pub mod import;
pub mod intrinsic;
pub(crate) mod iterate;
pub mod pattern;
pub mod print;
pub mod report;
pub mod text;

use crate::heap::Ref;
use crate::objects::{Class, Intrinsic, Native, NativeFn, NativeKind, intern};
use crate::types::{EXCEPTIONS, Types};
use crate::value::Value;
use crate::{Vm, types};

/// Picks a class out of the builtin ones.
type TypeOf = fn(&Types) -> &Ref<Class>;

/// The types that scripts find by name.
const TYPES: &[(&str, TypeOf)] = &[
    ("object", |t| &t.object),
    ("type", |t| &t.r#type),
    ("str", |t| &t.str),
    ("tuple", |t| &t.tuple),
    ("int", |t| &t.int),
    ("bool", |t| &t.bool),
    ("float", |t| &t.float),
    ("complex", |t| &t.complex),
    ("bytes", |t| &t.bytes),
    ("bytearray", |t| &t.bytearray),
    ("list", |t| &t.list),
    ("dict", |t| &t.dict),
    ("set", |t| &t.set),
    ("frozenset", |t| &t.frozenset),
    ("range", |t| &t.range),
    ("slice", |t| &t.slice),
    ("property", |t| &t.property),
    ("classmethod", |t| &t.classmethod),
    ("staticmethod", |t| &t.staticmethod),
    ("super", |t| &t.super_),
    ("enumerate", |t| &t.enumerate),
    ("zip", |t| &t.zip),
    ("map", |t| &t.map),
    ("filter", |t| &t.filter),
    ("reversed", |t| &t.reversed),
];

/// Enters a table of functions.
pub fn add_functions(vm: &mut Vm, functions: &[(&'static str, NativeFn)]) {
    for &(name, function) in functions {
        let native = vm.native_function("builtins", name, function);
        vm.builtins.set(name, native);
    }
}

/// Fills the namespace of the `builtins` module.
pub fn install(vm: &mut Vm) {
    let t = types();
    let builtins = vm.builtins.clone();
    builtins.set("__name__", "builtins");
    builtins.set("__doc__", Value::NONE);
    builtins.set("__debug__", Value::TRUE);
    builtins.set("None", Value::NONE);
    builtins.set("True", Value::TRUE);
    builtins.set("False", Value::FALSE);
    builtins.set("Ellipsis", Value::ELLIPSIS);
    builtins.set("NotImplemented", Value::NOT_IMPLEMENTED);
    for (name, pick) in TYPES {
        builtins.set(name, pick(t).value().clone());
    }
    builtins.set("memoryview", crate::types::memoryview::class());
    for (name, pick) in EXCEPTIONS {
        builtins.set(name, pick(&t.exceptions).value().clone());
    }
    for name in ["EnvironmentError", "IOError"] {
        builtins.set(name, t.exceptions.OSError.value().clone());
    }
    add_functions(vm, functions::FUNCTIONS);
    add_functions(vm, classes::FUNCTIONS);
    add_functions(vm, aggregate::FUNCTIONS);
    add_functions(vm, iterate::FUNCTIONS);
    let next = Native::create_full(
        "next",
        iterate::next,
        NativeKind::Function,
        Intrinsic::BuiltinNext,
        Value::UNSET,
        Value::UNSET,
    );
    next.module.set(intern(b"builtins"));
    builtins.set("next", next);
    text::install(vm);
    core::install(vm);
}
