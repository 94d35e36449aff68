class Guard:
    def __enter__(self):
        print("enter")

    def __exit__(self, kind, error, traceback):
        print("exit", kind and kind.__name__)
        return kind is KeyError


def guarded():
    with Guard():
        try:
            yield "inside"
        except ValueError as error:
            yield f"handled {error}"
    yield "after"


first = guarded()
print(next(first), first.throw(ValueError("v")), next(first), sep=" | ")
second = guarded()
print(next(second), second.throw(KeyError("k")), sep=" | ")
third = guarded()
next(third)
try:
    third.throw(OSError("o"))
except OSError as error:
    print("out came", repr(error))
