# All ways to place queens: a generator that recurses and yields each placement.
N = 500
SIZE = 8


def placements(size, row, columns, rising, falling):
    if row == size:
        yield ()
        return
    for column in range(size):
        if columns >> column & 1 or rising >> (row + column) & 1 or falling >> (row - column + size) & 1:
            continue
        rest = placements(
            size, row + 1, columns | 1 << column, rising | 1 << (row + column), falling | 1 << (row - column + size)
        )
        for placed in rest:
            yield (column,) + placed


def main():
    check = 0
    count = 0
    for turn in range(N):
        for placed in placements(SIZE, 0, 0, 0, 0):
            count += 1
            check = (check * 31 + placed[turn % SIZE]) % 1000000007
    print(count, check)


main()
