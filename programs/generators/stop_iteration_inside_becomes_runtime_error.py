def first_of_each(groups):
    for group in groups:
        yield next(iter(group))


firsts = first_of_each([[1, 2], [], [3]])
print(next(firsts))
try:
    next(firsts)
except RuntimeError as error:
    print(error)
    print(repr(error.__cause__))
print(next(firsts, "done"))
