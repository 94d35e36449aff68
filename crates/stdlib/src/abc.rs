//! `_abc`: what abstract base classes cannot do in the language.

use weft_vm::class::set_pattern;
use weft_vm::heap::Ref;
use weft_vm::objects::{Class, class_flags, intern};
use weft_vm::{Args, Res, Value, Vm};

const SEQUENCE: i64 = 1 << 5;
const MAPPING: i64 = 1 << 6;

pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_abc", &[("begin", begin), ("adopt", adopt)]);
    Ok(module.into_value())
}

fn class_at(vm: &mut Vm, args: &Args<'_>, index: usize) -> Res<Ref<Class>> {
    match args.pos().get(index).and_then(Value::as_ref) {
        Some(class) => Ok(class),
        None => Err(vm.type_error("a class is needed")),
    }
}

/// `begin(cls)`: takes `__abc_tpflags__` out of a new class and does what it says.
fn begin(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_at(vm, &args, 0)?;
    if let Some(given) = class.dict.remove_str(&intern(b"__abc_tpflags__")) {
        let bits = given.as_i64().unwrap_or(0);
        set_pattern(&class, bits & SEQUENCE != 0, bits & MAPPING != 0);
        class.invalidate();
    }
    Ok(Value::NONE)
}

/// `adopt(cls, subclass)`: a registered class is a sequence or mapping if the one it is registered with is.
fn adopt(vm: &mut Vm, args: Args<'_>) -> Res {
    let (class, subclass) = (class_at(vm, &args, 0)?, class_at(vm, &args, 1)?);
    let (sequence, mapping) = (class.has(class_flags::SEQUENCE_PATTERN), class.has(class_flags::MAPPING_PATTERN));
    if sequence || mapping {
        set_pattern(&subclass, sequence, mapping);
    }
    Ok(Value::NONE)
}
