"""Searching and inserting in sorted lists."""

from _heapq import bisect_left as _left, bisect_right as _right


def bisect_right(a, x, lo=0, hi=None, *, key=None):
    """Return where to insert x, after the items equal to it.

    With a key, `x` is compared with the keys of the items.
    """
    hi = _end(a, lo, hi)
    if key is None and type(a) is list:
        return _right(a, x, lo, hi)
    while lo < hi:
        middle = (lo + hi) // 2
        item = a[middle] if key is None else key(a[middle])
        if x < item:
            hi = middle
        else:
            lo = middle + 1
    return lo


def bisect_left(a, x, lo=0, hi=None, *, key=None):
    """Return where to insert x, before the items equal to it."""
    hi = _end(a, lo, hi)
    if key is None and type(a) is list:
        return _left(a, x, lo, hi)
    while lo < hi:
        middle = (lo + hi) // 2
        item = a[middle] if key is None else key(a[middle])
        if item < x:
            lo = middle + 1
        else:
            hi = middle
    return lo


def insort_right(a, x, lo=0, hi=None, *, key=None):
    """Insert x, after the items equal to it."""
    sought = x if key is None else key(x)
    a.insert(bisect_right(a, sought, lo, hi, key=key), x)


def insort_left(a, x, lo=0, hi=None, *, key=None):
    """Insert x, before the items equal to it."""
    sought = x if key is None else key(x)
    a.insert(bisect_left(a, sought, lo, hi, key=key), x)


def _end(a, lo, hi):
    if lo < 0:
        raise ValueError("lo must be non-negative")
    return len(a) if hi is None else hi


bisect = bisect_right
insort = insort_right
