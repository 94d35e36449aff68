"""A scheduler of events by time and priority."""

import heapq
import time as _time_module
from collections import namedtuple

__all__ = ["scheduler"]

_Fields = namedtuple("Event", "time, priority, sequence, action, argument, "
                     "kwargs")


class Event(_Fields):
    """An event in the queue; keep it to cancel it."""

    __slots__ = ()

    def __eq__(self, other):
        return self[:3] == other[:3]

    def __lt__(self, other):
        return self[:3] < other[:3]

    def __le__(self, other):
        return self[:3] <= other[:3]

    def __gt__(self, other):
        return self[:3] > other[:3]

    def __ge__(self, other):
        return self[:3] >= other[:3]

    __hash__ = None


_unset = object()


class scheduler:
    """Runs events when they are due."""

    def __init__(self, timefunc=_time_module.monotonic,
                 delayfunc=_time_module.sleep):
        self._queue = []
        self._count = 0
        self.timefunc = timefunc
        self.delayfunc = delayfunc

    def enterabs(self, time, priority, action, argument=(), kwargs=_unset):
        """Add an event at a time; return it."""
        if kwargs is _unset:
            kwargs = {}
        event = Event(time, priority, self._count, action, argument, kwargs)
        self._count += 1
        heapq.heappush(self._queue, event)
        return event

    def enter(self, delay, priority, action, argument=(), kwargs=_unset):
        """Add an event after a delay; return it."""
        return self.enterabs(self.timefunc() + delay, priority, action,
                             argument, kwargs)

    def cancel(self, event):
        """Remove an event; ValueError if it is not in the queue."""
        self._queue.remove(event)
        heapq.heapify(self._queue)

    def empty(self):
        """Tell if there is no event."""
        return not self._queue

    def run(self, blocking=True):
        """Run all events; without blocking, those that are due.

        Return the time to the next one in that case.
        """
        while self._queue:
            now = self.timefunc()
            event = self._queue[0]
            if event.time > now:
                if not blocking:
                    return event.time - now
                self.delayfunc(event.time - now)
                continue
            heapq.heappop(self._queue)
            event.action(*event.argument, **event.kwargs)
            self.delayfunc(0)  # let others run

    @property
    def queue(self):
        """The events in the order they will run."""
        return sorted(self._queue)
