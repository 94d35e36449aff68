# N timers that are all pending, far away; then they are cancelled.
import asyncio

N = 200_000


async def main():
    loop = asyncio.get_running_loop()
    handles = [loop.call_later(10_000 + i % 1000, print, i) for i in range(N)]
    await asyncio.sleep(0)
    for handle in handles:
        handle.cancel()
    print(sum(handle.cancelled() for handle in handles))


asyncio.run(main())
