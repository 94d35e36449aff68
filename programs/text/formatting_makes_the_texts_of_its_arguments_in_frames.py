# Objects whose texts are made of those of others by `%`, `format`, `ascii` and the texts of builtin classes, 1,500 deep.
import collections
import functools
import operator
import sys
import types

sys.setrecursionlimit(20_000)
DEPTH = 1_500


class Node:
    def __init__(self, below, way):
        self.below = below
        self.way = way

    def __repr__(self):
        return "<" if self.below is None else self.way(self.below)

    __str__ = __repr__

    def __format__(self, spec):
        return spec + self.__repr__()

    def __getitem__(self, key):
        return self.__repr__()

    def __getattr__(self, name):
        if name == "text":
            return self.__repr__()
        raise AttributeError(name)


WAYS = {
    "%s": lambda b: "%s" % b,
    "%s of two": lambda b: "%s%s" % (b, "x"),
    "%r": lambda b: "%d%r" % (1, b),
    "%a": lambda b: "%a" % b,
    "%(key)s": lambda b: "%(key)s." % b,
    "bytes %a": lambda b: (b"%a" % b).decode(),
    "{}": lambda b: "{}".format(b),
    "{:x}": lambda b: "{0:x}".format(b),
    "{!r}": lambda b: "{a!r:>3}".format(a=b),
    "{!s}": lambda b: "{a!s}".format(a=b),
    "{!a}": lambda b: "{!a}".format(b),
    "{[key]}": lambda b: "{[key]}".format(b),
    "{.text}": lambda b: "{.text}".format(b),
    "{:{}}": lambda b: "{:{}}".format("x", b)[:0] + "<",
    "format_map": lambda b: "{key}".format_map(b),
    "format": lambda b: format([b]),
    "object.__format__": lambda b: object.__format__(b, ""),
    "ascii": lambda b: ascii(b),
    "ascii of a list": lambda b: ascii([b]),
    "f!a": lambda b: f"{b!a}",
    "f!a of a list": lambda b: f"{[b]!a}",
    "f!r with a width": lambda b: f"{b!r:>10}",
    "slice": lambda b: repr(slice(b)),
    "proxy": lambda b: repr(types.MappingProxyType({1: b})),
    "str of a proxy": lambda b: str(types.MappingProxyType({1: b})),
    "namespace": lambda b: repr(types.SimpleNamespace(a=b)),
    "deque": lambda b: repr(collections.deque([b])),
    "str of a deque": lambda b: str(collections.deque([b], 3)),
    "format of a deque": lambda b: format(collections.deque([b])),
    "ordered dict": lambda b: repr(collections.OrderedDict({1: b})),
    "default dict": lambda b: repr(collections.defaultdict(None, {1: b})),
    "partial": lambda b: repr(functools.partial(print, b)),
    "getter": lambda b: repr(operator.itemgetter(b)),
    "exception": lambda b: repr(ValueError(b)),
    "str of an exception": lambda b: str(ValueError(b)),
    "str of an exception of two": lambda b: str(ValueError(b, 1)),
    "bound method": lambda b: repr(types.MethodType(print, b)),
    "static method": lambda b: repr(staticmethod(b)),
}

for name, way in WAYS.items():
    node = Node(None, way)
    for _ in range(DEPTH):
        node = Node(node, way)
    text = repr(node)
    print(f"{name}: {len(text)} {text[:24]!r} {text[-8:]!r}")
    while node is not None:
        node = node.below
