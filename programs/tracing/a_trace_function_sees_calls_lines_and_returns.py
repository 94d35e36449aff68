"""What `sys.settrace` tells of plain functions, loops, comprehensions, methods, properties and class bodies."""
import sys


def tell(frame, event, arg):
    code = frame.f_code
    if code.co_filename != __file__:
        return None
    print(f"{code.co_name}+{frame.f_lineno - code.co_firstlineno} {event} {arg!r}")
    return tell


def sum_up(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += i
        else:
            total -= i
    else:
        total += 100
    while total > 98:
        total -= 1
    return total


class Point:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return Point(self.x + other.x)

    def __repr__(self):
        return f"Point({self.x})"

    def __eq__(self, other):
        return self.x == other.x

    @property
    def double(self):
        return 2 * self.x

    def __enter__(self):
        return self.x

    def __exit__(self, *exception):
        return False


def use_objects():
    p = Point(1) + Point(2)
    p.double
    with p as x:
        y = x
    print(p == Point(3))
    key = lambda item: -item
    print(sorted([1, 2], key=key))
    squares = [n * n for n in range(2)]

    class Local:
        kind = "local"

    return Local.kind, squares, y


def choose(a, b):
    if (a and
            b):
        return "both"
    return "one"


sys.settrace(tell)
sum_up(3)
use_objects()
choose(1, 0)
choose(1, 1)
sys.settrace(None)
sum_up(2)
print(sys.gettrace())
