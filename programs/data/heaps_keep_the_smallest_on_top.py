# heapq with items of all kinds, and what happens when a comparison fails or changes the heap.
import heapq
import random

rng = random.Random(7)
numbers = [rng.randrange(1000) for _ in range(300)]
heap = list(numbers)
heapq.heapify(heap)
for _ in range(50):
    heapq.heappush(heap, rng.randrange(1000))
    numbers.append(0)
    heapq.heapreplace(heap, rng.random())
print([heapq.heappop(heap) for _ in range(5)], len(heap))
print(heapq.heappushpop([], 3), heapq.heappushpop([1, 5], 3), heapq.heappushpop([4, 5], 3))
print(heapq.nsmallest(3, range(100, 0, -1)), heapq.nlargest(3, "heapq", key=ord))
print(list(heapq.merge([1, 4], [2, 3], [0], reverse=False)))


class Item:
    def __init__(self, rank, name):
        self.rank, self.name = rank, name

    def __lt__(self, other):
        return self.rank < other.rank


heap = []
for order, rank in enumerate([3, 1, 2, 1, 3, 2, 1]):
    heapq.heappush(heap, Item(rank, order))
print([(item.rank, item.name) for item in (heapq.heappop(heap) for _ in range(7))])


class Growing(Item):
    def __lt__(self, other):
        heap.append(0)
        return super().__lt__(other)


heap = [Growing(1, "a"), Growing(0, "b")]
for attempt in (lambda: heapq.heapify(heap), lambda: heapq.heappop([]), lambda: heapq.heapreplace([], 1),
                lambda: heapq.heappush((1,), 1), lambda: heapq.heappush([object()], 1)):
    try:
        attempt()
    except (RuntimeError, IndexError, TypeError) as error:
        print(type(error).__name__, error)
