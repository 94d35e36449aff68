# N callbacks in the loop's queue at a time.
import asyncio

N = 1_000
TOTAL = 2_000_000


async def main():
    loop = asyncio.get_running_loop()
    state = [0]

    def note(value):
        state[0] += value & 7

    for _ in range(max(TOTAL // N, 1)):
        for i in range(N):
            loop.call_soon(note, i)
        await asyncio.sleep(0)
    print(state)


asyncio.run(main())
