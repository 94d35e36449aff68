# A class with operators: vectors that are added, scaled, compared, indexed and iterated over.
N = 720_000


class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    __rmul__ = __mul__

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def __getitem__(self, index):
        return (self.x, self.y)[index]

    def __iter__(self):
        yield self.x
        yield self.y

    def __len__(self):
        return 2

    def __bool__(self):
        return self.x != 0


def main():
    total = 0
    at = Vector(0, 1)
    for i in range(N):
        at = at + 2 * Vector(i & 3, 1)
        if at == Vector(i, 1) or not at:
            total += 1
        x, y = at
        total += x + y + at[1] + len(at)
    print(total % 1000000007)


main()
