# `split` and `subgroup` call predicates and `derive`, which may be in the language; `except*` calls `derive`, too.
log = []


class Tagged(ExceptionGroup):
    def __new__(cls, message, exceptions, tag):
        group = super().__new__(cls, message, exceptions)
        group.tag = tag
        return group

    def derive(self, exceptions):
        log.append(("derive", self.tag, len(exceptions)))
        return Tagged(self.message, exceptions, self.tag)


class Lazy:
    """A sequence that only knows its items one by one."""

    def __init__(self, *items):
        self.items = items

    def __getitem__(self, index):
        log.append(("item", index))
        return self.items[index]


class Shown(str):
    def __str__(self):
        return "shown " + super().__str__()


def show(error, depth=0):
    if error is None:
        print("  " * depth + "nothing")
        return
    print("  " * depth + type(error).__name__, error, getattr(error, "tag", ""), getattr(error, "__notes__", ""))
    for member in getattr(error, "exceptions", ()):
        show(member, depth + 1)


inner = Tagged("inner", [ValueError(1), TypeError(2)], "i")
outer = Tagged("outer", [inner, ValueError(3), OSError(4)], "o")
outer.add_note("a note")


def is_value(error):
    log.append(type(error).__name__)
    return isinstance(error, ValueError)


for part in outer.split(is_value):
    show(part)
print(log)
log.clear()
show(outer.subgroup(lambda error: []))
show(outer.subgroup((TypeError, OSError)))
print(log)
log.clear()


def fails(error):
    if isinstance(error, TypeError):
        raise KeyError("in the predicate")
    return False


try:
    outer.split(fails)
except KeyError as error:
    print(repr(error))
try:
    try:
        raise outer
    except* ValueError as group:
        show(group)
        raise RuntimeError("in the clause")
    except* TypeError as group:
        show(group)
except BaseException as error:
    show(error)
print(log)
log.clear()
show(ExceptionGroup(Shown("message"), Lazy(KeyError(1), KeyError(2))))
print(log)


class Bad(ExceptionGroup):
    def derive(self, exceptions):
        return 5


try:
    Bad("bad", [ValueError(), TypeError()]).split(ValueError)
except TypeError as error:
    print(error)


def nested(depth):
    """Each predicate splits a group of its own."""
    def predicate(error):
        if depth:
            yes, no = nested(depth - 1)
            return yes is not None
        return isinstance(error, KeyError)

    return ExceptionGroup("g", [KeyError(), OSError()]).split(predicate)


yes, no = nested(150)
print(yes, no)
