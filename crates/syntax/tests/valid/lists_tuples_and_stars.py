[]
[a]
[a, *b,]
()
(a,)
(a, *b)
a,
*a, b
(a)
((a, b), c)
return_ = (yield_)
