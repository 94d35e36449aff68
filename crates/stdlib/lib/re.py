"""Regular expressions. The matching is native; see `_regex`."""

import enum
import functools
from _regex import compile as _compile_native
from _naming import with_module as _with_module

__all__ = ["match", "fullmatch", "search", "sub", "subn", "split", "findall",
           "finditer", "compile", "purge", "escape", "error", "Pattern",
           "Match", "A", "I", "L", "M", "S", "X", "U", "ASCII", "IGNORECASE",
           "LOCALE", "MULTILINE", "DOTALL", "VERBOSE", "UNICODE", "NOFLAG",
           "RegexFlag", "PatternError"]


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
    """A pattern that is wrong: what is wrong with it, and where."""

    __module__ = "re"

    def __init__(self, msg, pattern=None, pos=None):
        self.msg = msg
        self.pattern = pattern
        self.pos = pos
        if pattern is not None and pos is not None:
            newline = "\n" if isinstance(pattern, str) else b"\n"
            self.lineno = pattern.count(newline, 0, pos) + 1
            self.colno = pos - pattern.rfind(newline, 0, pos)
            msg = f"{msg} at position {pos}"
            if newline in pattern:
                msg += f" (line {self.lineno}, column {self.colno})"
        else:
            self.lineno = self.colno = None
        super().__init__(msg)


error = PatternError

_MAX_SHOWN = 200


class Pattern:
    """A compiled pattern."""

    __slots__ = ("pattern", "flags", "groups", "groupindex", "_program",
                 "_template", "__weakref__")

    def __new__(cls, *args):
        raise TypeError(f"cannot create '{cls.__module__}.{cls.__name__}' "
                        "instances")

    def __repr__(self):
        flags = self.flags
        if isinstance(self.pattern, str):
            flags &= ~32
        shown = f"{self.pattern!r:.{_MAX_SHOWN}}"
        if not flags:
            return f"re.compile({shown})"
        return f"re.compile({shown}, {RegexFlag(flags)!r})"

    def __eq__(self, other):
        if not isinstance(other, Pattern):
            return NotImplemented
        return (self.flags == other.flags and self.pattern == other.pattern
                and type(self.pattern) is type(other.pattern))

    def __hash__(self):
        return hash((self.flags, self.pattern))

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        return _compile, (self.pattern, self.flags)

    def __class_getitem__(cls, item):
        from types import GenericAlias
        return GenericAlias(cls, item)

    def search(self, string, pos=0, endpos=None):
        """Look for the first match anywhere."""
        found = self._program.find(0, string, pos, endpos)
        return None if found is None else _match(self, string, pos, endpos,
                                                 found)

    def match(self, string, pos=0, endpos=None):
        """Match at the start of the string."""
        found = self._program.find(1, string, pos, endpos)
        return None if found is None else _match(self, string, pos, endpos,
                                                 found)

    def fullmatch(self, string, pos=0, endpos=None):
        """Match all of the string."""
        found = self._program.find(2, string, pos, endpos)
        return None if found is None else _match(self, string, pos, endpos,
                                                 found)

    def finditer(self, string, pos=0, endpos=None):
        """Return an iterator over all matches that do not overlap."""
        return _each(self, string, pos, endpos,
                     self._program.scan(string, pos, endpos))

    def findall(self, string, pos=0, endpos=None):
        """Return the texts of all matches, or of their groups."""
        found = self._program.scan(string, pos, endpos)
        part = _part(string)
        if self.groups == 0:
            return [part[at[1]:at[2]] for at in found]
        if self.groups == 1:
            return [part[at[3]:at[4]] if at[3] >= 0 else part[:0]
                    for at in found]
        empty = part[:0]
        places = range(3, 2 * self.groups + 3, 2)
        return [tuple([part[at[i]:at[i + 1]] if at[i] >= 0 else empty
                       for i in places]) for at in found]

    def split(self, string, maxsplit=0):
        """Split the string at the matches."""
        part = _part(string)
        pieces = []
        start = count = 0
        for at in self._program.scan(string, 0, None):
            if maxsplit and count >= maxsplit:
                break
            count += 1
            pieces.append(part[start:at[1]])
            for i in range(3, 2 * self.groups + 3, 2):
                pieces.append(part[at[i]:at[i + 1]] if at[i] >= 0 else None)
            start = at[2]
        pieces.append(part[start:])
        return pieces

    def sub(self, repl, string, count=0):
        """Replace the matches; return the new string."""
        return self.subn(repl, string, count)[0]

    def subn(self, repl, string, count=0):
        """Replace the matches; return the new string and their number."""
        scan = self._program.scan(string, 0, None)
        part = _part(string)
        if callable(repl):
            template = None
        else:
            template = _templates(self, repl)
        pieces = []
        start = number = 0
        for at in scan:
            if count and number >= count:
                break
            number += 1
            pieces.append(part[start:at[1]])
            if template is None:
                new = repl(_match(self, string, 0, None, at))
                if new is not None:
                    pieces.append(new)
            else:
                for piece in template:
                    if piece.__class__ is not int:
                        pieces.append(piece)
                    elif at[2 * piece + 1] >= 0:
                        pieces.append(part[at[2 * piece + 1]:
                                           at[2 * piece + 2]])
            start = at[2]
        pieces.append(part[start:])
        empty = part[:0]
        return empty.join(pieces), number

    def scanner(self, string, pos=0, endpos=None):
        """Return an object whose search() goes from match to match."""
        return _Scanner(self, string, pos, endpos)


