//! Code objects, functions, native functions, bound methods, cells and descriptors.

use super::attrs::Shape;
use super::{Dict, Str};
use crate::frame::GenKind;
use crate::heap::{Ref, VmCell};
use crate::value::Value;
use crate::{Args, Res, Vm};

use std::cell::Cell;
use std::rc::Rc;
use weft_bytecode::{Code, Const, Instr, Op, Singleton, flags};

/// What an inline cache remembers; see `dispatch::attr` and `dispatch::global` for the kinds.
#[derive(Clone, Copy)]
pub struct Cache {
    /// Version of the class, or of the globals' table.
    pub version: u32,
    /// Version of the builtins' table.
    pub version2: u32,
    /// Version of the class of `value`, if that decides whether it is a descriptor; otherwise 0.
    pub version3: u32,
    pub kind: CacheKind,
    pub index: u16,
    pub shape: Option<&'static Shape>,
    pub next_shape: Option<&'static Shape>,
    /// Bits of a value that lives as long as the versions stay.
    pub value: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum CacheKind {
    Empty,
    /// The attribute stands in slot `index` of objects with `shape`.
    Slot,
    /// Setting the attribute takes the object from `shape` to `next_shape`.
    Extend,
    /// `value` is a function found on the class, and instances of `shape` don't shadow it.
    Method,
    /// As `Method`, for objects without attributes.
    BareMethod,
    /// `value` is a property's getter, a function.
    Property,
    /// The attribute is item `index` of the tuple.
    Item,
    /// `value` is a plain class attribute; instances of `shape` don't shadow it.
    ClassValue,
    /// `value` is a function found on the class, to be bound, and instances of `shape` don't shadow it.
    Bound,
    /// `value` is a native attribute with a getter.
    Native,
    /// The attribute of a module, in entry `index` of its namespace, whose version is `version`.
    Module,
    /// `value` is the attribute of a class with `version`; `version2` is its metaclass's.
    Class,
    /// `value` is the function that `super()` finds from the class with `version`, behind the one with `version2`.
    Super,
    /// The global stands in entry `index`.
    Global,
    /// The builtin stands in entry `index`.
    Builtin,
}

impl Cache {
    /// Whether both say the same.
    pub fn is(&self, other: &Cache) -> bool {
        let shape = |shape: Option<&'static Shape>| shape.map(std::ptr::from_ref);
        self.version == other.version
            && self.version2 == other.version2
            && self.version3 == other.version3
            && self.kind == other.kind
            && self.index == other.index
            && self.value == other.value
            && shape(self.shape) == shape(other.shape)
            && shape(self.next_shape) == shape(other.next_shape)
    }

    pub const EMPTY: Cache = Cache {
        version: 0,
        version2: 0,
        version3: 0,
        kind: CacheKind::Empty,
        index: 0,
        shape: None,
        next_shape: None,
        value: 0,
    };
}

/// A `code` object: verified bytecode with its constants as values.
pub struct CodeObject {
    pub code: Rc<Code>,
    pub consts: Box<[Value]>,
    /// Interned names of the parameters that keywords reach, positional ones first.
    pub parameters: Box<[Value]>,
    /// Interned names of the sites.
    pub site_names: Box<[Value]>,
    pub caches: VmCell<Box<[Cache]>>,
    pub instrs: Box<[Instr]>,
    pub registers: u16,
    pub first_temp: u16,
    /// Positional parameters.
    pub args: u16,
    pub flags: u32,
    /// A call with exactly `args` positional arguments needs nothing but moving them.
    pub simple: bool,
    /// `args` if a call with exactly these positional arguments needs nothing but a frame with them; otherwise a
    /// number that no call reaches.
    pub plain_args: u32,
    /// What a call makes instead of running the code.
    pub makes: Option<GenKind>,
    /// As `plain_args`, for functions whose calls make generators, coroutines or async generators.
    pub generator_args: u32,
    pub name: Value,
    pub qualname: Value,
    /// Memory of a call frame, in bytes.
    pub frame_size: usize,
}

impl CodeObject {
    /// Bit of `x` in a loaded `Yield` whose result is cleared by the next instruction: the dispatch loop may skip both.
    pub const SENT_IS_DROPPED: u8 = 1 << 7;
    /// Bit of `x` in a loaded `Yield`, `LoadAttr` or `LoadMethod` whose operand b is a temporary.
    pub const TAKES_B: u8 = 1 << 6;

    /// Bit of `x` in a loaded `GetAwaitable` or `GetANext` whose result the next two instructions await by sending None: the
    /// dispatch loop may skip them.
    pub const SENDS_NONE: u8 = 1 << 7;

