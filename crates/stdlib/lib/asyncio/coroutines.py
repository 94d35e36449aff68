"""Tests for coroutines and their text form."""

import sys
from _asyncio import Future, Task

__all__ = ("iscoroutinefunction", "iscoroutine")


def _is_debug_mode():
    if sys.flags.dev_mode:
        return True
    if sys.flags.ignore_environment:
        return False
    import os
    return bool(os.environ.get("PYTHONASYNCIODEBUG"))


_is_coroutine = object()


def iscoroutinefunction(func):
    """Tell if `func` is an `async def` function, or is marked as one."""
    import inspect
    return (inspect.iscoroutinefunction(func)
            or getattr(func, "_is_coroutine", None) is _is_coroutine)


async def _probe():
    pass


_sample = _probe()
_CoroutineType = type(_sample)
_sample.close()
del _probe, _sample

# Types seen to be coroutines, so that the slow test runs once for each.
_known_types = {_CoroutineType}


def iscoroutine(obj):
    """Tell if `obj` is a coroutine object."""
    kind = type(obj)
    if kind in _known_types:
        return True
    if kind is Task or kind is Future:
        return False
    from collections.abc import Coroutine
    if not isinstance(obj, Coroutine):
        return False
    if len(_known_types) < 100:
        _known_types.add(kind)
    return True


def _format_coroutine(coro):
    name = _coroutine_name(coro)
    if hasattr(coro, "cr_code"):
        code, prefix = coro.cr_code, "cr_"
    elif hasattr(coro, "gi_code"):
        code, prefix = coro.gi_code, "gi_"
    else:
        code, prefix = None, None
    running = (getattr(coro, "cr_running", False)
               or getattr(coro, "gi_running", False))
    if not code:
        # A coroutine-like object of a compiled extension.
        return f"{name} running" if running else name
    frame = getattr(coro, prefix + "frame", None)
    filename = code.co_filename or "<empty co_filename>"
    if running:
        return f"{name} running at {filename}:{frame.f_lineno}"
    if frame is not None:
        return f"{name} running at {filename}:{frame.f_lineno}"
    return f"{name} done, defined at {filename}:{code.co_firstlineno}"


def _coroutine_name(coro):
    for attribute in ("__qualname__", "__name__"):
        name = getattr(coro, attribute, None)
        if name:
            return f"{name}()"
    return f"<{type(coro).__name__} without __name__>()"
