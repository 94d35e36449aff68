"""Transports of a socket watched by a selector."""

import socket
from _asyncio import _receive_behind
from _collections import deque
from itertools import islice

from . import constants, futures, protocols, transports, trsock
from .log import logger

# The most that is received in one go.
_MAX_SIZE = 256 * 1024
# The most buffers that the system sends in one go.
_MAX_BUFFERS = 1024


class _SelectorTransport(transports._FlowControlMixin, transports.Transport):
    """What stream and datagram transports share."""

    _sock = None

    def __init__(self, loop, sock, protocol, extra=None, server=None):
        super().__init__(extra, loop)
        self._extra["socket"] = trsock.TransportSocket(sock)
        try:
            self._extra["sockname"] = sock.getsockname()
        except OSError:
            self._extra["sockname"] = None
        if "peername" not in self._extra:
            try:
                self._extra["peername"] = sock.getpeername()
            except OSError:
                self._extra["peername"] = None
        self._sock = sock
        self._sock_fd = sock.fileno()
        self._protocol_connected = False
        self._server = server
        self._buffer = deque()
        self._buffer_size = 0  # in bytes
        self._conn_lost = 0  # set to 1 once writing is over, then counted
        self._closing = False
        self._paused = False
        self.set_protocol(protocol)
        if server is not None:
            server._attach(self)
        loop._transports[self._sock_fd] = self

    def __repr__(self):
        info = [self.__class__.__name__]
        if self._sock is None:
            info.append("closed")
        elif self._closing:
            info.append("closing")
        info.append(f"fd={self._sock_fd}")
        if self._loop is not None and not self._loop.is_closed():
            mask = self._loop._watched_events(self._sock_fd)
            info.append("read=polling" if mask & 1 else "read=idle")
            state = "polling" if mask & 2 else "idle"
            size = self.get_write_buffer_size()
            info.append(f"write=<{state}, bufsize={size}>")
        return f"<{' '.join(info)}>"

    def __del__(self):
        if self._sock is not None:
            import warnings
            warnings.warn(f"unclosed transport {self!r}", ResourceWarning,
                          source=self)
            self._sock.close()
            if self._server is not None:
                self._server._detach(self)

    def set_protocol(self, protocol):
        self._protocol = protocol
        self._protocol_connected = True

    def get_protocol(self):
        return self._protocol

    def is_closing(self):
        return self._closing

    def is_reading(self):
        return not self._closing and not self._paused

    def pause_reading(self):
        if not self.is_reading():
            return
        self._paused = True
        self._loop._remove_reader(self._sock_fd)

    def resume_reading(self):
        if self._closing or not self._paused:
            return
        self._paused = False
        self._add_reader(self._sock_fd, self._read_ready)

    def _add_reader(self, fd, callback):
        if self.is_reading():
            self._loop._add_reader(fd, callback)

    def get_write_buffer_size(self):
        return self._buffer_size

    def abort(self):
        self._force_close(None)

    def close(self):
        if self._closing:
            return
        self._closing = True
        self._loop._remove_reader(self._sock_fd)
        if not self._buffer:
            self._conn_lost += 1
            self._loop._remove_writer(self._sock_fd)
            self._loop.call_soon(self._call_connection_lost, None)

    def _fatal_error(self, exc, message="Fatal error on transport"):
        if isinstance(exc, OSError):
            # The other end is gone, which is not a bug.
            if self._loop.get_debug():
                logger.debug("%r: %s", self, message, exc_info=True)
        else:
            self._loop.call_exception_handler({
                "message": message,
                "exception": exc,
                "transport": self,
                "protocol": self._protocol,
            })
        self._force_close(exc)

    def _force_close(self, exc):
        if self._conn_lost:
            return
        if self._buffer:
            self._buffer.clear()
            self._buffer_size = 0
            self._loop._remove_writer(self._sock_fd)
        if not self._closing:
            self._closing = True
            self._loop._remove_reader(self._sock_fd)
        self._conn_lost += 1
        self._loop.call_soon(self._call_connection_lost, exc)

    def _call_connection_lost(self, exc):
        try:
            if self._protocol_connected:
                self._protocol.connection_lost(exc)
        finally:
            self._sock.close()
            self._sock = None
            self._protocol = None
            if self._loop._transports.get(self._sock_fd) is self:
                del self._loop._transports[self._sock_fd]
            self._loop = None
            server = self._server
            if server is not None:
                server._detach(self)
                self._server = None

    def _count_lost_write(self, call):
        """Count a write to a lost connection, and warn of many."""
        if self._conn_lost >= constants.LOG_THRESHOLD_FOR_CONNLOST_WRITES:
            logger.warning(f"socket.{call} raised exception.")
        self._conn_lost += 1


