# Values sent through five levels of `yield from`, and results handed back level by level.
N = 480_000
LEVELS = 5


def leaf():
    total = 0
    for _ in range(8):
        total += yield total
    return total


def level(depth):
    if depth == 0:
        return (yield from leaf())
    result = yield from level(depth - 1)
    return result + 1


def main():
    check = 0
    for i in range(N):
        chain = level(LEVELS)
        got = next(chain)
        try:
            while True:
                got = chain.send(got + i & 7)
        except StopIteration as stop:
            check = (check * 31 + stop.value) % 1000000007
    print(check)


main()
