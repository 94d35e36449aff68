# Attributes are deleted, set again and listed; objects of one class go different ways.


class Record:
    def __init__(self, *names):
        for n, name in enumerate(names):
            setattr(self, name, n)


class Fixed:
    __slots__ = ("a", "b", "c")


def show(thing):
    print(list(vars(thing).items()))


def main():
    names = "abcde"
    for victim in names:
        record = Record(*names)
        delattr(record, victim)
        show(record)
        setattr(record, victim, "again")
        show(record)

    record = Record("a", "b", "c")
    del record.a, record.c
    record.d = 4
    record.a = 5
    del record.b
    show(record)
    for attribute in ("b", "nothing"):
        try:
            delattr(record, attribute)
        except AttributeError as error:
            print(error)

    other = Record("a", "b", "c")
    keep = vars(other)
    del other.b
    keep["e"] = 1
    show(other)
    print(other.e, hasattr(other, "b"))

    fixed = Fixed()
    fixed.a, fixed.b, fixed.c = 1, 2, 3
    del fixed.b
    print(fixed.a, fixed.c, hasattr(fixed, "b"))
    fixed.b = "back"
    print(fixed.a, fixed.b, fixed.c)

    class Loud:
        def __init__(self, name):
            self.name = name

        def __del__(self):
            print("gone", self.name)

    record = Record("a")
    record.first, record.second = Loud("first"), Loud("second")
    del record.first
    show_names = [name for name in vars(record)]
    print(show_names)
    del record.second
    print("end")


main()
