"""Making connections and servers, for the loop's create_*() methods."""

import errno
import socket
from weakref import WeakSet

from . import events, exceptions, tasks, trsock
from .log import logger


class Server(events.AbstractServer):
    """Listening sockets and the connections they led to."""

    def __init__(self, loop, sockets, protocol_factory, backlog):
        self._loop = loop
        self._sockets = sockets
        self._clients = WeakSet()
        # None once the server and its connections are closed.
        self._waiters = []
        self._protocol_factory = protocol_factory
        self._backlog = backlog
        self._serving = False
        self._serving_forever_fut = None

    def __repr__(self):
        return f"<{self.__class__.__name__} sockets={self.sockets!r}>"

    def _attach(self, transport):
        self._clients.add(transport)

    def _detach(self, transport):
        self._clients.discard(transport)
        if len(self._clients) == 0 and self._sockets is None:
            self._wakeup()

    def _wakeup(self):
        waiters, self._waiters = self._waiters, None
        for waiter in waiters or ():
            if not waiter.done():
                waiter.set_result(None)

    def _start_serving(self):
        if self._serving:
            return
        self._serving = True
        for sock in self._sockets:
            sock.listen(self._backlog)
            self._loop._start_serving(self._protocol_factory, sock, self,
                                      self._backlog)

    def get_loop(self):
        return self._loop

    def is_serving(self):
        return self._serving

    @property
    def sockets(self):
        """The listening sockets, for inspection."""
        if self._sockets is None:
            return ()
        return tuple(trsock.TransportSocket(sock) for sock in self._sockets)

    def close(self):
        sockets = self._sockets
        if sockets is None:
            return
        self._sockets = None
        for sock in sockets:
            self._loop._stop_serving(sock)
        self._serving = False
        if (self._serving_forever_fut is not None
                and not self._serving_forever_fut.done()):
            self._serving_forever_fut.cancel()
            self._serving_forever_fut = None
        if len(self._clients) == 0:
            self._wakeup()

    def close_clients(self):
        for transport in self._clients.copy():
            transport.close()

    def abort_clients(self):
        for transport in self._clients.copy():
            transport.abort()

    async def start_serving(self):
        self._start_serving()
        # Let the loop begin to accept.
        await tasks.sleep(0)

    async def serve_forever(self):
        if self._serving_forever_fut is not None:
            raise RuntimeError(f"server {self!r} is already being awaited on "
                               "serve_forever()")
        if self._sockets is None:
            raise RuntimeError(f"server {self!r} is closed")
        self._start_serving()
        self._serving_forever_fut = self._loop.create_future()
        try:
            await self._serving_forever_fut
        except exceptions.CancelledError:
            try:
                self.close()
                await self.wait_closed()
            finally:
                raise
        finally:
            self._serving_forever_fut = None

    async def wait_closed(self):
        if self._waiters is None:
            return
        waiter = self._loop.create_future()
        self._waiters.append(waiter)
        await waiter


def refuse_ssl(context, server_hostname, handshake_timeout,
               shutdown_timeout):
    """Raise for TLS, which is not supported, and for options without it."""
    if context:
        raise NotImplementedError("TLS connections are not supported")
    if server_hostname is not None:
        raise ValueError("server_hostname is only meaningful with ssl")
    if handshake_timeout is not None:
        raise ValueError("ssl_handshake_timeout is only meaningful with ssl")
    if shutdown_timeout is not None:
        raise ValueError("ssl_shutdown_timeout is only meaningful with ssl")


def check_stream(sock):
    """Raise unless the socket is one of a stream."""
    if sock.type != socket.SOCK_STREAM:
        raise ValueError(f"A Stream Socket was expected, got {sock!r}")


def _numeric_info(host, port, family, kind, proto, flowinfo=0, scope_id=0):
    """Return the address info of a numeric address, or None."""
    if host is None or proto not in (0, socket.IPPROTO_TCP,
                                     socket.IPPROTO_UDP):
        return None
    if proto == 0:
        proto = {socket.SOCK_STREAM: socket.IPPROTO_TCP,
                 socket.SOCK_DGRAM: socket.IPPROTO_UDP}.get(kind)
        if proto is None:
            return None
    if port is None or port in ("", b""):
        port = 0
    else:
        try:
            port = int(port)
        except (TypeError, ValueError):
            return None  # the name of a service
    if isinstance(host, bytes):
        host = host.decode("idna")
    if "%" in host:
        return None  # getaddrinfo() finds the scope
    families = ((socket.AF_INET, socket.AF_INET6)
                if family == socket.AF_UNSPEC else (family,))
    for candidate in families:
        try:
            socket.inet_pton(candidate, host)
        except OSError:
            continue
        if candidate == socket.AF_INET6:
            address = (host, port, flowinfo, scope_id)
        else:
            address = (host, port)
        return candidate, kind, proto, "", address
    return None


