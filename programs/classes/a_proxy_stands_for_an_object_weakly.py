"""weakref.proxy: the object answers as long as it lives, and the proxy does not keep it alive."""

import weakref


class Box:
    def __init__(self, *items):
        self.items = list(items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]

    def __contains__(self, item):
        return item in self.items

    def __add__(self, other):
        return Box(*self.items, *other)

    def __eq__(self, other):
        return isinstance(other, Box) and self.items == other.items

    def __str__(self):
        return f"Box of {self.items}"

    def __call__(self, name):
        return f"{name} called"


box = Box(1, 2, 3)
proxy = weakref.proxy(box)
print(proxy, len(proxy), proxy[0], 2 in proxy, list(proxy), bool(proxy), proxy("box"))
proxy.label = "set through the proxy"
print(box.label, isinstance(proxy, Box), type(proxy) is weakref.CallableProxyType, weakref.proxy(box) is proxy)
print(str(proxy + proxy), proxy == box, proxy != Box(1))
try:
    hash(proxy)
except TypeError as error:
    print("proxies cannot be hashed:", str(error).startswith("unhashable type"))
watched = weakref.proxy(box, lambda gone: print("gone:", type(gone).__name__))
del box
for use in (lambda: proxy.items, lambda: len(proxy), lambda: str(watched)):
    try:
        use()
    except ReferenceError as error:
        print(error)


def countdown():
    yield from (3, 2, 1)


generator = countdown()
print(list(weakref.proxy(generator)))
try:
    weakref.proxy(5)
except TypeError as error:
    print(error)
