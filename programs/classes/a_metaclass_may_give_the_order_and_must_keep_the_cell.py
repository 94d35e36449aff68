"""mro() of a metaclass, __classcell__, and what pattern matching takes for sequences and mappings."""

import collections
import collections.abc


class Ordering(type):
    def mro(cls):
        order = super().mro()
        print("asked for", cls.__name__, [base.__name__ for base in order])
        return order


class Base(metaclass=Ordering):
    pass


class Derived(Base):
    def me(self):
        return __class__


print(Derived().me() is Derived, Derived.__mro__[1:] == Base.__mro__)


class Forgetful(type):
    def __new__(mcls, name, bases, namespace):
        namespace.pop("__classcell__", None)
        return super().__new__(mcls, name, bases, namespace)


try:
    class Lost(metaclass=Forgetful):
        def me(self):
            return __class__
except RuntimeError as error:
    print(error)

try:
    class Wrong:
        __classcell__ = 1
except TypeError as error:
    print(error)


def kind(value):
    match value:
        case [*_]:
            return "sequence"
        case {}:
            return "mapping"
    return "neither"


class Numbers(collections.abc.Sequence):
    def __len__(self):
        return 0

    def __getitem__(self, index):
        raise IndexError(index)


class Adopted:
    pass


class Child(Adopted):
    pass


class Both(collections.UserList, collections.abc.Mapping):
    pass


print(kind(Numbers()), kind(collections.UserDict()), kind(Both()), kind(Child()))
collections.abc.Mapping.register(Adopted)
print(kind(Adopted()), kind(Child()), "__abc_tpflags__" in vars(collections.abc.Sequence))

thing = Adopted()
thing.name = "kept"
del thing.__dict__
print(hasattr(thing, "name"), vars(thing))
