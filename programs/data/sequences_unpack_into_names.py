first, *middle, last = range(6)
print(first, middle, last)
(a, b), c = (1, 2), 3
a, b = b, a
print(a, b, c)
*init, end = "xyz"
print(init, end, [*range(2), *"ab"], (*init,))
for index, (key, value) in enumerate({"x": 1, "y": 2}.items()):
    print(index, key, value)
for bad in ((1,), (1, 2, 3), 5):
    try:
        a, b = bad
    except (ValueError, TypeError) as error:
        print(error)
