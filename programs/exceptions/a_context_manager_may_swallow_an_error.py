class Ignore:
    def __init__(self, *kinds):
        self.kinds = kinds

    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, kind, error, traceback):
        print("exit with", kind and kind.__name__)
        return kind is not None and issubclass(kind, self.kinds)


with Ignore(ZeroDivisionError) as ignoring:
    print(ignoring.kinds[0].__name__)
    1 / 0
with Ignore(KeyError), Ignore(LookupError):
    raise IndexError("swallowed by the first to the inside")
try:
    with Ignore(KeyError):
        raise TypeError("let through")
except TypeError as error:
    print(error)
