//! Making classes: `type(name, bases, namespace)` and the `class` statement.

mod build;
mod introduce;
mod mro;

pub use build::{build_class, class_list};

use crate::heap::{Kind, Ref, VmCell};
use crate::objects::{Class, Dict, GetSet, Opaque, Str, Tuple, class_flags, intern};
use crate::value::Value;
use crate::vm::Outcome;
use crate::{Res, Vm, class_of, names, types};

/// Flags that follow from which special methods the resolution order defines.
const METHOD_FLAGS: u32 = class_flags::HAS_DEL
    | class_flags::HAS_GETATTR
    | class_flags::HAS_GETATTRIBUTE
    | class_flags::HAS_SETATTR
    | class_flags::HAS_NEW;

/// What `match` takes the instances for.
const PATTERN_FLAGS: u32 = class_flags::SEQUENCE_PATTERN | class_flags::MAPPING_PATTERN;

/// Makes `match` take the instances of a class and its subclasses for sequences or mappings.
pub fn set_pattern(class: &Ref<Class>, sequence: bool, mapping: bool) {
    let flag = |is: bool, flag: u32| if is { flag } else { 0 };
    let flags = flag(sequence, class_flags::SEQUENCE_PATTERN) | flag(mapping, class_flags::MAPPING_PATTERN);
    if class.has(class_flags::BUILTIN) || class.flags() & PATTERN_FLAGS == flags {
        return;
    }
    class.set_flags(class.flags() & !PATTERN_FLAGS | flags);
    for sub in class.subclasses() {
        set_pattern(&sub, sequence, mapping);
    }
}

/// Computes the flags again after a class changed, for it and its subclasses.
pub fn refresh_flags(class: &Ref<Class>) {
    let names = names();
    let written = |name: &Value| class.find_in_mro(name).is_some_and(|v| !v.is_kind(Kind::Native));
    let mut flags = class.flags() & !METHOD_FLAGS;
    for (name, flag) in [
        (&names.__del__, class_flags::HAS_DEL),
        (&names.__getattr__, class_flags::HAS_GETATTR),
        (&names.__getattribute__, class_flags::HAS_GETATTRIBUTE),
        (&names.__setattr__, class_flags::HAS_SETATTR),
        (&names.__delattr__, class_flags::HAS_SETATTR),
        (&names.__new__, class_flags::HAS_NEW),
    ] {
        if written(name) {
            flags |= flag;
        }
    }
    class.set_flags(flags);
    for sub in class.subclasses() {
        refresh_flags(&sub);
    }
}

/// Attributes that instances get room for beyond those the class body names.
const SLACK: u16 = 2;
const MOST_SLOTS: usize = 60;

/// What `type.__new__(metaclass, name, bases, namespace, **keywords)` is given.
pub struct Recipe {
    pub metaclass: Ref<Class>,
    pub name: Value,
    pub bases: Vec<Ref<Class>>,
    pub namespace: Dict,
    pub values: Vec<Value>,
    pub keywords: Vec<Value>,
}

/// `type.__new__`, where the most derived metaclass is known.
pub fn new_class(vm: &mut Vm, mut recipe: Recipe) -> Res {
    if recipe.bases.is_empty() {
        recipe.bases.push(types().object.clone());
    }
    for base in &recipe.bases {
        if base.has(class_flags::FINAL) {
            let base = base.name_str();
            return Err(vm.type_error(format!("type '{base}' is not an acceptable base type")));
        }
    }
    best_base(vm, &recipe.bases)?;
    match recipe.namespace.get_str(&names().__slots__) {
        None => assemble(vm, &recipe, None),
        Some(slots) if slots.is_kind(Kind::Str) => assemble(vm, &recipe, Some(vec![slots])),
        Some(slots) => {
            let items = vm.ask_items(&slots);
            let recipe = Opaque::state(recipe);
            vm.then(items, assemble_with_slots, &recipe)
        }
    }
}

fn assemble_with_slots(vm: &mut Vm, state: &Value, outcome: Outcome) -> Res {
    let slots = outcome.result(vm)?;
    let recipe = vm.state_of::<Recipe>(state)?;
    assemble(vm, recipe, slots.as_items().map(<[Value]>::to_vec))
}

