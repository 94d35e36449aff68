# Sites that have seen one binding again and again see the next one at once: globals, builtins, code, classes that override
# what builtin classes do, metaclasses and hooks that come late.
import builtins

LIMIT = 1


def helper(x):
    return x + 1


def other(x):
    return x * 100


def globals_change():
    seen = []
    for turn in range(6):
        seen.append((LIMIT, helper(turn)))
        if turn == 2:
            globals()["LIMIT"] = "two"
            globals()["helper"] = other
        if turn == 4:
            del globals()["helper"]
            builtins.helper = lambda x: f"builtin {x}"
    del builtins.helper
    return seen


def builtins_change():
    seen = []
    real = builtins.len
    for turn in range(6):
        seen.append(len("abc"))
        if turn == 1:
            builtins.len = lambda x: "patched"
        if turn == 3:
            globals()["len"] = lambda x: "shadowed"
        if turn == 4:
            del globals()["len"]
            builtins.len = real
    try:
        for turn in range(3):
            helper(turn)
    except NameError as error:
        seen.append(str(error))
    return seen


def code_changes():
    def target(x=1):
        return x

    def replacement(x=1):
        return x * 7

    seen = []
    for turn in range(5):
        seen.append(target())
        if turn == 1:
            target.__defaults__ = (5,)
        if turn == 2:
            target.__code__ = replacement.__code__
    return seen


class Items(list):
    def __getitem__(self, index):
        return ("item", index)

    def __len__(self):
        return 99

    def __iter__(self):
        yield "own iteration"

    def __contains__(self, item):
        return True

    def __eq__(self, other):
        return "equal"

    __hash__ = None


class Text(str):
    def __add__(self, other):
        return "added"

    def __eq__(self, other):
        return False

    def __hash__(self):
        return hash(str(self))

    def __len__(self):
        return -5 + 10


class Number(int):
    def __add__(self, other):
        return "sum"

    def __lt__(self, other):
        return "less"

    def __bool__(self):
        return False

    def __index__(self):
        return 0


class Table(dict):
    def __getitem__(self, key):
        return f"got {key}"

    def __missing__(self, key):
        return "missing"

    def get(self, key, default=None):
        return "asked"


def subclasses(values):
    seen = []
    for items, text, number, table in values:
        seen.append(
            (
                items[0], items[-1], len(items), 5 in items, [x for x in items], items == [1],
                text + "x", text == "ab", {str(text): 1}.get(text), len(text), text[0],
                number + 1, number < 3, bool(number), [10, 20][number],
                table["a"], table.get("a"), "a" in table, len(table),
            )
        )
    return seen


def metaclass_comes_late():
    class Meta(type):
        pass

    class Thing(metaclass=Meta):
        def __init__(self, n):
            self.n = n

    seen = []
    for turn in range(5):
        thing = Thing(turn)
        seen.append(getattr(thing, "n", thing))
        if turn == 1:
            Meta.__call__ = lambda cls, n: f"called with {n}"
        if turn == 3:
            del Meta.__call__
            Thing.__init__ = lambda self, n: setattr(self, "n", -n)
    return seen


def hooks_come_late():
    class Thing:
        kind = "class"

        def __init__(self):
            self.own = "own"

        def method(self):
            return "method"

    seen = []
    thing = Thing()
    for turn in range(6):
        seen.append((thing.own, thing.kind, thing.method()))
        if turn == 0:
            Thing.own = property(lambda self: "descriptor")
        if turn == 1:
            del Thing.own
            Thing.__getattribute__ = lambda self, name: (lambda: name) if name == "method" else f"<{name}>"
        if turn == 3:
            del Thing.__getattribute__
            thing.method = lambda: "instance"
        if turn == 4:
            Thing.__getattr__ = lambda self, name: f"fallback {name}"
            del thing.own
    return seen


print(globals_change())
helper = other
del helper
print(builtins_change())
print(code_changes())
plain = ([1, 2], "ab", 1, {"a": 1})
own = (Items([1, 2]), Text("ab"), Number(1), Table(a=1))
for row in subclasses([plain, plain, own, plain, own]):
    print(row)
print(metaclass_comes_late())
print(hooks_come_late())
