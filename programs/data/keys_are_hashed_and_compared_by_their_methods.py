# Numbers, strings and tuples of them are looked up without asking anybody; all other keys, and those they meet in a
# dict or set, are asked.


class Key:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        print("hash", self.value)
        return hash(self.value)

    def __eq__(self, other):
        print("eq", self.value)
        return self.value == getattr(other, "value", other)


class Name(str):
    def __hash__(self):
        print("hash of a name")
        return str.__hash__(self)

    def __eq__(self, other):
        print("eq of a name")
        return str.__eq__(self, other)


class Noisy:
    def __init__(self, number):
        self.number = number

    def __del__(self):
        print("gone:", self.number)


table = {}
table[1] = "int"
table[1.0] = "float"
table[True] = "bool"
table["a"] = "str"
table[("a", 1, (2.5, None))] = "tuple"
table[b"a"] = "bytes"
table[2**70] = "large"
print(table, table[1], table[("a", True, (2.5, None))], table[2**70], 1.0 in table, "b" in table, (1,) in table)

table[Key(1)] = "key"
print(table[1], table[Key("a")], Key(7) in table, 7 in table)
table[Key(8)] = "eight"
print(table[8], 8 in table, 8 in {Key(8)}, len({8, Key(8)}))
table[Name("a")] = "name"
print(table["a"], Name("a") in table, "a" in {Name("a")}, {Name("b"): 1}["b"])
print((1, Key(2)) in {(1, 2): 3}, {(1, 2): 3}.get((1, Key(2))))

for wrong in ([], {}, set(), (1, []), bytearray()):
    for action in (lambda: table[wrong], lambda: table.update({wrong: 1}), lambda: wrong in table, lambda: table.pop(wrong)):
        try:
            print(action())
        except TypeError as error:
            print(error)
try:
    table["missing"]
except KeyError as error:
    print(repr(error))
try:
    del table["missing"]
except KeyError as error:
    print(repr(error))

# What is replaced or deleted goes at once.
table = {"a": Noisy(1), "b": Noisy(2)}
table["a"] = Noisy(3)
del table["b"]
del table["a"]
print(table)

# Deleting and adding many times leaves the others where they were.
table = {n: str(n) for n in range(50)}
for turn in range(200):
    del table[turn % 40]
    table[turn % 40] = turn
    table[f"extra{turn}"] = turn
    if turn > 10:
        del table[f"extra{turn - 10}"]
print(len(table), list(table)[:12], sum(value for value in table.values() if isinstance(value, int)))
nan = float("nan")
print(nan in {nan}, {nan: 1}[nan], float("nan") in {nan}, (nan,) in {(nan,)}, [nan] == [nan], (nan,) == (nan,), nan == nan)
print([1, [2, (3, "x")]] == [1.0, [2, (3, "x")]], (1, "a") < (1, "b"), [1, 2] < [1], (1, [2]) == (1, [2]), [] == (), (1,) != [1])
