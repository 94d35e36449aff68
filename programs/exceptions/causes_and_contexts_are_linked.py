def load(text):
    try:
        return int(text)
    except ValueError as error:
        raise RuntimeError("bad setting") from error


try:
    load("ten")
except RuntimeError as error:
    print(error, "|", error.__cause__)

try:
    try:
        {}["port"]
    except KeyError:
        1 / 0
except ZeroDivisionError as error:
    print(repr(error.__context__), error.__cause__, error.__suppress_context__)

try:
    try:
        {}["port"]
    except KeyError:
        raise OSError("gone") from None
except OSError as error:
    print(repr(error.__context__), error.__suppress_context__)
