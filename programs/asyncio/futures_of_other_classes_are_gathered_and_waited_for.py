# gather() and wait() with futures of a script's classes, awaitables, repeated arguments and errors.
import asyncio


class Traced(asyncio.Future):
    def add_done_callback(self, callback, *, context=None):
        print("add_done_callback")
        super().add_done_callback(callback, context=context)

    def remove_done_callback(self, callback):
        print("remove_done_callback")
        return super().remove_done_callback(callback)


class Awaitable:
    def __await__(self):
        yield from asyncio.sleep(0).__await__()
        return "awaitable"


async def job(x):
    await asyncio.sleep(0)
    if x < 0:
        raise ValueError(x)
    return x


async def main():
    loop = asyncio.get_running_loop()
    traced = Traced()
    loop.call_soon(traced.set_result, "traced")
    print(await asyncio.gather(traced, job(1), Awaitable()))

    same = asyncio.create_task(job(2))
    done = loop.create_future()
    done.set_result("done")
    print(await asyncio.gather(same, done, same, job(3)))
    results = await asyncio.gather(job(-1), job(4), return_exceptions=True)
    print(results)
    try:
        await asyncio.gather(job(5), job(-2), done)
    except ValueError as error:
        print("ValueError", error)
    gathering = asyncio.gather(job(6), job(7))
    print(type(gathering).__name__, len(gathering._children))
    print(gathering.cancel(), gathering.cancelled())
    try:
        await gathering
    except asyncio.CancelledError:
        print("cancelled", [child.cancelled() for child in gathering._children])

    traced = Traced()
    tasks = {asyncio.create_task(job(8)), asyncio.create_task(job(-3)), traced}
    finished, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    print(len(finished), pending == {traced})
    print(sorted(repr(task.exception()) for task in finished))
    finished, pending = await asyncio.wait([traced], timeout=0.001)
    print(finished, len(pending))
    print(await asyncio.wait([done], return_when=asyncio.FIRST_COMPLETED) == ({done}, set()))

    other = asyncio.new_event_loop()
    foreign = other.create_future()
    try:
        await asyncio.gather(done, foreign)
    except ValueError as error:
        print(error)
    other.close()


asyncio.run(main())
