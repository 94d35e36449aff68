"""Proxies that stand for an object without keeping it alive."""

import operator

from _weakref import ref

_GONE = "weakly-referenced object no longer exists"


class ProxyType:
    """A stand-in for an object: all it is asked, the object answers."""

    __slots__ = ("_held", "__weakref__")
    __hash__ = None

    def __new__(cls, *args):
        raise TypeError(f"cannot create {cls.__name__!r} instances")

    def __getattribute__(self, name):
        return getattr(_target(self), name)

    def __setattr__(self, name, value):
        setattr(_target(self), name, value)

    def __delattr__(self, name):
        delattr(_target(self), name)

    def __repr__(self):
        target = _held.__get__(self)()
        kind = type(target).__name__
        return f"<weakproxy at {id(self):#x} to {kind} at {id(target):#x}>"

    def __str__(self):
        return str(_target(self))

    def __bytes__(self):
        return bytes(_target(self))

    def __bool__(self):
        return bool(_target(self))

    def __len__(self):
        return len(_target(self))

    def __contains__(self, item):
        return item in _target(self)

    def __getitem__(self, key):
        return _target(self)[key]

    def __setitem__(self, key, value):
        _target(self)[key] = value

    def __delitem__(self, key):
        del _target(self)[key]

    def __iter__(self):
        return iter(_target(self))

    def __reversed__(self):
        return _target(self).__reversed__()

    def __next__(self):
        target = _target(self)
        if not hasattr(type(target), "__next__"):
            raise TypeError("Weakref proxy referenced a non-iterator "
                            f"{type(target).__name__!r} object")
        return next(target)

    def __round__(self, *digits):
        return round(_target(self), *digits)


_held = ProxyType.__dict__["_held"]
del ProxyType._held


def _target(proxy):
    found = _held.__get__(proxy)()
    if found is None:
        raise ReferenceError(_GONE)
    return found


def _plain(value):
    return _target(value) if _is_proxy(value) else value


def _is_proxy(value):
    """Return whether a value is a proxy, whatever class it claims."""
    return type(value) in (ProxyType, CallableProxyType)


def _forward_operators():
    """Give the proxies the operators that work on what they stand for."""

    def binary(function):
        def method(self, other):
            return function(_plain(self), _plain(other))

        def reflected(self, other):
            return function(_plain(other), _plain(self))

        return method, reflected

    def unary(function):
        return lambda self: function(_target(self))

    for name in ("add sub mul matmul truediv floordiv mod lshift rshift "
                 "and or xor pow divmod").split():
        function = (divmod if name == "divmod"
                    else getattr(operator, f"__{name}__"))
        method, reflected = binary(function)
        setattr(ProxyType, f"__{name}__", method)
        setattr(ProxyType, f"__r{name}__", reflected)
        if name != "divmod":
            in_place = binary(getattr(operator, f"__i{name}__"))[0]
            setattr(ProxyType, f"__i{name}__", in_place)
    for name in "lt le eq ne gt ge".split():
        setattr(ProxyType, f"__{name}__",
                binary(getattr(operator, name))[0])
    for name in "neg pos abs invert index".split():
        setattr(ProxyType, f"__{name}__", unary(getattr(operator, name)))
    ProxyType.__int__ = unary(int)
    ProxyType.__float__ = unary(float)


_forward_operators()
ProxyType.__hash__ = None


class CallableProxyType(ProxyType):
    """A proxy of something that can be called."""

    __slots__ = ()
    __hash__ = None

    def __call__(self, *args, **kwargs):
        return _target(self)(*args, **kwargs)


for _class in (ProxyType, CallableProxyType):
    _class.__module__ = "weakref"
    _class.__qualname__ = _class.__name__

# By the identity of what they stand for; entries leave with their proxies.
_shared = {}


def proxy(object, callback=None, /):
    """Return a proxy; callback(proxy) is called when the object dies."""
    if callback is None:
        known = _shared.get(id(object))
        known = known and known()
        if known is not None and _held.__get__(known)() is object:
            return known
    kind = CallableProxyType if callable(object) else ProxyType
    made = _new(kind)
    if callback is None:
        held = ref(object)
        key = id(object)

        def forget(dead):
            if _shared.get(key) is dead:
                del _shared[key]

        _shared[key] = ref(made, forget)
    else:
        own = ref(made)

        def gone(dead):
            if (proxy := own()) is not None:
                callback(proxy)

        held = ref(object, gone)
    _held.__set__(made, held)
    return made


_new = object.__new__
