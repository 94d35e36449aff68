# Natives that take many keys at once: what they ask of keys in the language, in which order, and in frames however deep.
import operator
import sys
from collections import Counter

sys.setrecursionlimit(20_000)


class Key:
    """Says when it is hashed and compared."""

    def __init__(self, n, hash=None, text="{}"):
        self.n, self.hash, self.text = n, n if hash is None else hash, text

    def __hash__(self):
        print("#" + self.text.format(self.n), end=" ")
        return self.hash

    def __eq__(self, other):
        print(f"{self.text.format(self.n)}=={getattr(other, 'n', other)}", end=" ")
        return self.n == getattr(other, "n", other)

    def __repr__(self):
        return "K" + self.text.format(self.n)


def keys(*numbers):
    return {Key(n): Key(n, text="v{}") for n in numbers}


a, b = keys(1, 2, 3), keys(2, 3, 4, 5)
print()
tasks = """
a.keys() & b.keys(); a.keys() & set(b); set(b) & a.keys(); a.keys() & list(b); a.keys() & b; a.items() & b.items()
a.keys() | b.keys(); a.keys() ^ b.keys(); a.keys() - b.keys(); a.items() | b.items(); a.items() - b.items()
a.keys().isdisjoint(b.keys()); a.keys().isdisjoint(list(b)); a.items().isdisjoint(b.items()); set(a).isdisjoint(b)
a == b; a == {**a}; a == keys(1, 2, 3); a != keys(1, 2, 4); a.keys() == keys(1, 2, 3).keys(); a.items() == keys(3, 2, 1).items()
a.keys() <= b.keys(); a.items() >= keys(1, 2).items(); a.keys() < set(b); (Key(2), 2) in a.items()
set(a).issubset(list(b)); set(a).issuperset(list(b)); set(a).issubset(b); set(a) <= set(b); set(a) > {Key(1)}
set(a) ^ set(b); set(a).symmetric_difference(b); set(a).symmetric_difference(list(b))
set(a) - set(b); set(a).difference(b); set(a).difference(list(b)); set(a).difference(b, a); set(a).difference()
set(a) & set(b); set(a) | set(b); frozenset(a) | set(b); set(a).union(b, list(a)); set(a).intersection(b, list(a)); frozenset([Key(1), Key(1)])
{Key(1, 9), Key(2, 9)} - {Key(3, 9)}; {Key(1, 9), Key(2, 9)} | {Key(3, 9)}; {Key(1, 9), Key(2, 9)} & {Key(2, 9)}
dict([(Key(1), 1), [Key(1), 2], (k for k in (Key(2), 3))]); dict(a, x=1); a | b; dict.fromkeys([Key(1), Key(1)]); dict.fromkeys({Key(1)}, 2)
Counter([Key(1), Key(2), Key(1)]); Counter(list(a)).update([Key(3)])
"""
for line in tasks.strip().splitlines():
    for task in line.split("; "):
        print("->", eval(task))
for change in ("^=", "-=", "&=", "|="):
    for other in (set(b), {1, 2}):
        elements = set(a)
        elements = {"^=": operator.ixor, "-=": operator.isub, "&=": operator.iand, "|=": operator.ior}[change](elements, other)
        print(change, elements)
for change in ("symmetric_difference_update", "difference_update", "intersection_update", "update"):
    for other in (b, list(b), set(b), (key for key in b)):
        elements = set(a)
        print(getattr(elements, change)(other), elements)
pairs = {Key(1, 9): 1, Key(2, 9): 2}
pairs.update({Key(2, 9): 3, Key(3, 9): 4})
pairs |= [(Key(1, 9), "list")]
print(pairs, dict(pairs), {**pairs}, pairs | {})


# Exceptions half way leave what was done.
class Bad(Key):
    def __eq__(self, other):
        raise ValueError(f"compared with {other}")

    __hash__ = Key.__hash__


for name, arguments in (("update", ([1, 2, Bad(1), 3],)), ("difference_update", ([2, Bad(1), 3],)), ("update", ([5], {Bad(3): 1}, [6]))):
    elements = {1, 3, 4}
    try:
        getattr(elements, name)(*arguments)
    except ValueError as error:
        print(error, elements)
table = {1: 1}
for other in ([(2, 2), (Bad(1), 0), (3, 3)], {5: 5, Bad(1): 0, 6: 6}, [(7, 7), (8,)], [(9, 9), 1], 5, [[]]):
    try:
        table.update(other)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error, table)


class Meddling(Key):
    def __init__(self, n, act):
        super().__init__(n)
        self.act = act

    def __eq__(self, other):
        self.act()
        return False

    __hash__ = Key.__hash__


source = {1: 1, 2: 2}
for act in (source.clear, lambda: source.update({len(source): 0})):
    source.update({1: 1, 2: 2})
    try:
        ({Meddling(1, act): 0}).update(source)
    except RuntimeError as error:
        print(error)
elements = {1, 2, 3}
print({Meddling(1, elements.clear)} | elements, elements)


# Mappings of the language.
class Mapping:
    def __init__(self, *keys, **how):
        self.given, self.how = keys, how

    def keys(self):
        print("keys", end=" ")
        if "fails" in self.how:
            raise self.how["fails"]
        for key in self.given:
            print("next", end=" ")
            yield key

    def __getitem__(self, key):
        print(f"[{key}]", end=" ")
        if "raises" in self.how:
            raise self.how["raises"]
        return key


