"""Path names of POSIX systems."""

import os

__all__ = ["normcase", "isabs", "join", "splitdrive", "splitroot", "split",
           "splitext", "basename", "dirname", "commonprefix", "getsize",
           "getmtime", "getatime", "getctime", "islink", "exists", "lexists",
           "isdir", "isfile", "expanduser", "normpath", "abspath", "curdir",
           "pardir", "sep", "pathsep", "defpath", "altsep", "extsep",
           "devnull", "realpath", "relpath", "commonpath", "samefile"]

curdir = "."
pardir = ".."
extsep = "."
sep = "/"
pathsep = ":"
defpath = "/bin:/usr/bin"
altsep = None
devnull = "/dev/null"


def _fspath(path):
    if isinstance(path, (str, bytes)):
        return path
    return os.fspath(path)


def _like(path, text):
    """Return a constant in the type of a path."""
    return text.encode() if isinstance(path, bytes) else text


def normcase(s):
    return _fspath(s)


def isabs(s):
    s = _fspath(s)
    return s.startswith(_like(s, "/"))


def join(a, /, *p):
    """Join path components; an absolute one starts again."""
    path = _fspath(a)
    slash = _like(path, "/")
    try:
        for part in map(_fspath, p):
            if part.startswith(slash) or not path:
                path = part
            elif path.endswith(slash):
                path += part
            else:
                path += slash + part
    except (TypeError, AttributeError):
        if any(isinstance(part, bytes) != isinstance(path, bytes)
               for part in map(_fspath, p)):
            raise TypeError("Can't mix strings and bytes in path "
                            "components") from None
        raise
    return path


def split(p):
    """Return (head, tail): the tail is what follows the last slash."""
    p = _fspath(p)
    slash = _like(p, "/")
    at = p.rfind(slash) + 1
    head, tail = p[:at], p[at:]
    if head and head != slash * len(head):
        head = head.rstrip(slash)
    return head, tail


def splitext(p):
    """Return (root, extension); a leading dot begins no extension."""
    p = _fspath(p)
    dot = _like(p, ".")
    start = p.rfind(_like(p, "/")) + 1
    at = p.rfind(dot)
    if at > start and p[start:at].strip(dot):
        return p[:at], p[at:]
    return p, p[:0]


def splitdrive(p):
    p = _fspath(p)
    return p[:0], p


def splitroot(p):
    """Return (drive, root, tail)."""
    p = _fspath(p)
    slash = _like(p, "/")
    empty = p[:0]
    if p[:1] != slash:
        return empty, empty, p
    if p[1:2] != slash or p[2:3] == slash:
        return empty, slash, p[1:]
    # Exactly two slashes mean something of their own.
    return empty, p[:2], p[2:]


def basename(p):
    return split(p)[1]


def dirname(p):
    return split(p)[0]


def commonprefix(m):
    """Return what all texts or lists begin with."""
    if not m:
        return ""
    if not isinstance(m[0], (list, tuple)):
        m = tuple(map(_fspath, m))
    first, last = min(m), max(m)
    for position, item in enumerate(first):
        if item != last[position]:
            return first[:position]
    return first


_S_IFMT = 0o170000


def _mode(path, stat=None):
    try:
        return (stat or os.stat)(path).st_mode & _S_IFMT
    except (OSError, ValueError):
        return None


def exists(path):
    return _mode(path) is not None


def lexists(path):
    return _mode(path, os.lstat) is not None


def isdir(s):
    return _mode(s) == 0o040000


def isfile(path):
    return _mode(path) == 0o100000


def islink(path):
    return _mode(path, os.lstat) == 0o120000


def getsize(filename):
    return os.stat(filename).st_size


def getmtime(filename):
    return os.stat(filename).st_mtime


def getatime(filename):
    return os.stat(filename).st_atime


def getctime(filename):
    return os.stat(filename).st_ctime


def samefile(f1, f2):
    s1, s2 = os.stat(f1), os.stat(f2)
    return s1.st_ino == s2.st_ino and s1.st_dev == s2.st_dev


def expanduser(path):
    """Replace a leading ~ by the home directory."""
    path = _fspath(path)
    tilde, slash = _like(path, "~"), _like(path, "/")
    if not path.startswith(tilde) or path[1:2] not in (path[:0], slash):
        return path
    home = os.environ.get("HOME")
    if home is None:
        return path
    home = _like(path, home).rstrip(slash)
    return (home + path[1:]) or slash


def normpath(path):
    """Drop double slashes, . and .. where that is safe."""
    path = _fspath(path)
    slash, dot = _like(path, "/"), _like(path, ".")
    if not path:
        return dot
    _, root, path = splitroot(path)
    parts = []
    for part in path.split(slash):
        if not part or part == dot:
            continue
        if part != dot * 2 or not root and not parts \
                or parts and parts[-1] == dot * 2:
            parts.append(part)
        elif parts:
            parts.pop()
    return root + slash.join(parts) or dot


def abspath(path):
    path = _fspath(path)
    if not isabs(path):
        path = join(_like(path, os.getcwd()), path)
    return normpath(path)


def realpath(filename, *, strict=False):
    """Return the path without symbolic links."""
    path = abspath(filename)
    slash = _like(path, "/")
    result = slash
    rest = [part for part in path.split(slash) if part]
    rest.reverse()
    followed = 0
    while rest:
        part = rest.pop()
        if part == _like(path, ".."):
            result = dirname(result)
            continue
        if part == _like(path, "."):
            continue
        candidate = join(result, part)
        try:
            target = os.readlink(candidate) \
                if os.lstat(candidate).st_mode & _S_IFMT == 0o120000 else None
        except OSError:
            if strict:
                raise
            target = None
        if target is None or followed >= 40:
            result = candidate
            continue
        followed += 1
        if isabs(target):
            result = slash
        rest += reversed([p for p in target.split(slash) if p])
    return result


def relpath(path, start=None):
    """Return the way from one path to another."""
    path = _fspath(path)
    if not path:
        raise ValueError("no path specified")
    slash = _like(path, "/")
    start = _like(path, ".") if start is None else _fspath(start)
    origin = [part for part in abspath(start).split(slash) if part]
    target = [part for part in abspath(path).split(slash) if part]
    shared = len(commonprefix([origin, target]))
    parts = [_like(path, "..")] * (len(origin) - shared) + target[shared:]
    return slash.join(parts) or _like(path, ".")


def commonpath(paths):
    """Return the longest path that all paths are below."""
    paths = tuple(map(_fspath, paths))
    if not paths:
        raise ValueError("commonpath() arg is an empty sequence")
    slash, dot = _like(paths[0], "/"), _like(paths[0], ".")
    if len({isabs(path) for path in paths}) > 1:
        raise ValueError("Can't mix absolute and relative paths")
    split_paths = [[part for part in path.split(slash)
                    if part and part != dot] for path in paths]
    prefix = slash if isabs(paths[0]) else paths[0][:0]
    return prefix + slash.join(commonprefix(split_paths))
