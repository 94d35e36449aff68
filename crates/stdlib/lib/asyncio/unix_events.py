"""The event loop of Unix: signals and Unix sockets on top of a selector."""

import errno

from . import coroutines, events, selector_events

__all__ = ("SelectorEventLoop", "DefaultEventLoopPolicy", "EventLoop")


class _UnixSelectorEventLoop(selector_events.BaseSelectorEventLoop):
    """A selector loop that also takes signals."""

    def __init__(self, selector=None):
        super().__init__(selector)
        self._signal_handlers = {}

    def close(self):
        super().close()
        for signum in list(self._signal_handlers):
            self.remove_signal_handler(signum)

    # Signals. The handler runs between two steps of the program; all it does
    # is queue the callback and wake the loop.

    def add_signal_handler(self, sig, callback, *args):
        """Call a function from the loop when a signal arrives."""
        if (coroutines.iscoroutine(callback)
                or coroutines.iscoroutinefunction(callback)):
            raise TypeError("coroutines cannot be used with "
                            "add_signal_handler()")
        self._check_signal(sig)
        self._check_closed()
        import signal
        handle = events.Handle(callback, args, self, None)
        self._signal_handlers[sig] = handle
        try:
            signal.signal(sig, self._on_signal)
        except OSError as exc:
            del self._signal_handlers[sig]
            if exc.errno == errno.EINVAL:
                raise RuntimeError(f"sig {sig} cannot be caught")
            raise
        except ValueError as exc:
            del self._signal_handlers[sig]
            raise RuntimeError(str(exc))

    def _on_signal(self, signum, frame):
        if not self._closed:
            self._handle_signal(signum)

    def _handle_signal(self, sig):
        handle = self._signal_handlers.get(sig)
        if handle is None:
            return
        if handle._cancelled:
            self.remove_signal_handler(sig)
        else:
            self._add_callback_signalsafe(handle)

    def remove_signal_handler(self, sig):
        """Take the handler of a signal away; tell if there was one."""
        self._check_signal(sig)
        if self._signal_handlers.pop(sig, None) is None:
            return False
        import signal
        try:
            signal.signal(sig, signal.default_int_handler
                          if sig == signal.SIGINT else signal.SIG_DFL)
        except OSError as exc:
            if exc.errno == errno.EINVAL:
                raise RuntimeError(f"sig {sig} cannot be caught")
            raise
        return True

    def _check_signal(self, sig):
        if not isinstance(sig, int):
            raise TypeError(f"sig must be an int, not {sig!r}")
        import signal
        if sig not in signal.valid_signals():
            raise ValueError(f"invalid signal number {sig}")

    # Unix sockets.

    async def create_unix_connection(
            self, protocol_factory, path=None, *, ssl=None, sock=None,
            server_hostname=None, ssl_handshake_timeout=None,
            ssl_shutdown_timeout=None):
        """Connect to a Unix socket; return (transport, protocol)."""
        import os
        import socket
        from . import network
        network.refuse_ssl(ssl, server_hostname, ssl_handshake_timeout,
                           ssl_shutdown_timeout)
        if path is not None:
            if sock is not None:
                raise ValueError("path and sock can not be specified at the "
                                 "same time")
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0)
            try:
                sock.setblocking(False)
                await self.sock_connect(sock, os.fspath(path))
            except:
                sock.close()
                raise
        else:
            _check_unix_socket(sock)
            sock.setblocking(False)
        return await self._create_connection_transport(sock, protocol_factory)

    async def create_unix_server(
            self, protocol_factory, path=None, *, sock=None, backlog=100,
            ssl=None, ssl_handshake_timeout=None, ssl_shutdown_timeout=None,
            start_serving=True, cleanup_socket=True):
        """Listen on a Unix socket; return a Server."""
        from . import network
        if isinstance(ssl, bool):
            raise TypeError("ssl argument must be an SSLContext or None")
        network.refuse_ssl(ssl, None, ssl_handshake_timeout,
                           ssl_shutdown_timeout)
        if path is not None:
            if sock is not None:
                raise ValueError("path and sock can not be specified at the "
                                 "same time")
            sock = _bound_unix_socket(path)
        else:
            _check_unix_socket(sock)
        return await network.serve(self, [sock], protocol_factory, backlog,
                                   start_serving)


def _check_unix_socket(sock):
    import socket
    if sock is None:
        raise ValueError("path was not specified, and no sock specified")
    if sock.family != socket.AF_UNIX or sock.type != socket.SOCK_STREAM:
        raise ValueError("A UNIX Domain Stream Socket was expected, got "
                         f"{sock!r}")


def _bound_unix_socket(path):
    """Return a socket bound to a path, in place of a stale one."""
    import os
    import socket
    path = os.fspath(path)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if path and path[0] not in (0, "\x00"):
        try:
            if os.stat(path).st_mode & 0o170000 == 0o140000:
                os.remove(path)
        except FileNotFoundError:
            pass
    try:
        sock.bind(path)
    except OSError as exc:
        sock.close()
        if exc.errno == errno.EADDRINUSE:
            raise OSError(errno.EADDRINUSE,
                          f"Address {path!r} is already in use") from None
        raise
    except:
        sock.close()
        raise
    return sock


class _UnixDefaultEventLoopPolicy(events.BaseDefaultEventLoopPolicy):
    """Hands out selector loops."""

    _loop_factory = _UnixSelectorEventLoop


SelectorEventLoop = _UnixSelectorEventLoop
DefaultEventLoopPolicy = _UnixDefaultEventLoopPolicy
EventLoop = SelectorEventLoop
