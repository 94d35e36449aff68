def append(item, items=[]):
    items.append(item)
    return items


print(append(1), append(2))
print(append(3, []))
print(append.__defaults__)


def stamp(value=print("default evaluated")):
    return value


stamp()
stamp()
