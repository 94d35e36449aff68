import bisect
import heapq

queue = []
for priority, job in ((3, "sweep"), (1, "cook"), (2, "wash"), (1, "bake")):
    heapq.heappush(queue, (priority, job))
print([heapq.heappop(queue) for _ in range(len(queue))])
numbers = [5, 1, 8, 3, 9, 2]
heapq.heapify(numbers)
print(numbers[0], heapq.nlargest(2, numbers), heapq.nsmallest(2, numbers), heapq.heapreplace(numbers, 7), numbers)
print(list(heapq.merge([1, 4], [2, 3])))
grades = [60, 70, 80, 90]
print(["FDCBA"[bisect.bisect(grades, score)] for score in (33, 70, 89, 90, 100)])
bisect.insort(grades, 75)
print(grades, bisect.bisect_left(grades, 80))
