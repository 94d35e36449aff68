"""Coroutines, tasks and an event loop over epoll.

Only what nearly every program touches is loaded at once; the other submodules
are loaded when one of their names is first asked for.
"""

from . import exceptions, coroutines, events, futures, tasks
from .coroutines import iscoroutine, iscoroutinefunction
from .events import (
    AbstractEventLoop, AbstractEventLoopPolicy, AbstractServer, Handle,
    TimerHandle, _get_running_loop, _set_running_loop, get_child_watcher,
    get_event_loop, get_event_loop_policy, get_running_loop, new_event_loop,
    set_child_watcher, set_event_loop, set_event_loop_policy,
)
from .exceptions import (
    BrokenBarrierError, CancelledError, IncompleteReadError,
    InvalidStateError, LimitOverrunError, SendfileNotAvailableError,
    TimeoutError,
)
from .futures import Future, isfuture, wrap_future
from .tasks import (
    ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, Task, _enter_task,
    _leave_task, _register_task, _unregister_task, all_tasks,
    create_eager_task_factory, create_task, current_task, eager_task_factory,
    ensure_future, sleep,
)

_LAZY = {
    "base_events": ("BaseEventLoop", "Server"),
    "combinators": ("as_completed", "gather", "run_coroutine_threadsafe",
                    "shield", "wait", "wait_for"),
    "locks": ("Barrier", "BoundedSemaphore", "Condition", "Event", "Lock",
              "Semaphore"),
    "protocols": ("BaseProtocol", "BufferedProtocol", "DatagramProtocol",
                  "Protocol", "SubprocessProtocol"),
    "queues": ("LifoQueue", "PriorityQueue", "Queue", "QueueEmpty",
               "QueueFull", "QueueShutDown"),
    "runners": ("Runner", "run"),
    "streams": ("StreamReader", "StreamReaderProtocol", "StreamWriter",
                "open_connection", "open_unix_connection", "start_server",
                "start_unix_server"),
    "taskgroups": ("TaskGroup",),
    "threads": ("to_thread",),
    "timeouts": ("Timeout", "timeout", "timeout_at"),
    "transports": ("BaseTransport", "DatagramTransport", "ReadTransport",
                   "SubprocessTransport", "Transport", "WriteTransport"),
    "unix_events": ("DefaultEventLoopPolicy", "EventLoop",
                    "SelectorEventLoop"),
}

_SUBMODULES = frozenset(_LAZY) | {
    "base_futures", "base_tasks", "constants", "format_helpers", "log",
    "mixins", "selector_events", "staggered", "trsock",
}

_HOME = {name: module for module, names in _LAZY.items() for name in names}

__all__ = (
    *events.__all__, *exceptions.__all__, *coroutines.__all__,
    *futures.__all__, *tasks.__all__,
    *(name for names in _LAZY.values() for name in names
      if name not in tasks.__all__),
)


def __getattr__(name):
    module = _HOME.get(name)
    if module is None and name not in _SUBMODULES:
        raise AttributeError(f"module 'asyncio' has no attribute {name!r}")
    import importlib
    loaded = importlib.import_module(f"asyncio.{module or name}")
    value = loaded if module is None else getattr(loaded, name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__, *_SUBMODULES})
