import asyncio


async def divide(a, b):
    await asyncio.sleep(0)
    return a / b


async def main():
    print(await divide(6, 3))
    print(await asyncio.create_task(divide(1, 0)))


asyncio.run(main())
