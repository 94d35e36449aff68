# Strings of N characters, built by += and taken apart by a walk.
N = 1_000
TOTAL = 4_000_000


def main():
    check = 0
    for _ in range(max(TOTAL // N, 1)):
        text = ""
        for i in range(N):
            text += "ab"[i & 1]
        for letter in text:
            check += letter == "b"
    print(check)


main()
