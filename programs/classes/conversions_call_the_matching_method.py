class Value:
    def __init__(self, number):
        self.number = number

    def __int__(self):
        return int(self.number)

    def __float__(self):
        return float(self.number)

    def __bool__(self):
        return self.number != 0

    def __str__(self):
        return f"value {self.number}"

    def __bytes__(self):
        return b"v" * int(self)

    def __len__(self):
        return int(self.number)

    def __hash__(self):
        return 7

    def __format__(self, spec):
        return f"<{spec}>"


value = Value(2.5)
print(int(value), float(value), bool(value), bool(Value(0)), str(value), bytes(value), len(value), hash(value))
print(f"{value} {value:abc} {value!s:>12}", "%s" % value, "{:x}".format(value))


class Wrong:
    def __str__(self):
        return 5

    def __len__(self):
        return -1

    def __bool__(self):
        return "yes"

    def __iter__(self):
        return 3

    def __hash__(self):
        return "x"


for convert in (str, len, bool, iter, hash, int, float):
    try:
        convert(Wrong())
    except (TypeError, ValueError) as error:
        print(convert.__name__, "-", error)
