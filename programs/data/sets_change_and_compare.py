basket = {"apple"}
basket.add("pear")
basket.update(["fig", "fig"], ("plum",))
print(len(basket), sorted(basket), basket.pop() in ("apple", "pear", "fig", "plum"), len(basket))
numbers = {1, 2, 3, 4}
numbers &= {2, 3, 4, 5}
numbers -= {4}
numbers |= {8}
numbers ^= {8, 9}
print(sorted(numbers), {1, 2} == {2, 1}, {1} < {1, 2}, {1, 2} <= {1, 2}, {3} > set(), {1} | {2} == {1, 2})
print(sorted({1, 2}.union([3], [4])), {1, 2}.intersection([2, 3]), {1, 2}.difference([1]), {1, 2}.symmetric_difference([2, 3]) == {1, 3})
print({1, 2}.issubset(range(3)), {1, 2}.issuperset([1]), set("aab") == {"a", "b"}, repr(set()), frozenset({1}), set([1]) == frozenset([1]))
print(type(frozenset([1]) | {2}).__name__, type({2} | frozenset([1])).__name__, {True, 1, 1.0}, {(): 1}, set() or "empty")
for action in (lambda: {[]}, lambda: {1}.remove(2), lambda: set().pop(), lambda: {1} | [2], lambda: {1} < [1], lambda: {{1}}):
    try:
        action()
    except (TypeError, KeyError) as error:
        print(type(error).__name__, error)
