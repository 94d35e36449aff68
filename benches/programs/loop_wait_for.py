# wait_for over coroutines that are quick, and asyncio.timeout around blocks that end in time.
import asyncio

N = 60_000


async def quick(value):
    await asyncio.sleep(0)
    return value


async def main():
    total = 0
    for i in range(N):
        total += await asyncio.wait_for(quick(i), 30)
        async with asyncio.timeout(30):
            total += await quick(1)
    print(total)


asyncio.run(main())
