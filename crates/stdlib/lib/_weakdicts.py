"""Dictionaries that hold their keys or their values weakly."""

from _weakref import ref
from collections.abc import Mapping, MutableMapping


class _KeyedRef(ref):
    """A reference to a value that knows its key."""

    __slots__ = ("key",)

    def __new__(cls, value, callback, key):
        self = ref.__new__(cls, value, callback)
        self.key = key
        return self

    def __init__(self, value, callback, key):
        super().__init__(value, callback)


class WeakValueDictionary(MutableMapping):
    """A mapping whose entries go when nobody else holds their values."""

    def __init__(self, other=(), /, **kw):
        self.data = {}
        own = ref(self)

        def remove(entry):
            me = own()
            if me is not None and me.data.get(entry.key) is entry:
                del me.data[entry.key]

        self._remove = remove
        self.update(other, **kw)

    def __getitem__(self, key):
        value = self.data[key]()
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key, value):
        self.data[key] = _KeyedRef(value, self._remove, key)

    def __delitem__(self, key):
        del self.data[key]

    def __len__(self):
        return len(self.data)

    def __contains__(self, key):
        entry = self.data.get(key)
        return entry is not None and entry() is not None

    def __repr__(self):
        return f"<{self.__class__.__name__} at {id(self):#x}>"

    def __iter__(self):
        for key, entry in list(self.data.items()):
            if entry() is not None:
                yield key

    keys = __iter__

    def items(self):
        for key, entry in list(self.data.items()):
            value = entry()
            if value is not None:
                yield key, value

    def values(self):
        for entry in list(self.data.values()):
            value = entry()
            if value is not None:
                yield value

    def itervaluerefs(self):
        """Iterate over the references to the values."""
        yield from list(self.data.values())

    def valuerefs(self):
        """Return a list of the references to the values."""
        return list(self.data.values())

    def get(self, key, default=None):
        entry = self.data.get(key)
        value = None if entry is None else entry()
        return default if value is None else value

    def pop(self, key, *default):
        entry = self.data.pop(key, None)
        value = None if entry is None else entry()
        if value is not None:
            return value
        if default:
            return default[0]
        raise KeyError(key)

    def popitem(self):
        while True:
            key, entry = self.data.popitem()
            value = entry()
            if value is not None:
                return key, value

    def setdefault(self, key, default=None):
        value = self.get(key)
        if value is None:
            self[key] = value = default
        return value

    def update(self, other=None, /, **kwargs):
        if other is not None:
            for key, value in dict(other).items():
                self[key] = value
        for key, value in kwargs.items():
            self[key] = value

    def copy(self):
        new = WeakValueDictionary()
        for key, value in self.items():
            new[key] = value
        return new

    __copy__ = copy

    def __deepcopy__(self, memo):
        from copy import deepcopy
        new = self.__class__()
        for key, value in self.items():
            new[deepcopy(key, memo)] = value
        return new

    def __ior__(self, other):
        self.update(other)
        return self

    def __or__(self, other):
        if not isinstance(other, Mapping):
            return NotImplemented
        new = self.copy()
        new.update(other)
        return new

    def __ror__(self, other):
        if not isinstance(other, Mapping):
            return NotImplemented
        new = self.__class__()
        new.update(other)
        new.update(self)
        return new


class WeakKeyDictionary(MutableMapping):
    """A mapping whose entries go when nobody else holds their keys."""

    def __init__(self, dict=None):
        self.data = {}
        own = ref(self)

        def remove(entry):
            me = own()
            if me is not None:
                me.data.pop(entry, None)

        self._remove = remove
        if dict is not None:
            self.update(dict)

    def __getitem__(self, key):
        return self.data[ref(key)]

    def __setitem__(self, key, value):
        self.data[ref(key, self._remove)] = value

    def __delitem__(self, key):
        del self.data[ref(key)]

    def __len__(self):
        return len(self.data)

    def __contains__(self, key):
        try:
            entry = ref(key)
        except TypeError:
            return False
        return entry in self.data

    def __repr__(self):
        return f"<{self.__class__.__name__} at {id(self):#x}>"

    def __iter__(self):
        for entry in list(self.data):
            key = entry()
            if key is not None:
                yield key

    keys = __iter__

    def items(self):
        for entry, value in list(self.data.items()):
            key = entry()
            if key is not None:
                yield key, value

    def values(self):
        for entry, value in list(self.data.items()):
            if entry() is not None:
                yield value

    def keyrefs(self):
        """Return a list of the references to the keys."""
        return list(self.data)

    def get(self, key, default=None):
        return self.data.get(ref(key), default)

    def pop(self, key, *args):
        return self.data.pop(ref(key), *args)

    def popitem(self):
        while True:
            entry, value = self.data.popitem()
            key = entry()
            if key is not None:
                return key, value

    def setdefault(self, key, default=None):
        return self.data.setdefault(ref(key, self._remove), default)

    def update(self, dict=None, /, **kwargs):
        if dict is not None:
            items = dict.items() if hasattr(dict, "items") else dict
            for key, value in items:
                self[key] = value
        for key, value in kwargs.items():
            self[key] = value

    def copy(self):
        new = WeakKeyDictionary()
        for key, value in self.items():
            new[key] = value
        return new

    __copy__ = copy

    def __deepcopy__(self, memo):
        from copy import deepcopy
        new = self.__class__()
        for key, value in self.items():
            new[key] = deepcopy(value, memo)
        return new

    def __ior__(self, other):
        self.update(other)
        return self

    def __or__(self, other):
        if not isinstance(other, Mapping):
            return NotImplemented
        new = self.copy()
        new.update(other)
        return new

    def __ror__(self, other):
        if not isinstance(other, Mapping):
            return NotImplemented
        new = self.__class__()
        new.update(other)
        new.update(self)
        return new