/// The class itself, before the language hears of it.
fn assemble(vm: &mut Vm, recipe: &Recipe, slots: Option<Vec<Value>>) -> Res {
    let (bases, namespace) = (&recipe.bases, &recipe.namespace);
    if let Some(slots) = &slots {
        check_slots(vm, slots, namespace)?;
    }
    let best = best_base(vm, bases)?;
    let mro_tail = mro::linearise(vm, bases)?;
    let flags = first_flags(bases, &mro_tail, slots.as_deref());
    let qualname = namespace.remove_str(&names().__qualname__).unwrap_or_else(|| recipe.name.clone());
    if !qualname.is_kind(Kind::Str) {
        let got = class_of(&qualname).name_str();
        return Err(vm.type_error(format!("type __qualname__ must be a str, not {got}")));
    }
    let payload = Class::new(recipe.name.clone(), qualname, best.layout, flags);
    let class = crate::heap::new(&recipe.metaclass, payload);
    for (key, value) in namespace.entries() {
        drop(class.dict.insert_str(&crate::objects::intern_value(&key), value));
    }
    add_instance_attributes(&class, bases, slots.as_deref());
    fill_namespace(vm, &class);
    add_slots(&class, slots.as_deref().unwrap_or_default());
    set_classcell(vm, &class)?;
    Class::set_bases(&class, bases.clone(), mro_tail);
    class.set_attr_capacity(capacity(&class, slots.as_deref()));
    introduce::begin(vm, class, recipe)
}

/// The flags of a class to be, but for those that follow from its methods.
fn first_flags(bases: &[Ref<Class>], mro_tail: &[Ref<Class>], slots: Option<&[Value]>) -> u32 {
    let inherited = bases.iter().fold(0, |acc, base| acc | base.flags());
    let mut flags = inherited & (class_flags::EXCEPTION | class_flags::METACLASS) | class_flags::HAS_ATTRS;
    // Of sequence and mapping, a class is what the first class in its order is.
    flags |= mro_tail.iter().map(|base| base.flags() & PATTERN_FLAGS).find(|&flags| flags != 0).unwrap_or(0);
    if let Some(slots) = slots {
        let base_has_dict = bases.iter().any(|b| b.has(class_flags::HAS_ATTRS) && !b.has(class_flags::NO_DICT));
        let wants_dict = slots.iter().any(|n| crate::types::text_of(n) == "__dict__");
        if !wants_dict && !base_has_dict {
            flags |= class_flags::NO_DICT;
        }
    }
    flags
}

/// The most derived of the given metaclass and those of the bases.
pub fn best_metaclass(vm: &mut Vm, given: &Ref<Class>, bases: &[Value]) -> Res<Ref<Class>> {
    let mut winner = given.clone();
    for base in bases {
        let candidate = class_of(base);
        if winner.is_subclass_of(candidate) {
            continue;
        }
        if candidate.is_subclass_of(&winner) {
            winner = candidate.clone();
            continue;
        }
        return Err(vm.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all \
             its bases",
        ));
    }
    Ok(winner)
}

/// The base whose layout the instances have.
fn best_base(vm: &mut Vm, bases: &[Ref<Class>]) -> Res<Ref<Class>> {
    let mut winner = bases[0].clone();
    for base in &bases[1..] {
        if base.layout == winner.layout || base.layout == Kind::Instance {
            continue;
        }
        if winner.layout == Kind::Instance {
            winner = base.clone();
            continue;
        }
        return Err(vm.type_error("multiple bases have instance lay-out conflict"));
    }
    Ok(winner)
}

fn check_slots(vm: &mut Vm, slots: &[Value], namespace: &Dict) -> Res<()> {
    for name in slots {
        let Some(text) = name.downcast::<Str>() else {
            let got = class_of(name).name_str();
            return Err(vm.type_error(format!("__slots__ items must be strings, not '{got}'")));
        };
        let text = text.to_string_lossy();
        if text.is_empty()
            || !text.chars().all(|c| c == '_' || c.is_alphanumeric())
            || text.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err(vm.type_error("__slots__ must be identifiers"));
        }
        if namespace.get_str(name).is_some() {
            return Err(vm.value_error(format!("'{text}' in __slots__ conflicts with class variable")));
        }
    }
    Ok(())
}

/// `__dict__` and `__weakref__`, where no base has them yet.
fn add_instance_attributes(class: &Ref<Class>, bases: &[Ref<Class>], slots: Option<&[Value]>) {
    use crate::types::{Def, add_defs, object};
    let names = names();
    let missing =
        |name: &Value| class.own(name).is_none() && !bases.iter().any(|base| base.find_in_mro(name).is_some());
    let wanted = |name: &str| slots.is_none_or(|list| list.iter().any(|slot| crate::types::text_of(slot) == name));
    if wanted("__dict__") && missing(&names.__dict__) {
        add_defs(class, &[Def::GetSet("__dict__", object::get_dict, object::set_dict)]);
    }
    if wanted("__weakref__") && missing(&names.__weakref__) {
        add_defs(class, &[Def::Get("__weakref__", object::get_weakref)]);
    }
}

