"""Futures: results that are not there yet."""

import sys
from _naming import with_module as _with_module

from . import base_futures, events, exceptions
from .base_futures import _CANCELLED, _FINISHED, _PENDING, isfuture

__all__ = ("Future", "wrap_future", "isfuture")


class Future:
    """A result that will be set later; `await` waits for it."""

    _state = _PENDING
    _result = None
    _exception = None
    _exception_tb = None
    _loop = None
    _source_traceback = None
    _cancel_message = None
    _cancelled_exc = None

    # True between the yield of `await` and the moment the task sees it.
    _asyncio_future_blocking = False

    # The error was set and nobody has looked at it.
    __log_traceback = False

    def __init__(self, *, loop=None):
        self._loop = events.get_event_loop() if loop is None else loop
        self._callbacks = []
        if self._loop.get_debug():
            from . import format_helpers
            self._source_traceback = format_helpers.extract_stack(
                sys._getframe(1))

    def _repr_info(self):
        return base_futures._future_repr_info(self)

    def __repr__(self):
        return base_futures._future_repr(self)

    def __del__(self):
        if not self.__log_traceback:
            return
        context = {
            "message": f"{self.__class__.__name__} exception was never "
                       "retrieved",
            "exception": self._exception,
            "future": self,
        }
        if self._source_traceback:
            context["source_traceback"] = self._source_traceback
        self._loop.call_exception_handler(context)

    @classmethod
    def __class_getitem__(cls, item):
        from types import GenericAlias
        return GenericAlias(cls, item)

    @property
    def _log_traceback(self):
        return self.__log_traceback

    @_log_traceback.setter
    def _log_traceback(self, value):
        if value:
            raise ValueError("_log_traceback can only be set to False")
        self.__log_traceback = False

    def get_loop(self):
        """Return the loop the future is bound to."""
        loop = self._loop
        if loop is None:
            raise RuntimeError("Future object is not initialized.")
        return loop

    def _make_cancelled_error(self):
        """Return the CancelledError to raise, once with its traceback."""
        error = self._cancelled_exc
        if error is not None:
            self._cancelled_exc = None
            return error
        if self._cancel_message is None:
            return exceptions.CancelledError()
        return exceptions.CancelledError(self._cancel_message)

    def cancel(self, msg=None):
        """Cancel the future; False if it is already done."""
        self.__log_traceback = False
        if self._state != _PENDING:
            return False
        self._state = _CANCELLED
        self._cancel_message = msg
        self.__schedule_callbacks()
        return True

    def __schedule_callbacks(self):
        callbacks = self._callbacks
        if not callbacks:
            return
        self._callbacks = []
        call_soon = self._loop.call_soon
        for callback, context in callbacks:
            call_soon(callback, self, context=context)

    def cancelled(self):
        """Tell if the future was cancelled."""
        return self._state == _CANCELLED

    def done(self):
        """Tell if there is a result, an error or a cancellation."""
        return self._state != _PENDING

    def result(self):
        """Return the result, or raise the error or CancelledError."""
        if self._state == _CANCELLED:
            raise self._make_cancelled_error()
        if self._state != _FINISHED:
            raise exceptions.InvalidStateError("Result is not set.")
        self.__log_traceback = False
        if self._exception is not None:
            raise self._exception.with_traceback(self._exception_tb)
        return self._result

    def exception(self):
        """Return the error, or None if there is a result."""
        if self._state == _CANCELLED:
            raise self._make_cancelled_error()
        if self._state != _FINISHED:
            raise exceptions.InvalidStateError("Exception is not set.")
        self.__log_traceback = False
        return self._exception

    def add_done_callback(self, fn, *, context=None):
        """Call `fn(self)` from the loop once the future is done."""
        if self._state != _PENDING:
            self._loop.call_soon(fn, self, context=context)
            return
        if context is None:
            from _contextvars import copy_context
            context = copy_context()
        self._callbacks.append((fn, context))

    def remove_done_callback(self, fn):
        """Remove all entries of `fn`; return how many there were."""
        kept = [entry for entry in self._callbacks if entry[0] != fn]
        removed = len(self._callbacks) - len(kept)
        if removed:
            self._callbacks[:] = kept
        return removed

    def set_result(self, result):
        """Finish the future with a result."""
        self.__check_pending()
        self._result = result
        self._state = _FINISHED
        self.__schedule_callbacks()

    def set_exception(self, exception):
        """Finish the future with an error."""
        self.__check_pending()
        exception = _as_settable(exception)
        self._exception = exception
        self._exception_tb = exception.__traceback__
        self._state = _FINISHED
        self.__schedule_callbacks()
        self.__log_traceback = True

    def __check_pending(self):
        if self._loop is None:
            raise RuntimeError("Future object is not initialized.")
        if self._state != _PENDING:
            raise exceptions.InvalidStateError("invalid state")

    def __await__(self):
        if self._state == _PENDING:
            self._asyncio_future_blocking = True
            yield self
            if self._state == _PENDING:
                raise RuntimeError("await wasn't used with future")
        return self.result()

    __iter__ = __await__


