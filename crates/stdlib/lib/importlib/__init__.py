"""Importing modules by name."""

import sys

__all__ = ["__import__", "import_module", "invalidate_caches"]

__import__ = __import__


def import_module(name, package=None):
    """The module of this name; a leading dot is relative to package."""
    if not name.startswith("."):
        __import__(name)
        return sys.modules[name]
    if not package:
        raise TypeError("the 'package' argument is required to perform a "
                        f"relative import for {name!r}")
    bare = name.lstrip(".")
    base = package
    for _ in range(len(name) - len(bare) - 1):
        base, dot, _ = base.rpartition(".")
        if not dot:
            raise ImportError("attempted relative import beyond top-level package")
    full = f"{base}.{bare}" if bare else base
    __import__(full)
    return sys.modules[full]


def invalidate_caches():
    """Nothing is cached but what sys.modules holds."""
