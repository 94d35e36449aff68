# Twenty tasks take one lock in turn; half of the time nobody else wants it.
import asyncio

N = 6_000
TASKS = 20


async def contend(me, lock, state):
    for _ in range(N):
        async with lock:
            state[0] = (state[0] * 5 + me) & 0xFFFFF
            await asyncio.sleep(0)


async def alone(state):
    lock = asyncio.Lock()
    for _ in range(N * TASKS):
        async with lock:
            state[1] += 1


async def main():
    state = [0, 0]
    lock = asyncio.Lock()
    await asyncio.gather(*[contend(me, lock, state) for me in range(TASKS)])
    await alone(state)
    print(state)


asyncio.run(main())
