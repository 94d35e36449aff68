"""Lines of source files, read once."""

__all__ = ["getline", "clearcache", "checkcache", "lazycache"]

# File name -> (size, modification time or None, lines, full name), or a
# 1-tuple of a function that returns the source.
cache = {}


def clearcache():
    """Forget all files."""
    cache.clear()


def getline(filename, lineno, module_globals=None):
    """Return a line with its end; "" if there is none."""
    lines = getlines(filename, module_globals)
    if 1 <= lineno <= len(lines):
        return lines[lineno - 1]
    return ""


def getlines(filename, module_globals=None):
    """Return the lines of a file; none if it can't be read."""
    entry = cache.get(filename)
    if entry is not None and len(entry) != 1:
        return entry[2]
    try:
        return updatecache(filename, module_globals)
    except MemoryError:
        clearcache()
        return []


def checkcache(filename=None):
    """Forget files that have changed since they were read."""
    names = [filename] if filename is not None else list(cache)
    for name in names:
        entry = cache.get(name)
        if entry is None or len(entry) == 1 or entry[1] is None:
            continue
        import os
        size, changed, _, fullname = entry
        try:
            stat = os.stat(fullname)
        except (OSError, ValueError):
            cache.pop(name, None)
            continue
        if size != stat.st_size or changed != stat.st_mtime:
            cache.pop(name, None)


def updatecache(filename, module_globals=None):
    """Read a file anew; return its lines."""
    cache.pop(filename, None)
    if not filename or filename[0] == "<" and filename[-1] == ">":
        return []
    try:
        with open(filename, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except (OSError, SyntaxError):
        return []
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    cache[filename] = (len(text), _modified(filename), lines, filename)
    return lines


def _modified(filename):
    try:
        import os
        return os.stat(filename).st_mtime
    except (ImportError, AttributeError, OSError):
        return None


def lazycache(filename, module_globals):
    """Prepare to read a module's source; nothing to prepare here."""
    return filename in cache and len(cache[filename]) == 1
