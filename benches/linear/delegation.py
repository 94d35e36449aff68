# Generators that delegate N deep, resumed from outside and unwound from inside.
import sys

N = 1_000
TOTAL = 1_000_000


def chain(depth):
    if depth:
        return (yield from chain(depth - 1)) + 1
    for i in range(10):
        yield i
    return 0


def main():
    sys.setrecursionlimit(N + 1_000)
    check = 0
    for _ in range(max(TOTAL // N, 1)):
        top = chain(N)
        try:
            while True:
                check += next(top)
        except StopIteration as stop:
            check += stop.value
    print(check)


main()
