# isinstance and issubclass with tuples and unions of classes that have hooks, the truth of what hooks answer, and builtins as key functions.
import abc
import operator
import sys
import traceback

sys.setrecursionlimit(20_000)
DEPTH = 800


class Truth:
    """Its truth takes a call, too."""

    def __init__(self, step):
        self.step = step

    def __bool__(self):
        return self.step()


class Length:
    def __init__(self, step):
        self.step = step

    def __len__(self):
        return int(self.step())


class Item:
    """Shows, counts and compares itself by what `step` makes of the next lower one."""

    def __init__(self, depth, step):
        self.depth, self.step = depth, step

    def ask(self):
        return self.step(Item(self.depth - 1, self.step)) if self.depth else 1

    def __len__(self):
        return int(self.ask())

    __abs__ = __index__ = __float__ = __hash__ = __len__

    def __bool__(self):
        return bool(self.ask())

    def __str__(self):
        return str(self.ask())

    __repr__ = __str__

    def __lt__(self, other):
        return bool(self.ask())

    @property
    def size(self):
        return self.ask()

    def method(self):
        return self.ask()

    def __getitem__(self, key):
        return self.ask()


class Meta(type):
    step = None

    def __instancecheck__(cls, instance):
        return type(cls).step(instance)

    def __subclasscheck__(cls, subclass):
        return type(cls).step(subclass)


class Hooked(metaclass=Meta):
    pass


def lowered(check, wrap=lambda step: step()):
    """A hook that asks `check` until it is deep enough."""
    left = DEPTH

    def step(what):
        nonlocal left
        left -= 1
        return wrap(lambda: bool(check(what))) if left else True

    return step


CHECKS = {
    "instance": lambda what: isinstance(what, (int, Hooked)),
    "inner tuple": lambda what: isinstance(what, (int, (str, (Hooked,)), bytes)),
    "union": lambda what: isinstance(what, int | Hooked),
    "union in a tuple": lambda what: isinstance(what, (str, int | Hooked)),
    "subclass": lambda what: issubclass(type(what), (int, Hooked)),
    "subclass of a union": lambda what: issubclass(type(what), int | Hooked),
    "one class": lambda what: isinstance(what, Hooked),
}
for name, check in CHECKS.items():
    for wrap in (lambda step: step(), Truth, Length):
        Meta.step = lowered(check, wrap)
        print(name, check(1.5))

KEYS = {
    "sorted by len": lambda item: sorted([item], key=len) is not None,
    "sorted by str": lambda item: sorted([item], key=str) is not None,
    "sorted by str of a list": lambda item: sorted([[item]], key=str) is not None,
    "sorted by repr of a dict": lambda item: sorted([{1: item}], key=repr) is not None,
    "sorted by abs": lambda item: sorted([item], key=abs) is not None,
    "sorted by hash": lambda item: sorted([(item,)], key=hash) is not None,
    "sorted by bool": lambda item: sorted([item], key=bool) is not None,
    "sorted by attrgetter": lambda item: sorted([item], key=operator.attrgetter("size")) is not None,
    "sorted by itemgetter": lambda item: sorted([item], key=operator.itemgetter(0)) is not None,
    "sorted by methodcaller": lambda item: sorted([item], key=operator.methodcaller("method")) is not None,
    "list.sort by len": lambda item: [item].sort(key=len) is None,
    "sorted by min": lambda item: sorted([[item, item]], key=min) is not None,
    "max by str of a tuple": lambda item: max([(item,)], key=str) is not None,
    "min by len": lambda item: min([item], key=len) is not None,
}
for name, step in KEYS.items():
    print(name, step(Item(DEPTH, step)))


def far_below(step, levels=40):
    """Does a step below many nested runs."""
    if levels:
        [0][Item(1, lambda _: far_below(step, levels - 1) and 0)]
    else:
        step()
    return True


class Telling(type):
    def __instancecheck__(cls, instance):
        print("  asked", cls.__name__, instance)
        return cls.answer(instance)

    __subclasscheck__ = __instancecheck__


def telling(name, answer):
    return Telling(name, (), {"answer": staticmethod(answer), "__repr__": lambda self: "an object"})


def refuse(instance):
    raise ValueError(f"never {instance}")


class Wrong:
    def __bool__(self):
        return "wrong"


class Negative:
    def __len__(self):
        return -1


No = telling("No", lambda instance: 0)
Yes = telling("Yes", lambda instance: [instance])
Raises = telling("Raises", refuse)
WithWrong = telling("WithWrong", lambda instance: Wrong())
WithNegative = telling("WithNegative", lambda instance: Negative())
WithTruth = telling("WithTruth", lambda instance: Truth(lambda: print("  truth") is None))
WithLength = telling("WithLength", lambda instance: Length(lambda: print("  length") or 0))


class Number(abc.ABC):
    pass


Number.register(float)


def tell(what, step):
    try:
        print(what, step())
    except Exception as error:
        print(what, repr(error), [frame.name for frame in traceback.extract_tb(error.__traceback__)][1:])


def check_all():
    for check in (isinstance, issubclass):
        what = 1.5 if check is isinstance else float
        name = check.__name__
        tell(name, lambda: check(what, (int, No, Yes, Raises)))
        tell(name, lambda: check(what, (int, (No, (No, str)), No)))
        tell(name, lambda: check(what, (No, Raises, Yes)))
        tell(name, lambda: check(what, (No, 5)))
        tell(name, lambda: check(what, (Yes, 5)))
        tell(name, lambda: check(what, (No, WithWrong, Yes)))
        tell(name, lambda: check(what, (No, WithNegative, Yes)))
        tell(name, lambda: check(what, WithWrong))
        tell(name, lambda: check(what, WithNegative))
        tell(name, lambda: check(what, (No, WithTruth, Yes)))
        tell(name, lambda: check(what, (No, WithLength, Yes)))
        tell(name, lambda: check(what, WithTruth))
        tell(name, lambda: check(what, WithLength))
        tell(name, lambda: check(what, No | Yes))
        tell(name, lambda: check(what, (No, int | No)))
        tell(name, lambda: check(what, (No, list[int])))
        tell(name, lambda: check(what, (No, Number)))
        tell(name, lambda: check(what, ()))
        tell(name, lambda: check(what, (No, ())))
        tell(name, lambda: check(what, (Number, No)))
    # The exact class is not asked.
    tell("exact", lambda: isinstance(made, (No, Raises)))
    tell("exact in a tuple", lambda: isinstance(made, (Exact, No)))
    tell("key", lambda: sorted(["bb", "a", ""], key=len))
    tell("key that fails", lambda: sorted([[1], 2], key=len))
    tell("key that fails in the language", lambda: sorted([Item(1, refuse)], key=len))


Exact = telling("Exact", refuse)
made = Exact()
check_all()
far_below(check_all)
