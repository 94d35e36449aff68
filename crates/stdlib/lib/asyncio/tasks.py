"""Tasks: coroutines that the event loop steps forward."""

from _naming import with_module as _with_module
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

_task_count = 0

# Tasks that were scheduled (the dead ones leave by themselves), tasks in
# their first, eager step, and the task each loop is stepping.
_scheduled_tasks = WeakSet()
_eager_tasks = set()
_current_tasks = {}


def _next_task_name():
    global _task_count
    _task_count += 1
    return f"Task-{_task_count}"


class Task(Future):
    """A coroutine run by the event loop, and the future of its result."""

    # Report a task that is collected while it still waits.
    _log_destroy_pending = True

    def __init__(self, coro, *, loop=None, name=None, context=None,
                 eager_start=False):
        super().__init__(loop=loop)
        if self._source_traceback:
            del self._source_traceback[-1]
        if not coroutines.iscoroutine(coro):
            self._log_destroy_pending = False
            raise TypeError(f"a coroutine was expected, got {coro!r}")
        self._name = _next_task_name() if name is None else str(name)
        self._num_cancels_requested = 0
        self._must_cancel = False
        self._fut_waiter = None
        self._coro = coro
        if context is None:
            from _contextvars import copy_context
            context = copy_context()
        self._context = context
        if eager_start and self._loop.is_running():
            self.__start_eagerly()
        else:
            self._loop.call_soon(self.__step, context=context)
            _register_task(self)

    def __del__(self):
        if (self._state == futures._PENDING and self._log_destroy_pending
                and self._loop is not None):
            context = {
                "task": self,
                "message": "Task was destroyed but it is pending!",
            }
            if self._source_traceback:
                context["source_traceback"] = self._source_traceback
            self._loop.call_exception_handler(context)
        super().__del__()

    def __repr__(self):
        return base_tasks._task_repr(self)

    def _repr_info(self):
        return base_tasks._task_repr_info(self)

    def get_coro(self):
        """Return the coroutine; None if it ended in its eager start."""
        return self._coro

    def get_context(self):
        """Return the context the coroutine runs in."""
        return self._context

    def get_name(self):
        return self._name

    def set_name(self, value):
        self._name = str(value)

    def set_result(self, result):
        raise RuntimeError("Task does not support set_result operation")

    def set_exception(self, exception):
        raise RuntimeError("Task does not support set_exception operation")

    def get_stack(self, *, limit=None):
        """Return the frames of the coroutine or of its traceback."""
        return base_tasks._task_get_stack(self, limit)

    def print_stack(self, *, limit=None, file=None):
        """Print the stack or traceback of the coroutine."""
        base_tasks._task_print_stack(self, limit, file)

    def cancel(self, msg=None):
        """Ask for CancelledError to be raised inside the coroutine."""
        self._log_traceback = False
        if self._state != futures._PENDING:
            return False
        self._num_cancels_requested += 1
        if self._fut_waiter is not None and self._fut_waiter.cancel(msg=msg):
            # The waiter's callback will resume the coroutine.
            return True
        self._must_cancel = True
        self._cancel_message = msg
        return True

    def cancelling(self):
        """Return the number of cancellation requests not taken back."""
        return self._num_cancels_requested

    def uncancel(self):
        """Take back one cancellation request; return how many remain."""
        if self._num_cancels_requested > 0:
            self._num_cancels_requested -= 1
            if self._num_cancels_requested == 0:
                self._must_cancel = False
        return self._num_cancels_requested

    def __start_eagerly(self):
        previous = _swap_current_task(self._loop, self)
        _register_eager_task(self)
        try:
            self._context.run(self.__advance, None)
        finally:
            _unregister_eager_task(self)
            _swap_current_task(self._loop, previous)
            if self.done():
                self._coro = None
                self = None
            else:
                _register_task(self)

    def __step(self, exc=None):
        if self._state != futures._PENDING:
            raise exceptions.InvalidStateError(
                f"__step(): already done: {self!r} {exc!r}")
        if self._must_cancel:
            if not isinstance(exc, exceptions.CancelledError):
                exc = self._make_cancelled_error()
            self._must_cancel = False
        self._fut_waiter = None
        loop = self._loop
        _enter_task(loop, self)
        try:
            self.__advance(exc)
        finally:
            _leave_task(loop, self)
            self = None

    def __advance(self, exc):
        """Resume the coroutine, then see why it stopped."""
        coro = self._coro
        try:
            yielded = coro.send(None) if exc is None else coro.throw(exc)
        except StopIteration as stop:
            if self._must_cancel:
                # Cancelled by its own last step.
                self._must_cancel = False
                super().cancel(msg=self._cancel_message)
            else:
                super().set_result(stop.value)
        except exceptions.CancelledError as error:
            self._cancelled_exc = error
            super().cancel()
        except (KeyboardInterrupt, SystemExit) as error:
            super().set_exception(error)
            raise
        except BaseException as error:
            super().set_exception(error)
        else:
            self.__suspend(yielded)
        finally:
            self = None

    def __suspend(self, yielded):
        """Wait for what the coroutine yielded."""
        if yielded is None:
            # A bare yield gives way for one round of the loop.
            self._loop.call_soon(self.__step, context=self._context)
            return
        blocking = getattr(yielded, "_asyncio_future_blocking", None)
        if (blocking and yielded is not self
                and futures._get_loop(yielded) is self._loop):
            yielded._asyncio_future_blocking = False
            yielded.add_done_callback(self.task_wakeup, context=self._context)
            self._fut_waiter = yielded
            if self._must_cancel and yielded.cancel(msg=self._cancel_message):
                self._must_cancel = False
            return
        error = RuntimeError(self.__why_not(yielded, blocking))
        self._loop.call_soon(self.__step, error, context=self._context)

    def __why_not(self, yielded, blocking):
        """Say why the coroutine can't wait for what it yielded."""
        if blocking is None:
            if hasattr(yielded, "gi_frame"):
                return ("yield was used instead of yield from for generator "
                        f"in task {self!r} with {yielded!r}")
            return f"Task got bad yield: {yielded!r}"
        if futures._get_loop(yielded) is not self._loop:
            return (f"Task {self!r} got Future {yielded!r} attached to a "
                    "different loop")
        if blocking:
            return f"Task cannot await on itself: {self!r}"
        return ("yield was used instead of yield from in task "
                f"{self!r} with {yielded!r}")

    def task_wakeup(self, future):
        """Resume the coroutine now that `future` is done."""
        error = None
        try:
            future.result()
        except BaseException as exc:
            error = exc
        # Outside of the handler, so that the coroutine does not see the
        # error as one being handled.
        self.__step(error)
        self = error = None


