"""Exceptions of asyncio."""

__all__ = ("BrokenBarrierError", "CancelledError", "InvalidStateError",
           "TimeoutError", "IncompleteReadError", "LimitOverrunError",
           "SendfileNotAvailableError")

TimeoutError = TimeoutError  # the builtin, under the name asyncio gives it


class CancelledError(BaseException):
    """The task or future was cancelled."""


class InvalidStateError(Exception):
    """The operation is not allowed in the current state."""


class SendfileNotAvailableError(RuntimeError):
    """Sendfile can't be used for this socket or file."""


class IncompleteReadError(EOFError):
    """The stream ended before the requested bytes came.

    `partial` holds what was read, `expected` how many bytes were asked for
    (None if that is unknown).
    """

    def __init__(self, partial, expected):
        wanted = "undefined" if expected is None else repr(expected)
        super().__init__(f"{len(partial)} bytes read on a total of "
                         f"{wanted} expected bytes")
        self.partial = partial
        self.expected = expected

    def __reduce__(self):
        return type(self), (self.partial, self.expected)


class LimitOverrunError(Exception):
    """The buffer limit was reached while looking for a separator.

    `consumed` is the number of bytes that should be consumed.
    """

    def __init__(self, message, consumed):
        super().__init__(message)
        self.consumed = consumed

    def __reduce__(self):
        return type(self), (self.args[0], self.consumed)


class BrokenBarrierError(RuntimeError):
    """The barrier was broken by `Barrier.abort()` or a failed task."""
