# Queues ask the methods that a subclass overrides, whichever they are.
import asyncio


class Loud(asyncio.Queue):
    def _put(self, item):
        print("_put", item)
        super()._put(item)

    def _get(self):
        item = super()._get()
        print("_get", item)
        return item


class Unique(asyncio.Queue):
    """Another container, and its own idea of what is inside."""

    def _init(self, maxsize):
        self._queue = {}

    def _put(self, item):
        self._queue[item] = None

    def _get(self):
        return self._queue.pop(next(iter(self._queue)))


class Weighted(asyncio.Queue):
    def qsize(self):
        return sum(self._queue)


class Closed(asyncio.Queue):
    def full(self):
        return True

    def put_nowait(self, item):
        print("refused", item)


async def main():
    loud = Loud(1)
    putting = asyncio.create_task(loud.put("b"))
    await loud.put("a")
    print(await loud.get(), await loud.get(), putting.done())

    unique = Unique()
    for item in "abcab":
        unique.put_nowait(item)
    print(unique.qsize(), [unique.get_nowait() for _ in range(3)], unique.empty())

    weighted = Weighted(5)
    weighted.put_nowait(3)
    print(weighted.full(), weighted.qsize())
    weighted.put_nowait(4)
    print(weighted.full(), weighted.qsize())
    try:
        weighted.put_nowait(1)
    except asyncio.QueueFull:
        print("full")

    closed = Closed(1)
    try:
        await asyncio.wait_for(closed.put(1), 0.001)
    except TimeoutError:
        print("never", closed.qsize(), len(closed._putters))
    closed.put_nowait(2)

    # A method of one object only.
    single = asyncio.Queue()
    single.empty = lambda: True
    single.put_nowait(1)
    try:
        single.get_nowait()
    except asyncio.QueueEmpty:
        print("said to be empty", single.qsize())

    # A method of the class, changed while queues are in use.
    plain = asyncio.Queue()
    plain.put_nowait("before")
    asyncio.Queue._get, original = lambda self: "instead", asyncio.Queue._get
    print(plain.get_nowait())
    asyncio.Queue._get = original
    print(plain.get_nowait())


asyncio.run(main())
