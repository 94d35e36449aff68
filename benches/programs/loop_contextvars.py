# Context variables, set and read by tasks that each have a context of their own.
import asyncio
import contextvars

N = 120_000
BATCH = 500

request = contextvars.ContextVar("request")
depth = contextvars.ContextVar("depth", default=0)


async def inner():
    token = depth.set(depth.get() + 1)
    await asyncio.sleep(0)
    value = request.get() + depth.get()
    depth.reset(token)
    return value


async def handle(number):
    request.set(number)
    return await inner() + await inner() + depth.get()


async def main():
    total = 0
    for start in range(0, N, BATCH):
        total += sum(await asyncio.gather(*[handle(number) for number in range(start, start + BATCH)]))
    print(total, request.get(None))


asyncio.run(main())
