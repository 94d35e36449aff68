stock = {"pear": 3, "apple": 5}
stock["plum"] = 2
stock["pear"] = 9
stock.setdefault("fig", 1)
print(stock, list(stock), stock.get("melon", 0))
print(stock.pop("apple"), stock.popitem(), len(stock))
print(stock | {"plum": 0, "kiwi": 4}, {**stock, "pear": None})
stock.update(pear=1, lime=6)
print(stock == {"lime": 6, "plum": 2, "pear": 1}, list(reversed(stock)))
print(stock.keys() & {"pear", "cherry"}, sorted(stock.items(), key=lambda item: -item[1]))
try:
    for name in stock:
        del stock[name]
except RuntimeError as error:
    print(error)
