"""Groups of tasks that end together."""

from . import events, exceptions, tasks

__all__ = ("TaskGroup",)


class TaskGroup:
    """Waits for all its tasks; the first error cancels the others."""

    def __init__(self):
        self._entered = False
        self._exiting = False
        self._aborting = False
        self._loop = None
        self._parent_task = None
        self._parent_cancel_requested = False
        self._tasks = set()
        self._errors = []
        self._base_error = None
        self._on_completed_fut = None

    def __repr__(self):
        info = ""
        if self._tasks:
            info += f" tasks={len(self._tasks)}"
        if self._errors:
            info += f" errors={len(self._errors)}"
        if self._aborting:
            info += " cancelling"
        elif self._entered:
            info += " entered"
        return f"<TaskGroup{info}>"

    async def __aenter__(self):
        if self._entered:
            raise RuntimeError(
                f"TaskGroup {self!r} has already been entered")
        self._loop = events.get_running_loop()
        self._parent_task = tasks.current_task(self._loop)
        if self._parent_task is None:
            raise RuntimeError(
                f"TaskGroup {self!r} cannot determine the parent task")
        self._entered = True
        return self

    async def __aexit__(self, et, exc, tb):
        tb = None
        try:
            return await self._finish(et, exc)
        finally:
            # Break the cycle between the group, its errors and their frames.
            et = None
            exc = None
            self._parent_task = None
            self._errors = None
            self._base_error = None

    async def _finish(self, et, exc):
        self._exiting = True
        if et is not None and self._is_base_error(exc) \
                and self._base_error is None:
            self._base_error = exc
        cancellation = None
        if et is not None and issubclass(et, exceptions.CancelledError):
            cancellation = exc
        if et is not None and not self._aborting:
            self._abort()
        cancellation = await self._join(cancellation)
        try:
            self._raise_single(cancellation)
            if et is not None and not issubclass(
                    et, exceptions.CancelledError):
                self._errors.append(exc)
            self._raise_group()
        finally:
            et = exc = cancellation = None

    async def _join(self, cancellation):
        """Wait for all tasks; return the cancellation to pass on, if any."""
        while self._tasks:
            if self._on_completed_fut is None:
                self._on_completed_fut = self._loop.create_future()
            try:
                await self._on_completed_fut
            except exceptions.CancelledError as error:
                if not self._aborting:
                    # From outside, while the block itself is over.
                    cancellation = error
                    self._abort()
            self._on_completed_fut = None
        return cancellation

    def _raise_single(self, cancellation):
        """Raise what goes before a group of errors."""
        try:
            if self._base_error is not None:
                raise self._base_error
            if self._parent_cancel_requested \
                    and self._parent_task.uncancel() == 0:
                # Only we had cancelled the parent.
                cancellation = None
            if cancellation is not None and not self._errors:
                raise cancellation
        finally:
            cancellation = None

    def _raise_group(self):
        if not self._errors:
            return
        if self._parent_task.cancelling():
            # Cancelled from outside too: let the parent notice at its next
            # await, with the number of requests unchanged.
            self._parent_task.uncancel()
            self._parent_task.cancel()
        raise BaseExceptionGroup("unhandled errors in a TaskGroup",
                                 self._errors) from None

    def create_task(self, coro, *, name=None, context=None):
        """Start a task of the group."""
        if not self._entered:
            coro.close()
            raise RuntimeError(f"TaskGroup {self!r} has not been entered")
        if self._exiting and not self._tasks:
            coro.close()
            raise RuntimeError(f"TaskGroup {self!r} is finished")
        if self._aborting:
            coro.close()
            raise RuntimeError(f"TaskGroup {self!r} is shutting down")
        if context is None:
            task = self._loop.create_task(coro, name=name)
        else:
            task = self._loop.create_task(coro, name=name, context=context)
        # An eager task may be done already.
        if task.done():
            self._on_task_done(task)
        else:
            self._tasks.add(task)
            task.add_done_callback(self._on_task_done)
        try:
            return task
        finally:
            del task

    @staticmethod
    def _is_base_error(exc):
        return isinstance(exc, (SystemExit, KeyboardInterrupt))

    def _abort(self):
        self._aborting = True
        for task in self._tasks:
            if not task.done():
                task.cancel()

    def _on_task_done(self, task):
        self._tasks.discard(task)
        if self._on_completed_fut is not None and not self._tasks \
                and not self._on_completed_fut.done():
            self._on_completed_fut.set_result(True)
        if task.cancelled():
            return
        exc = task.exception()
        if exc is None:
            return
        self._errors.append(exc)
        if self._is_base_error(exc) and self._base_error is None:
            self._base_error = exc
        if self._parent_task.done():
            self._loop.call_exception_handler({
                "message": f"Task {task!r} has errored out but its parent "
                           f"task {self._parent_task} is already completed",
                "exception": exc,
                "task": task,
            })
            return
        if not self._aborting and not self._parent_cancel_requested:
            # Stops the block, which would otherwise go on without the task.
            self._abort()
            self._parent_cancel_requested = True
            self._parent_task.cancel()
