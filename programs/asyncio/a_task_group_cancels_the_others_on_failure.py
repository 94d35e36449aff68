# clock: virtual
import asyncio


async def steady():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("steady was cancelled")
        raise


async def failing():
    await asyncio.sleep(0.01)
    raise ValueError("no luck")


async def main():
    async with asyncio.TaskGroup() as group:
        first = group.create_task(asyncio.sleep(0.01, "slept"))
    print(first.result())
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(steady())
            group.create_task(failing())
    except* ValueError as errors:
        print(errors, errors.exceptions)


asyncio.run(main())
