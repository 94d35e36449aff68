# Lists of numbers, strings and tuples of these are sorted without asking their methods; others by __lt__ alone.
from operator import attrgetter, itemgetter
from random import Random

random = Random(3)


class Number:
    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return self.value < other.value

    def __repr__(self):
        return f"<{self.value}>"


class Reflected(Number):
    def __lt__(self, other):
        if other.value % 3 == 0:
            return NotImplemented
        return self.value < other.value

    def __gt__(self, other):
        return self.value > other.value


def some(count, *choices):
    return [random.choice(choices) for _ in range(count)]


lists = {
    "integers": [random.randint(-50, 50) for _ in range(40)],
    "truth values": some(30, True, False, 0, 1, 2, -1),
    "large integers": some(30, 2**61, -(2**61), 2**70, 5, -(2**61) - 1, 2**53, 2**53 + 1),
    "numbers": some(40, 1, 1.0, 2.5, -0.0, 0, 0.0, 1e300, float("inf"), -5),
    "numbers too large to be exact": some(30, 2**53, 2**53 + 1, float(2**53), 1.5),
    "floats": some(40, 1.5, -1.5, 0.0, -0.0, 1e-310, 5e200, float("-inf")),
    "strings": ["".join(some(random.randint(0, 12), *"abé\0z")) for _ in range(40)],
    "pairs": [(random.randint(0, 5), random.choice(["aaaaaaaaa", "aaaaaaaab", "b"])) for _ in range(40)],
    "pairs of strings and numbers": [(random.choice("ab"), random.choice([1, 2.5])) for _ in range(30)],
    "pairs with objects": [(random.randint(0, 9), Number(i % 4)) for i in range(30)],
    "tuples of many lengths": [tuple(some(random.randint(0, 3), 1, 2, 3)) for _ in range(40)],
    "tuples in tuples": [((random.randint(0, 2), "x"), random.randint(0, 2)) for _ in range(30)],
    "lists": [some(2, 1, 2, 3) for _ in range(30)],
    "bytes": [bytes(some(2, 1, 2, 3)) for _ in range(30)],
    "objects": [Number(random.randint(0, 9)) for _ in range(40)],
    "objects that leave it to others": [Reflected(random.randint(0, 9)) for _ in range(20)],
    "sorted already": list(range(20)),
    "sorted backwards": list(range(20, 0, -1)),
}
for name, items in lists.items():
    for reverse in (False, True):
        ordered = sorted(items, reverse=reverse)
        places = sorted(range(len(items)), key=items.__getitem__, reverse=reverse)
        assert all(ordered[n] is items[place] or ordered[n] == items[place] for n, place in enumerate(places)), name
        print(name, reverse, ordered, places)

# No number is less than, or more than, what is not a number.
nan = float("nan")
print(sorted([3.0, nan, 1.0, 2.0]), sorted([(1, nan), (1, 2), (0, nan)]))
for mixed in ([1, "a"], [(1, 2), (1, "a")], [None, None], [1, None, 2], [Number(1), 3], [1j, 2]):
    try:
        print(sorted(mixed))
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)


# The method may be replaced, or the list changed, while it is sorted.
class Fickle(Number):
    asked = 0

    def __lt__(self, other):
        Fickle.asked += 1
        if Fickle.asked == 5:
            Fickle.__lt__ = lambda self, other: self.value > other.value
        if Fickle.asked == 3:
            fickle.append(1)
        return self.value < other.value


fickle = [Fickle(n) for n in (5, 3, 1, 4, 2)]
try:
    fickle.sort()
except ValueError as error:
    print(error, len(fickle))


# Subclasses are asked.
class Backwards(tuple):
    def __lt__(self, other):
        return tuple.__gt__(self, other)


class Upside(str):
    def __lt__(self, other):
        return str.__gt__(self, other)


print(sorted([Backwards((1, 2)), Backwards((3, 4)), Backwards((2, 0))]))
print(sorted([Upside("a"), Upside("c"), Upside("b")]))

# Keys.
numbers = [Number(n) for n in (3, -1, 2)]
print(sorted(numbers, key=attrgetter("value")), sorted(numbers, key=attrgetter("value.real", "value.imag")))
print(sorted(["b1", "a2", "C0"], key=str.lower), sorted(["b1", "a2", "C0"], key=itemgetter(1)))
print(sorted(["b1", "a2", "C0"], key=itemgetter(1, 0)), sorted(["b1x", "a2x"], key=itemgetter(2, 1, 0)))
