# Every call that the iterators of itertools make, in order: of sources, functions, `__bool__`, `__eq__`, `__add__`, `__iter__`,
# `__len__`, `__length_hint__`.
import itertools as I

log = []


def say(*words):
    log.append(" ".join(str(word) for word in words))


class Thing:
    def __init__(self, n):
        self.n = n

    def __bool__(self):
        say("bool", self.n)
        return self.n % 2 == 0

    def __eq__(self, other):
        say("eq", self.n, other.n)
        return self.n // 3 == other.n // 3

    def __add__(self, other):
        say("add", self.n, other.n)
        return Thing(self.n + other.n)

    def __float__(self):
        raise ValueError

    def __repr__(self):
        return f"T{self.n}"


class Sized:
    "An iterable with all that may be asked of one."

    def __init__(self, name, count):
        self.name = name
        self.count = count

    def __iter__(self):
        say("iter", self.name)
        return things(self.name, self.count)

    def __len__(self):
        say("len", self.name)
        return self.count

    def __length_hint__(self):
        say("hint", self.name)
        return self.count


class Stepper:
    "An iterator in the language."

    def __init__(self, name, count):
        self.name = name
        self.left = count

    def __iter__(self):
        say("iter", self.name)
        return self

    def __next__(self):
        say("next", self.name)
        if not self.left:
            raise StopIteration
        self.left -= 1
        return Thing(self.left)


def things(name, count):
    say("begin", name)
    for n in range(count):
        say("draw", name, n)
        yield Thing(n)
    say("end", name)


def function(*things):
    say("call", *things)
    return Thing(sum(thing.n for thing in things))


def pairs(count):
    for n in range(count):
        say("pair", n)
        yield [Thing(n), Thing(n + 1)] if n % 2 else (thing for thing in (Thing(n), Thing(1)))


MAKERS = {
    "chain": lambda: I.chain(things("a", 2), Sized("b", 2), [Thing(7)], Stepper("c", 1)),
    "from_iterable": lambda: I.chain.from_iterable(things_of(3)),
    "cycle": lambda: I.islice(I.cycle(Sized("a", 2)), 5),
    "islice": lambda: I.islice(things("a", 9), 1, 6, 2),
    "islice nothing": lambda: I.islice(Stepper("a", 9), 2, 2),
    "takewhile": lambda: I.takewhile(function, things("a", 4)),
    "dropwhile": lambda: I.dropwhile(function, Sized("a", 4)),
    "filterfalse": lambda: I.filterfalse(function, Stepper("a", 4)),
    "filterfalse None": lambda: I.filterfalse(None, things("a", 4)),
    "compress": lambda: I.compress(things("a", 4), Stepper("b", 3)),
    "starmap": lambda: I.starmap(function, pairs(3)),
    "accumulate": lambda: I.accumulate(things("a", 4)),
    "accumulate function": lambda: I.accumulate(Sized("a", 3), function, initial=Thing(10)),
    "pairwise": lambda: I.pairwise(things("a", 4)),
    "batched": lambda: I.batched(Stepper("a", 5), 2),
    "zip_longest": lambda: I.zip_longest(things("a", 2), Stepper("b", 3), Sized("c", 1), fillvalue="-"),
    "groupby": lambda: ((key, list(group)) for key, group in I.groupby(things("a", 7))),
    "groupby key": lambda: ((key, next(group)) for key, group in I.groupby(Sized("a", 5), function)),
    "groupby keys": lambda: (key for key, _ in I.groupby(things("a", 7), function)),
    "tee": lambda: I.chain(*I.tee(things("a", 2))),
    "count": lambda: I.islice(I.count(Thing(1), Thing(2)), 3),
    "product": lambda: I.product(Sized("a", 2), Stepper("b", 1)),
    "permutations": lambda: I.permutations(Sized("a", 2)),
    "combinations": lambda: I.combinations(Stepper("a", 2), 1),
    "map of islice": lambda: map(function, I.islice(things("a", 9), 2), I.islice([Thing(5)] * 3, 3)),
    "zip of islice": lambda: zip(I.islice(things("a", 9), 2), I.takewhile(function, [Thing(2), Thing(1)])),
    "strict zip": lambda: zip(I.islice(things("a", 9), 1), I.islice(things("b", 9), 1), strict=True),
    "enumerate": lambda: enumerate(I.accumulate(things("a", 2))),
    "filter": lambda: filter(None, I.chain(things("a", 3))),
    "calls": lambda: I.islice(iter(I.count(1).__next__, 4), 9),
    "sentinel": lambda: I.islice(iter(lambda: function(Thing(1)), Thing(4)), 2),
    "reversed": lambda: I.chain(reversed([Thing(1), Thing(2)])),
    "getitem": lambda: I.islice(Row(), 2),
}


class Row:
    def __getitem__(self, index):
        say("item", index)
        if index > 4:
            raise IndexError
        return Thing(index)


def things_of(count):
    for n in range(count):
        say("source", n)
        yield things(n, n)


def by_hand(iterator):
    found = []
    while (item := next(iterator, None)) is not None:
        found.append(item)
    return found


def by_method(iterator):
    found = []
    try:
        while True:
            found.append(iterator.__next__())
    except StopIteration:
        return found


def delegated(iterator):
    def relay():
        yield from iterator

    return [item for item in relay()]


def starred(iterator):
    return [*iterator]


def unpacked(iterator):
    first, *rest = iterator
    return [first, rest]


def through(iterator):
    return list(zip(I.islice(iterator, 9)))


WAYS = [list, by_hand, by_method, delegated, starred, unpacked, through, lambda it: [x for x in it], lambda it: tuple(it)]

for name, make in MAKERS.items():
    seen = {}
    for number, way in enumerate(WAYS):
        log.clear()
        try:
            found = repr(way(make()))
        except ValueError as error:
            found = f"ValueError: {error}"
        seen.setdefault("; ".join(log), []).append(number)
        if number in (0, 5, 6):
            print(name, number, found)
    for calls, numbers in seen.items():
        print("   ", numbers, calls)
