//! What the native modules have in common: objects with native state, and iterators made of them.

use weft_vm::heap::{self, Kind, Ref};
use weft_vm::objects::{Class, Module, Opaque, Tuple, tuple};
use weft_vm::ops::steps::{Drawn, Got, Local, Steps, advance};
use weft_vm::types::{Def, builtin_class};
use weft_vm::{Args, Asks, Res, Value, Vm, class_of, types};

/// A native iterator that asks nobody: what `next()` does to its state. Others are `Steps`.
pub trait Step: 'static {
    /// The next item, or None at the end.
    fn step(&self, vm: &mut Vm) -> Res<Option<Value>>;
}

/// The state of `self`.
pub fn this<'a, T: 'static>(vm: &mut Vm, args: &Args<'a>) -> Res<&'a T> {
    match args.pos().first() {
        Some(value) => match value.native_state::<T>() {
            Some(state) => Ok(state),
            None => {
                let name = class_of(value).name_str();
                Err(vm.type_error(format!("descriptor doesn't apply to a '{name}' object")))
            }
        },
        None => Err(vm.type_error("unbound method needs an argument")),
    }
}

/// `__next__` of a native iterator.
pub fn next<T: Step>(vm: &mut Vm, args: Args<'_>) -> Res {
    let state = this::<T>(vm, &args)?;
    match state.step(vm)? {
        Some(item) => Ok(item),
        None => Err(vm.stop_iteration(Value::NONE)),
    }
}

/// `Def::Step` of a native iterator.
pub fn step<T: Step>(vm: &mut Vm, iterator: &Value, _: &mut Local, _: Got) -> Res<Drawn> {
    match iterator.native_state::<T>() {
        Some(state) => Ok(state.step(vm)?.map_or(Drawn::End, Drawn::Item)),
        None => Ok(Drawn::End),
    }
}

/// `__next__` of a native iterator with steps.
pub fn next_by_steps<T: Steps>(vm: &mut Vm, args: Args<'_>) -> Res {
    this::<T>(vm, &args)?;
    vm.next_by_step(&args.pos()[0], advance::<T>)
}

/// `__iter__` of iterators.
pub fn itself(vm: &mut Vm, args: Args<'_>) -> Res {
    match args.pos() {
        [this] => Ok(this.clone()),
        _ => Err(vm.type_error("expected 0 arguments")),
    }
}

/// A new object of `class` with this state.
pub fn object<T: 'static>(class: &Ref<Class>, state: T) -> Value {
    heap::new(class, Opaque::new(state)).into_value()
}

/// The class given to `__new__`.
pub fn class_argument(vm: &mut Vm, args: &Args<'_>) -> Res<Ref<Class>> {
    match args.pos().first().and_then(Value::as_ref) {
        Some(class) => Ok(class),
        None => Err(vm.type_error("__new__(): not enough arguments")),
    }
}

/// A class whose objects are native state.
pub fn native_class(name: &'static str, flags: u32, defs: &[Def]) -> Ref<Class> {
    builtin_class(name, Kind::Opaque, flags, &types().object, defs)
}

/// Makes a class and enters it into its module.
pub fn add_class(module: &Ref<Module>, name: &'static str, flags: u32, defs: &[Def]) -> Ref<Class> {
    let class = native_class(name, flags, defs);
    module.dict.set(&class.short_name(), class.value().clone());
    class
}

/// A tuple of `len` items, made one after the other.
pub fn tuple_of(len: usize, item: impl FnMut(usize) -> Value) -> Value {
    if len == 0 { tuple(Vec::new()) } else { Tuple::build(len, item).into_value() }
}

/// The last of some iterators.
pub fn last(iterators: &mut Vec<Value>) -> Value {
    iterators.pop().unwrap_or(Value::NONE)
}

/// An optional argument that is None or a number.
pub fn optional_index(vm: &mut impl Asks, value: Option<&Value>) -> Res<Option<i64>> {
    match value {
        Some(value) if !value.is_none() => vm.as_ssize(value).map(Some),
        _ => Ok(None),
    }
}
