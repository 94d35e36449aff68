"""The event loop without its selector: callbacks, timers, tasks, errors.

Each turn of the loop waits for events, moves due timers behind the callbacks
that are ready, and runs exactly those that were ready by then.
"""

import sys
import time
from _asyncio import (
    _loop_add_callback, _loop_call_at, _loop_call_later, _loop_call_soon,
    _loop_create_future, _loop_create_task, _loop_get_debug, _loop_run_once,
    _loop_timer_handle_cancelled, _run_ready, _show_ready,
)
from _collections import deque
from _heapq import heapify, heappop, heappush
from weakref import WeakSet

from . import coroutines, events, futures, tasks
from .log import logger

__all__ = ("BaseEventLoop", "Server")

# The heap of timers is rebuilt when it holds more than this many entries ...
_MIN_SCHEDULED_TIMER_HANDLES = 100

# ... and more than this share of them is cancelled.
_MIN_CANCELLED_TIMER_HANDLES_FRACTION = 0.5

# A longer wait than this is cut; some systems refuse it.
MAXIMUM_SELECT_TIMEOUT = 24 * 3600


def _run_until_complete_cb(fut):
    if not fut.cancelled():
        exc = fut.exception()
        if isinstance(exc, (SystemExit, KeyboardInterrupt)):
            # It left run_forever() already.
            return
    futures._get_loop(fut).stop()


