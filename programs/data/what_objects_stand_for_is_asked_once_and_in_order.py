# What is asked of objects for indices, counts and numbers: in which order, how often, and what becomes of wrong answers. The same
# where calls nest deep.
import collections
import itertools
import math
import struct
import sys
import warnings

sys.setrecursionlimit(20_000)


class Number:
    def __init__(self, name, answer):
        self.name, self.answer = name, answer

    def give(self, method):
        trail.append(f"{self.name}.{method}")
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Index(Number):
    def __index__(self):
        return self.give("index")


class Whole(Number):
    def __int__(self):
        return self.give("int")


class Real(Number):
    def __float__(self):
        return self.give("float")


class Both(Index, Real):
    pass


class Complex(Number):
    def __complex__(self):
        return self.give("complex")


class Truth(Number):
    def __bool__(self):
        return self.give("bool")


class Cut(Number):
    def __trunc__(self):
        return self.give("trunc")


class MyInt(int):
    pass


class MyFloat(float):
    pass


class MyComplex(complex):
    pass


class Shown:
    def __str__(self):
        trail.append("str")
        return "shown"

    __repr__ = __str__


class Other:
    def __rmul__(self, count):
        trail.append("rmul")
        return "other"

    def __rdivmod__(self, other):
        trail.append("rdivmod")
        return NotImplemented

    def __rpow__(self, other, modulus=None):
        trail.append("rpow")
        return "power"


class Unwilling:
    def __divmod__(self, other):
        trail.append("divmod")
        return NotImplemented

    def __pow__(self, other, modulus=None):
        trail.append("pow")
        return NotImplemented


class Listed:
    def __dir__(self):
        trail.append("dir")
        return ["b", "a"]


def I(answer=1, name="i"):
    return Index(name, answer)


def shrinks(target, answer):
    class Shrinking:
        def __index__(self):
            trail.append("shrink")
            target.clear()
            return answer

    return Shrinking()


def assign(target, key, value):
    target[key] = value
    return target


def multiplied(target, count):
    target *= count
    return target


def drawn():
    trail.append("draw")
    yield 65
    yield 66


def changed_while_drawing(target, change, key):
    def items():
        change(target)
        yield from "xy"

    return assign(target, key, items())


def delete(target, key):
    del target[key]
    return target


def shrunk(make, act):
    target = make()
    return act(target, shrinks(target, 1))


