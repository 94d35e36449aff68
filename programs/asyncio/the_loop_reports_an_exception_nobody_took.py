import asyncio


def handler(loop, context):
    print(context["message"].split(" at ")[0])
    print(repr(context["exception"]))


async def fail():
    raise KeyError("lost")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    loop.call_soon(lambda: 1 / 0)
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    print("main ends")


asyncio.run(main())
