# Formatting: f-strings with widths, precisions, conversions and nested fields; % and str.format.
N = 360_000


def main():
    size = 0
    check = 0
    width = 9
    for i in range(N):
        ratio = i / 7
        name = "item" if i & 1 else "élan"
        first = f"{i}:{i:>8}|{i:#x}|{ratio:.3f}|{name!r}"
        second = f"{name:^{width}}{i % 97:03d}{ratio:10.2e}"
        third = "%s-%05d-%.1f" % (name, i, ratio)
        fourth = "{0}/{1:<6}/{0}".format(i % 10, name)
        size += len(first) + len(second) + len(third) + len(fourth)
        check = (check * 31 + ord(first[-2]) + ord(second[5])) % 1000000007
    print(size, check)


main()
