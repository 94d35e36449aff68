"""throw() hands over one exception object; its context and traceback are those of the generator it lands in."""

import sys


def places(exception):
    names = []
    traceback = exception.__traceback__
    while traceback is not None:
        names.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    return names


def inner():
    try:
        yield 1
        yield 2
    except GeneratorExit as exit:
        print("inner is closed with the thrown object:", exit is thrown)
        raise


def outer():
    try:
        yield from inner()
    except GeneratorExit as exit:
        print("outer sees the thrown object:", exit is thrown)
        raise


chain = outer()
next(chain)
thrown = GeneratorExit("enough")
try:
    chain.throw(thrown)
except GeneratorExit as exit:
    print("and so does the caller:", exit is thrown, exit.__context__)


def patient():
    try:
        yield "ready"
    except ValueError as error:
        print("caught, with context", error.__context__, "and handled", sys.exception() is error)
        yield "still handling"
        print("after a pause the same is handled:", sys.exception() is error)
        raise


generator = patient()
print(next(generator))
try:
    raise ValueError("late")
except ValueError as error:
    print(generator.throw(error))
    print("here too:", sys.exception() is error)
print("nothing is handled here:", sys.exception())
try:
    next(generator)
except ValueError as error:
    print(repr(error), places(error))


def untouched():
    try:
        yield
    except ValueError:
        print("never printed: the body has not begun")


try:
    untouched().throw(ValueError("too early"))
except ValueError as error:
    line = error.__traceback__.tb_next.tb_lineno
    print(repr(error), "in line", line - untouched.__code__.co_firstlineno, "of", places(error)[-1])


class Refusing(Exception):
    def __new__(cls, *args):
        return cls


def watch():
    try:
        yield
    except TypeError as error:
        print(error)
        yield "what could not be made arrives as its TypeError"


generator = watch()
next(generator)
print(generator.throw(Refusing))


def stubborn():
    while True:
        try:
            yield
        except GeneratorExit:
            print("no")


def report(unraisable):
    print(type(unraisable).__name__, unraisable.exc_type.__name__, unraisable.exc_value, unraisable.err_msg)
    print("with a traceback:", unraisable.exc_traceback is not None)


sys.unraisablehook = report
generator = stubborn()
next(generator)
del generator
