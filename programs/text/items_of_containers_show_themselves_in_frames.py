import sys

sys.setrecursionlimit(20_000)


class Item:
    def __init__(self, name, inside=None):
        self.name, self.inside = name, inside

    def __repr__(self):
        print(f"<{self.name}>", end=" ")
        return f"I({self.name!r})" if self.inside is None else f"I{self.inside}"


a, b = Item("a"), Item("b")
print([a, b], (a,), (a, b), {a: b}, {"k": [a]}, {1: (b,)})
print(repr([a, [b, [a]]]), str({"x": {a: (b, [])}}), f"{[a]} {[b]!r} {(a, b)!s} {[a]!a} {[a]:}", format([a]))
print({a}, frozenset([b]), set(), frozenset(), {1: a}.values(), {1: a}.items(), {a: 1}.keys(), [{a: 2}.items()], {}.items(), {1: 2, 3: a}.items())
print([], (), {}, [[]], [()], [{}], ((),), {"a": []}, [1, "x", 2.5, None, True, b"y", ..., range(3), int, slice(1)])
print("%s %r" % ([a], (b,)), "{} {!r}".format([a], [b]), [a].__repr__(), str([a]), sep="|", end="!\n", flush=True)
print(a, "between", b, [a], sep=", ")

cycle = [a]
cycle.append(cycle)
pair = (cycle, {"again": cycle})
cycle.append(pair)
print(cycle, pair)
item = Item("c")
item.inside = [item.inside, 1]
item.inside[0] = (item.inside, {"self": item.inside})
print(item)
ring = Item("ring")
ring.inside = [[ring.name], {}]
ring.inside[1]["ring"] = ring.inside
print([ring], {"ring": ring})


class Chain(list):
    pass


class Loud(list):
    def __repr__(self):
        return "Loud" + super().__repr__()


class Named(dict):
    def __str__(self):
        return "named " + repr(self)


class Elements(set):
    pass


print(Chain([a, Chain([b])]), Loud([Loud([a]), 1]), Named(x=a), [Named(x=a)], Elements([a]), [Elements()], f"{Chain([a])}", f"{Named(y=1)}")


class Growing:
    def __init__(self, items):
        self.items = items

    def __repr__(self):
        if len(self.items) < 4:
            self.items.append(len(self.items))
        return "growing"


items = []
items.append(Growing(items))
items.append(Growing(items))
print(items)


class Wrong:
    def __init__(self, answer):
        self.answer = answer

    def __repr__(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


for answer in (5, None, ValueError("no text"), b"bytes"):
    held = [[Wrong(answer)], 1]
    for show in (repr, str, print, lambda x: f"{x}", lambda x: f"{x!r:>3}", lambda x: "%s" % (x,)):
        try:
            show(held)
        except (TypeError, ValueError) as error:
            print(type(error).__name__, error, end="; ")
    held[0][0] = "fine"
    print(held)


class Sink:
    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)

    def flush(self):
        self.parts.append("flushed")


sink = Sink()
print([a], a, 1, "x", [b, (a,)], file=sink, sep="-", flush=True)
print(sink.parts)


class Node:
    def __init__(self, depth, show):
        self.children = [Node(depth - 1, show)] if depth else []
        self.show = show

    def __repr__(self):
        return self.show(self.children)


shows = {
    "f-string": lambda children: f"{children}",
    "conversion": lambda children: f"{children!r}",
    "repr": lambda children: repr(children),
    "str": lambda children: str((children, 1)),
    "dict": lambda children: repr({"children": children}),
    "set": lambda children: repr({1: tuple(children)}.values()),
    "method": lambda children: children.__repr__(),
}
for name, show in shows.items():
    print(name, len(repr(Node(1_000, show))))

nested = []
for _ in range(100_000):
    nested = [nested]
for show in (repr, str, lambda x: f"{x}"):
    try:
        show(nested)
    except RecursionError as error:
        print(error)
while nested:
    nested = nested.pop()


class Endlessly:
    def __repr__(self):
        return repr([Endlessly()])


try:
    repr(Endlessly())
except RecursionError:
    print("RecursionError")
print([a])
