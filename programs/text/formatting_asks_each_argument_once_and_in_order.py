# Natives that make texts may have to wait for an argument's, and are begun anew: nothing is asked twice, and what was
# made of an argument before stays as it was.
import collections
import traceback
import types


class Told:
    """Tells what it is asked for."""

    def __init__(self, name, log):
        self.name = name
        self.log = log

    def tell(self, what):
        self.log.append(f"{self.name}.{what}")
        return f"{what} of {self.name}"

    def __repr__(self):
        return self.tell("repr")

    def __str__(self):
        return self.tell("str")

    def __format__(self, spec):
        return self.tell(f"format {spec!r}")

    def __getitem__(self, key):
        return Told(self.tell(f"item {key!r}"), self.log)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        self.tell(f"attribute {name}")
        return len(self.log)

    def __index__(self):
        self.tell("index")
        return 7

    def __float__(self):
        self.tell("float")
        return 1.5


class Spoils:
    """Changes what was shown before it, and what will be shown after it."""

    def __init__(self, *lists):
        self.lists = lists

    def __str__(self):
        for items in self.lists:
            items.append("spoilt")
        return "spoils"

    __repr__ = __str__

    def __format__(self, spec):
        return str(self)


class Fails:
    def __init__(self, error):
        self.error = error

    def __repr__(self):
        raise self.error("mine")

    def __getattr__(self, name):
        raise AttributeError(f"no {name}")

    def __getitem__(self, key):
        raise LookupError(key)


class Wrong:
    def __str__(self):
        return 1

    def __repr__(self):
        return None

    def __format__(self, spec):
        return b""


def asked(make):
    log = []
    a, b, c = (Told(name, log) for name in "abc")
    try:
        print("   ", repr(make(a, b, c)))
    except Exception as error:
        print("   ", type(error).__name__, error)
    print("   ", log)


def scenario():
    print("  asked")
    asked(lambda a, b, c: "%s %r %a %s" % (a, b, c, a))
    asked(lambda a, b, c: "%d %s %.1f %x" % (a, b, a, c))
    asked(lambda a, b, c: "%(x)s %(y)r %(x)s" % {"x": a, "y": b})
    asked(lambda a, b, c: "%s %d" % (a, "no number"))
    asked(lambda a, b, c: "%s %s" % (a,))
    asked(lambda a, b, c: "%s" % (a, b))
    asked(lambda a, b, c: b"%a %b" % (a, b))
    asked(lambda a, b, c: "{} {!r} {!s:>12} {!a}".format(a, b, c, a))
    asked(lambda a, b, c: "{0:{1}} {2.size:>{2.size}} {1[0]}".format(a, 5, c))
    asked(lambda a, b, c: "{0[0]} {1[k]!r} {2[k].z}".format(a, b, c))
    asked(lambda a, b, c: "{0:{1}{2}}".format(a, b, c))
    asked(lambda a, b, c: "{x} {y.z}".format_map({"x": a, "y": b}))
    asked(lambda a, b, c: "{} {}".format(a))
    asked(lambda a, b, c: "{} {".format(a))
    asked(lambda a, b, c: "{!x}".format(a))
    asked(lambda a, b, c: f"{a!r:>10}{b!a}{c!s:}{[a, b]!a:>30}")
    asked(lambda a, b, c: (ascii(a), ascii([b, (c,)]), format([a]), format(b, "spec")))
    asked(lambda a, b, c: repr(slice(a, b, c)) + repr(collections.deque([a, b], 5)))
    asked(lambda a, b, c: repr(types.SimpleNamespace(x=a, y=b)) + str(types.MappingProxyType({a.name: b})))
    asked(lambda a, b, c: (str(ValueError(a)), repr(ValueError(b)), str(ValueError(a, b)), str(KeyError(c))))

    print("  spoilt")
    before, after = [1], [2]
    print("   ", "%s %s %s" % (before, Spoils(before, after), after))
    print("   ", "{} {} {}".format(before, Spoils(before, after), after))
    print("   ", "{!r} {!s} {!a}".format(before, Spoils(before, after), after))
    print("   ", repr(slice(before, Spoils(before, after), after)))
    print("   ", repr(types.SimpleNamespace(a=before, b=Spoils(before, after), c=after)))
    queue = collections.deque([1])
    queue.extend([Spoils(queue), 2])
    print("   ", queue, len(queue))

    print("  failing")
    held = [Fails(ValueError)]
    queue = collections.deque(held)
    for make in (
        lambda: "%s %s" % (1, held),
        lambda: "{} {}".format(1, held[0]),
        lambda: "{0[a]}".format(held[0]),
        lambda: "{0.a}".format(held[0]),
        lambda: "%(a)s" % held[0],
        lambda: ascii(queue),
        lambda: format(types.SimpleNamespace(a=held)),
        lambda: repr(slice(None, held)),
    ):
        try:
            print("   ", make())
        except Exception as error:
            names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
            print("   ", type(error).__name__, error, names[1:])
    # Nothing is left that counts as being shown.
    held[:] = [1]
    queue[0] = held
    print("   ", held, queue, slice(held))

    print("  wrong")
    wrong = Wrong()
    for make in (
        lambda: "%s" % wrong,
        lambda: "%r" % wrong,
        lambda: "%a" % wrong,
        lambda: "{}".format(wrong),
        lambda: "{!s}".format(wrong),
        lambda: "{!r}".format([wrong]),
        lambda: format(wrong),
        lambda: ascii(wrong),
        lambda: repr(collections.deque([wrong])),
        lambda: repr(slice(wrong)),
        lambda: str(ValueError(wrong)),
        lambda: f"{wrong!a}",
        lambda: f"{wrong:>3}",
    ):
        try:
            print("   ", make())
        except TypeError as error:
            print("   ", error)


class Deep:
    def __init__(self, levels, act):
        self.levels = levels
        self.act = act

    def __str__(self):
        if self.levels:
            return "%s" % Deep(self.levels - 1, self.act)
        return self.act() or ""


for levels in (0, 1, 14, 15, 16, 17, 40):
    print(f"{levels} deep")
    str(Deep(levels, scenario))
