# N tasks at a time, each giving way once, gathered.
import asyncio

N = 1_000
TOTAL = 1_000_000


async def job(x):
    await asyncio.sleep(0)
    return x & 7


async def main():
    check = 0
    for _ in range(max(TOTAL // N, 1)):
        check += sum(await asyncio.gather(*[job(x) for x in range(N)]))
    print(check)


asyncio.run(main())
