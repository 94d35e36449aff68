# clock: virtual
import asyncio


async def cook(dish, seconds):
    await asyncio.sleep(seconds)
    return dish


async def main():
    orders = [cook("stew", 0.05), cook("salad", 0.01), cook("soup", 0.03)]
    for finished in asyncio.as_completed(orders):
        print("served", await finished)
    done, pending = await asyncio.wait(
        [asyncio.create_task(cook(d, s)) for d, s in (("tea", 0.01), ("roast", 0.05))],
        return_when=asyncio.FIRST_COMPLETED,
    )
    print({task.result() for task in done}, len(pending))


asyncio.run(main())
