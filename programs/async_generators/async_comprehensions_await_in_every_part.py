import asyncio


async def numbers(limit):
    for number in range(limit):
        yield number


async def is_even(number):
    await asyncio.sleep(0)
    return number % 2 == 0


async def main():
    print([number async for number in numbers(6) if await is_even(number)])
    print({await is_even(n) async for n in numbers(3)})
    print({n: [m async for m in numbers(n)] for n in range(3)})
    squares = (n * n async for n in numbers(4))
    print(type(squares).__name__, [s async for s in squares])
    print([await asyncio.sleep(0, n) for n in (1, 2)])


asyncio.run(main())
