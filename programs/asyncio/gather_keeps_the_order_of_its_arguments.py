# clock: virtual
import asyncio


async def fetch(name, delay):
    await asyncio.sleep(delay)
    print("fetched", name)
    return name.upper()


async def main():
    print(await asyncio.gather(fetch("slow", 0.05), fetch("fast", 0.01), fetch("middle", 0.03)))


asyncio.run(main())