async def ensure_resolved(loop, address, *, family=0,
                          type=socket.SOCK_STREAM, proto=0, flags=0):
    """Return address infos, asking the resolver only for names."""
    host, port = address[:2]
    info = _numeric_info(host, port, family, type, proto, *address[2:])
    if info is not None:
        return [info]
    return await loop.getaddrinfo(host, port, family=family, type=type,
                                  proto=proto, flags=flags)


def _interleave(infos, first_family_count):
    """Alternate between the address families, in order of appearance."""
    by_family = {}
    for info in infos:
        by_family.setdefault(info[0], []).append(info)
    lists = list(by_family.values())
    mixed = []
    if first_family_count > 1:
        mixed += lists[0][:first_family_count - 1]
        del lists[0][:first_family_count - 1]
    for position in range(max(map(len, lists))):
        mixed += [infos[position] for infos in lists
                  if position < len(infos)]
    return mixed


async def connect(loop, host, port, *, family, proto, flags, local_addr,
                  delay, interleave, all_errors):
    """Return a socket connected to the first address that answers."""
    if host is None and port is None:
        raise ValueError("host and port was not specified and no sock "
                         "specified")
    if delay is not None and interleave is None:
        interleave = 1
    infos = await ensure_resolved(loop, (host, port), family=family,
                                  proto=proto, flags=flags)
    if not infos:
        raise OSError("getaddrinfo() returned empty list")
    local_infos = None
    if local_addr is not None:
        local_infos = await ensure_resolved(loop, local_addr, family=family,
                                            proto=proto, flags=flags)
        if not local_infos:
            raise OSError("getaddrinfo() returned empty list")
    if interleave:
        infos = _interleave(infos, interleave)
    errors = []
    sock = None
    if delay is None:
        for info in infos:
            try:
                sock = await _connect_to(loop, errors, info, local_infos)
                break
            except OSError:
                continue
    else:
        from functools import partial
        from .staggered import staggered_race
        sock, _, _ = await staggered_race(
            [partial(_connect_to, loop, errors, info, local_infos)
             for info in infos], delay, loop=loop)
    if sock is None:
        _raise_connect_errors(errors, all_errors)
    return sock


def _raise_connect_errors(errors, all_errors):
    try:
        if all_errors:
            raise ExceptionGroup("create_connection failed", errors)
        if len(errors) == 1:
            raise errors[0]
        model = str(errors[0])
        if all(str(error) == model for error in errors):
            raise errors[0]
        raise OSError("Multiple exceptions: "
                      + ", ".join(str(error) for error in errors))
    finally:
        errors = None


async def _connect_to(loop, errors, info, local_infos):
    """Return a socket connected to one address; note why it failed."""
    family, kind, proto, _, address = info
    sock = None
    try:
        sock = socket.socket(family=family, type=kind, proto=proto)
        sock.setblocking(False)
        if local_infos is not None:
            _bind_local(sock, family, local_infos)
        await loop.sock_connect(sock, address)
        return sock
    except OSError as exc:
        errors.append(exc)
        if sock is not None:
            sock.close()
        raise
    except:
        if sock is not None:
            sock.close()
        raise


def _bind_local(sock, family, local_infos):
    failure = None
    for local_family, _, _, _, address in local_infos:
        if local_family != family:
            continue
        try:
            sock.bind(address)
            return
        except OSError as exc:
            failure = OSError(exc.errno,
                              "error while attempting to bind on address "
                              f"{address!r}: {exc.strerror.lower()}")
    if failure is not None:
        raise failure
    raise OSError(f"no matching local address with {family=} found")


async def listen(loop, host, port, *, family, flags, reuse_address,
                 reuse_port, keep_alive):
    """Return sockets bound to all addresses of the host or hosts."""
    if host == "":
        hosts = [None]
    elif host is None or isinstance(host, str) \
            or not hasattr(host, "__iter__"):
        hosts = [host]
    else:
        hosts = host
    infos = {}
    for name in hosts:
        found = await ensure_resolved(loop, (name, port), family=family,
                                      flags=flags)
        if not found:
            raise OSError(f"getaddrinfo({name!r}) returned empty list")
        infos.update(dict.fromkeys(found))
    sockets = []
    try:
        for info in infos:
            _bound_socket(info, sockets, reuse_address is not False,
                          reuse_port, keep_alive)
        if not sockets:
            addresses = [info[4] for info in infos]
            raise OSError("could not bind on any address out of "
                          f"{addresses!r}")
    except:
        for sock in sockets:
            sock.close()
        raise
    return sockets