_with_module(Pattern, "re")


def _part(string):
    """What slices of the string are taken from."""
    if isinstance(string, (str, bytes)):
        return string if string.__class__ in (str, bytes) else string[:]
    return bytes(string)


def _each(pattern, string, pos, endpos, scan):
    for found in scan:
        yield _match(pattern, string, pos, endpos, found)


class _Scanner:
    def __init__(self, pattern, string, pos, endpos):
        self.pattern = pattern
        self._iterator = pattern.finditer(string, pos, endpos)

    def search(self):
        return next(self._iterator, None)

    match = search


class Match:
    """What a pattern has found."""

    __slots__ = ("re", "string", "pos", "endpos", "lastindex", "_spans")

    def __new__(cls, *args):
        raise TypeError(f"cannot create '{cls.__module__}.{cls.__name__}' "
                        "instances")

    @property
    def lastgroup(self):
        """The name of the group that matched last."""
        for name, number in self.re.groupindex.items():
            if number == self.lastindex:
                return name
        return None

    @property
    def regs(self):
        """The borders of all groups."""
        return tuple([self.span(i) for i in range(self.re.groups + 1)])

    def __repr__(self):
        return (f"<re.Match object; span={self.span()!r}, "
                f"match={self.group()!r:.50}>")

    def _index(self, group):
        if isinstance(group, int):
            number = group
        else:
            number = self.re.groupindex.get(group, -1)
            if number < 0 and hasattr(group, "__index__"):
                number = group.__index__()
        if 0 <= number <= self.re.groups:
            return number
        raise IndexError("no such group")

    def _text(self, group, default=None):
        number = self._index(group)
        start = self._spans[2 * number + 1]
        if start < 0:
            return default
        return _part(self.string)[start:self._spans[2 * number + 2]]

    def group(self, *groups):
        """Return the texts of groups; without arguments that of all."""
        if not groups:
            return self._text(0)
        if len(groups) == 1:
            return self._text(groups[0])
        return tuple([self._text(group) for group in groups])

    def __getitem__(self, group):
        return self._text(group)

    def groups(self, default=None):
        """Return the texts of all groups."""
        return tuple([self._text(i, default)
                      for i in range(1, self.re.groups + 1)])

    def groupdict(self, default=None):
        """Return the texts of the groups with names."""
        return {name: self._text(number, default)
                for name, number in self.re.groupindex.items()}

    def start(self, group=0, /):
        """Return where a group starts; -1 if it did not match."""
        return self._spans[2 * self._index(group) + 1]

    def end(self, group=0, /):
        """Return where a group ends; -1 if it did not match."""
        return self._spans[2 * self._index(group) + 2]

    def span(self, group=0, /):
        """Return both."""
        number = 2 * self._index(group) + 1
        return self._spans[number], self._spans[number + 1]

    def expand(self, template):
        """Return the template with the groups filled in."""
        part = _part(self.string)
        pieces = []
        for piece in _templates(self.re, template):
            if piece.__class__ is int:
                piece = self._text(piece, part[:0])
            pieces.append(piece)
        return part[:0].join(pieces)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __class_getitem__(cls, item):
        from types import GenericAlias
        return GenericAlias(cls, item)


