# as_completed and wait over batches of tasks that end at different times.
import asyncio

N = 120_000
BATCH = 100


async def job(x):
    for _ in range(x % 5):
        await asyncio.sleep(0)
    return x


async def main():
    check = 0
    for start in range(0, N, BATCH):
        for earliest in asyncio.as_completed([job(x) for x in range(start, start + BATCH // 2)]):
            check += await earliest
        pending = {asyncio.create_task(job(x)) for x in range(start + BATCH // 2, start + BATCH)}
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            check += sum(task.result() for task in done)
    print(check)


asyncio.run(main())
