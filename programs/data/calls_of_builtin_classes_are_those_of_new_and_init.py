"""Calls of `int`, `str`, `list` and others take a short way, subclasses the long one."""


def attempt(make):
    try:
        return make()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(int(), int("12"), int(" -7\n"), int("1_000"), int("٣"), int("ff", 16), int("0x1f", 0), int("z", base=36), int(2.9))
print(int("1" * 18), int("1" * 19), int("-" + "9" * 40), int(True), int(b"42"), int("+5"), int("00012"))
print(str(), str(5), str(b"ab", "ascii"), str(object=3), str(None), str("same") == "same")
print(float(), float("1e3"), float(" inf "), float(3), float(2**64), bool(), bool([]), bool([0]))
print(list(), list("aé"), list({1: 2}), list(range(3)), tuple(), tuple([1, 2]), set(), sorted(set("aba")))
print(dict(), dict(a=1), dict([("x", 1)], y=2), dict({1: 2}), bytearray(), bytearray(3), bytearray("é", "utf-8"))
for make in (
    lambda: int("x"), lambda: int("12", 1), lambda: int(1, 2), lambda: int(1, 2, 3), lambda: int(x=1), lambda: int([]),
    lambda: int(""), lambda: int("-"), lambda: int("1__2"), lambda: int("1-"), lambda: int(base=3),
    lambda: str(1, 2), lambda: str(b"", "ascii", "strict", 4), lambda: str(what=1),
    lambda: float("x"), lambda: float(1, 2), lambda: float(x=1), lambda: bool(1, 2), lambda: bool(x=1),
    lambda: list(1), lambda: list([], []), lambda: list(iterable=[]), lambda: tuple(5), lambda: set(5),
    lambda: set([], []), lambda: set([[]]), lambda: dict(5), lambda: dict([1]), lambda: dict({}, {}),
    lambda: bytearray("é"), lambda: bytearray([256]),
):
    print(attempt(make))


class Count(int):
    def __new__(cls, value, extra=0):
        return super().__new__(cls, value + extra)


class Items(list):
    def __init__(self, *items):
        super().__init__(items)


class Meta(type):
    def __call__(cls, *args):
        return ("called", cls.__name__, super().__call__(*args))


class Named(str, metaclass=Meta):
    pass


class Shown:
    def __int__(self):
        return 41

    def __str__(self):
        return "shown"

    def __float__(self):
        return 4.5

    def __iter__(self):
        yield 1
        yield 2


print(Count(5, extra=2), type(Count(1)).__name__, Items(1, 2, 3), Named("n"))
print(int(Shown()), str(Shown()), float(Shown()), list(Shown()), tuple(Shown()), set(Shown()))
print(list(map(int, "123")), list(map(str, [1, None, 2.5])), [*map(lambda a, b: a * b, [1, 2], [3, 4])])
print(max(3, 7), min(2.5, 1), max("a", "b", key=ord), attempt(lambda: max(1, "a")), max([1], [2]), min(1, True))
