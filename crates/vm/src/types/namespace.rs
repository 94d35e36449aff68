//! `types.SimpleNamespace`.

use super::bootstrap::Def;
use super::slots::{self, class_argument, operand, receiver};
use crate::heap::{self, Kind};
use crate::objects::{Dict, Instance, attrs, tuple};
use crate::ops::compare::Cmp;
use crate::ops::repr::Template;
use crate::value::Value;
use crate::{Args, Res, Vm, class_of, types};

pub const DEFS: &[Def] = &[
    Def::New(|vm, args| {
        let class = class_argument(vm, &args)?;
        Ok(heap::new(&class, Instance).into_value())
    }),
    Def::Slot("__init__", init),
    Def::Slot("__repr__", repr),
    Def::Value("__hash__", slots::unhashable),
    Def::Slot("__eq__", |vm, args| compare(vm, args, Cmp::Eq)),
    Def::Slot("__ne__", |vm, args| compare(vm, args, Cmp::Ne)),
    Def::Slot("__lt__", |vm, args| compare(vm, args, Cmp::Lt)),
    Def::Slot("__le__", |vm, args| compare(vm, args, Cmp::Le)),
    Def::Slot("__gt__", |vm, args| compare(vm, args, Cmp::Gt)),
    Def::Slot("__ge__", |vm, args| compare(vm, args, Cmp::Ge)),
    Def::Method("__reduce__", reduce),
    Def::Method("__replace__", replace),
    Def::Get("__dict__", super::object::get_dict),
];

fn own(value: &Value) -> Vec<(Value, Value)> {
    value.header().and_then(attrs::of).map(attrs::Attrs::items).unwrap_or_default()
}

fn set(value: &Value, name: &Value, new: Value) {
    if let Some(own) = value.header().and_then(attrs::of) {
        drop(own.set(&crate::objects::intern_value(name), new));
    }
}

fn init(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = receiver(vm, &args)?;
    let rest = args.rest();
    if rest.len() > 1 {
        let (name, given) = (class_of(this).name_str(), rest.len());
        return Err(vm.type_error(format!("{name} expected at most 1 argument, got {given}")));
    }
    if let Some(source) = rest.pos().first() {
        let pairs = Dict::create();
        let updated = super::dict::update_from(vm, pairs.value(), source, Value::NONE);
        vm.complete(updated)?;
        let pairs = pairs.entries();
        if pairs.iter().any(|(key, _)| !key.is_kind(Kind::Str)) {
            return Err(vm.type_error("keywords must be strings"));
        }
        for (name, value) in pairs {
            set(this, &name, value);
        }
    }
    for (name, value) in rest.keywords() {
        set(this, name, value.clone());
    }
    Ok(Value::NONE)
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = slots::nothing(vm, &args)?;
    let class = class_of(this);
    let name = if class.is(&types().simple_namespace) { "namespace".to_owned() } else { class.name_str() };
    if vm.is_being_shown(this) {
        return Ok(Value::from(format!("{name}(...)")));
    }
    let mut template = Template::new(&name);
    let mut before = "(";
    for (name, value) in own(this) {
        template.text(before).text(&super::text_of(&name)).text("=").repr(&value);
        before = ", ";
    }
    template.text(if before == "(" { "()" } else { ")" });
    vm.ask_written(this, template)
}

fn attributes(value: &Value) -> Value {
    let dict = Dict::create();
    for (name, value) in own(value) {
        drop(dict.insert_str(&name, value));
    }
    dict.into_value()
}

fn compare(vm: &mut Vm, args: Args<'_>, op: Cmp) -> Res {
    let (a, b) = operand(vm, &args)?;
    let namespace = |v: &Value| class_of(v).is_subclass_of(&types().simple_namespace);
    if !namespace(a) || !namespace(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    vm.ask_compare(op, &attributes(a), &attributes(b))
}

fn reduce(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = slots::nothing(vm, &args)?;
    Ok(tuple(vec![class_of(this).value().clone(), tuple(Vec::new()), attributes(this)]))
}

/// `__replace__(**changes)`, for `copy.replace`.
fn replace(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = receiver(vm, &args)?;
    if args.len() > 1 {
        return Err(vm.type_error("__replace__() takes no positional arguments"));
    }
    let copy = vm.call(class_of(this).value(), &[])?;
    for (name, value) in own(this) {
        set(&copy, &name, value);
    }
    for (name, value) in args.keywords() {
        set(&copy, name, value.clone());
    }
    Ok(copy)
}
