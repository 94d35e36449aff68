# What a class gives for a name may come from the class, its bases or its metaclass, and may change at any time.


class Meta(type):
    def __getattr__(cls, name):
        return f"{name} of {cls.__name__}"

    @property
    def title(cls):
        return cls.__name__.title()

    def kind(cls):
        return "a method of the metaclass"

    label = "of the metaclass"


class Base:
    def __init__(self, value):
        self.value = value

    def kind(self):
        return "a method of the class"


class Thing(Base, metaclass=Meta):
    def __init__(self, value):
        Base.__init__(self, value)
        object.__setattr__(self, "twice", value * 2)


def look(turn):
    print(turn, Thing.__name__, Thing.title, Thing.label, Thing.missing, Thing.kind is Base.__dict__.get("kind"))
    thing = Thing(turn)
    print(thing.value, thing.twice, Thing.kind(thing) if turn < 4 else Thing.kind, object.__init__ is Base.__init__)


for turn in range(6):
    look(turn)
    if turn == 0:
        Thing.__name__ = "thing number one"
    if turn == 1:
        Thing.label = "of the class"
    if turn == 2:
        Meta.label = property(lambda cls: "a property of the metaclass")
    if turn == 3:
        del Base.kind
        Thing.kind = "no method any more"
    if turn == 4:
        Base.__init__ = object.__init__
        Thing.__init__ = lambda self, value: (setattr(self, "value", -value), setattr(self, "twice", None))[0]

for turn in range(3):
    print(str.upper("a"), dict.fromkeys("a"), int.__add__(1, 2), dict.get({1: 2}, 1), bool.from_bytes(b"\1", "big"))


# A class without a method for it is hashed by identity, one that gets such a method by that.
class Key:
    pass


key = Key()
print({key: 1}[key], key in {key}, hash(key) == object.__hash__(key))
Key.__hash__ = lambda self: 7
print({key: 2}[key], hash(key))


# An object on a class is what the class gives, until its class makes a descriptor of it.
class Member:
    def __init__(self, name):
        self.name = name


class Descriptor:
    name = "descriptor"

    def __get__(self, instance, owner):
        return f"got from {owner.__name__}"


class Holder:
    first = Member("first")
    second = Member("second")


def members():
    return Holder.first, Holder.second


for turn in range(6):
    print(turn, [getattr(member, "name", member) for member in members()])
    if turn == 1:
        Holder.__dict__["first"].__class__ = Descriptor
    if turn == 2:
        Member.__get__ = lambda self, instance, owner: f"now {self.name}"
    if turn == 3:
        del Member.__get__
    if turn == 4:
        Holder.second = 2
