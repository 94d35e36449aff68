a + b * c ** -d
-a ** b
a or b and not c
a | b ^ c & d << e + f
a if b else c if d else e
lambda: a if b else c
not not a
~-+a
a // b % c / d @ e
a - b - c
a ** b ** c
await_ = a
(a, b)[0].c(d)
