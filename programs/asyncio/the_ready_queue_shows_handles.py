# Whoever looks at a loop's queue finds handles, also of tasks, and they run in the same order.
import asyncio


async def job(name):
    print(name, "begins")
    await asyncio.sleep(0)
    print(name, "ends")


async def main():
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(job(name)) for name in "ab"]
    loop.call_soon(print, "called")
    future = loop.create_future()
    waiting = asyncio.ensure_future(future)
    seen = list(loop._ready)
    print(len(seen), all(isinstance(handle, asyncio.Handle) for handle in seen))
    print([handle.cancelled() for handle in seen])
    tasks.append(asyncio.create_task(job("c")))
    print(len(loop._ready), isinstance(loop._ready[-1], asyncio.Handle))
    # The handle of a task's first step can be taken out: the task does not begin.
    loop._ready.pop()
    tasks.pop().get_coro().close()
    future.set_result("set")
    print(await waiting, await asyncio.gather(*tasks))


asyncio.run(main())
