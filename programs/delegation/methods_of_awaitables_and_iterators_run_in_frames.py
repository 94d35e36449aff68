# __await__, __aiter__, __anext__, and the __next__, send, throw and close of objects that are delegated to.
import sys

sys.setrecursionlimit(20_000)


def drive(coroutine):
    got = []
    try:
        while True:
            got.append(coroutine.send(None))
    except StopIteration as stop:
        return got, stop.value


class Steps:
    """An awaitable that is its own iterator."""

    def __init__(self, n):
        self.n = n

    def __await__(self):
        print(f"await {self.n}", end=" ")
        return self

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration("done")
        self.n -= 1
        return self.n


class Range:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        print("aiter", end=" ")
        return self

    def __anext__(self):
        print("anext", end=" ")
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        return Steps(self.n)


async def awaiting():
    print(await Steps(2))
    async for item in Range(2):
        print(item)
    return [item async for item in Range(1)]


print(drive(awaiting()))


# What these methods give is looked at.
class Odd:
    def __init__(self, answer):
        self.answer = answer

    def __await__(self):
        return self.answer()

    def __aiter__(self):
        return self.answer()


class OddItems:
    def __init__(self, answer):
        self.answer = answer

    def __aiter__(self):
        return self

    def __anext__(self):
        return self.answer()


async def nothing():
    pass


def fails():
    raise LookupError("no answer")


async def wait_for(awaitable):
    return await awaitable


async def loop_over(iterable):
    async for _ in iterable:
        print("item")


def report(coroutine):
    try:
        print(drive(coroutine))
    except Exception as error:
        trace, depth = error.__traceback__, 0
        while trace:
            trace, depth = trace.tb_next, depth + 1
        print(f"{type(error).__name__}: {error} [{depth}] from {error.__cause__!r}")


waits = nothing()
for make in (
    lambda: wait_for(Odd(lambda: 1)),
    lambda: wait_for(Odd(fails)),
    lambda: wait_for(Odd(lambda: waits)),
    lambda: loop_over(Odd(lambda: 1)),
    lambda: loop_over(Odd(fails)),
    lambda: loop_over(OddItems(lambda: 1)),
    lambda: loop_over(OddItems(fails)),
    lambda: loop_over(OddItems(lambda: Odd(fails))),
    lambda: loop_over(OddItems(lambda: Odd(lambda: 1))),
):
    report(make())
waits.close()


# yield from sends, throws and closes through methods of the language.
class Echo:
    def __init__(self, name):
        self.name = name

    def __iter__(self):
        return self

    def __next__(self):
        print(self.name, "next")
        return "next"

    def send(self, value):
        print(self.name, "send", value, type(sys.exception()).__name__)
        if value == "stop":
            raise StopIteration(self.name)
        if value == "fail":
            raise OSError(self.name)
        return value

    def throw(self, error):
        print(self.name, "throw", repr(error))
        if isinstance(error, KeyError):
            raise StopIteration("caught " + self.name)
        if isinstance(error, IndexError):
            return "went on"
        raise error

    def close(self):
        print(self.name, "close")
        if self.name == "stubborn":
            raise RuntimeError("will not close")
        if self.name == "stopping":
            raise StopIteration


def delegating(*names):
    for name in names:
        try:
            print("result", (yield from Echo(name)))
        except OSError as error:
            print("failed", error, error.__context__)
        finally:
            print("after", name)


g = delegating("a", "b", "c")
print(next(g), g.send(1), g.send("stop"), g.send("fail"))
print(g.throw(IndexError("i")))
try:
    g.throw(KeyError("k"))
except StopIteration as stop:
    print("end", stop.value)

for name in ("plain", "stubborn", "stopping"):
    g = delegating(name)
    next(g)
    try:
        print(g.close())
    except RuntimeError as error:
        print("RuntimeError", error)

g = delegating("thrown exit")
next(g)
try:
    g.throw(GeneratorExit("mine"))
except GeneratorExit as error:
    print("GeneratorExit", error)


# What is delegated to need not be more than iterable.
def over(iterable):
    return (yield from iterable)


print(list(over(map(lambda n: n * 2, (n for n in range(3))))), list(over(iter([3, 2, 1].pop, 3))))
g = over(map(str, [1, 2]))
print(next(g))
try:
    g.send(1)
except AttributeError as error:
    print(error)
g = over(zip(over("ab"), over("cd")))
print(next(g))
try:
    g.throw(KeyError("no throw"))
except KeyError as error:
    print(repr(error))
g = over(filter(None, over([1, 2])))
print(next(g), g.close(), next(g, "closed"))


# An iterator whose methods are those of a generator.
class Wrapper:
    def __init__(self, generator):
        self.send, self.throw, self.close = generator.send, generator.throw, generator.close
        self.generator = generator

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.generator)


def inner():
    try:
        got = yield 1
        while True:
            got = yield got
    except KeyError as error:
        yield "kept " + repr(error)
        return "inner result"
    finally:
        print("inner ends")


def outer(levels):
    return (yield from (Wrapper(outer(levels - 1)) if levels else inner()))


for levels in (1, 2, 300):
    g = outer(levels)
    print(next(g), g.send("x"), g.throw(KeyError("k")), end=" ")
    try:
        next(g)
    except StopIteration as stop:
        print(stop.value)
    g = outer(levels)
    print(next(g), g.close())


# While such a method runs, the generator is running.
class Meddler:
    def __iter__(self):
        return self

    def __next__(self):
        try:
            next(meddled)
        except ValueError as error:
            return str(error)


meddled = over(Meddler())
print(next(meddled))


# A warning sign for the native stack: depth costs frames only.
class Nested:
    def __init__(self, n):
        self.n = n

    def __await__(self):
        return (self.run() if self.n else nothing()).__await__()

    async def run(self):
        return 1 + (await Nested(self.n - 1) or 0)


class Deep:
    def __init__(self, n):
        self.n = n
        self.source = None

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration("bottom")
        if self.source is None:
            self.source = over(Deep(self.n - 1))
        return next(self.source)


print(drive(wait_for(Nested(1000))))
print(list(over(Deep(300))))


# StopIteration thrown in at such an iterator is its result.
def told(iterable):
    print("result", (yield from iterable))
    yield "end"


g = told([1, 2])
print(next(g), g.throw(StopIteration(5)))
