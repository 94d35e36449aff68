import asyncio


async def buyer(name, condition, stock):
    async with condition:
        await condition.wait_for(lambda: stock)
        print(name, "bought", stock.pop())


async def main():
    condition = asyncio.Condition()
    stock = []
    buyers = [asyncio.create_task(buyer(name, condition, stock)) for name in ("ann", "bob")]
    await asyncio.sleep(0)
    for item in ("apple", "pear"):
        async with condition:
            stock.append(item)
            condition.notify_all()
        await asyncio.sleep(0)
    await asyncio.gather(*buyers)
    print("left:", stock)


asyncio.run(main())
