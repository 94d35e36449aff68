# One expression reads, calls and sets attributes of objects of several classes in turn, while classes and objects change.


def make(number):
    class Thing:
        kind = f"kind {number}"

        def __init__(self):
            for n in range(number):
                setattr(self, f"filler{n}", n)
            self.value = number

        def double(self):
            return self.value * 2

        @property
        def half(self):
            return self.value / 2

    Thing.__qualname__ = Thing.__name__ = f"Thing{number}"
    return Thing


class Slotted:
    __slots__ = ("value",)
    kind = "slotted"

    def __init__(self):
        self.value = 100

    def double(self):
        return self.value * 2

    half = 50


class Asking:
    kind = "asking"

    def __getattr__(self, name):
        if name == "value":
            return -1
        if name == "half":
            raise AttributeError("no half here")
        return lambda: f"asked for {name}"


def look(thing):
    try:
        half = thing.half
    except AttributeError as error:
        half = str(error)
    return thing.kind, thing.value, thing.double(), half


def store(thing, value):
    thing.value = value


def main():
    classes = [make(n) for n in range(4)] + [Slotted, Asking]
    things = [cls() for cls in classes]
    for turn in range(40):
        answers = [look(thing) for thing in things]
    print(answers)

    classes[1].kind = "changed"
    classes[2].double = lambda self: "replaced"
    del classes[3].double
    classes[3].double = property(lambda self: lambda: "from a property")
    classes[0].half = "a plain value"
    things[0].half = "its own"
    things[1].kind = "its own kind"
    print([look(thing) for thing in things])

    for turn in range(40):
        for n, thing in enumerate(things):
            store(thing, turn * n)
    print([thing.value for thing in things])

    classes[2].value = property(lambda self: "read", lambda self, new: print("set", new))
    classes[3].__setattr__ = lambda self, name, new: print("hooked", name, new)
    for thing in things:
        store(thing, "new")
    print([thing.value for thing in things])

    del things[4].value
    try:
        look(things[4])
    except AttributeError as error:
        print(error)
    things[0].__class__ = classes[1]
    print(look(things[0]))


main()
