class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


point = Point(1, 2)
print(point.x, hasattr(point, "__dict__"))
try:
    point.z = 3
except AttributeError as error:
    print(error)
del point.x
try:
    point.x
except AttributeError as error:
    print(error)


class Open(Point):
    pass


loose = Open(1, 2)
loose.z = 3
print(vars(loose), loose.y)
