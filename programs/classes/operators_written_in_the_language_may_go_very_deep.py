import sys


class Nested:
    """Compares, adds, formats and tests itself by asking the one inside."""

    def __init__(self, inner):
        self.inner = inner

    def __eq__(self, other):
        return self.inner == other.inner

    def __lt__(self, other):
        if self.inner < other.inner:
            return True
        return False

    def __bool__(self):
        return not not self.inner

    def __contains__(self, item):
        return item in self.inner

    def __neg__(self):
        return -self.inner

    def __str__(self):
        return f"({self.inner})"

    def __repr__(self):
        return f"<{self.inner!r}>"

    def __format__(self, spec):
        return f"[{self.inner:{spec}}]"

    def __iter__(self):
        return iter(self.inner) if isinstance(self.inner, tuple) else self.inner.__iter__()


class Core(Nested):
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        return self.value < other.value

    def __bool__(self):
        return self.value > 1

    def __contains__(self, item):
        return item == self.value

    def __neg__(self):
        return -self.value

    def __str__(self):
        return str(self.value)

    def __repr__(self):
        return repr(self.value)

    def __format__(self, spec):
        return format(self.value, spec)

    def __iter__(self):
        return iter((self.value,))


def wrap(value, times):
    thing = Core(value)
    for _ in range(times):
        thing = Nested(thing)
    return thing


sys.setrecursionlimit(20_000)
one, two = wrap(1, 3_000), wrap(2, 3_000)
print(one == one, one == two, one != two)
print(one < two, two < one, one > two)
print(bool(one), not two, "yes" if two else "no")
print(2 in two, 1 in two, 1 not in two)
print(-two)
print(len(f"{two}"), len(f"{two!r}"), f"{two:03}".strip("[]"))
a, = two
print(a, *one)