    /// The instructions as the dispatch loop wants them.
    fn prepare(code: &Code) -> Box<[Instr]> {
        let mut instrs: Box<[Instr]> = code.instrs.as_slice().into();
        for i in 0..instrs.len() {
            let next = instrs.get(i + 1).copied();
            let instr = &mut instrs[i];
            let temporary = instr.b >= code.first_temp;
            match instr.op {
                Op::Move if !temporary => instr.op = Op::Copy,
                Op::Yield | Op::LoadAttr | Op::LoadMethod if temporary => instr.x |= CodeObject::TAKES_B,
                _ => {}
            }
            if instr.op == Op::Yield && next.is_some_and(|next| next.op == Op::Clear && next.a == instr.a) {
                instr.x |= CodeObject::SENT_IS_DROPPED;
            }
            if matches!(instr.op, Op::GetAwaitable | Op::GetANext)
                && let Some([load, wait]) = code.instrs.as_slice().get(i + 1..i + 3)
                && load.op == Op::LoadSingleton
                && Singleton::from_u8(load.x) == Some(Singleton::None)
                && wait.op == Op::YieldFrom
                && (wait.b, wait.c) == (instr.a, load.a)
            {
                instr.x |= CodeObject::SENDS_NONE;
            }
        }
        instrs
    }

    /// Makes values of the constants, once for each code object.
    pub fn create(code: &Rc<Code>) -> Ref<CodeObject> {
        let consts: Box<[Value]> = code.consts.iter().map(const_value).collect();
        let names: Box<[Value]> = code.sites.iter().map(|site| consts[site.name as usize].clone()).collect();
        let makes = if code.flags & flags::COROUTINE != 0 {
            Some(GenKind::Coroutine)
        } else if code.flags & flags::ASYNC_GENERATOR != 0 {
            Some(GenKind::AsyncGenerator)
        } else {
            code.is_generator_like().then_some(GenKind::Generator)
        };
        let simple = code.kwonly == 0 && code.flags & (flags::VARARGS | flags::VARKEYWORDS) == 0 && !code.has_namespace;
        let object = CodeObject {
            caches: VmCell::new(vec![Cache::EMPTY; code.sites.len()].into_boxed_slice()),
            parameters: code.locals[..usize::from(code.args) + usize::from(code.kwonly)]
                .iter()
                .map(|local| super::intern(local.name.as_bytes()))
                .collect(),
            instrs: CodeObject::prepare(code),
            registers: code.registers,
            first_temp: code.first_temp,
            args: code.args,
            flags: code.flags,
            simple,
            plain_args: if simple && makes.is_none() { u32::from(code.args) } else { u32::MAX },
            makes,
            generator_args: if simple && makes.is_some() { u32::from(code.args) } else { u32::MAX },
            name: super::intern(code.name.as_bytes()),
            qualname: super::intern(code.qualname.as_bytes()),
            frame_size: crate::frame::frame_size(code.registers),
            site_names: names,
            consts,
            code: code.clone(),
        };
        crate::heap::new(&crate::types().code, object)
    }
}

/// The value of a constant.
pub fn const_value(constant: &Const) -> Value {
    match constant {
        Const::None => Value::NONE,
        Const::True => Value::TRUE,
        Const::False => Value::FALSE,
        Const::Ellipsis => Value::ELLIPSIS,
        Const::Int(n) => super::int(*n),
        Const::BigInt(hex) => super::number::from_hex(hex),
        Const::Float(x) => super::float(*x),
        Const::Complex(re, im) => super::complex(*re, *im),
        // All short strings are interned: names must be, and equal ones share memory.
        Const::Str(bytes) if bytes.len() <= 64 => super::intern(bytes),
        Const::Str(bytes) => Str::from_wtf8(bytes).into_value(),
        Const::Bytes(bytes) => super::Bytes::create(bytes).into_value(),
        Const::Tuple(items) => super::tuple(items.iter().map(const_value).collect()),
        Const::FrozenSet(items) => super::set::frozen_of_constants(items.iter().map(const_value).collect()),
        Const::Code(code) => CodeObject::create(code).into_value(),
    }
}

/// A `function`.
pub struct Function {
    pub code: VmCell<Ref<CodeObject>>,
    pub globals: Ref<Dict>,
    /// The mapping where names are looked up after the globals.
    pub builtins: Ref<Dict>,
    /// Tuple of cells, or unset.
    pub closure: Value,
    /// Tuple, or unset.
    pub defaults: VmCell<Value>,
    /// Dict, or unset.
    pub kwdefaults: VmCell<Value>,
    /// Dict, or the compiler's tuple of names and values until it is asked for, or unset.
    pub annotations: VmCell<Value>,
    pub name: VmCell<Value>,
    pub qualname: VmCell<Value>,
    pub doc: VmCell<Value>,
    pub module: VmCell<Value>,
    pub type_params: VmCell<Value>,
    /// `__dict__`, or unset.
    pub dict: VmCell<Value>,
}

/// A function implemented in Rust.
pub type NativeFn = fn(&mut Vm, Args<'_>) -> Res;

/// Sets an attribute of a builtin class's instance; None deletes it.
pub type NativeSetter = fn(&mut Vm, &Value, Option<Value>) -> Res<()>;

/// How a native function behaves as an attribute of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NativeKind {
    /// A plain function: never binds.
    Function,
    /// Binds to the instance.
    Method,
    /// Binds to the class.
    ClassMethod,
    /// A `__dunder__` of a builtin type: binds, and is shown as a slot wrapper.
    Slot,
}

/// Natives that the dispatch loop carries out itself, because they resume frames or inspect the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intrinsic {
    None,
    /// `generator.send(value)`.
    Send,
    /// `generator.__next__()`.
    Next,
    /// `next(iterator[, default])`.
    BuiltinNext,
    Throw,
    Close,
    /// `__new__` of a builtin class: its first argument must be a subclass of the owner.
    New,
}

