"""Text forms of callbacks and where they come from."""

import sys

from . import constants


def _get_function_source(func):
    """Return (file, line) of a function, or None if it has none."""
    while hasattr(func, "__wrapped__"):
        func = func.__wrapped__
    code = getattr(func, "__code__", None)
    if code is not None and not hasattr(func, "__self__"):
        return code.co_filename, code.co_firstlineno
    if _is_partial(func):
        return _get_function_source(func.func)
    return None


def _is_partial(func):
    """Tell if `func` is a partial; no partial exists before functools."""
    functools = sys.modules.get("functools")
    return functools is not None and isinstance(
        func, (functools.partial, functools.partialmethod))


def _format_callback_source(func, args, *, debug=False):
    text = _format_callback(func, args, None, debug=debug)
    source = _get_function_source(func)
    if source:
        text += f" at {source[0]}:{source[1]}"
    return text


def _format_args_and_kwargs(args, kwargs, *, debug=False):
    """Format a call's arguments; their values are shown in debug mode only."""
    if not debug:
        return "()"
    from reprlib import repr as short
    items = [short(arg) for arg in args or ()]
    items += [f"{name}={short(value)}"
              for name, value in (kwargs or {}).items()]
    return f"({', '.join(items)})"


def _format_callback(func, args, kwargs, *, debug=False, suffix=""):
    if _is_partial(func):
        suffix = _format_args_and_kwargs(args, kwargs, debug=debug) + suffix
        return _format_callback(func.func, func.args, func.keywords,
                                debug=debug, suffix=suffix)
    for attribute in ("__qualname__", "__name__"):
        name = getattr(func, attribute, None)
        if name:
            break
    else:
        name = repr(func)
    return name + _format_args_and_kwargs(args, kwargs, debug=debug) + suffix


def extract_stack(f=None, limit=None):
    """Return the current stack, kept short, as traceback.extract_stack()."""
    import traceback
    if f is None:
        f = sys._getframe().f_back
    if limit is None:
        limit = constants.DEBUG_STACK_DEPTH
    stack = traceback.StackSummary.extract(
        traceback.walk_stack(f), limit=limit, lookup_lines=False)
    stack.reverse()
    return stack


def _handle_repr_info(handle):
    info = [handle.__class__.__name__]
    if handle._cancelled:
        info.append("cancelled")
    if handle._callback is not None:
        info.append(_format_callback_source(
            handle._callback, handle._args,
            debug=handle._loop.get_debug()))
    if handle._source_traceback:
        frame = handle._source_traceback[-1]
        info.append(f"created at {frame[0]}:{frame[1]}")
    return info


def _handle_repr(handle):
    return f"<{' '.join(handle._repr_info())}>"


def _handle_report(handle, exc):
    """Tell the loop about an error that a callback raised."""
    callback = _format_callback_source(
        handle._callback, handle._args, debug=handle._loop.get_debug())
    context = {
        "message": f"Exception in callback {callback}",
        "exception": exc,
        "handle": handle,
    }
    if handle._source_traceback:
        context["source_traceback"] = handle._source_traceback
    handle._loop.call_exception_handler(context)
