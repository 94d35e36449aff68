# Items that only the language compares, in heaps, sorted lists, deques, sets in sets and what else looks into its parts: in frames.
import bisect
import functools
import heapq
import operator
import sys
import traceback
import types
import weakref
from collections import deque

sys.setrecursionlimit(20_000)
DEPTH = 800


class Below:
    """Compares by what `step` makes of the next lower one."""

    def __init__(self, depth, step):
        self.depth, self.step = depth, step

    def ask(self, other):
        if self.depth == 0:
            return True
        return self.step(Below(self.depth - 1, self.step), Below(other.depth - 1, self.step))

    __eq__ = __lt__ = ask

    def __hash__(self):
        return 1


def pushed(a, b):
    heap = [b]
    heapq.heappush(heap, a)
    return heap[0] is a


def popped(a, b):
    return heapq.heappop([a, a, b]) is a


def heapified(a, b):
    heap = [b, a]
    heapq.heapify(heap)
    return heap[0] is a


def removed(a, b):
    return deque([a]).remove(b) is None


def kept(items, make):
    """References to objects that live as long as the list."""
    items.append(make)
    return weakref.ref(make)


def by_function(a, b):
    key = functools.cmp_to_key(lambda x, y: -1 if x < y else 1)
    return key(a) < key(b)


def generated(a, b):
    return functools.reduce(lambda x, y: x < y, (item for item in (a, b)))


alive = []
STEPS = {
    "heappush": pushed,
    "heappop": popped,
    "heapify": heapified,
    "heappushpop": lambda a, b: heapq.heappushpop([a], b) is a,
    "heapreplace": lambda a, b: heapq.heapreplace([a, b], a) is a,
    "nsmallest": lambda a, b: heapq.nsmallest(1, [b, a])[0] is a,
    "nlargest": lambda a, b: heapq.nlargest(2, [b, a])[0] is not None,
    "merge": lambda a, b: next(heapq.merge([a], [b])) is not None,
    "bisect_left": lambda a, b: bisect.bisect_left([a], b) == 1,
    "bisect_right": lambda a, b: bisect.bisect_right([a], b) == 0,
    "bisect with a key": lambda a, b: bisect.bisect_left([1], b, key=lambda _: a) == 1,
    "insort": lambda a, b: bisect.insort([a], b) is None,
    "in a deque": lambda a, b: a in deque([b]),
    "deque.__contains__": lambda a, b: deque([b]).__contains__(a),
    "deque.index": lambda a, b: deque([b]).index(a) == 0,
    "deque.count": lambda a, b: deque([b]).count(a) == 1,
    "deque.remove": removed,
    "deques equal": lambda a, b: deque([a]) == deque([b]),
    "deques unequal": lambda a, b: not deque([a]) != deque([b]),
    "deques ordered": lambda a, b: not deque([a]) < deque([b]),
    "deques in lists": lambda a, b: [deque([a])] == [deque([b])],
    "sets in lists": lambda a, b: [{a}] == [{b}],
    "sets in dicts": lambda a, b: {0: {a}} == {0: {b}},
    "sets in sets": lambda a, b: {frozenset([a])} == {frozenset([b])},
    "sets as keys": lambda a, b: {frozenset([a]): True}[frozenset([b])],
    "sets sorted": lambda a, b: sorted([{b, 2}, {a}]) is not None,
    "weak references": lambda a, b: kept(alive, a) == kept(alive, b),
    "weak references in lists": lambda a, b: [kept(alive, a)] == [kept(alive, b)],
    "cells": lambda a, b: types.CellType(a) < types.CellType(b),
    "namespaces": lambda a, b: types.SimpleNamespace(x=a) == types.SimpleNamespace(x=b),
    "namespaces in tuples": lambda a, b: (types.SimpleNamespace(x=a),) == (types.SimpleNamespace(x=b),),
    "generic aliases": lambda a, b: types.GenericAlias(list, (a,)) == types.GenericAlias(list, (b,)),
    "cmp_to_key": by_function,
    "sorted by cmp_to_key": lambda a, b: sorted([b, a], key=functools.cmp_to_key(lambda x, y: -1 if x < y else 1))[0] is a,
    "reduce": lambda a, b: functools.reduce(operator.lt, [a, b]),
    "reduce from a generator": generated,
}
for name, step in STEPS.items():
    print(name, Below(DEPTH, step) < Below(DEPTH, step))
    alive.clear()


