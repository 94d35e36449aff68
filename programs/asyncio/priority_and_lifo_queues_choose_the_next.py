import asyncio


async def main():
    for kind in (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue):
        queue = kind()
        for number in (3, 1, 2):
            queue.put_nowait(number)
        print(kind.__name__, [queue.get_nowait() for _ in range(3)], queue.empty())
    small = asyncio.Queue(1)
    small.put_nowait("only")
    for action in (lambda: small.put_nowait("more"), lambda: (small.get_nowait(), small.get_nowait())):
        try:
            action()
        except (asyncio.QueueFull, asyncio.QueueEmpty) as error:
            print(type(error).__name__)


asyncio.run(main())
