"""Weak references, and containers that hold their members weakly."""

from _weakref import ref

__all__ = ["ref", "proxy", "getweakrefcount", "getweakrefs",
           "WeakKeyDictionary", "ReferenceType", "ProxyType",
           "CallableProxyType", "ProxyTypes", "WeakValueDictionary",
           "WeakSet", "WeakMethod", "finalize"]

ReferenceType = ref


def __getattr__(name):
    # The rest of what the interpreter provides.
    if name in ("proxy", "ProxyType", "CallableProxyType", "ProxyTypes"):
        import _weakproxy
        if name == "ProxyTypes":
            return _weakproxy.ProxyType, _weakproxy.CallableProxyType
        return getattr(_weakproxy, name)
    if name in ("getweakrefcount", "getweakrefs"):
        import _weakref
        return getattr(_weakref, name)
    if name in ("WeakKeyDictionary", "WeakValueDictionary"):
        import _weakdicts
        return getattr(_weakdicts, name)
    raise AttributeError(f"module 'weakref' has no attribute {name!r}")


class WeakSet:
    """A set whose members leave when nobody else holds them."""

    def __init__(self, data=None):
        self.data = {}
        own = ref(self)

        # Members may die while the set is iterated, so iteration works on a
        # copy and removal is always safe.
        def remove(member):
            me = own()
            if me is not None:
                me.data.pop(member, None)

        self._remove = remove
        if data is not None:
            self.update(data)

    def _find(self, item):
        try:
            return ref(item)
        except TypeError:
            return None

    def __iter__(self):
        for member in list(self.data):
            item = member()
            if item is not None:
                yield item

    def __len__(self):
        count = 0
        for member in list(self.data):
            if member() is not None:
                count += 1
        return count

    def __contains__(self, item):
        try:
            return ref(item) in self.data
        except TypeError:
            return False

    def __reduce__(self):
        return self.__class__, (list(self),), self.__getstate__()

    def __repr__(self):
        return repr(set(self))

    @classmethod
    def __class_getitem__(cls, item):
        from types import GenericAlias
        return GenericAlias(cls, item)

    def add(self, item):
        member = ref(item, self._remove)
        self.data.setdefault(member, None)

    def clear(self):
        self.data.clear()

    def copy(self):
        return self.__class__(self)

    def pop(self):
        while True:
            try:
                member, _ = self.data.popitem()
            except KeyError:
                raise KeyError("pop from empty WeakSet") from None
            item = member()
            if item is not None:
                return item

    def remove(self, item):
        del self.data[ref(item)]

    def discard(self, item):
        self.data.pop(ref(item), None)

    def update(self, other):
        for item in other:
            self.add(item)

    def __ior__(self, other):
        self.update(other)
        return self

    def difference(self, other):
        result = self.copy()
        result.difference_update(other)
        return result

    __sub__ = difference

    def difference_update(self, other):
        if self is other:
            self.data.clear()
        else:
            for item in other:
                self.discard(item)

    def __isub__(self, other):
        self.difference_update(other)
        return self

    def intersection(self, other):
        return self.__class__(item for item in other if item in self)

    __and__ = intersection

    def intersection_update(self, other):
        kept = set(map(ref, other))
        for member in list(self.data):
            if member not in kept:
                del self.data[member]

    def __iand__(self, other):
        self.intersection_update(other)
        return self

    def issubset(self, other):
        return set(self).issubset(other)

    __le__ = issubset

    def __lt__(self, other):
        return set(self) < set(other)

    def issuperset(self, other):
        return set(self).issuperset(other)

    __ge__ = issuperset

    def __gt__(self, other):
        return set(self) > set(other)

    def __eq__(self, other):
        if not isinstance(other, self.__class__):
            return NotImplemented
        return set(self) == set(other)

    __hash__ = None

    def symmetric_difference(self, other):
        result = self.copy()
        result.symmetric_difference_update(other)
        return result

    __xor__ = symmetric_difference

    def symmetric_difference_update(self, other):
        if self is other:
            self.clear()
            return
        for item in list(other):
            if item in self:
                self.discard(item)
            else:
                self.add(item)

    def __ixor__(self, other):
        self.symmetric_difference_update(other)
        return self

    def union(self, other):
        result = self.copy()
        result.update(other)
        return result

    __or__ = union

    def isdisjoint(self, other):
        return not self.intersection(other)


