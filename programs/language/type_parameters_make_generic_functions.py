class Stack[T]:
    def __init__(self, *items: T):
        self.items = list(items)

    def push(self, item: T) -> T:
        self.items.append(item)
        return item


def first[T: (int, str), *Rest](items: tuple[T, *Rest]) -> T:
    return items[0]


type Pair[A, B = A] = tuple[A, B]

print(Stack(1, 2).push(3), first(("a", 1)))
print(Stack.__type_params__, first.__type_params__)
print(Pair, Pair.__value__, Pair.__type_params__[1].__default__)
print(first.__annotations__)
