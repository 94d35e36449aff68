# N generators that are suspended at the same time, resumed in turn.
N = 1_000
TOTAL = 1_000_000


def pair(value):
    yield value
    yield value + 1


def main():
    check = 0
    for _ in range(max(TOTAL // N, 1)):
        crowd = [pair(i) for i in range(N)]
        for one in crowd:
            check += next(one)
        for one in crowd:
            check += next(one) & 1
    print(check)


main()
