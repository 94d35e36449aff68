//! `_re`: regular expressions. `lib/re.py` is what scripts see.

mod chars;
mod escapes;
mod found;
mod matcher;
mod parse;
mod pattern;
mod program;
mod tree;

use crate::native::object;
use weft_vm::objects::Str;
use weft_vm::{Args, Asks, Res, Vm, class_of};

/// Makes the module.
pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_re", &[("compile", compile)]);
    module.dict.set("Pattern", pattern::PATTERN.with(Clone::clone).into_value());
    module.dict.set("Match", found::MATCH.with(Clone::clone).into_value());
    Ok(module.into_value())
}

/// `compile(pattern, flags)`.
fn compile(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "compile", 2, 2)?;
    let source = &args.pos()[0];
    let text = source.downcast::<Str>().is_some();
    if !text && source.as_byte_slice().is_none() {
        let got = class_of(source).name_str();
        return Err(vm.type_error(format!("first argument must be string or compiled pattern, not {got}")));
    }
    let flags = u32::try_from(vm.as_index(&args.pos()[1])?).unwrap_or(0);
    check_flags(vm, text, flags)?;
    let codes = pattern::codes(source);
    match parse::parse(&codes, text, flags) {
        Ok(read) => {
            let program = program::build(&read.body, &read.widths);
            let state =
                pattern::PatternState { source: source.clone(), flags: read.flags, program, names: read.names, text };
            Ok(object(&pattern::PATTERN.with(Clone::clone), state))
        }
        Err(problem) => Err(pattern::raise(vm, problem, source)),
    }
}

fn check_flags(vm: &mut Vm, text: bool, flags: u32) -> Res<()> {
    let message = match text {
        true if flags & tree::LOCALE != 0 => "cannot use LOCALE flag with a str pattern",
        true if flags & tree::ASCII != 0 && flags & tree::UNICODE != 0 => "ASCII and UNICODE flags are incompatible",
        false if flags & tree::UNICODE != 0 => "cannot use UNICODE flag with a bytes pattern",
        false if flags & tree::LOCALE != 0 && flags & tree::ASCII != 0 => "ASCII and LOCALE flags are incompatible",
        _ => return Ok(()),
    };
    Err(vm.value_error(message))
}
