//! `object`: what every class inherits.

use super::bootstrap::Def;
use crate::heap::Kind;
use crate::objects::{Class, Instance, Native, NativeFn, attrs, class_flags, intern_value, tuple};
use crate::ops::compare::Cmp;
use crate::value::Value;
use crate::{Args, Asks, Res, Restartable, Vm, class_of, names};

pub const DEFS: &[Def] = &[
    Def::New(new),
    Def::Slot("__init__", init),
    Def::Slot("__repr__", repr),
    Def::Slot("__str__", to_str),
    Def::Slot("__format__", format),
    Def::Slot("__hash__", hash),
    Def::Slot("__eq__", eq),
    Def::Slot("__ne__", ne),
    Def::Slot("__lt__", lt),
    Def::Slot("__le__", le),
    Def::Slot("__gt__", gt),
    Def::Slot("__ge__", ge),
    Def::Slot("__getattribute__", getattribute),
    Def::Slot("__setattr__", setattr),
    Def::Slot("__delattr__", delattr),
    Def::Method("__dir__", dir),
    Def::Method("__sizeof__", sizeof),
    Def::Method("__reduce_ex__", reduce_ex),
    Def::Class("__init_subclass__", init_subclass),
    Def::Class("__subclasshook__", subclasshook),
    Def::GetSet("__class__", get_class, set_class),
    Def::Get("__doc__", doc),
];

fn is_native(value: &Value, function: NativeFn) -> bool {
    value.downcast::<Native>().is_some_and(|n| std::ptr::fn_addr_eq(n.function, function))
}

/// Whether `__new__` is `object`'s own.
pub fn is_default_new(value: &Value) -> bool {
    is_native(value, new)
}

/// Whether `__init__` is `object`'s own.
pub fn is_default_init(value: &Value) -> bool {
    is_native(value, init)
}

/// Whether `__repr__` is `object`'s own.
pub fn is_default_repr(value: &Value) -> bool {
    is_native(value, repr)
}

/// Whether `__str__` is `object`'s own.
pub fn is_default_str(value: &Value) -> bool {
    is_native(value, to_str)
}

/// Whether `__format__` is `object`'s own.
pub fn is_default_format(value: &Value) -> bool {
    is_native(value, format)
}

/// Whether `__hash__` is `object`'s own.
pub fn is_default_hash(value: &Value) -> bool {
    is_native(value, hash)
}

/// Whether a comparison method is `object`'s own.
pub fn is_default_compare(value: &Value) -> bool {
    [eq as NativeFn, ne, lt, le, gt, ge].iter().any(|&f| is_native(value, f))
}

/// Comparison by identity: NotImplemented unless the operands are the same object and equality is asked for.
pub fn compare_identity(op: Cmp, a: &Value, b: &Value) -> Value {
    match op {
        Cmp::Eq if a.is(b) => Value::TRUE,
        Cmp::Ne if a.is(b) => Value::FALSE,
        _ => Value::NOT_IMPLEMENTED,
    }
}

fn new(vm: &mut Vm, args: Args<'_>) -> Res {
    let Some(class) = args.pos().first().and_then(|c| c.as_ref::<Class>()) else {
        return Err(vm.type_error("object.__new__(X): X is not a type object"));
    };
    let extra = args.raw().0.len() > 1;
    if extra {
        let own_new = vm.lookup(&class, &names().__new__).is_some_and(|v| !is_default_new(&v));
        let own_init = vm.lookup(&class, &names().__init__).is_some_and(|v| !is_default_init(&v));
        if own_new {
            return Err(vm.type_error("object.__new__() takes exactly one argument (the type to instantiate)"));
        }
        if !own_init {
            let name = class.name_str();
            return Err(vm.type_error(format!("{name}() takes no arguments")));
        }
    }
    if class.has(class_flags::ABSTRACT) {
        return Err(abstract_error(vm, &class));
    }
    if class.layout != Kind::Instance {
        let name = class.name_str();
        return Err(vm.type_error(format!("object.__new__({name}) is not safe, use {name}.__new__()")));
    }
    Ok(crate::heap::new(&class, Instance).into_value())
}