/// A `builtin_function_or_method`, method descriptor or slot wrapper.
pub struct Native {
    pub name: &'static str,
    pub function: NativeFn,
    pub kind: NativeKind,
    pub intrinsic: Intrinsic,
    /// The class it belongs to, for methods; unset otherwise.
    pub owner: VmCell<Value>,
    /// `__self__` of a bound one, unset otherwise.
    pub this: Value,
    /// Name of the module, or None.
    pub module: VmCell<Value>,
    pub doc: &'static str,
    /// State of a native made at run time (a closure's captured value); unset otherwise.
    pub data: Value,
}

/// A `method`.
pub struct BoundMethod {
    pub function: Value,
    pub this: Value,
}

/// A `cell`.
pub struct CellObject {
    pub content: VmCell<Value>,
}

/// A `property`.
pub struct Property {
    pub get: VmCell<Value>,
    pub set: VmCell<Value>,
    pub delete: VmCell<Value>,
    pub doc: VmCell<Value>,
    /// The name it got as attribute of a class; unset before.
    pub name: VmCell<Value>,
    /// The text is that of the getter.
    pub doc_of_getter: Cell<bool>,
}

/// A `classmethod`; `dict` holds copied attributes such as `__wrapped__`.
pub struct ClassMethod {
    pub function: VmCell<Value>,
}

/// A `staticmethod`.
pub struct StaticMethod {
    pub function: VmCell<Value>,
}

/// A native attribute of a builtin class (`getset_descriptor`), or a slot from `__slots__` (`member_descriptor`).
pub struct GetSet {
    pub name: Value,
    pub owner: Value,
    pub get: Option<fn(&mut Vm, &Value) -> Res>,
    pub set: Option<NativeSetter>,
    /// A slot: the attribute of this name in the instance.
    pub member: bool,
}

/// A `super` object.
pub struct SuperObject {
    pub class: VmCell<Value>,
    pub object: VmCell<Value>,
    /// Where the search in the resolution order of this class begins, behind `class`.
    pub object_class: VmCell<Value>,
}

impl Function {
    /// The class body's or module's way to be run: a function without arguments over these globals.
    pub fn create(code: Ref<CodeObject>, globals: Ref<Dict>, builtins: Ref<Dict>) -> Ref<Function> {
        let module = globals.get_str(&crate::names().__name__).unwrap_or(Value::NONE);
        let doc = code.code.doc.as_ref().map_or(Value::NONE, |d| Str::from_wtf8(d).into_value());
        let function = Function {
            name: VmCell::new(code.name.clone()),
            qualname: VmCell::new(code.qualname.clone()),
            code: VmCell::new(code),
            globals,
            builtins,
            closure: Value::UNSET,
            defaults: VmCell::new(Value::UNSET),
            kwdefaults: VmCell::new(Value::UNSET),
            annotations: VmCell::new(Value::UNSET),
            doc: VmCell::new(doc),
            module: VmCell::new(module),
            type_params: VmCell::new(Value::UNSET),
            dict: VmCell::new(Value::UNSET),
        };
        crate::heap::new(&crate::types().function, function)
    }

    /// A version of the flags that says whether a bare positional call can be done by moving arguments.
    #[inline(always)]
    pub fn code(&self) -> &CodeObject {
        self.code.get()
    }
}

impl CellObject {
    pub fn create(content: Value) -> Ref<CellObject> {
        crate::heap::new(&crate::types().cell, CellObject { content: VmCell::new(content) })
    }
}

impl Native {
    pub fn create(name: &'static str, function: NativeFn, kind: NativeKind) -> Ref<Native> {
        Native::create_full(name, function, kind, Intrinsic::None, Value::UNSET, Value::UNSET)
    }

    pub fn create_full(
        name: &'static str,
        function: NativeFn,
        kind: NativeKind,
        intrinsic: Intrinsic,
        owner: Value,
        this: Value,
    ) -> Ref<Native> {
        let native = Native {
            name,
            function,
            kind,
            intrinsic,
            owner: VmCell::new(owner),
            this,
            module: VmCell::new(Value::NONE),
            doc: "",
            data: Value::UNSET,
        };
        crate::heap::new(&crate::types().builtin_function, native)
    }

    /// A native made at run time around `data`; the function finds it as `args.data`.
    pub fn with_data(name: &'static str, function: NativeFn, data: Value) -> Ref<Native> {
        let native = Native {
            name,
            function,
            kind: NativeKind::Function,
            intrinsic: Intrinsic::None,
            owner: VmCell::new(Value::UNSET),
            this: Value::UNSET,
            module: VmCell::new(Value::NONE),
            doc: "",
            data,
        };
        crate::heap::new(&crate::types().builtin_function, native)
    }
}
