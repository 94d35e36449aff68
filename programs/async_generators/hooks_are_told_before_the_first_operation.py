# The hooks of sys.set_asyncgen_hooks are told of each async generator once, before the operation that comes first is made.
import sys

log = []


def first(generator):
    log.append(f"first {generator.__name__}")


def refuse(generator):
    log.append(f"refuse {generator.__name__}")
    raise LookupError(generator.__name__)


async def numbers(limit=3):
    try:
        for n in range(limit):
            got = yield n
            if got:
                log.append(f"got {got}")
    except KeyError as error:
        log.append(f"caught {error!r}")
        yield "after"


def drive(awaitable):
    try:
        awaitable.send(None)
    except (StopIteration, StopAsyncIteration) as stop:
        return type(stop).__name__, stop.args
    return "suspended"


def attempt(what, call):
    try:
        outcome = call()
    except BaseException as error:
        outcome = f"{type(error).__name__}: {error}, from {error.__context__!r}"
    print(what, "->", outcome if isinstance(outcome, (str, tuple)) else type(outcome).__name__, log)
    log.clear()
    return outcome


class Hook:
    def __call__(self, generator):
        log.append("an object is told")
        return NotImplemented


async def each(source):
    return [item async for item in source]


async def comprehension():
    return [a + b async for a in numbers(2) async for b in numbers(2)]


async def first_or(source, default):
    return await anext(source, default)


def run(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        return repr(stop.value)


sys.set_asyncgen_hooks(firstiter=first)
attempt("asend", lambda: drive(numbers().asend(None)))
attempt("asend of a value", lambda: drive(numbers().asend(1)))
attempt("asend with too much", lambda: numbers().asend(1, 2))
attempt("athrow", lambda: drive(numbers().athrow(KeyError("k"))))
attempt("aclose", lambda: drive(numbers().aclose()))
attempt("__anext__", lambda: drive(numbers().__anext__()))
attempt("anext", lambda: drive(anext(numbers())))
attempt("anext with a default", lambda: run(first_or(numbers(0), "none")))
attempt("async for", lambda: run(each(numbers())))
attempt("comprehension", lambda: run(comprehension()))

again = numbers()
attempt("once", lambda: drive(again.asend(None)))
attempt("twice", lambda: drive(again.asend("x")))

sys.set_asyncgen_hooks(firstiter=Hook())
attempt("an object", lambda: drive(numbers().asend(None)))
sys.set_asyncgen_hooks(firstiter=log.append)
made = numbers()
made.asend(None).close()
print("a native is told:", log == [made])
log.clear()

sys.set_asyncgen_hooks(firstiter=refuse)
refused = numbers()
attempt("refused asend", lambda: refused.asend(None))
attempt("not told again", lambda: drive(refused.asend(None)))
attempt("refused athrow", lambda: numbers().athrow(KeyError("k")))
attempt("refused aclose", lambda: numbers().aclose())
attempt("refused async for", lambda: run(each(numbers())))


def handled():
    try:
        raise OSError("outer")
    except OSError:
        return numbers().asend(None)


attempt("refused while handling", handled)

# A hook may begin other generators, which are told to the hook in their turn.
depth = 0


def deeper(generator):
    global depth
    depth += 1
    if depth < 1000:
        numbers().asend(None).close()


sys.setrecursionlimit(20_000)
sys.set_asyncgen_hooks(firstiter=deeper)
numbers().asend(None).close()
print(depth)
depth = 0
run(each(numbers()))
print(depth)
sys.set_asyncgen_hooks(None, None)


# Awaitables of anext with a default pass everything on, however many there are.
class Waits:
    def __init__(self, log):
        self.log = log

    def __aiter__(self):
        return self

    def __anext__(self):
        return self

    def __await__(self):
        self.log.append("__await__")
        try:
            got = yield "one"
            self.log.append(got)
            yield "two"
        except ValueError as error:
            self.log.append(repr(error))
            raise StopAsyncIteration from error
        finally:
            self.log.append("finally")


def by_hand(steps):
    seen = []
    awaitable = anext(Waits(seen), "default")
    for name, *args in steps:
        try:
            seen.append(getattr(awaitable, name)(*args))
        except BaseException as error:
            seen.append(repr(error))
    print(seen)


by_hand([("send", None), ("close",)])
by_hand([("__next__",), ("throw", ValueError("v")), ("send", None)])


async def wait_twice(log):
    return await anext(Waits(log), "default")


def drive_by_hand(action):
    seen = []
    coroutine = wait_twice(seen)
    seen.append(coroutine.send(None))
    try:
        seen.append(action(coroutine))
    except BaseException as error:
        seen.append(repr(error))
    coroutine.close()
    print(seen)


drive_by_hand(lambda coroutine: coroutine.throw(ValueError("w")))
drive_by_hand(lambda coroutine: coroutine.throw(OSError("w")))
drive_by_hand(lambda coroutine: coroutine.close())


class Below:
    def __init__(self, below):
        self.below = below

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.below is None:
            raise StopAsyncIteration
        return await anext(self.below, 0) + 1


chain = None
for _ in range(1000):
    chain = Below(chain)
print(run(first_or(chain, "none")))
