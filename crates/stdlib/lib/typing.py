"""Names for annotations. They can be subscripted and combined; nothing is
checked when a program runs, except protocols marked @runtime_checkable.
"""

import sys
from _typing import (
    NoDefault, ParamSpec, ParamSpecArgs, ParamSpecKwargs, TypeAliasType,
    TypeVar, TypeVarTuple, _Operand)

TYPE_CHECKING = False


def _text(obj):
    if obj is Ellipsis:
        return "..."
    if isinstance(obj, type) and not hasattr(obj, "__origin__"):
        if obj.__module__ == "builtins":
            return obj.__qualname__
        return f"{obj.__module__}.{obj.__qualname__}"
    if isinstance(obj, (list, tuple)):
        return f"[{', '.join(map(_text, obj))}]"
    return repr(obj)


def _flatten(items):
    """Yield the arguments, those of lists too."""
    for item in items:
        if isinstance(item, (list, tuple)):
            yield from _flatten(item)
        else:
            yield item


def _parameters(args):
    """Return the type variables in arguments, each once."""
    found = {}
    for arg in _flatten(args):
        if isinstance(arg, TypeVar):
            found[arg] = None
        else:
            found.update(dict.fromkeys(getattr(arg, "__parameters__", ())
                                       if not isinstance(arg, type) else ()))
    return tuple(found)


class _Alias(_Operand):
    """A name with arguments: List[int]."""

    def __init__(self, origin, args, name):
        self.__origin__ = origin
        self.__args__ = args
        self._name = name
        self.__parameters__ = _parameters(args)

    def __getitem__(self, args):
        if not isinstance(args, tuple):
            args = (args,)
        if not self.__parameters__:
            raise TypeError(f"{self!r} is not a generic class")
        values = dict(zip(self.__parameters__, args))
        return self._copy_with(tuple(
            values.get(arg, arg) if isinstance(arg, TypeVar)
            else _substitute(arg, values) for arg in self.__args__))

    def _copy_with(self, args):
        if self.__origin__ is Union:
            return Union[args]
        return type(self)(self.__origin__, args, self._name)

    def __call__(self, *args, **kwargs):
        result = self.__origin__(*args, **kwargs)
        try:
            result.__orig_class__ = self
        except (AttributeError, TypeError):
            pass  # its class allows no further attributes
        return result

    def __getattr__(self, name):
        if name[:2] == "__" and name[-2:] == "__":
            raise AttributeError(name)
        return getattr(self.__origin__, name)

    def __mro_entries__(self, bases):
        if self.__origin__ is Generic:
            return (Generic,)
        extra = ()
        if self.__parameters__ and Generic not in bases \
                and not issubclass(self.__origin__, Generic):
            extra = (Generic,)
        if self.__origin__ in bases:
            return extra
        return (self.__origin__, *extra)

    def __repr__(self):
        if self.__origin__ is Union and len(self.__args__) == 2 \
                and type(None) in self.__args__:
            other = next(arg for arg in self.__args__
                         if arg is not type(None))
            return f"typing.Optional[{_text(other)}]"
        if self._name == "typing.Callable":
            *params, result = self.__args__
            listed = "..." if params == [Ellipsis] else \
                f"[{', '.join(map(_text, params))}]"
            return f"{self._name}[{listed}, {_text(result)}]"
        if self.__origin__ is Literal:
            return f"{self._name}[{', '.join(map(repr, self.__args__))}]"
        texts = [*map(_text, self.__args__),
                 *map(repr, getattr(self, "__metadata__", ()))]
        return f"{self._name}[{', '.join(texts)}]"

    def __eq__(self, other):
        if not isinstance(other, _Alias):
            return NotImplemented
        if self.__origin__ is not other.__origin__:
            return False
        if self.__origin__ is Union:
            return set(self.__args__) == set(other.__args__)
        return self.__args__ == other.__args__

    def __hash__(self):
        if self.__origin__ is Union:
            return hash((Union, frozenset(self.__args__)))
        return hash((self.__origin__, self.__args__))

    def __instancecheck__(self, obj):
        if self.__origin__ is Union:
            return isinstance(obj, self.__args__)
        raise TypeError("Subscripted generics cannot be used with class and "
                        "instance checks")

    def __subclasscheck__(self, cls):
        if self.__origin__ is Union:
            return issubclass(cls, self.__args__)
        raise TypeError("Subscripted generics cannot be used with class and "
                        "instance checks")


