# Exceptions from every place where an iterator of itertools asks the language, and what it gives afterwards.
import itertools as I


class Failing:
    def __init__(self, when, what=KeyError):
        self.n = 0
        self.when = when
        self.what = what

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n == self.when:
            raise self.what(self.n)
        if self.n > 7:
            raise StopIteration
        return self.n


class Bad:
    def __bool__(self):
        raise ZeroDivisionError("bool")

    def __eq__(self, other):
        raise ZeroDivisionError("eq")

    def __add__(self, other):
        raise ZeroDivisionError("add")

    def __iter__(self):
        raise ZeroDivisionError("iter")

    __radd__ = __int__ = __add__

    def __repr__(self):
        return "Bad"


def failing(when, what=LookupError):
    count = 0

    def function(*items):
        nonlocal count
        count += 1
        if count == when:
            raise what(*items)
        return count % 2

    return function


def steps(iterator, count=9):
    found = []
    for _ in range(count):
        try:
            found.append(next(iterator))
        except StopIteration:
            found.append("end")
        except Exception as error:
            frames = 0
            trace = error.__traceback__
            while trace is not None:
                frames += 1
                trace = trace.tb_next
            found.append(f"{type(error).__name__}{error.args}@{frames}")
    return found


SOURCES = {
    "islice": lambda s: I.islice(s, 9),
    "islice skipping": lambda s: I.islice(s, 2, 9, 2),
    "chain": lambda s: I.chain(s, "ab"),
    "from_iterable": lambda s: I.chain.from_iterable([n] for n in s),
    "of iterators": lambda s: I.chain.from_iterable(map(lambda n: [n], s)),
    "cycle": I.cycle,
    "takewhile": lambda s: I.takewhile(lambda n: True, s),
    "dropwhile": lambda s: I.dropwhile(lambda n: False, s),
    "filterfalse": lambda s: I.filterfalse(lambda n: False, s),
    "compress": lambda s: I.compress(s, I.repeat(1)),
    "selectors": lambda s: I.compress(I.count(), s),
    "starmap": lambda s: I.starmap(lambda *a: a, ((n,) for n in s)),
    "accumulate": I.accumulate,
    "pairwise": I.pairwise,
    "batched": lambda s: I.batched(s, 2),
    "zip_longest": lambda s: I.zip_longest(s, "abcdefghi"),
    "groupby": lambda s: ((k, list(g)) for k, g in I.groupby(s)),
    "tee": lambda s: I.tee(s)[0],
    "zip": lambda s: zip(I.islice(s, 9), I.islice(s, 9)),
    "map": lambda s: map(lambda n: n, I.chain(s)),
    "filter": lambda s: filter(None, I.chain(s)),
    "enumerate": lambda s: enumerate(I.chain(s)),
}
for what in (KeyError, StopIteration):
    for when in (1, 2, 3):
        for name, make in SOURCES.items():
            print(what.__name__, when, name, steps(make(Failing(when, what))))

FUNCTIONS = {
    "takewhile": lambda f: I.takewhile(f, I.count()),
    "dropwhile": lambda f: I.dropwhile(f, I.count()),
    "filterfalse": lambda f: I.filterfalse(f, I.count()),
    "starmap": lambda f: I.starmap(f, I.zip_longest("abcdef")),
    "accumulate": lambda f: I.accumulate(I.count(), f),
    "groupby": lambda f: (k for k, g in I.groupby(range(7), f)),
    "chain": lambda f: I.islice(I.chain(map(f, "abcd"), "xy"), 9),
    "filter": lambda f: I.islice(filter(f, "abcdefghi"), 9),
    "calls": lambda f: I.chain(iter(f, 7), "xy"),
}
for what in (LookupError, StopIteration):
    for when in (1, 2, 3):
        for name, make in FUNCTIONS.items():
            print(what.__name__, when, name, steps(make(failing(when, what))))

ITEMS = {
    "truth": lambda: I.compress("abc", [1, Bad(), 1]),
    "answer": lambda: I.takewhile(lambda n: Bad() if n == 1 else 1, range(3)),
    "falsehood": lambda: I.filterfalse(None, [0, Bad(), 0]),
    "sum": lambda: I.accumulate([1, Bad(), 2]),
    "key": lambda: (k for k, g in I.groupby([1, Bad(), Bad(), 2])),
    "group": lambda: (list(g) for k, g in I.groupby([Bad(), Bad(), 2])),
    "source": lambda: I.chain("a", Bad(), "b"),
    "sources": lambda: I.chain.from_iterable(["a", Bad(), "b"]),
    "no iterable": lambda: I.chain.from_iterable(["a", 5, "b"]),
    "arguments": lambda: I.starmap(print, [Bad(), 5]),
    "count": lambda: I.count(Bad()),
    "strict": lambda: I.batched(Failing(9), 2, strict=True),
    "not callable": lambda: I.takewhile(None, [1, 2]),
    "not callable either": lambda: I.dropwhile(None, [1, 2]),
    "uneven": lambda: zip(I.chain("ab"), I.takewhile(lambda c: True, "abc"), strict=True),
    "short": lambda: zip(I.chain("ab"), I.takewhile(lambda c: c < "b", "abc"), strict=True),
}
for name, make in ITEMS.items():
    print(name, steps(make(), 5))

# An iterator that is asked for an item in the midst of a step of its own.
class Reentrant:
    def __init__(self, times):
        self.times = times
        self.iterator = None

    def __call__(self, *items):
        if self.times:
            self.times -= 1
            try:
                print("    within", next(self.iterator))
            except Exception as error:
                print("    within", type(error).__name__, error)
        self.calls = getattr(self, "calls", 0) + 1
        return self.calls % 3

    def __iter__(self):
        return self

    def __next__(self):
        self.count = getattr(self, "count", 0) + 1
        count = self.count
        if count > 6:
            raise StopIteration
        self()
        return count


del SOURCES["from_iterable"]
for name, make in SOURCES.items():
    source = Reentrant(2)
    source.iterator = make(source)
    print(name)
    print("   ", steps(source.iterator, 5))
for name in ("takewhile", "dropwhile", "filterfalse", "starmap", "accumulate"):
    function = Reentrant(2)
    function.iterator = FUNCTIONS[name](function)
    print(name)
    print("   ", steps(function.iterator, 3))

# Subclasses have the steps of their bases, and may ask for them.
class Louder(I.takewhile):
    def __next__(self):
        return super().__next__(), "!"


class Quiet(I.islice):
    pass


class Mapped(map):
    pass


def ones():
    yield from (1, 1, 0, 1)


print(list(Louder(lambda n: n, ones())), list(Quiet(ones(), 2)), list(I.chain(Quiet(ones(), 3), Mapped(lambda n: -n, ones()))))
print([n for n in Mapped(lambda n: n + 1, I.chain(ones()))], list(zip(Quiet(ones(), 3), Louder(bool, ones()))))


def result():
    yield 1
    return "result"


def outer():
    return (yield from I.chain(result(), [2]))


print(list(outer()), max(I.chain(ones(), [5])), sum(I.islice(ones(), 3)), sorted(I.chain(ones())), 0 in I.chain(ones()))
print(any(I.compress(ones(), ones())), "".join(I.starmap(chr, ([97 + n] for n in ones()))), {*I.pairwise(ones())})
print(dict(I.batched(ones(), 2)), set(I.accumulate(ones())), bytes(I.islice(ones(), 3)), list(reversed([*I.chain(ones())])))
