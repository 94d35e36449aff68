import asyncio


async def ticks(count):
    for number in range(count):
        await asyncio.sleep(0)
        yield number


async def main():
    async for tick in ticks(3):
        print("tick", tick)
    else:
        print("no more ticks")
    print([tick * 10 async for tick in ticks(4) if tick % 2])
    print({tick: str(tick) async for tick in ticks(2)})


asyncio.run(main())
