class Base:
    registry = []

    def __new__(cls, *args):
        self = super().__new__(cls)
        self.made_by = cls.__name__
        return self

    @classmethod
    def create(cls):
        cls.registry.append(cls.__name__)
        return cls()

    @staticmethod
    def helper():
        return "base helper"

    @property
    def label(self):
        return "base label"


class Child(Base):
    @classmethod
    def create(cls):
        return super().create()

    @staticmethod
    def helper():
        return "child of " + super(Child, Child).helper()

    @property
    def label(self):
        return super().label.upper() + " of " + __class__.__name__

    def listed(self):
        return [method() for method in [super().__repr__] if method().startswith("<")] != []


child = Child.create()
print(child.made_by, Base.registry, Child.helper(), child.label, child.listed())
print(super(Child, child).label, Child.__base__.__name__, Child.__bases__)
try:
    super().label
except RuntimeError as error:
    print(error)
