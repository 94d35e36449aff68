import asyncio
import contextvars

var = contextvars.ContextVar("var", default=0)


async def quick(log):
    log.append("quick")
    log.append(asyncio.current_task().get_name())
    return 1


async def slow(log):
    log.append("slow")
    var.set(5)
    await asyncio.sleep(0)
    log.append(var.get())
    return 2


async def fails():
    raise OSError("at once")


async def main():
    loop = asyncio.get_running_loop()
    log = []
    plain = asyncio.create_task(quick(log), name="plain")
    print(log, plain.done())
    await plain
    loop.set_task_factory(asyncio.eager_task_factory)
    log.clear()
    first = asyncio.create_task(quick(log), name="first")
    print(log, first.done(), first.result(), first.get_coro())
    log.clear()
    second = asyncio.create_task(slow(log))
    print(log, second.done(), second in asyncio.all_tasks(), var.get())
    print(await second, log, asyncio.current_task() is not None)
    third = asyncio.create_task(fails())
    print(third.done(), repr(third.exception()))
    print(await asyncio.gather(quick(log), slow(log)))


asyncio.run(main())
