# Dictionaries: counting, grouping, nested look-up, merging, items and deletion.
N = 360


def words(count):
    state = 12345
    for _ in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        yield "w" + str((state >> 8) % 5000)


def main():
    text = list(words(20_000))
    check = 0
    for turn in range(N):
        counts = {}
        for word in text:
            counts[word] = counts.get(word, 0) + 1
        groups = {}
        for word, count in counts.items():
            groups.setdefault(count, []).append(word)
        merged = {**counts, "turn": turn}
        for word in groups.get(4, ()):
            del merged[word]
        check = (check * 31 + len(merged) + sum(key * len(group) for key, group in groups.items())) % 1000000007
        check += sum(1 for word in text if word not in merged)
    print(check)


main()
