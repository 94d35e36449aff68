# Objects that refer to each other in a circle are not collected here; CPython collects them when asked.
import gc
import weakref


class Node:
    pass


def ring():
    one, other = Node(), Node()
    one.other, other.other = other, one
    return weakref.ref(one)


gc.disable()
print(gc.isenabled())
gc.enable()
watched = ring()
gc.collect()
print("collected" if watched() is None else "still there")