/// TypeError for a class with abstract methods.
pub fn abstract_error(vm: &mut Vm, class: &Class) -> crate::Thrown {
    let missing = class.find_in_mro(&names().__abstractmethods__);
    let mut list: Vec<String> = match missing.map(|m| vm.collect(&m)) {
        Some(Ok(items)) => items.iter().map(|i| format!("'{}'", super::text_of(i))).collect(),
        _ => Vec::new(),
    };
    list.sort();
    let plural = if list.len() == 1 { "" } else { "s" };
    let name = class.name_str();
    vm.type_error(format!(
        "Can't instantiate abstract class {name} without an implementation for abstract method{plural} {}",
        list.join(", ")
    ))
}

fn init(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.raw().0.len() > 1 {
        let class = class_of(&args.pos()[0]).clone();
        if vm.lookup(&class, &names().__init__).is_some_and(|v| !is_default_init(&v)) {
            return Err(vm.type_error("object.__init__() takes exactly one argument (the instance to initialize)"));
        }
        if vm.lookup(&class, &names().__new__).is_some_and(|v| is_default_new(&v)) {
            let name = class.name_str();
            return Err(vm.type_error(format!("{name}() takes no arguments")));
        }
    }
    Ok(Value::NONE)
}

fn repr(vm: &mut Vm, args: Args<'_>) -> Res {
    vm.ask_repr_builtin(&args.pos()[0])
}

fn to_str(vm: &mut Vm, args: Args<'_>) -> Res {
    vm.ask_repr(&args.pos()[0])
}

fn format(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__format__", 1, 1)?;
    let this = &args.pos()[0];
    match args.pos()[1].downcast::<crate::objects::Str>() {
        Some(spec) if spec.is_empty() => vm.ask_str(this),
        Some(_) => {
            let class = class_of(this).name_str();
            Err(vm.type_error(format!("unsupported format string passed to {class}.__format__")))
        }
        None => {
            let class = class_of(&args.pos()[1]).name_str();
            Err(vm.type_error(format!("__format__() argument must be str, not {class}")))
        }
    }
}

fn hash(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    if class_of(this).layout == Kind::Instance || !this.is_heap() {
        let hash = crate::ops::hash::hash_plain(this).unwrap_or_else(|| crate::ops::hash::hash_identity(this));
        return Ok(crate::objects::int(hash as i64));
    }
    let hash = vm.hash_builtin(this)?;
    Ok(crate::objects::int(hash as i64))
}

fn compare(vm: &mut Vm, args: &Args<'_>, op: Cmp) -> Res {
    let name = op.method().downcast::<crate::objects::Str>().and_then(|s| s.as_str()).unwrap_or("");
    args.rest().expect(vm, name, 1, 1)?;
    Ok(compare_identity(op, &args.pos()[0], &args.pos()[1]))
}

/// `!=` is the inverse of `==` where that is defined.
fn inverse_of_eq(vm: &mut Restartable<'_>, args: Args<'_>) -> Res {
    let otherwise = compare(vm, &args, Cmp::Ne)?;
    let (a, b) = (&args.pos()[0], &args.pos()[1]);
    if vm.special(a, &names().__eq__).is_none_or(|method| is_default_compare(&method)) {
        return Ok(otherwise);
    }
    match vm.ask(a, &names().__eq__, std::slice::from_ref(b))? {
        Some(result) if !result.is_not_implemented() => Ok(Value::bool(!vm.is_true(&result)?)),
        Some(result) => Ok(result),
        None => Ok(otherwise),
    }
}

fn ne(vm: &mut Vm, args: Args<'_>) -> Res {
    crate::ops::restart::begin(vm, args, inverse_of_eq)
}

fn eq(vm: &mut Vm, args: Args<'_>) -> Res {
    compare(vm, &args, Cmp::Eq)
}
fn lt(vm: &mut Vm, args: Args<'_>) -> Res {
    compare(vm, &args, Cmp::Lt)
}
fn le(vm: &mut Vm, args: Args<'_>) -> Res {
    compare(vm, &args, Cmp::Le)
}
fn gt(vm: &mut Vm, args: Args<'_>) -> Res {
    compare(vm, &args, Cmp::Gt)
}
fn ge(vm: &mut Vm, args: Args<'_>) -> Res {
    compare(vm, &args, Cmp::Ge)
}

