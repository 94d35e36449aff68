# Sets of N strings, built one by one and asked.
N = 1_000
TOTAL = 1_000_000


def main():
    check = 0
    for _ in range(max(TOTAL // N, 1)):
        seen = set()
        for i in range(N):
            seen.add(f"k{i}")
        for i in range(0, N, 2):
            check += f"k{i}" in seen
    print(check)


main()
