class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def describe(value):
    match value:
        case 0 | None:
            return "nothing"
        case int(n) if n < 0:
            return f"negative {n}"
        case str() as text:
            return f"text of {len(text)}"
        case [first, *rest] if rest:
            return f"{first} and {len(rest)} more"
        case {"kind": "circle", "r": r, **others}:
            return f"circle {r} {others}"
        case Point(0, y=y):
            return f"on the axis at {y}"
        case Point(x=x):
            return f"off the axis by {x}"
        case _:
            return f"something else: {value!r}"


for value in (0, None, -4, 8, "word", [1, 2, 3], [1], {"kind": "circle", "r": 2, "z": 1}, Point(0, 5), Point(3, 1)):
    print(describe(value))
