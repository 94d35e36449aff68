words = "the quick brown fox jumps over the lazy dog".split()
print([word.title() for word in words if len(word) > 3])
print({word: len(word) for word in words[:4]})
print(sorted({len(word) for word in words}))
print([[row * column for column in range(1, 4)] for row in range(1, 4)])
print([x for row in [[1, 2], [], [3]] for x in row])
print([last := word[-1] for word in words[:3]], last)
word = "outer"
[word for word in words]
print(word)
