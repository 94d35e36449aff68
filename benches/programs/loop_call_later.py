# Timers: many deadlines, every third of which is cancelled before it comes.
import asyncio

N = 400_000
BATCH = 2_000


async def main():
    loop = asyncio.get_running_loop()
    state = [0, 0]

    def fire(value):
        state[0] += value
        state[1] -= 1
        if state[1] == 0:
            done.set_result(None)

    for start in range(0, N, BATCH):
        done = loop.create_future()
        handles = [loop.call_later((i * 7919 % BATCH) * 1e-7, fire, i) for i in range(start, start + BATCH)]
        for handle in handles[::3]:
            handle.cancel()
        state[1] = BATCH - len(handles[::3])
        await done
    print(state)


asyncio.run(main())