_with_module(Task, "_asyncio")


_PyTask = Task


def _register_task(task):
    """Make a scheduled task known to all_tasks()."""
    _scheduled_tasks.add(task)


def _unregister_task(task):
    _scheduled_tasks.discard(task)


def _register_eager_task(task):
    """Make a task in its eager step known to all_tasks()."""
    _eager_tasks.add(task)


def _unregister_eager_task(task):
    _eager_tasks.discard(task)


def _enter_task(loop, task):
    """Note that `loop` begins to step `task`."""
    current = _current_tasks.get(loop)
    if current is not None:
        raise RuntimeError(f"Cannot enter into task {task!r} while another "
                           f"task {current!r} is being executed.")
    _current_tasks[loop] = task


def _leave_task(loop, task):
    """Note that the step of `task` is over."""
    current = _current_tasks.get(loop)
    if current is not task:
        raise RuntimeError(f"Leaving task {task!r} does not match the "
                           f"current task {current!r}.")
    del _current_tasks[loop]


def _swap_current_task(loop, task):
    """Put `task` in the place of the current one, which is returned."""
    previous = _current_tasks.get(loop)
    if task is None:
        _current_tasks.pop(loop, None)
    else:
        _current_tasks[loop] = task
    return previous


def current_task(loop=None):
    """Return the task `loop` is stepping, or None."""
    if loop is None:
        loop = events.get_running_loop()
    return _current_tasks.get(loop)


def all_tasks(loop=None):
    """Return the set of tasks of `loop` that are not done."""
    if loop is None:
        loop = events.get_running_loop()
    return {task for task in (*_eager_tasks, *_scheduled_tasks)
            if futures._get_loop(task) is loop and not task.done()}


def create_task(coro, *, name=None, context=None):
    """Run the coroutine as a task of the running loop."""
    loop = events.get_running_loop()
    if context is None:
        # Loops older than 3.11 know no context.
        return loop.create_task(coro, name=name)
    return loop.create_task(coro, name=name, context=context)


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


def __getattr__(name):
    if name not in _COMBINATORS:
        raise AttributeError(
            f"module 'asyncio.tasks' has no attribute {name!r}")
    from . import combinators
    return getattr(combinators, name)
