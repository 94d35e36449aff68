"""Search functions, coders and error handlers are asked in CPython's order, and may encode and decode in their turn."""

import codecs
import sys

log = []


def attempt(what, call):
    try:
        outcome = call()
    except BaseException as error:
        outcome = f"{type(error).__name__}: {error}"
    print(what, "->", outcome, log)
    log.clear()


def nothing(name):
    log.append(f"nothing {name}")


def search(name):
    log.append(f"search {name}")
    if name == "fails":
        raise KeyError(name)
    if name == "odd":
        return 1, 2
    if name == "wrong":
        return codecs.CodecInfo(lambda text, errors=None: "no pair", lambda data, errors=None: (1, 2), name=name)
    if name == "loud":
        return codecs.CodecInfo(loud_encode, loud_decode, name=name)


def loud_encode(text, errors="strict"):
    log.append(f"encode {text} {errors}")
    return text.upper().encode(), len(text)


def loud_decode(data, errors="strict"):
    log.append(f"decode {bytes(data)} {errors}")
    if data == b"bad":
        raise LookupError("bad")
    return bytes(data).decode().lower(), len(data)


codecs.register(nothing)
codecs.register(search)


class Text(str):
    pass


attempt("encode", lambda: "text".encode("loud"))
attempt("known by now", lambda: "text".encode("loud", "ignore"))
attempt("decode", lambda: b"TEXT".decode("loud"))
attempt("bytearray", lambda: bytearray(b"TEXT").decode("loud", errors="replace"))
attempt("str", lambda: str(b"TEXT", "loud"))
attempt("keywords", lambda: str(object=b"TEXT", encoding="loud"))
attempt("subclass", lambda: type(Text(b"TEXT", "loud")).__name__)
attempt("bytes", lambda: bytes("text", "loud"))
attempt("bytearray of", lambda: bytearray("text", "loud", "ignore"))
attempt("empty", lambda: b"".decode("loud"))
attempt("decoder fails", lambda: b"bad".decode("loud"))
attempt("search fails", lambda: "text".encode("fails"))
attempt("search fails again", lambda: b"text".decode("fails"))
attempt("odd", lambda: "text".encode("odd"))
attempt("wrong encoder", lambda: "text".encode("wrong"))
attempt("wrong decoder", lambda: b"text".decode("wrong"))
attempt("unknown", lambda: "text".encode("un Known"))
attempt("not asked", lambda: "text".encode("latin-1"))


class Position:
    def __init__(self, at):
        self.at = at

    def __index__(self):
        log.append("__index__")
        return self.at


def handle(error):
    log.append((type(error).__name__, error.start, error.end))
    return f"<{error.object[error.start:error.end]!r}>", error.end


def by_index(error):
    return "?", Position(error.end)


def fails(error):
    log.append(error.start)
    if error.start > 1:
        raise ZeroDivisionError("handler") from error
    return "-", error.end


def back(error):
    log.append(error.start)
    return ("x", -1) if error.start == 0 else ("y", error.end)


def not_a_pair(error):
    return "x"


def beyond(error):
    return "x", 99


def no_text(error):
    return 1, error.end


for handler in (handle, by_index, fails, back, not_a_pair, beyond, no_text):
    codecs.register_error(handler.__name__, handler)
    attempt(f"{handler.__name__} encoding", lambda: "äbcö".encode("ascii", handler.__name__))
    attempt(f"{handler.__name__} decoding", lambda: b"\xffbc\xfe".decode("ascii", handler.__name__))
    attempt(f"{handler.__name__} decoding utf-8", lambda: bytearray(b"\xffb\xc3").decode("utf-8", handler.__name__))

# Very deep.
sys.setrecursionlimit(20_000)
depth = 0


def deeper(error):
    global depth
    depth += 1
    if depth < 1000:
        return "ä".encode("ascii", "deeper").decode(), error.end
    return "!", error.end


codecs.register_error("deeper", deeper)
print("ä".encode("ascii", "deeper"), depth)


def deep_search(name):
    level = int(name.removeprefix("deep"))
    if level < 1000:
        return codecs.CodecInfo(lambda text, errors=None: (text.encode(f"deep{level + 1}") + b".", len(text)), None)
    return codecs.CodecInfo(lambda text, errors=None: (b"end", len(text)), None)


codecs.unregister(nothing)
codecs.unregister(search)
codecs.register(deep_search)
print(len("x".encode("deep0")))


class Shown:
    def __init__(self, below):
        self.below = below

    def __str__(self):
        return str(object=self.below) + "." if self.below else "end"


class OwnText(str):
    pass


shown = None
for _ in range(1000):
    shown = Shown(shown)
print(len(OwnText(shown)))
