"""Functions that work on functions."""

__all__ = ["update_wrapper", "wraps", "WRAPPER_ASSIGNMENTS",
           "WRAPPER_UPDATES", "total_ordering", "cache", "cmp_to_key",
           "lru_cache", "reduce", "partial", "partialmethod",
           "singledispatch", "singledispatchmethod", "cached_property"]

WRAPPER_ASSIGNMENTS = ("__module__", "__name__", "__qualname__", "__doc__",
                       "__annotations__", "__type_params__")
WRAPPER_UPDATES = ("__dict__",)

from _functools import (_lru_cache_wrapper, cmp_to_key, partial,
                        reduce)

_missing = object()


def update_wrapper(wrapper, wrapped, assigned=WRAPPER_ASSIGNMENTS,
                   updated=WRAPPER_UPDATES):
    """Make a wrapper look like the function it wraps."""
    for name in assigned:
        try:
            value = getattr(wrapped, name)
        except AttributeError:
            continue
        setattr(wrapper, name, value)
    for name in updated:
        getattr(wrapper, name).update(getattr(wrapped, name, {}))
    # Last, since __dict__ may hold the __wrapped__ of the wrapped function.
    wrapper.__wrapped__ = wrapped
    return wrapper


def wraps(wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    """Return a decorator that applies update_wrapper()."""

    def decorate(wrapper):
        return update_wrapper(wrapper, wrapped, assigned, updated)

    return decorate


# For each comparison that a class may define, how the others follow from it.
def _not(operation, with_eq=None):
    """Return a comparison that negates another, and maybe checks equality.

    `with_eq` is "and" for `not op and not equal`, "or" for `not op or equal`.
    """

    def method(self, other):
        answer = getattr(type(self), operation)(self, other)
        if answer is NotImplemented:
            return answer
        if with_eq == "and":
            return not answer and self != other
        if with_eq == "or":
            return not answer or self == other
        return not answer

    return method


def _with_equality(operation, joined):
    """Return `op or equal`, or `op and not equal`."""

    def method(self, other):
        answer = getattr(type(self), operation)(self, other)
        if joined == "or":
            return answer or self == other
        if answer is NotImplemented:
            return answer
        return answer and self != other

    return method


_DERIVED = {
    "__lt__": {"__gt__": _not("__lt__", "and"),
               "__le__": _with_equality("__lt__", "or"),
               "__ge__": _not("__lt__")},
    "__le__": {"__ge__": _not("__le__", "or"),
               "__lt__": _with_equality("__le__", "and"),
               "__gt__": _not("__le__")},
    "__gt__": {"__lt__": _not("__gt__", "and"),
               "__ge__": _with_equality("__gt__", "or"),
               "__le__": _not("__gt__")},
    "__ge__": {"__le__": _not("__ge__", "or"),
               "__gt__": _with_equality("__ge__", "and"),
               "__lt__": _not("__ge__")},
}


def total_ordering(cls):
    """Add the comparisons a class lacks, from one that it has."""
    defined = {name for name in _DERIVED
               if getattr(cls, name, None) is not getattr(object, name, None)}
    if not defined:
        raise ValueError("must define at least one ordering operation: "
                         "< > <= >=")
    # Of several, prefer < to <= to > to >=.
    root = next(name for name in ("__lt__", "__le__", "__gt__", "__ge__")
                if name in defined)
    for name, method in _DERIVED[root].items():
        if name not in defined:
            own = _copy_function(method, name)
            setattr(cls, name, own)
    return cls


def _copy_function(template, name):
    def method(self, other):
        return template(self, other)

    method.__name__ = name
    method.__qualname__ = name
    method.__doc__ = getattr(int, name).__doc__
    return method


class partialmethod:
    """A method with some of its arguments given already."""

    def __init__(self, func, /, *args, **keywords):
        if isinstance(func, partialmethod):
            self.func = func.func
            self.args = func.args + args
            self.keywords = {**func.keywords, **keywords}
            return
        if not callable(func) and getattr(func, "__get__", None) is None:
            raise TypeError(f"the first argument {func!r} must be a callable "
                            "or a descriptor")
        self.func = func
        self.args = args
        self.keywords = keywords

    def __repr__(self):
        cls = type(self)
        parts = [repr(self.func), *map(repr, self.args)]
        parts += [f"{name}={value!r}"
                  for name, value in self.keywords.items()]
        return f"{cls.__module__}.{cls.__qualname__}({', '.join(parts)})"

    def _make_unbound_method(self):
        def _method(cls_or_self, /, *args, **keywords):
            keywords = {**self.keywords, **keywords}
            return self.func(cls_or_self, *self.args, *args, **keywords)

        _method.__isabstractmethod__ = self.__isabstractmethod__
        _method.__partialmethod__ = self
        return _method

    def __get__(self, obj, cls=None):
        get = getattr(type(self.func), "__get__", None)
        if get is not None and not isinstance(self.func, partial):
            bound = get(self.func, obj, cls)
            if bound is not self.func:
                # A descriptor of its own: give the arguments to what it
                # gave us.
                result = partial(bound, *self.args, **self.keywords)
                try:
                    result.__self__ = bound.__self__
                except AttributeError:
                    pass
                return result
        return self._make_unbound_method().__get__(obj, cls)

    @property
    def __isabstractmethod__(self):
        return getattr(self.func, "__isabstractmethod__", False)

    @classmethod
    def __class_getitem__(cls, item):
        from types import GenericAlias
        return GenericAlias(cls, item)


_CacheInfo = None


def _cache_info_type():
    global _CacheInfo
    if _CacheInfo is None:
        from collections import namedtuple
        _CacheInfo = namedtuple("CacheInfo",
                                ["hits", "misses", "maxsize", "currsize"],
                                module="functools")
    return _CacheInfo


def _cache_info(hits, misses, maxsize, currsize):
    return _cache_info_type()(hits, misses, maxsize, currsize)


def lru_cache(maxsize=128, typed=False):
    """Return a decorator that keeps the results of the last calls."""
    if isinstance(maxsize, int):
        maxsize = max(maxsize, 0)
    elif callable(maxsize) and isinstance(typed, bool):
        # Used without parentheses.
        function, maxsize = maxsize, 128
        wrapper = _caching(function, maxsize, typed)
        wrapper.cache_parameters = lambda: {"maxsize": maxsize,
                                            "typed": typed}
        return update_wrapper(wrapper, function)
    elif maxsize is not None:
        raise TypeError("Expected first argument to be an integer, a "
                        "callable, or None")

    def decorate(function):
        wrapper = _caching(function, maxsize, typed)
        wrapper.cache_parameters = lambda: {"maxsize": maxsize,
                                            "typed": typed}
        return update_wrapper(wrapper, function)

    return decorate


def _caching(function, maxsize, typed):
    return _lru_cache_wrapper(function, maxsize, typed, _cache_info)


def cache(user_function, /):
    """Keep the results of all calls."""
    return lru_cache(maxsize=None)(user_function)


class cached_property:
    """A method whose result becomes an attribute of the instance."""

    def __init__(self, func):
        self.func = func
        self.attrname = None
        self.__doc__ = func.__doc__
        self.__module__ = getattr(func, "__module__", None)

    def __set_name__(self, owner, name):
        if self.attrname is None:
            self.attrname = name
        elif name != self.attrname:
            raise TypeError("Cannot assign the same cached_property to two "
                            f"different names ({self.attrname!r} and "
                            f"{name!r}).")

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        if self.attrname is None:
            raise TypeError("Cannot use cached_property instance without "
                            "calling __set_name__ on it.")
        try:
            cache = instance.__dict__
        except AttributeError:
            raise TypeError("No '__dict__' attribute on "
                            f"{type(instance).__name__!r} instance to cache "
                            f"{self.attrname!r} property.") from None
        value = cache.get(self.attrname, _missing)
        if value is _missing:
            value = self.func(instance)
            try:
                cache[self.attrname] = value
            except TypeError:
                raise TypeError(
                    "The '__dict__' attribute on "
                    f"{type(instance).__name__!r} instance does not support "
                    "item assignment for caching "
                    f"{self.attrname!r} property.") from None
        return value

    @classmethod
    def __class_getitem__(cls, item):
        from types import GenericAlias
        return GenericAlias(cls, item)


def _compose_mro(cls, types):
    """Return the MRO of a class with the abstract bases it fits put in.

    An abstract base goes behind the last class of the MRO that fits it too,
    and before its own bases.
    """
    mro = list(cls.__mro__)
    virtual = [kind for kind in types
               if kind not in mro and hasattr(kind, "__mro__")
               and issubclass(cls, kind)]
    # Bases that another candidate already inherits come with it.
    wanted = [kind for kind in virtual
              if not any(kind is not other and kind in other.__mro__
                         for other in virtual)]
    for kind in wanted:
        chain = [base for base in kind.__mro__
                 if base is not object and base not in mro
                 and issubclass(cls, base)]
        for base in chain:
            place = 0
            for position, member in enumerate(mro):
                if member is not object and issubclass(member, base):
                    place = position + 1
            mro.insert(max(place, mro.index(chain[0]) + 1
                           if chain[0] in mro else 0), base)
    return mro


def _find_impl(cls, registry):
    """Return the implementation that fits a class best."""
    match = None
    for kind in _compose_mro(cls, registry.keys()):
        if match is not None:
            # Two unrelated abstract bases fit equally well.
            if (kind in registry and kind not in cls.__mro__
                    and match not in cls.__mro__
                    and not issubclass(match, kind)):
                raise RuntimeError(f"Ambiguous dispatch: {match} or {kind}")
            break
        if kind in registry:
            match = kind
    return registry.get(match)


def singledispatch(func):
    """Make a function whose first argument's type chooses what is run."""
    from types import MappingProxyType
    from weakref import WeakKeyDictionary
    registry = {}
    dispatch_cache = WeakKeyDictionary()
    cache_token = None
    function_name = getattr(func, "__name__", "singledispatch function")

    def dispatch(cls):
        """Return the implementation for a class."""
        nonlocal cache_token
        if cache_token is not None:
            from abc import get_cache_token
            current = get_cache_token()
            if cache_token != current:
                dispatch_cache.clear()
                cache_token = current
        try:
            return dispatch_cache[cls]
        except KeyError:
            impl = registry.get(cls) or _find_impl(cls, registry)
            dispatch_cache[cls] = impl
            return impl

    def register(cls, func=None):
        """Register an implementation for a class."""
        nonlocal cache_token
        if _is_dispatch_type(cls):
            if func is None:
                return lambda f: register(cls, f)
        else:
            if func is not None:
                raise TypeError("Invalid first argument to `register()`. "
                                f"{cls!r} is not a class or union type.")
            cls, func = _dispatch_type_of(cls)
        for kind in _members(cls):
            registry[kind] = func
            if cache_token is None and hasattr(kind, "__abstractmethods__"):
                from abc import get_cache_token
                cache_token = get_cache_token()
        dispatch_cache.clear()
        return func

    def wrapper(*args, **kw):
        if not args:
            raise TypeError(f"{function_name} requires at least 1 positional "
                            "argument")
        return dispatch(args[0].__class__)(*args, **kw)

    registry[object] = func
    wrapper.register = register
    wrapper.dispatch = dispatch
    wrapper.registry = MappingProxyType(registry)
    wrapper._clear_cache = dispatch_cache.clear
    return update_wrapper(wrapper, func)


def _members(cls):
    return (cls,) if isinstance(cls, type) else cls.__args__


def _is_dispatch_type(cls):
    if isinstance(cls, type):
        # list[int] passes for a class, but has an origin.
        return not hasattr(cls, "__origin__")
    from types import UnionType
    if isinstance(cls, UnionType) or _is_typing_union(cls):
        return all(isinstance(arg, type) for arg in cls.__args__)
    return False


def _is_typing_union(cls):
    import sys
    typing = sys.modules.get("typing")
    return typing is not None and \
        getattr(cls, "__origin__", None) is typing.Union


def _dispatch_type_of(func):
    """Return the class the first annotation names, and the function."""
    annotations = getattr(func, "__annotations__", {})
    if not annotations:
        raise TypeError(f"Invalid first argument to `register()`: {func!r}. "
                        "Use either `@register(some_class)` or plain "
                        "`@register` on an annotated function.")
    from typing import get_type_hints
    name, cls = next(iter(get_type_hints(func).items()))
    if not _is_dispatch_type(cls):
        if not isinstance(cls, type) and hasattr(cls, "__args__"):
            raise TypeError(f"Invalid annotation for {name!r}. {cls!r} not "
                            "all arguments are classes.")
        raise TypeError(f"Invalid annotation for {name!r}. {cls!r} is not a "
                        "class.")
    return cls, func


class singledispatchmethod:
    """A method whose first argument's type chooses what is run."""

    def __init__(self, func):
        if not callable(func) and not hasattr(func, "__get__"):
            raise TypeError(f"{func!r} is not callable or a descriptor")
        self.dispatcher = singledispatch(func)
        self.func = func

    def register(self, cls, method=None):
        """Register an implementation for a class."""
        return self.dispatcher.register(cls, func=method)

    def __get__(self, obj, cls=None):
        dispatch = self.dispatcher.dispatch
        function_name = getattr(self.func, "__name__",
                                "singledispatchmethod method")

        def _method(*args, **kwargs):
            if not args:
                raise TypeError(f"{function_name} requires at least 1 "
                                "positional argument")
            chosen = dispatch(args[0].__class__).__get__(obj, cls)
            return chosen(*args, **kwargs)

        _method.__isabstractmethod__ = self.__isabstractmethod__
        _method.register = self.register
        return update_wrapper(_method, self.func)

    @property
    def __isabstractmethod__(self):
        return getattr(self.func, "__isabstractmethod__", False)
