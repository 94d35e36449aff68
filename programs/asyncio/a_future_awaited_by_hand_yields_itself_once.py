import asyncio


async def wait(future):
    return await future


def old_style(future):
    return (yield from future)


class Named(asyncio.Future):
    pass


class Replaced(asyncio.Future):
    def __await__(self):
        print("own __await__")
        return (yield from super().__await__())


loop = asyncio.new_event_loop()
for kind in (asyncio.Future, Named, Replaced):
    for start in (wait, old_style):
        future = kind(loop=loop)
        coroutine = start(future)
        print(kind.__name__, coroutine.send(None) is future, future._asyncio_future_blocking)
        try:
            coroutine.send(None)
        except RuntimeError as error:
            print(error)
        future = kind(loop=loop)
        coroutine = start(future)
        coroutine.send(None)
        future.set_result("the result")
        try:
            coroutine.send(None)
        except StopIteration as stop:
            print(stop.value)
        future = kind(loop=loop)
        coroutine = start(future)
        coroutine.send(None)
        try:
            coroutine.throw(KeyError("thrown in"))
        except KeyError as error:
            print(repr(error), future.done())
        future.set_exception(ValueError("its own"))
        coroutine = start(future)
        try:
            coroutine.send(None)
        except ValueError as error:
            print(repr(error))
        cancelled = kind(loop=loop)
        cancelled.cancel("enough")
        coroutine = start(cancelled)
        try:
            coroutine.send(None)
        except asyncio.CancelledError as error:
            print(repr(error))

future = loop.create_future()
iterator = future.__await__()
print(type(iterator).__name__, iter(iterator) is iterator, next(iterator) is future)
try:
    iterator.send(1)
except RuntimeError as error:
    print(error)
future._asyncio_future_blocking = False
print(iterator.send(1) is future)
future.set_result(3)
for _ in range(2):
    try:
        next(iterator)
    except StopIteration as stop:
        print("stop", stop.value)
coroutine = wait(loop.create_future())
coroutine.send(None)
coroutine.close()
print(coroutine.cr_frame, coroutine.cr_await)
loop.close()
