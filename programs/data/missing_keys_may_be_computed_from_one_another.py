# __missing__, item access and deletion in the language, and subscripts of classes: each runs in a frame, however deep.
import sys
from collections import defaultdict

sys.setrecursionlimit(20_000)


class Memo(dict):
    def __missing__(self, n):
        value = self[n] = n if n < 2 else self[n - 1] + self[n - 2]
        return value


print(Memo()[1_500] % 1_000_007)


class Plain(dict):
    def __missing__(self, key):
        return f"no {key}"


class Asks(dict):
    def __getitem__(self, key):
        return super().__getitem__(key)

    def __missing__(self, key):
        return dict.__getitem__(self, key - 1) + 1 if key else 0


plain = Plain(a=1)
print(plain["a"], plain["b"], plain.get("b"), "b" in plain, dict.__getitem__(plain, "c"), len(plain))
print(Asks()[1_500])


class Raises(dict):
    def __missing__(self, key):
        raise LookupError(key)


for action in (lambda: Raises()[1], lambda: Raises({1: 2})[1], lambda: {}[1], lambda: Raises().pop(1), lambda: {}[[]]):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


def tree():
    return defaultdict(tree)


root = node = tree()
for _ in range(1_000):
    node = node["next"]
depth, node = 0, root
while node:
    depth, node = depth + 1, node["next"]
print(depth)

# Rebinding, removing and overriding while the program runs.
Plain.__missing__ = lambda self, key: ("rebound", key)
print(plain["x"])
del Plain.__missing__
try:
    plain["x"]
except KeyError as error:
    print("KeyError", error)
plain.__missing__ = lambda key: "of the instance"
try:
    plain["x"]
except KeyError as error:
    print("KeyError", error)
Plain.__missing__ = "no function"
try:
    plain["x"]
except TypeError as error:
    print("TypeError", error)


class Stack:
    def __init__(self, n):
        self.n = n

    def __delitem__(self, key):
        if self.n:
            del Stack(self.n - 1)[key]
        else:
            print("deleted", key)


del Stack(1_500)["all"]


class Level:
    def __class_getitem__(cls, n):
        return cls[n - 1] + 1 if n else 0


class Meta(type):
    def __getitem__(cls, n):
        return f"{cls.__name__}[{n}]"


class Other(metaclass=Meta):
    def __class_getitem__(cls, n):
        return "never"


class Hidden:
    __class_getitem__ = None


print(Level[1_500], Other[1], list[int], type[int])
for action in (lambda: Hidden[1], lambda: Stack[1], lambda: int[1]):
    try:
        print(action())
    except TypeError as error:
        print(error)
