"""Handles, the interface of event loops, and the current loop."""

import sys

import _asyncio
from _asyncio import (
    _get_running_loop, _set_running_loop, get_event_loop, get_running_loop,
)

from . import format_helpers

__all__ = ("AbstractEventLoopPolicy", "AbstractEventLoop", "AbstractServer",
           "Handle", "TimerHandle", "get_event_loop_policy",
           "set_event_loop_policy", "get_event_loop", "set_event_loop",
           "new_event_loop", "get_child_watcher", "set_child_watcher",
           "_set_running_loop", "get_running_loop", "_get_running_loop")


class Handle(_asyncio.Handle):
    """A callback waiting for its turn, as call_soon() returns it."""

    __slots__ = ()


_asyncio._set_handle_class(Handle)


class TimerHandle(Handle):
    """A callback waiting for its time, ordered by that time."""

    __slots__ = ()

    __init__ = _asyncio._timer_init
    cancel = _asyncio._timer_cancel
    when = _asyncio._timer_when

    def _repr_info(self):
        info = super()._repr_info()
        info.insert(2 if self._cancelled else 1, f"when={self._when}")
        return info

    def __hash__(self):
        return hash(self._when)

    def __lt__(self, other):
        if isinstance(other, TimerHandle):
            # The clock may stand still between two calls.
            return (self._when < other._when
                    or self._when == other._when and self._tick < other._tick)
        return NotImplemented

    def __le__(self, other):
        if isinstance(other, TimerHandle):
            return self._when < other._when or self.__eq__(other)
        return NotImplemented

    def __gt__(self, other):
        if isinstance(other, TimerHandle):
            return self._when > other._when
        return NotImplemented

    def __ge__(self, other):
        if isinstance(other, TimerHandle):
            return self._when > other._when or self.__eq__(other)
        return NotImplemented

    def __eq__(self, other):
        if isinstance(other, TimerHandle):
            return (self._when == other._when
                    and self._callback == other._callback
                    and self._args == other._args
                    and self._cancelled == other._cancelled)
        return NotImplemented


_asyncio._set_timer_class(TimerHandle)


class AbstractServer:
    """What create_server() returns."""

    def close(self):
        """Stop serving."""
        raise NotImplementedError

    def close_clients(self):
        """Close all active connections."""
        raise NotImplementedError

    def abort_clients(self):
        """Close all active connections at once."""
        raise NotImplementedError

    def get_loop(self):
        """Return the loop the server is attached to."""
        raise NotImplementedError

    def is_serving(self):
        """Tell if the server accepts connections."""
        raise NotImplementedError

    async def start_serving(self):
        """Start to accept connections; no harm if it already does."""
        raise NotImplementedError

    async def serve_forever(self):
        """Accept connections until the coroutine is cancelled."""
        raise NotImplementedError

    async def wait_closed(self):
        """Wait until the server is closed and its connections are gone."""
        raise NotImplementedError

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        self.close()
        await self.wait_closed()


class AbstractEventLoop:
    """The interface of event loops."""

    async def shutdown_asyncgens(self):
        raise NotImplementedError

    async def shutdown_default_executor(self):
        raise NotImplementedError

    def call_soon(self, callback, *args, context=None):
        return self.call_later(0, callback, *args, context=context)

    def create_task(self, coro, *, name=None, context=None):
        raise NotImplementedError


def _make_abstract(names, is_async):
    """Give AbstractEventLoop one method a name that is not implemented."""
    for name in names.split():
        if is_async:
            async def method(self, *args, **kwargs):
                raise NotImplementedError
        else:
            def method(self, *args, **kwargs):
                raise NotImplementedError
        method.__name__ = name
        method.__qualname__ = f"AbstractEventLoop.{name}"
        setattr(AbstractEventLoop, name, method)


_make_abstract("""
    run_forever run_until_complete stop is_running is_closed close
    _timer_handle_cancelled call_later call_at time create_future
    call_soon_threadsafe run_in_executor set_default_executor add_reader
    remove_reader add_writer remove_writer add_signal_handler
    remove_signal_handler set_task_factory get_task_factory
    get_exception_handler set_exception_handler default_exception_handler
    call_exception_handler get_debug set_debug
""", is_async=False)
_make_abstract("""
    getaddrinfo getnameinfo create_connection create_server sendfile start_tls
    create_unix_connection create_unix_server connect_accepted_socket
    create_datagram_endpoint connect_read_pipe connect_write_pipe
    subprocess_shell subprocess_exec sock_recv sock_recv_into sock_recvfrom
    sock_recvfrom_into sock_sendall sock_sendto sock_connect sock_accept
    sock_sendfile
""", is_async=True)


class AbstractEventLoopPolicy:
    """The interface of what hands out event loops."""

    def get_event_loop(self):
        raise NotImplementedError

    def set_event_loop(self, loop):
        raise NotImplementedError

    def new_event_loop(self):
        raise NotImplementedError

    def get_child_watcher(self):
        raise NotImplementedError

    def set_child_watcher(self, watcher):
        raise NotImplementedError


class BaseDefaultEventLoopPolicy(AbstractEventLoopPolicy):
    """Keeps the current loop, and makes the first one when it is asked for."""

    _loop_factory = None

    class _Local:
        _loop = None
        _set_called = False

    def __init__(self):
        self._local = self._Local()

    def get_event_loop(self):
        if self._local._loop is None and not self._local._set_called:
            import warnings
            warnings.warn("There is no current event loop",
                          DeprecationWarning,
                          stacklevel=_depth_outside_asyncio())
            self.set_event_loop(self.new_event_loop())
        if self._local._loop is None:
            raise RuntimeError("There is no current event loop in thread "
                               "'MainThread'.")
        return self._local._loop

    def set_event_loop(self, loop):
        self._local._set_called = True
        if loop is not None and not isinstance(loop, AbstractEventLoop):
            raise TypeError("loop must be an instance of AbstractEventLoop "
                            f"or None, not '{type(loop).__name__}'")
        self._local._loop = loop

    def new_event_loop(self):
        return self._loop_factory()


def _depth_outside_asyncio():
    """Return the stacklevel that names the caller of asyncio."""
    level = 2
    frame = sys._getframe(2)
    while frame is not None:
        module = frame.f_globals.get("__name__") or ""
        if not (module == "asyncio" or module.startswith("asyncio.")):
            break
        frame = frame.f_back
        level += 1
    return level


_policy = None

def get_event_loop_policy():
    """Return the policy in use."""
    global _policy
    if _policy is None:
        from .unix_events import DefaultEventLoopPolicy
        _policy = DefaultEventLoopPolicy()
    return _policy


def set_event_loop_policy(policy):
    """Put another policy in place; None stands for the default one."""
    global _policy
    if policy is not None and not isinstance(policy, AbstractEventLoopPolicy):
        raise TypeError("policy must be an instance of "
                        "AbstractEventLoopPolicy or None, not "
                        f"'{type(policy).__name__}'")
    _policy = policy


def set_event_loop(loop):
    """Make `loop` the current loop of the policy."""
    get_event_loop_policy().set_event_loop(loop)


def new_event_loop():
    """Return a new loop made by the policy."""
    return get_event_loop_policy().new_event_loop()


def get_child_watcher():
    """Return the policy's child watcher."""
    return get_event_loop_policy().get_child_watcher()


def set_child_watcher(watcher):
    """Hand the policy a child watcher."""
    return get_event_loop_policy().set_child_watcher(watcher)
