import asyncio
import contextvars

setting = contextvars.ContextVar("setting", default="outer")


class Loud(asyncio.SelectorEventLoop):
    soon = 0
    tasks = 0
    futures = 0

    def call_soon(self, callback, *args, context=None):
        self.soon += 1
        assert context is None or isinstance(context, contextvars.Context)
        return super().call_soon(callback, *args, context=context)

    def create_task(self, coro, **kwargs):
        self.tasks += 1
        return super().create_task(coro, **kwargs)

    def create_future(self):
        self.futures += 1
        return super().create_future()


class OwnTask(asyncio.Task):
    def cancel(self, msg=None):
        print("asked to cancel", msg)
        return super().cancel(msg)


class OwnFuture(asyncio.Future):
    def add_done_callback(self, callback, *, context=None):
        print("somebody waits")
        super().add_done_callback(callback, context=context)


async def child(future):
    setting.set("inner")
    await asyncio.sleep(0)
    return await future, setting.get()


async def main():
    loop = asyncio.get_running_loop()
    future = OwnFuture(loop=loop)
    task = asyncio.create_task(child(future))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop.call_soon(future.set_result, "set")
    print(await task, setting.get())
    print(loop.soon, loop.tasks, loop.futures)

    loop.set_task_factory(lambda loop, coro, **kwargs: OwnTask(coro, loop=loop, **kwargs))
    sleeper = asyncio.create_task(asyncio.sleep(10), name="sleeper")
    await asyncio.sleep(0)
    print(type(sleeper).__name__, sleeper.get_name())
    sleeper.cancel("stop")
    try:
        await sleeper
    except asyncio.CancelledError as error:
        print(repr(error))
    loop.set_task_factory(None)

    order = []
    patched = loop.call_soon

    def counted(callback, *args, context=None):
        order.append(getattr(callback, "__name__", type(callback).__name__))
        return patched(callback, *args, context=context)

    loop.call_soon = counted
    waiter = loop.create_future()
    waiter.add_done_callback(lambda _: order.append("called"))
    waiter.set_result(None)
    await waiter
    await asyncio.sleep(0)
    del loop.call_soon
    print(order)


with asyncio.Runner(loop_factory=Loud) as runner:
    runner.run(main())
