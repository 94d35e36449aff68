# Each step of making a class may make the next class. No such step takes a bit of the interpreter's own stack.
import sys
import types

sys.setrecursionlimit(20_000)
DEPTH = 1_500


def by_body(n):
    if n == 0:
        return 0

    class Level:
        below = by_body(n - 1)

    return Level.below + 1


def by_entries(n):
    if n == 0:
        return 0

    class Base:
        def __mro_entries__(self, bases):
            self.below = by_entries(n - 1)
            return ()

    base = Base()

    class Level(base):
        pass

    return base.below + 1


def by_looked_up_entries(n):
    if n == 0:
        return 0

    class Base:
        def __getattr__(self, name):
            self.below = by_looked_up_entries(n - 1)
            return lambda bases: ()

    base = Base()

    class Level(base):
        pass

    return base.below + 1


def by_prepare(n):
    if n == 0:
        return 0

    class Meta(type):
        @classmethod
        def __prepare__(meta, name, bases):
            return {"below": by_prepare(n - 1)}

    class Level(metaclass=Meta):
        pass

    return Level.below + 1


def by_new(n):
    if n == 0:
        return 0

    class Meta(type):
        def __new__(meta, name, bases, namespace):
            namespace["below"] = by_new(n - 1)
            return super().__new__(meta, name, bases, namespace)

    class Level(metaclass=Meta):
        pass

    return Level.below + 1


def by_call_of_metaclass(n):
    if n == 0:
        return 0

    class Maker(type):
        def __call__(meta, name, bases, namespace):
            namespace["below"] = by_call_of_metaclass(n - 1)
            return super().__call__(name, bases, namespace)

    class Meta(type, metaclass=Maker):
        pass

    class Level(metaclass=Meta):
        pass

    return Level.below + 1


def by_order(n):
    if n == 0:
        return 0
    below = []

    class Meta(type):
        def mro(cls):
            below.append(by_order(n - 1))
            yield from super().mro()

    class Level(metaclass=Meta):
        pass

    return below[0] + 1


def by_slots(n):
    if n == 0:
        return 0
    below = []

    def names():
        below.append(by_slots(n - 1))
        yield "slot"

    class Level:
        __slots__ = names()

    return below[0] + 1


def by_name(n):
    if n == 0:
        return 0

    class Descriptor:
        def __set_name__(self, owner, name):
            owner.below = by_name(n - 1)

    class Level:
        attribute = Descriptor()

    return Level.below + 1


def by_init_subclass(n):
    if n == 0:
        return 0

    class Base:
        def __init_subclass__(cls, step):
            cls.below = by_init_subclass(n - step)

    class Level(Base, step=1):
        pass

    return Level.below + 1


def by_call_of_type(n):
    if n == 0:
        return 0

    class Descriptor:
        def __set_name__(self, owner, name):
            owner.below = by_call_of_type(n - 1)

    return type("Level", (), {"attribute": Descriptor()}).below + 1


def by_new_class(n):
    if n == 0:
        return 0

    def fill(namespace):
        namespace["below"] = by_new_class(n - 1)

    return types.new_class("Level", (), {}, fill).below + 1


def by_decorator(n):
    if n == 0:
        return 0

    def decorate(cls):
        cls.below = by_decorator(n - 1)
        return cls

    @decorate
    class Level:
        pass

    return Level.below + 1


for function in (by_body, by_entries, by_looked_up_entries, by_prepare, by_new, by_call_of_metaclass, by_order, by_slots, by_name,
                 by_init_subclass, by_call_of_type, by_new_class, by_decorator):
    print(function.__name__, function(DEPTH))


def endless(log):
    class Level:
        log.append(len(log))
        endless(log)


# With a limit, the statement and the body count as a frame each.
sys.setrecursionlimit(1_000)
entered = []
try:
    endless(entered)
except RecursionError as error:
    print(type(error).__name__, len(entered))


class Kept:
    value = len(entered)


print(Kept.value)
