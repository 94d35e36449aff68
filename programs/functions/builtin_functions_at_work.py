print(abs(-3), divmod(17, 5), pow(2, 10), round(3.14159, 2), sum([0.1] * 10), sum([[1], [2]], []))
print(all([]), any([]), all([1, 0]), min("hello"), max(3, 9, 4), min([], default="none"))
print(list(reversed([1, 2])), sorted("banana", reverse=True), list(enumerate("ab", 1)))
print(list(zip([1, 2], "ab", strict=True)), list(map(max, [1, 5], [4, 2])), list(filter(str.isdigit, "a1b2")))
print(bin(5), oct(8), hex(255), chr(97), ord("a"), ascii("é"), repr("it's"), format(3.5, ".2f"))
print(isinstance(True, int), issubclass(bool, int), callable(print), hasattr([], "append"), getattr(1, "no", "default"))
print(type(1).__name__, type(None).__name__, type(range(0)).__name__, id(None) == id(None), hash("") == 0)
print(*range(3), sep=", ", end=".\n")
print(next(iter([])  , "empty"), list(iter([1, 2, 3].pop, 1)), slice(1, 10, 2).indices(5))
try:
    list(zip([1], [1, 2], strict=True))
except ValueError as error:
    print(error)
