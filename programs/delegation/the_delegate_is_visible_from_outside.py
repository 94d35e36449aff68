def inner():
    yield 1
    yield 2


def outer():
    yield 0
    yield from inner()
    yield 3


generator = outer()
for value in generator:
    delegate = generator.gi_yieldfrom
    print(value, delegate and delegate.__name__)
