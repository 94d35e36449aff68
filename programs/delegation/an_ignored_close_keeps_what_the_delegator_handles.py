"""A delegate that yields in place of ending at GeneratorExit leaves its delegator in the handler it stood in."""
import sys


def stubborn():
    while True:
        try:
            yield 1
        except GeneratorExit:
            yield 2


def outer():
    try:
        raise ValueError("handled outside")
    except ValueError:
        try:
            yield from stubborn()
        except RuntimeError as error:
            print(error, "in the context of", repr(error.__context__))
        print("still handled:", repr(sys.exception()))
        yield 3


generator = outer()
print(next(generator))
print(generator.throw(GeneratorExit))