BIG = 1 << 70
uses = {
    "a[i]": lambda: "abc"[I()],
    "a[big]": lambda: "abc"[I(BIG)],
    "a[i:j:k]": lambda: "abcdef"[I(1, "start"):I(5, "stop"):I(2, "step")],
    "a[i:j:0]": lambda: [1, 2][I(1, "start"):I(5, "stop"):I(0, "step")],
    "a[bad:]": lambda: (1, 2)[I("x"):],
    "a[shown]": lambda: [1][Shown()],
    "a[i] = b": lambda: assign([1, 2], I(), "new"),
    "a[i:] = b": lambda: assign([1, 2], slice(I(), None), iter("xy")),
    "b[i] = j": lambda: assign(bytearray(b"ab"), I(1, "at"), I(65, "byte")),
    "b[9] = j": lambda: assign(bytearray(b"ab"), I(9, "at"), I(65, "byte")),
    "b[i] = 300": lambda: assign(bytearray(b"ab"), I(1, "at"), I(300, "byte")),
    "a[i:j] = drawn": lambda: assign([1, 2, 3], slice(I(0, "start"), I(2, "stop")), drawn()),
    "b[i:j] = drawn": lambda: assign(bytearray(b"abc"), slice(I(0, "start"), I(2, "stop")), drawn()),
    "b[i:j] = bytes": lambda: assign(bytearray(b"abc"), slice(I(0, "start"), I(2, "stop")), b"xyz"),
    "b[i:j] = bytearray": lambda: assign(bytearray(b"abc"), slice(I(0, "start"), I(2, "stop")), bytearray(b"xyz")),
    "cleared a[:] = drawn": lambda: changed_while_drawing([1, 2, 3], list.clear, slice(1, 3)),
    "shorter a[::2] = drawn": lambda: changed_while_drawing([1, 2, 3], list.pop, slice(None, None, 2)),
    "longer a[-2:] = drawn": lambda: changed_while_drawing([1, 2, 3], lambda a: a.append(4), slice(-2, None)),
    "del a[i:]": lambda: delete([1, 2, 3], slice(I(), None)),
    "m[i] = j": lambda: assign(memoryview(bytearray(b"ab")), I(1, "at"), I(65, "byte")).tobytes(),
    "m[i:]": lambda: memoryview(b"abc")[I():].tobytes(),
    "range(i, j, k)": lambda: range(I(1, "a"), I(9, "b"), I(2, "c")),
    "range(i, bad, k)": lambda: range(I(1, "a"), I(None, "b"), I(2, "c")),
    "range[i]": lambda: range(10)[I(BIG)],
    "a * i": lambda: [1] * I(2),
    "i * a": lambda: I(2) * "ab",
    "a * big": lambda: [1] * I(BIG),
    "a * other": lambda: [1] * Other(),
    "a * none": lambda: [1] * Shown(),
    "a *= i": lambda: multiplied([1, 2], I(2)),
    "shrinking a[i]": lambda: shrunk(lambda: [1, 2], lambda a, x: a[x]),
    "shrinking a[:i]": lambda: shrunk(lambda: [1, 2], lambda a, x: a[:x]),
    "shrinking a[i] = b": lambda: shrunk(lambda: [1, 2], lambda a, x: assign(a, x, 0)),
    "shrinking pop": lambda: shrunk(lambda: [1, 2], lambda a, x: a.pop(x)),
    "shrinking insert": lambda: shrunk(lambda: [1, 2], lambda a, x: [a.insert(x, 7), a]),
    "shrinking find": lambda: shrunk(lambda: bytearray(b"abc"), lambda a, x: a.find(b"c", x)),
    "shrinking deque": lambda: shrunk(lambda: collections.deque("ab"), lambda a, x: a[x]),
    "int by int": lambda: int(Whole("w", 7)),
    "int by index": lambda: int(I(7)),
    "int by trunc": lambda: int(Cut("t", 7)),
    "int by trunc of index": lambda: int(Cut("t", I(7))),
    "int by trunc of text": lambda: int(Cut("t", "x")),
    "int returns MyInt": lambda: int(Whole("w", MyInt(7))),
    "int returns text": lambda: int(Whole("w", "7")),
    "int raises": lambda: int(Whole("w", KeyError("inner"))),
    "int base": lambda: int("77", I(8)),
    "MyInt": lambda: MyInt(Whole("w", 7)),
    "index returns MyInt": lambda: [0, 1, 2][I(MyInt(2))],
    "index returns bool": lambda: bin(I(True)),
    "float by float": lambda: float(Both("b", 1.5)),
    "float by index": lambda: float(I(2)),
    "float by big index": lambda: float(I(1 << 2000)),
    "float returns MyFloat": lambda: float(Real("r", MyFloat(1.5))),
    "float returns int": lambda: float(Real("r", 1)),
    "complex": lambda: complex(Complex("c", 1j)),
    "complex returns MyComplex": lambda: complex(Complex("c", MyComplex(1))),
    "complex returns int": lambda: complex(Complex("c", 1)),
    "complex of two": lambda: complex(Real("re", 1.0), Real("im", 2.0)),
    "round": lambda: round(125, I(-1)),
    "hex": lambda: hex(I(-255)),
    "chr": lambda: chr(I(0x110000)),
    "bytes": lambda: bytes(I(-1)),
    "bytes of index": lambda: bytes(I(2)),
    "to_bytes": lambda: (1).to_bytes(I(2, "length"), "big", signed=Truth("signed", True)),
    "bad truth": lambda: "a\nb".splitlines(Truth("keep", 1)),
    "find": lambda: "abcb".find("b", I(2, "start"), I(4, "end")),
    "bytes find": lambda: b"abcb".find(I(98, "byte"), I(2, "start"), I(4, "end")),
    "index": lambda: [1, 2, 1].index(1, I(1, "start"), I(3, "stop")),
    "center": lambda: "ab".center(I(BIG, "width"), "*"),
    "islice": lambda: list(itertools.islice("abcdef", I(1, "start"), I(5, "stop"), I(2, "step"))),
    "islice bad": lambda: itertools.islice("abc", I(KeyError("inner"))),
    "combinations": lambda: list(itertools.combinations("ab", I(-1))),
    "pack": lambda: struct.pack("<bfh", I(1, "b"), Real("f", 1.5), I(2, "h")),
    "pack bad": lambda: struct.pack("<bb", I(1, "b"), I(300, "c")),
    "gcd": lambda: math.gcd(I(6, "a"), I(4, "b"), I(2, "c")),
    "hypot": lambda: math.hypot(Real("x", 3.0), Real("y", 4.0)),
    "atan2 bad": lambda: math.atan2(Real("y", 1.0), Real("x", "text")),
    "floor by float": lambda: math.floor(Real("x", 1.5)),
    "%d %s %x": lambda: "%s %d %s %x" % (Shown(), Whole("w", 10), Shown(), I(255)),
    "%d bad": lambda: "%d" % Whole("w", "text"),
    "%d raises": lambda: "%d" % Whole("w", KeyError("inner")),
    "%f": lambda: "%.1f" % Real("r", 1.25),
    "%c": lambda: "%c" % I(0x110000),
    "divmod": lambda: divmod(Unwilling(), Other()),
    "divmod bad": lambda: divmod(Unwilling(), 1),
    "pow": lambda: pow(Unwilling(), Other()),
    "pow of three": lambda: pow(Unwilling(), Other(), 2),
    "pow of three plain": lambda: pow(2, Other(), 2),
    "dir": lambda: dir(Listed()),
}


def run():
    report = []
    for name, use in uses.items():
        trail.clear()
        with warnings.catch_warnings(record=True) as given:
            warnings.simplefilter("always")
            try:
                outcome = repr(use())
            except Exception as error:
                depth, trace = 0, error.__traceback__
                while trace:
                    depth, trace = depth + 1, trace.tb_next
                outcome = f"{type(error).__name__}: {error} [{depth}]"
        report.append(" ".join([name, "->", outcome, *trail, *(str(w.message) for w in given)]))
    return report


trail = []
plain = run()
print(*plain, sep="\n")


# The same where each call of the language comes from the depth of many others.
class Deep:
    def __init__(self, left):
        self.left = left

    def __index__(self):
        if self.left:
            return range(10)[Deep(self.left - 1)]
        deep.extend(run())
        return 0


deep = []
range(Deep(100))
for before, now in zip(plain, deep, strict=True):
    if before != now:
        print("deep:", now)
