"""The event loop over a selector: file descriptors, sockets, accepting.

The default selector is the host's poller, `_loop.Core`, which also owns the
clock; an object with the interface of the `selectors` module may be given
instead.
"""

import errno
from _functools import partial
from _asyncio import _loop_process_events, _loop_tick, _loop_time
from _loop import Core, _set_selector_class

from . import base_events, constants, events

EVENT_READ = 1
EVENT_WRITE = 2


def _fd_of(fileobj):
    """Return the descriptor of an int or of an object with fileno()."""
    if isinstance(fileobj, int):
        fd = fileobj
    else:
        try:
            fd = int(fileobj.fileno())
        except (AttributeError, TypeError, ValueError):
            raise ValueError(f"Invalid file object: {fileobj!r}") from None
    if fd < 0:
        raise ValueError(f"Invalid file descriptor: {fd}")
    return fd


class _Key:
    """What is registered for a descriptor."""

    __slots__ = ("fileobj", "fd", "events", "data")

    def __init__(self, fd, data):
        self.fileobj = self.fd = fd
        self.data = reader, writer = data
        self.events = ((EVENT_READ if reader is not None else 0)
                       | (EVENT_WRITE if writer is not None else 0))


class CoreSelector:
    """The host's poller with the interface of a selector."""

    __slots__ = ("_core",)

    def __init__(self, core):
        self._core = core

    def get_map(self):
        return {fd: _Key(fd, data)
                for fd, data in self._core.watched().items()}

    def get_key(self, fd):
        return self.get_map()[fd]

    def register(self, fd, events, data):
        for event, handle in zip((EVENT_READ, EVENT_WRITE), data):
            self._core.unwatch(fd, event)
            if handle is not None:
                self._core.watch(fd, event, handle)
        return self.get_key(fd)

    def modify(self, fd, events, data):
        return self.register(fd, events, data)

    def unregister(self, fd):
        key = self.get_key(fd)
        self._core.unwatch(fd, EVENT_READ)
        self._core.unwatch(fd, EVENT_WRITE)
        return key

    def select(self, timeout=None):
        ready = self._core.poll(timeout)
        if not ready:
            return ready
        keys = self.get_map()
        # A descriptor may have been unregistered since the poll began.
        return [(keys[fd], mask) for fd, mask in ready if fd in keys]

    def close(self):
        self._core.close()


_set_selector_class(CoreSelector)


