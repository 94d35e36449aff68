def leaf():
    try:
        yield "leaf ready"
    except OSError as error:
        print("leaf passes on", error)
        raise RuntimeError("leaf gave up") from error


def branch():
    try:
        yield from leaf()
    except RuntimeError as error:
        print("branch caught", error, "because of", repr(error.__cause__))
        yield "branch recovered"


def trunk():
    yield from branch()
    yield "trunk goes on"


tree = trunk()
print(next(tree))
print(tree.throw(OSError("disk full")))
print(next(tree))
