//! Heap objects: header, kinds, typed references, reference counts, death.
//!
//! Every object is a 16-byte `Header` followed by its payload; instances of classes with attributes carry these
//! behind the payload (`crate::objects::attrs`). Counts are not atomic: a VM lives on one thread. An object dies at
//! once when its count reaches zero; what its death must run in the language is queued (`finalize`).

mod aside;
mod cell;
mod death;
pub mod pool;
mod reference;
mod register;

pub use aside::{aside_of, put_aside};
pub use cell::VmCell;
pub use death::{FinalizeReason, finalizers_pending, note_weakref, take_finalizers, weakrefs_of};
pub(crate) use death::{attrs_offset, forget_weakref};
pub use reference::Ref;
pub use register::{Register, enlisted};

use crate::value::Value;
use std::cell::Cell;

/// The common beginning of all heap objects.
#[repr(C)]
pub struct Header {
    count: Cell<u32>,
    kind: Kind,
    flags: Cell<u8>,
    /// For the object's kind to use.
    pub(crate) own: [Cell<u8>; 2],
    class: VmCell<Value>,
}

/// Header flag bits.
pub mod object_flags {
    /// Attributes stand behind the payload.
    pub const HAS_ATTRS: u8 = 1;
    /// The finaliser has run (or never needs to).
    pub const FINALIZED: u8 = 2;
    /// Weak references to this object exist.
    pub const HAS_WEAKREFS: u8 = 4;
    /// The class defines `__del__`.
    pub const HAS_DEL: u8 = 8;
    /// The string is the one of its content that names are compared by.
    pub const INTERNED: u8 = 16;
    /// A value is kept beside the object (`aside_of`).
    pub const HAS_ASIDE: u8 = 32;
}

/// Payload types that can stand behind a header.
///
/// # Safety
/// `KIND` is used by this type only, and the type's alignment is at most 8.
pub unsafe trait Payload: Sized + 'static {
    const KIND: Kind;
    /// Bytes behind the payload that belong to it (inline strings, tuple items, frames).
    fn tail_size(&self) -> usize {
        0
    }
    /// Drops what stands in the tail.
    ///
    /// # Safety
    /// Called once, before the payload itself is dropped.
    unsafe fn drop_tail(&mut self) {}
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident: $payload:ty,)*) => {
        /// The layout of a heap object.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Kind { $($(#[doc = $doc])* $kind,)* }

        impl Kind {
            /// Size of header and payload without tail and attributes.
            #[inline]
            pub const fn fixed_size(self) -> usize {
                match self { $(Kind::$kind => size_of::<Header>() + size_of::<$payload>(),)* }
            }
        }

        $(
            // SAFETY: the table gives each payload a kind of its own.
            unsafe impl Payload for $payload {
                const KIND: Kind = Kind::$kind;
                #[inline]
                fn tail_size(&self) -> usize { crate::heap::Tail::tail_size(self) }
                #[inline]
                unsafe fn drop_tail(&mut self) {
                    // SAFETY: passed on.
                    unsafe { crate::heap::Tail::drop_tail(self) }
                }
            }
        )*

        /// Drops the payload and gives its size with the tail, header included.
        ///
        /// # Safety
        /// `object` is dead (count zero), and this is its only death.
        unsafe fn drop_payload(object: *mut Header) -> usize {
            // SAFETY: the kind tells which payload stands there.
            unsafe {
                let payload = (object as *mut u8).add(size_of::<Header>());
                match (*object).kind {
                    $(Kind::$kind => {
                        let payload = payload as *mut $payload;
                        let size = size_of::<Header>() + size_of::<$payload>() + Tail::tail_size(&*payload);
                        Tail::drop_tail(&mut *payload);
                        std::ptr::drop_in_place(payload);
                        size
                    })*
                }
            }
        }
    };
}

/// What a payload keeps behind itself; the default is nothing.
///
/// # Safety
/// `tail_size` never changes during the object's life.
pub unsafe trait Tail {
    #[inline]
    fn tail_size(&self) -> usize {
        0
    }
    /// # Safety
    /// Called once, when the object dies.
    #[inline]
    unsafe fn drop_tail(&mut self) {}
}

macro_rules! no_tail {
    ($($payload:ty),* $(,)?) => { $(
        // SAFETY: nothing stands behind the payload.
        unsafe impl Tail for $payload {}
    )* };
}

