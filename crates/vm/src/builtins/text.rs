//! The builtin functions that have to do with text: `repr`, `ascii`, `chr`, `ord`, `format`, `input`.

use crate::objects::str::char_value;
use crate::objects::{Module, NativeFn, Str, int, intern};
use crate::ops::arith::is_builtin;
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, names, restartable, types};

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("ascii", ascii),
    ("chr", restartable!(chr)),
    ("format", format),
    ("input", restartable!(input)),
    ("ord", ord),
    ("print", super::print::print),
    ("repr", repr),
];

/// Enters the functions into the builtins.
pub fn install(vm: &mut Vm) {
    for &(name, function) in FUNCTIONS {
        let native = vm.native_function("builtins", name, function);
        vm.builtins.set(name, native);
    }
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "repr", 1, 1)?;
    vm.ask_repr(&args.pos()[0])
}

fn ascii(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "ascii", 1, 1)?;
    vm.ask_ascii(&args.pos()[0])
}

fn chr(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "chr", 1, 1)?;
    let code = vm.to_index(&args.pos()[0])?;
    match code.as_i64().and_then(|n| u32::try_from(n).ok()).filter(|code| *code < 0x11_0000) {
        Some(code) => Ok(char_value(code)),
        None => Err(vm.value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "ord", 1, 1)?;
    let value = &args.pos()[0];
    let len = match (value.downcast::<Str>(), value.as_byte_slice()) {
        (Some(text), _) if text.len() == 1 => return Ok(int(text.code_point(0).unwrap_or_default().into())),
        (_, Some(&[byte])) => return Ok(int(byte.into())),
        (Some(text), _) => text.len(),
        (_, Some(bytes)) => bytes.len(),
        _ => {
            let class = class_of(value).name_str();
            return Err(vm.type_error(format!("ord() expected string of length 1, but {class} found")));
        }
    };
    Err(vm.type_error(format!("ord() expected a character, but string of length {len} found")))
}

fn format(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "format", 1, 2)?;
    let empty;
    let spec = match args.pos().get(1) {
        Some(spec) => vm.expect_str(spec, "format", "argument 2")?,
        None => {
            empty = Str::from_parts(b"", 0);
            &*empty
        }
    };
    let own = args.pos().get(1).filter(|spec| is_builtin(spec)).cloned();
    let text = own.unwrap_or_else(|| Str::from_parts(spec.as_bytes(), spec.len()).into_value());
    vm.ask_format(&args.pos()[0], &text)
}

/// The value of an attribute of the `sys` module.
pub(super) fn sys_attribute(vm: &Vm, name: &str) -> Option<Value> {
    let sys = vm.modules.get_str(&intern(b"sys"))?;
    sys.downcast::<Module>()?.dict.get_str(&intern(name.as_bytes()))
}

fn input(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    args.expect(vm, "input", 0, 1)?;
    let stream = |vm: &mut Vm, name: &str| match sys_attribute(vm, name).filter(|stream| !stream.is_none()) {
        Some(stream) => Ok(stream),
        None => Err(vm.runtime_error(format!("input(): lost sys.{name}"))),
    };
    let stdin = vm.once(|vm| stream(vm, "stdin"))?;
    let stdout = vm.once(|vm| stream(vm, "stdout"))?;
    if let Some(prompt) = args.pos().first() {
        vm.once_asked(|vm| super::print::write(vm, &stdout, prompt))?;
    }
    vm.once_asked(|vm| vm.ask_method(&stdout, &names().flush, &[]))?;
    let line = vm.once_asked(|vm| vm.ask_method(&stdin, &names().readline, &[]))?;
    let Some(text) = line.downcast::<Str>() else {
        return Err(vm.type_error("object.readline() returned non-string"));
    };
    match text.as_bytes() {
        [] => {
            let class = types().exceptions.EOFError.clone();
            Err(vm.raise(&class, "EOF when reading a line"))
        }
        [line @ .., b'\n'] => Ok(Str::from_wtf8(line).into_value()),
        line => Ok(Str::from_wtf8(line).into_value()),
    }
}
