# clock: virtual
import asyncio

running = 0
most = 0


async def job(number, gate):
    global running, most
    async with gate:
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return number


async def main():
    gate = asyncio.Semaphore(3)
    print(await asyncio.gather(*(job(number, gate) for number in range(10))))
    print("at most", most, "together")


asyncio.run(main())
