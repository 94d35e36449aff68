# A priority queue written in the language, and heapq: shortest ways through a grid.
import heapq

N = 40
SIZE = 70


def cost(row, column):
    return (row * 7919 + column * 104729) % 9 + 1


def shortest(size, push, pop):
    best = {(0, 0): 0}
    queue = [(0, 0, 0)]
    while queue:
        far, row, column = pop(queue)
        if far > best[row, column]:
            continue
        for i, j in ((row + 1, column), (row, column + 1), (row - 1, column), (row, column - 1)):
            if 0 <= i < size and 0 <= j < size:
                there = far + cost(i, j)
                if there < best.get((i, j), 1 << 60):
                    best[i, j] = there
                    push(queue, (there, i, j))
    return best[size - 1, size - 1]


def push_slowly(queue, item):
    queue.append(item)
    place = len(queue) - 1
    while place and queue[(place - 1) // 2] > item:
        queue[place] = queue[(place - 1) // 2]
        place = (place - 1) // 2
    queue[place] = item


def pop_slowly(queue):
    last = queue.pop()
    if not queue:
        return last
    first, place, size = queue[0], 0, len(queue)
    while (child := 2 * place + 1) < size:
        if child + 1 < size and queue[child + 1] < queue[child]:
            child += 1
        if last <= queue[child]:
            break
        queue[place] = queue[child]
        place = child
    queue[place] = last
    return first


def main():
    total = 0
    for turn in range(N):
        total += shortest(SIZE + turn, heapq.heappush, heapq.heappop)
        total += shortest(SIZE + turn, push_slowly, pop_slowly)
    print(total)


main()
