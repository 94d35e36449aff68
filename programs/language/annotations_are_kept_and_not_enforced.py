from __future__ import annotations

limit: int = "not a number"
undefined: Missing


def scale(value: float, by: list[int] | None = None) -> "float":
    inner: str = value
    return inner


class Point:
    x: int
    y: int = 0


print(limit, __annotations__)
print(scale.__annotations__)
print(Point.__annotations__, hasattr(Point, "x"), Point.y)
