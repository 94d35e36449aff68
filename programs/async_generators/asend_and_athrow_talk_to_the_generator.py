import asyncio


async def adder():
    total = 0
    while True:
        try:
            value = yield total
            await asyncio.sleep(0)
            total += value
        except ZeroDivisionError:
            print("reset")
            total = 0


async def main():
    add = adder()
    print(await anext(add))
    print(await add.asend(5))
    print(await add.asend(7))
    print(await add.athrow(ZeroDivisionError))
    print(await add.asend(1))
    await add.aclose()
    print(await anext(add, "closed"))


asyncio.run(main())
