"""inspect: attributes as they are stored, closures, annotations and parameters."""

import inspect


class Lazy:
    plain = 1

    @property
    def computed(self):
        raise RuntimeError("must not run")

    def __getattr__(self, name):
        raise RuntimeError("must not run either")

    @classmethod
    def make(cls, a, *rest, b=2, **more) -> "Lazy":
        return cls()


lazy = Lazy()
lazy.own = "stored"
print(inspect.getattr_static(lazy, "own"), inspect.getattr_static(lazy, "plain"))
print(type(inspect.getattr_static(lazy, "computed")).__name__, type(inspect.getattr_static(Lazy, "make")).__name__)
print(inspect.getattr_static(lazy, "missing", "default"))
try:
    inspect.getattr_static(lazy, "missing")
except AttributeError as error:
    print(error)
print([name for name, value in inspect.getmembers_static(Lazy) if not name.startswith("__")])
print([(entry.name, entry.kind) for entry in inspect.classify_class_attrs(Lazy) if not entry.name.startswith("_")])

limit = 10


def outer():
    kept = 3

    def inner(x: "int", y: "list[int]" = None) -> "str":
        return len([kept, limit, x, undefined])

    return inner


found = inspect.getclosurevars(outer())
print(found.nonlocals, found.globals, list(found.builtins), found.unbound)
print(inspect.get_annotations(outer()), inspect.get_annotations(outer(), eval_str=True))
print(inspect.getfullargspec(Lazy.make))
