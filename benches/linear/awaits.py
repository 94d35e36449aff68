# Coroutines that await each other N deep, in a task.
import asyncio
import sys

N = 1_000
TOTAL = 1_000_000


async def descend(depth):
    if depth:
        return await descend(depth - 1) + 1
    await asyncio.sleep(0)
    return 0


async def main():
    sys.setrecursionlimit(N + 1_000)
    check = 0
    for _ in range(max(TOTAL // N, 1)):
        check += await descend(N)
    print(check)


asyncio.run(main())
