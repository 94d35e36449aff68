class Shape:
    kinds = {}

    def __init_subclass__(cls, sides=0, **options):
        super().__init_subclass__(**options)
        cls.sides = sides
        Shape.kinds[cls.__name__.lower()] = cls


class Triangle(Shape, sides=3):
    pass


class Square(Shape, sides=4):
    def __init__(self, size):
        self.size = size


for name, cls in Shape.kinds.items():
    print(name, cls.sides, issubclass(cls, Shape))
print(Shape.kinds["square"](5).size, isinstance(Triangle(), Square))
