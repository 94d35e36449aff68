# Fields of named tuples, caches of results, and itemgetter and attrgetter, which remember what they found before.
from collections import namedtuple
from functools import cache, lru_cache, partial
from operator import attrgetter, itemgetter
import copy


def attempt(*actions):
    for action in actions:
        try:
            print(action())
        except (TypeError, AttributeError, ValueError, IndexError) as error:
            print(type(error).__name__, error)


Point = namedtuple("Point", "x y")
point = Point(1, 2)
print(point, point.x, point[1], Point(y=1, x=2), Point._fields, Point.__doc__, "|", Point.__new__.__doc__)
print(point._replace(x=9), point._asdict(), Point._make([3, 4]), Point.x.__doc__, Point.__new__.__qualname__)
attempt(lambda: Point(1), lambda: Point(1, 2, 3), lambda: Point(1, z=2), lambda: Point(1, x=2), lambda: Point())
attempt(lambda: Point._make([1]), lambda: point._replace(q=1))
Triple = namedtuple("Triple", "a b c", defaults=(5, 6))
print(Triple(1), Triple(1, 2), Triple(a=1, c=3), Triple.__new__.__defaults__, Triple._field_defaults)
Triple.__new__.__defaults__ = (7, 8, 9)
print(Triple(), namedtuple("Renamed", "class def x", rename=True)(1, 2, 3), namedtuple("Empty", "")())


class Both(Point):
    def __new__(cls, value):
        return super().__new__(cls, value, value)

    def __init__(self, value):
        print("init", value)


class Shadowed(Point):
    @property
    def x(self):
        return 100


class Open(Point):
    def __getattr__(self, name):
        return name


class Elsewhere(Point):
    def __new__(cls, *items):
        return Both(*items) if len(items) == 1 else items


print(Both(3), Elsewhere(4), Elsewhere(5, 6), Open(1, 2).other)
for _ in range(3):
    print([(each.x, each.y) for each in (point, Both(3), Shadowed(1, 2), Open(7, 8))])
Point.x = 5
print(point.x, hash(Point(1, 2)) == hash((1, 2)), Point(1, 2) == (1, 2), sorted([Point(2, 1), Point(1, 2)]))


# A class whose __new__ is of the language: __init__ follows if what was made is an instance.
class Once:
    made = None

    def __new__(cls, *args):
        if cls.made is None:
            cls.made = super().__new__(cls)
        return cls.made


class Late(Once):
    def __init__(self, *args):
        print("late", args)


print(Once(1) is Once(2), [Once() is Once.made for _ in range(2)])
Late.made = None
Late(3)
Once.made = Late(4)
Once(5)
Once.__init__ = lambda self, *args: print("once", args)
Once.made = None
Once(6)


@lru_cache(maxsize=3)
def add(x, y=0, *, z=1):
    print("call", x, y, z)
    return x + y + z


print(add(1), add(1), add(1, 0), add(1, y=0), add(x=1), add(1), add(2), add(1.0), add(1), add.cache_info())
print(add.__name__, add.__wrapped__.__name__, add.__doc__, add.cache_parameters(), type(add).__name__)
add.cache_clear()
print(add.cache_info(), add(1), add.cache_info())


@lru_cache(typed=True)
def typed(x):
    print("typed", x)
    return x


@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@lru_cache(maxsize=0)
def never(x):
    return x


@lru_cache(maxsize=2)
def fails(x):
    raise ValueError(x)


@lru_cache(maxsize=2)
def deep(n):
    return 0 if n == 0 else deep(n - 1) + 1


print(typed(1), typed(1.0), typed(True), typed(1), typed.cache_info())
print(fib(300), fib.cache_info(), never(1), never(1), never.cache_info())
attempt(lambda: fails(1), lambda: fails(1), lambda: add([]), lambda: lru_cache(3.5))
print(fails.cache_info(), deep(50), deep.cache_info())
for n in (5, 3, 5, 1, 5, 3):
    deep(n)
print(deep.cache_info(), copy.copy(add) is add, copy.deepcopy(add) is add)


class Counting:
    count = 0

    @lru_cache
    def method(self, a):
        Counting.count += 1
        return a, Counting.count

    @staticmethod
    @cache
    def static(a):
        return a


counting = Counting()
print(counting.method(1), counting.method(1), counting.method(2), Counting.method(counting, 1), Counting.static(3))
print(Counting.method.cache_info())


class Anything:
    def __getitem__(self, key):
        return ("item", key)

    def __getattr__(self, name):
        return Anything() if name == "deeper" else name

    @property
    def seven(self):
        return 7


thing = Anything()
print(itemgetter(1)([1, 2]), itemgetter(1, 0)([1, 2]), itemgetter("a")({"a": 1}), itemgetter(slice(1))("abc"))
print(itemgetter(3, 4, 5)(thing), itemgetter(0)(thing), itemgetter(-1)("ab"), itemgetter(1), itemgetter(1, "a"))
print(attrgetter("seven")(thing), attrgetter("seven", "q")(thing), attrgetter("deeper.deeper.seven")(thing))
print(attrgetter("deeper.z", "deeper.seven", "real")(thing), attrgetter("real")(4), attrgetter("a.b", "c"))
attempt(lambda: itemgetter(), lambda: itemgetter(1)(), lambda: itemgetter(5)([1]), lambda: attrgetter(1))
attempt(lambda: attrgetter("x")(3), lambda: attrgetter("a.b")(3), lambda: itemgetter(1, 9)([1, 2]))
print(partial(max, 3)(5), partial(int, base=2)("11"), partial(partial(pow, 2), 3)(), copy.copy(itemgetter(2))([1, 2, 3]))


# A named tuple is unpacked by its items, unless its class says otherwise.
class Swapped(Point):
    def __iter__(self):
        return iter((self[1], self[0]))


for _ in range(2):
    a, b = Point(1, 2)
    c, d = Swapped(3, 4)
    print(a, b, c, d)
Swapped.__iter__ = lambda self: iter("xy")
c, d = Swapped(3, 4)
print(c, d)
attempt(lambda: [None for a, b, c in [Point(1, 2)]])
attempt(lambda: setattr(Point(1, 2), "x", 3))
attempt(lambda: delattr(Point(1, 2), "x"))
