# Tasks that are cancelled while they wait; they clean up, and half of them answer.
import asyncio

N = 160_000
BATCH = 500


async def patient(me, state):
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        state[0] += 1
        if me & 1:
            raise
        return me


async def main():
    state = [0, 0, 0]
    for start in range(0, N, BATCH):
        tasks = [asyncio.create_task(patient(me, state)) for me in range(start, start + BATCH)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, asyncio.CancelledError):
                state[1] += 1
            else:
                state[2] += result
    print(state)


asyncio.run(main())
