"""Heaps in lists: every item is not above its two children's."""

from _heapq import (
    _heapify_max, _heappop_max, _heapreplace_max, heapify, heappop, heappush,
    heappushpop, heapreplace,
)

__all__ = ["heappush", "heappop", "heapify", "heapreplace", "merge",
           "nlargest", "nsmallest", "heappushpop"]


def merge(*iterables, key=None, reverse=False):
    """Yield the items of sorted inputs in sorted order, lazily."""
    sign = -1 if reverse else 1
    build = _heapify_max if reverse else heapify
    replace = _heapreplace_max if reverse else heapreplace
    remove = _heappop_max if reverse else heappop
    heap = []
    for order, iterable in enumerate(map(iter, iterables)):
        try:
            value = next(iterable)
            sort_key = value if key is None else key(value)
            heap.append([sort_key, order * sign, value, iterable])
        except StopIteration:
            pass
    build(heap)
    while len(heap) > 1:
        try:
            while True:
                entry = heap[0]
                yield entry[2]
                value = next(entry[3])
                entry[2] = value
                entry[0] = value if key is None else key(value)
                replace(heap, entry)
        except StopIteration:
            remove(heap)
    if heap:
        _, _, value, iterable = heap[0]
        yield value
        yield from iterable


def nsmallest(n, iterable, key=None):
    """Return the n smallest items, sorted."""
    if n == 1:
        return _single(min, iterable, key)
    return _best(n, iterable, key, False)


def nlargest(n, iterable, key=None):
    """Return the n largest items, sorted with the largest first."""
    if n == 1:
        return _single(max, iterable, key)
    return _best(n, iterable, key, True)


def _single(choose, iterable, key):
    missing = object()
    found = choose(iter(iterable), default=missing, key=key)
    return [] if found is missing else [found]


def _best(n, iterable, key, largest):
    """Return the n first items of the sorted input, keeping only n.

    The order of arrival decides between equal items, as in a stable sort.
    """
    try:
        size = len(iterable)
    except (TypeError, AttributeError):
        pass
    else:
        if n >= size:
            return sorted(iterable, key=key, reverse=largest)[:n]
    sign = -1 if largest else 1
    items = iter(iterable)
    heap = [(value if key is None else key(value), order * sign, value)
            for order, value in zip(range(n), items)]
    if not heap:
        return []
    (heapify if largest else _heapify_max)(heap)
    replace = heapreplace if largest else _heapreplace_max
    worst = heap[0][0]
    order = n * sign
    for value in items:
        sort_key = value if key is None else key(value)
        if (worst < sort_key) if largest else (sort_key < worst):
            replace(heap, (sort_key, order, value))
            worst = heap[0][0]
            order += sign
    heap.sort(reverse=largest)
    return [entry[2] for entry in heap]
