async def f():
    async with a as b, c:
        pass
    async for x in y:
        await z
    else:
        pass
    return [x async for x in y if await x]
