def hanoi(discs, source, spare, target):
    if discs == 0:
        return []
    before = hanoi(discs - 1, source, target, spare)
    after = hanoi(discs - 1, spare, source, target)
    return before + [f"{discs} from {source} to {target}"] + after


for move in hanoi(3, "left", "middle", "right"):
    print(move)
print(len(hanoi(12, "a", "b", "c")) == 2 ** 12 - 1)


def ackermann(m, n):
    if m == 0:
        return n + 1
    return ackermann(m - 1, ackermann(m, n - 1) if n else 1)


print(ackermann(2, 9))
