# An asyncio.Queue that holds N items, then N getters that wait.
import asyncio

N = 1_000
TOTAL = 500_000


async def main():
    check = 0
    for _ in range(max(TOTAL // N, 1)):
        queue = asyncio.Queue()
        for i in range(N):
            queue.put_nowait(i)
        for _ in range(N):
            check += await queue.get() & 1
        getters = [asyncio.create_task(queue.get()) for _ in range(N)]
        await asyncio.sleep(0)
        for i in range(N):
            queue.put_nowait(i)
        check += sum(await asyncio.gather(*getters)) & 1
    print(check)


asyncio.run(main())
