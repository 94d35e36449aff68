"""Text and bytes in memory, with the interface of files."""

from _naming import with_module as _with_module
from _text_buffer import TextBuffer as _TextBuffer
from builtins import open

__all__ = ["open", "BytesIO", "StringIO", "IOBase", "TextIOBase",
           "RawIOBase", "BufferedIOBase", "UnsupportedOperation", "SEEK_SET",
           "SEEK_CUR", "SEEK_END", "DEFAULT_BUFFER_SIZE", "BlockingIOError"]

SEEK_SET = 0
SEEK_CUR = 1
SEEK_END = 2
DEFAULT_BUFFER_SIZE = 8192
BlockingIOError = BlockingIOError


class UnsupportedOperation(OSError, ValueError):
    """The stream can't do that."""


class IOBase:
    """What all streams can do."""

    __closed = False

    def _unsupported(self, name):
        raise UnsupportedOperation(name)

    def seek(self, pos, whence=0):
        self._unsupported("seek")

    def tell(self):
        return self.seek(0, 1)

    def truncate(self, pos=None):
        self._unsupported("truncate")

    def fileno(self):
        self._unsupported("fileno")

    def flush(self):
        self._checkClosed()

    def close(self):
        if not self.__closed:
            try:
                self.flush()
            finally:
                self.__closed = True

    @property
    def closed(self):
        return self.__closed

    def _checkClosed(self):
        if self.closed:
            raise ValueError("I/O operation on closed file.")

    def seekable(self):
        return False

    def readable(self):
        return False

    def writable(self):
        return False

    def isatty(self):
        self._checkClosed()
        return False

    def __enter__(self):
        self._checkClosed()
        return self

    def __exit__(self, *args):
        self.close()

    def __iter__(self):
        self._checkClosed()
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def readline(self, size=-1):
        self._unsupported("readline")

    def readlines(self, hint=None):
        if hint is None or hint <= 0:
            return list(self)
        lines = []
        total = 0
        for line in self:
            lines.append(line)
            total += len(line)
            if total >= hint:
                break
        return lines

    def writelines(self, lines):
        self._checkClosed()
        for line in lines:
            self.write(line)


class RawIOBase(IOBase):
    """A stream of bytes without a buffer."""


class BufferedIOBase(IOBase):
    """A stream of bytes."""


class TextIOBase(IOBase):
    """A stream of text."""

    encoding = None
    errors = None
    newlines = None


def _size(value):
    """Return a size argument; -1 stands for all."""
    if value is None:
        return -1
    if isinstance(value, int):
        return value
    try:
        return type(value).__index__(value)
    except AttributeError:
        raise TypeError("argument should be integer or None, not "
                        f"'{type(value).__name__}'") from None


class StringIO(_TextBuffer, TextIOBase):
    """Text in memory."""

    def __init__(self, initial_value="", newline="\n"):
        if newline not in (None, "", "\n", "\r", "\r\n"):
            if not isinstance(newline, str):
                raise TypeError("newline must be str or None, not "
                                f"{type(newline).__name__}")
            raise ValueError(f"illegal newline value: {newline!r}")
        if not isinstance(initial_value, (str, type(None))):
            raise TypeError("initial_value must be str or None, not "
                            f"{type(initial_value).__name__}")
        self._begin(newline)
        if initial_value:
            _TextBuffer.write(self, initial_value)
            _TextBuffer.seek(self, 0)

    def close(self):
        super().close()
        self._end()

    def flush(self):
        """Do nothing, also once closed."""

    @property
    def line_buffering(self):
        self.tell()
        return False

    def readable(self):
        self.tell()
        return True

    writable = seekable = readable


_with_module(StringIO, "_io")


class BytesIO(BufferedIOBase):
    """Bytes in memory."""

    def __init__(self, initial_bytes=b""):
        self._buffer = bytearray()
        self._position = 0
        if initial_bytes is not None:
            if isinstance(initial_bytes, (int, str)):
                raise TypeError("a bytes-like object is required, not "
                                f"{type(initial_bytes).__name__!r}")
            self._buffer += initial_bytes

    def getvalue(self):
        """Return all the bytes."""
        self._checkClosed()
        return bytes(self._buffer)

    def getbuffer(self):
        """Return a view of the bytes."""
        self._checkClosed()
        return memoryview(self._buffer)

    def read(self, size=-1):
        """Read at most `size` bytes; all without a size."""
        self._checkClosed()
        size = _size(size)
        start = self._position
        end = len(self._buffer)
        if size >= 0:
            end = min(end, start + size)
        if start >= end:
            return b""
        self._position = end
        return bytes(self._buffer[start:end])

    def read1(self, size=-1):
        return self.read(size)

    def readinto(self, b):
        """Read into a buffer; return the number of bytes."""
        data = self.read(len(b))
        b[:len(data)] = data
        return len(data)

    readinto1 = readinto

    def readline(self, size=-1):
        """Read up to the end of the line."""
        self._checkClosed()
        size = _size(size)
        start = self._position
        end = self._buffer.find(b"\n", start) + 1
        if end == 0:
            end = len(self._buffer)
        if size >= 0:
            end = min(end, start + size)
        if start >= end:
            return b""
        self._position = end
        return bytes(self._buffer[start:end])

    def write(self, b):
        """Write bytes; return how many."""
        self._checkClosed()
        if isinstance(b, (str, int)) or b is None:
            raise TypeError("a bytes-like object is required, not "
                            f"{type(b).__name__!r}")
        data = bytes(b)
        if not data:
            return 0
        position = self._position
        if position > len(self._buffer):
            self._buffer += b"\0" * (position - len(self._buffer))
        self._buffer[position:position + len(data)] = data
        self._position = position + len(data)
        return len(data)

    def seek(self, pos, whence=0):
        """Go to a position."""
        self._checkClosed()
        if whence == 0:
            if pos < 0:
                raise ValueError(f"negative seek value {pos}")
            self._position = pos
        elif whence == 1:
            self._position = max(0, self._position + pos)
        elif whence == 2:
            self._position = max(0, len(self._buffer) + pos)
        else:
            raise ValueError(f"invalid whence ({whence}, should be 0, 1 or "
                             "2)")
        return self._position

    def tell(self):
        self._checkClosed()
        return self._position

    def truncate(self, size=None):
        """Cut the bytes at a position."""
        self._checkClosed()
        size = self._position if size is None else size
        if size < 0:
            raise ValueError(f"negative size value {size}")
        del self._buffer[size:]
        return size

    def close(self):
        super().close()
        self._buffer = bytearray()

    def readable(self):
        self._checkClosed()
        return True

    writable = seekable = readable


_with_module(BytesIO, "_io")
