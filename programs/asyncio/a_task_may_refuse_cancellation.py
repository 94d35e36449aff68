import asyncio


async def stubborn():
    for attempt in range(2):
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            print("refused", attempt, asyncio.current_task().cancelling())
            asyncio.current_task().uncancel()
    return "finished anyway"


async def main():
    task = asyncio.create_task(stubborn())
    for _ in range(2):
        await asyncio.sleep(0)
        task.cancel()
    print(await task, task.cancelled())


asyncio.run(main())
