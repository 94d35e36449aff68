"""Containers beyond the built-in ones."""

from _collections import _count_elements, _field, deque
from _naming import with_module as _with_module

__all__ = ["ChainMap", "Counter", "OrderedDict", "UserDict", "UserList",
           "UserString", "defaultdict", "deque", "namedtuple"]


def __getattr__(name):
    if name in ("ChainMap", "UserDict", "UserList", "UserString"):
        from . import _wrappers
        value = getattr(_wrappers, name)
    elif name == "abc":
        import importlib
        value = importlib.import_module("collections.abc")
    else:
        raise AttributeError(
            f"module 'collections' has no attribute {name!r}")
    globals()[name] = value
    return value


_missing = object()

# Objects whose repr is being made, which may come up inside it again.
_in_repr = set()


class defaultdict(dict):
    """A dict that makes the values of missing keys."""

    __slots__ = ("default_factory", "__dict__", "__weakref__")

    def __init__(self, default_factory=None, /, *args, **kwargs):
        if default_factory is not None and not callable(default_factory):
            raise TypeError("first argument must be callable or None")
        super().__init__(*args, **kwargs)
        self.default_factory = default_factory

    def __missing__(self, key):
        if self.default_factory is None:
            raise KeyError(key)
        self[key] = value = self.default_factory()
        return value

    def __repr__(self):
        # The factory may be a method of the dict itself.
        key = id(self)
        if key in _in_repr:
            text = "..."
        else:
            _in_repr.add(key)
            try:
                text = repr(self.default_factory)
            finally:
                _in_repr.discard(key)
        return f"{type(self).__name__}({text}, {dict.__repr__(self)})"

    def copy(self):
        return type(self)(self.default_factory, self)

    __copy__ = copy

    def __reduce__(self):
        args = () if self.default_factory is None else (self.default_factory,)
        return type(self), args, None, None, iter(self.items())

    def __or__(self, other):
        if not isinstance(other, dict):
            return NotImplemented
        new = self.copy()
        new.update(other)
        return new

    def __ror__(self, other):
        if not isinstance(other, dict):
            return NotImplemented
        new = type(self)(self.default_factory, other)
        new.update(self)
        return new


_with_module(defaultdict, "collections")


class OrderedDict(dict):
    """A dict whose order can be changed and counts in comparisons."""

    def __init__(self, other=(), /, **kwds):
        super().__init__()
        self.update(other, **kwds)

    def update(self, other=(), /, **kwds):
        if hasattr(other, "keys"):
            for key in other.keys():
                self[key] = other[key]
        else:
            for key, value in other:
                self[key] = value
        for key, value in kwds.items():
            self[key] = value

    def popitem(self, last=True):
        """Remove the last (or first) entry; return it."""
        if not self:
            raise KeyError("dictionary is empty")
        key = next(reversed(self)) if last else next(iter(self))
        return key, self.pop(key)

    def move_to_end(self, key, last=True):
        """Move an entry to the end (or the beginning)."""
        value = dict.pop(self, key)
        if last:
            dict.__setitem__(self, key, value)
            return
        rest = list(dict.items(self))
        dict.clear(self)
        dict.__setitem__(self, key, value)
        for other, value in rest:
            dict.__setitem__(self, other, value)

    def pop(self, key, default=_missing):
        if key in self:
            value = self[key]
            del self[key]
            return value
        if default is not _missing:
            return default
        missing = getattr(type(self), "__missing__", None)
        if missing is not None:
            return missing(self, key)
        raise KeyError(key)

    def setdefault(self, key, default=None):
        if key in self:
            return self[key]
        self[key] = default
        return default

    def __repr__(self):
        return _repr_ordered_dict(self)

    def __reduce__(self):
        state = self.__getstate__()
        return self.__class__, (), state, None, iter(self.items())

    def copy(self):
        return self.__class__(self)

    @classmethod
    def fromkeys(cls, iterable, value=None):
        self = cls()
        for key in iterable:
            self[key] = value
        return self

    def __eq__(self, other):
        if isinstance(other, OrderedDict):
            return dict.__eq__(self, other) and all(
                a is b or a == b for a, b in zip(self, other))
        return dict.__eq__(self, other)

    def __ne__(self, other):
        return not self == other

    __hash__ = None

    def __ior__(self, other):
        self.update(other)
        return self

    def __or__(self, other):
        if not isinstance(other, dict):
            return NotImplemented
        new = self.__class__(self)
        new.update(other)
        return new

    def __ror__(self, other):
        if not isinstance(other, dict):
            return NotImplemented
        new = self.__class__(other)
        new.update(self)
        return new


_with_module(OrderedDict, "collections")


