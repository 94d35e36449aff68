"""Codecs by name, and handlers for what they cannot do."""

import sys

import _codecs
from _codecs import register, register_error, unregister

__all__ = ["register", "unregister", "lookup", "encode", "decode",
           "getencoder", "getdecoder", "getincrementalencoder",
           "getincrementaldecoder", "iterencode", "iterdecode",
           "register_error", "lookup_error", "strict_errors",
           "ignore_errors", "replace_errors", "xmlcharrefreplace_errors",
           "backslashreplace_errors", "namereplace_errors",
           "CodecInfo", "Codec", "IncrementalEncoder", "IncrementalDecoder",
           "BOM", "BOM_BE", "BOM_LE", "BOM_UTF8", "BOM_UTF16",
           "BOM_UTF16_BE", "BOM_UTF16_LE", "BOM_UTF32", "BOM_UTF32_BE",
           "BOM_UTF32_LE"]

BOM_UTF8 = b"\xef\xbb\xbf"
BOM_LE = BOM_UTF16_LE = b"\xff\xfe"
BOM_BE = BOM_UTF16_BE = b"\xfe\xff"
BOM_UTF32_LE = b"\xff\xfe\0\0"
BOM_UTF32_BE = b"\0\0\xfe\xff"
if sys.byteorder == "little":
    BOM = BOM_UTF16 = BOM_UTF16_LE
    BOM_UTF32 = BOM_UTF32_LE
else:
    BOM = BOM_UTF16 = BOM_UTF16_BE
    BOM_UTF32 = BOM_UTF32_BE


class CodecInfo(tuple):
    """A codec: its functions as a tuple, and more as attributes."""

    _is_text_encoding = True

    def __new__(cls, encode, decode, streamreader=None, streamwriter=None,
                incrementalencoder=None, incrementaldecoder=None, name=None,
                *, _is_text_encoding=None):
        self = super().__new__(
            cls, (encode, decode, streamreader, streamwriter))
        self.name = name
        self.encode = encode
        self.decode = decode
        self.streamreader = streamreader
        self.streamwriter = streamwriter
        self.incrementalencoder = incrementalencoder
        self.incrementaldecoder = incrementaldecoder
        if _is_text_encoding is not None:
            self._is_text_encoding = _is_text_encoding
        return self

    def __repr__(self):
        kind = type(self)
        return (f"<{kind.__module__}.{kind.__qualname__} object for encoding "
                f"{self.name} at {id(self):#x}>")

    def __getnewargs__(self):
        return tuple(self)


class Codec:
    """What a codec without state offers."""

    def encode(self, input, errors="strict"):
        """Return (encoded input, how much of it)."""
        raise NotImplementedError

    def decode(self, input, errors="strict"):
        """Return (decoded input, how much of it)."""
        raise NotImplementedError


class IncrementalEncoder:
    """Encodes piece by piece."""

    def __init__(self, errors="strict"):
        self.errors = errors
        self.buffer = ""

    def encode(self, input, final=False):
        """Return the next encoded piece."""
        raise NotImplementedError

    def reset(self):
        """Begin anew."""

    def getstate(self):
        """Return the state as a number."""
        return 0

    def setstate(self, state):
        """Go back to a state."""


class IncrementalDecoder:
    """Decodes piece by piece."""

    def __init__(self, errors="strict"):
        self.errors = errors

    def decode(self, input, final=False):
        """Return the next decoded piece."""
        raise NotImplementedError

    def reset(self):
        """Begin anew."""

    def getstate(self):
        """Return (bytes that wait, a number)."""
        return b"", 0

    def setstate(self, state):
        """Go back to a state."""


def _own(name):
    """Return the CodecInfo of a codec of the interpreter, if it has it."""

    def encode(input, errors="strict"):
        return str.encode(input, name, errors or "strict"), len(input)

    def decode(input, errors="strict"):
        input = bytes(input)
        return input.decode(name, errors or "strict"), len(input)

    class Encoder(IncrementalEncoder):
        _begun = False

        def encode(self, input, final=False):
            result = input.encode(name, self.errors)
            if self._begun:
                # The mark stands at the beginning only.
                result = result[len("".encode(name)):]
            self._begun = self._begun or bool(input)
            return result

        def reset(self):
            self._begun = False

        def getstate(self):
            return int(self._begun)

        def setstate(self, state):
            self._begun = bool(state)

    class Decoder(IncrementalDecoder):
        _waiting = b""

        def decode(self, input, final=False):
            data = self._waiting + bytes(input)
            self._waiting = b""
            if final:
                return data.decode(name, self.errors)
            # A character may stand there in part: at most three bytes.
            for rest in range(min(4, len(data) + 1)):
                cut = len(data) - rest
                try:
                    result = data[:cut].decode(name)
                except UnicodeDecodeError as error:
                    if error.end < cut:
                        break
                    continue
                self._waiting = data[cut:]
                return result
            return data.decode(name, self.errors)

        def reset(self):
            self._waiting = b""

        def getstate(self):
            return self._waiting, 0

        def setstate(self, state):
            self._waiting = state[0]

    return CodecInfo(encode, decode, None, None, Encoder, Decoder,
                     _shown_name(name))