class _SelectorSocketTransport(_SelectorTransport):
    """A stream over a socket."""

    def __init__(self, loop, sock, protocol, waiter=None, extra=None,
                 server=None):
        self._eof = False
        super().__init__(loop, sock, protocol, extra, server)
        _set_nodelay(sock)
        loop.call_soon(self._protocol.connection_made, self)
        # Reading starts only after connection_made().
        loop.call_soon(self._add_reader, self._sock_fd, self._read_ready)
        if waiter is not None:
            loop.call_soon(futures._set_result_unless_cancelled, waiter, None)

    def set_protocol(self, protocol):
        self._buffered = isinstance(protocol, protocols.BufferedProtocol)
        # Gives the reader of a stream that takes bytes as they come.
        self._reader_to_fill = getattr(protocol, "_reader_to_fill", None)
        super().set_protocol(protocol)

    # Reading.

    def _read_ready(self):
        if self._conn_lost:
            return
        if self._buffered:
            self._read_into_buffer()
            return
        reader = None
        if self._reader_to_fill is not None:
            reader = self._reader_to_fill()
        try:
            if reader is None:
                data = self._sock.recv(_MAX_SIZE)
            else:
                data = _receive_behind(self._sock, reader._buffer, _MAX_SIZE)
        except (BlockingIOError, InterruptedError):
            return
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._fatal_error(exc, "Fatal read error on socket transport")
            return
        if not data:
            self._read_eof()
            return
        try:
            if reader is None:
                self._protocol.data_received(data)
            else:
                reader._data_came()
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._fatal_error(
                exc, "Fatal error: protocol.data_received() call failed.")

    def _read_into_buffer(self):
        try:
            buffer = self._protocol.get_buffer(-1)
            if not len(buffer):
                raise RuntimeError("get_buffer() returned an empty buffer")
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._fatal_error(
                exc, "Fatal error: protocol.get_buffer() call failed.")
            return
        try:
            count = self._sock.recv_into(buffer)
        except (BlockingIOError, InterruptedError):
            return
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._fatal_error(exc, "Fatal read error on socket transport")
            return
        if not count:
            self._read_eof()
            return
        try:
            self._protocol.buffer_updated(count)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._fatal_error(
                exc, "Fatal error: protocol.buffer_updated() call failed.")

    def _read_eof(self):
        if self._loop.get_debug():
            logger.debug("%r received EOF", self)
        try:
            keep_open = self._protocol.eof_received()
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._fatal_error(
                exc, "Fatal error: protocol.eof_received() call failed.")
            return
        if keep_open:
            # Nothing more will come, but we may still write.
            self._loop._remove_reader(self._sock_fd)
        else:
            self.close()

    # Writing.

    def write(self, data):
        if type(data) is not bytes and not isinstance(
                data, (bytes, bytearray, memoryview)):
            raise TypeError("data argument must be a bytes-like object, "
                            f"not {type(data).__name__!r}")
        if self._eof:
            raise RuntimeError("Cannot call write() after write_eof()")
        if not data:
            return
        if self._conn_lost:
            self._count_lost_write("send()")
            return
        if not self._buffer:
            # Most writes fit into the kernel's buffer at once.
            try:
                sent = self._sock.send(data)
            except (BlockingIOError, InterruptedError):
                sent = 0
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as exc:
                self._fatal_error(exc,
                                  "Fatal write error on socket transport")
                return
            if type(data) is bytes:
                if sent == len(data):
                    return
            elif sent == memoryview(data).nbytes:
                return
            data = memoryview(data).cast("B")[sent:]
            self._loop._add_writer(self._sock_fd, self._write_ready)
        self._keep(data)
        self._maybe_pause_protocol()

    def _keep(self, data):
        """Keep what is to be sent later; copy it if it may change."""
        view = memoryview(data)
        if not view.readonly or view.itemsize != 1:
            view = memoryview(bytes(view))
        self._buffer.append(view)
        self._buffer_size += len(view)

    def writelines(self, list_of_data):
        if self._eof:
            raise RuntimeError("Cannot call writelines() after write_eof()")
        if not list_of_data:
            return
        if self._conn_lost:
            self._count_lost_write("send()")
            return
        waited = bool(self._buffer)
        for data in list_of_data:
            if len(data):
                self._keep(data)
        if not waited and self._buffer:
            self._write_ready()
            if self._buffer:
                self._loop._add_writer(self._sock_fd, self._write_ready)
        if self._buffer:
            self._maybe_pause_protocol()

    def _send_kept(self):
        if len(self._buffer) == 1:
            return self._sock.send(self._buffer[0])
        return self._sock.sendmsg(islice(self._buffer, _MAX_BUFFERS))

    def _forget_sent(self, count):
        """Drop as many bytes of what is kept."""
        buffer = self._buffer
        self._buffer_size -= count
        while count:
            first = buffer.popleft()
            if count < len(first):
                buffer.appendleft(first[count:])
                break
            count -= len(first)

    def _write_ready(self):
        if self._conn_lost:
            return
        try:
            sent = self._send_kept()
        except (BlockingIOError, InterruptedError):
            return
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._loop._remove_writer(self._sock_fd)
            self._buffer.clear()
            self._buffer_size = 0
            self._fatal_error(exc, "Fatal write error on socket transport")
            return
        self._forget_sent(sent)
        self._maybe_resume_protocol()  # may add to the buffer
        if not self._buffer:
            self._loop._remove_writer(self._sock_fd)
            if self._closing:
                self._call_connection_lost(None)
            elif self._eof:
                self._sock.shutdown(socket.SHUT_WR)

    def write_eof(self):
        if self._closing or self._eof:
            return
        self._eof = True
        if not self._buffer:
            self._sock.shutdown(socket.SHUT_WR)

    def can_write_eof(self):
        return True


