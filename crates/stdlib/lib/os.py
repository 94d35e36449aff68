"""What the operating system offers, as far as the host gives access."""

import sys
import _posix
from _posix import *
from _posix import _exit
import posixpath as path
from posixpath import (altsep, curdir, defpath, devnull, extsep, pardir,
                       pathsep, sep)

name = "posix"
linesep = "\n"
error = OSError

sys.modules["os.path"] = path


class _PathLikeType(type):
    """Recognises classes by their __fspath__()."""

    def __instancecheck__(cls, instance):
        return cls.__subclasscheck__(type(instance))

    def __subclasscheck__(cls, subclass):
        if cls is PathLike:
            return hasattr(subclass, "__fspath__")
        return type.__subclasscheck__(cls, subclass)


class PathLike(metaclass=_PathLikeType):
    """The interface of objects that stand for a path."""

    def __fspath__(self):
        raise NotImplementedError


def fspath(path):
    """Return the text or bytes of a path."""
    if isinstance(path, (str, bytes)):
        return path
    try:
        convert = type(path).__fspath__
    except AttributeError:
        raise TypeError("expected str, bytes or os.PathLike object, not "
                        f"{type(path).__name__}") from None
    result = convert(path)
    if isinstance(result, (str, bytes)):
        return result
    raise TypeError(f"expected {type(path).__name__}.__fspath__() to return "
                    f"str or bytes, not {type(result).__name__}")


def fsencode(filename):
    """Return a path as bytes."""
    filename = fspath(filename)
    if isinstance(filename, str):
        return filename.encode("utf-8", "surrogateescape")
    return filename


def fsdecode(filename):
    """Return a path as text."""
    filename = fspath(filename)
    if isinstance(filename, bytes):
        return filename.decode("utf-8", "surrogateescape")
    return filename


class _Environ(dict):
    """The variables of the environment; changes reach the system."""

    def __setitem__(self, key, value):
        for text in (key, value):
            if not isinstance(text, str):
                raise TypeError(f"str expected, not {type(text).__name__}")
        if hasattr(_posix, "putenv"):
            _posix.putenv(key, value)
        super().__setitem__(key, value)

    def __delitem__(self, key):
        super().__delitem__(key)
        if hasattr(_posix, "unsetenv"):
            _posix.unsetenv(key)

    def pop(self, key, *default):
        value = super().pop(key, *default)
        if hasattr(_posix, "unsetenv"):
            _posix.unsetenv(key)
        return value

    def setdefault(self, key, value):
        if key not in self:
            self[key] = value
        return self[key]

    def update(self, other=(), /, **kwds):
        for key, value in dict(other, **kwds).items():
            self[key] = value

    def copy(self):
        return dict(self)

    def __repr__(self):
        return f"environ({dict.__repr__(self)})"


environ = _Environ((fsdecode(_key), fsdecode(_value))
                   for _key, _value in _posix.environ.items())


def getenv(key, default=None):
    """Return an environment variable."""
    return environ.get(key, default)


def get_exec_path(env=None):
    """Return the directories programs are looked for in."""
    env = environ if env is None else env
    return env.get("PATH", defpath).split(pathsep)


if hasattr(_posix, "mkdir"):

    def makedirs(name, mode=0o777, exist_ok=False):
        """Make a directory and all those above it that are missing."""
        head, tail = path.split(name)
        if not tail:
            head, tail = path.split(head)
        if head and tail and not path.exists(head):
            try:
                makedirs(head, exist_ok=exist_ok)
            except FileExistsError:
                pass  # made by somebody else meanwhile
            if tail in (curdir, fsencode(curdir)):
                return
        try:
            mkdir(name, mode)
        except OSError:
            if not exist_ok or not path.isdir(name):
                raise


def walk(top, topdown=True, onerror=None, followlinks=False):
    """Yield (directory, subdirectories, files) for a whole tree."""
    stack = [fspath(top)]
    while stack:
        top = stack.pop()
        if isinstance(top, tuple):
            yield top
            continue
        try:
            entries = listdir(top)
        except OSError as exc:
            if onerror is not None:
                onerror(exc)
            continue
        dirs = [entry for entry in entries
                if path.isdir(path.join(top, entry))]
        known = set(dirs)
        files = [entry for entry in entries if entry not in known]
        if topdown:
            yield top, dirs, files
        else:
            stack.append((top, dirs, files))
        for entry in reversed(dirs):
            below = path.join(top, entry)
            if followlinks or not path.islink(below):
                stack.append(below)
