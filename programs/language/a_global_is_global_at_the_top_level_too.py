"""Where names live in unusual places: exec with two namespaces, class bodies, comprehensions and patterns."""

outer, inner = {}, {}
exec("""
def f():
    global counted
    return counted

counted = 1
plain = 2
result = f()
""", outer, inner)
print(sorted(name for name in outer if name != "__builtins__"), sorted(inner), inner["result"])

for body in ("[__class__ for _ in [1]]", "__class__"):
    try:
        exec(f"class C:\n    {body}\n    def method(self): return __class__")
    except NameError as error:
        print(type(error).__name__, error)

for code in (
    "[i for i in (lambda: (j := range(5)))()]",
    "[i for i in [j for j in range(5) if (j := True)]]",
    "match 1:\n    case {0: _, False: _}: pass",
    "match 1:\n    case {1: _, 1.0: _}: pass",
):
    try:
        exec(code)
    except SyntaxError as error:
        print(error.msg)


class Point:
    pass


class Reader:
    def read(self, point):
        match point:
            case Point(__hidden=value):
                return value


point = Point()
setattr(point, "__hidden", "not mangled")
print(Reader().read(point))
