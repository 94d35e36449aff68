# A class pattern reads attributes, and asks the metaclass; a mapping pattern calls `get`. All may be in the language.
from collections.abc import Mapping

log = []


class Asked(type):
    def __instancecheck__(cls, other):
        log.append("check")
        return True


class Any(metaclass=Asked):
    __match_args__ = ("first", "second")


class Pair:
    @property
    def first(self):
        log.append("first")
        return 1

    def __getattr__(self, name):
        log.append(name)
        if name == "second":
            return 2
        raise AttributeError(name)


class Chosen(Mapping):
    def __init__(self, **items):
        self.items_ = items

    def __getitem__(self, key):
        log.append(("item", key))
        return self.items_[key]

    def __iter__(self):
        return iter(self.items_)

    def __len__(self):
        return len(self.items_)


class Key:
    def __init__(self, name):
        self.name = name

    def __hash__(self):
        log.append("hash")
        return hash(self.name)

    def __eq__(self, other):
        log.append("eq")
        return self.name == getattr(other, "name", other)


class Keys:
    a = Key("a")
    b = Key("b")


def look(subject):
    match subject:
        case Any(first, second, third=0):
            return "three", first, second
        case Any(first, second):
            return "two", first, second


print(look(Pair()), log)
log.clear()


def choose(subject):
    match subject:
        case {"x": x, "y": y, **rest}:
            return x, y, rest
        case {Keys.a: a, Keys.b: b}:
            return "keys", a, b
        case {"x": x}:
            return x
        case _:
            return "none"


for subject in Chosen(x=1, y=2), Chosen(x=1), Chosen(), {"a": 1, "b": 2}, {"y": 1, "x": 2}:
    print(choose(subject), log)
    log.clear()


class Failing:
    @property
    def value(self):
        raise KeyError("value")


try:
    match Failing():
        case Failing(value=1):
            print("matched")
except KeyError as error:
    print("raised", error)
match Pair():
    case Pair(third=3):
        print("third")
    case Pair(second=2):
        print("second")


class Deep:
    def __init__(self, depth):
        self.depth = depth

    @property
    def inner(self):
        match self.depth:
            case 0:
                return 0
        match Deep(self.depth - 1):
            case Deep(inner=value):
                return value + 1


match Deep(300):
    case Deep(inner=value):
        print(value)
