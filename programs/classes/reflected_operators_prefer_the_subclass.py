class Base:
    def __add__(self, other):
        return "Base.__add__"

    def __radd__(self, other):
        return "Base.__radd__"

    def __lt__(self, other):
        return "Base.__lt__"

    def __gt__(self, other):
        return "Base.__gt__"

    def __eq__(self, other):
        return NotImplemented


class Derived(Base):
    def __radd__(self, other):
        return "Derived.__radd__"

    def __gt__(self, other):
        return "Derived.__gt__"


class Plain(Base):
    pass


print(Base() + Derived(), Base() + Plain(), Derived() + Base(), 1 + Base())
print(Base() < Derived(), Base() < Plain(), 1 < Base(), Base() == Base(), Base() != 1)
for action in (lambda: object() + 1, lambda: -"x", lambda: [] < {}, lambda: 1 + None, lambda: "a" * "b", lambda: {} | []):
    try:
        action()
    except TypeError as error:
        print(error)
