//! `mappingproxy`: a read-only view of a mapping, or of the namespace of a class.

use super::bootstrap::Def;
use super::slots::{self, class_argument, operand, payload, receiver};
use crate::args::unset;
use crate::heap::{self, Kind};
use crate::objects::{Class, Dict, MappingProxy, intern, list};
use crate::ops::compare::Cmp;
use crate::value::Value;
use crate::{Args, Request, Res, Vm, class_of, names};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__repr__", slots::repr),
    Def::Slot("__len__", slots::len),
    Def::Slot("__getitem__", slots::get_item),
    Def::Slot("__contains__", slots::contains),
    Def::Slot("__iter__", slots::iter),
    Def::Slot("__hash__", hash),
    Def::Slot("__or__", slots::or),
    Def::Slot("__ror__", slots::ror),
    Def::Slot("__ior__", ior),
    Def::Slot("__eq__", |vm, args| compare(vm, args, Cmp::Eq)),
    Def::Slot("__ne__", |vm, args| compare(vm, args, Cmp::Ne)),
    Def::Slot("__lt__", |vm, args| compare(vm, args, Cmp::Lt)),
    Def::Slot("__le__", |vm, args| compare(vm, args, Cmp::Le)),
    Def::Slot("__gt__", |vm, args| compare(vm, args, Cmp::Gt)),
    Def::Slot("__ge__", |vm, args| compare(vm, args, Cmp::Ge)),
    Def::Method("__reversed__", reversed),
    Def::Method("get", get),
    Def::Method("keys", |vm, args| pass_on(vm, args, "keys")),
    Def::Method("values", |vm, args| pass_on(vm, args, "values")),
    Def::Method("items", |vm, args| pass_on(vm, args, "items")),
    Def::Method("copy", |vm, args| pass_on(vm, args, "copy")),
    Def::Class("__class_getitem__", slots::class_getitem),
];

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_argument(vm, &args)?;
    let [mapping] = args.rest().bind(vm, "mappingproxy", ["mapping"], 1)?;
    let mapping = mapping.unwrap_or(unset());
    let own = class_of(mapping).clone();
    let indexed = vm.has_attr_on_class(&own, &names().__getitem__);
    if !indexed || mapping.is_kind(Kind::List) || mapping.is_kind(Kind::Tuple) {
        let got = own.name_str();
        return Err(vm.type_error(format!("mappingproxy() argument must be a mapping, not {got}")));
    }
    Ok(heap::new(&class, MappingProxy { mapping: mapping.clone() }).into_value())
}

/// What stands behind the proxy, as a mapping: of a class's namespace a copy.
pub fn mapping_of(value: &Value) -> Value {
    let Some(proxy) = value.downcast::<MappingProxy>() else { return value.clone() };
    match proxy.mapping.downcast::<Class>() {
        Some(class) => {
            let copy = Dict::create();
            *copy.table_mut() = class.dict.table().copy();
            copy.into_value()
        }
        None => proxy.mapping.clone(),
    }
}

/// The mapping that a proxy shows, unless that is a class's namespace.
pub(crate) fn mapping_shown(value: &Value) -> Option<Value> {
    let proxy = value.downcast::<MappingProxy>()?;
    (!proxy.mapping.is_kind(Kind::Class)).then(|| proxy.mapping.clone())
}

fn pass_on(vm: &mut Vm, args: Args<'_>, method: &str) -> Res {
    args.rest().expect(vm, method, 0, 0)?;
    let mapping = mapping_of(receiver(vm, &args)?);
    ask_method(vm, &mapping, &intern(method.as_bytes()), &[])
}

/// What a method of a mapping gives; deep down it is requested.
fn ask_method(vm: &mut Vm, mapping: &Value, name: &Value, args: &[Value]) -> Res {
    if vm.is_shallow() {
        return vm.call_method(mapping, name, args);
    }
    let callable = vm.get_attr(mapping, name)?;
    Err(vm.request(Request::Call { callable, args: args.to_vec() }))
}

fn get(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "get", 1, 2)?;
    let (this, key) = (&args.pos()[0], &args.pos()[1]);
    let default = args.pos().get(2).cloned().unwrap_or(Value::NONE);
    let mapping = payload::<MappingProxy>(vm, this)?.mapping.clone();
    if mapping.is_kind(Kind::Class) {
        let found = vm.contains_builtin(this, key)?;
        return if found { vm.get_item_builtin(this, key) } else { Ok(default) };
    }
    ask_method(vm, &mapping, &names().get, &[key.clone(), default])
}

fn reversed(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = receiver(vm, &args)?;
    if payload::<MappingProxy>(vm, this)?.mapping.is_kind(Kind::Class) {
        let mut keys = vm.collect(this)?;
        keys.reverse();
        return vm.iter(&list(keys));
    }
    let mapping = mapping_of(this);
    ask_method(vm, &mapping, &names().__reversed__, &[])
}

fn hash(vm: &mut Vm, args: Args<'_>) -> Res {
    let mapping = mapping_of(slots::nothing(vm, &args)?);
    vm.ask_hash(&mapping)
}

fn ior(vm: &mut Vm, args: Args<'_>) -> Res {
    let (this, _) = operand(vm, &args)?;
    let name = class_of(this).name_str();
    Err(vm.type_error(format!("'|=' is not supported by {name}; use '|' instead")))
}

fn compare(vm: &mut Vm, args: Args<'_>, op: Cmp) -> Res {
    let (this, other) = operand(vm, &args)?;
    vm.ask_compare(op, &mapping_of(this), &mapping_of(other))
}
