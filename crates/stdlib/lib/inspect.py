"""Looking at live objects."""

import sys
import types
from types import (AsyncGeneratorType, BuiltinFunctionType, CodeType,
                   CoroutineType, FrameType, FunctionType, GeneratorType,
                   GetSetDescriptorType, MemberDescriptorType,
                   MethodDescriptorType, MethodType, MethodWrapperType,
                   ModuleType, TracebackType, WrapperDescriptorType)

CO_OPTIMIZED = 0x1
CO_NEWLOCALS = 0x2
CO_VARARGS = 0x4
CO_VARKEYWORDS = 0x8
CO_NESTED = 0x10
CO_GENERATOR = 0x20
CO_NOFREE = 0x40
CO_COROUTINE = 0x80
CO_ITERABLE_COROUTINE = 0x100
CO_ASYNC_GENERATOR = 0x200

# What kind of object it is.


def ismodule(object):
    return isinstance(object, ModuleType)


def isclass(object):
    return isinstance(object, type)


def ismethod(object):
    return isinstance(object, MethodType)


def isfunction(object):
    return isinstance(object, FunctionType)


def isbuiltin(object):
    return isinstance(object, BuiltinFunctionType)


def iscode(object):
    return isinstance(object, CodeType)


def isframe(object):
    return isinstance(object, FrameType)


def istraceback(object):
    return isinstance(object, TracebackType)


def isgenerator(object):
    return isinstance(object, GeneratorType)


def iscoroutine(object):
    return isinstance(object, CoroutineType)


def isasyncgen(object):
    return isinstance(object, AsyncGeneratorType)


def ismethodwrapper(object):
    return isinstance(object, MethodWrapperType)


def isgetsetdescriptor(object):
    return isinstance(object, GetSetDescriptorType)


def ismemberdescriptor(object):
    return isinstance(object, MemberDescriptorType)


def isroutine(object):
    """Tell if it is a function or method of any kind."""
    return isinstance(object, (
        BuiltinFunctionType, FunctionType, MethodType, MethodDescriptorType,
        MethodWrapperType, WrapperDescriptorType,
        types.ClassMethodDescriptorType))


def ismethoddescriptor(object):
    if isclass(object) or ismethod(object) or isfunction(object):
        return False
    cls = type(object)
    return (hasattr(cls, "__get__") and not hasattr(cls, "__set__")
            and not hasattr(cls, "__delete__"))


def isdatadescriptor(object):
    if isclass(object) or ismethod(object) or isfunction(object):
        return False
    cls = type(object)
    return hasattr(cls, "__set__") or hasattr(cls, "__delete__")


def isabstract(object):
    """Tell if it is a class with methods a subclass must bring."""
    return isinstance(object, type) and bool(
        getattr(object, "__abstractmethods__", None))


def isawaitable(object):
    """Tell if it can be awaited."""
    if isinstance(object, CoroutineType):
        return True
    if isinstance(object, GeneratorType):
        return bool(object.gi_code.co_flags & CO_ITERABLE_COROUTINE)
    return hasattr(type(object), "__await__")


def _plain_function(obj):
    """Return the function in methods, partials and wrappers of methods."""
    while True:
        if ismethod(obj):
            obj = obj.__func__
            continue
        functools = sys.modules.get("functools")
        if functools is None:
            return obj
        if isinstance(obj, functools.partial):
            obj = obj.func
            continue
        partial_method = getattr(obj, "__partialmethod__", None)
        if isinstance(obj, functools.partialmethod):
            obj = obj.func
        elif isinstance(partial_method, functools.partialmethod):
            obj = partial_method.func
        else:
            return obj


def _has_flag(obj, flag):
    obj = _plain_function(obj)
    if not isfunction(obj):
        code = getattr(obj, "__code__", None)
        if not (callable(obj) and isinstance(code, CodeType)):
            return False
    return bool(obj.__code__.co_flags & flag)


def isgeneratorfunction(obj):
    """Tell if calling it makes a generator."""
    return _has_flag(obj, CO_GENERATOR)


def isasyncgenfunction(obj):
    """Tell if calling it makes an asynchronous generator."""
    return _has_flag(obj, CO_ASYNC_GENERATOR)


_coroutine_mark = object()


def markcoroutinefunction(func):
    """Let iscoroutinefunction() answer True for a function."""
    if hasattr(func, "__func__"):
        func = func.__func__
    func._is_coroutine_mark = _coroutine_mark
    return func


def iscoroutinefunction(obj):
    """Tell if calling it makes a coroutine."""
    if _has_flag(obj, CO_COROUTINE):
        return True
    obj = _plain_function(obj)
    if getattr(obj, "_is_coroutine_mark", None) is _coroutine_mark:
        return True
    return not isclass(obj) and getattr(
        getattr(obj, "__call__", None), "_is_coroutine_mark",
        None) is _coroutine_mark


# States of suspended objects.

GEN_CREATED = "GEN_CREATED"
GEN_RUNNING = "GEN_RUNNING"
GEN_SUSPENDED = "GEN_SUSPENDED"
GEN_CLOSED = "GEN_CLOSED"
CORO_CREATED = "CORO_CREATED"
CORO_RUNNING = "CORO_RUNNING"
CORO_SUSPENDED = "CORO_SUSPENDED"
CORO_CLOSED = "CORO_CLOSED"
AGEN_CREATED = "AGEN_CREATED"
AGEN_RUNNING = "AGEN_RUNNING"
AGEN_SUSPENDED = "AGEN_SUSPENDED"
AGEN_CLOSED = "AGEN_CLOSED"


