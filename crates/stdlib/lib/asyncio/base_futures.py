"""What futures and tasks share: states and text form."""

from . import format_helpers

_PENDING = "PENDING"
_CANCELLED = "CANCELLED"
_FINISHED = "FINISHED"

_in_repr = set()


def isfuture(obj):
    """Tell if `obj` is a future, by the protocol and not by the class."""
    return (hasattr(obj.__class__, "_asyncio_future_blocking")
            and obj._asyncio_future_blocking is not None)


def _format_callbacks(callbacks):
    """Show at most two callbacks in full: the first and the last."""
    texts = [format_helpers._format_callback_source(callback, ())
             for callback, _ in (callbacks if len(callbacks) < 3
                                 else (callbacks[0], callbacks[-1]))]
    if len(callbacks) > 2:
        texts.insert(1, f"<{len(callbacks) - 2} more>")
    return f"cb=[{', '.join(texts)}]"


def _future_repr_info(future):
    """Return the parts between the angle brackets, after the class name."""
    info = [future._state.lower()]
    if future._state == _FINISHED:
        if future._exception is not None:
            info.append(f"exception={future._exception!r}")
        else:
            from reprlib import repr as short
            info.append(f"result={short(future._result)}")
    if future._callbacks:
        info.append(_format_callbacks(future._callbacks))
    if future._source_traceback:
        frame = future._source_traceback[-1]
        info.append(f"created at {frame[0]}:{frame[1]}")
    return info


def _future_repr(future, repr_info=_future_repr_info):
    # A future may be reached again from its own result.
    key = id(future)
    if key in _in_repr:
        return "..."
    _in_repr.add(key)
    try:
        return f"<{future.__class__.__name__} {' '.join(repr_info(future))}>"
    finally:
        _in_repr.discard(key)