_with_module(Match, "re")
_new = object.__new__


def _match(pattern, string, pos, endpos, found):
    length = len(string)
    result = _new(Match)
    result.re = pattern
    result.string = string
    result.pos = min(max(pos, 0), length)
    result.endpos = length if endpos is None else min(max(endpos, 0), length)
    result.lastindex = found[0]
    result._spans = found
    return result


def _compile(pattern, flags):
    if isinstance(flags, RegexFlag):
        flags = flags.value
    key = pattern.__class__, pattern, flags
    try:
        return _cache[key]
    except KeyError:
        pass
    if isinstance(pattern, Pattern):
        if flags:
            raise ValueError("cannot process flags argument with a compiled "
                             "pattern")
        return pattern
    if isinstance(pattern, str):
        if flags & 4:
            raise ValueError("cannot use LOCALE flag with a str pattern")
        if flags & 256 and flags & 32:
            raise ValueError("ASCII and UNICODE flags are incompatible")
        source, is_bytes = pattern, False
    elif isinstance(pattern, (bytes, bytearray, memoryview)):
        if flags & 32:
            raise ValueError("cannot use UNICODE flag with a bytes pattern")
        if flags & 256 and flags & 4:
            raise ValueError("ASCII and LOCALE flags are incompatible")
        source, is_bytes = bytes(pattern).decode("latin-1"), True
    else:
        raise TypeError("first argument must be string or compiled pattern")
    program, *rest = _compile_native(source, flags, is_bytes)
    if program is None:
        message, pos = rest
        if message == "the repetition number is too large":
            raise OverflowError(message)
        raise PatternError(message, pattern, pos)
    result = _new(Pattern)
    result.pattern = pattern
    result._program = program
    result.flags, result.groups, names = rest
    from types import MappingProxyType
    result.groupindex = MappingProxyType(names)
    result._template = {}
    if len(_cache) >= _MAX_CACHE:
        del _cache[next(iter(_cache))]
    _cache[key] = result
    return result


_cache = {}
_MAX_CACHE = 512


def compile(pattern, flags=0):
    """Compile a pattern."""
    return _compile(pattern, flags)


def search(pattern, string, flags=0):
    """Look for the first match anywhere."""
    return _compile(pattern, flags).search(string)


def match(pattern, string, flags=0):
    """Match at the start of the string."""
    return _compile(pattern, flags).match(string)


def fullmatch(pattern, string, flags=0):
    """Match all of the string."""
    return _compile(pattern, flags).fullmatch(string)


def findall(pattern, string, flags=0):
    """Return the texts of all matches, or of their groups."""
    return _compile(pattern, flags).findall(string)


def finditer(pattern, string, flags=0):
    """Return an iterator over all matches that do not overlap."""
    return _compile(pattern, flags).finditer(string)


_missing = object()


def _old_arguments(name, args, given, count, flags):
    """Take count and flags that were given by position, as they once were."""
    if not args:
        return (0 if count is _missing else count,
                0 if flags is _missing else flags)
    what = "maxsplit" if name == "split" else "count"
    if count is not _missing:
        raise TypeError(f"{name}() got multiple values for argument '{what}'")
    count, *args = args
    if args:
        if flags is not _missing:
            raise TypeError(f"{name}() got multiple values for argument "
                            "'flags'")
        flags, *args = args
        if args:
            raise TypeError(f"{name}() takes from {given} to {given + 2} "
                            "positional arguments but "
                            f"{given + 2 + len(args)} were given")
    import warnings
    warnings.warn(f"'{what}' is passed as positional argument",
                  DeprecationWarning, stacklevel=3)
    return count, 0 if flags is _missing else flags


def sub(pattern, repl, string, *args, count=_missing, flags=_missing):
    """Replace the matches; return the new string."""
    count, flags = _old_arguments("sub", args, 3, count, flags)
    return _compile(pattern, flags).sub(repl, string, count)


