def f(): pass
def f(a, b=1, /, c=2, *d, e, f=3, **g) -> int: pass
def f(a: int, *, b: str = "x"): pass
def f(*args: *Ts): pass
def f(a, /): pass
def f(a, b, /, c,): pass
lambda: 0
lambda a, /, b=1, *c, d, **e: (a, b)
lambda *, a: a
lambda *a, **b: 0
