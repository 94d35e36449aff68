"""`sys.setprofile`: calls and returns of functions and of builtins, also of those that raise; no lines."""
import sys

events = []


def profile(frame, event, arg):
    if frame.f_code.co_filename == __file__:
        events.append((frame.f_code.co_name, event, getattr(arg, "__name__", arg)))


class Box:
    def __init__(self, items):
        self.items = items

    def size(self):
        return len(self.items)


def generator():
    yield 1
    yield 2


def fails():
    try:
        ord("xy")
    except TypeError:
        return "caught"


def raises():
    [].pop()


def work(x):
    items = []
    items.append(x)
    items.sort(key=lambda item: abs(item))
    total = sum(generator())
    for item in generator():
        total += item
    return Box(items).size() + total


def start():
    sys.setprofile(profile)
    work(3)
    fails()
    try:
        raises()
    except IndexError:
        pass


start()
sys.setprofile(None)
for event in events:
    print(*event)
print(sys.getprofile(), sys.gettrace())


def both(frame, event, arg):
    if frame.f_code.co_name == "fails" and event != "line":
        print("trace", event)
    return both


def profile_too(frame, event, arg):
    if frame.f_code.co_name == "fails":
        print("profile", event)


sys.settrace(both)
sys.setprofile(profile_too)
fails()
sys.setprofile(None)
fails()
sys.settrace(None)
