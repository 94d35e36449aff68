# What a body does with its names when __prepare__ gave a mapping written in the language, and how deep that may go.
import sys
import traceback

sys.setrecursionlimit(20_000)


class Mapping:
    def __init__(self, log=True):
        self.items, self.log = {}, log

    def say(self, *words):
        if self.log and not words[1].startswith("__"):
            print("  ", *words)

    def __getitem__(self, name):
        self.say("get", name)
        if name == "broken":
            raise ValueError("broken")
        return self.items[name]

    def __setitem__(self, name, value):
        self.say("set", name)
        if name == "fixed":
            raise ValueError("fixed")
        self.items[name] = value

    def __delitem__(self, name):
        self.say("delete", name)
        del self.items[name]

    def keys(self):
        return self.items.keys()


class Meta(type):
    made = None

    @classmethod
    def __prepare__(meta, name, bases):
        meta.made = Mapping()
        return meta.made

    def __new__(meta, name, bases, namespace):
        return super().__new__(meta, name, bases, dict(namespace))


outside = "global"


def function():
    enclosed = "enclosed"

    class Class(metaclass=Meta):
        inside = "own"
        outer = outside
        both = enclosed, inside, len
        again = enclosed.upper()
        del inside
        number: int = 5
        loop = [item for item in again]

        def method(self):
            return enclosed

    return Class


made = function()
print(sorted(name for name in vars(made) if name[:2] != "__"), made.__annotations__, made().method())


def attempt(what, body):
    try:
        exec(f"class C(metaclass=Meta):\n    {body}")
    except Exception as error:
        names = [entry.name for entry in traceback.extract_tb(error.__traceback__)]
        context = type(error.__context__).__name__
        print(what, "->", type(error).__name__, error, context, names[1:])


attempt("a name that is nowhere", "nowhere")
attempt("a mapping that fails to give", "broken")
attempt("a mapping that fails to take", "fixed = 1")
attempt("deleting what is not there", "del nowhere")
print(eval("a + b", {"a": 1}, {"b": 2}))


class Computed(dict):
    def __missing__(self, name):
        if name.startswith("n") and name[1:].isdigit():
            return int(name[1:])
        raise KeyError(name)


exec("print(n5 + n7, len('abc'))", {}, Computed())


def deep_get(n):
    class Getting(Mapping):
        def __getitem__(self, name):
            return deep_get(n - 1) if name == "below" else super().__getitem__(name)

    class M(Meta):
        @classmethod
        def __prepare__(meta, name, bases):
            return Getting(False)

    if n == 0:
        return 0

    class Level(metaclass=M):
        value = below + 1

    return Level.value


def deep_set(n):
    class Setting(Mapping):
        def __setitem__(self, name, value):
            super().__setitem__(name, deep_set(n - 1) + 1 if name == "value" else value)

    class M(Meta):
        @classmethod
        def __prepare__(meta, name, bases):
            return Setting(False)

    if n == 0:
        return 0

    class Level(metaclass=M):
        value = None

    return Level.value


def deep_delete(n):
    below = []

    class Deleting(Mapping):
        def __delitem__(self, name):
            below.append(deep_delete(n - 1))

    class M(Meta):
        @classmethod
        def __prepare__(meta, name, bases):
            return Deleting(False)

    if n == 0:
        return 0

    class Level(metaclass=M):
        value = 1
        del value

    return below[0] + 1


print(deep_get(500), deep_set(500), deep_delete(500))
