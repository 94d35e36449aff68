"""Regular expressions: patterns, and what is found with them."""

import enum
import functools

import _re
from _re import Match, Pattern

__all__ = [
    "match", "fullmatch", "search", "sub", "subn", "split",
    "findall", "finditer", "compile", "purge", "escape",
    "error", "Pattern", "Match", "A", "I", "L", "M", "S", "X", "U",
    "ASCII", "IGNORECASE", "LOCALE", "MULTILINE", "DOTALL", "VERBOSE",
    "UNICODE", "NOFLAG", "RegexFlag", "PatternError",
]


@enum.global_enum
class RegexFlag(enum.IntFlag, boundary=enum.KEEP):
    NOFLAG = 0
    ASCII = A = 256
    IGNORECASE = I = 2
    LOCALE = L = 4
    UNICODE = U = 32
    MULTILINE = M = 8
    DOTALL = S = 16
    VERBOSE = X = 64
    DEBUG = 128
    __str__ = object.__str__
    _numeric_repr_ = hex


class PatternError(Exception):
    """A pattern, or a replacement, that cannot be read.

    msg: what is wrong, without its place
    pattern, pos: the pattern, and where it goes wrong (None: unknown)
    lineno, colno: the same place as line and column
    """

    __module__ = "re"

    def __init__(self, msg, pattern=None, pos=None):
        self.msg = msg
        self.pattern = pattern
        self.pos = pos
        if pattern is None or pos is None:
            self.lineno = self.colno = None
            super().__init__(msg)
            return
        newline = "\n" if isinstance(pattern, str) else b"\n"
        self.lineno = pattern.count(newline, 0, pos) + 1
        self.colno = pos - pattern.rfind(newline, 0, pos)
        text = f"{msg} at position {pos}"
        if newline in pattern:
            text += f" (line {self.lineno}, column {self.colno})"
        super().__init__(text)


error = PatternError


def _compile(pattern, flags):
    if isinstance(flags, RegexFlag):
        flags = flags.value
    try:
        return _cache[type(pattern), pattern, flags]
    except (KeyError, TypeError):
        pass
    if isinstance(pattern, Pattern):
        if flags:
            raise ValueError(
                "cannot process flags argument with a compiled pattern")
        return pattern
    if not isinstance(pattern, (str, bytes, bytearray, memoryview)):
        raise TypeError("first argument must be string or compiled pattern")
    compiled = _re.compile(pattern, flags)
    try:
        if len(_cache) >= _CACHE_LIMIT:
            del _cache[next(iter(_cache))]
        _cache[type(pattern), pattern, flags] = compiled
    except TypeError:
        pass
    return compiled


_cache = {}
_CACHE_LIMIT = 512


def purge():
    """Forget the patterns that were compiled."""
    _cache.clear()


def compile(pattern, flags=0):
    """Return a Pattern."""
    return _compile(pattern, flags)


def match(pattern, string, flags=0):
    """Match the pattern at the start of the string."""
    return _compile(pattern, flags).match(string)


def fullmatch(pattern, string, flags=0):
    """Match the pattern with the whole string."""
    return _compile(pattern, flags).fullmatch(string)


def search(pattern, string, flags=0):
    """Find the pattern anywhere in the string."""
    return _compile(pattern, flags).search(string)


def findall(pattern, string, flags=0):
    """Return a list of all matches that do not overlap."""
    return _compile(pattern, flags).findall(string)


def finditer(pattern, string, flags=0):
    """Return an iterator of Match objects."""
    return _compile(pattern, flags).finditer(string)


class _NotGiven(int):
    pass


_not_given = _NotGiven()


def _positional(function, names, args, given):
    """Bind the optional arguments that had better be named."""
    limit = function.__code__.co_argcount
    if len(args) > len(names):
        raise TypeError(
            f"{function.__name__}() takes from {limit} to "
            f"{limit + len(names)} positional arguments but "
            f"{limit + len(args)} were given")
    values = list(given)
    for i, (name, value) in enumerate(zip(names, args)):
        if given[i] is not _not_given:
            raise TypeError(f"{function.__name__}() got multiple values for "
                            f"argument {name!r}")
        values[i] = value
    import warnings
    warnings.warn(f"{names[0]!r} is passed as positional argument",
                  DeprecationWarning, stacklevel=3)
    return values


def sub(pattern, repl, string, *args, count=_not_given, flags=_not_given):
    """Replace matches; repl is a template, or a function of the Match."""
    if args:
        count, flags = _positional(sub, ("count", "flags"), args,
                                   (count, flags))
    return _compile(pattern, flags).sub(repl, string, count)


sub.__text_signature__ = "(pattern, repl, string, count=0, flags=0)"


def subn(pattern, repl, string, *args, count=_not_given, flags=_not_given):
    """Do as sub() does; return the string and the number of matches."""
    if args:
        count, flags = _positional(subn, ("count", "flags"), args,
                                   (count, flags))
    return _compile(pattern, flags).subn(repl, string, count)


subn.__text_signature__ = "(pattern, repl, string, count=0, flags=0)"


def split(pattern, string, *args, maxsplit=_not_given, flags=_not_given):
    """Split the string at the matches; groups stand in between."""
    if args:
        maxsplit, flags = _positional(split, ("maxsplit", "flags"), args,
                                      (maxsplit, flags))
    return _compile(pattern, flags).split(string, maxsplit)


split.__text_signature__ = "(pattern, string, maxsplit=0, flags=0)"

_SPECIAL = {i: "\\" + chr(i) for i in b"()[]{}?*+-|^$\\.&~# \t\n\r\v\f"}


def escape(pattern):
    """Return a pattern for exactly this text."""
    if isinstance(pattern, str):
        return pattern.translate(_SPECIAL)
    return str(pattern, "latin1").translate(_SPECIAL).encode("latin1")


class Scanner:
    """A tokenizer: pairs of patterns and what to do with their matches."""

    def __init__(self, lexicon, flags=0):
        if isinstance(flags, RegexFlag):
            flags = flags.value
        self.lexicon = lexicon
        parts = []
        actions = {}
        number = 1
        for phrase, action in lexicon:
            parts.append(f"({phrase})")
            actions[number] = action
            number += 1 + _re.compile(phrase, flags).groups
        self._actions = actions
        self.scanner = _re.compile("|".join(parts), flags)

    def scan(self, string):
        """Return a list of results and the rest that matches nothing."""
        results = []
        place = 0
        match = self.scanner.scanner(string).match
        while (found := match()) is not None:
            if found.end() == place:
                break
            action = self._actions[self._number(found)]
            if callable(action):
                self.match = found
                action = action(self, found.group())
            if action is not None:
                results.append(action)
            place = found.end()
        return results, string[place:]

    def _number(self, found):
        for number in self._actions:
            if found.start(number) >= 0:
                return number
