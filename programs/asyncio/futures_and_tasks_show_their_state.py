import asyncio


async def nap():
    await asyncio.sleep(0)
    return "rested"


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    print(future)
    future.cancel()
    print(future, future.cancelled())
    done = loop.create_future()
    done.set_result([1])
    print(done)
    task = asyncio.create_task(nap(), name="napper")
    print(str(task).split(" coro=")[0], task.get_coro().__name__)
    for question in (task.result, task.exception):
        try:
            question()
        except asyncio.InvalidStateError as error:
            print(error)
    await task
    print(str(task).split(" coro=")[0], str(task).split(" ")[-1])
    try:
        future.result()
    except asyncio.CancelledError as error:
        print(repr(error))


asyncio.run(main())
