import asyncio


def handler(loop, context):
    print(sorted(context), context["message"], repr(context.get("exception")), sep=" | ")


async def forever():
    await asyncio.get_running_loop().create_future()


async def fails():
    raise ValueError("nobody looks")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    future = loop.create_future()
    future.set_exception(KeyError("unseen"))
    del future
    future = loop.create_future()
    future.set_exception(KeyError("seen"))
    print(repr(future.exception()))
    del future
    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    del task
    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    print(task._log_traceback)
    task._log_traceback = False
    del task
    try:
        loop.create_future()._log_traceback = True
    except ValueError as error:
        print(error)
    gathered = asyncio.gather(fails(), asyncio.sleep(0))
    try:
        await gathered
    except ValueError as error:
        print(repr(error))

    class Own(asyncio.Future):
        def __del__(self):
            print("own finaliser")
            super().__del__()

    own = Own(loop=loop)
    own.set_exception(OSError("of a subclass"))
    del own
    quiet = Own(loop=loop)
    del quiet


asyncio.run(main())
