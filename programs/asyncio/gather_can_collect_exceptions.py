import asyncio


async def divide(a, b):
    await asyncio.sleep(0)
    return a / b


async def main():
    results = await asyncio.gather(divide(6, 3), divide(1, 0), divide(9, 2), return_exceptions=True)
    for result in results:
        print(repr(result))
    try:
        await asyncio.gather(divide(6, 3), divide(1, 0))
    except ZeroDivisionError as error:
        print("first failure:", error)


asyncio.run(main())
