//! Modules, mapping proxies, generic aliases, weak references, objects of native modules, parts of coroutines.

use super::Dict;
use crate::heap::{Header, Ref, VmCell, note_weakref};
use crate::value::Value;
use std::any::Any;
use std::cell::Cell;

/// An instance of a class written in the language: everything is in its attributes.
pub struct Instance;

/// A `module`.
pub struct Module {
    pub dict: Ref<Dict>,
    /// Whether its body is running for an import.
    pub initializing: Cell<bool>,
}

impl Module {
    pub fn over(dict: Ref<Dict>) -> Module {
        Module { dict, initializing: Cell::new(false) }
    }
}

/// A `mappingproxy`: read-only view of a mapping; of a class's namespace when `mapping` is a class.
pub struct MappingProxy {
    pub mapping: Value,
}

/// `list[int]` and the like.
pub struct GenericAlias {
    pub origin: Value,
    pub args: Value,
    /// `*tuple[int]`.
    pub starred: bool,
}

/// A `weakref.ref`.
pub struct WeakRef {
    target: Cell<usize>,
    callback: VmCell<Value>,
    /// The hash of the target, once computed.
    pub hash: Cell<Option<u64>>,
}

impl WeakRef {
    pub fn unbound(callback: Value) -> WeakRef {
        WeakRef { target: Cell::new(0), callback: VmCell::new(callback), hash: Cell::new(None) }
    }

    /// Begins to point at the target.
    pub fn bind(this: &Ref<WeakRef>, target: &Header) {
        this.target.set(target as *const Header as usize);
        note_weakref(target, this);
    }

    /// The target, if it is alive.
    pub fn get(&self) -> Option<Value> {
        let target = self.target.get();
        if target == 0 {
            return None;
        }
        let header = target as *const Header;
        // SAFETY: a dying target clears its weak references, so it is alive.
        unsafe {
            (*header).retain();
            Some(Value::from_bits(target as u64))
        }
    }

    pub(crate) fn clear(&self) {
        self.target.set(0);
    }

    /// Stops pointing at the target.
    pub(crate) fn unbind(&self) {
        let target = self.target.replace(0);
        if target != 0 {
            crate::heap::forget_weakref(target, self);
        }
    }

    pub fn has_callback(&self) -> bool {
        !self.callback.get().is_none()
    }

    pub fn callback(&self) -> Value {
        self.callback.get().clone()
    }

    pub fn take_callback(&self) -> Value {
        self.callback.replace(Value::NONE)
    }
}

impl Drop for WeakRef {
    fn drop(&mut self) {
        self.unbind();
    }
}

/// What an object of a native module keeps. Values in it die with the object.
pub trait NativeState: Any {
    fn as_any(&self) -> &dyn Any;
}

impl<T: Any> NativeState for T {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// An object of a native module (`deque`, sockets, contexts, …): its class says what it is.
pub struct Opaque {
    pub state: VmCell<Box<dyn NativeState>>,
}

impl Opaque {
    pub fn new<T: Any>(state: T) -> Opaque {
        Opaque { state: VmCell::new(Box::new(state)) }
    }

    /// What a continuation is to know, as an object no script ever sees.
    pub fn state<T: Any>(state: T) -> Value {
        crate::heap::new(&crate::types().native_state, Opaque::new(state)).into_value()
    }
}

impl Value {
    /// The state of a native object, if it is a `T`.
    #[inline]
    pub fn native_state<T: Any>(&self) -> Option<&T> {
        let opaque = self.downcast::<Opaque>()?;
        let state: &dyn NativeState = &**opaque.state.get();
        state.as_any().downcast_ref::<T>()
    }
}

/// What an `AsyncGenOp` does when first resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsyncGenAction {
    Send,
    Throw,
    Close,
}

/// How far an `AsyncGenOp` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsyncGenOpState {
    Created,
    Running,
    Done,
}

/// The awaitable of `__anext__`, `asend`, `athrow`, `aclose`.
pub struct AsyncGenOp {
    pub generator: Value,
    pub action: AsyncGenAction,
    pub state: Cell<AsyncGenOpState>,
    /// The value to send or the exception to throw.
    pub argument: VmCell<Value>,
}

/// `coroutine_wrapper`: the iterator of a coroutine.
pub struct CoroutineWrapper {
    pub coroutine: Value,
}