class _SelectorDatagramTransport(_SelectorTransport,
                                 transports.DatagramTransport):
    """Datagrams over a socket."""

    def __init__(self, loop, sock, protocol, address=None, waiter=None,
                 extra=None):
        super().__init__(loop, sock, protocol, extra)
        self._address = address
        loop.call_soon(self._protocol.connection_made, self)
        loop.call_soon(self._add_reader, self._sock_fd, self._read_ready)
        if waiter is not None:
            loop.call_soon(futures._set_result_unless_cancelled, waiter, None)

    def get_write_buffer_size(self):
        return sum(len(data) for data, _ in self._buffer)

    def _read_ready(self):
        if self._conn_lost:
            return
        try:
            data, addr = self._sock.recvfrom(_MAX_SIZE)
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as exc:
            self._protocol.error_received(exc)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._fatal_error(exc, "Fatal read error on datagram transport")
        else:
            self._protocol.datagram_received(data, addr)

    def sendto(self, data, addr=None):
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError("data argument must be a bytes-like object, "
                            f"not {type(data).__name__!r}")
        if self._address:
            if addr not in (None, self._address):
                raise ValueError("Invalid address: must be None or "
                                 f"{self._address}")
            addr = self._address
            if self._conn_lost:
                self._count_lost_write("send()")
                return
        if not self._buffer:
            if self._send_one(data, addr) is not BlockingIOError:
                return
            self._loop._add_writer(self._sock_fd, self._sendto_ready)
        self._buffer.append((bytes(data), addr))
        self._maybe_pause_protocol()

    def _send_one(self, data, addr):
        """Send a datagram; return BlockingIOError if it must wait."""
        try:
            if self._extra["peername"]:
                self._sock.send(data)
            else:
                self._sock.sendto(data, addr)
        except (BlockingIOError, InterruptedError):
            return BlockingIOError
        except OSError as exc:
            self._protocol.error_received(exc)
            return exc
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._fatal_error(exc, "Fatal write error on datagram transport")
            return exc
        return None

    def _sendto_ready(self):
        while self._buffer:
            data, addr = self._buffer[0]
            outcome = self._send_one(data, addr)
            if outcome is BlockingIOError:
                break
            if self._buffer:
                self._buffer.popleft()
            if outcome is not None:
                return
        self._maybe_resume_protocol()
        if not self._buffer:
            self._loop._remove_writer(self._sock_fd)
            if self._closing:
                self._call_connection_lost(None)


def _set_nodelay(sock):
    """Send small writes of a TCP connection at once."""
    if (sock.family in (socket.AF_INET, socket.AF_INET6)
            and sock.type == socket.SOCK_STREAM
            and sock.proto in (0, socket.IPPROTO_TCP)):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
