"""Waiting for several futures, or for one under conditions."""

from _asyncio import _gather_attach, _gather_begin, _wait_begin, _wait_end

from . import coroutines, events, exceptions, futures
from .tasks import (ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION,
                    ensure_future)

__all__ = ("as_completed", "gather", "run_coroutine_threadsafe", "shield",
           "wait", "wait_for")


async def wait(fs, *, timeout=None, return_when=ALL_COMPLETED):
    """Wait for futures; return the sets (done, pending).

    The timeout raises nothing: what is not done by then is pending.
    """
    if futures.isfuture(fs) or coroutines.iscoroutine(fs):
        raise TypeError("expect a list of futures, not "
                        f"{type(fs).__name__}")
    if not fs:
        raise ValueError("Set of Tasks/Futures is empty.")
    if return_when not in (FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED):
        raise ValueError(f"Invalid return_when value: {return_when}")
    fs = set(fs)
    if any(coroutines.iscoroutine(f) for f in fs):
        raise TypeError("Passing coroutines is forbidden, use tasks "
                        "explicitly.")
    return await _wait(fs, timeout, return_when, events.get_running_loop())


async def _wait(fs, timeout, return_when, loop):
    waiter = loop.create_future()
    timer = None
    if timeout is not None:
        timer = loop.call_later(timeout, _release_waiter, waiter)
    callback = _wait_begin(fs, waiter, timer, return_when == FIRST_COMPLETED,
                           return_when == FIRST_EXCEPTION)
    try:
        await waiter
    finally:
        if timer is not None:
            timer.cancel()
        _wait_end(fs, callback)
    done = {future for future in fs if future.done()}
    return done, fs - done


def _release_waiter(waiter, *_):
    if not waiter.done():
        waiter.set_result(None)


async def wait_for(fut, timeout):
    """Wait for one awaitable, at most `timeout` seconds.

    On timeout it is cancelled and TimeoutError raised.
    """
    if timeout is not None and timeout <= 0:
        fut = ensure_future(fut)
        if fut.done():
            return fut.result()
        await _cancel_and_wait(fut)
        try:
            return fut.result()
        except exceptions.CancelledError as exc:
            raise TimeoutError from exc
    from .timeouts import timeout as limit
    async with limit(timeout):
        return await fut


async def _cancel_and_wait(fut):
    """Cancel the future and wait until it is done."""
    waiter = events.get_running_loop().create_future()

    def release(_):
        _release_waiter(waiter)

    fut.add_done_callback(release)
    try:
        fut.cancel()
        await waiter
    finally:
        fut.remove_done_callback(release)


class _AsCompletedIterator:
    """Yields futures as they get done, to `for` and to `async for`.

    Plain iteration yields coroutines to await; `async for` yields the futures
    that were given.
    """

    def __init__(self, aws, timeout):
        from .queues import Queue
        self._done = Queue()
        self._timeout_handle = None
        loop = events.get_event_loop()
        todo = {ensure_future(aw, loop=loop) for aw in set(aws)}
        for future in todo:
            future.add_done_callback(self._handle_completion)
        if todo and timeout is not None:
            self._timeout_handle = loop.call_later(timeout,
                                                   self._handle_timeout)
        self._todo = todo
        self._todo_left = len(todo)

    def __aiter__(self):
        return self

    def __iter__(self):
        return self

    async def __anext__(self):
        if not self._todo_left:
            raise StopAsyncIteration
        self._todo_left -= 1
        return await self._wait_for_one()

    def __next__(self):
        if not self._todo_left:
            raise StopIteration
        self._todo_left -= 1
        return self._wait_for_one(resolve=True)

    def _handle_timeout(self):
        for future in self._todo:
            future.remove_done_callback(self._handle_completion)
            self._done.put_nowait(None)
        self._todo.clear()

    def _handle_completion(self, future):
        if not self._todo:
            return
        self._todo.remove(future)
        self._done.put_nowait(future)
        if not self._todo and self._timeout_handle is not None:
            self._timeout_handle.cancel()

    async def _wait_for_one(self, resolve=False):
        future = await self._done.get()
        if future is None:
            raise exceptions.TimeoutError
        return future.result() if resolve else future


