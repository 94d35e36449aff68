"""What a transport calls: the base classes of protocols."""

__all__ = ("BaseProtocol", "Protocol", "DatagramProtocol",
           "SubprocessProtocol", "BufferedProtocol")


class BaseProtocol:
    """Called when a connection comes and goes, and to slow a writer down."""

    __slots__ = ()

    def connection_made(self, transport):
        """The connection stands."""

    def connection_lost(self, exc):
        """The connection is gone; `exc` is None if it was closed."""

    def pause_writing(self):
        """The transport's buffer is above its high-water mark."""

    def resume_writing(self):
        """The transport's buffer is below its low-water mark again."""


class Protocol(BaseProtocol):
    """A protocol of a stream of bytes."""

    __slots__ = ()

    def data_received(self, data):
        """Some bytes came."""

    def eof_received(self):
        """The other end will send no more; a true value keeps us open."""


class BufferedProtocol(BaseProtocol):
    """A protocol that hands out the buffer to receive into."""

    __slots__ = ()

    def get_buffer(self, sizehint):
        """Return a buffer to receive into."""

    def buffer_updated(self, nbytes):
        """`nbytes` bytes were put into the buffer."""

    def eof_received(self):
        """The other end will send no more; a true value keeps us open."""


class DatagramProtocol(BaseProtocol):
    """A protocol of datagrams."""

    __slots__ = ()

    def datagram_received(self, data, addr):
        """A datagram came."""

    def error_received(self, exc):
        """Sending or receiving failed with OSError."""


class SubprocessProtocol(BaseProtocol):
    """A protocol of a child process and its pipes."""

    __slots__ = ()

    def pipe_data_received(self, fd, data):
        """The child wrote some bytes."""

    def pipe_connection_lost(self, fd, exc):
        """A pipe to the child is closed."""

    def process_exited(self):
        """The child has ended."""


def _feed_data_to_buffered_proto(proto, data):
    """Give bytes that are already here to a BufferedProtocol."""
    view = memoryview(data)
    left = len(view)
    while left:
        buffer = proto.get_buffer(left)
        size = len(buffer)
        if not size:
            raise RuntimeError("get_buffer() returned an empty buffer")
        taken = min(size, left)
        buffer[:taken] = view[:taken]
        proto.buffer_updated(taken)
        view = view[taken:]
        left = len(view)
