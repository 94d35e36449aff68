"""Futures: results that are not there yet."""

from _asyncio import Future, _set_result_unless_cancelled

from . import base_futures, events, exceptions
from .base_futures import _CANCELLED, _FINISHED, _PENDING, isfuture

__all__ = ("Future", "wrap_future", "isfuture")


# CPython has the class twice, in the language and natively.
_PyFuture = _CFuture = Future


def _get_loop(fut):
    """Return a future's loop, also for futures that lack get_loop()."""
    get_loop = getattr(fut, "get_loop", None)
    return fut._loop if get_loop is None else get_loop()


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
