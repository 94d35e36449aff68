import asyncio


async def worker(name, log):
    log.append(f"{name}1")
    await asyncio.sleep(0)
    log.append(f"{name}2")
    asyncio.get_running_loop().call_soon(log.append, f"{name} callback")
    await asyncio.sleep(0)
    log.append(f"{name}3")


async def main():
    log = []
    loop = asyncio.get_running_loop()
    loop.call_soon(log.append, "before")
    tasks = [asyncio.create_task(worker(name, log)) for name in "ab"]
    loop.call_soon(log.append, "after")
    done = loop.create_future()
    tasks[0].add_done_callback(lambda task: log.append("a is done"))
    tasks[1].add_done_callback(lambda task: done.set_result(None))
    await done
    print(*log, sep="\n")


asyncio.run(main())
