import sys

sys.setrecursionlimit(20_000)


class Key:
    """Says when it is hashed and compared."""

    def __init__(self, n, hash=None):
        self.n, self.hash = n, n if hash is None else hash

    def __hash__(self):
        print(f"#{self.n}", end=" ")
        return self.hash

    def __eq__(self, other):
        print(f"{self.n}=={other.n if isinstance(other, Key) else other}", end=" ")
        return isinstance(other, Key) and self.n == other.n

    def __repr__(self):
        return f"K{self.n}"


one, two, twin = Key(1), Key(2, 1), Key(1)
d = {one: "one"}
d[two] = "two"
print(d[twin], d[one], d[two], len(d))
print(twin in d, Key(3, 1) in d, Key(3) not in d, d.get(twin), d.get(Key(4)), d.get(Key(4, 1), "default"))
print(d.setdefault(twin, "x"), d.setdefault(Key(5, 1), "five"), d.pop(Key(5, 1)), d.pop(Key(5), "gone"), d)
d[twin] = "ONE"
print(d, list(d)[0] is one)
del d[twin]
print(d)
for task in (
    lambda: d[twin],
    lambda: d.pop(twin),
    lambda: d.__delitem__(twin),
    lambda: {1}.remove(twin),
    lambda: {}[Key(1)],
    lambda: {}.pop(twin),
):
    try:
        task()
    except KeyError as error:
        print(repr(error))
print({one: 1, two: 2, twin: 3, "plain": 4}, {one, two, twin, 4}, {k: 0 for k in (one, two, twin)}, {k for k in (one, twin)})
s = {one}
print(s.add(twin), s.add(two), twin in s, Key(3, 1) in s, s.discard(Key(3, 1)), s.discard(twin), s.remove(two), s)
print(set([one, twin, 1]), frozenset((one, two)), {*[one, twin]}, {**{one: 1}, twin: 2}, twin in frozenset([one]))
print(twin in {one: 1}.keys(), 1 in {one: 1}, {1: "int"}.get(one), one in {1})

# Tuples are hashed by the hashes of their items, and compared by them.
print({(one, (two, 3)): "nested"}[twin, (two, 3)], (twin,) in {(one,): 1}, hash((one, "a")) == hash((twin, "a")))
print(hash(((one,), (((((two,),),),),), ())) == hash(((one,), (((((two,),),),),), ())))


class Pair(tuple):
    pass


print({Pair((one, 2)): 1}[one, 2], Pair((twin, 2)) in {(one, 2)}, hash(Pair((one,))) == hash((one,)))


class Name(str):
    def __hash__(self):
        print("hash", self, end=" ")
        return super().__hash__()

    def __eq__(self, other):
        print("eq", self, other, end=" ")
        return super().__eq__(other)


names = {Name("a"): 1, "b": 2}
print(names["a"], names[Name("b")], Name("a") in names, "c" in names, {"a"} == {Name("a")})
names[Name("a")] += 1
print(names)


class Missing(dict):
    def __missing__(self, key):
        return f"no {key}"


class Plain(dict):
    def __setitem__(self, key, value):
        super().__setitem__(key, [value])

    def __getitem__(self, key):
        return super().__getitem__(key) * 2

    def __delitem__(self, key):
        print("deleting", key, end=" ")
        super().__delitem__(key)

    def __contains__(self, key):
        return not super().__contains__(key)


missing = Missing({one: 1})
print(missing[twin], missing[two], missing.get(two), two in missing)
plain = Plain()
plain[one] = 1
print(plain[twin], twin in plain, two in plain)
del plain[twin]
print(plain)


class Wrong:
    def __init__(self, hash, equal=True):
        self.answers = hash, equal

    def __hash__(self):
        if isinstance(self.answers[0], Exception):
            raise self.answers[0]
        return self.answers[0]

    def __eq__(self, other):
        if isinstance(self.answers[1], Exception):
            raise self.answers[1]
        return self.answers[1]


