steps = range(10, 0, -3)
print(steps, list(steps), len(steps), steps[1], steps[-1], steps[1:], steps[::-1], 4 in steps, 5 in steps, 4.0 in steps)
print(steps.start, steps.stop, steps.step, steps.index(7), steps.count(1), range(0) == range(5, 5), hash(range(3)) == hash(range(0, 3, 1)))
print(list(reversed(range(5))), bool(range(0)), range(3) == [0, 1, 2], sum(range(101)), max(range(5)))
print(len(range(10 ** 18)), range(10 ** 30)[10 ** 29], (10 ** 29) in range(10 ** 30))
for action in (lambda: range(1, 2, 0), lambda: range(1.5), lambda: steps[9], lambda: steps.index(5), lambda: range()):
    try:
        action()
    except (ValueError, TypeError, IndexError) as error:
        print(type(error).__name__, error)
first, *rest = range(4)
print(first, rest, slice(2, None).indices(5), slice(None, None, -1).indices(3), slice(1, 2) == slice(1, 2))
