import asyncio


async def save():
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("saved")
    return "receipt"


async def main():
    saving = asyncio.create_task(save())
    outer = asyncio.ensure_future(asyncio.shield(saving))
    await asyncio.sleep(0)
    outer.cancel()
    try:
        await outer
    except asyncio.CancelledError:
        print("outer cancelled, inner", saving.cancelled())
    print(await saving)


asyncio.run(main())
