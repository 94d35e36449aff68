# Strings of N pieces, joined and split.
N = 1_000
TOTAL = 2_000_000


def main():
    check = 0
    for _ in range(max(TOTAL // N, 1)):
        text = ",".join([str(i & 1023) for i in range(N)])
        check += len(text.split(","))
    print(check)


main()
