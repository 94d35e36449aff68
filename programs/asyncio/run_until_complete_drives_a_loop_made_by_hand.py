import asyncio


async def double(value):
    await asyncio.sleep(0)
    return 2 * value


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
print(loop.run_until_complete(double(21)))
future = loop.create_future()
loop.call_soon(future.set_result, "set by a callback")
print(loop.run_until_complete(future))
try:
    asyncio.get_running_loop()
except RuntimeError as error:
    print(error)
loop.close()
try:
    loop.run_until_complete(future)
except RuntimeError as error:
    print(error)