class Unhashable:
    def __eq__(self, other):
        return True


for make in (
    lambda: {Wrong("x"): 1},
    lambda: Wrong(None) in {1},
    lambda: {}[Wrong(ValueError("hash"))],
    lambda: {Wrong(1, ValueError("eq")), 1},
    lambda: {1: 1}.get(Wrong(1, ValueError("eq"))),
    lambda: {Unhashable()},
    lambda: {(1, Unhashable()): 1},
    lambda: {(Wrong(1), [])},
    lambda: {}.setdefault(([], one)),
    lambda: hash((one, {})),
    lambda: {1: 1}[Wrong(True)],
    lambda: {-2: 1}[Wrong(-1)],
    lambda: {2**70 % (2**61 - 1): 1}[Wrong(2**70)],
    lambda: {1: "found"}.get(Wrong(1, [1]), "missed"),
    lambda: {1: "found"}.get(Wrong(1, []), "missed"),
    lambda: {1: "found"}.get(Wrong(1, NotImplemented), "missed"),
):
    try:
        print(make())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


# A comparison may change the table under the search.
class Meddling:
    def __init__(self, name, act):
        self.name, self.act = name, act

    def __hash__(self):
        return 7

    def __eq__(self, other):
        print("compared", end=" ")
        act, self.act = self.act, None
        if act:
            act()
        return isinstance(other, Meddling) and self.name == other.name


table = {}
first = Meddling("a", None)
table[first] = 1
first.act = lambda: table.clear()
print(table.get(Meddling("a", None), "nothing is left"), table)
table = {Meddling("a", None): 1, Meddling("b", None): 2}
finder = Meddling("b", None)
next(iter(table)).act = lambda: [table.setdefault(n) for n in range(2)]
print(table[finder], len(table))
elements = {first, Meddling("c", None)}
finder = Meddling("c", lambda: [elements.add(n) for n in range(50)])
elements.add(finder)
print(len(elements))


# Each level of these waits in frames.
class Deep:
    def __init__(self, depth, ask, hashes):
        self.depth, self.ask, self.hashes = depth, ask, hashes

    def below(self):
        return self.ask(Deep(self.depth - 1, self.ask, self.hashes)) if self.depth else 0

    def __hash__(self):
        if self.hashes:
            self.below()
        return 1

    def __eq__(self, other):
        if not self.hashes:
            self.below()
        return True


def store(deep):
    d = {1: 0}
    d[deep] = 1


def delete(deep):
    d = {1: 0}
    del d[deep]


def delete_from_missing(deep):
    d = Missing({1: 0})
    del d[deep]


asks = {
    "item of a subclass": lambda deep: Missing({1: 2})[deep],
    "delete from a subclass": delete_from_missing,
    "item": lambda deep: {1: 2}[deep],
    "store": store,
    "delete": delete,
    "in dict": lambda deep: deep in {1: 2},
    "in set": lambda deep: deep in {1},
    "get": lambda deep: {1: 2}.get(deep),
    "setdefault": lambda deep: {1: 2}.setdefault(deep),
    "pop": lambda deep: {1: 2}.pop(deep, 0),
    "dict display": lambda deep: {1: 2, deep: 3, 4: 5},
    "set display": lambda deep: {1, deep, 4},
    "dict comprehension": lambda deep: {k: k for k in (1, deep)},
    "set comprehension": lambda deep: {k for k in (1, deep)},
    "set": lambda deep: set([1, deep]),
    "add": lambda deep: {1}.add(deep),
    "discard": lambda deep: {1}.discard(deep),
    "tuple": lambda deep: {(1, 2): 2}.get((deep, 2)),
}
for name, ask in asks.items():
    for hashes in (True, False):
        ask(Deep(2_000, ask, hashes))
    print(name, end=" ")
print()


class Endless:
    def __hash__(self):
        return hash((self,))


try:
    {}[Endless()]
except RecursionError as error:
    print("RecursionError")
