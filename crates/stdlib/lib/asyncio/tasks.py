"""Tasks: coroutines that the event loop steps forward."""

from _asyncio import (
    Task, _enlist, _enlisted, _enter_task, _leave_task, _set_give_way, _strike,
    _swap_current_task, create_task, current_task,
)
from weakref import WeakSet

from . import base_tasks, coroutines, events, exceptions, futures
from .futures import Future

__all__ = ("Task", "create_task", "FIRST_COMPLETED", "FIRST_EXCEPTION",
           "ALL_COMPLETED", "wait", "wait_for", "as_completed", "sleep",
           "gather", "shield", "ensure_future", "run_coroutine_threadsafe",
           "current_task", "all_tasks", "create_eager_task_factory",
           "eager_task_factory", "_register_task", "_unregister_task",
           "_enter_task", "_leave_task")

FIRST_COMPLETED = "FIRST_COMPLETED"
FIRST_EXCEPTION = "FIRST_EXCEPTION"
ALL_COMPLETED = "ALL_COMPLETED"

# Tasks of other kinds that were scheduled (the dead ones leave by
# themselves), or are in their first, eager step.
_scheduled_tasks = WeakSet()
_eager_tasks = set()


_PyTask = Task


def _register_task(task):
    """Make a scheduled task known to all_tasks()."""
    if not _enlist(task):
        _scheduled_tasks.add(task)


def _unregister_task(task):
    _strike(task)
    _scheduled_tasks.discard(task)


def _register_eager_task(task):
    """Make a task in its eager step known to all_tasks()."""
    _eager_tasks.add(task)


def _unregister_eager_task(task):
    _eager_tasks.discard(task)


def all_tasks(loop=None):
    """Return the set of tasks of `loop` that are not done."""
    if loop is None:
        loop = events.get_running_loop()
    return {task for task in (*_eager_tasks, *_scheduled_tasks, *_enlisted())
            if futures._get_loop(task) is loop and not task.done()}


def create_eager_task_factory(custom_task_constructor):
    """Return a task factory whose tasks take their first step at once."""

    def factory(loop, coro, *, name=None, context=None):
        return custom_task_constructor(coro, loop=loop, name=name,
                                       context=context, eager_start=True)

    return factory


eager_task_factory = create_eager_task_factory(Task)


def _isawaitable(obj):
    if hasattr(type(obj), "__await__"):
        return True
    code = getattr(obj, "gi_code", None)
    return code is not None and bool(code.co_flags & 0x100)


async def _wrap_awaitable(awaitable):
    return await awaitable


def ensure_future(coro_or_future, *, loop=None):
    """Return a future: the argument itself, or a task around it."""
    if futures.isfuture(coro_or_future):
        if loop is not None and loop is not futures._get_loop(coro_or_future):
            raise ValueError("The future belongs to a different loop than "
                             "the one specified as the loop argument")
        return coro_or_future
    given = coro_or_future
    if not coroutines.iscoroutine(given):
        if not _isawaitable(given):
            raise TypeError("An asyncio.Future, a coroutine or an awaitable "
                            "is required")
        coro_or_future = _wrap_awaitable(given)
    if loop is None:
        loop = events.get_event_loop()
    try:
        return loop.create_task(coro_or_future)
    except RuntimeError:
        if coro_or_future is given:
            given.close()
        raise


class _GiveWay:
    """Awaited, it lets the loop run once."""

    def __await__(self):
        yield


_give_way = _GiveWay()
_set_give_way(_give_way)


async def sleep(delay, result=None):
    """Wait for `delay` seconds, then return `result`."""
    if delay <= 0:
        await _give_way
        return result
    if delay != delay:
        raise ValueError("Invalid delay: NaN (not a number)")
    loop = events.get_running_loop()
    future = loop.create_future()
    timer = loop.call_later(delay, futures._set_result_unless_cancelled,
                            future, result)
    try:
        return await future
    finally:
        timer.cancel()


_COMBINATORS = ("wait", "wait_for", "as_completed", "gather", "shield",
                "run_coroutine_threadsafe", "_GatheringFuture", "_wait",
                "_AsCompletedIterator", "_cancel_and_wait", "_release_waiter")


# CPython's names for what its native module brings.
_CTask = Task
_c_register_task = _register_task
_c_register_eager_task = _register_eager_task
_c_unregister_task = _unregister_task
_c_unregister_eager_task = _unregister_eager_task
_c_enter_task = _enter_task
_c_leave_task = _leave_task
_c_swap_current_task = _swap_current_task
_c_current_task = current_task


def __getattr__(name):
    global _current_tasks
    if name == "_current_tasks":
        from ._current import CurrentTasks
        _current_tasks = CurrentTasks()
        return _current_tasks
    if name not in _COMBINATORS:
        raise AttributeError(
            f"module 'asyncio.tasks' has no attribute {name!r}")
    from . import combinators
    return getattr(combinators, name)
