"""Futures outside of asyncio. There are no threads, so no executors."""

__all__ = ["FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED",
           "CancelledError", "TimeoutError", "InvalidStateError",
           "BrokenExecutor", "Future", "Executor"]

FIRST_COMPLETED = "FIRST_COMPLETED"
FIRST_EXCEPTION = "FIRST_EXCEPTION"
ALL_COMPLETED = "ALL_COMPLETED"

_PENDING = "PENDING"
_RUNNING = "RUNNING"
_CANCELLED = "CANCELLED"
_CANCELLED_AND_NOTIFIED = "CANCELLED_AND_NOTIFIED"
_FINISHED = "FINISHED"

TimeoutError = TimeoutError


class Error(Exception):
    """Base of the errors of this package."""


class CancelledError(Error):
    """The future was cancelled."""


class InvalidStateError(Error):
    """The operation is not allowed in the current state."""


class BrokenExecutor(RuntimeError):
    """The executor can't work any more."""


for _class in (Error, CancelledError, InvalidStateError):
    _class.__module__ = "concurrent.futures._base"
del _class


class Future:
    """The result of a call that somebody else makes."""

    def __init__(self):
        self._state = _PENDING
        self._result = None
        self._exception = None
        self._done_callbacks = []

    def __repr__(self):
        text = self._state.lower().replace("cancelled_and_notified",
                                           "cancelled")
        if self._state == _FINISHED:
            if self._exception is not None:
                text += f" raised {self._exception.__class__.__name__}"
            else:
                text += f" returned {self._result.__class__.__name__}"
        return (f"<{self.__class__.__name__} at {id(self):#x} "
                f"state={text}>")

    def _invoke_callbacks(self):
        for callback in self._done_callbacks:
            self._call(callback)

    def _call(self, callback):
        try:
            callback(self)
        except Exception:
            import logging
            logging.getLogger("concurrent.futures").exception(
                "exception calling callback for %r", self)

    def cancel(self):
        """Cancel the call unless it runs or is done."""
        if self._state in (_RUNNING, _FINISHED):
            return False
        if self._state == _PENDING:
            self._state = _CANCELLED
            self._invoke_callbacks()
        return True

    def cancelled(self):
        return self._state in (_CANCELLED, _CANCELLED_AND_NOTIFIED)

    def running(self):
        return self._state == _RUNNING

    def done(self):
        return self._state not in (_PENDING, _RUNNING)

    def add_done_callback(self, fn):
        """Call `fn(self)` once the future is done."""
        if self.done():
            self._call(fn)
        else:
            self._done_callbacks.append(fn)

    def _await(self, timeout):
        if self.cancelled():
            raise CancelledError()
        if not self.done():
            # Nobody else runs who could finish it.
            if timeout is None:
                raise RuntimeError("waiting for a future would wait forever: "
                                   "there is no other thread")
            import time
            time.sleep(max(timeout, 0))
            raise TimeoutError()

    def result(self, timeout=None):
        """Return the result, or raise the error."""
        self._await(timeout)
        if self._exception is not None:
            try:
                raise self._exception
            finally:
                self = None
        return self._result

    def exception(self, timeout=None):
        """Return the error, or None."""
        self._await(timeout)
        return self._exception

    def set_running_or_notify_cancel(self):
        """Note that the call begins; False if it was cancelled."""
        if self._state == _CANCELLED:
            self._state = _CANCELLED_AND_NOTIFIED
            return False
        if self._state == _PENDING:
            self._state = _RUNNING
            return True
        raise RuntimeError("Future in unexpected state")

    def _check_unfinished(self):
        if self.done():
            raise InvalidStateError(f"{self._state}: {self!r}")

    def set_result(self, result):
        self._check_unfinished()
        self._result = result
        self._state = _FINISHED
        self._invoke_callbacks()

    def set_exception(self, exception):
        self._check_unfinished()
        self._exception = exception
        self._state = _FINISHED
        self._invoke_callbacks()


class Executor:
    """The interface of executors."""

    def submit(self, fn, /, *args, **kwargs):
        raise NotImplementedError()

    def map(self, fn, *iterables, timeout=None, chunksize=1):
        """Call `fn` on the items; iterate over the results in order."""
        futures = [self.submit(fn, *args) for args in zip(*iterables)]

        def results():
            for future in futures:
                yield future.result(timeout)

        return results()

    def shutdown(self, wait=True, *, cancel_futures=False):
        """Let the executor finish; it has nothing to finish here."""

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        self.shutdown(wait=True)
        return False
