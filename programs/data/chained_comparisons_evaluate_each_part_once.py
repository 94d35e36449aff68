def part(value):
    print("part", value)
    return value


print(part(1) < part(2) < part(3))
print(part(3) < part(2) < part(1))
print(1 < 2 == 2 != 3 in [3], not 0, 0 or "default", "" and "unused", None is None)
print([1, 2] < [1, 3], (1,) < (1, 0), "Zebra" < "apple", [1] == [1.0])
