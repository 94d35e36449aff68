"""Integers of up to 128 bits have a form of their own; its edges must not show."""

import operator

edges = [0, 1, 2, 3, 7, 2**31, 2**61 - 1, 2**61, 2**62, 2**63 - 1, 2**63, 2**64 - 1, 2**64,
         2**64 + 5, 10**30, 2**127 - 1, 2**127, 2**128 - 1, 2**128, 2**128 + 1, 3**100]
numbers = edges + [-n for n in edges[1:]]


def checksum():
    total = 0
    for op in (operator.add, operator.sub, operator.mul, operator.and_, operator.or_, operator.xor,
               operator.floordiv, operator.mod):
        for x in numbers:
            for y in numbers:
                if y or op not in (operator.floordiv, operator.mod):
                    total = (total * 31 + op(x, y)) % (2**89 - 1)
    return total


def shifts():
    total = 0
    for x in numbers:
        for n in (0, 1, 5, 62, 63, 64, 65, 127, 128, 129):
            total = (total * 31 + (x << n)) % (2**89 - 1)
            total = (total * 31 + (x >> n)) % (2**89 - 1)
    return total


def division_rounds_down():
    return all((x // y) * y + x % y == x and (0 <= x % y < y or y < x % y <= 0)
               for x in numbers for y in numbers if y)


print(checksum(), shifts(), division_rounds_down())
print(sorted(numbers) == sorted(numbers, key=float) or "floats are coarser", sorted(numbers)[:3])
print([(n < 2.0**64, n == 2.0**64, n > 1e19) for n in (2**64 - 1, 2**64, 2**64 + 1)])
print([hash(n) == hash(float(n)) for n in (2**63, 2**64, 2**100, -2**64)])
print([~n for n in (2**62, 2**64 - 1, -2**63, 2**128 - 1)], [-n for n in (2**61, 2**63, -2**63)])
print([abs(n) for n in (-2**61, -2**64, -2**128)], [bool(n) for n in (2**64, -2**64)])
print([n.bit_length() for n in numbers if n > 0], [n.bit_count() for n in (2**64 - 1, -2**127, 10**30)])
print([float(n) for n in (2**63 + 1, 2**64 - 1, 2**127 + 2**74, -2**128 + 1)], (2**64 - 1) / 3)
print(str(2**127), repr(-2**128), f"{2**64:x} {-2**100:b} {10**20:,} {2**65:>25d} {2**70:e}")
print([2**64 is not None, 7**20, (-7)**45, 2**128, (-2)**127, 10**38, 10**39, 2**-2])
print([(2**64 - 1).to_bytes(8, "big"), int.from_bytes(b"\xff" * 16, "little"), int("f" * 32, 16), int("-" + "9" * 25)])
print([pow(3, 2**64, 10**9 + 7), pow(2**64, 3, 2**61 - 1), divmod(-2**64, 10**10), round(2**64 + 5, -2)])


class Number(int):
    def __add__(self, other):
        return "added"


print(Number(5) + 1, Number(2**64) + 1, Number(2**64) - 1, Number(5) * 3, type(Number(2**64) * 1).__name__)
print({2**64: "a"}[2**64], {Number(2**64): "b"}[2**64], 2**64 in {2.0**64}, 2**100 in [1, 2**100])

state = 0x9E3779B97F4A7C15
mixed = []
for _ in range(4):
    state = (state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    mixed.append(z ^ (z >> 31))
print(mixed)
for bad in (lambda: 2**64 // 0, lambda: 2**64 % 0, lambda: 2**64 << -1, lambda: 2**64 >> -1, lambda: 2**64 + "a"):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
