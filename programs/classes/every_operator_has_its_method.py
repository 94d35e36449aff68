class Traced:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name

    def __getitem__(self, key):
        return f"{self}[{key}]"

    def __invert__(self):
        return f"~{self}"

    def __pos__(self):
        return f"+{self}"

    def __index__(self):
        return 3

    def __abs__(self):
        return f"|{self}|"

    def __round__(self, digits=None):
        return f"round {self} to {digits}"

    def __divmod__(self, other):
        return f"divmod {self} {other}"


def binary(symbol, name):
    setattr(Traced, f"__{name}__", lambda self, other: f"({self} {symbol} {other})")
    setattr(Traced, f"__r{name}__", lambda self, other: f"({other} {symbol}r {self})")


for symbol, name in zip("+ - * / // % ** @ & | ^ << >>".split(), "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split()):
    binary(symbol, name)
a, b = Traced("a"), Traced("b")
print(a + b, a - 1, 2 * a, a / b, a // b, a % b, a ** b, 1 @ a)
print(a & b, 1 | a, a ^ b, a << 1, 1 >> a, ~a, +a)
print(a[1], a[1:2], a[::a, ...], a[()], abs(a), round(a), round(a, 2), divmod(a, b))
print([10, 11, 12, 13][a], "x" * a.__index__(), range(a), bin(a), (10).__add__(5), (1).__add__("x"))
c = a
c += b
print(c)
