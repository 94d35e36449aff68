# A loop over zip, enumerate or the items of a dict that unpacks what it gets need not make a tuple. Scripts see no
# difference: not in the order of finalisers, nor when a source ends, raises, or is advanced by the body.


class Noisy:
    def __init__(self, number):
        self.number = number

    def __del__(self):
        print("gone:", self.number)


def tens(count):
    for i in range(count):
        yield i * 10


def finalisers():
    first = second = None
    for first, second in zip([Noisy(1), Noisy(2)], [Noisy(3), Noisy(4)]):
        print("body", first.number, second.number)
    print("end")


finalisers()

# Sources of all sorts, and as many as one likes.
for a, b in zip("abc", range(5)):
    print(a, b)
for a, b, c in zip("abc", {1: 2, 3: 4}, tens(9)):
    print(a, b, c)
for (only,) in zip([1, 2]):
    print(only)
for i, (a, b) in enumerate(zip("ab", (3, 4)), 5):
    print(i, a, b)
targets = [0, 0, 0]
for targets[0], targets[1] in zip([5, 6], [7, 8]):
    print(targets)

# The tuple is there where it is wanted.
for pair in zip([1, 2], [3, 4]):
    print(pair)
for pair in enumerate(tens(2)):
    print(pair)

# Numbers outgrow the machine's.
for i, item in enumerate("abcd", 2**61 - 2):
    print(i, item)
for i, item in enumerate(tens(4), 2**61 - 2):
    print(i, item)

# As many targets as items, or it is an error.
for source in zip([1], [2]), zip([1], [2], [3], [4]), enumerate(tens(1)), enumerate([1]):
    try:
        for a, b, c in source:
            print("never")
    except ValueError as error:
        print(error)

# Where one source ends, those before it have lost an item.
longer, shorter = iter([1, 2, 3]), iter([4])
for a, b in zip(longer, shorter):
    print(a, b)
print(next(longer))

# The body may draw from the iterator itself, close the generator behind it, or change the dict.
numbered = enumerate(tens(5))
for i, item in numbered:
    print(i, item, next(numbered, None))
source = tens(5)
for i, item in enumerate(source):
    print(i, item)
    if i == 1:
        source.close()
counts = {i: str(i) for i in range(5)}
try:
    for key, value in counts.items():
        print(key, value)
        if key == 2:
            counts[9] = "nine"
except RuntimeError as error:
    print(error)
del counts[0], counts[2]
print([(key, value) for key, value in counts.items()], list(counts), [value for value in counts.values()])


def fails():
    yield 1
    raise KeyError("source")


def delegates():
    yield from tens(2)
    return 5


def draws_from_its_own():
    try:
        next(own)
    except ValueError as error:
        print(error)
    yield 1


try:
    for i, item in enumerate(fails()):
        print(i, item)
except KeyError as error:
    print(repr(error))
for i, item in enumerate(delegates()):
    print(i, item)
own = enumerate(draws_from_its_own())
for i, item in own:
    print(i, item)


# Subclasses are asked.
class Doubled(zip):
    def __next__(self):
        a, b = super().__next__()
        return a * 2, b * 2


class Renumbered(enumerate):
    def __next__(self):
        number, item = super().__next__()
        return -number, item


for a, b in Doubled([1, 2], [3, 4]):
    print(a, b)
for i, item in Renumbered(tens(3)):
    print(i, item)
for i, item in Renumbered("ab"):
    print(i, item)
for i, (a, b) in enumerate(Doubled([1, 2], [3, 4])):
    print(i, a, b)
