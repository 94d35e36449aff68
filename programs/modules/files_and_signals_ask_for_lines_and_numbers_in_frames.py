"""Files draw lines from generators one after the other, and ask for numbers once, in order and however deep they are."""

import os
import signal
import sys

log = []


def attempt(what, call):
    try:
        outcome = call()
    except BaseException as error:
        outcome = f"{type(error).__name__}: {error}"
    print(what, "->", outcome, log)
    log.clear()


class Number:
    def __init__(self, number):
        self.number = number

    def __index__(self):
        log.append(f"__index__ {self.number}")
        if self.number is None:
            raise KeyError("no number")
        return self.number


path = f"/tmp/lines-and-numbers-{os.getpid()}"
file = open(path, "w+")


def lines(last=None):
    for line in ("one\n", "two\n", "three\n"):
        log.append(line)
        yield line
    if last is not None:
        log.append("last")
        yield last
    log.append("end")


class Iterated:
    def __init__(self, source):
        self.source = iter(source)

    def __iter__(self):
        log.append("__iter__")
        return self

    def __next__(self):
        log.append("__next__")
        return next(self.source)


def failing():
    yield "written\n"
    raise LookupError("no more")


def content():
    file.seek(0)
    text = file.read()
    file.seek(0)
    file.truncate()
    return text


attempt("generator", lambda: (file.writelines(lines()), content()))
attempt("wrong line", lambda: file.writelines(lines(5)))
attempt("what was written", content)
attempt("iterator", lambda: (file.writelines(Iterated(["a", "b"])), content()))
attempt("failing", lambda: file.writelines(failing()))
attempt("what was written", content)
attempt("list", lambda: (file.writelines(["x\n", "y\n"]), content()))
attempt("no iterable", lambda: file.writelines(5))


def closing():
    other = open(path, "w")

    def close():
        yield "a"
        other.close()
        yield "b"

    other.writelines(close())


attempt("closed by a line", lambda: closing())

file.write("0123456789\n" * 3)
file.seek(0)
attempt("read", lambda: file.read(Number(4)))
attempt("readline", lambda: file.readline(Number(3)))
attempt("readlines", lambda: file.readlines(Number(5)))
attempt("no number", lambda: file.read(Number(None)))
attempt("no index", lambda: file.read("5"))
file.close()

attempt("getsignal", lambda: signal.getsignal(Number(int(signal.SIGUSR1))) == signal.SIG_DFL)
attempt("signal", lambda: signal.signal(Number(int(signal.SIGUSR1)), lambda number, frame: log.append("handled")))
attempt("raise_signal", lambda: signal.raise_signal(Number(int(signal.SIGUSR1))))
attempt("no such signal", lambda: signal.getsignal(Number(500)))
attempt("alarm", lambda: signal.alarm(Number(0)))
attempt("recursion limit", lambda: sys.setrecursionlimit(Number(9000)))
attempt("no recursion limit", lambda: sys.setrecursionlimit(Number(0)))
attempt("frame", lambda: sys._getframe(Number(1)).f_code.co_name)
attempt("size", lambda: sys.getsizeof(Number(3)) > 0)


class Sized:
    def __sizeof__(self):
        log.append("__sizeof__")
        raise ValueError("no size")


attempt("no size", lambda: sys.getsizeof(Sized()))
attempt("no default", lambda: sys.getsizeof(Sized(), 7))


class Unsized:
    def __sizeof__(self):
        log.append("__sizeof__")
        raise TypeError("no size")


attempt("a default", lambda: sys.getsizeof(Unsized(), 7))


def deep(depth):
    """Each line comes from writing other lines."""
    if depth:
        with open(os.devnull, "w") as sink:
            sink.writelines(more for more in [deep(depth - 1)])
    return "line"


print(deep(200))


class Nested(Number):
    def __index__(self):
        if self.number:
            sys.set_coroutine_origin_tracking_depth(Nested(self.number - 1))
        return 0


sys.set_coroutine_origin_tracking_depth(Nested(1000))
print(sys.get_coroutine_origin_tracking_depth())
os.remove(path)
