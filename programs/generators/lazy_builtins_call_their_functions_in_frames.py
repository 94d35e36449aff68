# map, filter, zip, enumerate and iter(callable, sentinel) draw from generators and call functions of the language.
import sys

sys.setrecursionlimit(20_000)


def noted(name, items):
    for item in items:
        print(f"{name}:{item}", end=" ")
        yield item
    print(f"{name}:end", end=" ")


def show(label, iterable):
    print(label, end=": ")
    got = []
    for item in iterable:
        got.append(item)
    print("->", got)


# Sources are asked in turn, functions called at once.
show("map", map(lambda a, b: a + b, noted("a", [1, 2, 3]), noted("b", [10, 20])))
show("map of a list", map(lambda n: n * n, [1, 2, 3]))
show("filter", filter(lambda n: n % 2, noted("n", range(5))))
show("filter by truth", filter(None, noted("n", [0, 1, "", "x"])))
show("zip", zip(noted("a", "xy"), noted("b", [1]), noted("c", [7, 8])))
show("enumerate", enumerate(noted("a", "xy"), 5))
show("nested", enumerate(zip(map(str, noted("a", [1, 2])), filter(None, noted("b", [0, 3, 4])))))

counter = iter([3, 2, 1, 0, 9])
calls = iter(lambda: next(counter), 0)
show("calls", calls)
show("calls again", calls)
print(next(counter))


# What comes last: a strict zip sees who is too long or too short.
for lengths in [(2, 2), (2, 1), (1, 2), (1, 1, 2), (2, 2, 1), (0, 0, 1), (1,)]:
    sources = [noted(f"s{k}", range(n)) for k, n in enumerate(lengths)]
    try:
        show(f"strict {lengths}", zip(*sources, strict=True))
    except ValueError as error:
        print("->", error)


# StopIteration raised by a function ends the iteration; other exceptions pass.
def until_two(n):
    if n == 2:
        raise StopIteration
    return n


def fails(n):
    raise KeyError(n)


show("stopped map", map(until_two, range(5)))
show("stopped map of a generator", map(until_two, (n for n in range(5))))
show("stopped filter", filter(until_two, [1, 1, 2, 1]))
show("stopped inside zip", zip(map(until_two, range(5)), noted("b", range(9))))
show("stopped calls", iter(lambda: next(counter), object()))
for make in (lambda: map(fails, [1]), lambda: filter(fails, iter([2])), lambda: zip(map(fails, [3])),
             lambda: enumerate(map(fails, [4])), lambda: iter(lambda: fails(5), 0)):
    try:
        for _ in make():
            print("never")
    except KeyError as error:
        depth, trace = 0, error.__traceback__
        while trace:
            depth, trace = depth + 1, trace.tb_next
        print("KeyError", error, "through", depth, "frames")


# The builtin next, with and without a default.
items = map(lambda n: -n, range(2))
print(next(items), next(items, "none"), next(items, "none"))
try:
    next(items)
except StopIteration as stop:
    print("StopIteration", stop.value)
print(next(map(until_two, [2]), "default"), next(zip(noted("a", [])), "empty"))
print(items.__next__ is not None, map(lambda n: n + 1, [1]).__next__())


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration("ready")
        self.n -= 1
        return self.n


count = Countdown(2)
print(next(count), next(count), next(count, "over"))
try:
    next(count)
except StopIteration as stop:
    print("StopIteration", stop.value)
show("objects", zip(Countdown(3), enumerate(Countdown(2))))


# Truth and equality are asked in the language, too.
class Loud:
    def __init__(self, n):
        self.n = n

    def __bool__(self):
        print(f"bool({self.n})", end=" ")
        return self.n > 1

    def __eq__(self, other):
        print(f"{self.n}=={other.n}", end=" ")
        return self.n == other.n

    def __repr__(self):
        return f"Loud({self.n})"


show("truth of items", filter(None, [Loud(1), Loud(2), Loud(3)]))
show("truth of answers", filter(Loud, [1, 2, 3]))
louds = iter([Loud(1), Loud(2), Loud(3)])
show("sentinel", iter(lambda: next(louds), Loud(3)))


# A subclass draws through its own __next__ if it has one.
class Doubled(map):
    def __next__(self):
        return super().__next__() * 2


class Plain(zip):
    pass


show("subclass", Doubled(lambda n: n + 1, [1, 2]))
show("plain subclass", Plain(noted("a", [1]), "b"))


# An iterator that ran out may go on.
class Pauses:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n % 3 == 0:
            raise StopIteration
        return self.n


again = enumerate(Pauses())
print(list(again), list(again))


# A call may use up its own iterator.
def use_up():
    global used
    used, mine = None, used
    return list(mine) if mine else 0


used = iter(use_up, 0)
print(list(used))


# Deep recursion through each of them is no recursion of the interpreter.
def deep_map(n):
    for m in map(deep_map, [n - 1] if n else []):
        return m + 1
    return 0


def deep_filter(n):
    for _ in filter(deep_filter, (n - 1 for _ in "x") if n else ()):
        return False
    return n == 0


def deep_calls(n):
    for m in iter(lambda: deep_calls(n - 1) if n else None, None):
        return m + 1
    return 0


def deep_walk(n):
    if n:
        for _, (depth, _) in enumerate(zip(deep_walk(n - 1), "x")):
            yield depth + 1
    else:
        yield 0


def deep_next(n):
    return next(map(deep_next, [n - 1])) + 1 if n else 0


print(deep_map(1500), deep_filter(1501), deep_calls(1500), list(deep_walk(1000)), deep_next(1500))


# What is handled outside is still handled inside.
try:
    raise ValueError("outer")
except ValueError:
    print([type(sys.exception()).__name__ for _ in map(lambda n: n, [1])])
    print(list(map(lambda n: str(sys.exception()), (n for n in range(1)))))
print(list(map(lambda n: sys._getframe(1).f_code.co_name, (n for n in range(1)))))
print(sum(map(lambda n: n * n, range(100))), max(map(len, ["a", "bcd"]), key=lambda n: -n), dict(zip("ab", map(ord, "ab"))))
first, *rest = map(lambda n: n + 1, (n for n in range(4)))
print(first, rest, *enumerate(map(chr, (97, 98))))
