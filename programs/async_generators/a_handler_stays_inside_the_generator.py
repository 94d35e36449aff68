"""What an asynchronous generator handles while it yields is not what its consumer handles."""

import asyncio
import sys


async def careful():
    try:
        raise KeyError("inside")
    except KeyError:
        yield "first"
        print("inside still:", repr(sys.exception()))
        yield "second"
        print("inside still:", repr(sys.exception()))
    yield "third"


async def main():
    async for item in careful():
        print(item, repr(sys.exception()))
    try:
        raise ValueError("outside")
    except ValueError:
        async for item in careful():
            print(item, repr(sys.exception()))
            try:
                raise TypeError
            except TypeError as error:
                print("context:", repr(error.__context__))
    print(repr(sys.exception()))


asyncio.run(main())


def stubborn():
    try:
        raise KeyError("inside")
    except KeyError:
        try:
            yield 1
        except GeneratorExit:
            yield 2


def delegating():
    try:
        yield from stubborn()
    except RuntimeError as error:
        print(error, "| context:", error.__context__)
    print("handled now:", sys.exception())


generator = delegating()
next(generator)
try:
    generator.close()
except RuntimeError as error:
    print(error)
