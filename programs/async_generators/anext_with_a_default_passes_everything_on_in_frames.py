# `anext(iterator, default)` gives an awaitable that hands `send`, `throw` and `close` to the awaitable of the item, whose
# methods may be in the language.
log = []


class Item:
    """An awaitable that is driven by hand."""

    def __init__(self, name):
        self.name = name

    def __await__(self):
        log.append("await")
        return self

    def __iter__(self):
        return self

    def __next__(self):
        log.append("next")
        return self.name

    def send(self, value):
        log.append(("send", value))
        if value == "end":
            raise StopAsyncIteration
        if value == "stop":
            raise StopIteration(self.name)
        return value

    def throw(self, *error):
        log.append("throw")
        raise error[0]

    def close(self):
        log.append("close")


class Source:
    def __init__(self, make):
        self.make = make

    def __aiter__(self):
        return self

    def __anext__(self):
        log.append("anext")
        return self.make()


def drive(action):
    try:
        print("gives", action())
    except BaseException as error:
        print("raises", repr(error))
    print(log)
    log.clear()


waiting = anext(Source(lambda: Item("item")), "default")
drive(lambda: next(waiting))
drive(lambda: waiting.send(1))
drive(lambda: waiting.send("stop"))
drive(lambda: waiting.send("end"))
drive(lambda: waiting.throw(KeyError("k")))
drive(lambda: waiting.throw(StopAsyncIteration))
drive(lambda: waiting.close())


async def numbers():
    try:
        yield 1
        yield 2
    finally:
        log.append("finally")


async def coroutine():
    log.append("coroutine")
    raise StopAsyncIteration


items = numbers()
for _ in range(4):
    drive(lambda: next(anext(items, "none left")))
drive(lambda: anext(numbers(), "d").throw(ValueError("thrown")))
drive(lambda: next(anext(Source(lambda: 5), "d")))


async def main():
    print(await anext(numbers(), "x"), await anext(Source(Wrapped), "y"))


class Wrapped:
    def __await__(self):
        yield from ()
        raise StopAsyncIteration


try:
    main().send(None)
except StopIteration as stop:
    print(stop.value)


class Deep:
    """Each awaitable asks for another one's item."""

    def __init__(self, depth):
        self.depth = depth

    def __aiter__(self):
        return self

    def __anext__(self):
        return self

    def __await__(self):
        return self

    def __next__(self):
        if not self.depth:
            raise StopAsyncIteration
        try:
            return next(anext(Deep(self.depth - 1), 0))
        except StopIteration as stop:
            raise StopIteration(stop.value + 1) from None


try:
    next(anext(Deep(200), 0))
except StopIteration as stop:
    print(stop.value)
