# Queues of N items: filled at one end, emptied at the other.
from collections import deque

N = 1_000
TOTAL = 4_000_000


def main():
    check = 0
    for _ in range(max(TOTAL // N, 1)):
        queue = deque()
        for i in range(N):
            queue.append(i)
        while queue:
            check += queue.popleft() & 1
    print(check)


main()
