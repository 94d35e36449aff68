"""The parts of `inspect` that look into classes, closures and annotations."""

import builtins
import functools
import types
from collections import namedtuple

_MISSING = object()
_class_dict = type.__dict__["__dict__"].__get__
_class_order = type.__dict__["__mro__"].__get__


def _own_in_order(klass, name):
    for entry in _class_order(klass):
        found = _class_dict(entry).get(name, _MISSING)
        if found is not _MISSING:
            return found
    return _MISSING


def _is_dict_slot(value):
    return (type(value) is types.GetSetDescriptorType
            and value.__name__ == "__dict__")


def _instance_dict(obj):
    """Return the attributes of an instance without asking its class."""
    for entry in _class_order(type(obj)):
        found = _class_dict(entry).get("__dict__", _MISSING)
        if found is not _MISSING:
            if _is_dict_slot(found):
                namespace = found.__get__(obj)
                return namespace if isinstance(namespace, dict) else {}
            return {}
    return {}


def _has_method(obj, name):
    return _own_in_order(type(obj), name) is not _MISSING


def getattr_static(obj, attr, default=_MISSING):
    """Return an attribute as it is stored; no descriptor or hook runs."""
    is_class = type in _class_order(type(obj))
    instance = _MISSING
    if is_class:
        klass = obj
        on_class = _own_in_order(klass, attr)
    else:
        klass = type(obj)
        namespace = _instance_dict(obj)
        on_class = _own_in_order(klass, attr)
        instance = dict.get(namespace, attr, _MISSING)
    if instance is not _MISSING and on_class is not _MISSING:
        if _has_method(on_class, "__get__") and (
                _has_method(on_class, "__set__")
                or _has_method(on_class, "__delete__")):
            return on_class
    for found in (instance, on_class):
        if found is not _MISSING:
            return found
    if is_class:
        for entry in _class_order(type(klass)):
            found = _class_dict(entry).get(attr, _MISSING)
            if found is not _MISSING:
                return found
    if default is not _MISSING:
        return default
    raise AttributeError(attr)


def _names_and_values(obj, get):
    names = set(dir(obj))
    try:
        # Attributes that only the class's own __getattr__ knows.
        for base in obj.__bases__:
            names.update(name for name, value in base.__dict__.items()
                         if isinstance(value, types.DynamicClassAttribute))
    except (AttributeError, TypeError):
        pass
    for name in sorted(names):
        try:
            yield name, get(obj, name)
        except AttributeError:
            continue


def getmembers_static(object, predicate=None):
    """Return the sorted members as they are stored, as pairs."""
    pairs = _names_and_values(object, getattr_static)
    return [pair for pair in pairs
            if predicate is None or predicate(pair[1])]


Attribute = namedtuple("Attribute", "name kind defining_class object")


def _kind(stored, value):
    if isinstance(stored, (staticmethod, types.BuiltinMethodType)):
        return "static method"
    if isinstance(stored, (classmethod, types.ClassMethodDescriptorType)):
        return "class method"
    if isinstance(stored, (property, types.DynamicClassAttribute)):
        return "property"
    routine = (types.FunctionType, types.MethodDescriptorType,
               types.WrapperDescriptorType, types.MethodType)
    if isinstance(value, routine) or isinstance(stored, routine):
        return "method"
    return "data"


def classify_class_attrs(cls):
    """Return an Attribute for each name in dir(cls)."""
    order = _class_order(cls)
    metaclasses = [meta for meta in _class_order(type(cls))
                   if meta not in (type, object)]
    names = list(dir(cls))
    for base in order:
        names += [name for name, value in _class_dict(base).items()
                  if isinstance(value, types.DynamicClassAttribute)
                  and value.fget is not None]
    result = []
    for name in sorted(set(names)):
        home, stored, value = None, _MISSING, _MISSING
        if name != "__dict__":
            try:
                value = getattr(cls, name)
            except Exception:
                pass
        for holder in (*order, *metaclasses):
            stored = _class_dict(holder).get(name, _MISSING)
            if stored is not _MISSING:
                home = holder
                break
        if home is None:
            if value is _MISSING:
                continue
            claimed = getattr(value, "__objclass__", None)
            home = claimed if isinstance(claimed, type) else None
            stored = value
            if home is None:
                for holder in metaclasses:
                    # What the metaclass makes up.
                    if hasattr(holder, "__getattr__"):
                        home = holder
                        break
            if home is None:
                continue
        shown = stored if stored is not _MISSING else value
        result.append(Attribute(name, _kind(stored, value), home, shown))
    return result


