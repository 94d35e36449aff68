# What natives that draw items ask of iterables and items, in which order, and what is left after an exception: the same
# whether they ask at once or, nested deep, wait in frames.
import collections
import math
import traceback


class Told:
    """An iterator that tells what it is asked."""

    def __init__(self, log, items):
        self.log = log
        self.items = items

    def __iter__(self):
        self.log.append("iter")
        return self

    def __next__(self):
        self.log.append("next")
        if not self.items:
            raise StopIteration
        item = self.items.pop(0)
        if isinstance(item, Exception):
            raise item
        return item

    def __length_hint__(self):
        self.log.append("hint")
        return 1


class Number:
    def __init__(self, log, number, change=lambda: None):
        self.log = log
        self.number = number
        self.change = change

    def tell(self, what):
        self.log.append(f"{what} {self.number}")
        self.change()
        return self.number

    def __index__(self):
        return self.tell("index")

    def __float__(self):
        return float(self.tell("float"))

    def __mul__(self, other):
        return Number(self.log, self.tell("mul") * 2)

    def __rmul__(self, other):
        return Number(self.log, self.tell("rmul") * 2)

    def __repr__(self):
        return f"Number({self.number})"


class FailsToIterate:
    def __iter__(self):
        raise TypeError("mine")


class NoIterable:
    pass


class GivesNoIterator:
    def __iter__(self):
        return 5


def changed(target, change):
    try:
        change(target)
    except Exception:
        print("    left:", target)
        raise
    return target


def assign(make, key):
    return lambda items: changed(make(), lambda target: target.__setitem__(key, items))


def call(make, name):
    return lambda items: changed(make(), lambda target: getattr(target, name)(items))


class SomeBytes(bytes):
    pass


class SomeArray(bytearray):
    pass


NATIVES = {
    "bytes": bytes,
    "bytearray": bytearray,
    "subclass of bytes": SomeBytes,
    "subclass of bytearray": SomeArray,
    "bytearray.extend": call(lambda: bytearray(b"ab"), "extend"),
    "bytearray slice": assign(lambda: bytearray(4), slice(1, 2)),
    "extended bytearray slice": assign(lambda: bytearray(4), slice(0, 4, 2)),
    "list slice": assign(lambda: [0, 1, 2, 3], slice(1, 2)),
    "extended list slice": assign(lambda: [0, 1, 2, 3], slice(0, 4, 2)),
    "deque": collections.deque,
    "deque.__init__": call(lambda: collections.deque([9], 3), "__init__"),
    "deque.extend": call(lambda: collections.deque([9], 3), "extend"),
    "deque.extendleft": call(lambda: collections.deque([9], 3), "extendleft"),
    "fsum": math.fsum,
    "prod": math.prod,
    "dist": lambda items: math.dist(items, [1, 2]),
    "bytes.join": lambda items: b"-".join(items),
    "str.join": lambda items: "-".join(items),
    "int.from_bytes": int.from_bytes,
    "list.extend": lambda items: [].extend(items),
}
SOURCES = [
    lambda log: Told(log, [1, 2]),
    lambda log: Told(log, [Number(log, 1), Number(log, 2)]),
    lambda log: [Number(log, 1), Number(log, 2)],
    lambda log: Told(log, [1, ValueError("half way")]),
    lambda log: Told(log, [1, 300]),
    lambda log: Told(log, [1, "x"]),
    lambda log: Told(log, [b"a", b"b"]),
    lambda log: FailsToIterate(),
    lambda log: NoIterable(),
    lambda log: GivesNoIterator(),
    lambda log: (x for x in (3, 4)),
    lambda log: map(int, "56"),
    lambda log: iter([1, 2]),
    lambda log: 5,
    lambda log: "ab",
]


def scenario():
    for name, native in NATIVES.items():
        print(" ", name)
        for source in SOURCES:
            log = []
            try:
                result = repr(native(source(log)))
            except Exception as error:
                result = f"{type(error).__name__} {error}"
            print("   ", result, log)

    print("  what is there meanwhile")
    queue = collections.deque()
    queue.extend(len(queue) for _ in range(3))
    array = bytearray()
    array.extend(len(array) for _ in range(3))
    items = [0, 1, 2, 3]
    items[1:3] = (items.pop() for _ in range(2))
    print("   ", queue, array, items)
    items, log = [7], []
    items.append(Number(log, 1, lambda: items.append(9)))
    items.append(8)
    print("   ", bytes(items), items, log)

    print("  tracebacks")
    for name, native in NATIVES.items():
        try:
            native(1 // 0 for _ in "x")
        except ZeroDivisionError as error:
            print("   ", name, [frame.name for frame in traceback.extract_tb(error.__traceback__)])


class Deep:
    def __init__(self, levels):
        self.levels = levels

    def __str__(self):
        if self.levels:
            return "%s" % Deep(self.levels - 1)
        scenario()
        return ""


for levels in (0, 15, 40):
    print(f"{levels} deep")
    str(Deep(levels))
