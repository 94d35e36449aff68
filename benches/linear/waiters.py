# N tasks that wait for one lock, and N callbacks on one future.
import asyncio

N = 1_000
TOTAL = 500_000


async def enter(lock, state):
    async with lock:
        state[0] += 1


async def main():
    loop = asyncio.get_running_loop()
    state = [0, 0]

    def note(future):
        state[1] += future.result()

    for _ in range(max(TOTAL // N, 1)):
        lock = asyncio.Lock()
        async with lock:
            tasks = [asyncio.create_task(enter(lock, state)) for _ in range(N)]
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)
        future = loop.create_future()
        for _ in range(N):
            future.add_done_callback(note)
        future.set_result(1)
        await asyncio.sleep(0)
    print(state)


asyncio.run(main())
