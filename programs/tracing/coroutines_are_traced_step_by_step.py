"""Tasks, `await`, asynchronous generators and context managers under a trace function."""
import asyncio
import sys

events = []


def tell(frame, event, arg):
    code = frame.f_code
    if code.co_filename != __file__:
        return None
    if event == "exception":
        arg = arg[0].__name__, str(arg[1])
    elif code.co_name == "items" or not isinstance(arg, (int, str, type(None))):
        arg = "something"
    line = frame.f_lineno - code.co_firstlineno
    events.append((code.co_name, line, event, arg))
    return tell


async def items():
    for i in range(2):
        yield i
        await asyncio.sleep(0)


async def work(n):
    await asyncio.sleep(n / 1000)
    return n


async def fail():
    raise LookupError("failed")


class Resource:
    async def __aenter__(self):
        return "resource"

    async def __aexit__(self, *exception):
        return True


async def main():
    async for item in items():
        last = item
    results = await asyncio.gather(work(1), work(2))
    async with Resource() as resource:
        await fail()
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, "done")
    answer = await future
    return results, resource, answer, last


# The short ways are warm before anything is traced.
print(asyncio.run(main()))
sys.settrace(tell)
print(asyncio.run(main()))
sys.settrace(None)
for event in events:
    print(*event)
