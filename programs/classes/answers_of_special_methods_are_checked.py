class Odd:
    def __bool__(self):
        return 3

    def __len__(self):
        return "many"

    def __iter__(self):
        return 5

    def __str__(self):
        return 7

    def __repr__(self):
        return None

    def __format__(self, spec):
        return b""

    def __eq__(self, other):
        return NotImplemented

    def __lt__(self, other):
        return NotImplemented

    def __add__(self, other):
        return NotImplemented


class Negative:
    def __len__(self):
        return -1


class Sized:
    def __init__(self, size):
        self.size = size

    def __len__(self):
        return self.size


class Answer:
    def __init__(self, truth):
        self.truth = truth

    def __bool__(self):
        print("asked for", self.truth)
        return self.truth


class Comparable:
    def __eq__(self, other):
        return Answer(True)

    def __lt__(self, other):
        return Answer(False)

    def __contains__(self, item):
        return Answer(bool(item))


def attempt(text):
    try:
        exec(text)
    except Exception as error:
        print(f"{text:28} {type(error).__name__}: {error}")


odd = Odd()
for text in ("if odd: pass", "not odd", "while odd: pass", "f'{odd!s}'", "f'{odd!r}'", "f'{odd}'", "odd + 1", "1 + odd",
             "odd < odd", "a, b = odd", "[*odd]", "for x in odd: pass", "print(*odd)", "if Negative(): pass",
             "len(Negative())", "len(odd)"):
    attempt(text)
print(odd == odd, odd == Odd(), odd != odd)
print("filled" if Sized(2) else "empty", "filled" if Sized(0) else "empty", not Sized(0))
thing = Comparable()
if thing == 1:
    print("equal")
if not thing < 1:
    print("not less")
print(1 in thing, 0 in thing, 1 not in thing)
while thing < 2:
    print("never")
print(type(thing == 1).__name__, type(thing != 1).__name__)