def _substitute(arg, values):
    if isinstance(arg, _Alias) and arg.__parameters__:
        return arg[tuple(values.get(p, p) for p in arg.__parameters__)]
    return arg


class _Special(_Operand):
    """A name with a meaning of its own: Optional, ClassVar, NoReturn."""

    def __init__(self, name, convert=None):
        self._name = name
        self._convert = convert

    def __getitem__(self, args):
        if self._convert is None:
            raise TypeError(f"{self!r} is not subscriptable")
        return self._convert(self, args)

    def __call__(self, *args, **kwds):
        raise TypeError(f"Cannot instantiate {self!r}")

    def __mro_entries__(self, bases):
        raise TypeError(f"Cannot subclass {self!r}")

    def __repr__(self):
        return f"typing.{self._name}"

    def __reduce__(self):
        return self._name


def _as_type(arg):
    return type(None) if arg is None else arg


def _keep(special, args):
    args = args if isinstance(args, tuple) else (args,)
    return _Alias(special, tuple(map(_as_type, args)), repr(special))


def _keep_values(special, args):
    args = args if isinstance(args, tuple) else (args,)
    unique = {(type(arg), arg): arg for arg in args}
    return _Alias(special, tuple(unique.values()), repr(special))


def _union(special, args):
    if args == ():
        raise TypeError("Cannot take a Union of no types.")
    args = args if isinstance(args, tuple) else (args,)
    members = {}
    for arg in map(_as_type, args):
        nested = getattr(arg, "__origin__", None) is Union or \
            type(arg).__name__ == "UnionType"
        members.update(dict.fromkeys(arg.__args__ if nested else (arg,)))
    if len(members) == 1:
        return next(iter(members))
    return _Alias(Union, tuple(members), "typing.Union")


def _annotated(special, args):
    if not isinstance(args, tuple) or len(args) < 2:
        raise TypeError("Annotated[...] should be used with at least two "
                        "arguments (a type and an annotation).")
    alias = _Alias(args[0], (args[0],), "typing.Annotated")
    alias.__metadata__ = args[1:]
    return alias


class _AnyMeta(type):
    def __instancecheck__(self, obj):
        if self is Any:
            raise TypeError("typing.Any cannot be used with isinstance()")
        return super().__instancecheck__(obj)

    def __repr__(self):
        return "typing.Any" if self is Any else super().__repr__()


class Any(metaclass=_AnyMeta):
    """Any type at all."""

    def __new__(cls, *args, **kwargs):
        if cls is Any:
            raise TypeError("Any cannot be instantiated")
        return super().__new__(cls)


Union = _Special("Union", _union)
Optional = _Special("Optional", lambda special, arg: Union[arg, None])
Literal = _Special("Literal", _keep_values)
Annotated = _Special("Annotated", _annotated)
for _name in ("ClassVar Final Concatenate TypeGuard TypeIs Unpack Required "
              "NotRequired ReadOnly").split():
    globals()[_name] = _Special(_name, _keep)
for _name in "NoReturn Never Self LiteralString TypeAlias".split():
    globals()[_name] = _Special(_name)


class _Container(_Special):
    """A name for a class that can be subscripted: List, Iterable."""

    def __init__(self, name, origin):
        super().__init__(name)
        self.__origin__ = origin

    def __getitem__(self, args):
        args = args if isinstance(args, tuple) else (args,)
        if self._name == "Callable":
            params, result = args
            args = (*(params if isinstance(params, list) else [params]),
                    result)
        return _Alias(self.__origin__, tuple(map(_as_type, args)),
                      repr(self))

    def __call__(self, *args, **kwargs):
        return self.__origin__(*args, **kwargs)

    def __mro_entries__(self, bases):
        return (self.__origin__,)

    def __instancecheck__(self, obj):
        return isinstance(obj, self.__origin__)

    def __subclasscheck__(self, cls):
        return issubclass(cls, self.__origin__)


List = _Container("List", list)
Dict = _Container("Dict", dict)
Set = _Container("Set", set)
FrozenSet = _Container("FrozenSet", frozenset)
Tuple = _Container("Tuple", tuple)
Type = _Container("Type", type)
Text = str

