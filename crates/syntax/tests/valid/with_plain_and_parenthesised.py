with a: pass
with a as b, c as (d, e): pass
with (a as b, c as d,): pass
with (a, b): pass
with (a, b) as c: pass
with (a): pass
with (a).b as c: pass
with (a, *b): pass
with (): pass
with (a for a in b): pass
with (yield): pass
with (a := b): pass
with (a := b, c): pass
with ((a := b), c): pass
with (open(a)) as b, c: pass
with (a as b): pass
with a as b.c, d as e[0], f as [g, *h]: pass
