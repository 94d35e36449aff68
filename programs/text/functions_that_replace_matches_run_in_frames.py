"""re.sub calls its function for one match after the other; the function may do anything, even substitute in its turn."""

import re
import sys

log = []


def attempt(what, call):
    try:
        outcome = call()
    except BaseException as error:
        outcome = f"{type(error).__name__}: {error}"
    print(what, "->", outcome, log)
    log.clear()


def noted(match):
    log.append(match.span())
    return match[0].upper()


def failing(match):
    log.append(match[0])
    if match[0] == "b":
        raise LookupError("b")
    return "x"


class Callable:
    def __call__(self, match):
        log.append("object")
        return "<" + match.group() + ">"


class Count:
    def __init__(self, count):
        self.count = count

    def __index__(self):
        log.append("__index__")
        return self.count


class Loud(str):
    def __str__(self):
        log.append("never asked")
        return "loud"


letters = re.compile("[abc]")
attempt("function", lambda: letters.sub(noted, "a-b-c"))
attempt("subn", lambda: letters.subn(noted, "a-b-c"))
attempt("count", lambda: letters.subn(noted, "a-b-c", 2))
attempt("count by index", lambda: letters.sub(noted, "a-b-c", Count(1)))
attempt("count comes first", lambda: letters.sub(noted, 5, Count(1)))
attempt("no count", lambda: letters.sub(noted, "a-b-c", None))
attempt("wrong template before wrong string", lambda: letters.sub(r"\1", 5))
attempt("fails in the middle", lambda: letters.sub(failing, "a-b-c"))
attempt("object", lambda: letters.sub(Callable(), "a-b"))
attempt("method", lambda: letters.sub(re.Match.group, "a-b"))
attempt("native", lambda: letters.sub(str, "a")[:9])
attempt("class", lambda: letters.sub(Loud, "a")[:9])
attempt("None stands for nothing", lambda: letters.sub(lambda m: None, "a-b"))
attempt("a number", lambda: letters.sub(lambda m: "x" if m[0] == "a" else 1, "a-b"))
attempt("the error comes last", lambda: letters.sub(lambda m: log.append(m[0]) or 5, "a--b"))
attempt("a template of the wrong kind", lambda: letters.sub(b"x", "-a"))
attempt("bytes", lambda: letters.sub(lambda m: b"x", "a-b"))
attempt("in bytes", lambda: re.sub(b"[ab]", lambda m: m[0] * 2, b"a-b"))
attempt("empty matches", lambda: re.sub("x*", lambda m: f"[{m.start()}]", "axb"))
attempt("no match", lambda: re.sub("z", failing, "abc"))
attempt("no such argument", lambda: re.sub("a", lambda: "x", "abc"))
attempt("stop", lambda: re.sub("a", lambda m: next(iter(())), "abc"))
attempt("wide", lambda: re.sub("[äb]", lambda m: m[0] + "é", "aäb"))


def collect():
    """A function may keep its matches, and use the pattern itself."""
    kept = []

    def keep(match):
        kept.append(match)
        return letters.sub("_", match.string)

    text = letters.sub(keep, "ab")
    return text, [(m.span(), m.pos, m.endpos, m.re is letters) for m in kept]


attempt("collected", collect)


def mutated():
    text = bytearray(b"abc")

    def change(match):
        text[:] = b"xyz"
        return match[0]

    return re.sub(b"[abc]", change, text), text


def generated():
    """The frame of a generator goes on between two substitutions."""

    def replacements():
        n = 0
        while True:
            match = yield str(n)
            log.append(match[0])
            n += 1

    numbers = replacements()
    next(numbers)
    return letters.sub(numbers.send, "a-b-c")


attempt("generated", generated)


def nested(depth):
    def replace(match):
        return "." if depth == 0 else nested(depth - 1)

    return re.sub("a", replace, "(a)")


sys.setrecursionlimit(20_000)
print(len(nested(1000)))
print(nested(3))


def too_deep(match):
    return re.sub("a", too_deep, "a")


sys.setrecursionlimit(500)
try:
    re.sub("a", too_deep, "a")
except RecursionError as error:
    print("RecursionError", str(error)[:32])
sys.setrecursionlimit(20_000)

# However many matches there are, each takes as long as the others.
text, count = re.subn("a", lambda m: m[0] + "b", "a" * 20_000)
print(len(text), count)

# Groups given by what stands for a number.
found = re.match("(?P<x>a)(b)?", "a")
attempt("group", lambda: found.group(Count(1), 0, "x", Count(2)))
attempt("no such group", lambda: found.group(Count(1), Count(7), Count(0)))
attempt("item", lambda: found[Count(1)])
attempt("span", lambda: (found.start(Count(1)), found.end(Count(2)), found.span(Count(0))))
attempt("pos", lambda: letters.search("aab", Count(1), Count(2)))
attempt("pos of None", lambda: letters.search("aab", None))
attempt("pos of a float", lambda: letters.match("aab", 1.0))
attempt("pos beyond", lambda: (letters.match("aab", 99), letters.match("aab", -99)))
attempt("findall", lambda: letters.findall("aab", Count(1)))
attempt("finditer", lambda: [m.span() for m in letters.finditer("aab", Count(1), Count(9))])
attempt("split", lambda: letters.split("aab", Count(1)))


class Faulty:
    def __index__(self):
        raise KeyError("index")


attempt("faulty count", lambda: letters.sub(noted, "a", Faulty()))
attempt("faulty group", lambda: found.group(Faulty()))


# What is wrong with a pattern is told by a class of the language.
def refused():
    try:
        re.compile("a)")
    except re.error as error:
        return error.msg, error.pos, error.lineno, error.colno, error.__context__, error.__traceback__ is not None


attempt("refused", refused)
attempt("refused template", lambda: letters.sub(r"\g<1", "a"))
attempt("refused expansion", lambda: found.expand(r"\9"))


def while_handling():
    try:
        raise OSError("outer")
    except OSError:
        try:
            re.compile("(")
        except re.error as error:
            return repr(error.__context__)


attempt("while handling", while_handling)
