# `raise` calls the class it is given, and the class of the cause; both may be in the language, and raise in their turn.
log = []


class Noted(Exception):
    def __init__(self):
        log.append(type(self).__name__)


class Cause(Noted):
    pass


class Wrong(Exception):
    def __new__(cls):
        return None


class Failing(Exception):
    def __init__(self):
        raise KeyError("made on the way")


class Deep(Exception):
    left = 900

    def __init__(self):
        Deep.left -= 1
        if Deep.left:
            try:
                raise Deep
            except Deep as inner:
                self.inner = inner


def shown(action):
    try:
        action()
    except BaseException as error:
        print(type(error).__name__, error, "| cause", repr(error.__cause__), "| context", repr(error.__context__))


def raising(given, cause=...):
    def action():
        if cause is ...:
            raise given
        raise given from cause

    return action


for given in Noted, Wrong, Failing, KeyError, 5, "text", object:
    shown(raising(given))
for cause in Cause, Wrong, Failing, None, OSError(3), OSError, 5:
    shown(raising(Noted, cause))
print(log)
shown(raising(Deep))
print(Deep.left)


def generator():
    while True:
        try:
            yield
        except Exception as error:
            print("thrown in:", type(error).__name__, error.args)


running = generator()
next(running)
for thrown in Noted, Noted(), OSError, Failing, Wrong:
    try:
        running.throw(thrown)
    except TypeError as error:
        print(error)
try:
    raise StopIteration
except StopIteration as stop:
    print(repr(stop), stop.value)
try:
    raise SystemExit from Cause
except SystemExit as stop:
    print(repr(stop), stop.code, type(stop.__cause__).__name__)
