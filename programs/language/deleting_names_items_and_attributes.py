class Box:
    pass


box = Box()
box.label = "fragile"
items = list(range(6))
table = {"a": 1, "b": 2}
del box.label, items[0], items[1:3], table["a"]
print(vars(box), items, table)
del table
try:
    table
except NameError as error:
    print(error)


def local():
    value = 1
    del value
    return value


try:
    local()
except UnboundLocalError as error:
    print(error)
