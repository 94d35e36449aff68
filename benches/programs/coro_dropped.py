# Generators that are dropped half way: their `finally` runs at once.
N = 2_000_000


def guarded(log, me):
    try:
        yield me
        yield me + 1
    finally:
        log[0] += me & 3


def main():
    log = [0]
    total = 0
    for i in range(N):
        for value in guarded(log, i):
            total += value
            break
    print(total, log)


main()
