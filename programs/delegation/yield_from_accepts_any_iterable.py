def flatten(*sources):
    for source in sources:
        yield from source


print(list(flatten([1, 2], "ab", {"key": "value"}, range(2), (x * x for x in [3]))))


def plain():
    try:
        result = yield from [10, 20]
    except AttributeError as error:
        result = str(error)
    yield result


items = plain()
print(next(items), next(items), next(items))
items = plain()
next(items)
print(items.send("a list iterator cannot take this"))
