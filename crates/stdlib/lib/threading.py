"""The interface of threads for programs that have one thread only."""

__all__ = ["get_ident", "active_count", "Condition", "current_thread",
           "enumerate", "main_thread", "TIMEOUT_MAX", "Event", "Lock",
           "RLock", "Semaphore", "BoundedSemaphore", "Thread", "local",
           "get_native_id", "ThreadError"]

ThreadError = RuntimeError
TIMEOUT_MAX = 9223372036.0

_IDENT = 1


def get_ident():
    """Return the number of the only thread."""
    return _IDENT


def get_native_id():
    """Return the number the system gives the only thread."""
    import os
    return os.getpid()


class _Blocked(RuntimeError):
    """The only thread would wait for itself without end."""


def _would_block(what, timeout):
    """Waiting ends by its timeout only; without one it never would."""
    if timeout is None or timeout < 0:
        raise _Blocked(f"{what} would wait forever: there is no other "
                       "thread")
    import time
    time.sleep(timeout)


class Lock:
    """A lock; taking it a second time can only time out."""

    def __init__(self):
        self._locked = False

    def acquire(self, blocking=True, timeout=-1):
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking "
                             "call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        if not self._locked:
            self._locked = True
            return True
        if blocking:
            _would_block("acquire()", timeout)
        return False

    def release(self):
        if not self._locked:
            raise RuntimeError("release unlocked lock")
        self._locked = False

    def locked(self):
        return self._locked

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *exc_info):
        self.release()

    def __repr__(self):
        state = "locked" if self._locked else "unlocked"
        return f"<{state} _thread.lock object at {id(self):#x}>"


class RLock:
    """A lock that its owner may take again."""

    def __init__(self):
        self._count = 0

    def acquire(self, blocking=True, timeout=-1):
        self._count += 1
        return True

    def release(self):
        if not self._count:
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *exc_info):
        self.release()

    def __repr__(self):
        state = "locked" if self._count else "unlocked"
        owner = _IDENT if self._count else 0
        return (f"<{state} _thread.RLock object owner={owner} "
                f"count={self._count} at {id(self):#x}>")

    def _is_owned(self):
        return self._count > 0


class Condition:
    """A condition; waiting for it can only time out."""

    def __init__(self, lock=None):
        self._lock = RLock() if lock is None else lock
        self.acquire = self._lock.acquire
        self.release = self._lock.release

    def __enter__(self):
        return self._lock.__enter__()

    def __exit__(self, *exc_info):
        return self._lock.__exit__(*exc_info)

    def _check_owned(self, verb):
        owned = getattr(self._lock, "_is_owned", self._lock.locked
                        if hasattr(self._lock, "locked") else None)
        if owned is not None and not owned():
            raise RuntimeError(f"cannot {verb} on un-acquired lock")

    def wait(self, timeout=None):
        self._check_owned("wait")
        _would_block("wait()", timeout)
        return False

    def wait_for(self, predicate, timeout=None):
        result = predicate()
        if not result:
            self.wait(timeout)
            result = predicate()
        return result

    def notify(self, n=1):
        self._check_owned("notify")

    def notify_all(self):
        self.notify()


class Event:
    """A flag; waiting for it can only time out."""

    def __init__(self):
        self._flag = False

    def __repr__(self):
        cls = self.__class__
        status = "set" if self._flag else "unset"
        return (f"<{cls.__module__}.{cls.__qualname__} at {id(self):#x}: "
                f"{status}>")

    def is_set(self):
        return self._flag

    def set(self):
        self._flag = True

    def clear(self):
        self._flag = False

    def wait(self, timeout=None):
        if not self._flag:
            _would_block("wait()", timeout)
        return self._flag


class Semaphore:
    """A counter; waiting for it to rise can only time out."""

    def __init__(self, value=1):
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        self._value = value

    def acquire(self, blocking=True, timeout=None):
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking "
                             "acquire")
        if self._value > 0:
            self._value -= 1
            return True
        if blocking:
            _would_block("acquire()", timeout)
        return False

    __enter__ = acquire

    def release(self, n=1):
        if n < 1:
            raise ValueError("n must be one or more")
        self._value += n

    def __exit__(self, *exc_info):
        self.release()


class BoundedSemaphore(Semaphore):
    """A semaphore that may not be released above its first value."""

    def __init__(self, value=1):
        super().__init__(value)
        self._initial_value = value

    def release(self, n=1):
        if n < 1:
            raise ValueError("n must be one or more")
        if self._value + n > self._initial_value:
            raise ValueError("Semaphore released too many times")
        self._value += n


class local:
    """Attributes of the thread: plain ones, as there is one thread."""


class Thread:
    """A thread that can be described but not started."""

    _count = 0

    def __init__(self, group=None, target=None, name=None, args=(),
                 kwargs=None, *, daemon=None):
        if name is None:
            Thread._count += 1
            name = f"Thread-{Thread._count}"
            if target is not None and hasattr(target, "__name__"):
                name += f" ({target.__name__})"
        self._target = target
        self._args = args
        self._kwargs = kwargs or {}
        self.name = str(name)
        self.daemon = bool(daemon)
        self.ident = None
        self.native_id = None

    def __repr__(self):
        return f"<{self.__class__.__name__}({self.name}, initial)>"

    def start(self):
        raise RuntimeError("can't start new thread: threads are not "
                           "supported, use asyncio tasks")

    def run(self):
        """Call the target, in the only thread."""
        if self._target is not None:
            self._target(*self._args, **self._kwargs)

    def join(self, timeout=None):
        raise RuntimeError("cannot join thread before it is started")

    def is_alive(self):
        return False


class _MainThread(Thread):
    """The only thread."""

    def __init__(self):
        super().__init__(name="MainThread", daemon=False)
        self.ident = _IDENT

    def __repr__(self):
        return f"<_MainThread(MainThread, started {self.ident})>"

    def start(self):
        raise RuntimeError("threads can only be started once")

    def join(self, timeout=None):
        raise RuntimeError("cannot join current thread")

    def is_alive(self):
        return True


_main_thread = _MainThread()


def current_thread():
    """Return the only thread."""
    return _main_thread


main_thread = current_thread


def active_count():
    """Return the number of threads: 1."""
    return 1


def enumerate():
    """Return the list of all threads."""
    return [_main_thread]