def as_completed(fs, *, timeout=None):
    """Return an iterator over awaitables in the order they get done."""
    if futures.isfuture(fs) or coroutines.iscoroutine(fs):
        raise TypeError("expect an iterable of futures, not "
                        f"{type(fs).__name__}")
    return _AsCompletedIterator(fs, timeout)


class _GatheringFuture(futures.Future):
    """The future of gather(): cancelling it cancels all children."""

    def __init__(self, children, *, loop):
        assert loop is not None
        super().__init__(loop=loop)
        self._children = children
        self._cancel_requested = False

    def cancel(self, msg=None):
        if self.done():
            return False
        requested = False
        for child in self._children:
            if child.cancel(msg=msg):
                requested = True
        if requested:
            # Only when all children are done may this count as cancelled.
            self._cancel_requested = True
        return requested


def gather(*coros_or_futures, return_exceptions=False):
    """Return a future of the list of all results, in the order given."""
    if not coros_or_futures:
        outer = events.get_event_loop().create_future()
        outer.set_result([])
        return outer
    begun = _gather_begin(coros_or_futures, return_exceptions)
    if begun is None:
        return _gather_checked(coros_or_futures, return_exceptions)
    children, loop, state = begun
    outer = _GatheringFuture(children, loop=loop)
    _gather_attach(state, outer)
    return outer


def _gather_checked(coros_or_futures, return_exceptions):
    """As gather(), for awaitables and loops of all kinds."""
    children = []
    by_argument = {}
    finished = 0
    outer = None
    loop = None

    def done_callback(future):
        nonlocal finished
        finished += 1
        if outer is None or outer.done():
            if not future.cancelled():
                future.exception()  # mark it as seen
            return
        if not return_exceptions:
            if future.cancelled():
                outer.set_exception(future._make_cancelled_error())
                return
            error = future.exception()
            if error is not None:
                outer.set_exception(error)
                return
        if finished < len(by_argument):
            return
        results = [_outcome(child) for child in children]
        if outer._cancel_requested:
            outer.set_exception(future._make_cancelled_error())
        else:
            outer.set_result(results)

    done_at_once = []
    for argument in coros_or_futures:
        future = by_argument.get(argument)
        if future is None:
            future = ensure_future(argument, loop=loop)
            if loop is None:
                loop = futures._get_loop(future)
            if future is not argument:
                # The task is ours, so nobody else can forget it.
                future._log_destroy_pending = False
            by_argument[argument] = future
            if future.done():
                done_at_once.append(future)
            else:
                future.add_done_callback(done_callback)
        children.append(future)
    outer = _GatheringFuture(children, loop=loop)
    for future in done_at_once:
        done_callback(future)
    return outer


def _outcome(future):
    """Return what gather(return_exceptions=True) lists for a future."""
    if future.cancelled():
        message = future._cancel_message
        return exceptions.CancelledError("" if message is None else message)
    error = future.exception()
    return future.result() if error is None else error


def shield(arg):
    """Wait for an awaitable without passing cancellation on to it."""
    inner = ensure_future(arg)
    if inner.done():
        return inner
    outer = futures._get_loop(inner).create_future()

    def inner_done(inner):
        if outer.cancelled():
            if not inner.cancelled():
                inner.exception()  # mark it as seen
            return
        if inner.cancelled():
            outer.cancel()
            return
        error = inner.exception()
        if error is not None:
            outer.set_exception(error)
        else:
            outer.set_result(inner.result())

    def outer_done(_):
        if not inner.done():
            inner.remove_done_callback(inner_done)

    inner.add_done_callback(inner_done)
    outer.add_done_callback(outer_done)
    return outer


def run_coroutine_threadsafe(coro, loop):
    """Submit a coroutine to `loop`; return a concurrent.futures.Future."""
    if not coroutines.iscoroutine(coro):
        raise TypeError("A coroutine object is required")
    from concurrent.futures import Future
    future = Future()

    def callback():
        try:
            futures._chain_future(ensure_future(coro, loop=loop), future)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            if future.set_running_or_notify_cancel():
                future.set_exception(exc)
            raise

    loop.call_soon_threadsafe(callback)
    return future
