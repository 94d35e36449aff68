import sys

sys.setrecursionlimit(20_000)


class Amount:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        print(f"{self}+{other}", end=" ")
        if not isinstance(other, Amount):
            return NotImplemented
        return Amount(self.n + other.n)

    def __radd__(self, other):
        print(f"{other}+{self}", end=" ")
        return Amount(other + self.n)

    def __lt__(self, other):
        print(f"{self}<{other}", end=" ")
        return self.n < other.n

    def __gt__(self, other):
        print(f"{self}>{other}", end=" ")
        return [] if self.n <= other.n else ["more"]

    def __bool__(self):
        print(f"{self}?", end=" ")
        return self.n > 0

    def __len__(self):
        print(f"len {self}", end=" ")
        return self.n

    def __repr__(self):
        return f"A{self.n}"


amounts = [Amount(n) for n in (3, 1, 4, 1)]
print(sum(amounts), sum(amounts, Amount(10)), sum([1, 2.5, *amounts[:2]]), sum([], Amount(7)), sum(amounts[:1]) is amounts[0])
print(min(amounts), max(amounts), max(*amounts), min(amounts[0], amounts[1]), max(amounts, default=5), min([], default=5))
print(min(amounts, key=len), max(amounts, key=lambda a: a.n), max(amounts, key=lambda a: a), min(*amounts, key=lambda a: -a.n))
print(any(amounts), all(amounts), any([0, None, Amount(0), Amount(2), Amount(3)]), all([1, Amount(1), "", Amount(1)]))
print(sum(a for a in amounts), max(a for a in amounts), any(a for a in amounts), all({Amount(0): 1}))
print(sum([[1], [2, 3]], []), sum([(1,), (2,)], ()), sum([0.1] * 10), sum([True, 2**70, -(2**70)]), sum([1, 2, 3], 0.5))
print(max([1, 2.5, True]), min("b", "a"), max([(1, "x"), (1, "y")]), min([[2], [1, 5]]), max([1, 1.0]), min([1.0, 1]))


class Number(int):
    def __add__(self, other):
        return Number(int(self) * 100 + int(other))


print(sum([1, 2, Number(3), 4, 5]), type(sum([Number(1)])).__name__, sum([Number(1), Number(2)], Number(3)))

for task in (
    lambda: sum([1, "a"]),
    lambda: sum([Amount(1), "a"]),
    lambda: sum([object()]),
    lambda: max([1, "a"]),
    lambda: min([Amount(1), 2]),
    lambda: max(object(), object()),
    lambda: min([]),
    lambda: max(5),
    lambda: sum(5),
    lambda: any(5),
    lambda: max([1], key=5),
):
    try:
        print(task())
    except (TypeError, ValueError, AttributeError) as error:
        print(type(error).__name__, error)


class Wrong:
    def __bool__(self):
        return 1

    def __gt__(self, other):
        return self


for task in (lambda: any([Wrong()]), lambda: all(x for x in [Wrong()]), lambda: max(Wrong(), 1), lambda: max(1, Wrong())):
    try:
        print(task())
    except TypeError as error:
        print(error)

# The list may change under the questions.


class Clearing:
    def __init__(self, items):
        self.items = items

    def __bool__(self):
        self.items.clear()
        return False

    def __radd__(self, other):
        self.items.append(40)
        return other + 2


items = [0]
items += [Clearing(items), 1]
print(any(items), items)
items[:] = [1, Clearing(items), 3]
print(sum(items), items[2:])

# Each level of these waits in frames.


class Deep:
    def __init__(self, depth, ask):
        self.depth, self.ask = depth, ask

    def below(self, *_):
        return self.ask(Deep(self.depth - 1, self.ask)) if self.depth else 1

    __radd__ = __add__ = below

    def __bool__(self):
        return bool(self.below())

    def __lt__(self, other):
        return self.below() is not None

    def __gt__(self, other):
        return self.below() is not None


asks = {
    "sum": lambda deep: sum([deep]),
    "sum from": lambda deep: sum([1], deep),
    "any": lambda deep: any([deep]),
    "all": lambda deep: all([0.5, deep]),
    "min": lambda deep: min([1, deep]) is deep,
    "max": lambda deep: max(1, deep) is deep,
    "max by key": lambda deep: max([1, deep], key=lambda x: x) is deep,
}
for name, ask in asks.items():
    print(name, Deep(2_000, ask).below())
