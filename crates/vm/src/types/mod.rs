//! The builtin classes and what scripts can do with their instances: one file a type, each with a table of methods.

mod bootstrap;
pub mod exception_defs;
mod exceptions;

pub use bootstrap::{Def, add_defs, builtin_class, class_of, names, text_of, types};
pub use exceptions::EXCEPTIONS;

use crate::heap::Ref;
use crate::objects::Class;
use crate::value::Value;

macro_rules! types {
    ($($field:ident: $name:literal, $base:ident, $layout:ident, $flags:expr, $defs:expr;)*) => {
        /// The builtin classes that native code refers to; one set a thread.
        pub struct Types {
            $(pub $field: Ref<Class>,)*
            pub empty_tuple: Value,
            pub exceptions: exceptions::Exceptions,
        }

        impl Types {
            fn create(make: &mut bootstrap::Maker) -> Types {
                $(let $field = make.class($name, Kind::$layout, $flags);)*
                let exceptions = exceptions::Exceptions::create(make);
                let mut types = Types { $($field,)* empty_tuple: Value::NONE, exceptions };
                make.finish(&types.r#type);
                types.empty_tuple = crate::objects::Tuple::with_class(&types.tuple, Vec::new()).into_value();
                types
            }

            fn fill(&self) {
                $(bootstrap::set_base(&self.$field, &self.$base);)*
                $(add_defs(&self.$field, $defs);)*
            }
        }
    };
}

use crate::heap::Kind;
use crate::objects::class_flags::{FINAL, HAS_ATTRS, HAS_GETATTR, MAPPING_PATTERN, METACLASS, SEQUENCE_PATTERN};

types! {
    object: "object", object, Instance, 0, object::DEFS;
    r#type: "type", object, Class, METACLASS, r#type::DEFS;
    str: "str", object, Str, 0, str::DEFS;
    tuple: "tuple", object, Tuple, SEQUENCE_PATTERN, tuple::DEFS;
    int: "int", object, BigInt, 0, int::DEFS;
    bool: "bool", int, BigInt, FINAL, bool::DEFS;
    float: "float", object, Float, 0, float::DEFS;
    complex: "complex", object, Complex, 0, complex::DEFS;
    bytes: "bytes", object, Bytes, 0, bytes::DEFS;
    bytearray: "bytearray", object, ByteArray, 0, bytearray::DEFS;
    list: "list", object, List, SEQUENCE_PATTERN, list::DEFS;
    dict: "dict", object, Dict, MAPPING_PATTERN, dict::DEFS;
    set: "set", object, Set, 0, set::DEFS;
    frozenset: "frozenset", object, FrozenSet, 0, frozenset::DEFS;
    range: "range", object, Range, FINAL | SEQUENCE_PATTERN, range::DEFS;
    slice: "slice", object, Slice, FINAL, slice::DEFS;
    none: "NoneType", object, Instance, FINAL, none::DEFS;
    ellipsis: "ellipsis", object, Instance, FINAL, none::ELLIPSIS_DEFS;
    not_implemented: "NotImplementedType", object, Instance, FINAL, none::NOT_IMPLEMENTED_DEFS;
    function: "function", object, Function, FINAL, function::DEFS;
    builtin_function: "builtin_function_or_method", object, Native, FINAL, native::DEFS;
    method_descriptor: "method_descriptor", object, Native, FINAL, native::DESCRIPTOR_DEFS;
    classmethod_descriptor: "classmethod_descriptor", object, Native, FINAL, native::DESCRIPTOR_DEFS;
    slot_wrapper: "wrapper_descriptor", object, Native, FINAL, native::DESCRIPTOR_DEFS;
    method_wrapper: "method-wrapper", object, Native, FINAL, native::DEFS;
    method: "method", object, BoundMethod, FINAL, method::DEFS;
    cell: "cell", object, Cell, FINAL, cell::DEFS;
    code: "code", object, Code, FINAL, code::DEFS;
    module: "module", object, Module, 0, module::DEFS;
    generator: "generator", object, Generator, FINAL, generator::DEFS;
    coroutine: "coroutine", object, Generator, FINAL, generator::COROUTINE_DEFS;
    async_generator: "async_generator", object, Generator, FINAL, generator::ASYNC_DEFS;
    async_generator_asend: "async_generator_asend", object, AsyncGenOp, FINAL, generator::OP_DEFS;
    async_generator_athrow: "async_generator_athrow", object, AsyncGenOp, FINAL, generator::OP_DEFS;
    coroutine_wrapper: "coroutine_wrapper", object, CoroutineWrapper, FINAL, generator::WRAPPER_DEFS;
    traceback: "traceback", object, Traceback, FINAL, traceback::DEFS;
    frame: "frame", object, Frame, FINAL, traceback::FRAME_DEFS;
    property: "property", object, Property, 0, descriptor::PROPERTY_DEFS;
    classmethod: "classmethod", object, ClassMethod, HAS_ATTRS, descriptor::CLASSMETHOD_DEFS;
    staticmethod: "staticmethod", object, StaticMethod, HAS_ATTRS, descriptor::STATICMETHOD_DEFS;
    getset: "getset_descriptor", object, GetSet, FINAL, descriptor::GETSET_DEFS;
    member: "member_descriptor", object, GetSet, FINAL, descriptor::GETSET_DEFS;
    super_: "super", object, Super, 0, descriptor::SUPER_DEFS;
    mappingproxy: "mappingproxy", object, MappingProxy, FINAL | MAPPING_PATTERN, proxy::DEFS;
    generic_alias: "types.GenericAlias", object, GenericAlias, HAS_GETATTR, alias::DEFS;
    union_type: "types.UnionType", object, GenericAlias, FINAL, alias::UNION_DEFS;
    weakref: "weakref.ReferenceType", object, WeakRef, 0, weakref::DEFS;
    list_iterator: "list_iterator", object, SeqIter, FINAL, iter::SEQ_DEFS;
    list_reverseiterator: "list_reverseiterator", object, SeqIter, FINAL, iter::SEQ_DEFS;
    tuple_iterator: "tuple_iterator", object, SeqIter, FINAL, iter::SEQ_DEFS;
    str_iterator: "str_iterator", object, SeqIter, FINAL, iter::SEQ_DEFS;
    str_ascii_iterator: "str_ascii_iterator", object, SeqIter, FINAL, iter::SEQ_DEFS;
    bytes_iterator: "bytes_iterator", object, SeqIter, FINAL, iter::SEQ_DEFS;
    bytearray_iterator: "bytearray_iterator", object, SeqIter, FINAL, iter::SEQ_DEFS;
    iterator: "iterator", object, SeqIter, FINAL, iter::SEQ_DEFS;
    reversed: "reversed", object, SeqIter, 0, iter::REVERSED_DEFS;
    range_iterator: "range_iterator", object, RangeIter, FINAL, iter::RANGE_DEFS;
    longrange_iterator: "longrange_iterator", object, SeqIter, FINAL, iter::SEQ_DEFS;
    dict_keyiterator: "dict_keyiterator", object, DictIter, FINAL, iter::DICT_DEFS;
    dict_valueiterator: "dict_valueiterator", object, DictIter, FINAL, iter::DICT_DEFS;
    dict_itemiterator: "dict_itemiterator", object, DictIter, FINAL, iter::DICT_DEFS;
    dict_reversekeyiterator: "dict_reversekeyiterator", object, DictIter, FINAL, iter::DICT_DEFS;
    dict_reversevalueiterator: "dict_reversevalueiterator", object, DictIter, FINAL, iter::DICT_DEFS;
    dict_reverseitemiterator: "dict_reverseitemiterator", object, DictIter, FINAL, iter::DICT_DEFS;
    set_iterator: "set_iterator", object, DictIter, FINAL, iter::DICT_DEFS;
    dict_keys: "dict_keys", object, DictView, FINAL, dictview::KEYS_DEFS;
    dict_values: "dict_values", object, DictView, FINAL, dictview::VALUES_DEFS;
    dict_items: "dict_items", object, DictView, FINAL, dictview::ITEMS_DEFS;
    enumerate: "enumerate", object, Enumerate, 0, iter::ENUMERATE_DEFS;
    zip: "zip", object, Zip, 0, iter::ZIP_DEFS;
    map: "map", object, Map, 0, iter::MAP_DEFS;
    filter: "filter", object, Filter, 0, iter::FILTER_DEFS;
    callable_iterator: "callable_iterator", object, CallIter, FINAL, iter::CALL_DEFS;
    continuation: "continuation", object, Continuation, FINAL, &[];
    drain: "drain", object, Drain, FINAL, &[];
    native_state: "native_state", object, Opaque, FINAL, &[];
    simple_namespace: "types.SimpleNamespace", object, Instance, HAS_ATTRS, namespace::DEFS;
}

pub mod alias;
pub mod r#bool;
pub mod bytearray;
pub mod bytes;
pub mod cell;
pub mod code;
pub mod complex;
pub mod descriptor;
pub mod dict;
pub mod dictview;
pub mod float;
pub mod frozenset;
pub mod function;
pub mod generator;
pub mod int;
pub mod iter;
pub mod list;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod namespace;
pub mod native;
pub mod none;
pub mod object;
pub mod proxy;
pub mod range;
pub mod set;
pub mod slice;
pub mod slots;
pub mod str;
pub mod traceback;
pub mod tuple;
pub mod r#type;
pub mod weakref;
