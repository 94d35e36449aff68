"""`sys.settrace` counts for calls from then on, in whatever run it was called; `f_trace` for a frame that runs already."""
import sys

log = []


def tell(frame, event, arg):
    if frame.f_code.co_filename != __file__:
        return None
    log.append((frame.f_code.co_name, event))
    return tell


def show():
    sys.settrace(None)
    print(*log)
    log.clear()


def after():
    return 1


def begins(x):
    sys.settrace(tell)
    return x


def nested():
    # The key function is called by native code, the rest by bytecode.
    sorted([1], key=begins)
    after()
    return after()


nested()
after()
show()


def generator():
    sys.settrace(tell)
    yield 1
    yield 2


g = generator()
next(g)
next(g)
try:
    g.throw(KeyError)
except KeyError:
    pass
show()


class Item:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        if self.n == 3:
            sys.settrace(tell)
        return self.n < other.n


print([item.n for item in sorted(map(Item, [3, 1, 2]))])
show()


class Switch:
    """A finaliser may set it or unset it."""

    def __init__(self, function):
        self.function = function

    def __del__(self):
        sys.settrace(self.function)


def count(n):
    total = 0
    while total < n:
        total += after()
    return total


def by_finalisers():
    switch = Switch(tell)
    del switch
    count(2)
    switch = Switch(None)
    del switch
    return count(3)


by_finalisers()
show()


def ends():
    after()
    sys.settrace(None)
    after()


sys.settrace(tell)
ends()
after()
show()

# The module's own lines, by its frame.
lines = []


def tell_lines(frame, event, arg):
    lines.append((event, frame.f_lineno))
    return tell_lines


sys.settrace(tell_lines)
here = sys._getframe()
here.f_trace = tell_lines
a = 1
b = 2
for c in range(2):
    d = c
sys.settrace(None)
print([(event, line - lines[0][1]) for event, line in lines])


# A local function for each frame, and frames that want none.
def choose(frame, event, arg):
    return quiet if frame.f_code.co_name == "after" else None


def quiet(frame, event, arg):
    frame.f_trace_lines = False
    log.append((frame.f_code.co_name, event, frame.f_trace_lines))


def two():
    x = after()
    return x + after()


sys.settrace(choose)
two()
show()
