"""Each resumption of a generator is a call to a trace function, each `yield` a return, through all that delegate."""
import sys

events = []


def tell(frame, event, arg):
    code = frame.f_code
    if code.co_filename != __file__ or code.co_name == "show":
        return None
    if event == "line" and code.co_name in ("catching", "around"):
        return tell
    if event == "exception":
        arg = arg[0].__name__, str(arg[1]), arg[2] is not None
    events.append((code.co_name, frame.f_lineno - code.co_firstlineno, event, arg))
    return tell


def numbers(n):
    for i in range(n):
        got = yield i
        if got:
            print(got)
    return "end"


def through(n):
    result = yield from numbers(n)
    return result


def twice_through(n):
    result = yield from through(n)
    yield result


def catching():
    while True:
        try:
            yield "waiting"
        except KeyError as error:
            print("caught", error)


def around(generator):
    yield from generator


def plain(n):
    for i in range(n):
        yield i


class Countdown:
    def __init__(self, n):
        self.n = n

    def __repr__(self):
        return "Countdown"

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration
        return self.n


def count_down():
    for n in Countdown(1):
        m = n


def show(title):
    sys.settrace(None)
    print("--", title)
    for event in events:
        print(*event)
    events.clear()
    sys.settrace(tell)


# The short ways are warm before anything is traced.
for _ in range(3):
    list(twice_through(2))
    count_down()

show("for")
for item in numbers(2):
    pass
show("delegation")
for item in twice_through(1):
    pass
show("send")
g = numbers(2)
next(g)
g.send("hello")
show("throw")
g = around(catching())
next(g)
print(g.throw(KeyError("thrown")))
g.close()
show("builtins")
print(sum(plain(2)), max(x for x in plain(2)), list(zip(plain(1), "a")))
a, b = numbers(2)
show("iterator of the language")
count_down()
show("end")
