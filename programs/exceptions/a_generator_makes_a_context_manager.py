from contextlib import contextmanager, suppress, ExitStack


@contextmanager
def tag(name):
    print(f"<{name}>")
    try:
        yield name.upper()
    finally:
        print(f"</{name}>")


with tag("p") as upper, tag("b"):
    print(upper)
with suppress(ZeroDivisionError), tag("i"):
    1 / 0
with ExitStack() as stack:
    for name in ("ul", "li"):
        stack.enter_context(tag(name))
    stack.callback(print, "first to leave")
