"""Values packed into bytes, as C structures are."""

from _struct import (Struct, _clearcache, calcsize, iter_unpack, pack,
                     pack_into, unpack, unpack_from)

__all__ = ["calcsize", "pack", "pack_into", "unpack", "unpack_from",
           "iter_unpack", "Struct", "error"]


class error(Exception):
    """A format, a value or a buffer that does not fit."""

    __module__ = "struct"
