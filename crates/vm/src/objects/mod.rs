//! Payloads of all heap objects: data and invariants. What scripts can do with them is in `crate::types`.

pub mod attrs;
mod class;
pub mod dict;
mod drain;
mod exception;
mod function;
mod future;
mod iterate;
mod misc;
pub mod number;
mod sequence;
pub mod set;
pub mod str;

pub use class::{Class, Making, Plan, StepFn, class_flags};
pub use dict::{Dict, Table};
pub use drain::{Accumulator, Drain, Fed, Take, Total, Wanted};
pub use exception::{Exception, FrameObject, NOT_BEGUN, Traceback};
pub use function::{
    BoundMethod, Cache, CacheKind, CellObject, ClassMethod, CodeObject, Function, GetSet, Intrinsic, Native, NativeFn,
    NativeKind, NativeSetter, Property, StaticMethod, SuperObject, const_value,
};
pub use future::{Context, Continuation, Future, FutureRare, FutureState, Handle, HandleExtra, HandleKind, Task};
pub use iterate::{
    CallIter, DictIter, DictPart, DictView, Enumerate, Filter, Map, Range, RangeIter, SeqIter, Slice, Zip,
};
pub use misc::{
    AsyncGenAction, AsyncGenOp, AsyncGenOpState, CoroutineWrapper, GenericAlias, Instance, MappingProxy, Module,
    NativeState, Opaque, WeakRef,
};
pub use number::{BigInt, Complex, FloatBox, Stored, Wide, big, complex, float, int, wide};
pub use sequence::{ByteArray, Bytes, List, Tuple, bytes, list, pair, tuple};
pub use set::{FrozenSet, Place, Set, SetEntry, SetTable};
pub use str::{Str, intern, intern_value};
