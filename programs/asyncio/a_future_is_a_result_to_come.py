import asyncio


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.add_done_callback(lambda done: print("callback one:", done.result()))
    future.add_done_callback(lambda done: print("callback two:", done is future))
    loop.call_soon(future.set_result, "ready")
    print("done?", future.done())
    print("awaited:", await future)
    try:
        future.set_result("again")
    except asyncio.InvalidStateError as error:
        print(error)
    failed = loop.create_future()
    failed.set_exception(ValueError("bad"))
    try:
        await failed
    except ValueError as error:
        print(repr(error), failed.exception() is error)


asyncio.run(main())
