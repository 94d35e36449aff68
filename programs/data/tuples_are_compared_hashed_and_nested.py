point = 3, 4
single = 5,
print(point, single, (), (1, (2, ("x",))), type((1)).__name__)
print(point + single, point * 2, point[0], point[-1:], 4 in point, point.index(4), (1, 1, 2).count(1), len(()))
print({point: "here"}[(3, 4)], point == (3.0, 4.0), (1, 2) < (1, 3) < (2,), min([(2, "b"), (2, "a")]), hash(()) == hash(tuple()))
for action in (lambda: point.__setitem__, lambda: hash(([],)), lambda: point[5], lambda: (1,) + [2], lambda: (1, "a") < (1, 2)):
    try:
        action()
    except (TypeError, AttributeError, IndexError) as error:
        print(type(error).__name__, error)
try:
    point[0] = 1
except TypeError as error:
    print(error)
a = b, *c = 1, 2, 3
print(a, b, c, tuple("ab"), tuple({"k": 1}), tuple(x for x in [1]))
