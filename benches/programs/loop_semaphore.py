# Sixty tasks share a semaphore of four; the check depends on the order in which they get it.
import asyncio

N = 3_000
TASKS = 60


async def worker(me, semaphore, state):
    for _ in range(N):
        async with semaphore:
            state[0] += 1
            state[1] = max(state[1], state[0])
            state[2] = (state[2] * 5 + me) & 0xFFFFF
            await asyncio.sleep(0)
            state[0] -= 1


async def main():
    semaphore = asyncio.Semaphore(4)
    state = [0, 0, 0]
    await asyncio.gather(*[worker(me, semaphore, state) for me in range(TASKS)])
    print(state)


asyncio.run(main())
