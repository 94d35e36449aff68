# Pattern matching over tuples, dicts and classes: a small evaluator of expressions.
N = 84_000


class Num:
    __match_args__ = ("value",)

    def __init__(self, value):
        self.value = value


class Op:
    __match_args__ = ("sign", "left", "right")

    def __init__(self, sign, left, right):
        self.sign = sign
        self.left = left
        self.right = right


def value_of(node):
    match node:
        case Num(value):
            return value
        case Op("+", left, right):
            return value_of(left) + value_of(right)
        case Op("*", Num(0), _) | Op("*", _, Num(0)):
            return 0
        case Op("*", left, right):
            return value_of(left) * value_of(right) % 10007
        case ("neg", inner):
            return -value_of(inner)
        case {"let": value, "in": body}:
            return value_of(value) + value_of(body)
        case [first, *rest]:
            return value_of(first) + sum(value_of(one) for one in rest)
        case int(value) if value >= 0:
            return value
    raise TypeError(node)


def main():
    tree = Op("+", Op("*", Num(3), Op("+", Num(4), ("neg", Num(2)))), {"let": Num(5), "in": [Num(1), 2, Num(3)]})
    check = 0
    for i in range(N):
        check = (check * 31 + value_of(Op("*", Num(i % 5), tree)) + value_of([tree, i])) % 1000000007
    print(check)


main()
