class Base:
    def greet(self):
        return ["Base"]


class Left(Base):
    def greet(self):
        return ["Left"] + super().greet()


class Right(Base):
    def greet(self):
        return ["Right"] + super().greet()


class Bottom(Left, Right):
    def greet(self):
        return ["Bottom"] + super().greet()


print(Bottom().greet())
print([cls.__name__ for cls in Bottom.__mro__])
try:
    class Broken(Base, Left):
        pass
except TypeError as error:
    print(str(error).splitlines()[0])
