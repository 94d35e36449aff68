//! `_json`: reading and writing of plain JSON. Whatever is not plain (errors, hooks, other classes) is answered with
//! None, and `lib/json` does it in the language, where it also words what is wrong.

mod decode;
mod encode;

use weft_vm::objects::Str;
use weft_vm::{Res, Value, Vm, class_of, types};

/// Parts of parts deeper than this are left to the language, so that the native stack stays small.
const DEEPEST: u32 = 200;

pub fn init(vm: &mut Vm) -> Res {
    Ok(vm.native_module("_json", &[("scan", decode::scan), ("encode", encode::encode)]).into_value())
}

/// The text of a `str`, not of an instance of a subclass.
fn plain_text(value: &Value) -> Option<&Str> {
    value.downcast::<Str>().filter(|_| class_of(value).is(&types().str))
}
