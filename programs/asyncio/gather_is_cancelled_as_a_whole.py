import asyncio


async def child(name):
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        print(name, "cancelled")
        raise


async def main():
    both = asyncio.gather(child("left"), child("right"))
    await asyncio.sleep(0)
    both.cancel()
    try:
        await both
    except asyncio.CancelledError:
        print("gather cancelled", both.cancelled())
    nothing = asyncio.gather()
    print(await nothing)


asyncio.run(main())
