# Matrices as lists of lists: multiplication by index, by zip, and transposition.
N = 64
SIZE = 48


def by_index(a, b, size):
    out = []
    for i in range(size):
        row = [0] * size
        for j in range(size):
            total = 0
            for k in range(size):
                total += a[i][k] * b[k][j]
            row[j] = total % 1009
        out.append(row)
    return out


def by_zip(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) % 1009 for column in columns] for row in a]


def main():
    a = [[(i * 31 + j) % 97 for j in range(SIZE)] for i in range(SIZE)]
    b = [[(i + j * 17) % 89 for j in range(SIZE)] for i in range(SIZE)]
    for _ in range(N):
        a = by_index(a, b, SIZE)
        b = by_zip(b, a)
    print(sum(map(sum, a)), sum(map(sum, b)))


main()
