"""Sockets."""

import enum
import _socket
from _socket import *


def _members(kind, name, start):
    """Make an enumeration of the constants whose names start so."""
    found = {known: value for known, value in vars(_socket).items()
             if known.startswith(start)}
    made = kind(name, found, module=__name__)
    globals().update(made.__members__)
    return made


AddressFamily = _members(enum.IntEnum, "AddressFamily", "AF_")
SocketKind = _members(enum.IntEnum, "SocketKind", "SOCK_")
MsgFlag = _members(enum.IntFlag, "MsgFlag", "MSG_")
AddressInfo = _members(enum.IntFlag, "AddressInfo", "AI_")


def _member(kind, value):
    """Return the member of this value, or the value if there is none."""
    try:
        return kind(value)
    except ValueError:
        return value


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    """Return (family, type, protocol, name, address) for a host and port."""
    found = _socket.getaddrinfo(host, port, family, type, proto, flags)
    return [(_member(AddressFamily, family), _member(SocketKind, kind), *rest)
            for family, kind, *rest in found]


# Names of the native module that `import *` leaves out or renames.
SocketType = _socket.socket
error = OSError
timeout = TimeoutError

# Marks create_connection()'s timeout as not given.
_GLOBAL_DEFAULT_TIMEOUT = object()

has_ipv6 = True


class socket(_socket.socket):
    """A socket; see socket(7)."""

    __slots__ = ("__weakref__", "_closed")

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        if fileno is None:
            family = _socket.AF_INET if family == -1 else family
            type = _socket.SOCK_STREAM if type == -1 else type
            proto = 0 if proto == -1 else proto
        super().__init__(family, type, proto, fileno)
        self._closed = False

    @property
    def family(self):
        """The address family."""
        return _member(AddressFamily, super().family)

    @property
    def type(self):
        """The kind of socket."""
        return _member(SocketKind, super().type)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        if not self._closed:
            self.close()

    def __repr__(self):
        cls = self.__class__
        closed = " [closed]" if getattr(self, "_closed", False) else ""
        text = (f"<{cls.__module__}.{cls.__qualname__}{closed} "
                f"fd={self.fileno()}, family={self.family}, "
                f"type={self.type}, proto={self.proto}")
        if not closed:
            for label, address in (("laddr", self.getsockname),
                                   ("raddr", self.getpeername)):
                try:
                    value = address()
                except OSError:
                    continue
                if value:
                    text += f", {label}={value}"
        return text + ">"

    def __getstate__(self):
        raise TypeError(
            f"cannot pickle {self.__class__.__name__!r} object")

    def dup(self):
        """Return a socket with a descriptor of its own."""
        new = self.__class__(self.family, self.type, self.proto,
                             fileno=_socket.dup(self.fileno()))
        new.settimeout(self.gettimeout())
        return new

    def accept(self):
        """Wait for a connection; return (socket, address)."""
        fd, address = self._accept()
        sock = socket(self.family, self.type, self.proto, fileno=fd)
        # Some systems hand the non-blocking mode down, whatever ours is.
        if getdefaulttimeout() is None and self.gettimeout():
            sock.setblocking(True)
        return sock, address

    def close(self):
        self._closed = True
        super().close()

    def detach(self):
        """Give the descriptor away; the socket is closed without it."""
        self._closed = True
        return super().detach()

    def get_inheritable(self):
        from os import get_inheritable
        return get_inheritable(self.fileno())

    def set_inheritable(self, inheritable):
        from os import set_inheritable
        set_inheritable(self.fileno(), inheritable)


def fromfd(fd, family, type, proto=0):
    """Return a socket of a copy of a descriptor."""
    return socket(family, type, proto, _socket.dup(fd))


def socketpair(family=None, type=None, proto=0):
    """Return two sockets connected to each other."""
    family = _socket.AF_UNIX if family is None else family
    type = _socket.SOCK_STREAM if type is None else type
    return tuple(socket(family, type, proto, _take_descriptor(end))
                 for end in _socket.socketpair(family, type, proto))


def _take_descriptor(end):
    """Return the descriptor of what a native call handed out."""
    return end if isinstance(end, int) else end.detach()


def getfqdn(name=""):
    """Return the full name of a host; of this one by default."""
    name = name.strip()
    if not name or name in ("0.0.0.0", "::"):
        name = gethostname()
    try:
        hostname, aliases, _ = gethostbyaddr(name)
    except OSError:
        return name
    return next((full for full in (hostname, *aliases) if "." in full),
                hostname)


def create_connection(address, timeout=_GLOBAL_DEFAULT_TIMEOUT,
                      source_address=None, *, all_errors=False):
    """Connect to (host, port), trying all its addresses."""
    host, port = address
    errors = []
    for family, kind, proto, _, target in getaddrinfo(host, port, 0,
                                                      SOCK_STREAM):
        sock = None
        try:
            sock = socket(family, kind, proto)
            if timeout is not _GLOBAL_DEFAULT_TIMEOUT:
                sock.settimeout(timeout)
            if source_address:
                sock.bind(source_address)
            sock.connect(target)
            errors.clear()
            return sock
        except OSError as exc:
            if not all_errors:
                errors.clear()
            errors.append(exc)
            if sock is not None:
                sock.close()
    if not errors:
        raise OSError("getaddrinfo returns an empty list")
    try:
        if not all_errors:
            raise errors[0]
        raise ExceptionGroup("create_connection failed", errors)
    finally:
        errors.clear()


def has_dualstack_ipv6():
    """Tell if one socket can serve IPv4 and IPv6."""
    try:
        with socket(AF_INET6, SOCK_STREAM) as sock:
            sock.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 0)
            return True
    except OSError:
        return False


def create_server(address, *, family=AF_INET, backlog=None, reuse_port=False,
                  dualstack_ipv6=False):
    """Return a socket that listens at an address."""
    if reuse_port and "SO_REUSEPORT" not in globals():
        raise ValueError("SO_REUSEPORT not supported on this platform")
    if dualstack_ipv6:
        if not has_dualstack_ipv6():
            raise ValueError("dualstack_ipv6 not supported on this platform")
        if family != AF_INET6:
            raise ValueError("dualstack_ipv6 requires AF_INET6 family")
    sock = socket(family, SOCK_STREAM)
    try:
        sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        if reuse_port:
            sock.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
        if family == AF_INET6:
            sock.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY,
                            0 if dualstack_ipv6 else 1)
        try:
            sock.bind(address)
        except OSError as exc:
            raise OSError(exc.errno, f"{exc.strerror} (while attempting to "
                          f"bind on address {address!r})") from None
        if backlog is None:
            sock.listen()
        else:
            sock.listen(backlog)
        return sock
    except OSError:
        sock.close()
        raise


__all__ = [name for name in globals()
           if name[:1] != "_" or name == "_GLOBAL_DEFAULT_TIMEOUT"]
