import asyncio


async def link(inner, log, name):
    try:
        await inner
    except asyncio.CancelledError as error:
        log.append((name, error.args))
        raise


async def refuses(log):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        log.append(("refused", error.args))
        await asyncio.sleep(0)
        return "went on"


async def main():
    log = []
    task = asyncio.create_task(asyncio.sleep(10))
    chain = [task]
    for name in "abc":
        task = asyncio.create_task(link(task, log, name))
        chain.append(task)
    await asyncio.sleep(0)
    print(type(task.get_coro().cr_await).__name__, task.get_coro().cr_await is not chain[-2])
    print(task.cancel("from outside"), [t.cancelling() for t in chain])
    print(task.cancel(), [t.cancelling() for t in chain])
    try:
        await task
    except asyncio.CancelledError as error:
        print(error.args)
    print(log, [t.cancelled() for t in chain], task.cancel())

    log.clear()
    inner = asyncio.create_task(refuses(log))
    outer = asyncio.create_task(link(inner, log, "outer"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(outer.cancel("please"))
    print(await outer, await inner, log, outer.uncancel(), inner.cancelling())

    early = asyncio.create_task(link(chain[0], log, "never begun"))
    print(early.cancel("too early"), early._must_cancel)
    try:
        await early
    except asyncio.CancelledError as error:
        print(error.args, log[-1])

    seen = []
    handle = None

    async def cancels_its_own_handle():
        handle.cancel()
        seen.append(handle.cancelled())
        await asyncio.sleep(0)
        seen.append("resumed")
        return "done"

    loop = asyncio.get_running_loop()
    odd = loop.create_task(cancels_its_own_handle())
    handle = loop._ready[-1]
    print(await odd, seen)


asyncio.run(main())
