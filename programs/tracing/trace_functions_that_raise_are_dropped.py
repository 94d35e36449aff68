"""What a trace function raises flies from the traced frame, and nothing is traced any more."""
import sys
import traceback


def traced():
    try:
        value = 1
        value += 1
    finally:
        print("finally")
    return value


def raise_at(event_wanted, line_wanted):
    def tell(frame, event, arg):
        line = frame.f_lineno - frame.f_code.co_firstlineno
        if frame.f_code.co_name == "traced" and event == event_wanted and line == line_wanted:
            raise LookupError(f"at {event} {line}")
        return tell

    return tell


for event, line in ("call", 0), ("line", 3), ("return", 6), ("line", 99):
    sys.settrace(raise_at(event, line))
    try:
        print(traced())
    except LookupError as error:
        print(error, [entry.name for entry in traceback.extract_tb(error.__traceback__)])
    print(sys.gettrace() is None)
    sys.settrace(None)


def fails():
    raise KeyError("own")


def on_exception(frame, event, arg):
    if event == "exception":
        raise ValueError("instead")
    return on_exception


sys.settrace(on_exception)
try:
    fails()
except ValueError as error:
    print(repr(error), repr(error.__context__))
sys.settrace(None)


def generator():
    yield 1
    yield 2


def stop_at_return(frame, event, arg):
    if event == "return" and arg == 2:
        raise LookupError("at the second item")
    return stop_at_return


g = generator()
sys.settrace(stop_at_return)
try:
    print(list(g))
except LookupError as error:
    print(error)
sys.settrace(None)
print(list(g))

for arguments in (), (1, 2):
    try:
        sys.settrace(*arguments)
    except TypeError as error:
        print(error)
try:
    sys.setprofile(function=None)
except TypeError as error:
    print(error)
