people = [("ann", 31), ("bob", 25), ("cyd", 31), ("dan", 25)]
print(sorted(people, key=lambda person: person[1]))
print(sorted(people, key=lambda person: person[1], reverse=True))
print(max(people, key=lambda p: p[1]), min(people, key=lambda p: (p[1], p[0])))
print(list(map(lambda a, b: a + b, "abc", "xyz")), list(filter(None, [0, 1, "", "a"])))
print(list(zip("ab", range(5))), [*enumerate("xy", start=1)])
