import asyncio


async def patient():
    try:
        print("waiting")
        await asyncio.sleep(3600)
    except asyncio.CancelledError as error:
        print("cancelled:", error)
        raise
    finally:
        print("tidy up")


async def main():
    task = asyncio.create_task(patient())
    await asyncio.sleep(0)
    print("cancel accepted:", task.cancel("not today"))
    try:
        await task
    except asyncio.CancelledError as error:
        print("main saw:", error)
    print(task.cancelled(), task.done(), task.cancel())


asyncio.run(main())
