match x:
    case 1 | -1 | 2.5 | 1 + 2j | -1 - 2j: pass
    case "a" "b" | b"c": pass
    case None | True | False: pass
    case a.b.c: pass
    case _: pass
    case name: pass
    case [a, *_, b]: pass
    case (a, *rest): pass
    case a, b: pass
    case *a,: pass
    case (a): pass
    case (a,): pass
    case []: pass
    case (): pass
    case {}: pass
    case {"a": 1, b.c: x, -1: y, **rest}: pass
    case {**rest}: pass
    case C(): pass
    case a.C(1, x, y=2, z=[w],): pass
    case (1 | 2) as n if n > 1: pass
    case str() as s, int(): pass
match a, *b:
    case x: pass
match (x := 1):
    case {None: a, True: b}: pass
