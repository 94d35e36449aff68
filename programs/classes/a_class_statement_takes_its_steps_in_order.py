# Which step of making a class comes after which, what each is given, and what follows when one of them fails.
import traceback


def say(*words):
    print("  ", *words)


class Namespace(dict):
    def __setitem__(self, key, value):
        say("namespace takes", key)
        super().__setitem__(key, value)


class Named:
    def __set_name__(self, owner, name):
        say("named", name, "in", owner.__name__, hasattr(owner, "other"))


class Replaced:
    def __init__(self, *entries):
        self.entries = entries

    def __mro_entries__(self, bases):
        say("entries asked with", len(bases))
        return self.entries


class Meta(type):
    @classmethod
    def __prepare__(meta, name, bases, **keywords):
        say("prepare", name, [base.__name__ for base in bases], keywords)
        return Namespace(prepared=True)

    def __new__(meta, name, bases, namespace, **keywords):
        say("new", name, sorted(keywords), "__classcell__" in namespace)
        return super().__new__(meta, name, bases, namespace, **keywords)

    def __init__(cls, name, bases, namespace, **keywords):
        say("init", name, sorted(keywords))
        super().__init__(name, bases, namespace)

    def mro(cls):
        say("mro of", cls.__name__)
        return super().mro()


class Base(metaclass=Meta):
    def __init_subclass__(cls, **keywords):
        say("subclass", cls.__name__, keywords)


print("with everything")


class Derived(Replaced(Base), Replaced(), colour="red"):
    say("body")
    first, other = Named(), Named()

    def method(self):
        return __class__


print(Derived().method() is Derived, [type(base).__name__ for base in Derived.__orig_bases__], Derived.prepared)

print("by a call of type")
print(type(type("Called", (Base,), {"x": Named()})).__name__)


def attempt(what, function):
    try:
        function()
    except Exception as error:
        frames = [entry.name for entry in traceback.extract_tb(error.__traceback__)]
        print(what, "->", type(error).__name__, error, getattr(error, "__notes__", ""), frames[1:])
    else:
        print(what, "-> went well")


def failing(*args, **keywords):
    raise LookupError(len(args), sorted(keywords))


def by_entries():
    class Bad:
        __mro_entries__ = failing

    class C(int, Bad()): pass


def by_entries_that_are_no_tuple():
    class C(Replaced(), [1]): pass


def by_wrong_entries():
    class Bad:
        def __mro_entries__(self, bases): return [object]

    class C(Bad()): pass


def by_entries_that_cannot_be_called():
    class Bad: __mro_entries__ = None

    class C(Bad()): pass


def by_lookup_of_entries():
    class Bad:
        @property
        def __mro_entries__(self): return failing()

    class C(Bad()): pass


def by_missing_entries():
    class Bad:
        @property
        def __mro_entries__(self): raise AttributeError("none")

    class C(Bad()): pass


def by_prepare():
    class M(type): __prepare__ = classmethod(failing)

    class C(metaclass=M): pass


def by_prepare_of_a_property():
    class MM(type):
        @property
        def __prepare__(cls): raise AttributeError("no such thing")

    class M(type, metaclass=MM): pass

    class C(metaclass=M): pass


def by_namespace():
    class M(type):
        @classmethod
        def __prepare__(meta, name, bases): return 5

    class C(metaclass=M): pass


def by_namespace_of_a_function():
    def make(*args): return args

    make.__prepare__ = lambda name, bases: None

    class C(metaclass=make): pass


def by_body():
    class C:
        class D: 1 / 0


def by_new():
    class M(type): __new__ = failing

    class C(metaclass=M): pass


def by_init():
    class M(type): __init__ = failing

    class C(metaclass=M, key=1): pass


def by_cell():
    class M(type):
        def __new__(meta, name, bases, namespace):
            namespace.pop("__classcell__")
            return super().__new__(meta, name, bases, namespace)

    class C(metaclass=M):
        def f(self): return __class__


def by_cell_of_another():
    class M(type):
        def __new__(meta, name, bases, namespace):
            super().__new__(meta, "Other", bases, dict(namespace))
            namespace.pop("__classcell__")
            return super().__new__(meta, name, bases, namespace)

    class C(metaclass=M):
        __qualname__ = "C"

        def f(self): return __class__


def by_name():
    class Bad: __set_name__ = failing

    class C:
        first = Bad()
        second = Bad()


def by_init_subclass():
    class B: __init_subclass__ = classmethod(failing)

    class C(B, key=2): pass


def by_keyword_nobody_takes():
    class C(key=2): pass


def by_order():
    class M(type): mro = failing

    class C(metaclass=M): pass


def by_strange_order():
    class M(type):
        def mro(cls): yield cls; yield 5

    class C(metaclass=M): pass


def by_slots():
    class C: __slots__ = map(failing, "ab")


def by_names_of_slots():
    class C: __slots__ = (n for n in (1, 2))


def by_conflict():
    class M(type): pass

    class N(type): pass

    class A(metaclass=M): pass

    class B(metaclass=N): pass

    class C(A, B): pass


def by_two_metaclasses():
    class C(metaclass=type, **{"metaclass": Meta}): pass


for function in (by_entries, by_entries_that_are_no_tuple, by_wrong_entries, by_entries_that_cannot_be_called,
                 by_lookup_of_entries, by_missing_entries, by_prepare, by_prepare_of_a_property, by_namespace,
                 by_namespace_of_a_function, by_body, by_new, by_init, by_cell, by_cell_of_another, by_name,
                 by_init_subclass, by_keyword_nobody_takes, by_order, by_strange_order, by_slots, by_names_of_slots,
                 by_conflict, by_two_metaclasses):
    attempt(function.__name__, function)

print("what need not be a class")


def make(name, bases, namespace, **keywords):
    return name, bases, sorted(name for name in namespace if not name.startswith("__")), keywords


class Tuple(1, "two", metaclass=make, key="word"):
    x = y = 0


print(Tuple)


class InGenerator:
    def items():
        class Inner:
            got = []
            for item in "ab":
                got.append(item)
        yield Inner.got

    values = list(items())


print(InGenerator.values)
