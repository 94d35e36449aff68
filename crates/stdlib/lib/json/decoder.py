"""Reading JSON."""

import re
import sys

from . import scanner

__all__ = ["JSONDecoder", "JSONDecodeError"]


class JSONDecodeError(ValueError):
    """What is wrong with a document, and where.

    msg, doc, pos: the error, the document, the index in it
    lineno, colno: the same place as line and column
    """

    def __init__(self, msg, doc, pos):
        lineno = doc.count("\n", 0, pos) + 1
        colno = pos - doc.rfind("\n", 0, pos)
        super().__init__(f"{msg}: line {lineno} column {colno} (char {pos})")
        self.msg = msg
        self.doc = doc
        self.pos = pos
        self.lineno = lineno
        self.colno = colno

    def __reduce__(self):
        return self.__class__, (self.msg, self.doc, self.pos)


_CONSTANTS = {"-Infinity": float("-inf"), "Infinity": float("inf"),
              "NaN": float("nan")}
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_LOOSE = re.compile(r'[^"\\]*')
_HEX = re.compile(r"[0-9A-Fa-f]{4}")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f",
            "n": "\n", "r": "\r", "t": "\t"}
WHITESPACE = re.compile(r"[ \t\n\r]*")


def _unit(string, at):
    """Return the UTF-16 unit that the four digits at an index mean."""
    found = _HEX.match(string, at)
    if found is None:
        raise JSONDecodeError("Invalid \\uXXXX escape", string, at - 1)
    return int(found.group(), 16)


def scanstring(string, end, strict=True):
    """Read a string whose quote stands before end; return (text, end)."""
    begin = end - 1
    if end > sys.maxsize:
        raise OverflowError("Python int too large to convert to C ssize_t")
    if not isinstance(string, str):
        raise TypeError("first argument must be a string, not "
                        f"{type(string).__name__}")
    if end < 0 or end > len(string):
        raise ValueError("end is out of bounds")
    plain = _PLAIN if strict else _LOOSE
    parts = []
    while True:
        found = plain.match(string, end)
        end = found.end()
        stop = string[end:end + 1]
        if stop == '"':
            if not parts:
                return found.group(), end + 1
            parts.append(found.group())
            return "".join(parts), end + 1
        if not stop:
            raise JSONDecodeError("Unterminated string starting at", string,
                                  begin)
        parts.append(found.group())
        if stop != "\\":
            raise JSONDecodeError("Invalid control character at", string, end)
        escape = string[end + 1:end + 2]
        if not escape:
            raise JSONDecodeError("Unterminated string starting at", string,
                                  begin)
        if escape != "u":
            try:
                parts.append(_ESCAPES[escape])
            except KeyError:
                raise JSONDecodeError("Invalid \\escape", string,
                                      end) from None
            end += 2
            continue
        code = _unit(string, end + 2)
        end += 6
        if 0xd800 <= code < 0xdc00 and string.startswith("\\u", end):
            low = _HEX.match(string, end + 2)
            low = int(low.group(), 16) if low else 0
            if 0xdc00 <= low < 0xe000:
                code = 0x10000 + (code - 0xd800 << 10 | low - 0xdc00)
                end += 6
        parts.append(chr(code))


py_scanstring = scanstring
c_scanstring = None


def _skip(string, end, _space=" \t\n\r"):
    """Return the first character that is no white space, and its index."""
    char = string[end:end + 1]
    if char and char in _space:
        end = WHITESPACE.match(string, end).end()
        char = string[end:end + 1]
    return char, end


def _value(scan, string, end):
    try:
        return scan(string, end)
    except StopIteration as stop:
        raise JSONDecodeError("Expecting value", string,
                              stop.value) from None


def JSONObject(s_and_end, strict, scan_once, object_hook, object_pairs_hook,
               memo=None, _w=WHITESPACE.match, _ws=" \t\n\r"):
    """Read an object, whose brace is read."""
    string, end = s_and_end
    pairs = []
    name = {} if memo is None else memo
    char, end = _skip(string, end)
    if char != "}":
        if char != '"':
            raise JSONDecodeError(
                "Expecting property name enclosed in double quotes", string,
                end)
        while True:
            key, end = scanstring(string, end + 1, strict)
            key = name.setdefault(key, key)
            char, end = _skip(string, end)
            if char != ":":
                raise JSONDecodeError("Expecting ':' delimiter", string, end)
            char, end = _skip(string, end + 1)
            value, end = _value(scan_once, string, end)
            pairs.append((key, value))
            char, end = _skip(string, end)
            if char == "}":
                break
            if char != ",":
                raise JSONDecodeError("Expecting ',' delimiter", string, end)
            comma = end
            char, end = _skip(string, end + 1)
            if char == "}":
                raise JSONDecodeError(
                    "Illegal trailing comma before end of object", string,
                    comma)
            if char != '"':
                raise JSONDecodeError(
                    "Expecting property name enclosed in double quotes",
                    string, end)
    end += 1
    if object_pairs_hook is not None:
        return object_pairs_hook(pairs), end
    result = dict(pairs)
    if object_hook is not None:
        result = object_hook(result)
    return result, end


def JSONArray(s_and_end, scan_once, _w=WHITESPACE.match, _ws=" \t\n\r"):
    """Read an array, whose bracket is read."""
    string, end = s_and_end
    values = []
    char, end = _skip(string, end)
    if char == "]":
        return values, end + 1
    while True:
        value, end = _value(scan_once, string, end)
        values.append(value)
        char, end = _skip(string, end)
        if char == "]":
            return values, end + 1
        if char != ",":
            raise JSONDecodeError("Expecting ',' delimiter", string, end)
        comma = end
        char, end = _skip(string, end + 1)
        if char == "]":
            raise JSONDecodeError(
                "Illegal trailing comma before end of array", string, comma)


class JSONDecoder:
    """Turns JSON into objects; the hooks may say what becomes of parts."""

    def __init__(self, *, object_hook=None, parse_float=None, parse_int=None,
                 parse_constant=None, strict=True, object_pairs_hook=None):
        self.object_hook = object_hook
        self.parse_float = parse_float or float
        self.parse_int = parse_int or int
        self.parse_constant = parse_constant or _CONSTANTS.__getitem__
        self.strict = strict
        self.object_pairs_hook = object_pairs_hook
        self.parse_object = JSONObject
        self.parse_array = JSONArray
        self.parse_string = scanstring
        self.memo = {}
        self.scan_once = scanner.make_scanner(self)

    def decode(self, s, _w=WHITESPACE.match):
        """Return the object that a document describes."""
        value, end = self.raw_decode(s, idx=_w(s, 0).end())
        end = _w(s, end).end()
        if end != len(s):
            raise JSONDecodeError("Extra data", s, end)
        return value

    def raw_decode(self, s, idx=0):
        """Return an object that begins at an index, and where it ends."""
        try:
            return self.scan_once(s, idx)
        except StopIteration as stop:
            raise JSONDecodeError("Expecting value", s, stop.value) from None