# Name here -> (module, name there); loaded when asked for.
_LAZY = {name: ("collections.abc", name) for name in (
    "Hashable Awaitable Coroutine AsyncIterable AsyncIterator "
    "AsyncGenerator Iterable Iterator Reversible Sized Container Collection "
    "Callable Mapping MutableMapping Sequence MutableSequence MutableSet "
    "Generator KeysView ItemsView ValuesView MappingView").split()}
_LAZY.update(
    AbstractSet=("collections.abc", "Set"),
    Deque=("collections", "deque"),
    DefaultDict=("collections", "defaultdict"),
    OrderedDict=("collections", "OrderedDict"),
    Counter=("collections", "Counter"),
    ChainMap=("collections", "ChainMap"),
    Pattern=("re", "Pattern"),
    Match=("re", "Match"),
    ContextManager=("contextlib", "AbstractContextManager"),
    AsyncContextManager=("contextlib", "AbstractAsyncContextManager"))


def __getattr__(name):
    if name not in _LAZY:
        raise AttributeError(f"module 'typing' has no attribute {name!r}")
    import importlib
    module, attribute = _LAZY[name]
    origin = getattr(importlib.import_module(module), attribute)
    value = globals()[name] = _Container(name, origin)
    return value


AnyStr = TypeVar("AnyStr", bytes, str)
# Free for use by annotations, but not exported.
T = TypeVar("T")
KT = TypeVar("KT")
VT = TypeVar("VT")
T_co = TypeVar("T_co", covariant=True)
V_co = TypeVar("V_co", covariant=True)
VT_co = TypeVar("VT_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)
CT_co = TypeVar("CT_co", covariant=True, bound=type)


class Generic:
    """A base of classes with type parameters."""

    __slots__ = ()
    __parameters__ = ()

    def __class_getitem__(cls, args):
        args = args if isinstance(args, tuple) else (args,)
        if cls not in (Generic, Protocol) and not cls.__parameters__:
            raise TypeError(f"{cls} is not a generic class")
        name = (f"typing.{cls.__name__}" if cls.__module__ == "typing"
                else f"{cls.__module__}.{cls.__qualname__}")
        return _Alias(cls, tuple(map(_as_type, args)), name)

    def __init_subclass__(cls, *args, **kwargs):
        super().__init_subclass__(*args, **kwargs)
        bases = cls.__dict__.get("__orig_bases__", ())
        params = {}
        for base in bases:
            params.update(dict.fromkeys(
                getattr(base, "__parameters__", ())
                if isinstance(base, _Alias) else ()))
        cls.__parameters__ = tuple(params)


class _ProtocolMeta(type):
    """Lets isinstance() look for the members of a protocol."""

    def __instancecheck__(cls, instance):
        if type.__instancecheck__(cls, instance):
            return True
        if not cls.__dict__.get("_is_protocol"):
            return False
        _check_runtime(cls)
        return all(hasattr(instance, name) for name in _members_of(cls))

    def __subclasscheck__(cls, other):
        if type.__subclasscheck__(cls, other):
            return True
        if not cls.__dict__.get("_is_protocol"):
            return False
        _check_runtime(cls)
        return all(hasattr(other, name) for name in _members_of(cls))


def _check_runtime(cls):
    if not getattr(cls, "_is_runtime_protocol", False):
        raise TypeError("Instance and class checks can only be used with "
                        "@runtime_checkable protocols")


_NO_MEMBERS = frozenset({
    "__abstractmethods__", "__annotations__", "__dict__", "__doc__",
    "__init__", "__module__", "__new__", "__slots__", "__subclasshook__",
    "__weakref__", "__parameters__", "__orig_bases__", "__qualname__",
    "__firstlineno__", "__static_attributes__", "_is_protocol",
    "_is_runtime_protocol", "__class_getitem__", "__init_subclass__",
})


def _members_of(cls):
    names = set()
    for base in cls.__mro__:
        if base.__dict__.get("_is_protocol") and base is not Protocol:
            names |= base.__dict__.keys() - _NO_MEMBERS
            names |= base.__dict__.get("__annotations__", {}).keys()
    return names


class Protocol(Generic, metaclass=_ProtocolMeta):
    """A base of classes that describe what an object must have."""

    __slots__ = ()
    _is_protocol = True

    def __init_subclass__(cls, *args, **kwargs):
        super().__init_subclass__(*args, **kwargs)
        if "_is_protocol" not in cls.__dict__:
            cls._is_protocol = Protocol in cls.__bases__


def runtime_checkable(cls):
    """Let isinstance() be used with a protocol."""
    if not getattr(cls, "_is_protocol", False):
        raise TypeError("@runtime_checkable can be only applied to protocol "
                        f"classes, got {cls!r}")
    cls._is_runtime_protocol = True
    return cls


class NewType(_Operand):
    """A name for a type, which is a type of its own to checkers."""

    def __init__(self, name, tp):
        self.__name__ = self.__qualname__ = name
        self.__supertype__ = tp
        self.__module__ = sys._getframe(1).f_globals.get("__name__")

    def __call__(self, x, /):
        return x

    def __repr__(self):
        return f"{self.__module__}.{self.__qualname__}"


class _NamedTupleMeta(type):
    def __new__(meta, name, bases, body):
        if not bases:
            return super().__new__(meta, name, bases, body)
        from collections import namedtuple
        types = body.get("__annotations__", {})
        defaults = []
        for field in types:
            if field in body:
                defaults.append(body[field])
            elif defaults:
                raise TypeError(f"Non-default namedtuple field {field} "
                                "cannot follow default field"
                                f"{'s' if len(defaults) > 1 else ''} "
                                + ", ".join(f for f in types if f in body))
        result = namedtuple(name, list(types), defaults=defaults,
                            module=body.get("__module__"))
        result.__annotations__ = dict(types)
        for key, value in body.items():
            if key in ("__new__", "__init__", "__slots__", "_fields",
                       "_make", "_replace", "_asdict"):
                raise AttributeError("Cannot overwrite NamedTuple attribute "
                                     f"{key}")
            if key not in types and key not in ("__annotations__",
                                                "__module__"):
                setattr(result, key, value)
        return result


class NamedTuple(metaclass=_NamedTupleMeta):
    """A base that makes a named tuple of the annotations."""

    def __new__(cls, typename, fields=()):
        from collections import namedtuple
        fields = list(fields)
        result = namedtuple(typename, [name for name, _ in fields],
                            module=sys._getframe(1).f_globals["__name__"])
        result.__annotations__ = dict(fields)
        return result


class _TypedDictMeta(type):
    def __new__(meta, name, bases, body, total=True):
        if bases:
            annotations = {}
            for base in bases:
                annotations.update(getattr(base, "__annotations__", {}))
            annotations.update(body.get("__annotations__", {}))
            body = dict(body, __annotations__=annotations, __total__=total)
            bases = (dict,)
        return super().__new__(meta, name, bases, body)

    def __call__(cls, *args, **kwargs):
        if cls is TypedDict:
            name, fields = args
            return _TypedDictMeta(name, (dict,),
                                  {"__annotations__": dict(fields)}, **kwargs)
        return dict(*args, **kwargs)

    def __instancecheck__(cls, instance):
        raise TypeError("TypedDict does not support instance and class "
                        "checks")


class TypedDict(metaclass=_TypedDictMeta):
    """A base of classes that describe dicts."""


# Functions.


def cast(typ, val):
    """Return the value; only checkers see the type."""
    return val


def assert_type(val, typ, /):
    return val


def reveal_type(obj, /):
    print(f"Runtime type is {type(obj).__name__!r}", file=sys.stderr)
    return obj


def assert_never(arg, /):
    text = repr(arg)
    if len(text) > 100:
        text = text[:100] + "..."
    raise AssertionError("Expected code to be unreachable, but got: "
                         f"{text}")


def final(f):
    """Mark a class or method as final."""
    try:
        f.__final__ = True
    except (AttributeError, TypeError):
        pass
    return f


def override(method, /):
    """Mark a method as overriding another."""
    try:
        method.__override__ = True
    except (AttributeError, TypeError):
        pass
    return method


def no_type_check(arg):
    arg.__no_type_check__ = True
    return arg


_overloads = {}


def _not_implemented_overload(*args, **kwds):
    raise NotImplementedError(
        "You should not call an overloaded function. A series of "
        "@overload-decorated functions outside a stub module should always "
        "be followed by an implementation that is not @overload-ed.")


def overload(func):
    """Note one signature of a function that has several."""
    target = getattr(func, "__func__", func)
    key = (target.__module__, target.__qualname__)
    by_line = _overloads.setdefault(key, {})
    by_line[target.__code__.co_firstlineno] = func
    return _not_implemented_overload


def get_overloads(func):
    """Return the overloads of a function."""
    func = getattr(func, "__func__", func)
    return list(_overloads.get((func.__module__, func.__qualname__),
                               {}).values())


def clear_overloads():
    _overloads.clear()


def dataclass_transform(**kwargs):
    def decorator(cls_or_fn):
        cls_or_fn.__dataclass_transform__ = kwargs
        return cls_or_fn

    return decorator


def get_origin(tp):
    """Return what is subscripted: list for List[int]."""
    if hasattr(tp, "__metadata__"):
        return Annotated
    if isinstance(tp, _Special) and not isinstance(tp, _Container):
        return None
    if tp is Generic:
        return Generic
    if type(tp).__name__ == "UnionType":
        return type(tp)
    return getattr(tp, "__origin__", None)


def get_args(tp):
    """Return the arguments: (int,) for List[int]."""
    if hasattr(tp, "__metadata__"):
        return (tp.__origin__, *tp.__metadata__)
    args = getattr(tp, "__args__", ())
    if args and getattr(tp, "_name", None) == "typing.Callable" \
            and args[0] is not Ellipsis:
        return list(args[:-1]), args[-1]
    return args


def is_typeddict(tp):
    return isinstance(tp, _TypedDictMeta) and tp is not TypedDict


def get_type_hints(obj, globalns=None, localns=None, include_extras=False):
    """Return the annotations, with texts evaluated."""
    if isinstance(obj, type):
        hints = {}
        for base in reversed(obj.__mro__):
            scope = globalns
            if scope is None:
                module = sys.modules.get(base.__module__)
                scope = getattr(module, "__dict__", {})
            own = base.__dict__.get("__annotations__", {})
            for name, value in own.items():
                hints[name] = _evaluated(value, scope,
                                         localns or dict(vars(base)))
        return hints
    if globalns is None:
        target = obj
        while hasattr(target, "__wrapped__"):
            target = target.__wrapped__
        globalns = getattr(target, "__globals__", None)
        if globalns is None:
            globalns = getattr(target, "__dict__", {})
    hints = getattr(obj, "__annotations__", None)
    if hints is None:
        raise TypeError(f"{obj!r} is not a module, class, method, or "
                        "function.")
    return {name: _evaluated(value, globalns, localns)
            for name, value in hints.items()}


def _evaluated(value, globalns, localns):
    if isinstance(value, ForwardRef):
        value = value.__forward_arg__
    if isinstance(value, str):
        value = eval(value, globalns, localns)
    return _as_type(value)


class ForwardRef:
    """An annotation that is text."""

    def __init__(self, arg):
        if not isinstance(arg, str):
            raise TypeError("Forward reference must be a string -- got "
                            f"{arg!r}")
        self.__forward_arg__ = arg

    def __eq__(self, other):
        if not isinstance(other, ForwardRef):
            return NotImplemented
        return self.__forward_arg__ == other.__forward_arg__

    def __hash__(self):
        return hash(self.__forward_arg__)

    def __repr__(self):
        return f"ForwardRef({self.__forward_arg__!r})"


def _supports(name, method):
    def unimplemented(self):
        raise NotImplementedError

    unimplemented.__name__ = method
    return runtime_checkable(_ProtocolMeta(
        name, (Protocol,), {method: unimplemented, "__module__": "typing"}))


SupportsInt = _supports("SupportsInt", "__int__")
SupportsFloat = _supports("SupportsFloat", "__float__")
SupportsComplex = _supports("SupportsComplex", "__complex__")
SupportsBytes = _supports("SupportsBytes", "__bytes__")
SupportsIndex = _supports("SupportsIndex", "__index__")
SupportsAbs = _supports("SupportsAbs", "__abs__")
SupportsRound = _supports("SupportsRound", "__round__")

del _name
__all__ = [name for name in globals()
           if name[:1] != "_" and name not in (
               "sys", "T", "KT", "VT", "T_co", "V_co", "VT_co", "T_contra",
               "CT_co")] + list(_LAZY)
