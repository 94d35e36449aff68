"""Writing JSON."""

import re
from _json import encode as _encode_plain

ESCAPE = re.compile(r'[\x00-\x1f\\"\b\f\n\r\t]')
ESCAPE_ASCII = re.compile(r'([\\"]|[^\ -~])')
_SHORT = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\f": "\\f", "\n": "\\n",
          "\r": "\\r", "\t": "\\t"}
INFINITY = float("inf")


def _check(s):
    if not isinstance(s, str):
        raise TypeError("first argument must be a string, not "
                        f"{type(s).__name__}")


def _escape(found):
    char = found.group()
    try:
        return _SHORT[char]
    except KeyError:
        pass
    code = ord(char)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xd800 | code >> 10:04x}\\u{0xdc00 | code & 0x3ff:04x}"


def encode_basestring(s):
    """Return the JSON of a string."""
    _check(s)
    return f'"{ESCAPE.sub(_escape, s)}"'


def encode_basestring_ascii(s):
    """Return the JSON of a string, in ASCII."""
    _check(s)
    return f'"{ESCAPE_ASCII.sub(_escape, s)}"'


py_encode_basestring = encode_basestring
py_encode_basestring_ascii = encode_basestring_ascii
c_encode_basestring = None
c_encode_basestring_ascii = None
c_make_encoder = None


class JSONEncoder:
    """Turns objects into JSON; default() may say how, for other classes."""

    item_separator = ", "
    key_separator = ": "

    def __init__(self, *, skipkeys=False, ensure_ascii=True,
                 check_circular=True, allow_nan=True, sort_keys=False,
                 indent=None, separators=None, default=None):
        self.skipkeys = skipkeys
        self.ensure_ascii = ensure_ascii
        self.check_circular = check_circular
        self.allow_nan = allow_nan
        self.sort_keys = sort_keys
        self.indent = indent
        if separators is not None:
            self.item_separator, self.key_separator = separators
        elif indent is not None:
            self.item_separator = ","
        if default is not None:
            self.default = default

    def default(self, o):
        """Return something that can be written instead of o."""
        raise TypeError(f"Object of type {o.__class__.__name__} "
                        "is not JSON serializable")

    def encode(self, o):
        """Return the JSON of an object."""
        if isinstance(o, str):
            return self._string(o)
        if self.__class__.iterencode is JSONEncoder.iterencode:
            indent = self.indent
            if isinstance(indent, int):
                indent = " " * indent
            # None for what is not plain.
            text = _encode_plain(o, self.ensure_ascii, indent,
                                 self.item_separator, self.key_separator,
                                 self.sort_keys)
            if text is not None:
                return text
        return "".join(self.iterencode(o, _one_shot=True))

    def iterencode(self, o, _one_shot=False):
        """Return an iterator of the pieces of an object's JSON."""
        return _Writer(self).write(o, 0)

    def _string(self, s):
        if self.ensure_ascii:
            return encode_basestring_ascii(s)
        return encode_basestring(s)


class _Writer:
    """One run of an encoder."""

    def __init__(self, encoder):
        self.encoder = encoder
        self.string = encoder._string
        self.active = {} if encoder.check_circular else None
        indent = encoder.indent
        if indent is not None and not isinstance(indent, str):
            indent = " " * indent
        self.indent = indent

    def atom(self, o):
        """Return the JSON of what has no parts; None for anything else."""
        if isinstance(o, str):
            return self.string(o)
        if o is None:
            return "null"
        if o is True:
            return "true"
        if o is False:
            return "false"
        if isinstance(o, int):
            return int.__repr__(o)
        if isinstance(o, float):
            return self.number(o)
        return None

    def number(self, o):
        if o != o:
            text = "NaN"
        elif o == INFINITY:
            text = "Infinity"
        elif o == -INFINITY:
            text = "-Infinity"
        else:
            return float.__repr__(o)
        if not self.encoder.allow_nan:
            raise ValueError("Out of range float values are not JSON "
                             f"compliant: {o!r}")
        return text

    def enter(self, o):
        if self.active is not None:
            if id(o) in self.active:
                raise ValueError("Circular reference detected")
            self.active[id(o)] = o

    def leave(self, o):
        if self.active is not None:
            del self.active[id(o)]

    def write(self, o, level):
        text = self.atom(o)
        if text is not None:
            yield text
        elif isinstance(o, (list, tuple)):
            yield from self.array(o, level)
        elif isinstance(o, dict):
            yield from self.object(o, level)
        else:
            self.enter(o)
            yield from self.write(self.encoder.default(o), level)
            self.leave(o)

    def breaks(self, level):
        """Return what stands before the first item, between, and behind."""
        separator = self.encoder.item_separator
        if self.indent is None:
            return "", separator, ""
        inner = "\n" + self.indent * (level + 1)
        return inner, separator + inner, "\n" + self.indent * level

    def array(self, items, level):
        if not items:
            yield "[]"
            return
        self.enter(items)
        first, between, last = self.breaks(level)
        before = "[" + first
        for item in items:
            text = self.atom(item)
            if text is not None:
                yield before + text
            else:
                yield before
                yield from self.write(item, level + 1)
            before = between
        yield last + "]"
        self.leave(items)

    def key(self, key):
        """Return a key as text; None for one that is skipped."""
        if isinstance(key, str):
            return key
        text = self.atom(key)
        if text is None and not self.encoder.skipkeys:
            raise TypeError("keys must be str, int, float, bool or None, "
                            f"not {key.__class__.__name__}")
        return text

    def object(self, mapping, level):
        if not mapping:
            yield "{}"
            return
        self.enter(mapping)
        first, between, last = self.breaks(level)
        items = mapping.items()
        if self.encoder.sort_keys:
            items = sorted(items)
        before = "{" + first
        for key, value in items:
            key = self.key(key)
            if key is None:
                continue
            head = before + self.string(key) + self.encoder.key_separator
            before = between
            text = self.atom(value)
            if text is not None:
                yield head + text
            else:
                yield head
                yield from self.write(value, level + 1)
        # All keys may have been skipped.
        yield last + "}" if before is between else "{}"
        self.leave(mapping)
