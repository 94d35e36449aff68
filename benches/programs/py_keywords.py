# Calls with keywords: to functions, methods and constructors, with defaults, stars and passing on.
N = 750_000


class Point:
    def __init__(self, x=0, y=0, *, tag=None):
        self.x = x
        self.y = y
        self.tag = tag

    def moved(self, dx=0, dy=0):
        return Point(self.x + dx, self.y + dy, tag=self.tag)


def area(width, height=2, *, border=0):
    return (width + border) * (height + border)


def passed_on(*args, **options):
    return area(*args, **options)


def main():
    total = 0
    options = {"height": 4, "border": 1}
    for i in range(N):
        total += area(width=i & 7, height=3)
        total += area(i & 7, border=2)
        total += passed_on(i & 7, height=5)
        total += area(2, **options)
        point = Point(y=i, tag="p").moved(dy=1)
        total += point.y + point.x
    print(total)


main()