use crate::frame::Generator;
use crate::objects::{
    AsyncGenOp, BigInt, BoundMethod, ByteArray, Bytes, CallIter, CellObject, Class, ClassMethod, CodeObject, Complex,
    Context, Continuation, CoroutineWrapper, Dict, DictIter, DictView, Drain, Enumerate, Exception, Filter, FloatBox,
    FrameObject, FrozenSet, Function, Future, GenericAlias, GetSet, Handle, Instance, List, Map, MappingProxy, Module,
    Native, Opaque, Property, Range, RangeIter, SeqIter, Set, Slice, StaticMethod, Str, SuperObject, Task, Traceback,
    Tuple, WeakRef, Zip,
};

kinds! {
    /// An instance of a class written in the language: attributes only.
    Instance: Instance,
    Str: Str,
    Bytes: Bytes,
    ByteArray: ByteArray,
    BigInt: BigInt,
    Float: FloatBox,
    Complex: Complex,
    Tuple: Tuple,
    List: List,
    Dict: Dict,
    Set: Set,
    FrozenSet: FrozenSet,
    Range: Range,
    Slice: Slice,
    Cell: CellObject,
    Code: CodeObject,
    Function: Function,
    Native: Native,
    BoundMethod: BoundMethod,
    Class: Class,
    Module: Module,
    /// Generators, coroutines and async generators; the class tells which.
    Generator: Generator,
    /// The awaitable of `asend`, `athrow`, `aclose`, `__anext__`.
    AsyncGenOp: AsyncGenOp,
    /// What `coroutine.__await__()` returns.
    CoroutineWrapper: CoroutineWrapper,
    Exception: Exception,
    Traceback: Traceback,
    Frame: FrameObject,
    Property: Property,
    ClassMethod: ClassMethod,
    StaticMethod: StaticMethod,
    GetSet: GetSet,
    Super: SuperObject,
    /// Iterates a list, tuple, str, bytes or anything with `__getitem__` by index, forwards or backwards.
    SeqIter: SeqIter,
    RangeIter: RangeIter,
    /// Iterates a dict or set.
    DictIter: DictIter,
    DictView: DictView,
    Enumerate: Enumerate,
    Zip: Zip,
    Map: Map,
    Filter: Filter,
    /// `iter(callable, sentinel)`.
    CallIter: CallIter,
    MappingProxy: MappingProxy,
    GenericAlias: GenericAlias,
    WeakRef: WeakRef,
    /// An object of a native module: see `objects::Opaque`.
    Opaque: Opaque,
    Future: Future,
    /// A future that a coroutine's end settles.
    Task: Task,
    /// A callback that waits for its turn in an event loop.
    Handle: Handle,
    Context: Context,
    /// What a native waits with: see `Request::Then`.
    Continuation: Continuation,
    /// What a native takes items with: see `dispatch/drain.rs`.
    Drain: Drain,
}

no_tail!(
    Instance,
    ByteArray,
    BigInt,
    FloatBox,
    Complex,
    List,
    Dict,
    Set,
    FrozenSet,
    Range,
    Slice,
    CellObject,
    CodeObject,
    Function,
    Native,
    BoundMethod,
    Class,
    Module,
    AsyncGenOp,
    CoroutineWrapper,
    Exception,
    Traceback,
    FrameObject,
    Property,
    ClassMethod,
    StaticMethod,
    GetSet,
    SuperObject,
    SeqIter,
    RangeIter,
    DictIter,
    DictView,
    Enumerate,
    Zip,
    Map,
    Filter,
    CallIter,
    MappingProxy,
    GenericAlias,
    WeakRef,
    Opaque,
    Future,
    Task,
    Handle,
    Context,
    Continuation,
    Drain,
);

/// Counts from here on are never meant to reach zero: objects that live as long as the thread.
const IMMORTAL: u32 = 1 << 30;

impl Header {
    #[inline(always)]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    #[inline(always)]
    pub fn retain(&self) {
        self.count.set(self.count.get() + 1);
    }

    /// The number of references, as `sys.getrefcount` shows it.
    #[inline(always)]
    pub fn count(&self) -> u32 {
        self.count.get()
    }

    /// The header of one of the first classes, before there is a class for it.
    pub(crate) fn without_class(kind: Kind) -> Header {
        Header {
            count: Cell::new(1),
            kind,
            flags: Cell::new(0),
            own: [Cell::new(0), Cell::new(0)],
            class: VmCell::new(Value::NONE),
        }
    }

