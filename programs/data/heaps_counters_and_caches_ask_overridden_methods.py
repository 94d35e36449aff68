"""Heaps, sorted lists, counters, caches and structs work natively where no class of a script decides."""

import bisect
import heapq
import struct
from collections import Counter
from functools import cache, lru_cache


def attempt(make):
    try:
        return make()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Item:
    def __init__(self, rank, name):
        self.rank, self.name = rank, name

    def __lt__(self, other):
        return self.rank < other.rank

    def __repr__(self):
        return self.name


items = [Item(i * 7 % 5, f"i{i}") for i in range(12)]
heap = []
for item in items:
    heapq.heappush(heap, item)
print(heap, [heapq.heappop(heap) for _ in range(len(heap))])
numbers = [i * 7919 % 101 for i in range(40)]
heapq.heapify(numbers)
print(numbers, heapq.heapreplace(numbers, 55), heapq.heappushpop(numbers, -1), heapq.heappushpop(numbers, 30), numbers[:5])
print(heapq.nsmallest(3, numbers), heapq.nlargest(3, numbers), list(heapq.merge([1, 4], [2, 3])), heapq.heappushpop([], 1))
print(attempt(lambda: heapq.heappop([])), attempt(lambda: heapq.heapreplace([], 1)), attempt(lambda: heapq.heappush((), 1)))
print(attempt(lambda: heapq.heapify((1,))), attempt(lambda: heapq.heappush([1], "a")), heapq.heapify([(2, "b"), (1, "c")]))


class Shrinking:
    def __lt__(self, other):
        shrinking.clear()
        return True


shrinking = [Shrinking() for _ in range(5)]
print(attempt(lambda: heapq.heappush(shrinking, Shrinking())), shrinking)

ranks = [1, 2, 2, 3, 5]
print([(bisect.bisect_left(ranks, x), bisect.bisect(ranks, x)) for x in range(7)], bisect.bisect(ranks, 2, 1, 3))
print(bisect.bisect_left("abcd", "c"), bisect.bisect(["a", "bb"], 2, key=len), attempt(lambda: bisect.bisect([1], 1, -1)))
print(attempt(lambda: bisect.bisect([1, 2], 1, 0, 9)), attempt(lambda: bisect.bisect_left([1], "a")))
bisect.insort(ranks, 4)
print(ranks)


class Loud(Counter):
    def __setitem__(self, key, value):
        super().__setitem__(key, value * 10)


count = Counter("abracadabra")
count.update(["a", 1, 1.0, True, (1, 2)])
count.update("ab", z=3)
print(count, Loud("aab"), count["none"], count.most_common(2), attempt(lambda: Counter([[]])))
odd = Counter(a=1.5, b=2**61 - 1)
odd.update("abc")
print(odd, Counter(x for x in "gen"), sorted((Counter("ab") + Counter("b")).items()))

calls = []


@cache
def cached(*args, **keywords):
    calls.append((args, keywords))
    return len(calls)


print([cached(1), cached(1.0), cached("1"), cached((1,)), cached(1, 2), cached((1, 2)), cached(a=1), cached(("a", 1)), cached(1)])
print(cached(True), cached(b=1, a=2), cached(a=2, b=1), cached.cache_info(), attempt(lambda: cached([])))


@lru_cache(maxsize=2)
def small(x):
    calls.append(x)
    return x * 2


print([small(x) for x in (1, 2, 1, 3, 2, 1)], small.cache_info())


@lru_cache(maxsize=None, typed=True)
def typed(x):
    return type(x).__name__


print(typed(1), typed(1.0), typed(True), typed.cache_info().currsize)

print(struct.pack("<Ih", 1, -2), struct.unpack("<Ih", b"\1\0\0\0\xfe\xff"), struct.calcsize("3sI"), struct.pack(b">H", 5))
array = bytearray(8)
struct.pack_into(">I", array, 2, 0xABCDEF)
print(array, struct.unpack_from(">I", array, 2), list(struct.iter_unpack("B", b"ab")), struct.Struct("<d").unpack(struct.pack("<d", 1.5)))
print(attempt(lambda: struct.pack("I", "a")), attempt(lambda: struct.unpack("I", b"a")), attempt(lambda: struct.pack("y")))
print(attempt(lambda: struct.pack("I")), attempt(lambda: struct.pack(5)), attempt(lambda: struct.unpack("I")))
