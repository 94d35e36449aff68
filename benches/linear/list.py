# Lists of N items, built by append, read in order, and emptied from the end.
N = 1_000
TOTAL = 4_000_000


def main():
    check = 0
    for _ in range(max(TOTAL // N, 1)):
        items = []
        for i in range(N):
            items.append(i)
        for item in items:
            check += item & 1
        while items:
            items.pop()
    print(check)


main()