    /// Keeps the object for ever.
    pub fn make_immortal(&self) {
        self.count.set(IMMORTAL);
    }

    #[inline(always)]
    pub fn has_flag(&self, flag: u8) -> bool {
        self.flags.get() & flag != 0
    }

    #[inline(always)]
    pub fn has_no_flag_but(&self, flag: u8) -> bool {
        self.flags.get() & !flag == 0
    }

    pub fn set_flag(&self, flag: u8) {
        self.flags.set(self.flags.get() | flag);
    }

    /// The object's class.
    #[inline(always)]
    pub fn class_value(&self) -> &Value {
        self.class.get()
    }

    /// The object's class.
    #[inline(always)]
    pub fn class(&self) -> &Class {
        // SAFETY: the class slot always holds a class object (set at birth, replaced only by `set_class`).
        unsafe { self.class.get().downcast_unchecked::<Class>() }
    }

    /// Replaces the class, for `__class__` assignment and while the first types are made.
    pub fn set_class(&self, class: Ref<Class>) {
        drop(self.class.replace(class.into_value()));
    }
}

/// A new object. Instances of classes with attributes get room for them behind the payload.
pub fn new<T: Payload>(class: &Ref<Class>, payload: T) -> Ref<T> {
    let attrs = class.instance_attrs_size();
    // SAFETY: the block is as large as computed, and wholly initialised here.
    unsafe {
        let object = new_raw(T::KIND, class, size_of::<Header>() + size_of::<T>() + attrs);
        let start = (object as *mut u8).add(size_of::<Header>());
        std::ptr::write(start as *mut T, payload);
        if attrs != 0 {
            (*object).set_flag(object_flags::HAS_ATTRS);
            crate::objects::attrs::init(start.add(size_of::<T>()), class);
        }
        if class.has_del() {
            (*object).set_flag(object_flags::HAS_DEL);
        }
        Ref::from_raw(object)
    }
}

/// A new object with a tail of `tail` bytes, which `fill` initialises. Attributes, if any, stand behind the tail.
#[inline]
pub fn new_with_tail<T: Payload>(class: &Ref<Class>, payload: T, tail: usize, fill: impl FnOnce(*mut u8)) -> Ref<T> {
    let fixed = size_of::<Header>() + size_of::<T>();
    let attrs = class.instance_attrs_size();
    let before_attrs = fixed + if attrs == 0 { tail } else { tail.next_multiple_of(8) };
    // SAFETY: the block is as large as computed, and wholly initialised here.
    unsafe {
        let object = new_raw(T::KIND, class, before_attrs + attrs);
        let start = object as *mut u8;
        std::ptr::write(start.add(size_of::<Header>()) as *mut T, payload);
        fill(start.add(fixed));
        if attrs != 0 {
            (*object).set_flag(object_flags::HAS_ATTRS);
            crate::objects::attrs::init(start.add(before_attrs), class);
        }
        if class.has_del() {
            (*object).set_flag(object_flags::HAS_DEL);
        }
        Ref::from_raw(object)
    }
}

/// Memory with a header and nothing behind it yet, count 1.
///
/// # Safety
/// The caller writes payload and tail before the object is seen by anyone.
#[inline(always)]
pub unsafe fn new_raw(kind: Kind, class: &Ref<Class>, size: usize) -> *mut Header {
    let object = pool::allocate(size) as *mut Header;
    // SAFETY: the block is at least a header long.
    unsafe {
        std::ptr::write(
            object,
            Header {
                count: Cell::new(1),
                kind,
                flags: Cell::new(0),
                own: [Cell::new(0), Cell::new(0)],
                class: VmCell::new(class.value().clone()),
            },
        );
    }
    object
}

/// Gives up one reference.
///
/// # Safety
/// The caller owns a count of the live object, and gives it up.
#[inline(always)]
pub unsafe fn release(object: *mut Header) {
    // SAFETY: promised by the caller.
    unsafe {
        let count = (*object).count.get() - 1;
        (*object).count.set(count);
        if count == 0 {
            death::die(object);
        }
    }
}

/// As `release`; tells whether the object died and finalisers wait to be run (`take_finalizers`).
///
/// # Safety
/// As `release`.
#[inline(always)]
pub unsafe fn release_and_tell(object: *mut Header) -> bool {
    // SAFETY: promised by the caller.
    unsafe {
        let count = (*object).count.get() - 1;
        (*object).count.set(count);
        count == 0 && death::die_and_tell(object)
    }
}