class BaseSelectorEventLoop(base_events.BaseEventLoop):
    """A loop that waits for file descriptors."""

    def __init__(self, selector=None):
        super().__init__()
        self._core = None
        self._wake_pair = None
        self._transports = {}
        if selector is not None:
            self._selector = selector
            self._make_wake_pair()
            return
        self._core = Core()
        self._selector = CoreSelector(self._core)
        self._clock_resolution = self._core.clock_resolution

    def close(self):
        if self.is_running():
            raise RuntimeError("Cannot close a running event loop")
        if self.is_closed():
            return
        if self._wake_pair is not None:
            self._remove_reader(self._wake_pair[0].fileno())
            for sock in self._wake_pair:
                sock.close()
            self._wake_pair = None
            self._internal_fds -= 1
        super().close()
        if self._selector is not None:
            self._selector.close()
            self._selector = None
            self._core = None

    # All loops share the host's clock.

    time = _loop_time
    _tick = _loop_tick

    # Waking the loop.

    def _make_wake_pair(self):
        import socket
        self._wake_pair = socket.socketpair()
        for sock in self._wake_pair:
            sock.setblocking(False)
        self._internal_fds += 1
        self._add_reader(self._wake_pair[0].fileno(), self._drain_wake_pair)

    def _drain_wake_pair(self):
        try:
            while self._wake_pair[0].recv(4096):
                pass
        except (BlockingIOError, InterruptedError):
            pass

    def _write_to_self(self):
        if self._core is not None:
            self._core.wake()
        elif self._wake_pair is not None:
            try:
                self._wake_pair[1].send(b"\0")
            except OSError:
                # The pipe is full, so the loop will wake anyway.
                pass

    # Descriptors.

    _process_events = _loop_process_events

    def _ensure_fd_no_transport(self, fd):
        fileno = _fd_of(fd)
        transport = self._transports.get(fileno)
        if transport is not None and not transport.is_closing():
            raise RuntimeError(f"File descriptor {fd!r} is used by transport "
                               f"{transport!r}")
        return fileno

    def _watch(self, fd, event, handle):
        """Let `handle` run on an event, in place of the one before it."""
        self._check_closed()
        if self._core is not None:
            before = self._core.watch(fd, event, handle)
        else:
            before = self._watch_by_selector(fd, event, handle)
        if before is not None:
            before.cancel()
        return handle

    def _watch_by_selector(self, fd, event, handle):
        key = self._selector.get_map().get(fd)
        if key is None:
            pair = (handle, None) if event == EVENT_READ else (None, handle)
            self._selector.register(fd, event, pair)
            return None
        reader, writer = key.data
        if event == EVENT_READ:
            before, pair = reader, (handle, writer)
        else:
            before, pair = writer, (reader, handle)
        self._selector.modify(fd, key.events | event, pair)
        return before

    def _unwatch(self, fd, event):
        """Forget the handle of an event; tell if there was one."""
        if self._closed:
            return False
        if self._core is not None:
            before = self._core.unwatch(fd, event)
        else:
            before = self._unwatch_by_selector(fd, event)
        if before is None:
            return False
        before.cancel()
        return True

    def _unwatch_by_selector(self, fd, event):
        key = self._selector.get_map().get(fd)
        if key is None:
            return None
        reader, writer = key.data
        if event == EVENT_READ:
            before, pair = reader, (None, writer)
        else:
            before, pair = writer, (reader, None)
        mask = key.events & ~event
        if mask:
            self._selector.modify(fd, mask, pair)
        else:
            self._selector.unregister(fd)
        return before

    def _watched_events(self, fd):
        """Return the mask of events that a descriptor is watched for."""
        if self._core is not None:
            return self._core.events(fd)
        key = self._selector.get_map().get(fd)
        return 0 if key is None else key.events

    def _add_reader(self, fd, callback, *args):
        return self._watch(_fd_of(fd), EVENT_READ,
                           events.Handle(callback, args, self, None))

    def _add_writer(self, fd, callback, *args):
        return self._watch(_fd_of(fd), EVENT_WRITE,
                           events.Handle(callback, args, self, None))

    def _remove_reader(self, fd):
        return self._unwatch(fd, EVENT_READ)

    def _remove_writer(self, fd):
        return self._unwatch(fd, EVENT_WRITE)

    def add_reader(self, fd, callback, *args):
        """Call a function whenever the descriptor can be read."""
        self._add_reader(self._ensure_fd_no_transport(fd), callback, *args)

    def remove_reader(self, fd):
        """Stop watching the descriptor for reading."""
        return self._remove_reader(self._ensure_fd_no_transport(fd))

    def add_writer(self, fd, callback, *args):
        """Call a function whenever the descriptor can be written."""
        self._add_writer(self._ensure_fd_no_transport(fd), callback, *args)

    def remove_writer(self, fd):
        """Stop watching the descriptor for writing."""
        return self._remove_writer(self._ensure_fd_no_transport(fd))

    # Servers.

    def _start_serving(self, protocol_factory, sock, server=None,
                       backlog=100):
        self._add_reader(sock.fileno(), self._accept_connection,
                         protocol_factory, sock, server, backlog)

    def _stop_serving(self, sock):
        self._remove_reader(sock.fileno())
        sock.close()

    def _accept_connection(self, protocol_factory, sock, server, backlog):
        # Many clients may wait at once: take them in one go.
        for _ in range(backlog):
            try:
                conn, addr = sock.accept()
                conn.setblocking(False)
            except (BlockingIOError, InterruptedError,
                    ConnectionAbortedError):
                return
            except OSError as exc:
                if exc.errno not in (errno.EMFILE, errno.ENFILE,
                                     errno.ENOBUFS, errno.ENOMEM):
                    raise
                self._pause_accepting(exc, protocol_factory, sock, server,
                                      backlog)
                return
            self.create_task(self._serve_accepted(protocol_factory, conn,
                                                  addr, server))

    def _pause_accepting(self, exc, protocol_factory, sock, server, backlog):
        """Out of descriptors or memory: try again a little later."""
        from . import trsock
        self.call_exception_handler({
            "message": "socket.accept() out of system resource",
            "exception": exc,
            "socket": trsock.TransportSocket(sock),
        })
        self._remove_reader(sock.fileno())
        self.call_later(constants.ACCEPT_RETRY_DELAY, self._resume_accepting,
                        protocol_factory, sock, server, backlog)

    def _resume_accepting(self, protocol_factory, sock, server, backlog):
        if sock.fileno() != -1:
            self._start_serving(protocol_factory, sock, server, backlog)

    async def _serve_accepted(self, protocol_factory, conn, addr, server):
        protocol = None
        transport = None
        try:
            protocol = protocol_factory()
            waiter = self.create_future()
            transport = self._make_socket_transport(
                conn, protocol, waiter, extra={"peername": addr},
                server=server)
            try:
                await waiter
            except BaseException:
                transport.close()
                raise
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            if self._debug:
                context = {
                    "message": "Error on transport creation for incoming "
                               "connection",
                    "exception": exc,
                }
                if protocol is not None:
                    context["protocol"] = protocol
                if transport is not None:
                    context["transport"] = transport
                self.call_exception_handler(context)

    # Transports.

    def _make_socket_transport(self, sock, protocol, waiter=None, *,
                               extra=None, server=None):
        from .selector_transports import _SelectorSocketTransport
        self._ensure_fd_no_transport(sock)
        return _SelectorSocketTransport(self, sock, protocol, waiter, extra,
                                        server)

    def _make_datagram_transport(self, sock, protocol, address=None,
                                 waiter=None, extra=None):
        from .selector_transports import _SelectorDatagramTransport
        self._ensure_fd_no_transport(sock)
        return _SelectorDatagramTransport(self, sock, protocol, address,
                                          waiter, extra)

    # Operations on plain sockets.

    def _check_non_blocking(self, sock):
        if self._debug and sock.gettimeout() != 0:
            raise ValueError("the socket must be non-blocking")

    async def _when_ready(self, sock, event, attempt, *args):
        """Return attempt(*args), waiting for the socket as needed."""
        if self._debug:
            self._check_non_blocking(sock)
        try:
            return attempt(*args)
        except (BlockingIOError, InterruptedError):
            pass
        future = self.create_future()
        fd = self._ensure_fd_no_transport(sock)
        handle = events.Handle(self._attempt, (future, attempt, args), self,
                               None)
        self._watch(fd, event, handle)
        future.add_done_callback(
            partial(self._forget_attempt, fd, event, handle))
        return await future

    def _attempt(self, future, attempt, args):
        if future.done():
            return
        try:
            result = attempt(*args)
        except (BlockingIOError, InterruptedError):
            return
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            future.set_exception(exc)
        else:
            future.set_result(result)

    def _forget_attempt(self, fd, event, handle, future):
        if not handle.cancelled():
            self._unwatch(fd, event)

    async def sock_recv(self, sock, nbytes):
        """Receive at most nbytes bytes."""
        return await self._when_ready(sock, EVENT_READ, sock.recv, nbytes)

    async def sock_recv_into(self, sock, buf):
        """Receive into a buffer; return the number of bytes."""
        return await self._when_ready(sock, EVENT_READ, sock.recv_into, buf)

    async def sock_recvfrom(self, sock, bufsize):
        """Receive a datagram and its sender's address."""
        return await self._when_ready(sock, EVENT_READ, sock.recvfrom,
                                      bufsize)

    async def sock_recvfrom_into(self, sock, buf, nbytes=0):
        """Receive a datagram into a buffer; return size and address."""
        return await self._when_ready(sock, EVENT_READ, sock.recvfrom_into,
                                      buf, nbytes or len(buf))

    async def sock_sendall(self, sock, data):
        """Send all the bytes."""
        if self._debug:
            self._check_non_blocking(sock)
        try:
            sent = sock.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        view = memoryview(data)
        if sent == view.nbytes:
            return
        view = view.cast("B")

        def attempt():
            nonlocal sent
            sent += sock.send(view[sent:])
            if sent < len(view):
                raise BlockingIOError

        await self._when_ready(sock, EVENT_WRITE, attempt)

    async def sock_sendto(self, sock, data, address):
        """Send a datagram."""
        if not data:
            return 0
        return await self._when_ready(sock, EVENT_WRITE, sock.sendto, data,
                                      address)

    async def sock_connect(self, sock, address):
        """Connect a socket to a remote address."""
        self._check_non_blocking(sock)
        import socket
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            from .network import ensure_resolved
            infos = await ensure_resolved(
                self, address, family=sock.family, type=sock.type,
                proto=sock.proto)
            address = infos[0][4]
        started = False

        def attempt():
            nonlocal started
            if not started:
                started = True
                sock.connect(address)
                return
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                raise OSError(error, f"Connect call failed {address}")

        await self._when_ready(sock, EVENT_WRITE, attempt)

    async def sock_accept(self, sock):
        """Accept a connection; return (socket, address)."""

        def attempt():
            conn, address = sock.accept()
            conn.setblocking(False)
            return conn, address

        return await self._when_ready(sock, EVENT_READ, attempt)


_TRANSPORTS = ("_SelectorTransport", "_SelectorSocketTransport",
               "_SelectorDatagramTransport")


def __getattr__(name):
    if name not in _TRANSPORTS:
        raise AttributeError(
            f"module 'asyncio.selector_events' has no attribute {name!r}")
    from . import selector_transports
    return getattr(selector_transports, name)