fn attribute_name(vm: &mut Vm, name: &Value) -> Res {
    if name.is_kind(Kind::Str) {
        return Ok(crate::objects::intern_value(name));
    }
    let class = class_of(name).name_str();
    Err(vm.type_error(format!("attribute name must be string, not '{class}'")))
}

fn getattribute(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__getattribute__", 1, 1)?;
    let this = &args.pos()[0];
    let name = attribute_name(vm, &args.pos()[1])?;
    let class = class_of(this).clone();
    match vm.resolve_default(this, &class, &name)? {
        crate::ops::attr::Found::Missing => Err(vm.attribute_error(this, &name)),
        found => vm.ask_found(found),
    }
}

fn setattr(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__setattr__", 2, 2)?;
    let name = attribute_name(vm, &args.pos()[1])?;
    store_default(vm, &args.pos()[0], &name, Some(&args.pos()[2]))
}

fn delattr(vm: &mut Vm, args: Args<'_>) -> Res {
    args.rest().expect(vm, "__delattr__", 1, 1)?;
    let name = attribute_name(vm, &args.pos()[1])?;
    store_default(vm, &args.pos()[0], &name, None)
}

fn store_default(vm: &mut Vm, this: &Value, name: &Value, value: Option<&Value>) -> Res {
    let class = class_of(this).clone();
    if let Some((callable, args)) = vm.descriptor_call(this, &class, &intern_value(name), value) {
        return Err(vm.call_for_none(callable, args));
    }
    vm.set_attr_default(this, name, value.cloned())?;
    Ok(Value::NONE)
}

/// The names that `dir()` shows for an object: its own and its class's.
pub fn dir_names(vm: &mut Vm, this: &Value) -> Res<Vec<Value>> {
    let mut seen = crate::objects::Table::default();
    let mut add = |name: &Value| {
        if name.is_kind(Kind::Str) {
            seen.insert_str(name, Value::NONE);
        }
    };
    if let Some(own) = this.header().and_then(attrs::of) {
        own.items().iter().for_each(|(name, _)| add(name));
    }
    if let Some(module) = this.downcast::<crate::objects::Module>() {
        module.dict.keys().iter().for_each(&mut add);
    } else {
        if let Some(function) = this.downcast::<crate::objects::Function>() {
            crate::ops::attr::function_dict(function).keys().iter().for_each(&mut add);
        }
        let class = this.as_ref::<Class>().unwrap_or_else(|| class_of(this).clone());
        class.dict.keys().iter().for_each(&mut add);
        for base in class.mro_tail.get() {
            base.dict.keys().iter().for_each(&mut add);
        }
    }
    let _ = vm;
    let mut names: Vec<Value> = seen.iter().map(|e| e.key.clone()).collect();
    names.sort_by_cached_key(super::text_of);
    Ok(names)
}

fn dir(vm: &mut Vm, args: Args<'_>) -> Res {
    dir_names(vm, &args.pos()[0]).map(crate::objects::list)
}

fn sizeof(_vm: &mut Vm, args: Args<'_>) -> Res {
    let size = args.pos()[0].kind().map_or(0, |k| k.fixed_size());
    Ok(Value::int_unchecked(size as i64))
}

/// `__reduce_ex__(protocol)`: what a class's own `__reduce__` says.
fn reduce_ex(vm: &mut Vm, args: Args<'_>) -> Res {
    let this = &args.pos()[0];
    match vm.special(this, &names().__reduce__) {
        Some(method) => vm.call_on(&method, this, &[]),
        None => reduce(vm, args),
    }
}

fn reduce(vm: &mut Vm, args: Args<'_>) -> Res {
    let class = class_of(&args.pos()[0]).name_str();
    Err(vm.type_error(format!("cannot pickle '{class}' object")))
}

