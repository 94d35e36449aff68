import sys

sys.setrecursionlimit(20_000)


class Squares:
    """No __iter__: iteration asks for items until IndexError."""

    def __init__(self, count):
        self.count = count

    def __getitem__(self, index):
        if index >= self.count:
            raise IndexError(index)
        return index * index


squares = Squares(5)
print([x for x in squares], list(squares), tuple(squares), {*squares}, [*squares, "end"])
a, *rest = squares
b, c, d, e, f = squares
print(a, rest, (b, c, d, e, f), sum(squares), max(squares), any(squares), all(squares), sorted(squares, reverse=True))
print(9 in squares, 10 in squares, 10 not in squares, ",".join(map(str, squares)), dict(enumerate(squares)))
print(list(zip(squares, Squares(3))), list(filter(None, squares)), [*map(max, squares, Squares(9))])
try:
    a, b = squares
except ValueError as error:
    print(error)
try:
    list(zip(squares, Squares(3), strict=True))
except ValueError as error:
    print(error)

iterator = iter(squares)
print(next(iterator), next(iterator), iterator.__next__(), [*iterator], next(iterator, "ended"), [*iterator])


class Sized(Squares):
    def __len__(self):
        print("len", end=" ")
        return self.count


sized = Sized(4)
print(list(reversed(sized)), [x for x in reversed(sized)], list(sized), [*sized], 4 in sized, list(zip(reversed(sized), sized)))
backwards = reversed(sized)
print(next(backwards), 1 in backwards, list(backwards), next(backwards, "ended"))


class Backwards:
    def __reversed__(self):
        print("reversed", end=" ")
        return (x for x in "cba")


print(*reversed(Backwards()))


class Failing:
    def __init__(self, error, at=2):
        self.error, self.at = error, at

    def __len__(self):
        return 4

    def __getitem__(self, index):
        if index == self.at:
            raise self.error
        return index


for error in (StopIteration("a"), IndexError("b"), KeyError("c"), ZeroDivisionError("d")):
    for make in (list, lambda x: list(reversed(x)), lambda x: 7 in x, lambda x: [*zip(x, "abcdef")]):
        iterator = None
        try:
            print(make(Failing(error)), end="; ")
        except Exception as caught:
            print(type(caught).__name__, caught, end="; ")
    print()

for make in (iter, reversed):
    iterator = make(Failing(ZeroDivisionError("once"), 2 if make is iter else 1))
    seen = []
    for _ in range(6):
        try:
            seen.append(next(iterator, "ended"))
        except ZeroDivisionError:
            seen.append("raised")
    print(seen)


class Hinted:
    def __init__(self, hint):
        self.hint = hint

    def __iter__(self):
        print("iter", end=" ")
        yield from "ab"

    def __length_hint__(self):
        print("hint", end=" ")
        if isinstance(self.hint, BaseException):
            raise self.hint
        return self.hint


for hint in (3, NotImplemented, TypeError("no"), ValueError("bad"), -1, "x"):
    for collect in (list, tuple, sorted, "-".join, lambda x: [*x, *x], lambda x: [].extend(x), lambda x: sorted(set(x))):
        try:
            print(collect(Hinted(hint)), end="; ")
        except Exception as caught:
            print(type(caught).__name__, caught, end="; ")
    print()


class Source:
    def __init__(self, name):
        self.name = name

    def __iter__(self):
        print("iter", *self.name, end=" ")
        return iter(self.name)


print([*zip(Source("ab"), "xyz", Source("cd"))], [*map(str.upper, Source("ef"))], [*enumerate(Source("gh"), 1)])
print([*filter(str.isalpha, Source("i1"))], max(Source("jk")), "l" in Source("kl"), "m" in Source("kl"))


class Same:
    """Equal to itself alone, and says that it was asked."""

    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        print(f"{self.name}=={other}", end=" ")
        return self is other

    def __str__(self):
        return self.name


p, q = Same("p"), Same("q")
print(p in Source([1, p]), q in Source([1, p]), p in (x for x in (q, 2)), p in {1: q}.values(), q in range(2))

# Each level of these waits in frames.


class Deep:
    def __init__(self, depth, ask):
        self.depth, self.ask = depth, ask

    def __getitem__(self, index):
        if index == 1:
            raise IndexError
        return self.ask(Deep(self.depth - 1, self.ask)) if self.depth else "bottom"

    def __len__(self):
        return 1


def loop(deep):
    for item in deep:
        return item


def unpack(deep):
    (item,) = deep
    return item


asks = {
    "for": loop,
    "unpacking": unpack,
    "list": lambda deep: list(deep)[0],
    "star": lambda deep: [*deep][0],
    "comprehension": lambda deep: [item for item in deep][0],
    "next": lambda deep: next(iter(deep)),
    "zip": lambda deep: [a for a, b in zip(deep, "x")][0],
    "map": lambda deep: list(map(lambda item: item, deep))[0],
    "enumerate": lambda deep: dict(enumerate(deep))[0],
    "max": max,
    "in": lambda deep: "bottom" in deep and "bottom",
    "reversed": lambda deep: list(reversed(deep))[0],
}
for name, ask in asks.items():
    print(name, ask(Deep(3_000, ask)))


class Forever:
    def __iter__(self):
        return iter(Forever()) if 1 in Forever() else iter(())

    def __getitem__(self, index):
        return self[index]


for endless in (lambda: list(Forever()), lambda: Forever()[0], lambda: 1 in Forever()):
    try:
        endless()
    except RecursionError as error:
        print("RecursionError")