class Noisy:
    """Says what it is compared with, and may do something then."""

    log = []

    def __init__(self, value, act=None):
        self.value, self.act = value, act

    def compare(self, sign, other, result):
        self.log.append(f"{self.value}{sign}{getattr(other, 'value', other)}")
        if self.act:
            self.act()
        return result

    def __eq__(self, other):
        return self.compare("==", other, self.value == getattr(other, "value", other))

    def __lt__(self, other):
        # Any object may answer.
        return self.compare("<", other, "yes" if self.value < other.value else "")

    def __repr__(self):
        return f"N{self.value}"


class Answer:
    result = None


def show(what, step):
    """Both as it begins, and far below."""
    for levels in (0, 40):
        Noisy.log.clear()

        def run():
            try:
                Answer.result = step()
            except Exception as error:
                Answer.result = repr(error)

        class Nested:
            def __index__(self):
                run() if self.left == 0 else [0].__getitem__(Nested.at(self.left - 1))
                return 0

            @staticmethod
            def at(left):
                nested = Nested()
                nested.left = left
                return nested

        [0].__getitem__(Nested.at(levels))
        print(what, Answer.result, *Noisy.log)


def values(*numbers):
    return [Noisy(number) for number in numbers]


def heap_after(function, numbers, *more):
    heap = values(*numbers)
    result = function(heap, *values(*more))
    return result, heap


show("push", lambda: heap_after(heapq.heappush, [1, 3, 2, 5], 0))
show("pop", lambda: heap_after(heapq.heappop, [1, 3, 2, 5, 4]))
show("replace", lambda: heap_after(heapq.heapreplace, [1, 3, 2, 5, 4], 6))
show("pushpop", lambda: heap_after(heapq.heappushpop, [1, 3, 2, 5, 4], 6))
show("pushpop of less", lambda: heap_after(heapq.heappushpop, [1, 3, 2], 0))
show("heapify", lambda: heap_after(heapq.heapify, [5, 4, 3, 2, 1, 0]))
show("largest", lambda: heapq.nlargest(2, values(3, 1, 4, 1, 5, 9)))
show("smallest", lambda: heapq.nsmallest(2, values(3, 1, 4, 1, 5, 9), key=lambda item: item))
show("merged", lambda: list(heapq.merge(values(1, 4), values(2, 3), values(0))))
show("merged downwards", lambda: list(heapq.merge(values(4, 1), values(3, 2), reverse=True)))
show("left", lambda: bisect.bisect_left(values(1, 2, 2, 3), Noisy(2)))
show("right", lambda: bisect.bisect_right(values(1, 2, 2, 3), Noisy(2), 1, 3))
show("plain items among others", lambda: heap_after(lambda heap: heapq.heapify(heap[:0] + [(2, "b"), (1, "c"), (1, "a")]), []))


def changed(function, change, *numbers):
    """What comes of a heap that is changed while it is compared."""
    heap = [1]
    heap[:] = [Noisy(number, lambda: change(heap)) for number in numbers]
    try:
        return function(heap)
    except Exception as error:
        return repr(error), heap


show("grows", lambda: changed(heapq.heappop, lambda heap: heap.append(Noisy(9)), 1, 2, 3, 4))
show("shrinks", lambda: changed(heapq.heapify, lambda heap: heap.pop(), 3, 2, 1))
show("cleared", lambda: changed(lambda heap: heapq.heappushpop(heap, Noisy(5)), list.clear, 1, 2))
show("cleared in vain", lambda: changed(lambda heap: heapq.heappushpop(heap, Noisy(0)), list.clear, 1, 2))
show("cleared list", lambda: changed(lambda heap: bisect.bisect_left(heap, Noisy(9)), list.clear, 1, 2, 3, 4))


