def permutations(items):
    if not items:
        yield []
    for index, item in enumerate(items):
        for rest in permutations(items[:index] + items[index + 1:]):
            yield [item] + rest


for order in permutations(["red", "green", "blue"]):
    print(", ".join(order))
print(sum(1 for _ in permutations(list(range(6)))))
