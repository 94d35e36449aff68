items = [3, 1]
items.append(2)
items.extend("ab")
items.insert(1, "in")
items += (9,)
print(items, items.pop(), items.pop(0), items.index("a"), items.count(1))
items.remove("in")
items.reverse()
print(items, items.copy() is items, [0] * 3, [1, 2] + [3], [[]] * 2)
numbers = [5, -2, 9, 0]
print(numbers.sort(), numbers, sorted(numbers, key=abs), numbers.sort(reverse=True), numbers)
print([1, [2, [3]]] == [1, [2, [3]]], [1, 2] < [1, 2, 0], 3 in [1, 2.0, 3.0], list("hé"), list(range(3, 0, -1)))
items.clear()
for action in (items.pop, lambda: items.remove(1), lambda: items[0], lambda: [1].index(2), lambda: [1, "a"].sort(), lambda: items["a"]):
    try:
        action()
    except (IndexError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
letters = list("dcba")
for letter in letters:
    if letter == "c":
        letters.remove(letter)
print(letters)
