"""Timeouts around a block of code."""

from . import events, exceptions, tasks

__all__ = ("Timeout", "timeout", "timeout_at")

_CREATED = "created"
_ENTERED = "active"
_EXPIRING = "expiring"
_EXPIRED = "expired"
_EXITED = "finished"


class Timeout:
    """Cancels the block at a point in time, and raises TimeoutError for it."""

    def __init__(self, when):
        self._state = _CREATED
        self._timeout_handler = None
        self._task = None
        self._when = when

    def when(self):
        """Return the deadline, or None."""
        return self._when

    def reschedule(self, when):
        """Move the deadline; None takes it away."""
        if self._state is not _ENTERED:
            if self._state is _CREATED:
                raise RuntimeError("Timeout has not been entered")
            raise RuntimeError(
                f"Cannot change state of {self._state} Timeout")
        self._when = when
        if self._timeout_handler is not None:
            self._timeout_handler.cancel()
        if when is None:
            self._timeout_handler = None
            return
        loop = events.get_running_loop()
        if when <= loop.time():
            self._timeout_handler = loop.call_soon(self._on_timeout)
        else:
            self._timeout_handler = loop.call_at(when, self._on_timeout)

    def expired(self):
        """Tell if the deadline has passed inside the block."""
        return self._state in (_EXPIRING, _EXPIRED)

    def __repr__(self):
        info = ""
        if self._state is _ENTERED:
            when = None if self._when is None else round(self._when, 3)
            info = f" when={when}"
        return f"<Timeout [{self._state}]{info}>"

    async def __aenter__(self):
        if self._state is not _CREATED:
            raise RuntimeError("Timeout has already been entered")
        task = tasks.current_task()
        if task is None:
            raise RuntimeError("Timeout should be used inside a task")
        self._state = _ENTERED
        self._task = task
        self._cancelling = task.cancelling()
        self.reschedule(self._when)
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        if self._timeout_handler is not None:
            self._timeout_handler.cancel()
            self._timeout_handler = None
        if self._state is _ENTERED:
            self._state = _EXITED
        elif self._state is _EXPIRING:
            self._state = _EXPIRED
            # More requests than ours: somebody else cancels the task.
            ours = self._task.uncancel() <= self._cancelling
            if ours and exc_type is not None:
                if issubclass(exc_type, exceptions.CancelledError):
                    raise TimeoutError from exc_val
                if exc_val is not None:
                    self._explain(exc_val)
        return None

    def _explain(self, exc):
        """Show the timeout in the chains of an error raised meanwhile."""
        self._insert_timeout_error(exc)
        if isinstance(exc, ExceptionGroup):
            for member in exc.exceptions:
                self._insert_timeout_error(member)

    @staticmethod
    def _insert_timeout_error(exc):
        while exc.__context__ is not None:
            if isinstance(exc.__context__, exceptions.CancelledError):
                error = TimeoutError()
                error.__context__ = error.__cause__ = exc.__context__
                exc.__context__ = error
                break
            exc = exc.__context__

    def _on_timeout(self):
        self._task.cancel()
        self._state = _EXPIRING
        self._timeout_handler = None  # break the cycle


def timeout(delay):
    """Limit a block to `delay` seconds; None means no limit."""
    loop = events.get_running_loop()
    return Timeout(None if delay is None else loop.time() + delay)


def timeout_at(when):
    """Limit a block to a time on the loop's clock; None means no limit."""
    return Timeout(when)