def _repr_ordered_dict(self):
    if not self:
        return f"{self.__class__.__name__}()"
    key = id(self)
    if key in _in_repr:
        return "..."
    _in_repr.add(key)
    try:
        return f"{self.__class__.__name__}({dict(self.items())!r})"
    finally:
        _in_repr.discard(key)


class Counter(dict):
    """A dict of counts; missing elements count 0."""

    def __init__(self, iterable=None, /, **kwds):
        super().__init__()
        self.update(iterable, **kwds)

    def __missing__(self, key):
        return 0

    def total(self):
        """Return the sum of the counts."""
        return sum(self.values())

    def most_common(self, n=None):
        """Return the n most common elements with their counts."""
        if n is None:
            return sorted(self.items(), key=_count_of, reverse=True)
        from heapq import nlargest
        return nlargest(n, self.items(), key=_count_of)

    def elements(self):
        """Iterate over the elements, each as often as it counts."""
        for element, count in self.items():
            for _ in range(count):
                yield element

    @classmethod
    def fromkeys(cls, iterable, v=None):
        raise NotImplementedError("Counter.fromkeys() is undefined.  Use "
                                  "Counter(iterable) instead.")

    def update(self, iterable=None, /, **kwds):
        """Add the counts of a mapping or of the elements of an iterable."""
        if iterable is not None:
            if not _is_mapping(iterable):
                # Natively, unless a subclass sees to elements itself.
                if not _count_elements(self, iterable):
                    get = self.get
                    for element in iterable:
                        self[element] = get(element, 0) + 1
            elif self:
                for element, count in iterable.items():
                    self[element] = count + self.get(element, 0)
            else:
                # Keeps counts that can't be added to 0.
                super().update(iterable)
        if kwds:
            self.update(kwds)

    def subtract(self, iterable=None, /, **kwds):
        """Take counts away; they may become negative."""
        if iterable is not None:
            if _is_mapping(iterable):
                for element, count in iterable.items():
                    self[element] = self.get(element, 0) - count
            else:
                for element in iterable:
                    self[element] = self.get(element, 0) - 1
        if kwds:
            self.subtract(kwds)

    def copy(self):
        return self.__class__(self)

    def __reduce__(self):
        return self.__class__, (dict(self),)

    def __delitem__(self, element):
        if element in self:
            super().__delitem__(element)

    def __repr__(self):
        if not self:
            return f"{self.__class__.__name__}()"
        try:
            counts = dict(self.most_common())
        except TypeError:
            counts = dict(self)  # the counts can't be sorted
        return f"{self.__class__.__name__}({counts!r})"

    def _compare(self, other, holds):
        if not isinstance(other, Counter):
            return NotImplemented
        return all(holds(self[element], other[element])
                   for counter in (self, other) for element in counter)

    def __eq__(self, other):
        return self._compare(other, lambda a, b: a == b)

    def __ne__(self, other):
        if not isinstance(other, Counter):
            return NotImplemented
        return not self == other

    __hash__ = None

    def __le__(self, other):
        return self._compare(other, lambda a, b: a <= b)

    def __lt__(self, other):
        if not isinstance(other, Counter):
            return NotImplemented
        return self <= other and self != other

    def __ge__(self, other):
        return self._compare(other, lambda a, b: a >= b)

    def __gt__(self, other):
        if not isinstance(other, Counter):
            return NotImplemented
        return self >= other and self != other

    # The operators keep positive counts only.

    def _combined(self, other, combine):
        if not isinstance(other, Counter):
            return NotImplemented
        result = Counter()
        for element in (*self, *(e for e in other if e not in self)):
            count = combine(self[element], other[element])
            if count > 0:
                result[element] = count
        return result

    def __add__(self, other):
        return self._combined(other, lambda a, b: a + b)

    def __sub__(self, other):
        return self._combined(other, lambda a, b: a - b)

    def __or__(self, other):
        return self._combined(other, lambda a, b: b if a < b else a)

    def __and__(self, other):
        return self._combined(other, lambda a, b: a if a < b else b)

    def __pos__(self):
        return self._combined(Counter(), lambda a, b: a)

    def __neg__(self):
        return self._combined(Counter(), lambda a, b: 0 - a)

    def _keep_positive(self):
        for element in [e for e, count in self.items() if not count > 0]:
            del self[element]
        return self

    def __iadd__(self, other):
        for element, count in other.items():
            self[element] += count
        return self._keep_positive()

    def __isub__(self, other):
        for element, count in list(other.items()):
            self[element] -= count
        return self._keep_positive()

    def __ior__(self, other):
        for element, count in other.items():
            if count > self[element]:
                self[element] = count
        return self._keep_positive()

    def __iand__(self, other):
        for element, count in list(self.items()):
            if other[element] < count:
                self[element] = other[element]
        return self._keep_positive()