ClosureVars = namedtuple("ClosureVars", "nonlocals globals builtins unbound")


def getclosurevars(func):
    """Return the names that a function refers to outside of itself."""
    if isinstance(func, types.MethodType):
        func = func.__func__
    if not isinstance(func, types.FunctionType):
        raise TypeError(f"{func!r} is not a Python function")
    code = func.__code__
    nonlocals = {}
    for name, cell in zip(code.co_freevars, func.__closure__ or ()):
        try:
            nonlocals[name] = cell.cell_contents
        except ValueError:
            pass
    namespace = func.__globals__
    outer = namespace.get("__builtins__", builtins.__dict__)
    if isinstance(outer, types.ModuleType):
        outer = outer.__dict__
    global_values, builtin_values, unbound = {}, {}, set()
    for name in code.co_names:
        if name in namespace:
            global_values[name] = namespace[name]
        elif name in outer:
            builtin_values[name] = outer[name]
        else:
            unbound.add(name)
    return ClosureVars(nonlocals, global_values, builtin_values, unbound)


def _annotated(obj):
    """Return the annotations of an object and the names they may use."""
    if isinstance(obj, type):
        import sys
        annotations = obj.__dict__.get("__annotations__")
        if isinstance(annotations, types.GetSetDescriptorType):
            annotations = None
        module = sys.modules.get(getattr(obj, "__module__", None))
        return annotations, getattr(module, "__dict__", None), vars(obj), obj
    if isinstance(obj, types.ModuleType):
        return getattr(obj, "__annotations__", None), obj.__dict__, None, None
    if callable(obj):
        return (getattr(obj, "__annotations__", None),
                getattr(obj, "__globals__", None), None, obj)
    raise TypeError(f"{obj!r} is not a module, class, or callable.")


def get_annotations(obj, *, globals=None, locals=None, eval_str=False):
    """Return a new dict of the annotations; eval_str evaluates strings."""
    annotations, own_globals, own_locals, wrapped = _annotated(obj)
    if annotations is None:
        return {}
    if not isinstance(annotations, dict):
        raise ValueError(
            f"{obj!r}.__annotations__ is neither a dict nor None")
    if not annotations or not eval_str:
        return dict(annotations)
    while wrapped is not None:
        if hasattr(wrapped, "__wrapped__"):
            wrapped = wrapped.__wrapped__
        elif isinstance(wrapped, functools.partial):
            wrapped = wrapped.func
        else:
            own_globals = getattr(wrapped, "__globals__", own_globals)
            break
    if globals is None:
        globals = own_globals
    if locals is None:
        locals = own_locals or {}
    if parameters := getattr(obj, "__type_params__", ()):
        # Parameters come first to hand, unless the class rebinds the name.
        locals = {p.__name__: p for p in parameters} | dict(locals)
    evaluate = builtins.eval
    return {name: evaluate(value, globals, locals)
            if isinstance(value, str) else value
            for name, value in annotations.items()}


FullArgSpec = namedtuple(
    "FullArgSpec", "args varargs varkw defaults kwonlyargs kwonlydefaults "
    "annotations")


def getfullargspec(func):
    """Return the parameters of a callable in the old form."""
    from _signature import Parameter, Signature, signature_of
    if isinstance(func, types.MethodType):
        # The first argument is shown, too.
        func = func.__func__
    elif isinstance(func, type) and isinstance(func.__init__,
                                               types.FunctionType):
        func = func.__init__
    try:
        signature = signature_of(func, False)
    except Exception as error:
        raise TypeError("unsupported callable") from error
    args, kwonly, defaults = [], [], []
    varargs = varkw = None
    kwdefaults, annotations = {}, {}
    for name, parameter in signature.parameters.items():
        kind = parameter.kind
        if kind == Parameter.VAR_POSITIONAL:
            varargs = name
        elif kind == Parameter.VAR_KEYWORD:
            varkw = name
        elif kind == Parameter.KEYWORD_ONLY:
            kwonly.append(name)
            if parameter.default is not Parameter.empty:
                kwdefaults[name] = parameter.default
        else:
            args.append(name)
            if parameter.default is not Parameter.empty:
                defaults.append(parameter.default)
        if parameter.annotation is not Parameter.empty:
            annotations[name] = parameter.annotation
    if signature.return_annotation is not Signature.empty:
        annotations["return"] = signature.return_annotation
    return FullArgSpec(args, varargs, varkw, tuple(defaults) or None, kwonly,
                       kwdefaults or None, annotations)
