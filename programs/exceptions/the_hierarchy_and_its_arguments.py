for error in (ValueError(), ValueError("a"), ValueError("a", 1), KeyError("k"), OSError(2, "No such file", "x.txt"), StopIteration(5), SystemExit(3), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")):
    print(repr(error), "|", error, "|", error.args)
for kind in (KeyError, IndexError, ZeroDivisionError, FileNotFoundError, TimeoutError, RecursionError, UnboundLocalError, ModuleNotFoundError, IndentationError, KeyboardInterrupt, GeneratorExit, BrokenPipeError):
    print(" < ".join(base.__name__ for base in kind.__mro__[:-1]))
print(type(OSError(13, "denied")).__name__, OSError(2, "gone").errno, OSError(2, "gone", "f").filename, IOError is OSError)
try:
    open("/no/such/file")
except FileNotFoundError as error:
    print(error, error.errno, error.filename)
try:
    raise ValueError
except ValueError as error:
    print(repr(error), error.with_traceback(None) is error, error.__traceback__)
for bad in (lambda: (_ for _ in ()).throw("text"), lambda: BaseException.__new__(int)):
    try:
        bad()
    except TypeError as error:
        print(error)
try:
    raise 5
except TypeError as error:
    print(error)
try:
    try:
        pass
    except 5:
        pass
    raise KeyError
except (KeyError, IndexError):
    print("caught by a tuple")
