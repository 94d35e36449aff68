# Items compared by methods in the language, by sorting, searching and comparing lists and tuples: in frames, however deep.
import functools
import sys

sys.setrecursionlimit(20_000)
DEPTH = 800


class Below:
    """Compares by what `step` makes of the next lower one."""

    def __init__(self, depth, step):
        self.depth, self.step = depth, step

    def ask(self, other):
        return self.step(Below(self.depth - 1, self.step), Below(other.depth - 1, self.step)) if self.depth else True

    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = ask
    __hash__ = None

    def __ne__(self, other):
        return not self.ask(other)


STEPS = {
    "sorted": lambda a, b: sorted([b, a])[0] is a,
    "list.sort": lambda a, b: [b, a].sort(reverse=True) is None,
    "sorted by a key": lambda a, b: sorted([b, a], key=lambda item: item)[0] is a,
    "in a list": lambda a, b: a in [b],
    "in a tuple": lambda a, b: a in (b,),
    "not in": lambda a, b: not a not in [b],
    "index": lambda a, b: [b].index(a) == 0,
    "count": lambda a, b: (b,).count(a) == 1,
    "remove": lambda a, b: [b].remove(a) is None,
    "lists": lambda a, b: [a] == [b],
    "tuples": lambda a, b: (1, a) == (1, b),
    "inside": lambda a, b: [[(a,)]] == [[(b,)]],
    "unequal": lambda a, b: not [a] != [b],
    "less": lambda a, b: not [a, 1] < [b, 0],
    "by the method": lambda a, b: [a].__eq__([b]),
    "contains": lambda a, b: [a].__contains__(b),
}
for name, step in STEPS.items():
    print(name, Below(DEPTH, step) == Below(DEPTH, step))


class Noisy:
    log = []

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        self.log.append(f"{self.value}<{other.value}")
        if "bad" in (self.value, other.value):
            raise ValueError("bad item")
        return self.value < other.value

    def __eq__(self, other):
        self.log.append(f"{self.value}=={getattr(other, 'value', other)}")
        return self.value == getattr(other, "value", other)

    def __repr__(self):
        return f"N{self.value}"


def show(what, function):
    Noisy.log.clear()
    try:
        result = function()
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    print(what, result, Noisy.log)


def noisy(*values):
    return [Noisy(value) for value in values]


print("three", sorted(noisy(3, 1, 2)))
print("reversed", sorted(noisy(3, 1, 2), reverse=True))
print("sorted already", sorted(noisy(*range(5))))
show("one", lambda: sorted(noisy(1)))
show("find", lambda: noisy(1, 2, 3).index(2))
show("not there", lambda: noisy(1, 2).index(5))
show("too late", lambda: noisy(1, 2, 3).index(1, 1))
show("count", lambda: noisy(1, 2, 1).count(1))
show("in", lambda: 2 in noisy(1, 2, 3))
show("remove nothing", lambda: noisy(1, 2).remove(3))
show("compare", lambda: noisy(1, 2, 3) == noisy(1, 5, 3))
show("lengths", lambda: noisy(1, 2) == noisy(1))
show("order", lambda: (0, *noisy(1, 2)) < (0, *noisy(1, 3)))
show("order by length", lambda: noisy(1) < noisy(1, 2))
show("mixed", lambda: sorted([Noisy(1), 2]))

for reverse in False, True:
    items = noisy(3, 1, "bad", 2)
    try:
        items.sort(reverse=reverse)
    except ValueError as error:
        print(error, sorted(map(repr, items)))


class Meddling:
    def __init__(self, n, target):
        self.n, self.target = n, target

    def __lt__(self, other):
        self.target.append("intruder")
        return self.n < other.n


target = []
target += [Meddling(2, target), Meddling(1, target)]
try:
    target.sort()
except ValueError as error:
    print(error, [item.n for item in target])


class Shrinking:
    def __init__(self, target):
        self.target = target

    def __eq__(self, other):
        self.target.clear()
        return False


target = []
target += [Shrinking(target), Shrinking(target)]
print(5 in target, target, target == [5])
target += [Shrinking(target), 1]
print(target == [6, 1], target)


class Truth:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        print("truth of", self.value)
        return self.value


class Strange:
    def __eq__(self, other):
        return Truth(other == 1)

    def __lt__(self, other):
        return Truth(False)


print(1 in [Strange()], [Strange()] == [2], type([Strange()] < [2]).__name__, len(sorted([Strange(), Strange()])))

# Orders that hold over many items, stable, against a plain sort.
import random

random.seed(5)
numbers = [random.randrange(50) for _ in range(500)]
pairs = [(Noisy(n), i) for i, n in enumerate(numbers)]
for reverse in False, True:
    plain = sorted(((n, i) for i, n in enumerate(numbers)), key=lambda pair: pair[0], reverse=reverse)
    print([(a.value, i) for a, i in sorted(pairs, key=lambda pair: pair[0], reverse=reverse)] == plain)
    by_cmp = sorted(enumerate(numbers), key=functools.cmp_to_key(lambda a, b: a[1] - b[1]), reverse=reverse)
    print([(n, i) for i, n in by_cmp] == plain)
for length in range(60):
    items = [Noisy(random.randrange(20)) for _ in range(length)]
    if [item.value for item in sorted(items)] != sorted(item.value for item in items):
        print("wrong", length)


class Named(tuple):
    pass


class Backwards(tuple):
    def __lt__(self, other):
        return tuple.__gt__(self, other)


print(sorted([Named((2, 1)), Named((1, 5))]), sorted([Backwards((1,)), Backwards((2,))]))
print(sorted([[Noisy(2)], [Noisy(1)]]), [Noisy(1)] == [1.0], (1, [2, Noisy(3)]) == (1, [2, 3]))


def sort_in_generator():
    yield sorted(noisy(2, 1))
    yield 1 in noisy(1)


print(list(sort_in_generator()))
cyclic, other = [], []
cyclic.append(cyclic)
other.append(other)
try:
    cyclic == other
except RecursionError as error:
    print(type(error).__name__)
