a = b = c
a, *b = c
[a, (b, c)] = d
a.b[c].d = e
a += 1
a.b **= c
a @= b
x: int
x: int = 1
(x): int = 1
a.b: int
x: tuple = 1, *y
a = yield
a = *b, c
