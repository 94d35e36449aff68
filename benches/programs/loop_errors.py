# Tasks that fail: gather with return_exceptions, and task groups that gather what failed.
import asyncio

N = 160_000
BATCH = 100


async def risky(x):
    await asyncio.sleep(0)
    if x % 3 == 0:
        raise ValueError(x)
    return x


async def main():
    state = [0, 0, 0]
    for start in range(0, N, BATCH):
        for result in await asyncio.gather(*map(risky, range(start, start + BATCH)), return_exceptions=True):
            if isinstance(result, ValueError):
                state[0] += 1
            else:
                state[1] += result
        try:
            async with asyncio.TaskGroup() as group:
                for x in range(10):
                    group.create_task(risky(x))
        except* ValueError as failed:
            state[2] += len(failed.exceptions)
    print(state)


asyncio.run(main())
