# Calls N deep.
import sys

N = 1_000
TOTAL = 2_000_000


def descend(depth):
    return descend(depth - 1) + 1 if depth else 0


def main():
    sys.setrecursionlimit(N + 1_000)
    check = 0
    for _ in range(max(TOTAL // N, 1)):
        check += descend(N)
    print(check)


main()
