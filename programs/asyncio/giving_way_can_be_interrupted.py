# What sleep(0) leaves behind while it waits: it can be cancelled, closed and awaited once only.
import asyncio


async def nap(name):
    try:
        print(name, await asyncio.sleep(0, "slept"))
    except asyncio.CancelledError:
        print(name, "cancelled")
        raise
    finally:
        print(name, "over")


async def main():
    task = asyncio.create_task(nap("a"))
    await asyncio.sleep(0)
    task.cancel()
    print(await asyncio.wait([task]) and task.cancelled())

    shared = asyncio.sleep(0)

    async def wait():
        await shared

    first, second = asyncio.create_task(wait()), asyncio.create_task(wait())
    print(await asyncio.gather(first, second, return_exceptions=True))

    by_hand = nap("b")
    print(by_hand.send(None))
    by_hand.close()
    by_hand = nap("c")
    by_hand.send(None)
    try:
        by_hand.send("ignored")
    except StopIteration as stop:
        print("stopped", stop.value)
    by_hand = nap("d")
    by_hand.send(None)
    try:
        by_hand.throw(KeyError("thrown"))
    except KeyError as error:
        print(error)


asyncio.run(main())
