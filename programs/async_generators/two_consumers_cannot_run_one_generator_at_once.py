import asyncio


async def slow():
    yield "first"
    await asyncio.sleep(0)
    yield "second"


async def main():
    source = slow()
    print(await anext(source))
    results = await asyncio.gather(anext(source), anext(source), return_exceptions=True)
    for result in results:
        print(repr(result))


asyncio.run(main())
