total = 100


def shadow():
    total = 1
    return total


def change():
    global total, created
    total += 1
    created = "by change"


def broken():
    print(total)
    total = 2


print(shadow(), total)
change()
print(total, created)
try:
    broken()
except UnboundLocalError as error:
    print(error)
