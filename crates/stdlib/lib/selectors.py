"""Waiting for several files at once, whatever the system offers."""

import math
import select
from collections import namedtuple
from collections.abc import Mapping

EVENT_READ = 1
EVENT_WRITE = 2

SelectorKey = namedtuple("SelectorKey", ["fileobj", "fd", "events", "data"])


def _fileobj_to_fd(fileobj):
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


class _SelectorMapping(Mapping):
    """The files registered, by file object or descriptor."""

    def __init__(self, selector):
        self._selector = selector

    def __len__(self):
        return len(self._selector._fd_to_key)

    def get(self, fileobj, default=None):
        fd = self._selector._fileobj_lookup(fileobj)
        return self._selector._fd_to_key.get(fd, default)

    def __getitem__(self, fileobj):
        fd = self._selector._fileobj_lookup(fileobj)
        key = self._selector._fd_to_key.get(fd)
        if key is None:
            raise KeyError(f"{fileobj!r} is not registered")
        return key

    def __iter__(self):
        return iter(self._selector._fd_to_key)


class BaseSelector:
    """The interface, and the book-keeping all selectors share."""

    def __init__(self):
        self._fd_to_key = {}
        self._map = _SelectorMapping(self)

    def _fileobj_lookup(self, fileobj):
        try:
            return _fileobj_to_fd(fileobj)
        except ValueError:
            # It may be closed by now, but known under its object.
            for key in self._fd_to_key.values():
                if key.fileobj is fileobj:
                    return key.fd
            raise

    def register(self, fileobj, events, data=None):
        """Watch a file; return its key."""
        if not events or events & ~(EVENT_READ | EVENT_WRITE):
            raise ValueError(f"Invalid events: {events!r}")
        key = SelectorKey(fileobj, self._fileobj_lookup(fileobj), events,
                          data)
        if key.fd in self._fd_to_key:
            raise KeyError(f"{fileobj!r} (FD {key.fd}) is already registered")
        self._fd_to_key[key.fd] = key
        try:
            self._watch(key.fd, events)
        except:
            del self._fd_to_key[key.fd]
            raise
        return key

    def unregister(self, fileobj):
        """Stop watching a file; return its key."""
        try:
            key = self._fd_to_key.pop(self._fileobj_lookup(fileobj))
        except KeyError:
            raise KeyError(f"{fileobj!r} is not registered") from None
        self._forget(key.fd)
        return key

    def modify(self, fileobj, events, data=None):
        """Change what a file is watched for; return the new key."""
        try:
            key = self._fd_to_key[self._fileobj_lookup(fileobj)]
        except KeyError:
            raise KeyError(f"{fileobj!r} is not registered") from None
        if events != key.events:
            if not events or events & ~(EVENT_READ | EVENT_WRITE):
                raise ValueError(f"Invalid events: {events!r}")
            self._change(key.fd, events)
        key = key._replace(events=events, data=data)
        self._fd_to_key[key.fd] = key
        return key

    def _change(self, fd, events):
        self._forget(fd)
        self._watch(fd, events)

    def _watch(self, fd, events):
        """Tell the system to watch; nothing to do for some."""

    def _forget(self, fd):
        """Tell the system to forget; nothing to do for some."""

    def select(self, timeout=None):
        """Return [(key, events)] of the files that are ready."""
        raise NotImplementedError

    def _ready(self, pairs):
        """Make the answer of select() out of (descriptor, events)."""
        ready = []
        for fd, events in pairs:
            key = self._fd_to_key.get(fd)
            if key is not None and events & key.events:
                ready.append((key, events & key.events))
        return ready

    def close(self):
        """Forget all files."""
        self._fd_to_key.clear()
        self._map = None

    def get_key(self, fileobj):
        """Return the key of a file."""
        mapping = self.get_map()
        if mapping is None:
            raise RuntimeError("Selector is closed")
        try:
            return mapping[fileobj]
        except KeyError:
            raise KeyError(f"{fileobj!r} is not registered") from None

    def get_map(self):
        """Return a mapping of files to keys; None once closed."""
        return self._map

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()


class SelectSelector(BaseSelector):
    """A selector over select()."""

    def select(self, timeout=None):
        timeout = None if timeout is None else max(timeout, 0)
        keys = self._fd_to_key.values()
        readers = [key.fd for key in keys if key.events & EVENT_READ]
        writers = [key.fd for key in keys if key.events & EVENT_WRITE]
        try:
            can_read, can_write, _ = select.select(readers, writers, [],
                                                   timeout)
        except InterruptedError:
            return []
        events = dict.fromkeys(can_read, EVENT_READ)
        for fd in can_write:
            events[fd] = events.get(fd, 0) | EVENT_WRITE
        return self._ready(events.items())


class _PollLikeSelector(BaseSelector):
    """What selectors over poll() and epoll share."""

    def __init__(self):
        super().__init__()
        self._selector = self._make()

    def _mask(self, events):
        return ((self._IN if events & EVENT_READ else 0)
                | (self._OUT if events & EVENT_WRITE else 0))

    def _watch(self, fd, events):
        self._selector.register(fd, self._mask(events))

    def _forget(self, fd):
        try:
            self._selector.unregister(fd)
        except OSError:
            pass  # the file is closed already

    def _change(self, fd, events):
        self._selector.modify(fd, self._mask(events))

    def _wait(self, timeout):
        raise NotImplementedError

    def select(self, timeout=None):
        try:
            found = self._wait(timeout)
        except InterruptedError:
            return []
        keys = self._fd_to_key
        not_in, not_out = ~self._IN, ~self._OUT
        ready = []
        for fd, mask in found:
            key = keys.get(fd)
            if key is None:
                continue
            # Errors and hang-ups count as both, so that somebody sees them.
            events = 0
            if mask & not_out:
                events = EVENT_READ
            if mask & not_in:
                events |= EVENT_WRITE
            events &= key.events
            if events:
                ready.append((key, events))
        return ready


if hasattr(select, "poll"):

    class PollSelector(_PollLikeSelector):
        """A selector over poll()."""

        _make = staticmethod(select.poll)
        _IN = select.POLLIN
        _OUT = select.POLLOUT

        def _wait(self, timeout):
            if timeout is not None:
                # Round up, not to wake too early.
                timeout = 0 if timeout <= 0 else math.ceil(timeout * 1e3)
            return self._selector.poll(timeout)


class EpollSelector(_PollLikeSelector):
    """A selector over epoll."""

    _make = staticmethod(select.epoll)
    _IN = select.EPOLLIN
    _OUT = select.EPOLLOUT

    def fileno(self):
        """Return the descriptor of the epoll object itself."""
        return self._selector.fileno()

    def _wait(self, timeout):
        if timeout is None:
            timeout = -1
        elif timeout <= 0:
            timeout = 0
        else:
            timeout = math.ceil(timeout * 1e3) * 1e-3
        return self._selector.poll(timeout, max(len(self._fd_to_key), 1))

    def close(self):
        self._selector.close()
        super().close()


DefaultSelector = EpollSelector
