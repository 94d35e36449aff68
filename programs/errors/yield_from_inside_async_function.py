import asyncio


async def numbers():
    yield from range(3)


asyncio.run(numbers())