def subn(pattern, repl, string, *args, count=_missing, flags=_missing):
    """Replace the matches; return the new string and their number."""
    count, flags = _old_arguments("subn", args, 3, count, flags)
    return _compile(pattern, flags).subn(repl, string, count)


def split(pattern, string, *args, maxsplit=_missing, flags=_missing):
    """Split the string at the matches."""
    maxsplit, flags = _old_arguments("split", args, 2, maxsplit, flags)
    return _compile(pattern, flags).split(string, maxsplit)


def purge():
    """Forget the compiled patterns."""
    _cache.clear()


_special = {code: "\\" + chr(code) for code in b"()[]{}?*+-|^$\\.&~# \t\n\r\v\f"}


def escape(pattern):
    """Return a pattern that matches just this text."""
    if isinstance(pattern, str):
        return pattern.translate(_special)
    text = str(pattern, "latin-1")
    return text.translate(_special).encode("latin-1")


def _templates(pattern, template):
    try:
        return pattern._template[template]
    except (KeyError, TypeError):
        pass
    result = _parse_template(template, pattern)
    if len(pattern._template) > 100:
        pattern._template.clear()
    try:
        pattern._template[template] = result
    except TypeError:
        pass
    return result


_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
           "v": "\v", "\\": "\\"}


def _parse_template(template, pattern):
    """Return the texts and the numbers of groups a template consists of."""
    is_text = isinstance(template, str)
    source = template if is_text else bytes(template).decode("latin-1")
    pieces = []
    text = []

    def wrong(message, pos):
        return PatternError(message, template, pos)

    def group(number, pos):
        if number > pattern.groups:
            raise wrong(f"invalid group reference {number}", pos)
        flush()
        pieces.append(number)

    def flush():
        if text:
            joined = "".join(text)
            pieces.append(joined if is_text else joined.encode("latin-1"))
            text.clear()

    at = 0
    while at < len(source):
        start = at
        c = source[at]
        at += 1
        if c != "\\":
            text.append(c)
            continue
        if at == len(source):
            raise wrong("bad escape (end of pattern)", start)
        c = source[at]
        at += 1
        if c == "g":
            at = _named_reference(source, at, pattern, group, wrong, is_text)
        elif c == "0":
            end = at
            while end < at + 2 and source[end:end + 1] in _OCTAL:
                end += 1
            text.append(chr(int("0" + source[at:end], 8) & 0xFF))
            at = end
        elif c in "123456789":
            at = _numbered_reference(source, at, text, group, wrong)
        elif c in _SIMPLE:
            text.append(_SIMPLE[c])
        elif c.isascii() and c.isalpha():
            raise wrong(f"bad escape \\{c}", start)
        else:
            text.append("\\" + c)
    flush()
    return pieces


_OCTAL = tuple("01234567")


def _numbered_reference(source, at, text, group, wrong):
    start = at - 2
    digits = source[at - 1]
    if source[at:at + 1].isdigit() and source[at].isascii():
        digits += source[at]
        at += 1
        if (digits[0] in _OCTAL and digits[1] in _OCTAL
                and source[at:at + 1] in _OCTAL):
            digits += source[at]
            code = int(digits, 8)
            if code > 0o377:
                raise wrong(f"octal escape value \\{digits} outside of range "
                            "0-0o377", start)
            text.append(chr(code))
            return at + 1
    group(int(digits), start + 1)
    return at


def _named_reference(source, at, pattern, group, wrong, is_text):
    if source[at:at + 1] != "<":
        raise wrong("missing <", at)
    start = at + 1
    end = source.find(">", start)
    if end < 0:
        name = source[start:]
        if not name:
            raise wrong("missing group name", start)
        raise wrong("missing >, unterminated name", start)
    name = source[start:end]
    if not name:
        raise wrong("missing group name", start)
    if name.isidentifier():
        if not is_text and not name.isascii():
            raise wrong("bad character in group name "
                        f"{name.encode('latin-1')!r}"[0:], start)
        if name not in pattern.groupindex:
            raise IndexError(f"unknown group name {name!r}")
        group(pattern.groupindex[name], start)
    elif name.isdecimal() and name.isascii():
        group(int(name), start)
    else:
        raise wrong(f"bad character in group name {name!r}", start)
    return end + 1
