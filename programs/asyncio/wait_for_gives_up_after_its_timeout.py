# clock: virtual
import asyncio


async def slow():
    try:
        await asyncio.sleep(10)
    finally:
        print("slow was stopped")


async def quick():
    await asyncio.sleep(0.01)
    return "in time"


async def main():
    print(await asyncio.wait_for(quick(), timeout=1))
    try:
        await asyncio.wait_for(slow(), timeout=0.02)
    except TimeoutError as error:
        print(type(error).__name__, error.args)
    try:
        async with asyncio.timeout(0.02) as limit:
            await slow()
    except TimeoutError:
        print("expired:", limit.expired())


asyncio.run(main())