class BaseEventLoop(events.AbstractEventLoop):
    """A loop whose subclass brings `_selector` and `_process_events()`."""

    def __init__(self):
        self._timer_cancelled_count = 0
        self._closed = False
        self._stopping = False
        self._queue = deque()
        self._scheduled = []
        self._default_executor = None
        self._internal_fds = 0
        # Truthy while the loop runs; there is one thread only.
        self._thread_id = None
        self._clock_resolution = time.get_clock_info("monotonic").resolution
        self._exception_handler = None
        self.set_debug(coroutines._is_debug_mode())
        # In debug mode, callbacks slower than this (seconds) are logged.
        self.slow_callback_duration = 0.1
        self._current_handle = None
        self._task_factory = None
        self._coroutine_origin_tracking_enabled = False
        self._coroutine_origin_tracking_saved_depth = None
        self._old_agen_hooks = None
        self._asyncgens = WeakSet()
        self._asyncgens_shutdown_called = False
        self._executor_shutdown_called = False

    def __repr__(self):
        return (f"<{self.__class__.__name__} running={self.is_running()} "
                f"closed={self.is_closed()} debug={self.get_debug()}>")

    def __del__(self):
        if self.is_closed():
            return
        import warnings
        warnings.warn(f"unclosed event loop {self!r}", ResourceWarning,
                      source=self)
        if not self.is_running():
            self.close()

    # What the subclass must bring.

    def _process_events(self, event_list):
        """Queue the callbacks of what the selector reported."""
        raise NotImplementedError

    def _write_to_self(self):
        """Wake the loop from the selector's wait."""
        raise NotImplementedError

    @property
    def _ready(self):
        """The handles that are ready.

        In the queue itself, tasks stand for the handles of their steps until
        somebody looks.
        """
        return _show_ready(self._queue)

    @_ready.setter
    def _ready(self, ready):
        self._queue = ready

    # Futures and tasks.

    create_future = _loop_create_future
    create_task = _loop_create_task

    def _create_task_checked(self, coro, name, context):
        """Schedule a coroutine where that is not just making a Task."""
        self._check_closed()
        if self._task_factory is None:
            task = tasks.Task(coro, loop=self, name=name, context=context)
            if task._source_traceback:
                del task._source_traceback[-1]
        else:
            if context is None:
                task = self._task_factory(self, coro)
            else:
                task = self._task_factory(self, coro, context=context)
            task.set_name(name)
        try:
            return task
        finally:
            # Break the cycle through the frame.
            del task

    def set_task_factory(self, factory):
        """Set what makes tasks, as factory(loop, coro, **kwargs)."""
        if factory is not None and not callable(factory):
            raise TypeError("task factory must be a callable or None")
        self._task_factory = factory

    def get_task_factory(self):
        """Return the task factory, or None."""
        return self._task_factory

    # Running and stopping.

    def _check_closed(self):
        if self._closed:
            raise RuntimeError("Event loop is closed")

    def _check_running(self):
        if self.is_running():
            raise RuntimeError("This event loop is already running")
        if events._get_running_loop() is not None:
            raise RuntimeError(
                "Cannot run the event loop while another loop is running")

    def _run_forever_setup(self):
        self._check_closed()
        self._check_running()
        self._set_coroutine_origin_tracking(self._debug)
        self._old_agen_hooks = sys.get_asyncgen_hooks()
        self._thread_id = 1
        sys.set_asyncgen_hooks(firstiter=self._asyncgen_firstiter_hook,
                               finalizer=self._asyncgen_finalizer_hook)
        events._set_running_loop(self)

    def _run_forever_cleanup(self):
        self._stopping = False
        self._thread_id = None
        events._set_running_loop(None)
        self._set_coroutine_origin_tracking(False)
        if self._old_agen_hooks is not None:
            sys.set_asyncgen_hooks(*self._old_agen_hooks)
            self._old_agen_hooks = None

    def run_forever(self):
        """Run until stop() is called."""
        self._run_forever_setup()
        try:
            while True:
                self._run_once()
                if self._stopping:
                    break
        finally:
            self._run_forever_cleanup()

    def run_until_complete(self, future):
        """Run until the future is done; return its result.

        A coroutine is wrapped in a task first.
        """
        self._check_closed()
        self._check_running()
        new_task = not futures.isfuture(future)
        future = tasks.ensure_future(future, loop=self)
        if new_task:
            # The caller sees the error, so it need not be logged.
            future._log_destroy_pending = False
        future.add_done_callback(_run_until_complete_cb)
        try:
            self.run_forever()
        except:
            if new_task and future.done() and not future.cancelled():
                # The error left the loop itself: mark it as seen.
                future.exception()
            raise
        finally:
            future.remove_done_callback(_run_until_complete_cb)
        if not future.done():
            raise RuntimeError("Event loop stopped before Future completed.")
        return future.result()

    def stop(self):
        """End run_forever() after the callbacks that are ready now."""
        self._stopping = True

    def close(self):
        """Drop all callbacks; the loop can't run again."""
        if self.is_running():
            raise RuntimeError("Cannot close a running event loop")
        if self._closed:
            return
        if self._debug:
            logger.debug("Close %r", self)
        self._closed = True
        self._queue.clear()
        self._scheduled.clear()
        self._executor_shutdown_called = True
        executor = self._default_executor
        if executor is not None:
            self._default_executor = None
            executor.shutdown(wait=False)

    def is_closed(self):
        """Tell if the loop was closed."""
        return self._closed

    def is_running(self):
        """Tell if the loop runs."""
        return self._thread_id is not None

    def time(self):
        """Return the time on the loop's clock, in seconds."""
        return time.monotonic()

    def _tick(self):
        """Return what orders timers of the same time."""
        return 0

    # Callbacks.

    call_later = _loop_call_later
    call_at = _loop_call_at

    def _call_later_checked(self, delay, callback, args, context):
        """As call_later(), where there is something to look after."""
        if delay is None:
            raise TypeError("delay must not be None")
        timer = self.call_at(self.time() + delay, callback, *args,
                             context=context)
        if timer._source_traceback:
            del timer._source_traceback[-1]
        return timer

    def _call_at_checked(self, when, callback, args, context):
        """As call_at(), where there is something to look after."""
        if when is None:
            raise TypeError("when cannot be None")
        self._check_closed()
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_at")
        timer = events.TimerHandle(when, callback, args, self, context)
        timer._tick = self._tick()
        if timer._source_traceback:
            del timer._source_traceback[-1]
        heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    call_soon = _loop_call_soon

    def _call_soon_checked(self, callback, args, context):
        """As call_soon(), where there is something to look after."""
        self._check_closed()
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_soon")
        handle = self._call_soon(callback, args, context)
        if handle._source_traceback:
            del handle._source_traceback[-1]
        return handle

    def _check_callback(self, callback, method):
        if (coroutines.iscoroutine(callback)
                or coroutines.iscoroutinefunction(callback)):
            raise TypeError(f"coroutines cannot be used with {method}()")
        if not callable(callback):
            raise TypeError(f"a callable object was expected by {method}(), "
                            f"got {callback!r}")

    def _call_soon(self, callback, args, context):
        handle = events.Handle(callback, args, self, context)
        if handle._source_traceback:
            del handle._source_traceback[-1]
        self._queue.append(handle)
        return handle

    def _check_thread(self):
        """Nothing to check: there is one thread only."""

    def call_soon_threadsafe(self, callback, *args, context=None):
        """As call_soon(), and wake the loop; for signal handlers."""
        self._check_closed()
        if self._debug:
            self._check_callback(callback, "call_soon_threadsafe")
        handle = self._call_soon(callback, args, context)
        if handle._source_traceback:
            del handle._source_traceback[-1]
        self._write_to_self()
        return handle

    # Executors. Without threads the default one runs the function in a turn
    # of its own, while nothing else runs.

    def run_in_executor(self, executor, func, *args):
        """Run a function in an executor; return a future of its result."""
        self._check_closed()
        if self._debug:
            self._check_callback(func, "run_in_executor")
        if executor is None:
            self._check_default_executor()
            executor = self._default_executor
            if executor is None:
                return self._run_in_own_turn(func, args)
        return futures.wrap_future(executor.submit(func, *args), loop=self)

    def _check_default_executor(self):
        if self._executor_shutdown_called:
            raise RuntimeError("Executor shutdown has been called")

    def _run_in_own_turn(self, func, args):
        future = self.create_future()

        def call():
            if future.done():
                return
            try:
                result = func(*args)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as exc:
                future.set_exception(exc)
            else:
                if not future.done():
                    future.set_result(result)

        self.call_soon(call)
        return future

    def set_default_executor(self, executor):
        """Set what run_in_executor(None, ...) uses."""
        if not callable(getattr(executor, "submit", None)):
            raise TypeError("executor must be ThreadPoolExecutor instance")
        self._default_executor = executor

    async def shutdown_default_executor(self, timeout=None):
        """Let the default executor finish its work."""
        self._executor_shutdown_called = True
        if self._default_executor is not None:
            self._default_executor.shutdown(wait=True)

    # Asynchronous generators.

    def _asyncgen_firstiter_hook(self, agen):
        if self._asyncgens_shutdown_called:
            import warnings
            warnings.warn(f"asynchronous generator {agen!r} was scheduled "
                          "after loop.shutdown_asyncgens() call",
                          ResourceWarning, source=self)
        self._asyncgens.add(agen)

    def _asyncgen_finalizer_hook(self, agen):
        self._asyncgens.discard(agen)
        if not self._closed:
            self.call_soon_threadsafe(self.create_task, agen.aclose())

    async def shutdown_asyncgens(self):
        """Close all asynchronous generators that are still open."""
        self._asyncgens_shutdown_called = True
        if not len(self._asyncgens):
            return
        from .combinators import gather
        closing = list(self._asyncgens)
        self._asyncgens.clear()
        results = await gather(*[agen.aclose() for agen in closing],
                               return_exceptions=True)
        for result, agen in zip(results, closing):
            if isinstance(result, Exception):
                self.call_exception_handler({
                    "message": "an error occurred during closing of "
                               f"asynchronous generator {agen!r}",
                    "exception": result,
                    "asyncgen": agen,
                })

    # Errors that have nowhere else to go.

    def get_exception_handler(self):
        """Return the exception handler, or None for the default one."""
        return self._exception_handler

    def set_exception_handler(self, handler):
        """Set a handler(loop, context); None for the default one."""
        if handler is not None and not callable(handler):
            raise TypeError("A callable object or None is expected, got "
                            f"{handler!r}")
        self._exception_handler = handler

    def default_exception_handler(self, context):
        """Log what the context tells about an error."""
        message = context.get("message")
        if not message:
            message = "Unhandled exception in event loop"
        exc_info = False
        exception = context.get("exception")
        if exception is not None:
            exc_info = (type(exception), exception, exception.__traceback__)
        if ("source_traceback" not in context
                and self._current_handle is not None
                and self._current_handle._source_traceback):
            context["handle_traceback"] = \
                self._current_handle._source_traceback
        lines = [message]
        for key in sorted(context):
            if key not in ("message", "exception"):
                lines.append(f"{key}: {_context_text(key, context[key])}")
        logger.error("\n".join(lines), exc_info=exc_info)

    def call_exception_handler(self, context):
        """Report an error; keys are message, exception, task, handle ..."""
        if self._exception_handler is None:
            try:
                self.default_exception_handler(context)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException:
                # A subclass may have replaced it.
                logger.error("Exception in default exception handler",
                             exc_info=True)
            return
        try:
            self._call_custom_handler(context)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._report_handler_error(exc, context)

    def _call_custom_handler(self, context):
        """Call the handler in the context of the task it is about."""
        for key in ("task", "future", "handle"):
            subject = context.get(key)
            if subject is not None:
                break
        get_context = getattr(subject, "get_context", None)
        run_in = None if get_context is None else get_context()
        if run_in is not None and hasattr(run_in, "run"):
            run_in.run(self._exception_handler, self, context)
        else:
            self._exception_handler(self, context)

    def _report_handler_error(self, exc, context):
        try:
            self.default_exception_handler({
                "message": "Unhandled error in exception handler",
                "exception": exc,
                "context": context,
            })
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException:
            logger.error("Exception in default exception handler while "
                         "handling an unexpected error in custom exception "
                         "handler", exc_info=True)

    # One turn of the loop.

    _add_callback = _loop_add_callback

    def _add_callback_signalsafe(self, handle):
        self._add_callback(handle)
        self._write_to_self()

    _timer_handle_cancelled = _loop_timer_handle_cancelled

    def _drop_cancelled_timers(self):
        scheduled = self._scheduled
        count = len(scheduled)
        if (count > _MIN_SCHEDULED_TIMER_HANDLES
                and self._timer_cancelled_count / count
                > _MIN_CANCELLED_TIMER_HANDLES_FRACTION):
            kept = []
            for handle in scheduled:
                if handle._cancelled:
                    handle._scheduled = False
                else:
                    kept.append(handle)
            heapify(kept)
            self._scheduled = kept
            self._timer_cancelled_count = 0
            return
        while scheduled and scheduled[0]._cancelled:
            self._timer_cancelled_count -= 1
            heappop(scheduled)._scheduled = False

    _run_once = _loop_run_once

    def _run_once_checked(self):
        """As _run_once(), for loops that wait or keep time in their own way.
        """
        if self._scheduled:
            self._drop_cancelled_timers()
        timeout = None
        if self._queue or self._stopping:
            timeout = 0
        elif self._scheduled:
            timeout = self._scheduled[0]._when - self.time()
            timeout = min(max(0, timeout), MAXIMUM_SELECT_TIMEOUT)
        event_list = self._selector.select(timeout)
        self._process_events(event_list)
        event_list = None  # break the cycle

        scheduled = self._scheduled
        if scheduled:
            end_time = self.time() + self._clock_resolution
            while scheduled and scheduled[0]._when < end_time:
                handle = heappop(scheduled)
                handle._scheduled = False
                self._queue.append(handle)

        # Callbacks added from here on wait for the next turn.
        _run_ready(self, self._queue)

    def _run_timed(self, handle):
        """Run a callback and log it if it was slow."""
        try:
            self._current_handle = handle
            start = self.time()
            handle._run()
            duration = self.time() - start
            if duration >= self.slow_callback_duration:
                logger.warning("Executing %s took %.3f seconds",
                               _format_handle(handle), duration)
        finally:
            self._current_handle = None

    # Debug mode.

    def _set_coroutine_origin_tracking(self, enabled):
        if bool(enabled) == self._coroutine_origin_tracking_enabled:
            return
        if enabled:
            from .constants import DEBUG_STACK_DEPTH
            self._coroutine_origin_tracking_saved_depth = \
                sys.get_coroutine_origin_tracking_depth()
            sys.set_coroutine_origin_tracking_depth(DEBUG_STACK_DEPTH)
        else:
            sys.set_coroutine_origin_tracking_depth(
                self._coroutine_origin_tracking_saved_depth)
        self._coroutine_origin_tracking_enabled = enabled

    get_debug = _loop_get_debug

    def set_debug(self, enabled):
        """Turn the debug mode on or off."""
        self._debug = enabled
        if self.is_running():
            self.call_soon_threadsafe(self._set_coroutine_origin_tracking,
                                      enabled)

    # Connections: loaded when one is first made.

    async def getaddrinfo(self, host, port, *, family=0, type=0, proto=0,
                          flags=0):
        import socket
        return await self.run_in_executor(
            None, socket.getaddrinfo, host, port, family, type, proto, flags)

    async def getnameinfo(self, sockaddr, flags=0):
        import socket
        return await self.run_in_executor(
            None, socket.getnameinfo, sockaddr, flags)

    async def create_connection(
            self, protocol_factory, host=None, port=None, *, ssl=None,
            family=0, proto=0, flags=0, sock=None, local_addr=None,
            server_hostname=None, ssl_handshake_timeout=None,
            ssl_shutdown_timeout=None, happy_eyeballs_delay=None,
            interleave=None, all_errors=False):
        """Connect to a TCP server; return (transport, protocol)."""
        from . import network
        network.refuse_ssl(ssl, server_hostname, ssl_handshake_timeout,
                           ssl_shutdown_timeout)
        if sock is None:
            sock = await network.connect(
                self, host, port, family=family, proto=proto, flags=flags,
                local_addr=local_addr, delay=happy_eyeballs_delay,
                interleave=interleave, all_errors=all_errors)
        elif host is not None or port is not None:
            raise ValueError("host/port and sock can not be specified at the "
                             "same time")
        network.check_stream(sock)
        return await self._create_connection_transport(sock, protocol_factory)

    async def _create_connection_transport(self, sock, protocol_factory,
                                           server=None):
        """Give a connected socket a protocol and wait until both are up."""
        sock.setblocking(False)
        protocol = protocol_factory()
        waiter = self.create_future()
        transport = self._make_socket_transport(sock, protocol, waiter)
        try:
            await waiter
        except:
            transport.close()
            raise
        return transport, protocol

    async def connect_accepted_socket(
            self, protocol_factory, sock, *, ssl=None,
            ssl_handshake_timeout=None, ssl_shutdown_timeout=None):
        """Use a connection that was accepted outside of the loop."""
        from . import network
        network.refuse_ssl(ssl, None, ssl_handshake_timeout,
                           ssl_shutdown_timeout)
        network.check_stream(sock)
        return await self._create_connection_transport(sock, protocol_factory)

    async def create_server(
            self, protocol_factory, host=None, port=None, *, family=0,
            flags=1, sock=None, backlog=100, ssl=None, reuse_address=None,
            reuse_port=None, keep_alive=None, ssl_handshake_timeout=None,
            ssl_shutdown_timeout=None, start_serving=True):
        """Listen for TCP connections; return a Server."""
        from . import network
        if isinstance(ssl, bool):
            raise TypeError("ssl argument must be an SSLContext or None")
        network.refuse_ssl(ssl, None, ssl_handshake_timeout,
                           ssl_shutdown_timeout)
        if host is not None or port is not None:
            if sock is not None:
                raise ValueError("host/port and sock can not be specified "
                                 "at the same time")
            sockets = await network.listen(
                self, host, port, family=family, flags=flags,
                reuse_address=reuse_address, reuse_port=reuse_port,
                keep_alive=keep_alive)
        else:
            if sock is None:
                raise ValueError("Neither host/port nor sock were specified")
            network.check_stream(sock)
            sockets = [sock]
        return await network.serve(self, sockets, protocol_factory, backlog,
                                   start_serving)

    async def create_datagram_endpoint(
            self, protocol_factory, local_addr=None, remote_addr=None, *,
            family=0, proto=0, flags=0, reuse_port=None,
            allow_broadcast=None, sock=None):
        """Make a datagram socket; return (transport, protocol)."""
        from . import network
        sock, remote_addr = await network.datagram_socket(
            self, local_addr, remote_addr, family=family, proto=proto,
            flags=flags, reuse_port=reuse_port,
            allow_broadcast=allow_broadcast, sock=sock)
        protocol = protocol_factory()
        waiter = self.create_future()
        transport = self._make_datagram_transport(sock, protocol, remote_addr,
                                                  waiter)
        try:
            await waiter
        except:
            transport.close()
            raise
        return transport, protocol


def _context_text(key, value):
    """Return one value of an error's context as it is logged."""
    title = {"source_traceback": "Object", "handle_traceback": "Handle"}
    if key not in title:
        return repr(value)
    import traceback
    text = "".join(traceback.format_list(value)).rstrip()
    return f"{title[key]} created at (most recent call last):\n{text}"


def _format_handle(handle):
    callback = handle._callback
    if isinstance(getattr(callback, "__self__", None), tasks.Task):
        # A task says more than the name of its step.
        return repr(callback.__self__)
    return str(handle)


def __getattr__(name):
    if name != "Server":
        raise AttributeError(
            f"module 'asyncio.base_events' has no attribute {name!r}")
    from .network import Server
    return Server
