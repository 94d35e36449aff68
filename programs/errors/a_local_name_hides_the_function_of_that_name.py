import asyncio


async def work():
    return 1


async def main():
    work = asyncio.create_task(work())
    await work


asyncio.run(main())
