# What a mapping proxy is asked goes on to its mapping, whose methods in the language run in frames.
import sys
from types import MappingProxyType as Proxy

sys.setrecursionlimit(20_000)
DEPTH = 800


class Below:
    """A mapping that does everything by what `step` makes of the next lower one."""

    def __init__(self, depth, step):
        self.depth, self.step = depth, step

    def ask(self):
        return self.step(Below(self.depth - 1, self.step)) if self.depth else 1

    def get(self, key, default=None):
        return self.ask()

    def keys(self):
        return [self.ask()]

    def __hash__(self):
        self.ask()
        return 1

    def __getitem__(self, key):
        return self.ask()

    def __reversed__(self):
        self.ask()
        return iter([1])

    values = items = copy = keys


STEPS = {
    "get": lambda below: Proxy(below).get(1),
    "get by a key": lambda below: Proxy({1: 1}).get(below, 1),
    "keys": lambda below: len(Proxy(below).keys()),
    "values": lambda below: len(Proxy(below).values()),
    "items": lambda below: len(Proxy(below).items()),
    "copy": lambda below: len(Proxy(below).copy()),
    "reversed": lambda below: len(list(reversed(Proxy(below)))),
    "hash": lambda below: hash(Proxy(below)),
}
for name, step in STEPS.items():
    print(name, step(Below(DEPTH, step)))


class Bare:
    def __getitem__(self, key):
        return key


def far_below(step, levels=40):
    """Does a step below many nested runs."""
    if levels:
        return hash(Proxy(Below(1, lambda _: far_below(step, levels - 1) or 1)))
    step()


def tell():
    for what in (lambda: Proxy(Bare()).get(1), lambda: Proxy(Bare()).keys(), lambda: hash(Proxy({})), lambda: Proxy({1: 2}).get([])):
        try:
            print(what())
        except Exception as error:
            print(repr(error))
    print(Proxy({1: 2}).get(1), Proxy({1: 2}).get(3, 4), list(Proxy({1: 2}).items()), list(reversed(Proxy({1: 2, 3: 4}))))


tell()
far_below(tell)
