"""asend(), athrow() and aclose() give awaitables that take send, throw and close by hand."""

import asyncio


async def numbers():
    try:
        yield 1
        yield 2
    except ZeroDivisionError:
        yield "caught"


def drive(awaitable, exception):
    try:
        awaitable.throw(exception)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


async def main():
    generator = numbers()
    print(await anext(generator))
    print(drive(generator.asend(None), ZeroDivisionError()))
    print([item async for item in generator])

    generator = numbers()
    print(drive(generator.aclose(), GeneratorExit()))
    generator = numbers()
    closing = generator.aclose()
    print(drive(closing, KeyError("first")))
    print(drive(closing, KeyError("second")))
    generator = numbers()
    print(drive(generator.athrow(ValueError("own")), KeyError("thrown")))


asyncio.run(main())


class Odd:
    def __aiter__(self):
        return self

    def __anext__(self):
        return iter("abc")


async def odd():
    for arguments in ((Odd(),), (Odd(), "default")):
        awaitable = anext(*arguments)
        print("made without complaint:", type(awaitable).__name__.endswith(("iterator", "awaitable")))
        try:
            await awaitable
        except TypeError as error:
            print(error)


asyncio.run(odd())


async def slow():
    await asyncio.sleep(0.001)
    return "slept"


async def twice():
    coroutine = slow()
    coroutine.send(None)
    print("waits for", coroutine.cr_await is not None)
    try:
        await coroutine
    except RuntimeError as error:
        print(error)
    coroutine.close()


asyncio.run(twice())
