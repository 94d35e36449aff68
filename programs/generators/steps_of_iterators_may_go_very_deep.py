# Iterators over iterators over iterators, in native code and in the language: thousands deep, or RecursionError.
import itertools as I
import sys


def numbers(count):
    yield from range(count)


def layers(make, source, count):
    for _ in range(count):
        source = make(source)
    return source


DEEP = {
    "islice": lambda s: I.islice(s, 5),
    "chain": I.chain,
    "from_iterable": lambda s: I.chain.from_iterable([s]),
    "cycle": I.cycle,
    "takewhile": lambda s: I.takewhile(lambda n: n < 4, s),
    "dropwhile": lambda s: I.dropwhile(lambda n: n < 2, s),
    "filterfalse": lambda s: I.filterfalse(lambda n: n == 3, s),
    "compress": lambda s: I.compress(s, I.repeat(1)),
    "accumulate": lambda s: I.accumulate(s, lambda a, b: b),
    "pairwise": lambda s: (a for a, _ in I.pairwise(s)),
    "zip_longest": lambda s: I.starmap(lambda n: n, I.zip_longest(s)),
    "tee": lambda s: I.tee(I.chain(s))[0],
}
for name, make in DEEP.items():
    for source in (numbers, range):
        depth = 300 if name == "pairwise" else 2000
        deep = layers(make, source(6), depth)
        print(name, source.__name__, [n for n, _ in zip(deep, range(8))])
        print("   ", list(I.islice(layers(make, source(6), depth), 8)))


def sieve(count):
    candidates = I.count(2)
    found = []
    while len(found) < count:
        prime = next(candidates)
        found.append(prime)
        candidates = I.filterfalse(lambda n, p=prime: n % p == 0, candidates)
    return found


print(sieve(400)[-1])


def leaves(tree):
    if isinstance(tree, int):
        return iter((tree,))
    return I.chain.from_iterable(map(leaves, tree))


tree = 1
for n in range(150):
    tree = [n, tree]
print(sum(leaves(tree)), len(list(leaves(tree))))


def countdown(n):
    yield n
    if n:
        yield from I.chain(countdown(n - 1), [-n])


print(sum(countdown(300)))
for depth in (2000, 5000):
    try:
        print(sum(countdown(depth)))
    except RecursionError as error:
        print("RecursionError", str(error)[:32])


# Generators between native iterators count, native iterators do not.
def relay(source):
    for item in source:
        yield item


def depths(source):
    for item in source:
        yield item, len(stack())


def stack():
    frame = sys._getframe(1)
    names = []
    while frame:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


print(list(I.islice(I.chain(depths(I.takewhile(lambda n: print(stack()) or n < 2, numbers(9)))), 5)))
both = layers(lambda s: relay(I.islice(s, 5)), numbers(9), 400)
print(list(both))
both = layers(lambda s: relay(I.islice(s, 5)), numbers(9), 3000)
try:
    print(list(both))
except RecursionError as error:
    print("RecursionError", str(error)[:32])


# Iterators that ask themselves, natively.
row = []
endless = map(next, I.cycle(row))
row.append(endless)
for ask in (lambda: next(endless), lambda: [x for x in endless], lambda: list(I.islice(endless, 1))):
    try:
        print(ask())
    except RecursionError as error:
        print("RecursionError", str(error)[:32])