_SHOWN = {"utf8": "utf-8", "u8": "utf-8", "latin1": "iso8859-1",
          "latin-1": "iso8859-1", "iso-8859-1": "iso8859-1",
          "us-ascii": "ascii"}


def _shown_name(name):
    name = name.lower().replace("_", "-").replace(" ", "-")
    return _SHOWN.get(name, name)


def lookup(encoding):
    """Return the CodecInfo of a codec."""
    try:
        "".encode(encoding)
    except LookupError:
        found = _codecs.find(encoding)
        if found is None:
            raise LookupError(f"unknown encoding: {encoding}") from None
        return found
    found = _codecs.find(encoding)
    return _own(encoding) if found is None else found


def encode(obj, encoding="utf-8", errors="strict"):
    """Encode an object with a codec."""
    return lookup(encoding).encode(obj, errors)[0]


def decode(obj, encoding="utf-8", errors="strict"):
    """Decode an object with a codec."""
    return lookup(encoding).decode(obj, errors)[0]


def getencoder(encoding):
    """Return a codec's function to encode."""
    return lookup(encoding).encode


def getdecoder(encoding):
    """Return a codec's function to decode."""
    return lookup(encoding).decode


def getincrementalencoder(encoding):
    """Return a codec's class that encodes piece by piece."""
    encoder = lookup(encoding).incrementalencoder
    if encoder is None:
        raise LookupError(encoding)
    return encoder


def getincrementaldecoder(encoding):
    """Return a codec's class that decodes piece by piece."""
    decoder = lookup(encoding).incrementaldecoder
    if decoder is None:
        raise LookupError(encoding)
    return decoder


def iterencode(iterator, encoding, errors="strict", **kwargs):
    """Encode the pieces of an iterable."""
    encoder = getincrementalencoder(encoding)(errors, **kwargs)
    for piece in iterator:
        if output := encoder.encode(piece):
            yield output
    if output := encoder.encode("", True):
        yield output


def iterdecode(iterator, encoding, errors="strict", **kwargs):
    """Decode the pieces of an iterable."""
    decoder = getincrementaldecoder(encoding)(errors, **kwargs)
    for piece in iterator:
        if output := decoder.decode(piece):
            yield output
    if output := decoder.decode(b"", True):
        yield output


def _faulty(exc):
    """Return what an encoder or translation could not do."""
    if isinstance(exc, (UnicodeEncodeError, UnicodeTranslateError)):
        return exc.object[exc.start:exc.end]
    raise TypeError(f"don't know how to handle {type(exc).__name__} "
                    "in error callback")


def strict_errors(exc):
    """Raise the error."""
    if isinstance(exc, Exception):
        raise exc
    raise TypeError("codec must pass exception instance")


def ignore_errors(exc):
    """Leave out what is at fault."""
    if not isinstance(exc, UnicodeDecodeError):
        _faulty(exc)
    return "", exc.end


def replace_errors(exc):
    """Put a question mark, or the replacement character."""
    if isinstance(exc, UnicodeDecodeError):
        return "\ufffd", exc.end
    mark = "?" if isinstance(exc, UnicodeEncodeError) else "\ufffd"
    return mark * len(_faulty(exc)), exc.end


def xmlcharrefreplace_errors(exc):
    """Put character references, as in XML."""
    if not isinstance(exc, UnicodeEncodeError):
        raise TypeError(f"don't know how to handle {type(exc).__name__} "
                        "in error callback")
    return _faulty(exc).encode("ascii", "xmlcharrefreplace").decode(), exc.end


def backslashreplace_errors(exc):
    """Put escapes, as in a literal."""
    if isinstance(exc, UnicodeDecodeError):
        wrong = exc.object[exc.start:exc.end]
        return "".join(f"\\x{byte:02x}" for byte in wrong), exc.end
    return "".join(map(_escaped, _faulty(exc))), exc.end


def _escaped(char):
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def namereplace_errors(exc):
    """Put the names of characters, as in a literal."""
    if not isinstance(exc, UnicodeEncodeError):
        raise TypeError(f"don't know how to handle {type(exc).__name__} "
                        "in error callback")
    return _faulty(exc).encode("ascii", "namereplace").decode(), exc.end


_HANDLERS = {"strict": strict_errors, "ignore": ignore_errors,
             "replace": replace_errors,
             "xmlcharrefreplace": xmlcharrefreplace_errors,
             "backslashreplace": backslashreplace_errors,
             "namereplace": namereplace_errors}


def lookup_error(name):
    """Return the error handler of a name."""
    found = _codecs.find_error(name)
    if found is None:
        found = _HANDLERS.get(name)
    if found is None:
        raise LookupError(f"unknown error handler name '{name}'")
    return found
