import sys


def numbers(n, log=None):
    try:
        for i in range(n):
            yield i
    finally:
        if log is not None:
            log.append(f"closed after {i}")


class Countdown:
    def __init__(self, start):
        self.at = start

    def __iter__(self):
        return self

    def __next__(self):
        if self.at == 0:
            raise StopIteration
        self.at -= 1
        return self.at


def failing():
    yield 1
    yield 2
    raise LookupError("no third")


print(sum(numbers(5)), sum((x / 10 for x in range(10))), sum(([i] for i in range(3)), []))
print(any(x > 2 for x in numbers(10)), all(x < 5 for x in numbers(10)), any(numbers(0)), all(numbers(0)))
print(max(numbers(5)), min(numbers(5)), max(Countdown(4)), max((), default="none"), max(numbers(0), default=-1))
print(max(numbers(7), key=lambda x: -abs(x - 3)), min("bca", key=lambda c: ord(c)))
print(list(numbers(3)), tuple(Countdown(3)), sorted(Countdown(4)), set(numbers(3)) == {0, 1, 2})
print(sorted(numbers(6), key=lambda x: (x % 3, -x)), sorted("hello", key=str.upper, reverse=True))
print("-".join(str(x) for x in numbers(4)), [*numbers(2), *Countdown(2)], {*numbers(2), *Countdown(3)})
print(list(map(lambda x: x * x, numbers(4))), list(filter(lambda x: x % 2, numbers(6))))
print(list(zip(numbers(3), Countdown(3))), list(enumerate(Countdown(2), 5)))
a, b, c = numbers(3)
first, *rest = Countdown(4)
print(a, b, c, first, rest)
items = [9]
items.extend(numbers(2))
items += Countdown(2)
print(items)

log = []
print(any(x == 2 for x in numbers(9, log)), log)
print(next(x for x in numbers(9, log) if x), log)

items = [0]
for attempt in (
    lambda: sum(failing()), lambda: items.extend(failing()), lambda: max(numbers(0)), lambda: sum("ab"),
    lambda: sum(x for x in "ab"), lambda: sorted([3, "a"], key=lambda x: x), lambda: max(failing()), lambda: "".join(numbers(1)),
    lambda: (lambda a, b: a)(*numbers(3)), lambda: set([x] for x in numbers(2)),
):
    try:
        print(attempt())
    except Exception as error:
        print(type(error).__name__, error)
print(items)
try:
    a, b = numbers(3)
except ValueError as error:
    print(error)
try:
    a, b, *c = numbers(1)
except ValueError as error:
    print(error)

order = [3, 1, 2]
try:
    order.sort(key=lambda x: order.append(x) or x)
except ValueError as error:
    print(error, order)


def spying(x):
    seen.append(len(shown))
    return -x


seen, shown = [], [1, 2, 3]
shown.sort(key=spying)
print(shown, seen)
try:
    shown.sort(key=lambda x: 1 // (x - 2))
except ZeroDivisionError as error:
    print(error, shown)


def depth(n):
    return n if n == 0 else sum(depth(n - 1) for _ in range(1)) + 1


sys.setrecursionlimit(9000)
print(depth(1500))
