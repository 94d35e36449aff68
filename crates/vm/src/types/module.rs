//! `module`.

use super::bootstrap::Def;
use super::slots::{self, class_argument, payload};
use crate::args::unset;
use crate::heap::{self, Kind};
use crate::objects::{Dict, Module, list};
use crate::value::Value;
use crate::{Args, Res, Vm, class_of, names};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", init),
    Def::Slot("__repr__", slots::repr),
    Def::Method("__dir__", dir),
    Def::Get("__dict__", |vm, v| payload::<Module>(vm, v).map(|m| m.dict.value().clone())),
    Def::GetSet("__annotations__", annotations, set_annotations),
];

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    Ok(heap::new(&class, Module::over(Dict::create())).into_value())
}

fn init(vm: &mut Vm, args: Args<'_>) -> Res {
    let dict = slots::this::<Module>(vm, &args)?.dict.clone();
    let [name, doc] = args.rest().bind(vm, "module", ["name", "doc"], 1)?;
    let name = name.unwrap_or(unset());
    if !name.is_kind(Kind::Str) {
        let got = class_of(name).name_str();
        return Err(vm.type_error(format!("module() argument 'name' must be str, not {got}")));
    }
    let names = names();
    drop(dict.insert_str(&names.__name__, name.clone()));
    drop(dict.insert_str(&names.__doc__, doc.cloned().unwrap_or(Value::NONE)));
    for absent in [&names.__package__, &names.__loader__, &names.__spec__] {
        drop(dict.insert_str(absent, Value::NONE));
    }
    Ok(Value::NONE)
}

fn dir(vm: &mut Vm, args: Args<'_>) -> Res {
    let dict = slots::this::<Module>(vm, &args)?.dict.clone();
    match dict.get_str(&names().__dir__) {
        Some(own) => vm.call(&own, &[]),
        None => Ok(list(dict.keys())),
    }
}

fn annotations(vm: &mut Vm, value: &Value) -> Res {
    let dict = &payload::<Module>(vm, value)?.dict;
    if let Some(found) = dict.get_str(&names().__annotations__) {
        return Ok(found);
    }
    let fresh = Dict::create().into_value();
    drop(dict.insert_str(&names().__annotations__, fresh.clone()));
    Ok(fresh)
}

fn set_annotations(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let dict = payload::<Module>(vm, value)?.dict.clone();
    let old = match new {
        Some(new) => {
            drop(dict.insert_str(&names().__annotations__, new));
            return Ok(());
        }
        None => dict.remove_str(&names().__annotations__),
    };
    match old {
        Some(_) => Ok(()),
        None => Err(vm.attribute_error(value, &names().__annotations__)),
    }
}
