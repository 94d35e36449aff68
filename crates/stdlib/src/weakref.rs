//! `_weakref`.

use weft_vm::heap::weakrefs_of;
use weft_vm::objects::{int, list};
use weft_vm::{Args, Res, Value, Vm, types};

use crate::system::Functions;

pub fn init(vm: &mut Vm) -> Res {
    let module = vm.native_module("_weakref", FUNCTIONS);
    let class = types().weakref.value().clone();
    module.dict.set("ref", class.clone());
    module.dict.set("ReferenceType", class);
    Ok(module.into_value())
}

const FUNCTIONS: Functions = &[("getweakrefcount", count), ("getweakrefs", references)];

fn live(value: &Value) -> Vec<Value> {
    value.header().map(weakrefs_of).unwrap_or_default().into_iter().map(Into::into).collect()
}

fn count(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "getweakrefcount", 1, 1)?;
    Ok(int(live(&args.pos()[0]).len() as i64))
}

fn references(vm: &mut Vm, args: Args<'_>) -> Res {
    args.expect(vm, "getweakrefs", 1, 1)?;
    Ok(list(live(&args.pos()[0])))
}
