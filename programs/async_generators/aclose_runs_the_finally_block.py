import asyncio


async def rows():
    print("open cursor")
    try:
        for number in range(1000):
            yield number
    finally:
        await asyncio.sleep(0)
        print("close cursor")


async def main():
    cursor = rows()
    async for row in cursor:
        print("row", row)
        if row == 1:
            break
    print("left the loop")
    await cursor.aclose()
    print("end of main")


asyncio.run(main())
