import asyncio


async def child(name):
    print(name, "starts")
    await asyncio.sleep(0)
    print(name, "ends")


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child("one"))
            await asyncio.sleep(0)
            raise LookupError("the body failed")
    except* LookupError as errors:
        print(errors.exceptions)
    try:
        asyncio.create_task("no coroutine")
    except TypeError as error:
        print(error)


asyncio.run(main())