def call(**named):
    return named


class Sub(dict):
    def __iter__(self):
        print("iter", end=" ")
        return super().__iter__()

    def keys(self):
        print("keys", end=" ")
        return ["a", "b"]

    def __getitem__(self, key):
        return key * 2


for task in (
    lambda: dict(Mapping("a", "b"), c=1),
    lambda: {"x": 1, **Mapping("a", Key(1), Key(1))},
    lambda: call(x=1, **Mapping("a", "b")),
    lambda: call(a=1, **Mapping("b", "a", "c")),
    lambda: call(**Mapping("b", 1)),
    lambda: {**Mapping(fails=AttributeError("no"))},
    lambda: {**Mapping(1, raises=AttributeError("no item"))},
    lambda: {**Mapping(1, raises=KeyError("no item"))},
    lambda: call(**Mapping(fails=AttributeError("no"))),
    lambda: call(**Mapping("a", raises=KeyError("b"))),
    lambda: {**1},
    lambda: call(**1),
    lambda: dict(Sub(c=1)),
    lambda: {**Sub(c=1)},
    lambda: call(**Sub(c=1)),
    lambda: {} | Sub(c=1),
    lambda: Sub.fromkeys(iter([1, 2])),
    lambda: dict.fromkeys(k for k in (1, 2)),
):
    try:
        print(task())
    except Exception as error:
        print(type(error).__name__, error)


# Each level of these waits in frames.
class Deep:
    def __init__(self, depth, ask, hashes):
        self.depth, self.ask, self.hashes = depth, ask, hashes

    def below(self):
        if self.depth:
            self.ask(Deep(self.depth - 1, self.ask, self.hashes))

    def __hash__(self):
        if self.hashes:
            self.below()
        return 1

    def __eq__(self, other):
        if not self.hashes:
            self.below()
        return True


class OneKey:
    def __init__(self, key):
        self.key = key

    def keys(self):
        return [self.key]

    def __getitem__(self, key):
        return 1


class Below:
    def __init__(self, deep):
        self.deep = deep

    def keys(self):
        return ["a"]

    def __getitem__(self, key):
        self.deep.below()


class Table(dict):
    pass


class Elements(set):
    pass


def call_with(**named):
    pass


def inplace(d):
    table = {1: 1}
    table |= {d: 2}


def inplace_by_pairs(d):
    table = {1: 1}
    table |= [(d, 2)]


asks = {
    "pairs": lambda d: dict([(1, 1), (d, 2)]),
    "mapping": lambda d: dict(OneKey(d)),
    "mapping to subclass": lambda d: Table(OneKey(d)),
    "update": lambda d: {1: 1}.update({d: 2}, x=1),
    "|=": inplace,
    "|= pairs": inplace_by_pairs,
    "dict |": lambda d: {1: 1} | {d: 1},
    "fromkeys": lambda d: dict.fromkeys([1, d]),
    "fromkeys of subclass": lambda d: Table.fromkeys([1, d]),
    "display": lambda d: {1: 2, **{d: 1}},
    "display of mapping": lambda d: {1: 2, **OneKey(d)},
    "call": lambda d: call_with(**Below(d)),
    "set.update": lambda d: {1}.update([d]),
    "set.update of generator": lambda d: {1}.update(k for k in [d]),
    "frozenset": lambda d: frozenset([1, d]),
    "union": lambda d: {1}.union([2], [d], [3]),
    "|": lambda d: {1} | {d},
    "&": lambda d: {1} & {d},
    "-": lambda d: {1} - {d},
    "^": lambda d: {1} ^ {d},
    "<=": lambda d: {1} <= {d},
    "==": lambda d: {1} == {d},
    "<": lambda d: {1} < {d, 2},
    "issubset": lambda d: {1}.issubset([d]),
    "issuperset": lambda d: {1}.issuperset([d]),
    "isdisjoint": lambda d: {1}.isdisjoint([d]),
    "difference": lambda d: {1}.difference([d], [2]),
    "difference_update": lambda d: {1}.difference_update([d]),
    "intersection": lambda d: {1}.intersection([d]),
    "intersection_update": lambda d: {1}.intersection_update([1], [d]),
    "symmetric_difference": lambda d: {1}.symmetric_difference([d]),
    "symmetric_difference_update": lambda d: {1}.symmetric_difference_update([d]),
    "subclass |": lambda d: Elements([1]) | Elements([d]),
    "subclass ==": lambda d: Elements([1]) == Elements([d]),
    "keys |": lambda d: {1: 1}.keys() | [d],
    "keys ^": lambda d: {1: 1}.keys() ^ [d],
    "keys -": lambda d: {1: 1}.keys() - [d],
    "keys ==": lambda d: {1: 1}.keys() == dict.fromkeys([d]).keys(),
    "items in": lambda d: (d, 1) in {1: 1}.items(),
    "isdisjoint of keys": lambda d: {1: 1}.keys().isdisjoint([d]),
    "dict ==": lambda d: {d: 1} == {1: 1},
    "values ==": lambda d: {1: d if not d.hashes else 1} == {1: 1},
    "Counter.update": lambda d: Counter().update([d]),
}
for name, ask in asks.items():
    for hashes in (True, False):
        if (name, hashes) not in {("keys ==", True)}:
            ask(Deep(1_500, ask, hashes))
    print(name, end=", ")
print()
