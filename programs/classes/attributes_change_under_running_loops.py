"""What a site has seen before must not be what it shows after the class, the module or the instance changed."""
import math
import types


class Shape:
    kind = "shape"
    tags = []

    def __init__(self, size):
        self.size = size

    def area(self):
        return self.size

    @property
    def label(self):
        return f"{self.kind} of {self.size}"

    @staticmethod
    def unit():
        return 1


class Square(Shape):
    def area(self):
        return self.size ** 2

    def twice(self):
        return super().area() * 2


class Tagged(Square):
    kind = "tagged"

    def area(self):
        return super().area() + 1


def survey(shapes):
    return [(s.area(), s.kind, s.label, s.size, Shape.kind, Shape.unit(), math.tau > 6) for s in shapes]


shapes = [Shape(2), Square(3), Tagged(4)]
for step in range(6):
    print(step, survey(shapes))
    if step == 0:
        Square.area = lambda self: -self.size
    elif step == 1:
        shapes[0].kind = "my own"
        shapes[1].area = lambda: "from the instance"
    elif step == 2:
        Shape.kind = "renamed"
        Shape.unit = staticmethod(lambda: 100)
        math.tau = 0
    elif step == 3:
        Shape.label = "no property any more"
        del Tagged.area
    elif step == 4:
        class Loud:
            def __getattribute__(self, name):
                return object.__getattribute__(self, name) if name.startswith("__") else name.upper() + "!"
        class Other(Loud, Shape):
            pass
        shapes[2].__class__ = Shape


def of_class(cls):
    return cls.kind


class Meta(type):
    pass


class Plain(metaclass=Meta):
    kind = "plain"


print([of_class(c) for c in (Shape, Plain, Tagged, Plain)])
Meta.kind = property(lambda cls: f"{cls.__name__} says its metaclass")
print([of_class(c) for c in (Shape, Plain, Tagged, Plain)])

module = types.ModuleType("module")
module.value = 1


def of_module():
    return module.value


print(of_module(), of_module())
module.other = 2
module.value = 3
print(of_module())
del module.value
try:
    of_module()
except AttributeError as error:
    print(error)
module.value = 4
print(of_module())


class Base:
    def hello(self):
        return "base"


class Late(Base):
    def hello(self):
        return "late and " + super().hello()


late = Late()
print(late.hello(), late.hello())
Base.hello = lambda self: "rebound base"
print(late.hello())


class Between(Base):
    def hello(self):
        return "between and " + super().hello()


Late.__bases__ = (Between,)
print(late.hello())


class Slotted:
    __slots__ = ("x",)


def read(thing):
    return thing.x


one, two = Slotted(), Slotted()
one.x = two.x = 5
print(read(one), read(two))
del two.x
try:
    read(two)
except AttributeError as error:
    print(error)


def store(things):
    for thing in things:
        thing.x = getattr(thing, "x", 0) + 1
    return [thing.x for thing in things]


class Free:
    pass


class Watched:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 10)


things = [Slotted(), Free(), Watched(), Free()]
print(store(things), store(things))
Free.__setattr__ = lambda self, name, value: object.__setattr__(self, name, -value)
print(store(things))
bound = [s.area for s in (Shape(1), Square(2), Shape(3))]
Shape.area = lambda self: "too late"
print([b() for b in bound], Shape(1).area())
