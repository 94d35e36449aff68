# __getattr__, __getattribute__, __setattr__, __delattr__ and descriptors in the language: in order, and as deep as one likes.
import sys

sys.setrecursionlimit(20_000)


def attempt(action):
    try:
        print("->", action())
    except Exception as error:
        depth, trace = 0, error.__traceback__
        while trace:
            depth, trace = depth + 1, trace.tb_next
        print("->", type(error).__name__, error, f"[{depth}]", "after", repr(error.__context__))


# __getattr__ is asked after AttributeError, whoever raised it.
class Fallback:
    plain = 1

    def __getattr__(self, name):
        print("getattr", name, type(sys.exception()).__name__, end=" ")
        if name.startswith("no"):
            raise AttributeError(name)
        return name.upper()

    @property
    def missing(self):
        print("property", end=" ")
        raise AttributeError("inner")

    @property
    def no_luck(self):
        raise AttributeError("inner")

    @property
    def broken(self):
        raise KeyError("inner")

    @property
    def fine(self):
        return "fine"


f = Fallback()
for name in ("plain", "other", "missing", "no_luck", "nothing", "broken", "fine"):
    attempt(lambda: getattr(f, name))
    attempt(lambda: getattr(f, name, "default"))
    attempt(lambda: hasattr(f, name))
attempt(lambda: f.other)
attempt(lambda: f.missing)
attempt(lambda: f.missing())
attempt(lambda: f.no_luck)
attempt(lambda: f.broken)
attempt(lambda: f.fine)


class Watched(Fallback):
    def __getattribute__(self, name):
        print("getattribute", name, end=" ")
        return super().__getattribute__(name)

    def __setattr__(self, name, value):
        print("setattr", name, value)
        super().__setattr__(name, value)
        return "ignored"

    def __delattr__(self, name):
        print("delattr", name)
        super().__delattr__(name)


w = Watched()
w.x = 1
attempt(lambda: w.x)
setattr(w, "y", 2)
print(w.__dict__)
del w.x
delattr(w, "y")
attempt(lambda: w.x)
attempt(lambda: w.missing)
attempt(lambda: delattr(w, "z"))


# Descriptors.
class Field:
    def __init__(self, name):
        self.name = name

    def __get__(self, this, owner):
        print("get", self.name, this is not None, owner.__name__, end=" ")
        if this is not None and self.name not in this.__dict__:
            raise AttributeError(self.name)
        return this and this.__dict__[self.name]

    def __set__(self, this, value):
        print("set", self.name, value)
        if value is None:
            raise ValueError("None")
        this.__dict__[self.name] = value
        return "ignored"

    def __delete__(self, this):
        print("delete", self.name)
        del this.__dict__[self.name]


class Point:
    x = Field("x")
    y = Field("y")

    @property
    def both(self):
        return self.x, self.y

    @both.setter
    def both(self, pair):
        self.x, self.y = pair

    @both.deleter
    def both(self):
        del self.x, self.y


class Sub(Point):
    @property
    def both(self):
        return "sub", super().both

    def through_super(self):
        return super().x


p = Point()
p.both = 1, 2
attempt(lambda: p.both)
p.x += 10
setattr(p, "y", 20)
attempt(lambda: (p.x, getattr(p, "y"), Point.x))
attempt(lambda: setattr(p, "x", None))
attempt(lambda: object.__setattr__(p, "x", 5))
attempt(lambda: object.__delattr__(p, "x"))
attempt(lambda: getattr(p, "x", "gone"))
p.x = 1
del p.both
attempt(lambda: hasattr(p, "y"))
attempt(lambda: delattr(p, "x"))
s = Sub()
s.x, s.y = 3, 4
attempt(lambda: s.both)
attempt(lambda: s.through_super())


class Lazy:
    """A descriptor without __set__ beside __getattr__."""

    def __get__(self, this, owner):
        raise AttributeError("lazy")


class Both(Fallback):
    lazy = Lazy()


attempt(lambda: Both().lazy)
attempt(lambda: Both.lazy)


