import asyncio


async def runner(name, start):
    print(name, "at the line")
    await start.wait()
    print(name, "runs")


async def main():
    start = asyncio.Event()
    runners = [asyncio.create_task(runner(name, start)) for name in ("ann", "bob", "cyd")]
    await asyncio.sleep(0)
    print("ready, set", start.is_set())
    start.set()
    await asyncio.gather(*runners)
    await start.wait()
    print("no waiting once it is set")


asyncio.run(main())