def _state(obj, kind, prefix):
    if getattr(obj, f"{kind}_running"):
        return f"{prefix}_RUNNING"
    if getattr(obj, f"{kind}_suspended"):
        return f"{prefix}_SUSPENDED"
    if getattr(obj, f"{kind}_frame") is None:
        return f"{prefix}_CLOSED"
    return f"{prefix}_CREATED"


def getgeneratorstate(generator):
    """Return GEN_CREATED, GEN_RUNNING, GEN_SUSPENDED or GEN_CLOSED."""
    return _state(generator, "gi", "GEN")


def getcoroutinestate(coroutine):
    """Return CORO_CREATED, CORO_RUNNING, CORO_SUSPENDED or CORO_CLOSED."""
    return _state(coroutine, "cr", "CORO")


def getasyncgenstate(agen):
    """Return AGEN_CREATED, AGEN_RUNNING, AGEN_SUSPENDED or AGEN_CLOSED."""
    return _state(agen, "ag", "AGEN")


def _locals(frame):
    return {} if frame is None else frame.f_locals


def getgeneratorlocals(generator):
    """Return the local variables of a generator."""
    if not isgenerator(generator):
        raise TypeError(f"{generator!r} is not a Python generator")
    return _locals(generator.gi_frame)


def getcoroutinelocals(coroutine):
    """Return the local variables of a coroutine."""
    return _locals(getattr(coroutine, "cr_frame", None))


def getasyncgenlocals(agen):
    """Return the local variables of an asynchronous generator."""
    if not isasyncgen(agen):
        raise TypeError(f"{agen!r} is not a Python async generator")
    return _locals(agen.ag_frame)


# Members and documentation.


def getmembers(object, predicate=None):
    """Return the (name, value) pairs of an object, by name."""
    names = sorted(set(dir(object)))
    if isclass(object):
        for base in object.__bases__:
            for name, value in base.__dict__.items():
                if isinstance(value, types.DynamicClassAttribute) \
                        and name not in names:
                    names.append(name)
    members = []
    for name in names:
        try:
            value = getattr(object, name)
        except AttributeError:
            for base in getattr(object, "__mro__", ()):
                if name in base.__dict__:
                    value = base.__dict__[name]
                    break
            else:
                continue
        if predicate is None or predicate(value):
            members.append((name, value))
    members.sort(key=lambda member: member[0])
    return members


def getmro(cls):
    """Return the classes attributes are looked up in."""
    return cls.__mro__


def unwrap(func, *, stop=None):
    """Return what __wrapped__ leads to."""
    seen = {id(func)}
    first = func
    while not isclass(func) and hasattr(func, "__wrapped__"):
        if stop is not None and stop(func):
            break
        func = func.__wrapped__
        if id(func) in seen:
            raise ValueError("wrapper loop when unwrapping "
                             f"{first!r}")
        seen.add(id(func))
    return func


def cleandoc(doc):
    """Remove the indentation of a docstring."""
    lines = doc.expandtabs().split("\n")
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines[1:]
                  if line.lstrip(" ")), default=None)
    lines[0] = lines[0].lstrip(" ")
    if margin is not None:
        lines[1:] = [line[margin:] for line in lines[1:]]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return "\n".join(lines)


def getdoc(object):
    """Return the documentation of an object, maybe an inherited one."""
    doc = getattr(object, "__doc__", None)
    if doc is None:
        doc = _inherited_doc(object)
    return cleandoc(doc) if isinstance(doc, str) else None


def _inherited_doc(object):
    if isclass(object):
        for base in object.__mro__[1:]:
            if base.__module__ != "builtins" and base.__doc__ is not None:
                return base.__doc__
        return None
    name = getattr(object, "__name__", None)
    owner = getattr(object, "__self__", None)
    if name is None or owner is None:
        return None
    cls = owner if isclass(owner) else type(owner)
    for base in cls.__mro__:
        doc = getattr(base.__dict__.get(name), "__doc__", None)
        if doc is not None:
            return doc
    return None


def getmodulename(path):
    """Return the module a file name stands for, or None."""
    filename = path.rpartition("/")[2]
    return filename[:-3] if filename.endswith(".py") else None


def getmodule(object, _filename=None):
    """Return the module an object is defined in, or None."""
    if ismodule(object):
        return object
    return sys.modules.get(getattr(object, "__module__", None))


def getfile(object):
    """Return the file an object is defined in."""
    if ismodule(object):
        if getattr(object, "__file__", None):
            return object.__file__
        raise TypeError(f"{object!r} is a built-in module")
    if isclass(object):
        module = sys.modules.get(object.__module__)
        if getattr(module, "__file__", None):
            return module.__file__
        raise TypeError(f"{object!r} is a built-in class")
    if ismethod(object):
        object = object.__func__
    if isfunction(object):
        object = object.__code__
    if istraceback(object):
        object = object.tb_frame
    if isframe(object):
        object = object.f_code
    if iscode(object):
        return object.co_filename
    raise TypeError("module, class, method, function, traceback, frame, or "
                    "code object was expected, got "
                    f"{type(object).__name__}")


getsourcefile = getfile


def currentframe():
    """Return the frame of the caller."""
    return sys._getframe(1)


def signature(obj, *, follow_wrapped=True, **kwargs):
    """Return the Signature of a callable."""
    from _signature import signature_of
    return signature_of(obj, follow_wrapped)


_INSPECTION = {"Attribute", "ClosureVars", "FullArgSpec", "get_annotations",
               "classify_class_attrs", "getattr_static", "getclosurevars",
               "getfullargspec", "getmembers_static"}


def __getattr__(name):
    if name in ("Signature", "Parameter", "BoundArguments", "_empty"):
        import _signature
        return getattr(_signature, name)
    if name in _INSPECTION:
        import _inspection
        return getattr(_inspection, name)
    raise AttributeError(f"module 'inspect' has no attribute {name!r}")
