//! `_naming`: names for classes written in the language that CPython has as native ones.

use weft_vm::heap::Kind;
use weft_vm::objects::{Class, intern};
use weft_vm::{Args, Res, Vm};

use crate::system::Functions;

pub fn init(vm: &mut Vm) -> Res {
    Ok(vm.native_module("_naming", FUNCTIONS).into_value())
}

const FUNCTIONS: Functions = &[("with_module", with_module)];

/// `with_module(class, module)`: messages name the class with its module; gives the class, for decorators.
fn with_module(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "with_module", 2, 2)?;
    let (class, module) = (&args.pos()[0], &args.pos()[1]);
    match class.downcast::<Class>() {
        Some(named) if module.is_kind(Kind::Str) => {
            let full = format!("{}.{}", weft_vm::types::text_of(module), named.short_name());
            named.set_full_name(intern(full.as_bytes()));
            named.dict.set("__module__", module.clone());
            named.invalidate();
            Ok(class.clone())
        }
        _ => Err(vm.type_error("with_module() takes a class and a str")),
    }
}
