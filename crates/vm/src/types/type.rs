//! `type`: classes as objects.

use super::bootstrap::Def;
use super::object::bases_of;
use crate::builtins::classes;
use crate::class::Recipe;
use crate::heap::Kind;
use crate::objects::{Class, Dict, MappingProxy, Str, class_flags, list, tuple};
use crate::value::Value;
use crate::{Args, Request, Res, Restartable, Vm, class_of, names, restartable, types};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", init),
    Def::Slot("__call__", call),
    Def::Slot("__repr__", repr),
    Def::Slot("__setattr__", setattr),
    Def::Slot("__delattr__", delattr),
    Def::Slot("__getattribute__", getattribute),
    Def::Slot("__instancecheck__", restartable!(instancecheck)),
    Def::Slot("__subclasscheck__", restartable!(subclasscheck)),
    Def::Slot("__or__", or),
    Def::Slot("__ror__", ror),
    Def::Class("__prepare__", prepare),
    Def::Method("mro", mro_method),
    Def::Method("__subclasses__", subclasses),
    Def::Method("__dir__", dir),
    Def::GetSet("__name__", name, set_name),
    Def::GetSet("__qualname__", qualname, set_qualname),
    Def::GetSet("__module__", module, set_module),
    Def::GetSet("__bases__", bases, set_bases),
    Def::Get("__base__", base),
    Def::Get("__mro__", mro),
    Def::Get("__dict__", dict),
    Def::GetSet("__doc__", doc, set_doc),
    Def::GetSet("__annotations__", annotations, set_annotations),
    Def::GetSet("__type_params__", type_params, set_type_params),
    Def::GetSet("__abstractmethods__", abstractmethods, set_abstractmethods),
    Def::Get("__flags__", flags),
    Def::Get("__basicsize__", basicsize),
    Def::Get("__text_signature__", none),
];

fn this(value: &Value) -> crate::heap::Ref<Class> {
    value.as_ref::<Class>().unwrap_or_else(|| class_of(value).clone())
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let Some(metaclass) = args.pos().first().and_then(|c| c.as_ref::<Class>()) else {
        return Err(vm.type_error("type.__new__(X): X is not a type object"));
    };
    let [_, name, bases, namespace] = args.pos() else {
        let given = args.len().saturating_sub(1);
        if given == 1 && metaclass.is(&types().r#type) {
            return Ok(class_of(&args.pos()[1]).value().clone());
        }
        return Err(match metaclass.is(&types().r#type) {
            true => vm.type_error("type() takes 1 or 3 arguments"),
            false => vm.type_error(format!("type.__new__() takes exactly 3 arguments ({given} given)")),
        });
    };
    if !name.is_kind(Kind::Str) {
        let got = class_of(name).name_str();
        return Err(vm.type_error(format!("type.__new__() argument 1 must be str, not {got}")));
    }
    if !bases.is_kind(Kind::Tuple) {
        let got = class_of(bases).name_str();
        return Err(vm.type_error(format!("type.__new__() argument 2 must be tuple, not {got}")));
    }
    let Some(source) = namespace.downcast::<Dict>() else {
        let got = class_of(namespace).name_str();
        return Err(vm.type_error(format!("type.__new__() argument 3 must be dict, not {got}")));
    };
    let (values, keywords): (Vec<Value>, Vec<Value>) = args.keywords().map(|(n, v)| (v.clone(), n.clone())).unzip();
    let base_items = bases.as_items().unwrap_or_default();
    let winner = crate::class::best_metaclass(vm, &metaclass, base_items)?;
    if !winner.is(&metaclass)
        && let Some(new) = vm.lookup(&winner, &names().__new__)
        && !types().r#type.own(&names().__new__).is_some_and(|own| own.is(&new))
    {
        let callable = vm.bind_static(&new, winner.value())?;
        let mut args = vec![winner.into_value(), name.clone(), bases.clone(), namespace.clone()];
        args.extend(values);
        return Err(vm.request(Request::CallKeywords { callable, args, names: keywords }));
    }
    let bases = crate::class::class_list(vm, bases)?;
    let namespace = Dict::with_table(source.table().copy());
    let recipe = Recipe { metaclass: winner, name: name.clone(), bases, namespace, values, keywords };
    crate::class::new_class(vm, recipe)
}

fn init(vm: &mut Vm, args: Args<'_>) -> Res {
    if matches!(args.len(), 2 | 4) {
        Ok(Value::NONE)
    } else {
        Err(vm.type_error("type.__init__() takes 1 or 3 arguments"))
    }
}

