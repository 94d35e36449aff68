# N timers at a time, in no order; every fourth is cancelled.
import asyncio

N = 1_000
TOTAL = 1_000_000


async def main():
    loop = asyncio.get_running_loop()
    state = [0, 0]

    def fire(value):
        state[0] += value & 7
        state[1] -= 1
        if state[1] == 0:
            done.set_result(None)

    for _ in range(max(TOTAL // N, 1)):
        done = loop.create_future()
        handles = [loop.call_later((i * 7919 % N) * 1e-9, fire, i) for i in range(N)]
        for handle in handles[::4]:
            handle.cancel()
        state[1] = N - len(handles[::4])
        await done
    print(state)


asyncio.run(main())
