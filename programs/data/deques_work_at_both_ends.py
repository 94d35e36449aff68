from collections import Counter, defaultdict, deque, namedtuple

line = deque([1, 2, 3], maxlen=4)
line.append(4)
line.appendleft(0)
print(line, line.popleft(), line.pop(), len(line))
line.rotate(1)
print(line, line[0], 2 in line)

print(Counter("mississippi").most_common(2))
groups = defaultdict(list)
for word in ("apple", "bean", "avocado"):
    groups[word[0]].append(word)
print(dict(groups))
Point = namedtuple("Point", "x y")
print(Point(1, y=2), Point(3, 4)._replace(x=0).x)