fn add_slots(class: &Ref<Class>, slots: &[Value]) {
    let class_name = class.name_str();
    for slot in slots {
        let text = crate::types::text_of(slot);
        if text == "__dict__" || text == "__weakref__" {
            continue;
        }
        let mangled = mangle(&class_name, &text);
        let name = intern(mangled.as_bytes());
        let payload = GetSet { name: name.clone(), owner: class.value().clone(), get: None, set: None, member: true };
        drop(class.dict.insert_str(&name, crate::heap::new(&types().member, payload).into_value()));
    }
}

/// The private name that `__name` means inside a class.
pub fn mangle(class: &str, name: &str) -> String {
    let stripped = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || stripped.is_empty() {
        return name.to_owned();
    }
    format!("_{stripped}{name}")
}

/// Implicit class and static methods, and `__doc__`.
fn fill_namespace(vm: &mut Vm, class: &Ref<Class>) {
    let names = names();
    if let Some(new) = class.own(&names.__new__)
        && new.is_kind(Kind::Function)
    {
        let payload = crate::objects::StaticMethod { function: VmCell::new(new) };
        drop(class.dict.insert_str(&names.__new__, crate::heap::new(&types().staticmethod, payload).into_value()));
    }
    for name in [&names.__init_subclass__, &names.__class_getitem__] {
        if let Some(function) = class.own(name)
            && function.is_kind(Kind::Function)
        {
            let payload = crate::objects::ClassMethod { function: VmCell::new(function) };
            drop(class.dict.insert_str(name, crate::heap::new(&types().classmethod, payload).into_value()));
        }
    }
    if class.own(&names.__doc__).is_none() {
        drop(class.dict.insert_str(&names.__doc__, Value::NONE));
    }
    if class.own(&names.__module__).is_none()
        && let Some(module) = crate::dispatch::running_globals(vm).and_then(|globals| globals.get_str(&names.__name__))
    {
        drop(class.dict.insert_str(&names.__module__, module));
    }
    // Defining __eq__ without __hash__ makes instances unhashable.
    if class.own(&names.__eq__).is_some() && class.own(&names.__hash__).is_none() {
        drop(class.dict.insert_str(&names.__hash__, Value::NONE));
    }
}

fn capacity(class: &Ref<Class>, slots: Option<&[Value]>) -> u16 {
    let own = match slots {
        Some(list) => list.len(),
        None => {
            let own = class.own(&names().__static_attributes__);
            own.and_then(|v| v.downcast::<Tuple>().map(Tuple::len)).unwrap_or(0)
        }
    };
    let inherited = class
        .bases
        .get()
        .iter()
        .filter(|b| b.has(class_flags::HAS_ATTRS))
        .map(|b| usize::from(b.root_shape().capacity()));
    let inherited = inherited.max().unwrap_or(0);
    let user_base = class.bases.get().iter().any(|b| !b.has(class_flags::BUILTIN));
    let known = if user_base { inherited.saturating_sub(usize::from(SLACK)) } else { 0 } + own;
    let slack = if slots.is_some() { 0 } else { usize::from(SLACK) };
    (known + slack).clamp(1, MOST_SLOTS) as u16
}

fn set_classcell(vm: &mut Vm, class: &Ref<Class>) -> Res<()> {
    let Some(cell) = class.dict.remove_str(&names().__classcell__) else { return Ok(()) };
    match cell.downcast::<crate::objects::CellObject>() {
        Some(cell) => {
            cell.content.set(class.value().clone());
            Ok(())
        }
        None => {
            let got = vm.repr(class_of(&cell).value())?.to_string_lossy();
            Err(vm.type_error(format!("__classcell__ must be a nonlocal cell, not {got}")))
        }
    }
}

/// `class.__bases__ = …`.
pub fn change_bases(vm: &mut Vm, class: &Ref<Class>, bases: Vec<Ref<Class>>) -> Res<()> {
    for base in &bases {
        if base.is_subclass_of(class) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let best = best_base(vm, &bases)?;
    if best.layout != class.layout && best.layout != Kind::Instance {
        let (old, new) = (class.name_str(), best.name_str());
        return Err(vm.type_error(format!("__bases__ assignment: '{new}' object layout differs from '{old}'")));
    }
    let mro_tail = mro::linearise(vm, &bases)?;
    Class::set_bases(class, bases, mro_tail);
    refresh_flags(class);
    Ok(())
}
