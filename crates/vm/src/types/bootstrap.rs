//! How the builtin classes come into being, and the tables that describe their methods.

use super::Types;
use crate::heap::{Header, Kind, Ref, VmCell};
use crate::names::Names;
use crate::objects::{
    Class, GetSet, Intrinsic, Native, NativeFn, NativeKind, NativeSetter, StaticMethod, StepFn, Str, class_flags,
    intern,
};
use crate::value::Value;
use crate::{Res, Vm};
use std::cell::Cell;

/// One attribute of a builtin class.
#[derive(Clone, Copy)]
pub enum Def {
    /// A method: binds to the instance.
    Method(&'static str, NativeFn),
    /// A `__dunder__` method.
    Slot(&'static str, NativeFn),
    /// A method that the dispatch loop carries out itself.
    Special(&'static str, NativeFn, Intrinsic),
    Class(&'static str, NativeFn),
    Static(&'static str, NativeFn),
    /// `__new__`: a plain function in the class.
    New(NativeFn),
    /// What a call of the class itself comes to in place of `__new__` and `__init__`; gets the arguments without the class.
    Direct(NativeFn),
    /// `__next__` as native code asks it, without StopIteration.
    Step(StepFn),
    /// As `Step`, of one that may have to ask the language.
    Steps(StepFn),
    /// A read-only attribute.
    Get(&'static str, fn(&mut Vm, &Value) -> Res),
    /// An attribute that can be set (None: deleted).
    GetSet(&'static str, fn(&mut Vm, &Value) -> Res, NativeSetter),
    /// A constant.
    Value(&'static str, fn() -> Value),
}

thread_local! {
    static TYPES: Cell<Option<&'static Types>> = const { Cell::new(None) };
    static NAMES: Cell<Option<&'static Names>> = const { Cell::new(None) };
}

/// The builtin classes of this thread.
#[inline(always)]
pub fn types() -> &'static Types {
    match TYPES.get() {
        Some(types) => types,
        None => start(),
    }
}

/// The interned names of this thread.
#[inline(always)]
pub fn names() -> &'static Names {
    match NAMES.get() {
        Some(names) => names,
        None => {
            types();
            let names = Box::leak(Box::new(Names::create()));
            NAMES.set(Some(names));
            names
        }
    }
}

#[cold]
#[inline(never)]
fn start() -> &'static Types {
    let mut maker = Maker { unnamed: Vec::new() };
    let shared: &'static Types = Box::leak(Box::new(Types::create(&mut maker)));
    TYPES.set(Some(shared));
    // Only now can strings and tuples be made.
    for (class, name) in maker.unnamed {
        let short = name.rsplit('.').next().unwrap_or(name);
        drop(class.name.replace(intern(short.as_bytes())));
        drop(class.qualname.replace(intern(short.as_bytes())));
        if let Some((module, _)) = name.rsplit_once('.') {
            class.dict.set("__module__", module);
            class.set_full_name(intern(name.as_bytes()));
        } else {
            class.dict.set("__module__", "builtins");
        }
    }
    shared.fill();
    shared.exceptions.fill();
    shared
}

/// Makes classes before there are strings to name them.
pub struct Maker {
    unnamed: Vec<(Ref<Class>, &'static str)>,
}

impl Maker {
    /// A class without name, bases or metaclass; those follow.
    pub fn class(&mut self, name: &'static str, layout: Kind, flags: u32) -> Ref<Class> {
        let payload = Class::new(Value::NONE, Value::NONE, layout, flags | class_flags::BUILTIN);
        // SAFETY: header and payload are written here; the class slot is replaced by `finish_first` at once.
        let class: Ref<Class> = unsafe {
            let object = crate::heap::pool::allocate(size_of::<Header>() + size_of::<Class>()) as *mut Header;
            std::ptr::write(object, Header::without_class(Kind::Class));
            std::ptr::write((object as *mut u8).add(size_of::<Header>()) as *mut Class, payload);
            Ref::from_raw(object)
        };
        class.header().make_immortal();
        self.unnamed.push((class.clone(), name));
        class
    }

    /// Makes all classes instances of `type`.
    pub fn finish(&mut self, metaclass: &Ref<Class>) {
        for (class, _) in &self.unnamed {
            class.header().set_class(metaclass.clone());
        }
    }
}

/// Gives a builtin class its one base.
pub fn set_base(class: &Ref<Class>, base: &Ref<Class>) {
    if class.is(base) {
        return;
    }
    let mut mro = vec![base.clone()];
    mro.extend(base.mro_tail.get().iter().cloned());
    if !mro.last().is_some_and(|last| last.is(&types().object)) {
        mro.push(types().object.clone());
    }
    Class::set_bases(class, vec![base.clone()], mro);
}

/// A builtin class of a native module, named with its module (`collections.deque`).
pub fn builtin_class(name: &'static str, layout: Kind, flags: u32, base: &Ref<Class>, defs: &[Def]) -> Ref<Class> {
    let (module, short) = name.rsplit_once('.').unwrap_or(("builtins", name));
    let short = intern(short.as_bytes());
    let payload = Class::new(short.clone(), short, layout, flags | class_flags::BUILTIN);
    if module != "builtins" {
        payload.set_full_name(intern(name.as_bytes()));
    }
    let class = crate::heap::new(&types().r#type, payload);
    class.header().make_immortal();
    class.dict.set("__module__", module);
    set_base(&class, base);
    add_defs(&class, defs);
    class
}

fn native(def: &'static str, function: NativeFn, kind: NativeKind, intrinsic: Intrinsic, owner: &Ref<Class>) -> Value {
    let native = Native::create_full(def, function, kind, intrinsic, owner.value().clone(), Value::UNSET);
    let types = types();
    native.header().set_class(match kind {
        NativeKind::Function => types.builtin_function.clone(),
        NativeKind::Method => types.method_descriptor.clone(),
        NativeKind::ClassMethod => types.classmethod_descriptor.clone(),
        NativeKind::Slot => types.slot_wrapper.clone(),
    });
    native.into_value()
}

fn getset(name: &str, owner: &Ref<Class>, get: fn(&mut Vm, &Value) -> Res, set: Option<NativeSetter>) -> Value {
    let payload =
        GetSet { name: intern(name.as_bytes()), owner: owner.value().clone(), get: Some(get), set, member: false };
    crate::heap::new(&types().getset, payload).into_value()
}

/// Enters the attributes of a table into a class.
pub fn add_defs(class: &Ref<Class>, defs: &[Def]) {
    for def in defs {
        let (name, value) = match *def {
            Def::Direct(make) => {
                class.set_direct(make);
                continue;
            }
            Def::Step(step) | Def::Steps(step) => {
                class.set_step(step, matches!(def, Def::Step(_)));
                continue;
            }
            Def::Method(name, f) => (name, native(name, f, NativeKind::Method, Intrinsic::None, class)),
            Def::Slot(name, f) => (name, native(name, f, NativeKind::Slot, Intrinsic::None, class)),
            Def::Special(name, f, intrinsic) => {
                let kind = if name.starts_with("__") { NativeKind::Slot } else { NativeKind::Method };
                (name, native(name, f, kind, intrinsic, class))
            }
            Def::Class(name, f) => (name, native(name, f, NativeKind::ClassMethod, Intrinsic::None, class)),
            Def::Static(name, f) => {
                let function = native(name, f, NativeKind::Function, Intrinsic::None, class);
                let payload = StaticMethod { function: VmCell::new(function) };
                (name, crate::heap::new(&types().staticmethod, payload).into_value())
            }
            Def::New(f) => ("__new__", native("__new__", f, NativeKind::Function, Intrinsic::New, class)),
            Def::Get(name, get) => (name, getset(name, class, get, None)),
            Def::GetSet(name, get, set) => (name, getset(name, class, get, Some(set))),
            Def::Value(name, make) => (name, make()),
        };
        class.dict.set(name, value);
    }
    class.invalidate();
}

/// The class of any value.
#[inline(always)]
pub fn class_of(value: &Value) -> &Ref<Class> {
    match value.header() {
        Some(header) => {
            // SAFETY: `Ref<Class>` has the representation of `Value`, and a class slot always holds a class.
            unsafe { &*(header.class_value() as *const Value as *const Ref<Class>) }
        }
        None => class_of_immediate(value),
    }
}

#[inline(never)]
fn class_of_immediate(value: &Value) -> &'static Ref<Class> {
    use crate::value::Immediate;
    let types = types();
    if value.is_small_int() {
        return &types.int;
    }
    if value.is_small_float() {
        return &types.float;
    }
    match value.immediate() {
        Some(Immediate::True | Immediate::False) => &types.bool,
        Some(Immediate::Ellipsis) => &types.ellipsis,
        Some(Immediate::NotImplemented) => &types.not_implemented,
        _ => &types.none,
    }
}

/// The text of a value known to be a str.
pub fn text_of(value: &Value) -> String {
    value.downcast::<Str>().map_or_else(String::new, Str::to_string_lossy)
}