fn call(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = this(&args.pos()[0]);
    let (values, keyword_names) = args.rest().raw();
    if class.is(&types().r#type) && values.len() == 1 && keyword_names.is_empty() {
        return Ok(class_of(&values[0]).value().clone());
    }
    let (args, names) = (values.to_vec(), keyword_names.to_vec());
    Err(vm.request(Request::Make { class, args, names }))
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(vm.repr_builtin(&args.pos()[0])?.into_value())
}

fn setattr(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__setattr__", 2, 2)?;
    vm.set_attr_default(&args.pos()[0], &args.pos()[1], Some(args.pos()[2].clone()))?;
    Ok(Value::NONE)
}

fn delattr(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__delattr__", 1, 1)?;
    vm.set_attr_default(&args.pos()[0], &args.pos()[1], None)?;
    Ok(Value::NONE)
}

fn getattribute(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__getattribute__", 1, 1)?;
    let (object, name) = (&args.pos()[0], crate::objects::intern_value(&args.pos()[1]));
    let class = class_of(object).clone();
    match vm.resolve_default(object, &class, &name)? {
        crate::ops::attr::Found::Missing => Err(vm.attribute_error(object, &name)),
        found => vm.finish_found(found),
    }
}

fn instancecheck(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (class, object) = super::slots::operand(vm, &args)?;
    classes::is_instance_plainly(vm, object, class).map(Value::bool)
}

fn subclasscheck(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let (class, sub) = super::slots::operand(vm, &args)?;
    classes::is_subclass_plainly(vm, sub, class).map(Value::bool)
}

fn or(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__or__", 1, 1)?;
    super::alias::union_of(vm, &args.pos()[0], &args.pos()[1])
}

fn ror(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__ror__", 1, 1)?;
    super::alias::union_of(vm, &args.pos()[1], &args.pos()[0])
}

fn prepare(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(Dict::create().into_value())
}

fn mro_items(class: &crate::heap::Ref<Class>) -> Vec<Value> {
    let mut items = vec![class.value().clone()];
    items.extend(class.mro_tail.get().iter().map(|c| c.value().clone()));
    items
}

fn mro_method(_vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(list(mro_items(&this(&args.pos()[0]))))
}

fn subclasses(_vm: &mut Vm, args: Args<'_>) -> Res {
    Ok(list(this(&args.pos()[0]).subclasses().into_iter().map(|c| c.into_value()).collect()))
}

fn dir(vm: &mut Vm, args: Args<'_>) -> Res {
    super::object::dir_names(vm, &args.pos()[0]).map(list)
}

fn name(_vm: &mut Vm, value: &Value) -> Res {
    Ok(this(value).name.get().clone())
}

fn mutable(vm: &mut Vm, value: &Value, what: &str) -> Res<crate::heap::Ref<Class>> {
    let class = this(value);
    if class.has(class_flags::BUILTIN) {
        let name = class.name_str();
        return Err(vm.type_error(format!("cannot set '{what}' attribute of immutable type '{name}'")));
    }
    Ok(class)
}

fn set_name(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let class = mutable(vm, value, "__name__")?;
    match new {
        Some(new) if new.is_kind(Kind::Str) => {
            class.name.set(new);
            Ok(())
        }
        Some(new) => {
            let (name, got) = (class.name_str(), class_of(&new).name_str());
            Err(vm.type_error(format!("can only assign string to {name}.__name__, not '{got}'")))
        }
        None => {
            let name = class.name_str();
            Err(vm.type_error(format!("cannot delete '__name__' attribute of type '{name}'")))
        }
    }
}

fn qualname(_vm: &mut Vm, value: &Value) -> Res {
    Ok(this(value).qualname.get().clone())
}

fn set_qualname(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let class = mutable(vm, value, "__qualname__")?;
    match new {
        Some(new) if new.is_kind(Kind::Str) => {
            class.qualname.set(new);
            Ok(())
        }
        _ => {
            let name = class.name_str();
            Err(vm.type_error(format!("can only assign string to {name}.__qualname__")))
        }
    }
}

fn module(vm: &mut Vm, value: &Value) -> Res {
    match this(value).own(&names().__module__) {
        Some(module) => Ok(module),
        None => Err(vm.attribute_error(value, &names().__module__)),
    }
}

fn set_module(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let class = mutable(vm, value, "__module__")?;
    set_own(&class, &names().__module__, new);
    Ok(())
}

fn set_own(class: &Class, name: &Value, value: Option<Value>) {
    let old = match value {
        Some(value) => class.dict.insert_str(name, value),
        None => class.dict.remove_str(name),
    };
    class.invalidate();
    drop(old);
}

fn bases(_vm: &mut Vm, value: &Value) -> Res {
    Ok(bases_of(&this(value)))
}

