ages = dict(ann=31, bob=25)
ages |= {"cyd": 40}
keys, items = ages.keys(), ages.items()
ages["dan"] = 19
print(keys, ages.values(), items, len(keys), ("ann", 31) in items, keys - {"bob"} == {"ann", "cyd", "dan"})
print(ages.get("eve"), ages.get("eve", 0), ages.setdefault("eve", 50), ages.pop("nobody", None), ages.popitem())
print(dict.fromkeys("ab", 0), dict(zip("xy", [1, 2])), dict([("k", "v")], extra=1), {1: "a", True: "b", 1.0: "c"})
print(list(ages), [*reversed(ages)], sorted(ages, key=ages.get), max(ages.items(), key=lambda pair: pair[1]))
copy = ages.copy()
copy.clear()
print(copy, bool(ages), ages != copy, {k: v for k, v in ages.items() if v > 20}, {"a": {"b": [1]}}["a"]["b"][0])


class Default(dict):
    def __missing__(self, key):
        return f"no {key}"


print(Default(a=1)["a"], Default()["b"], Default().get("b"))
for action in (lambda: ages["zoe"], lambda: {}[[]], lambda: {}.popitem(), lambda: dict([1]), lambda: dict(["abc"]), lambda: ages.pop("zoe")):
    try:
        action()
    except (KeyError, TypeError, ValueError) as error:
        print(type(error).__name__, error)
