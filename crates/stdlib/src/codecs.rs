//! `_codecs`: what scripts register, for `lib/codecs.py`.

use weft_vm::objects::Str;
use weft_vm::types::text_of;
use weft_vm::{Args, Res, Value, Vm};

use crate::system::Functions;

const FUNCTIONS: Functions = &[
    ("register", register),
    ("unregister", unregister),
    ("register_error", register_error),
    ("find", find),
    ("find_error", find_error),
];

pub fn init(vm: &mut Vm) -> Res {
    Ok(vm.native_module("_codecs", FUNCTIONS).into_value())
}

fn register(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "register", 1, 1)?;
    if !vm.is_callable(&args.pos()[0]) {
        return Err(vm.type_error("argument must be callable"));
    }
    vm.codecs.register(args.pos()[0].clone());
    Ok(Value::NONE)
}

fn unregister(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "unregister", 1, 1)?;
    vm.codecs.unregister(&args.pos()[0]);
    Ok(Value::NONE)
}

fn register_error(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "register_error", 2, 2)?;
    let (name, handler) = (&args.pos()[0], &args.pos()[1]);
    if name.downcast::<Str>().is_none() {
        return Err(vm.type_error("register_error() argument 1 must be str"));
    }
    if !vm.is_callable(handler) {
        return Err(vm.type_error("handler must be callable"));
    }
    vm.codecs.register_error(&text_of(name), handler.clone());
    Ok(Value::NONE)
}

/// The CodecInfo of a registered codec, or None.
fn find(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "find", 1, 1)?;
    vm.ask_codec(&text_of(&args.pos()[0]))
}

/// A registered error handler, or None.
fn find_error(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "find_error", 1, 1)?;
    let number = vm.codecs.handler_number(&text_of(&args.pos()[0]));
    Ok(number.map_or(Value::NONE, |number| vm.codecs.handler(number)))
}