_with_module(Future, "_asyncio")


def _as_settable(exception):
    """Return the error as an instance that a coroutine can be resumed with."""
    if isinstance(exception, type):
        exception = exception()
    if not isinstance(exception, BaseException):
        raise TypeError("invalid exception object")
    if isinstance(exception, StopIteration):
        replacement = RuntimeError(
            "StopIteration interacts badly with generators and cannot be "
            "raised into a Future")
        replacement.__cause__ = exception
        replacement.__context__ = exception
        return replacement
    return exception


_PyFuture = Future


def _get_loop(fut):
    """Return a future's loop, also for futures that lack get_loop()."""
    get_loop = getattr(fut, "get_loop", None)
    return fut._loop if get_loop is None else get_loop()


def _set_result_unless_cancelled(fut, result):
    if not fut.cancelled():
        fut.set_result(result)


def _copy_future_state(source, target):
    """Finish `target`, which must be pending, as `source` finished."""
    if target.cancelled():
        return
    if source.cancelled():
        target.cancel()
        return
    error = source.exception()
    if error is not None:
        target.set_exception(_convert_future_exc(error))
    else:
        target.set_result(source.result())


def _convert_future_exc(exc):
    """Turn an exception of concurrent.futures into asyncio's."""
    if not type(exc).__module__.startswith("concurrent.futures"):
        return exc
    counterpart = {
        "CancelledError": exceptions.CancelledError,
        "TimeoutError": exceptions.TimeoutError,
        "InvalidStateError": exceptions.InvalidStateError,
    }.get(type(exc).__name__)
    if counterpart is None:
        return exc
    return counterpart(*exc.args).with_traceback(exc.__traceback__)


def _set_concurrent_future_state(concurrent, source):
    """Finish a concurrent.futures.Future as `source` finished."""
    if source.cancelled():
        concurrent.cancel()
    if not concurrent.set_running_or_notify_cancel():
        return
    error = source.exception()
    if error is not None:
        concurrent.set_exception(_convert_future_exc(error))
    else:
        concurrent.set_result(source.result())


def _is_concurrent(obj):
    from concurrent.futures import Future as ConcurrentFuture
    return isinstance(obj, ConcurrentFuture)


def _chain_future(source, destination):
    """Let results flow from `source`, and cancellation back to it.

    Either may be a concurrent.futures.Future.
    """
    if not isfuture(source) and not _is_concurrent(source):
        raise TypeError("A future is required for source argument")
    if not isfuture(destination) and not _is_concurrent(destination):
        raise TypeError("A future is required for destination argument")
    source_loop = _get_loop(source) if isfuture(source) else None
    dest_loop = _get_loop(destination) if isfuture(destination) else None

    def _set_state(future, other):
        if isfuture(future):
            _copy_future_state(other, future)
        else:
            _set_concurrent_future_state(future, other)

    def _call_check_cancel(destination):
        if destination.cancelled():
            if source_loop is None or source_loop is dest_loop:
                source.cancel()
            else:
                source_loop.call_soon_threadsafe(source.cancel)

    def _call_set_state(source):
        if (destination.cancelled() and dest_loop is not None
                and dest_loop.is_closed()):
            return
        if dest_loop is None or dest_loop is source_loop:
            _set_state(destination, source)
        else:
            if dest_loop.is_closed():
                return
            dest_loop.call_soon_threadsafe(_set_state, destination, source)

    destination.add_done_callback(_call_check_cancel)
    source.add_done_callback(_call_set_state)


def wrap_future(future, *, loop=None):
    """Return an asyncio future for a concurrent.futures.Future."""
    if isfuture(future):
        return future
    assert _is_concurrent(future), (
        f"concurrent.futures.Future is expected, got {future!r}")
    if loop is None:
        loop = events.get_event_loop()
    new_future = loop.create_future()
    _chain_future(future, new_future)
    return new_future
