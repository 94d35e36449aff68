class Registry(type):
    names = []

    def __new__(meta, name, bases, body, **options):
        meta.names.append((name, sorted(options)))
        body.setdefault("kind", name.lower())
        return super().__new__(meta, name, bases, body)

    def __init__(cls, name, bases, body, **options):
        super().__init__(name, bases, body)

    def __call__(cls, *args):
        print("making", cls.__name__)
        return super().__call__(*args)

    def __len__(cls):
        return len(cls.names)


class Animal(metaclass=Registry):
    pass


class Dog(Animal, loud=True):
    def __init__(self, name):
        self.name = name


print(Dog("rex").name, Dog.kind, type(Dog).__name__, len(Dog))
print(Registry.names)
Cat = type(Animal)("Cat", (Animal,), {"legs": 4})
print(Cat.legs, Cat.kind, Cat.__mro__[1].__name__)
