"""print() looks write up, makes the text and calls, for one piece after the other; a stream may print in its turn."""

import io
import sys

log = []


def attempt(what, call):
    try:
        outcome = call()
    except BaseException as error:
        outcome = f"{type(error).__name__}: {error}"
    sys.__stdout__.write(f"{what} -> {outcome} {log}\n")
    log.clear()


class Stream:
    def __init__(self, fails_at=None):
        self.fails_at = fails_at

    @property
    def write(self):
        log.append("look up")
        return self.take

    def take(self, text):
        log.append(text)
        if text == self.fails_at:
            raise LookupError(text)

    def flush(self):
        log.append("flush")


class Shown:
    def __init__(self, text):
        self.text = text

    def __str__(self):
        log.append(f"str {self.text}")
        if self.text == "bad":
            raise ValueError("bad")
        return self.text


class Text(str):
    def __str__(self):
        log.append("own str")
        return "own"


attempt("nothing", lambda: print(file=Stream()))
attempt("values", lambda: print(1, "two", Shown("three"), file=Stream()))
attempt("manner", lambda: print(Shown("a"), Shown("b"), sep="-", end="!", flush=True, file=Stream()))
attempt("empty", lambda: print("", "", sep="", end="", file=Stream()))
attempt("none", lambda: print(1, 2, sep=None, end=None, flush=0, file=Stream()))
attempt("texts of a class", lambda: print(Text("x"), "y", sep=Text("s"), end=Text("e"), file=Stream()))
attempt("bad text", lambda: print(1, Shown("bad"), 2, file=Stream()))
attempt("failing stream", lambda: print(1, 2, 3, flush=True, file=Stream("2")))
attempt("failing end", lambda: print(1, flush=True, file=Stream("\n")))
attempt("wrong sep", lambda: print(1, sep=1, file=Stream()))
attempt("wrong end", lambda: print(1, end=b"", file=Stream()))
attempt("no stream", lambda: print(1, file=object()))


class Native:
    write = log.append


attempt("a native method", lambda: print(1, 2, file=Native))


class Truth:
    def __bool__(self):
        log.append("flush?")
        return True


attempt("asked first", lambda: print(Shown("a"), flush=Truth(), file=Stream()))


def redirected(stream, call):
    sys.stdout = stream
    try:
        return call()
    finally:
        sys.stdout = sys.__stdout__


attempt("stdout", lambda: redirected(Stream(), lambda: print(1, Shown("b"))))
attempt("no stdout", lambda: redirected(None, lambda: print(1, Shown("b"), sep=1)))


def lost():
    del sys.stdout
    print(1)


attempt("lost", lambda: redirected(None, lost))
attempt("text in memory", lambda: redirected(io.StringIO(), lambda: (print(1, Shown("b")), sys.stdout.getvalue())))


class Own(io.StringIO):
    def write(self, text):
        log.append(text)
        return super().write(text.upper())


attempt("own text in memory", lambda: redirected(Own(), lambda: (print("a", Shown("b")), sys.stdout.getvalue())))
attempt("shown", lambda: redirected(Stream(), lambda: sys.displayhook([Shown("not asked")] and 5)))


class Deep:
    """Each text is written by printing to the stream below."""

    def __init__(self, below):
        self.below = below

    def write(self, text):
        if self.below is None:
            log.append(text)
        elif text:
            print(text, end="", file=self.below)


sys.setrecursionlimit(20_000)
stream = None
for _ in range(1000):
    stream = Deep(stream)
attempt("deep", lambda: print("deep", file=stream))


class Nested:
    def __init__(self, depth):
        self.depth = depth

    def __str__(self):
        if self.depth:
            text = io.StringIO()
            print(Nested(self.depth - 1), end=".", file=text)
            return text.getvalue()
        return "end"


attempt("deep texts", lambda: len(str(Nested(1000))))


# Texts of builtin objects that ask the language more than once, between others.
class Inner:
    def __repr__(self):
        return "inner"


alias = list[Inner(), Inner()]
print("before", alias, "between", alias, [alias], "behind")
