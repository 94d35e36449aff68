import asyncio


class Own(asyncio.Task):
    pass


for make in (
    lambda: asyncio.Future.__new__(int),
    lambda: asyncio.Task.__new__(asyncio.Future),
    lambda: asyncio.Task.__new__(Own).done(),
    lambda: asyncio.Future.__new__(asyncio.Future).cancelled(),
    lambda: asyncio.Future.__new__(asyncio.Future).get_loop(),
    lambda: asyncio.Future.__new__(asyncio.Future).result(),
    lambda: asyncio.Future.__new__(asyncio.Future).cancel(),
    lambda: asyncio.Future.done(1),
    lambda: type("Both", (asyncio.Task, dict), {}),
):
    try:
        print(make())
    except (TypeError, RuntimeError, asyncio.InvalidStateError) as error:
        print(type(error).__name__, error)