fn init_subclass(vm: &mut Vm, args: Args<'_>) -> Res {
    if args.has_keywords() || args.len() > 1 {
        let class =
            args.pos()[0].downcast::<Class>().map_or_else(String::new, |class| super::text_of(class.qualname.get()));
        return Err(vm.type_error(format!("{class}.__init_subclass__() takes no keyword arguments")));
    }
    Ok(Value::NONE)
}

fn subclasshook(_vm: &mut Vm, _args: Args<'_>) -> Res {
    Ok(Value::NOT_IMPLEMENTED)
}

fn get_class(_vm: &mut Vm, this: &Value) -> Res {
    Ok(class_of(this).value().clone())
}

fn set_class(vm: &mut Vm, this: &Value, value: Option<Value>) -> Res<()> {
    let Some(value) = value else { return Err(vm.type_error("can't delete __class__ attribute")) };
    let Some(class) = value.as_ref::<Class>() else {
        let got = class_of(&value).name_str();
        return Err(vm.type_error(format!("__class__ must be set to a class, not '{got}' object")));
    };
    let old = class_of(this).clone();
    if this.is_kind(Kind::Module) && class.layout == Kind::Module {
        if let Some(header) = this.header() {
            header.set_class(class);
        }
        return Ok(());
    }
    if old.has(class_flags::BUILTIN) || class.has(class_flags::BUILTIN) {
        return Err(vm.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses"));
    }
    let same_layout = old.layout == class.layout
        && old.flags() & (class_flags::HAS_ATTRS | class_flags::NO_DICT)
            == class.flags() & (class_flags::HAS_ATTRS | class_flags::NO_DICT);
    if !same_layout {
        let (new, old) = (class.name_str(), old.name_str());
        return Err(vm.type_error(format!("__class__ assignment: '{new}' object layout differs from '{old}'")));
    }
    if let Some(header) = this.header() {
        // Its attributes go to a dict: shapes belong to one class.
        if let Some(own) = attrs::of(header) {
            own.as_dict();
        }
        header.set_class(class);
    }
    Ok(())
}

fn doc(vm: &mut Vm, this: &Value) -> Res {
    if let Some(module) = this.downcast::<crate::objects::Module>() {
        return Ok(module.dict.get_str(&names().__doc__).unwrap_or(Value::NONE));
    }
    let class = class_of(this).clone();
    let found = vm.lookup(&class, &names().__doc__);
    Ok(found.filter(|v| !v.is_kind(Kind::GetSet)).unwrap_or(Value::NONE))
}

/// `__dict__` of an instance.
pub fn get_dict(vm: &mut Vm, this: &Value) -> Res {
    match this.header().and_then(attrs::of) {
        Some(own) => Ok(own.as_dict().into_value()),
        None => Err(vm.attribute_error(this, &names().__dict__)),
    }
}

/// `__weakref__` of an instance: its first weak reference.
pub fn get_weakref(_: &mut Vm, this: &Value) -> Res {
    let first = this.header().and_then(|header| crate::heap::weakrefs_of(header).into_iter().next());
    Ok(first.map_or(Value::NONE, Into::into))
}

/// Sets `__dict__` of an instance.
pub fn set_dict(vm: &mut Vm, this: &Value, value: Option<Value>) -> Res<()> {
    // Deleted, it is made anew when asked for.
    let value = value.or_else(|| Some(crate::objects::Dict::create().into_value()));
    let Some(dict) = value.as_ref().and_then(|v| v.as_ref::<crate::objects::Dict>()) else {
        let got = value.map_or_else(|| "NoneType".into(), |v| class_of(&v).name_str());
        return Err(vm.type_error(format!("__dict__ must be set to a dictionary, not a '{got}'")));
    };
    match this.header().and_then(attrs::of) {
        Some(own) => {
            own.set_dict(dict);
            Ok(())
        }
        None => Err(vm.attribute_error(this, &names().__dict__)),
    }
}

/// The bases of a class as a tuple.
pub fn bases_of(class: &Class) -> Value {
    tuple(class.bases.get().iter().map(|b| b.value().clone()).collect())
}
