import sys


def again():
    raise


def handle():
    try:
        raise KeyError("first")
    except KeyError:
        print(repr(sys.exception()))
        try:
            raise ValueError("second")
        except ValueError:
            print(repr(sys.exception()), repr(sys.exception().__context__))
        print(repr(sys.exception()))
        again()


try:
    handle()
except KeyError as error:
    print("came through:", error)
print(sys.exception())
try:
    again()
except RuntimeError as error:
    print(error)


def generator():
    try:
        yield 1
    except ValueError:
        yield repr(sys.exception())
    yield sys.exception()


try:
    raise OSError("outer")
except OSError:
    running = generator()
    next(running)
    print(running.throw(ValueError("thrown")), repr(sys.exception()))
    print(repr(next(running)))
