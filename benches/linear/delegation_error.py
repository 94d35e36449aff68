# An exception that passes through N delegating generators, each of which cleans up.
import sys

N = 1_000
TOTAL = 300_000


def chain(depth, log):
    try:
        if depth:
            yield from chain(depth - 1, log)
        else:
            yield 1
    finally:
        log[0] += 1


def main():
    sys.setrecursionlimit(N + 1_000)
    log = [0]
    for _ in range(max(TOTAL // N, 1)):
        top = chain(N, log)
        next(top)
        try:
            top.throw(KeyError)
        except KeyError:
            pass
    print(log)


main()
