"""`__repr__` that is `object.__str__` asks for itself without end: RecursionError, however the text is wanted."""


class Loop:
    pass


Loop.__repr__ = Loop.__str__
loop = Loop()
for make in (
    repr,
    str,
    ascii,
    print,
    lambda x: f"{x}",
    lambda x: f"{x!r:>10}",
    lambda x: "%s %r" % (x, x),
    lambda x: "{!a}".format(x),
    lambda x: repr([x, {1: x}]),
):
    try:
        make(loop)
        print("no error")
    except RecursionError as error:
        print(error)
view = memoryview(b"abc")
print(view != b"abc", view != b"abd", view != memoryview(b"abc"), view != "abc", object() != object(), loop != loop)
