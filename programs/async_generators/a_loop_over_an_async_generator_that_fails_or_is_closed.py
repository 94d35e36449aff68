# Errors, closing and nesting in `async for` over async generators that were suspended before.
import asyncio
import sys


class Pause:
    def __await__(self):
        got = yield "paused"
        return got


async def numbers(name, limit):
    try:
        for i in range(limit):
            if i == 2:
                await Pause()
            yield i
    except BaseException as error:
        print(name, "got", repr(error))
        raise
    finally:
        print(name, "ends")


async def outer(limit):
    async for i in numbers("inner", limit):
        yield i * 10


async def collect(source):
    found = []
    try:
        async for item in source:
            found.append(item)
    finally:
        print("collected", found)


async def in_a_handler():
    try:
        raise KeyError("handled")
    except KeyError:
        async for i in numbers("handled", 4):
            print(i, repr(sys.exception()))


async def failing():
    yield 1
    yield 2
    raise LookupError("no more")


async def catching():
    try:
        async for i in failing():
            print(i)
    except LookupError as error:
        print("caught", error, [line.tb_frame.f_code.co_name for line in frames(error.__traceback__)])


def frames(traceback):
    while traceback:
        yield traceback
        traceback = traceback.tb_next


def drive(coroutine, last):
    try:
        print(coroutine.send(None))
        print(last(coroutine))
    except BaseException as error:
        print("ended by", repr(error))


async def busy(source, name):
    try:
        async for item in source:
            print(name, item)
            await asyncio.sleep(0)
    except RuntimeError as error:
        print(name, error)


async def slow():
    for i in range(3):
        await asyncio.sleep(0)
        yield i


async def shared():
    source = slow()
    await asyncio.gather(busy(source, "a"), busy(source, "b"))


drive(collect(numbers("sent", 4)), lambda c: c.send("x"))
drive(collect(numbers("thrown", 4)), lambda c: c.throw(ValueError("thrown")))
drive(collect(numbers("closed", 4)), lambda c: c.close())
drive(collect(outer(4)), lambda c: c.throw(ValueError("thrown")))
drive(collect(outer(4)), lambda c: c.close())
drive(in_a_handler(), lambda c: c.send(None))
drive(catching(), lambda c: None)
asyncio.run(shared())
