"""Queues between tasks."""

from _asyncio import (
    _fifo_get, _fifo_put, _heap_get, _heap_put, _lifo_get, _lifo_put,
    _queue_empty, _queue_full, _queue_get_nowait, _queue_getter,
    _queue_put_nowait, _queue_putter, _queue_qsize, _queue_task_done,
    _queue_wakeup_next,
)
from _collections import deque

from . import locks, mixins

__all__ = ("Queue", "PriorityQueue", "LifoQueue", "QueueFull", "QueueEmpty",
           "QueueShutDown")


class QueueEmpty(Exception):
    """get_nowait() on an empty queue."""


class QueueFull(Exception):
    """put_nowait() on a full queue."""


class QueueShutDown(Exception):
    """put(), or get() on an empty queue, after shutdown()."""


class Queue(mixins._LoopBoundMixin):
    """First in, first out; put() waits while `maxsize` items are inside.

    A `maxsize` of 0 or below means no limit.
    """

    def __init__(self, maxsize=0):
        self._loop = None
        self._maxsize = maxsize
        self._getters = deque()
        self._putters = deque()
        self._unfinished_tasks = 0
        self._finished = locks.Event()
        self._finished.set()
        self._init(maxsize)
        self._is_shutdown = False

    # The three methods a subclass may replace.

    def _init(self, maxsize):
        self._queue = deque()

    _get = _fifo_get
    _put = _fifo_put

    # Wakes the first waiter that has not been cancelled.
    _wakeup_next = _queue_wakeup_next

    def __repr__(self):
        return f"<{type(self).__name__} at {id(self):#x} {self._format()}>"

    def __str__(self):
        return f"<{type(self).__name__} {self._format()}>"

    @classmethod
    def __class_getitem__(cls, item):
        from types import GenericAlias
        return GenericAlias(cls, item)

    def _format(self):
        parts = [f"maxsize={self._maxsize!r}"]
        if getattr(self, "_queue", None):
            parts.append(f"_queue={list(self._queue)!r}")
        if self._getters:
            parts.append(f"_getters[{len(self._getters)}]")
        if self._putters:
            parts.append(f"_putters[{len(self._putters)}]")
        if self._unfinished_tasks:
            parts.append(f"tasks={self._unfinished_tasks}")
        if self._is_shutdown:
            parts.append("shutdown")
        return " ".join(parts)

    qsize = _queue_qsize

    @property
    def maxsize(self):
        """The number of items that fit."""
        return self._maxsize

    empty = _queue_empty
    full = _queue_full

    def _full_checked(self):
        return 0 < self._maxsize <= self.qsize()

    async def put(self, item):
        """Put an item in, waiting for a free slot."""
        while (putter := self._putter()) is not None:
            try:
                await putter
            except:
                self._give_up(putter, self._putters, self.full)
                raise
        return self.put_nowait(item)

    async def get(self):
        """Take an item out, waiting for one."""
        while (getter := self._getter()) is not None:
            try:
                await getter
            except:
                self._give_up(getter, self._getters, self.empty)
                raise
        return self.get_nowait()

    def _give_up(self, waiter, waiters, blocked):
        """Let the next one have the turn that might have been ours."""
        waiter.cancel()
        try:
            waiters.remove(waiter)
        except ValueError:
            # Already taken out by a wake-up.
            pass
        if not blocked() and not waiter.cancelled():
            self._wakeup_next(waiters)

    # The future of somebody who has to wait, which is noted; None if nobody
    # has to.

    _putter = _queue_putter
    _getter = _queue_getter

    put_nowait = _queue_put_nowait
    get_nowait = _queue_get_nowait
    task_done = _queue_task_done

    # The same for classes that override some of the methods involved.

    def _putter_checked(self):
        if not self.full():
            return None
        if self._is_shutdown:
            raise QueueShutDown
        putter = self._get_loop().create_future()
        self._putters.append(putter)
        return putter

    def _getter_checked(self):
        if not self.empty():
            return None
        if self._is_shutdown:
            raise QueueShutDown
        getter = self._get_loop().create_future()
        self._getters.append(getter)
        return getter

    def _put_nowait_checked(self, item):
        if self._is_shutdown:
            raise QueueShutDown
        if self.full():
            raise QueueFull
        self._put(item)
        self._item_added_checked()

    def _item_added_checked(self):
        self._unfinished_tasks += 1
        self._finished.clear()
        self._wakeup_next(self._getters)

    def _get_nowait_checked(self):
        if self.empty():
            if self._is_shutdown:
                raise QueueShutDown
            raise QueueEmpty
        item = self._get()
        self._wakeup_next(self._putters)
        return item

    async def join(self):
        """Wait until every item put in is dealt with."""
        if self._unfinished_tasks > 0:
            await self._finished.wait()

    def shutdown(self, immediate=False):
        """Refuse new items; with `immediate`, drop those inside too."""
        self._is_shutdown = True
        if immediate:
            while not self.empty():
                self._get()
                if self._unfinished_tasks > 0:
                    self._unfinished_tasks -= 1
            if self._unfinished_tasks == 0:
                self._finished.set()
        for waiters in (self._getters, self._putters):
            while waiters:
                waiter = waiters.popleft()
                if not waiter.done():
                    waiter.set_result(None)


class PriorityQueue(Queue):
    """The smallest item comes out first."""

    def _init(self, maxsize):
        self._queue = []

    _get = _heap_get
    _put = _heap_put


class LifoQueue(Queue):
    """The newest item comes out first."""

    def _init(self, maxsize):
        self._queue = []

    _get = _lifo_get
    _put = _lifo_put
