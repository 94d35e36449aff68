# Objects that stand for indices, counts, numbers and truth may ask for each other very deep, wherever they are used.
import collections
import itertools
import math
import operator
import struct
import sys

sys.setrecursionlimit(20_000)
DEPTH = 1_500


def chain(use, method="__index__", last=1):
    """How deep `use` of an object nests that uses the next one to answer."""
    def answer(self):
        if self.left == 0:
            return last
        result = use(Link(self.left - 1))
        seen.append(result)
        return last

    Link = type("Link", (), {"__init__": lambda self, left: setattr(self, "left", left), method: answer})
    seen = []
    outcome = use(Link(DEPTH))
    return outcome, len(seen), set(map(repr, seen))


items = ["a", "b", "c"]


def store(x):
    target = [0, 1, 2]
    target[x] = "new"
    return target


def delete(x):
    target = [0, 1, 2]
    del target[x]
    return target


def store_slice(x):
    target = bytearray(b"abc")
    target[x:] = bytearray(b"--")
    return target


def store_byte(x):
    target = bytearray(b"abc")
    target[0] = x
    return target


def delete_slice(x):
    target = [0, 1, 2]
    del target[:x]
    return target


def extend(x):
    target = [0, 1]
    target *= x
    return target


print("subscripts")
for use in (
    lambda x: items[x],
    lambda x: tuple(items)[x],
    lambda x: "abc"[x],
    lambda x: b"abc"[x],
    lambda x: bytearray(b"abc")[x],
    lambda x: memoryview(b"abc")[x],
    lambda x: range(10)[x],
    lambda x: x in b"\1",
    lambda x: items[x:],
    lambda x: "abc"[:x],
    lambda x: b"abc"[::x],
    lambda x: range(10)[x:],
    lambda x: memoryview(b"abc")[x:].tobytes(),
    store, delete, store_slice, store_byte, delete_slice,
):
    print(*chain(use))

print("repetition")
for use in (
    lambda x: items * x,
    lambda x: x * items,
    lambda x: "ab" * x,
    lambda x: b"ab" * x,
    lambda x: bytearray(b"ab") * x,
    lambda x: (1, 2) * x,
    extend,
):
    print(*chain(use))

print("formatting")
for use in (lambda x: "%x" % x, lambda x: "%c" % (x,), lambda x: b"%o" % x):
    print(*chain(use))
print(*chain(lambda x: "%d" % x, "__int__"))
print(*chain(lambda x: "%.2f" % (x,), "__float__", 1.5))
print(*chain(lambda x: b"%b" % x, "__bytes__", b"x"))

print("natives")
for use in (
    range, hex, bin, oct, chr, bytes, bytearray, int, float, complex, operator.index,
    lambda x: list("abc").pop(x),
    lambda x: [3, 4].insert(x, 0),
    lambda x: [1, 1, 1].index(1, x),
    lambda x: (1, 1, 1).index(1, x),
    lambda x: bytearray(b"abc").pop(x),
    lambda x: bytearray(b"abc").append(x),
    lambda x: "abcb".find("b", x),
    lambda x: "abcb".count("b", 0, x),
    lambda x: "ab".startswith("b", x),
    lambda x: "a b c".split(None, x),
    lambda x: "aaa".replace("a", "b", x),
    lambda x: "a".center(x),
    lambda x: "a".zfill(x),
    lambda x: "a\tb".expandtabs(x),
    lambda x: b"ab".find(x),
    lambda x: b"a b c".rsplit(None, x),
    lambda x: b"a".ljust(x),
    lambda x: b"ab".hex(":", x),
    lambda x: list(enumerate("a", x)),
    lambda x: slice(x, 5).indices(10),
    lambda x: (5).to_bytes(x, "big"),
    lambda x: round(15, x),
    lambda x: round(1.25, x),
):
    print(*chain(use))
print(*chain(int, "__int__"))
print(*chain(float, "__float__", 1.5))
print(*chain(complex, "__complex__", 1j))
print(*chain(bytes, "__bytes__", b"x"))
print(*chain(lambda x: "a\nb".splitlines(x), "__bool__", True))
print(*chain(lambda x: "a\nb".splitlines(x), "__len__", 1))


print("modules")
deque = collections.deque
for use in (
    lambda x: deque("abc")[x],
    lambda x: deque("abc").insert(x, 0),
    lambda x: deque("abc").rotate(x),
    lambda x: deque("abc").index("b", x),
    lambda x: list(deque("ab") * x),
    lambda x: list(itertools.islice("abc", x)),
    lambda x: list(itertools.repeat("a", x)),
    lambda x: list(itertools.combinations("ab", x)),
    lambda x: list(itertools.product("ab", repeat=x)),
    lambda x: list(itertools.batched("ab", x)),
    lambda x: struct.pack("<hb", 1, x),
    math.sqrt, math.isqrt, math.factorial, math.floor,
    lambda x: math.gcd(6, x),
    lambda x: math.comb(x, 1),
    lambda x: math.hypot(x, 0),
    lambda x: math.pow(2, x),
    lambda x: math.log(x, 2),
):
    print(*chain(use))
for function, method in ((math.floor, "__floor__"), (math.ceil, "__ceil__"), (math.trunc, "__trunc__")):
    print(*chain(function, method))
print(*chain(math.cos, "__float__", 0.0))


class Operand:
    def __init__(self, left):
        self.left = left


def nested(kind, call):
    def answer(self, other=None, modulus=None):
        return call(Operand(self.left - 1)) if self.left else 0

    setattr(Operand, kind, answer)
    try:
        return call(Operand(DEPTH))
    finally:
        delattr(Operand, kind)


print("operators called as functions")
print(nested("__divmod__", lambda x: divmod(x, 1)))
print(nested("__rdivmod__", lambda x: divmod(1, x)))
print(nested("__pow__", lambda x: pow(x, 2)))
print(nested("__rpow__", lambda x: pow(2, x)))
print(nested("__pow__", lambda x: pow(x, 2, 3)))
Operand.__dir__ = lambda self: dir(Operand(self.left - 1)) if self.left else ["last"]
print(dir(Operand(DEPTH)))