def _count_of(entry):
    return entry[1]


def _is_mapping(obj):
    if isinstance(obj, dict):
        return True
    if isinstance(obj, (str, list, tuple)):
        return False
    from .abc import Mapping
    return isinstance(obj, Mapping)


def namedtuple(typename, field_names, *, rename=False, defaults=None,
               module=None):
    """Return a subclass of tuple whose items have names too."""
    if isinstance(field_names, str):
        field_names = field_names.replace(",", " ").split()
    fields = list(map(str, field_names))
    typename = str(typename)
    if rename:
        fields = _renamed(fields)
    _check_names(typename, fields, rename)
    fields = tuple(fields)
    field_defaults = {}
    if defaults is not None:
        defaults = tuple(defaults)
        if len(defaults) > len(fields):
            raise TypeError("Got more default values than field names")
        if defaults:
            field_defaults = dict(zip(fields[-len(defaults):], defaults))
    if module is None:
        module = _caller_module()
    namespace = _namedtuple_namespace(typename, fields, field_defaults)
    result = type(typename, (tuple,), namespace)
    if module is not None:
        result.__module__ = module
    return result


def _caller_module():
    import sys
    try:
        return sys._getframe(2).f_globals.get("__name__", "__main__")
    except (AttributeError, ValueError):
        return None


def _renamed(fields):
    """Replace names that can't be fields by their position."""
    from keyword import iskeyword
    seen = set()
    result = []
    for position, name in enumerate(fields):
        if (not name.isidentifier() or iskeyword(name)
                or name.startswith("_") or name in seen):
            name = f"_{position}"
        seen.add(name)
        result.append(name)
    return result


def _check_names(typename, fields, rename):
    from keyword import iskeyword
    for name in (typename, *fields):
        if not name.isidentifier():
            raise ValueError("Type names and field names must be valid "
                             f"identifiers: {name!r}")
        if iskeyword(name):
            raise ValueError("Type names and field names cannot be a "
                             f"keyword: {name!r}")
    seen = set()
    for name in fields:
        if name.startswith("_") and not rename:
            raise ValueError("Field names cannot start with an underscore: "
                             f"{name!r}")
        if name in seen:
            raise ValueError(f"Encountered duplicate field name: {name!r}")
        seen.add(name)


def _namedtuple_namespace(typename, fields, defaults):
    size = len(fields)
    pattern = "(" + ", ".join(f"{name}=%r" for name in fields) + ")"

    scope = {"_new": tuple.__new__, "__builtins__": {},
             "__name__": f"namedtuple_{typename}"}
    parameters = "".join(f", {name}" for name in fields)
    items = "".join(f"{name}, " for name in fields)
    exec(f"def __new__(_cls{parameters}): return _new(_cls, ({items}))", scope)
    __new__ = scope["__new__"]
    __new__.__doc__ = f"Create new instance of {typename}({', '.join(fields)})"
    if defaults:
        __new__.__defaults__ = tuple(defaults.values())

    def _make(cls, iterable):
        result = tuple.__new__(cls, iterable)
        if len(result) != size:
            raise TypeError(f"Expected {size} arguments, got {len(result)}")
        return result

    def _replace(self, /, **kwds):
        result = self._make(kwds.pop(name, value)
                            for name, value in zip(fields, self))
        if kwds:
            raise TypeError(f"Got unexpected field names: {list(kwds)!r}")
        return result

    def __repr__(self):
        return self.__class__.__name__ + pattern % tuple(self)

    def _asdict(self):
        return dict(zip(self._fields, self))

    def __getnewargs__(self):
        return tuple(self)

    methods = (__new__, _replace, __repr__, _asdict, __getnewargs__)
    for method in (*methods, _make):
        method.__qualname__ = f"{typename}.{method.__name__}"
    namespace = {method.__name__: method for method in methods}
    namespace.update(
        __doc__=f"{typename}({', '.join(fields)})",
        __slots__=(),
        _fields=fields,
        _field_defaults=defaults,
        __match_args__=fields,
        _make=classmethod(_make),
        __replace__=_replace,
    )
    for index, name in enumerate(fields):
        namespace[name] = _field_property(index)
    return namespace


def _field_property(index):
    return property(_field(index), _refuse_set, _refuse_delete,
                    f"Alias for field number {index}")


def _refuse_set(self, value):
    raise AttributeError("can't set attribute")


def _refuse_delete(self):
    raise AttributeError("can't delete attribute")
