# Strings built piece by piece: by +=, by a list that is joined, by repetition and by methods that pad.
N = 320_000


def main():
    size = 0
    check = 0
    for i in range(N):
        text = ""
        for part in range(12):
            text += chr(97 + (i + part) % 26)
        pieces = []
        for part in range(12):
            pieces.append(str(part * i))
            pieces.append(text[part])
        joined = "/".join(pieces)
        padded = text.rjust(20, ".") + "-" * (i % 5) + joined.center(60)
        size += len(padded)
        check = (check * 31 + ord(padded[i % len(padded)])) % 1000000007
    print(size, check)


main()
