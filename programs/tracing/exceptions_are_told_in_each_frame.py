"""An exception is told where it is raised and in each frame that it goes through; a frame it leaves returns None."""
import sys


def tell(frame, event, arg):
    code = frame.f_code
    if code.co_filename != __file__:
        return None
    if event == "exception":
        kind, value, traceback = arg
        depth = 0
        while traceback:
            depth, traceback = depth + 1, traceback.tb_next
        arg = kind.__name__, str(value), depth
    if event != "line":
        print(f"{code.co_name}+{frame.f_lineno - code.co_firstlineno} {event} {arg!r}")
    return tell


def raises():
    raise KeyError("key")


def passes():
    return raises() + 1


def catches():
    try:
        passes()
    except KeyError as error:
        return f"caught {error}"


def cleans_up():
    try:
        passes()
    finally:
        print("cleaning up")


def raises_again():
    try:
        passes()
    except KeyError as error:
        raise ValueError("other") from error


def natively():
    try:
        int("x")
    except ValueError:
        pass
    try:
        return [][1]
    except IndexError:
        return {}.get(1)


sys.settrace(tell)
catches()
for function in cleans_up, raises_again:
    try:
        function()
    except (KeyError, ValueError):
        pass
natively()
sys.settrace(None)
