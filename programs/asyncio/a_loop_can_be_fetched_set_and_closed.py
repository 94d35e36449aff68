import asyncio


async def main():
    loop = asyncio.get_running_loop()
    print(loop is asyncio.get_event_loop(), loop.is_running(), loop.get_debug())
    start = loop.time()
    handle = loop.call_at(start + 0.01, print, "called at a time")
    print(handle.when() == start + 0.01, handle.cancelled())
    await asyncio.sleep(0.03)
    try:
        loop.run_until_complete(asyncio.sleep(0))
    except RuntimeError as error:
        print(error)
    try:
        asyncio.run(asyncio.sleep(0))
    except RuntimeError as error:
        print(error)


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(main())
    print(asyncio.get_event_loop() is loop)
    loop.close()
    try:
        loop.call_soon(print)
    except RuntimeError as error:
        print(error)
