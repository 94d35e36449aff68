"""Abstract base classes."""

import _abc


def abstractmethod(funcobj):
    """Mark a method that a subclass must bring."""
    funcobj.__isabstractmethod__ = True
    return funcobj


class abstractclassmethod(classmethod):
    """A class method that a subclass must bring (deprecated form)."""

    __isabstractmethod__ = True

    def __init__(self, callable):
        callable.__isabstractmethod__ = True
        super().__init__(callable)


class abstractstaticmethod(staticmethod):
    """A static method that a subclass must bring (deprecated form)."""

    __isabstractmethod__ = True

    def __init__(self, callable):
        callable.__isabstractmethod__ = True
        super().__init__(callable)


class abstractproperty(property):
    """A property that a subclass must bring (deprecated form)."""

    __isabstractmethod__ = True


# Grows with each registration anywhere; what was found not to be a subclass
# before may be one now.
_registrations = 0


def get_cache_token():
    """Return a value that changes with each ABCMeta.register()."""
    return _registrations


def _abstract_names(cls, namespace, bases):
    names = {name for name, value in namespace.items()
             if getattr(value, "__isabstractmethod__", False)}
    for base in bases:
        for name in getattr(base, "__abstractmethods__", ()):
            value = getattr(cls, name, None)
            if getattr(value, "__isabstractmethod__", False):
                names.add(name)
    return frozenset(names)


class _State:
    """What an abstract base class knows about its subclasses."""

    __slots__ = ("registry", "cache", "negative", "negative_version")

    def __init__(self):
        from weakref import WeakSet
        self.registry = WeakSet()
        self.cache = WeakSet()
        self.negative = WeakSet()
        self.negative_version = _registrations


class ABCMeta(type):
    """The type of abstract base classes, which can adopt other classes."""

    def __new__(mcls, name, bases, namespace, /, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        cls.__abstractmethods__ = _abstract_names(cls, namespace, bases)
        cls._abc_impl = _State()
        _abc.begin(cls)
        return cls

    def register(cls, subclass):
        """Adopt a class as a virtual subclass; return it."""
        global _registrations
        if not isinstance(subclass, type):
            raise TypeError("Can only register classes")
        if issubclass(subclass, cls):
            return subclass
        if issubclass(cls, subclass):
            raise RuntimeError("Refusing to create an inheritance cycle")
        cls._abc_impl.registry.add(subclass)
        _registrations += 1
        _abc.adopt(cls, subclass)
        return subclass

    def __instancecheck__(cls, instance):
        subclass = instance.__class__
        if subclass in cls._abc_impl.cache:
            return True
        subtype = type(instance)
        if subtype is subclass:
            return cls.__subclasscheck__(subclass)
        return any(cls.__subclasscheck__(c) for c in (subclass, subtype))

    def __subclasscheck__(cls, subclass):
        if not isinstance(subclass, type):
            raise TypeError("issubclass() arg 1 must be a class")
        state = cls._abc_impl
        if subclass in state.cache:
            return True
        if state.negative_version < _registrations:
            state.negative.clear()
            state.negative_version = _registrations
        elif subclass in state.negative:
            return False
        answer = _is_subclass(cls, subclass)
        (state.cache if answer else state.negative).add(subclass)
        return answer

    def _dump_registry(cls, file=None):
        """Print what the class knows about its subclasses."""
        state = cls._abc_impl
        print(f"Class: {cls.__module__}.{cls.__qualname__}", file=file)
        print(f"Inv. counter: {get_cache_token()}", file=file)
        print(f"_abc_registry: {set(state.registry)!r}", file=file)
        print(f"_abc_cache: {set(state.cache)!r}", file=file)
        print(f"_abc_negative_cache: {set(state.negative)!r}", file=file)
        print(f"_abc_negative_cache_version: {state.negative_version!r}",
              file=file)

    def _abc_registry_clear(cls):
        cls._abc_impl.registry.clear()

    def _abc_caches_clear(cls):
        cls._abc_impl.cache.clear()
        cls._abc_impl.negative.clear()


def _is_subclass(cls, subclass):
    """Answer issubclass() without the caches."""
    answer = cls.__subclasshook__(subclass)
    if answer is not NotImplemented:
        assert isinstance(answer, bool)
        return answer
    if cls in getattr(subclass, "__mro__", ()):
        return True
    for registered in cls._abc_impl.registry:
        if issubclass(subclass, registered):
            return True
    for child in type.__subclasses__(cls):
        if issubclass(subclass, child):
            return True
    return False


class ABC(metaclass=ABCMeta):
    """A base for classes whose metaclass is ABCMeta."""

    __slots__ = ()


def update_abstractmethods(cls):
    """Look again which methods of a class are abstract; return the class."""
    if not hasattr(cls, "__abstractmethods__"):
        return cls
    names = set()
    for base in cls.__bases__:
        for name in getattr(base, "__abstractmethods__", ()):
            if getattr(getattr(cls, name, None), "__isabstractmethod__",
                       False):
                names.add(name)
    for name, value in cls.__dict__.items():
        if getattr(value, "__isabstractmethod__", False):
            names.add(name)
    cls.__abstractmethods__ = frozenset(names)
    return cls
