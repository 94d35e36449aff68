# clock: virtual
import asyncio


async def sleeper(name, *naps):
    for nap in naps:
        await asyncio.sleep(nap / 100)
        print(name, "woke after", nap)


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(sleeper("ann", 1, 4))
        group.create_task(sleeper("bob", 3))
        group.create_task(sleeper("cyd", 2, 2))


asyncio.run(main())