def raising():
    raise ValueError("no comparison")


def half_way():
    heap = [*values(1, 2), Noisy(3, raising), *values(4, 5)]
    try:
        heapq.heappop(heap)
    except ValueError as error:
        return repr(error), heap


show("half way", half_way)
show("not a list", lambda: heapq.heappush((), 1))
show("not comparable", lambda: heapq.heapify([1, "a"]))


def in_deque(method, wanted, change=None, numbers=(1, 2, 1)):
    items = deque(values(*numbers))
    if change:
        items[0].act = lambda: change(items)
    try:
        result = getattr(items, method)(wanted)
    except Exception as error:
        result = repr(error)
    return result, list(items)


for method in ("__contains__", "index", "count", "remove"):
    for wanted in (1, 2, 3):
        show(f"{method} {wanted}", lambda: in_deque(method, wanted))
        show(f"{method} {wanted}, growing", lambda: in_deque(method, wanted, lambda items: items.append(0)))
        show(f"{method} {wanted}, cleared", lambda: in_deque(method, wanted, deque.clear))
    show(f"{method}, raising", lambda: in_deque(method, 1, lambda _: raising()))
    show(f"{method} of the same", lambda: getattr(deque([same := Noisy(1)]), method)(same))
    show(f"{method} of plain items", lambda: getattr(deque(["a", 1.0, (2, "b")]), method)((2, "b")))
show("within bounds", lambda: deque(values(1, 2, 1, 2)).index(2, 2, -1))
show("within other bounds", lambda: deque(values(1, 2, 1, 2)).index(2, -1))

for op in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt):
    name = op.__name__
    show(f"{name} at once", lambda: op(deque(values(1, 2)), deque(values(1, 3))))
    show(f"{name} by length", lambda: op(deque(values(1, 2)), deque(values(1, 2, 3))))
    show(f"{name} of the same", lambda: op(one := deque(values(1)), one))
    show(f"{name} of others", lambda: op(deque(), [1]))


def compare_changed(op, change):
    left = deque(values(1, 2))
    left[0].act = lambda: change(left)
    return op(left, deque(values(1, 2)))


show("grows while equal", lambda: compare_changed(operator.eq, lambda items: items.append(0)))
show("cleared while less", lambda: compare_changed(operator.lt, deque.clear))
show("reduced", lambda: functools.reduce(lambda a, b: a < b or b, values(3, 1, 2), Noisy(0)))
show("reduced by words", lambda: functools.reduce(operator.add, (c for c in "abc")))
show("nothing reduced", lambda: functools.reduce(operator.add, (c for c in "")))
show("nothing reduced plainly", lambda: functools.reduce(operator.add, []))
show("one reduced", lambda: functools.reduce(raising, [5]))
show("reduced in vain", lambda: functools.reduce(operator.add, (1 // (2 - n) for n in range(4))))


class Loud(deque):
    """Overrides what native code would skip."""

    def __contains__(self, item):
        return f"{item} is anywhere"

    def __eq__(self, other):
        return "equal to all"

    __hash__ = None


print(5 in Loud(), Loud() == deque([1]), [Loud()] == [deque([1])], deque([Loud()]).count(3))


def fail_in(step):
    try:
        step()
    except ValueError as error:
        print([frame.name for frame in traceback.extract_tb(error.__traceback__)])


def bad():
    return Noisy(1, raising)


fail_in(lambda: heapq.heapify([bad(), bad()]))
fail_in(lambda: bad() in deque([bad()]))
fail_in(lambda: deque([bad()]) == deque([bad()]))
show("below", lambda: fail_in(lambda: heapq.heapify([bad(), bad()])))
show("in a deque below", lambda: fail_in(lambda: deque([bad()]).count(0)))
show("cmp_to_key below", lambda: fail_in(lambda: functools.cmp_to_key(lambda a, b: raising())(1) < functools.cmp_to_key(None)(2)))
