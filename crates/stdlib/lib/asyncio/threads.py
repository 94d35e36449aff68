"""Running a function beside the loop."""

from . import events

__all__ = ("to_thread",)


async def to_thread(func, /, *args, **kwargs):
    """Run a function in the loop's executor, in a copy of the context."""
    from _contextvars import copy_context
    loop = events.get_running_loop()
    context = copy_context()

    def call():
        return context.run(func, *args, **kwargs)

    return await loop.run_in_executor(None, call)
