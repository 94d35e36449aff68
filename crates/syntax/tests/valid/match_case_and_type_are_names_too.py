match = 1
match.x
match(a)
match[a]
match * a
match: int = 1
match -a
print(match, case, type, _)
case = type
type(x)
type = 1
type[x] = 1
type.y
match match:
    case case: pass
type type = type
def match(case, type=_): pass
