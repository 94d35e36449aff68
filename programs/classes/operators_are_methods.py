class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, factor):
        if not isinstance(factor, (int, float)):
            return NotImplemented
        return Vector(self.x * factor, self.y * factor)

    __rmul__ = __mul__

    def __eq__(self, other):
        return isinstance(other, Vector) and (self.x, self.y) == (other.x, other.y)

    def __bool__(self):
        return bool(self.x or self.y)

    def __neg__(self):
        return self * -1


a = Vector(1, 2)
print(a + Vector(3, 4), 3 * a, a * 0.5, -a)
a += Vector(1, 1)
print(a, a == Vector(2, 3), a != Vector(2, 3), bool(Vector(0, 0)))
try:
    a * None
except TypeError as error:
    print(error)