def _bound_socket(info, sockets, reuse_address, reuse_port, keep_alive):
    """Add a socket bound to one address, unless there is no such family."""
    family, kind, proto, _, address = info
    try:
        sock = socket.socket(family, kind, proto)
    except OSError:
        return
    sockets.append(sock)
    if reuse_address:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
    if reuse_port:
        _set_reuse_port(sock)
    if keep_alive:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, True)
    if family == socket.AF_INET6:
        # So that 0.0.0.0 with the same port can be bound too.
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, True)
    try:
        sock.bind(address)
    except OSError as exc:
        message = ("error while attempting to bind on address "
                   f"{address!r}: {exc.strerror.lower()}")
        if exc.errno == errno.EADDRNOTAVAIL:
            # The family exists, but no interface has it.
            sockets.pop()
            sock.close()
            logger.warning(message)
            return
        raise OSError(exc.errno, message) from None


def _set_reuse_port(sock):
    if not hasattr(socket, "SO_REUSEPORT"):
        raise ValueError("reuse_port not supported by socket module")
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError:
        raise ValueError("reuse_port not supported by socket module, "
                         "SO_REUSEPORT defined but not implemented.") from None


async def serve(loop, sockets, protocol_factory, backlog, start_serving):
    """Return a Server of listening sockets."""
    for sock in sockets:
        sock.setblocking(False)
    server = Server(loop, sockets, protocol_factory, backlog)
    if start_serving:
        server._start_serving()
        await tasks.sleep(0)
    if loop._debug:
        logger.info("%r is serving", server)
    return server


async def datagram_socket(loop, local_addr, remote_addr, *, family, proto,
                          flags, reuse_port, allow_broadcast, sock):
    """Return a datagram socket and the address it is connected to."""
    if sock is not None:
        _check_datagram_options(sock, local_addr=local_addr,
                                remote_addr=remote_addr, family=family,
                                proto=proto, flags=flags,
                                reuse_port=reuse_port,
                                allow_broadcast=allow_broadcast)
        sock.setblocking(False)
        return sock, None
    pairs = await _datagram_addresses(loop, local_addr, remote_addr, family,
                                      proto, flags)
    errors = []
    for (kind, protocol), (local, remote) in pairs:
        sock = None
        try:
            sock = socket.socket(family=kind, type=socket.SOCK_DGRAM,
                                 proto=protocol)
            if reuse_port:
                _set_reuse_port(sock)
            if allow_broadcast:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            sock.setblocking(False)
            if local_addr:
                sock.bind(local)
            if remote_addr and not allow_broadcast:
                await loop.sock_connect(sock, remote)
            return sock, remote
        except OSError as exc:
            if sock is not None:
                sock.close()
            errors.append(exc)
        except:
            if sock is not None:
                sock.close()
            raise
    raise errors[0]


def _check_datagram_options(sock, **options):
    if sock.type == socket.SOCK_STREAM:
        raise ValueError(f"A datagram socket was expected, got {sock!r}")
    given = ", ".join(f"{name}={value}" for name, value in options.items()
                      if value)
    if given:
        raise ValueError("socket modifier keyword arguments can not be used "
                         f"when sock is specified. ({given})")


async def _datagram_addresses(loop, local_addr, remote_addr, family, proto,
                              flags):
    """Return [((family, proto), (local address, remote address))]."""
    if not (local_addr or remote_addr):
        if family == 0:
            raise ValueError("unexpected address family")
        return [((family, proto), (None, None))]
    if getattr(socket, "AF_UNIX", None) == family:
        return [((family, proto), (local_addr, remote_addr))]
    found = {}
    for index, address in enumerate((local_addr, remote_addr)):
        if address is None:
            continue
        if not (isinstance(address, tuple) and len(address) == 2):
            raise TypeError("2-tuple is expected")
        infos = await ensure_resolved(loop, address, family=family,
                                      type=socket.SOCK_DGRAM, proto=proto,
                                      flags=flags)
        if not infos:
            raise OSError("getaddrinfo() returned empty list")
        for kind, _, protocol, _, resolved in infos:
            entry = found.setdefault((kind, protocol), [None, None])
            entry[index] = resolved
    pairs = [(key, tuple(pair)) for key, pair in found.items()
             if not ((local_addr and pair[0] is None)
                     or (remote_addr and pair[1] is None))]
    if not pairs:
        raise ValueError("can not get address information")
    return pairs
