from collections import deque

line = deque("abcab")
print(line.count("a"), line.index("c"), line[-1], "c" in line, line.maxlen)
line.extend([1, 2])
line.extendleft([8, 9])
line.remove("c")
line.insert(2, "new")
line.rotate(-2)
print(line, list(reversed(line)))
line[0] = "first"
del line[1]
line.reverse()
copy = line.copy()
print(line == copy, line + deque([0]), deque([1, 2]) * 2, deque([1, 2]) < deque([1, 3]))
copy.clear()
print(len(copy), bool(copy), copy)
for action in (copy.pop, copy.popleft, lambda: line[99], lambda: line.remove("gone"), lambda: line.index("gone")):
    try:
        action()
    except (IndexError, ValueError) as error:
        print(type(error).__name__, error)
short = deque(range(10), 3)
short.append(10)
short.appendleft(0)
print(short, repr(deque([deque()])))
try:
    for item in short:
        short.append(item)
except RuntimeError as error:
    print(error)
