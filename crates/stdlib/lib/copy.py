"""Shallow and deep copies."""

__all__ = ["Error", "copy", "deepcopy", "replace"]


class Error(Exception):
    """The object can't be copied."""


error = Error

# Immutable, so their copy is the object itself.
_ATOMIC = frozenset({
    type(None), int, float, bool, complex, bytes, str, type, range,
    type(Ellipsis), type(NotImplemented), type(len), type(lambda: 0),
    property, type((lambda: 0).__code__),
})
_CONTAINERS = frozenset({list, dict, set, bytearray})


def copy(x):
    """Return a shallow copy."""
    cls = type(x)
    if cls in _ATOMIC or cls in (tuple, frozenset, slice):
        return x
    if cls in _CONTAINERS:
        return x.copy()
    if _is_reference(cls):
        return x
    if issubclass(cls, type):
        return x
    copier = getattr(cls, "__copy__", None)
    if copier is not None:
        return copier(x)
    reduced = _reduced(x, cls, "un(shallow)copyable")
    if isinstance(reduced, str):
        return x
    return _reconstruct(x, None, *reduced)


def deepcopy(x, memo=None):
    """Return a copy that shares nothing mutable with the object."""
    cls = type(x)
    if cls in _ATOMIC:
        return x
    if memo is None:
        memo = {}
    key = id(x)
    known = memo.get(key, memo)
    if known is not memo:
        return known
    copier = _DEEP_COPIERS.get(cls)
    if copier is not None:
        y = copier(x, memo)
    elif issubclass(cls, type) or _is_reference(cls):
        y = x
    else:
        copier = getattr(x, "__deepcopy__", None)
        if copier is not None:
            y = copier(memo)
        else:
            reduced = _reduced(x, cls, "un(deep)copyable")
            if isinstance(reduced, str):
                y = x
            else:
                y = _reconstruct(x, memo, *reduced)
    if y is not x:
        memo[key] = y
        _keep_alive(x, memo)
    return y


def _is_reference(cls):
    return cls.__module__ in ("weakref", "_weakref") \
        and cls.__name__ == "ReferenceType"


def _reduced(x, cls, problem):
    """Return what the object says it is made of."""
    import sys
    copyreg = sys.modules.get("copyreg")
    reductor = None if copyreg is None else copyreg.dispatch_table.get(cls)
    if reductor is not None:
        return reductor(x)
    reductor = getattr(x, "__reduce_ex__", None)
    if reductor is not None:
        return reductor(4)
    reductor = getattr(x, "__reduce__", None)
    if reductor is not None:
        return reductor()
    raise Error(f"{problem} object of type {cls}")


def _keep_alive(x, memo):
    """Hold an object as long as the memo, so that its id stays its own."""
    try:
        memo[id(memo)].append(x)
    except KeyError:
        memo[id(memo)] = [x]


def _deepcopy_list(x, memo):
    y = []
    memo[id(x)] = y
    for item in x:
        y.append(deepcopy(item, memo))
    return y


def _deepcopy_tuple(x, memo):
    items = [deepcopy(item, memo) for item in x]
    # A list inside may have led back to the tuple.
    if id(x) in memo:
        return memo[id(x)]
    if all(new is old for new, old in zip(items, x)):
        return x
    return tuple(items)


def _deepcopy_dict(x, memo):
    y = {}
    memo[id(x)] = y
    for key, value in x.items():
        y[deepcopy(key, memo)] = deepcopy(value, memo)
    return y


def _deepcopy_method(x, memo):
    return type(x)(x.__func__, deepcopy(x.__self__, memo))


_DEEP_COPIERS = {
    list: _deepcopy_list,
    tuple: _deepcopy_tuple,
    dict: _deepcopy_dict,
    type(Error("").with_traceback): lambda x, memo: x,
    type(_ATOMIC.__contains__): lambda x, memo: x,
}


class _Sample:
    def method(self):
        pass


_DEEP_COPIERS[type(_Sample().method)] = _deepcopy_method
del _Sample


def _reconstruct(x, memo, func, args, state=None, listiter=None,
                 dictiter=None, setter=None):
    """Make an object of the parts that __reduce_ex__() gave."""
    deep = memo is not None
    if deep and args:
        args = (deepcopy(arg, memo) for arg in args)
    y = func(*args)
    if deep:
        memo[id(x)] = y
    if state is not None:
        if deep:
            state = deepcopy(state, memo)
        if setter is not None:
            setter(y, state)
        elif hasattr(y, "__setstate__"):
            y.__setstate__(state)
        else:
            slots = None
            if isinstance(state, tuple) and len(state) == 2:
                state, slots = state
            if state is not None:
                y.__dict__.update(state)
            for name, value in (slots or {}).items():
                setattr(y, name, value)
    for item in listiter or ():
        y.append(deepcopy(item, memo) if deep else item)
    for key, value in dictiter or ():
        if deep:
            key, value = deepcopy(key, memo), deepcopy(value, memo)
        y[key] = value
    return y


def replace(obj, /, **changes):
    """Return a copy with some of its fields changed."""
    cls = obj.__class__
    func = getattr(cls, "__replace__", None)
    if func is None:
        raise TypeError("replace() does not support "
                        f"{cls.__name__} objects")
    return func(obj, **changes)
