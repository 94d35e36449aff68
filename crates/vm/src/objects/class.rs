//! Classes.

use super::NativeFn;
use super::attrs::Shape;
use super::dict::{Dict, fresh_version};
use crate::heap::{Kind, Ref, VmCell};
use crate::ops::steps::{Drawn, Got, Local};
use crate::value::Value;
use crate::{Res, Vm};
use std::cell::Cell;

/// Flag bits of a class.
pub mod class_flags {
    /// Made by the interpreter: attributes can't be set.
    pub const BUILTIN: u32 = 1;
    /// Instances have attributes (a `__dict__`, or slots).
    pub const HAS_ATTRS: u32 = 1 << 1;
    /// Instances have `__slots__` only, no `__dict__`.
    pub const NO_DICT: u32 = 1 << 2;
    /// Defines `__del__`.
    pub const HAS_DEL: u32 = 1 << 3;
    /// Defines `__getattr__`.
    pub const HAS_GETATTR: u32 = 1 << 4;
    /// Defines `__getattribute__`.
    pub const HAS_GETATTRIBUTE: u32 = 1 << 5;
    /// Defines `__setattr__` or `__delattr__`.
    pub const HAS_SETATTR: u32 = 1 << 6;
    /// May not be subclassed.
    pub const FINAL: u32 = 1 << 7;
    /// Is a subclass of BaseException.
    pub const EXCEPTION: u32 = 1 << 8;
    /// Is a subclass of `type`.
    pub const METACLASS: u32 = 1 << 9;
    /// Instances are sequences, or mappings, for `match`.
    pub const SEQUENCE_PATTERN: u32 = 1 << 10;
    pub const MAPPING_PATTERN: u32 = 1 << 11;
    /// Has abstract methods: can't be instantiated.
    pub const ABSTRACT: u32 = 1 << 12;
    /// Overrides `__new__` of the builtin it derives from.
    pub const HAS_NEW: u32 = 1 << 13;
}

/// How a call of a class makes an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Making {
    /// In none of the ways below.
    General,
    /// `object.__new__`, and no `__init__` but object's.
    Bare,
    /// `object.__new__`, then a function.
    Init,
    /// An exception that keeps its arguments, and does nothing else.
    Exception,
    /// The same, then a function.
    ExceptionInit,
    /// A native `__new__`, and no `__init__` but object's.
    New,
    /// A native `__new__`, then a native `__init__`.
    NewInit,
    /// A static method of the language as `__new__`, and no `__init__` but object's.
    NewFunction,
}

/// What a class's `__new__` and `__init__` are, as long as its version stays.
#[derive(Clone, Copy)]
pub struct Plan {
    pub version: u32,
    pub making: Making,
    /// Bits of `__new__` and `__init__`.
    pub new: u64,
    pub init: u64,
}

/// A `type`.
pub struct Class {
    pub name: VmCell<Value>,
    /// What messages call it if not by its name: `collections.deque`. Otherwise unset.
    full_name: VmCell<Value>,
    pub qualname: VmCell<Value>,
    pub bases: VmCell<Vec<Ref<Class>>>,
    /// Without the class itself, which comes first.
    pub mro_tail: VmCell<Vec<Ref<Class>>>,
    pub dict: Dict,
    /// The direct subclasses, as addresses: they take themselves off when they die.
    subclasses: VmCell<Vec<*const Class>>,
    flags: Cell<u32>,
    /// Never given to two states of classes: while it stays, what was looked up stays true. 0: not cached.
    version: Cell<u32>,
    /// Layout of the instances.
    pub layout: Kind,
    root_shape: Cell<Option<&'static Shape>>,
    plan: Cell<Plan>,
    /// What a call of this very class does, for builtin classes that need neither `__new__` nor `__init__` for it.
    direct: Cell<Option<NativeFn>>,
    /// What `__next__` of this very class does, for builtin classes of iterators.
    step: Cell<Option<StepFn>>,
    /// Whether that never asks the language anything.
    step_is_native: Cell<bool>,
}

/// What a native iterator does for its next item: see `ops/steps.rs`.
pub type StepFn = fn(&mut Vm, &Value, &mut Local, Got) -> Res<Drawn>;

impl Class {
    pub fn new(name: Value, qualname: Value, layout: Kind, flags: u32) -> Class {
        Class {
            name: VmCell::new(name),
            full_name: VmCell::new(Value::UNSET),
            qualname: VmCell::new(qualname),
            bases: VmCell::new(Vec::new()),
            mro_tail: VmCell::new(Vec::new()),
            dict: Dict::empty(),
            subclasses: VmCell::new(Vec::new()),
            flags: Cell::new(flags),
            version: Cell::new(0),
            layout,
            root_shape: Cell::new(None),
            plan: Cell::new(Plan { version: 0, making: Making::General, new: 0, init: 0 }),
            direct: Cell::new(None),
            step: Cell::new(None),
            step_is_native: Cell::new(false),
        }
    }

    /// How instances are made, if its version is the class's.
    #[inline(always)]
    pub fn plan(&self) -> Plan {
        self.plan.get()
    }

    pub fn set_plan(&self, plan: Plan) {
        self.plan.set(plan);
    }