# Hooks of metaclasses.
class Meta(type):
    def __getattr__(cls, name):
        return f"{cls.__name__}.{name}"

    def __setattr__(cls, name, value):
        print("meta set", name)
        super().__setattr__(name, value)

    def __instancecheck__(cls, object):
        print("instance?", end=" ")
        return object == cls.__name__

    def __subclasscheck__(cls, other):
        print("subclass?", end=" ")
        return [other]


class Made(metaclass=Meta):
    pass


Made.z = 1
print(Made.z, Made.nope, getattr(Made, "more"), isinstance("Made", Made), isinstance(1, Made), issubclass(int, Made))
print(isinstance(Made(), Made), isinstance("Made", (int, Made)))


# As deep as frames go.
class Deep:
    def __init__(self, n):
        object.__setattr__(self, "n", n)

    def __getattr__(self, name):
        return getattr(Deep(self.n - 1), name) + 1 if self.n else 0

    def __setattr__(self, name, value):
        if self.n:
            setattr(Deep(self.n - 1), name, value)
        else:
            print("set at the bottom", value)

    def __delattr__(self, name):
        if self.n:
            delattr(Deep(self.n - 1), name)
        else:
            print("deleted at the bottom")

    @property
    def chain(self):
        if self.n == 0:
            raise AttributeError
        return Deep(self.n - 1).chain + 1


Deep(1500).a = "x"
del Deep(1500).a
print(Deep(1500).a, Deep(1200).chain)


# Special methods through builtins.
class Answers:
    def __init__(self, n):
        self.n = n

    def less(self):
        return Answers(self.n - 1)

    def __len__(self):
        return len(self.less()) + 1 if self.n else 0

    def __abs__(self):
        return abs(self.less()) + 1 if self.n else 0

    def __hash__(self):
        return hash(self.less()) + 1 if self.n else 0

    def __repr__(self):
        return repr(self.less())[:6] + "!" if self.n else "repr"

    def __str__(self):
        return str(self.less())[:6] + "!" if self.n else "str"

    def __format__(self, spec):
        return format(self.less(), spec)[:6] + "!" if self.n else spec

    def __round__(self, digits=None):
        return round(self.less(), digits) if self.n else digits

    def __iter__(self):
        return iter(self.less()) if self.n else iter("items")


class Truth:
    def __init__(self, n):
        self.n = n

    def __bool__(self):
        return not bool(Truth(self.n - 1)) if self.n else True


a = Answers(1000)
print(len(a), abs(a), hash(a), repr(a), str(a), format(a, "spec"), round(a), round(a, 3), list(iter(a)), bool(Truth(1001)))
print(bool(Answers(2)), bool(Answers(0)), list(map(len, [Answers(1), Answers(2)])), [*map(str, [Answers(0)])])


# What they answer is looked at.
class Wrong:
    def __len__(self):
        return -1

    def __hash__(self):
        return "x"

    def __repr__(self):
        return 1

    def __str__(self):
        return None

    def __format__(self, spec):
        return 2

    def __iter__(self):
        return 3

    def __aiter__(self):
        return 4


class Untrue:
    def __bool__(self):
        return 1


class Fails:
    def __len__(self):
        raise KeyError("len")

    __abs__ = __hash__ = __repr__ = __bool__ = __iter__ = __aiter__ = __anext__ = __len__


for function in (len, hash, repr, str, format, iter, aiter, bool):
    attempt(lambda: function(Wrong()))
for function in (bool, len, abs, hash, repr, str, iter, aiter, anext):
    attempt(lambda: function(Untrue() if function is bool else Fails()))


# Subclasses of builtin classes, whose own methods are overridden.
class Loud(list):
    def __len__(self):
        return super().__len__() + 100

    def __iter__(self):
        print("iter", end=" ")
        return super().__iter__()

    def __repr__(self):
        return "Loud" + super().__repr__()


print(len(Loud([1, 2])), repr(Loud([1])), str(Loud([1])), next(iter(Loud([7]))), bool(Loud()))


def endless(n=0):
    class Endless:
        def __len__(self):
            return len(self)

        def __getattr__(self, name):
            return getattr(self, name)

    for action in (len, lambda e: e.x, lambda e: getattr(e, "x", 0)):
        try:
            action(Endless())
        except RecursionError as error:
            print("RecursionError")


sys.setrecursionlimit(300)
endless()
