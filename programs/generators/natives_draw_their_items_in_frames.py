# Natives that draw the items of generators that have such natives draw from generators, 1,500 deep.
import collections
import math
import sys

sys.setrecursionlimit(20_000)
DEPTH = 1_500


class Number:
    """Stands for what a function gives."""

    def __init__(self, make):
        self.make = make

    def __index__(self):
        return self.make()

    def __float__(self):
        return float(self.make())

    def __rmul__(self, other):
        return other * self.make()


class Items:
    """Iterates in the language."""

    def __init__(self, make):
        self.make = make
        self.left = 2

    def __iter__(self):
        return self

    def __next__(self):
        self.left -= 1
        if self.left:
            return self.make()
        raise StopIteration


def generator(make):
    yield make()


def assigned(target, key, items):
    target[key] = items
    return target[0]


def extended(target, items, method="extend"):
    getattr(target, method)(items)
    return target[-1]


DRAW_NUMBERS = {
    "bytes": lambda items: bytes(items)[0],
    "bytearray": lambda items: bytearray(items)[0],
    "bytearray.extend": lambda items: extended(bytearray(b"x"), items),
    "bytearray slice": lambda items: assigned(bytearray(3), slice(0, 2), items),
    "int.from_bytes": lambda items: int.from_bytes(items),
    "fsum": lambda items: int(math.fsum(items)),
    "prod": lambda items: math.prod(items),
    "dist": lambda items: int(math.dist(items, [0])),
}
DRAW_ITEMS = {
    "bytes.join": lambda items: len(b"-".join(bytes([item]) for item in items)),
    "list slice": lambda items: assigned([1, 2], slice(0, 1), items),
    "extended slice": lambda items: assigned([1, 2], slice(0, 1, 2), items),
    "deque": lambda items: collections.deque(items)[0],
    "deque.extend": lambda items: extended(collections.deque([2], 2), items),
    "deque.extendleft": lambda items: extended(collections.deque(), items, "extendleft"),
    "deque +=": lambda items: collections.deque().__iadd__(items)[0],
}


def deep(draw, source):
    def level(n):
        return draw(source(lambda: level(n - 1))) if n else 1

    return level(DEPTH)


for kind, source, natives in (
    ("generators", generator, DRAW_NUMBERS | DRAW_ITEMS),
    ("iterators", Items, DRAW_NUMBERS | DRAW_ITEMS),
    ("numbers", lambda make: [Number(make)], DRAW_NUMBERS),
):
    for name, draw in natives.items():
        print(f"{name} of {kind}: {deep(draw, source)}")
