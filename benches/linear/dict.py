# Dicts of N items, built key by key, read and emptied.
N = 1_000
TOTAL = 2_000_000


def main():
    check = 0
    for _ in range(max(TOTAL // N, 1)):
        items = {}
        for i in range(N):
            items[i] = i
        for key in items:
            check += items[key] & 1
        for i in range(N):
            del items[i]
    print(check)


main()
