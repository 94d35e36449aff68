import asyncio
import re


class Yields:
    def __init__(self, what):
        self.what = what

    def __await__(self):
        return (yield self.what)


def shape(error):
    return re.sub(r"0x[0-9a-f]+|Task-\d+|/\S+\.py:\d+|line \d+", "…", str(error))


async def give(what):
    return await Yields(what)


async def itself():
    return await asyncio.current_task()


def generator():
    yield


async def main():
    loop = asyncio.get_running_loop()
    other = asyncio.new_event_loop()
    plain = loop.create_future()
    foreign = other.create_future()
    foreign._asyncio_future_blocking = True
    for what in (3, plain, foreign, generator()):
        try:
            await asyncio.create_task(give(what))
        except RuntimeError as error:
            print(shape(error).split(" cb=")[0].split(" with <")[0])
    try:
        await asyncio.create_task(itself())
    except RuntimeError as error:
        print(shape(error).split(":")[0])
    for wrong in (None, 1, generator()):
        try:
            asyncio.Task(wrong, loop=loop)
        except TypeError as error:
            print(shape(error))
    task = asyncio.create_task(give(None))
    for refused in (lambda: task.set_result(1), lambda: task.set_exception(ValueError())):
        try:
            refused()
        except RuntimeError as error:
            print(error)
    print(await task)
    print(task.cancel(), task.cancelling(), task.done(), task.get_coro().__name__)
    other.close()


asyncio.run(main())
