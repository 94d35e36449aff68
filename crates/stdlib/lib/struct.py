"""Values packed into bytes, as C structures are."""

from _struct import Struct

__all__ = ["calcsize", "pack", "pack_into", "unpack", "unpack_from",
           "iter_unpack", "Struct", "error"]


class error(Exception):
    """A format, a value or a buffer that does not fit."""

    __module__ = "struct"


_known = {}


def _struct(format):
    try:
        return _known[format]
    except (KeyError, TypeError):
        pass
    made = Struct(format)
    if len(_known) >= 100:
        _known.clear()
    _known[format] = made
    return made


def _clearcache():
    """Forget the formats that were read."""
    _known.clear()


def calcsize(format, /):
    """Return how many bytes a format takes."""
    return _struct(format).size


def pack(format, /, *values):
    """Return the values as bytes."""
    return _struct(format).pack(*values)


def pack_into(format, /, *arguments):
    """Write values to a buffer: pack_into(format, buffer, offset, ...)."""
    return _struct(format).pack_into(*arguments)


def unpack(format, buffer, /):
    """Return a tuple of the values in a buffer."""
    return _struct(format).unpack(buffer)


def unpack_from(format, /, buffer, offset=0):
    """Return a tuple of the values at a place in a buffer."""
    return _struct(format).unpack_from(buffer, offset)


def iter_unpack(format, buffer, /):
    """Return an iterator of the tuples in a buffer."""
    return _struct(format).iter_unpack(buffer)