    /// The native that calls of this class come to; subclasses don't inherit it.
    #[inline(always)]
    pub fn direct(&self) -> Option<NativeFn> {
        self.direct.get()
    }

    pub fn set_direct(&self, make: NativeFn) {
        self.direct.set(Some(make));
    }

    /// What native code asks in place of `__next__`; subclasses don't inherit it.
    #[inline(always)]
    pub fn step(&self) -> Option<StepFn> {
        self.step.get()
    }

    /// Whether instances step without ever asking the language.
    pub fn steps_natively(&self) -> bool {
        self.step_is_native.get()
    }

    pub fn set_step(&self, step: StepFn, native: bool) {
        self.step.set(Some(step));
        self.step_is_native.set(native);
    }

    #[inline(always)]
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    pub fn flags(&self) -> u32 {
        self.flags.get()
    }

    pub fn set_flags(&self, flags: u32) {
        self.flags.set(flags);
    }

    #[inline(always)]
    pub fn has_del(&self) -> bool {
        self.has(class_flags::HAS_DEL)
    }

    /// What messages call the class: its name, for builtin classes with the module.
    pub fn name_str(&self) -> String {
        let full = self.full_name.get();
        full.downcast::<super::Str>().map_or_else(|| self.short_name(), super::Str::to_string_lossy)
    }

    /// `__name__`.
    pub fn short_name(&self) -> String {
        self.name.get().downcast::<super::Str>().map_or_else(|| "?".into(), super::Str::to_string_lossy)
    }

    /// Has messages call the class by its module, too.
    pub fn set_full_name(&self, full: Value) {
        drop(self.full_name.replace(full));
    }

    /// The shape of a fresh instance.
    #[inline(always)]
    pub fn root_shape(&self) -> &'static Shape {
        match self.root_shape.get() {
            Some(shape) => shape,
            None => {
                let shape = Shape::root(1);
                self.root_shape.set(Some(shape));
                shape
            }
        }
    }

    /// Gives instances room for this many attributes.
    pub fn set_attr_capacity(&self, capacity: u16) {
        self.root_shape.set(Some(Shape::root(capacity)));
    }

    /// An instance with room for this many attributes needed more: later ones get it.
    #[cold]
    pub fn give_room(&self, had: u16) {
        const MOST: u16 = 32;
        if had < MOST && had == self.root_shape().capacity() && !self.has(class_flags::NO_DICT) {
            self.set_attr_capacity((had * 2).clamp(4, MOST));
        }
    }

    /// Bytes for attributes in an instance; 0 if it has none.
    #[inline(always)]
    pub fn instance_attrs_size(&self) -> usize {
        if self.has(class_flags::HAS_ATTRS) { super::attrs::size(self.root_shape()) } else { 0 }
    }

    /// The version, made if there is none yet.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        let version = self.version.get();
        if version != 0 { version } else { self.renew_version() }
    }

    #[cold]
    fn renew_version(&self) -> u32 {
        let version = fresh_version();
        self.version.set(version);
        version
    }

    /// Makes everything looked up in this class or its subclasses forgotten.
    pub fn invalidate(&self) {
        self.version.set(0);
        for &sub in self.subclasses.get() {
            // SAFETY: a class takes itself off the lists of its bases when it dies.
            unsafe { (*sub).invalidate() };
        }
    }

    /// Direct subclasses that are alive.
    pub fn subclasses(&self) -> Vec<Ref<Class>> {
        self.subclasses
            .get()
            .iter()
            .map(|&sub| {
                let header = (sub as usize - size_of::<crate::heap::Header>()) as *mut crate::heap::Header;
                // SAFETY: as in `invalidate`; a class payload always stands behind a header.
                unsafe {
                    (*header).retain();
                    Ref::from_raw(header)
                }
            })
            .collect()
    }

    /// Sets bases and resolution order, and enters the class with its bases.
    pub fn set_bases(this: &Ref<Class>, bases: Vec<Ref<Class>>, mro_tail: Vec<Ref<Class>>) {
        this.leave_bases();
        for base in &bases {
            base.subclasses.get_mut().push(this.as_ptr());
        }
        drop(this.bases.replace(bases));
        drop(this.mro_tail.replace(mro_tail));
        this.invalidate();
    }

    fn leave_bases(&self) {
        for base in self.bases.get() {
            base.subclasses.get_mut().retain(|&sub| !std::ptr::eq(sub, self));
        }
    }

    /// The attribute in this class's own dict.
    pub fn own(&self, name: &Value) -> Option<Value> {
        self.dict.get_str(name)
    }

    /// The attribute in the resolution order, uncached.
    pub fn find_in_mro(&self, name: &Value) -> Option<Value> {
        if let Some(found) = self.dict.table().get_str(name) {
            return Some(found.clone());
        }
        self.mro_tail.get().iter().find_map(|class| class.dict.table().get_str(name).cloned())
    }

    /// Whether this class is `other` or derives from it.
    #[inline]
    pub fn is_subclass_of(&self, other: &Class) -> bool {
        std::ptr::eq(self, other) || self.mro_tail.get().iter().any(|class| std::ptr::eq(&**class, other))
    }
}

impl Drop for Class {
    fn drop(&mut self) {
        self.leave_bases();
    }
}
