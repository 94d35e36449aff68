def leaf():
    received = yield
    raise ValueError(f"leaf got {received!r}")


def branch():
    yield from leaf()


def trunk():
    yield from branch()


tree = trunk()
next(tree)
tree.send("rain")