fn set_bases(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let class = mutable(vm, value, "__bases__")?;
    let new = new.unwrap_or(Value::NONE);
    if !new.is_kind(Kind::Tuple) {
        let (name, got) = (class.name_str(), class_of(&new).name_str());
        return Err(vm.type_error(format!("can only assign tuple to {name}.__bases__, not {got}")));
    }
    let bases = crate::class::class_list(vm, &new)?;
    if bases.is_empty() {
        let name = class.name_str();
        return Err(vm.type_error(format!("can only assign non-empty tuple to {name}.__bases__, not ()")));
    }
    crate::class::change_bases(vm, &class, bases)
}

fn base(_vm: &mut Vm, value: &Value) -> Res {
    Ok(this(value).bases.get().first().map_or(Value::NONE, |b| b.value().clone()))
}

fn mro(_vm: &mut Vm, value: &Value) -> Res {
    Ok(tuple(mro_items(&this(value))))
}

fn dict(_vm: &mut Vm, value: &Value) -> Res {
    let proxy = MappingProxy { mapping: value.clone() };
    Ok(crate::heap::new(&types().mappingproxy, proxy).into_value())
}

fn doc(vm: &mut Vm, value: &Value) -> Res {
    match this(value).own(&names().__doc__) {
        Some(found) if !found.is_kind(Kind::GetSet) => {
            let class = this(value);
            let found = vm.bind(found, None, &class)?;
            vm.finish_found(found)
        }
        _ => Ok(Value::NONE),
    }
}

fn set_doc(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let class = mutable(vm, value, "__doc__")?;
    set_own(&class, &names().__doc__, new);
    Ok(())
}

fn annotations(vm: &mut Vm, value: &Value) -> Res {
    let class = this(value);
    if class.has(class_flags::BUILTIN) {
        return Err(vm.attribute_error(value, &names().__annotations__));
    }
    if let Some(found) = class.own(&names().__annotations__) {
        return Ok(found);
    }
    let dict = Dict::create().into_value();
    set_own(&class, &names().__annotations__, Some(dict.clone()));
    Ok(dict)
}

fn set_annotations(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let class = mutable(vm, value, "__annotations__")?;
    set_own(&class, &names().__annotations__, new);
    Ok(())
}

fn type_params(_vm: &mut Vm, value: &Value) -> Res {
    let class = this(value);
    // In `type` itself stands this very attribute.
    let own = if class.is(&types().r#type) { None } else { class.own(&names().__type_params__) };
    Ok(own.unwrap_or_else(|| tuple(Vec::new())))
}

fn set_type_params(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let class = mutable(vm, value, "__type_params__")?;
    set_own(&class, &names().__type_params__, new);
    Ok(())
}

fn abstractmethods(vm: &mut Vm, value: &Value) -> Res {
    let own = if value.is(types().r#type.value()) { None } else { this(value).own(&names().__abstractmethods__) };
    own.ok_or_else(|| vm.attribute_error(value, &names().__abstractmethods__))
}

fn set_abstractmethods(vm: &mut Vm, value: &Value, new: Option<Value>) -> Res<()> {
    let class = mutable(vm, value, "__abstractmethods__")?;
    let any = match &new {
        Some(new) => vm.truth(new)?,
        None => false,
    };
    let flags = class.flags() & !class_flags::ABSTRACT;
    class.set_flags(if any { flags | class_flags::ABSTRACT } else { flags });
    set_own(&class, &names().__abstractmethods__, new);
    Ok(())
}

fn flags(_vm: &mut Vm, value: &Value) -> Res {
    // Of CPython's bits, those that scripts ask for: abstract (20), base type (10).
    let class = this(value);
    let bit = |flag: u32, n: u32| if class.has(flag) { 1i64 << n } else { 0 };
    let base = if class.has(class_flags::FINAL) { 0 } else { 1 << 10 };
    Ok(Value::int_unchecked(bit(class_flags::ABSTRACT, 20) | base))
}

fn basicsize(_vm: &mut Vm, value: &Value) -> Res {
    Ok(Value::int_unchecked(this(value).layout.fixed_size() as i64))
}

fn none(_vm: &mut Vm, _value: &Value) -> Res {
    Ok(Value::NONE)
}

/// The class's name as `repr` shows it: with its module, unless that is `builtins`.
pub fn full_name(class: &Class) -> String {
    let name = super::text_of(class.qualname.get());
    match class.own(&names().__module__) {
        Some(module) if module.is_kind(Kind::Str) => {
            let module = module.downcast::<Str>().map_or_else(String::new, Str::to_string_lossy);
            if module == "builtins" { name } else { format!("{module}.{name}") }
        }
        _ => name,
    }
}