class WeakMethod(ref):
    """A weak reference to a bound method, which itself lives only briefly."""

    __slots__ = ("_func_ref", "_meth_type", "_alive", "__weakref__")

    def __new__(cls, meth, callback=None):
        try:
            obj = meth.__self__
            func = meth.__func__
        except AttributeError:
            raise TypeError("argument should be a bound method, not "
                            f"{type(meth)}") from None

        def died(_):
            me = own()
            if me is not None and me._alive:
                me._alive = False
                if callback is not None:
                    callback(me)

        self = ref.__new__(cls, obj, died)
        self._func_ref = ref(func, died)
        self._meth_type = type(meth)
        self._alive = True
        own = ref(self)
        return self

    def __init__(self, meth, callback=None):
        pass

    def __call__(self):
        obj = super().__call__()
        func = self._func_ref()
        if obj is None or func is None:
            return None
        return self._meth_type(func, obj)

    def __eq__(self, other):
        if isinstance(other, WeakMethod):
            if not self._alive or not other._alive:
                return self is other
            return ref.__eq__(self, other) and \
                self._func_ref == other._func_ref
        return NotImplemented

    __hash__ = ref.__hash__


class finalize:
    """Calls a function when an object goes, or at exit at the latest."""

    __slots__ = ()

    _registry = {}
    _count = 0
    _at_exit_known = False

    class _Info:
        __slots__ = ("weakref", "func", "args", "kwargs", "atexit", "index")

    def __init__(self, obj, func, /, *args, **kwargs):
        if not finalize._at_exit_known:
            import atexit
            atexit.register(finalize._run_at_exit)
            finalize._at_exit_known = True
        info = self._Info()
        info.weakref = ref(obj, self)
        info.func = func
        info.args = args
        info.kwargs = kwargs or None
        info.atexit = True
        finalize._count += 1
        info.index = finalize._count
        self._registry[self] = info

    def __call__(self, _=None):
        """Call the function now, unless it was called or detached."""
        info = self._registry.pop(self, None)
        if info is not None:
            return info.func(*info.args, **(info.kwargs or {}))

    def _living(self):
        info = self._registry.get(self)
        obj = info and info.weakref()
        return info, obj

    def detach(self):
        """Forget the call; return (obj, func, args, kwargs) if alive."""
        info, obj = self._living()
        if obj is not None and self._registry.pop(self, None):
            return obj, info.func, info.args, info.kwargs or {}

    def peek(self):
        """Return (obj, func, args, kwargs) if alive."""
        info, obj = self._living()
        if obj is not None:
            return obj, info.func, info.args, info.kwargs or {}

    @property
    def alive(self):
        """Whether the call is still to come."""
        return self in self._registry

    @property
    def atexit(self):
        """Whether the function is called at exit."""
        info = self._registry.get(self)
        return bool(info) and info.atexit

    @atexit.setter
    def atexit(self, value):
        info = self._registry.get(self)
        if info:
            info.atexit = bool(value)

    def __repr__(self):
        info, obj = self._living()
        if obj is None:
            return f"<{type(self).__name__} object at {id(self):#x}; dead>"
        return (f"<{type(self).__name__} object at {id(self):#x}; for "
                f"{type(obj).__name__!r} at {id(obj):#x}>")

    @classmethod
    def _run_at_exit(cls):
        import sys
        while True:
            pending = [(info.index, f) for f, info in cls._registry.items()
                       if info.atexit]
            if not pending:
                break
            # The newest goes first.
            newest = max(pending, key=lambda entry: entry[0])[1]
            try:
                newest()
            except Exception:
                sys.excepthook(*sys.exc_info())
