# `items() ^ items()` hashes and compares what it must and no more; its result has the order that comes of that.
import sys

sys.setrecursionlimit(20_000)
DEPTH = 800


class Noisy:
    """A key or value that says what it is asked."""

    log = []

    def __init__(self, number, act=None):
        self.number, self.act = number, act

    def __hash__(self):
        self.log.append(f"#{self.number}")
        return hash(self.number)

    def __eq__(self, other):
        self.log.append(f"{self.number}=={getattr(other, 'number', other)}")
        if self.act:
            self.act()
        return self.number == getattr(other, "number", other)

    def __repr__(self):
        return f"N{self.number}"


def show(what, step):
    Noisy.log.clear()
    try:
        result = step()
    except Exception as error:
        result = repr(error)
    print(what, result, *Noisy.log)


def noisy(pairs):
    return {Noisy(key): Noisy(value) for key, value in pairs}


left = noisy([(1, 10), (2, 20), (3, 30)])
right = noisy([(2, 20), (3, 31), (4, 40)])
show("both", lambda: list(left.items() ^ right.items()))
show("the other way", lambda: list(right.items() ^ left.items()))
show("reflected", lambda: list(left.items().__rxor__(right.items())))
show("of a list", lambda: list(left.items() ^ list(right.items())))
show("of keys", lambda: list(left.keys() ^ right.keys()))
show("keys and items", lambda: list(left.keys() ^ right.items()))
show("of one", lambda: left.items() ^ left.items())
for few, many in ((3, 5), (5, 3), (1, 6), (6, 1), (0, 2), (2, 0)):
    some = noisy((n, n) for n in range(few))
    others = noisy((n, n if n % 2 else -n - 9) for n in range(many))
    show(f"{few} and {many}", lambda: list(some.items() ^ others.items()))

numbers = {n: n for n in range(20)}
moved = {n: n + n % 2 for n in range(30, 5, -1)}
print(list(numbers.items() ^ moved.items()))
print(list(moved.items() ^ numbers.items()))
print(list(numbers.items() ^ {}.items()), list({}.items() ^ moved.items()))
print(list({n: n for n in range(50)}.items() ^ {n: n if n % 3 else 0 for n in range(20, 90)}.items()))

show("values without a hash", lambda: {1: []}.items() ^ {1: []}.items())
show("others without a hash", lambda: {1: []}.items() ^ {1: [2]}.items())
show("left alone without a hash", lambda: {1: []}.items() ^ {2: 1}.items())
show("right alone without a hash", lambda: {2: 1}.items() ^ {1: []}.items())


def raising():
    raise ValueError("no comparison")


show("a key that raises", lambda: {Noisy(1, raising): 1}.items() ^ {Noisy(1): 1}.items())
show("a value that raises", lambda: {1: Noisy(1, raising)}.items() ^ {1: Noisy(1)}.items())


class Below:
    """Compares by what `step` makes of the next lower one."""

    def __init__(self, depth, step):
        self.depth, self.step = depth, step

    def __eq__(self, other):
        if self.depth:
            self.step(Below(self.depth - 1, self.step), Below(other.depth - 1, self.step))
        return True

    def __hash__(self):
        return 1


for name, step in {
    "keys": lambda a, b: {a: 1}.items() ^ {b: 2}.items(),
    "values": lambda a, b: {0: a}.items() ^ {0: b}.items(),
}.items():
    print(name, Below(DEPTH, step) == Below(DEPTH, step))
show("nothing is left", lambda: {0: Below(0, None)}.items() ^ {0: Below(0, None)}.items())
