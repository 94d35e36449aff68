"""Queues. With one thread, waiting can only time out."""

from _collections import deque
from _naming import with_module as _with_module

__all__ = ["Empty", "Full", "ShutDown", "Queue", "PriorityQueue",
           "LifoQueue", "SimpleQueue"]


class Empty(Exception):
    """get() found no item."""


class Full(Exception):
    """put() found no room."""


class ShutDown(Exception):
    """put(), or get() on an empty queue, after shutdown()."""


def _wait(what, error, block, timeout):
    """Wait as asked, then raise: nobody else changes the queue."""
    if not block:
        raise error
    if timeout is None:
        raise RuntimeError(f"{what} would wait forever: there is no other "
                           "thread")
    if timeout < 0:
        raise ValueError("'timeout' must be a non-negative number")
    import time
    time.sleep(timeout)
    raise error


class Queue:
    """First in, first out; a `maxsize` of 0 or below means no limit."""

    def __init__(self, maxsize=0):
        self.maxsize = maxsize
        self._init(maxsize)
        self.unfinished_tasks = 0
        self.is_shutdown = False

    def _init(self, maxsize):
        self.queue = deque()

    def _qsize(self):
        return len(self.queue)

    def _put(self, item):
        self.queue.append(item)

    def _get(self):
        return self.queue.popleft()

    def qsize(self):
        return self._qsize()

    def empty(self):
        return not self._qsize()

    def full(self):
        return 0 < self.maxsize <= self._qsize()

    def put(self, item, block=True, timeout=None):
        """Put an item in."""
        if self.is_shutdown:
            raise ShutDown
        if self.full():
            _wait("put()", Full, block, timeout)
        self._put(item)
        self.unfinished_tasks += 1

    def get(self, block=True, timeout=None):
        """Take an item out."""
        if not self._qsize():
            if self.is_shutdown:
                raise ShutDown
            _wait("get()", Empty, block, timeout)
        return self._get()

    def put_nowait(self, item):
        return self.put(item, block=False)

    def get_nowait(self):
        return self.get(block=False)

    def task_done(self):
        """Say that an item taken out is dealt with."""
        if self.unfinished_tasks <= 0:
            raise ValueError("task_done() called too many times")
        self.unfinished_tasks -= 1

    def join(self):
        """Wait until every item put in is dealt with."""
        if self.unfinished_tasks:
            raise RuntimeError("join() would wait forever: there is no "
                               "other thread")

    def shutdown(self, immediate=False):
        """Refuse new items; with `immediate`, drop those inside too."""
        self.is_shutdown = True
        if immediate:
            while self._qsize():
                self._get()
                if self.unfinished_tasks > 0:
                    self.unfinished_tasks -= 1


class PriorityQueue(Queue):
    """The smallest item comes out first."""

    def _init(self, maxsize):
        self.queue = []

    def _put(self, item):
        from heapq import heappush
        heappush(self.queue, item)

    def _get(self):
        from heapq import heappop
        return heappop(self.queue)


class LifoQueue(Queue):
    """The newest item comes out first."""

    def _init(self, maxsize):
        self.queue = []

    def _get(self):
        return self.queue.pop()


class SimpleQueue:
    """First in, first out, without a limit."""

    def __init__(self):
        self._queue = deque()

    def put(self, item, block=True, timeout=None):
        self._queue.append(item)

    def get(self, block=True, timeout=None):
        if not self._queue:
            _wait("get()", Empty, block, timeout)
        return self._queue.popleft()

    def put_nowait(self, item):
        self._queue.append(item)

    def get_nowait(self):
        return self.get(block=False)

    def empty(self):
        return not self._queue

    def qsize(self):
        return len(self._queue)


_with_module(SimpleQueue, "_queue")
