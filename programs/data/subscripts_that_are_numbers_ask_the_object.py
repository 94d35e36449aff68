# Constant indices: of lists, tuples and strings, of dicts, of objects with methods of their own, and of what has no items.


class Row(list):
    def __getitem__(self, index):
        return ("row", index, type(index).__name__)

    def __setitem__(self, index, value):
        print("set", index, value)


class Sparse:
    def __init__(self):
        self.items = {}

    def __getitem__(self, index):
        return self.items.get(index, 0)

    def __setitem__(self, index, value):
        self.items[index] = value

    def __class_getitem__(cls, index):
        return f"class item {index}"


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


def put(target, value):
    target[2] = value
    target[-1] += value
    return target


print([10, 20, 30][1], (1, 2, 3)[-1], "text"[0], b"bytes"[-2], range(5)[3], {0: "zero", -7: "minus"}[-7])
print(Row([1, 2])[1], Sparse[3], Sparse()[5], list[0], dict[0])
attempt(lambda: [1, 2][2])
attempt(lambda: [1, 2][-3])
attempt(lambda: ()[0])
attempt(lambda: {}[3])
attempt(lambda: 5[0])
attempt(lambda: None[0])
attempt(lambda: iter("a")[0])
attempt(lambda: [1, 2, 3][32767])
attempt(lambda: [1, 2, 3][32768])
attempt(lambda: [1, 2, 3][-32769])
attempt(lambda: [1, 2, 3][True])
attempt(lambda: put([1, 2, 3, 4], 5))
attempt(lambda: put({-1: 1}, 5))
attempt(lambda: put((1, 2, 3), 5))
attempt(lambda: put(bytearray(b"abcd"), 5))
attempt(lambda: put(Sparse(), 5).items)
attempt(lambda: put(Row([1, 2, 3]), (5,)))
attempt(lambda: put(7, 5))


def order():
    log = []

    def say(what):
        log.append(what)
        return what

    table = {}

    def get():
        log.append("object")
        return table

    get()[1] = say("value")
    get()[1] += say(" more")
    print(log, table)


order()
