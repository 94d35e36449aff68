# A short program with an event loop: a few tasks and a timer.
import asyncio


async def job(x):
    await asyncio.sleep(0)
    return x * x


async def main():
    results = await asyncio.gather(*[job(x) for x in range(20)])
    await asyncio.sleep(0.001)
    print(sum(results))


asyncio.run(main())
