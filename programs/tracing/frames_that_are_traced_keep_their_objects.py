"""One frame object for each activation, with the lines and locals of the moment, and the callers behind it."""
import sys

frames = []


def tell(frame, event, arg):
    if frame.f_code.co_filename != __file__:
        return None
    back = frame.f_back
    caller = f"{back.f_code.co_name}+{back.f_lineno - back.f_code.co_firstlineno}" if back else None
    if frame.f_code.co_name != "<module>":
        print(frame.f_code.co_name, event, frame.f_locals, "from", caller)
    frames.append(frame)
    return tell


def inner(a, *, b=2):
    c = a + b
    del a
    return c


def outer():
    first = inner(1)
    second = inner(
        first,
        b=first,
    )
    for n in first, second:
        inner(n)
    return n


def caller():
    return outer()


sys.settrace(tell)
caller()
sys.settrace(None)
names = []
for frame in frames:
    if frame not in names:
        names.append(frame)
print([frame.f_code.co_name for frame in names])
print(all(frame.f_trace is tell for frame in names))
print(names[0].f_locals, names[2].f_locals, names[2].f_back is names[1])
