[x for x in y]
{x for x, in y if a if b}
{k: v for k, v in d for e in f}
(x for *x, y in z)
[[a for a in b] for b in c if not d]
[x if a else b for x in y]
[lambda: x for x in (1, 2)]
