"""`s += t` may lengthen a string in its place, which nobody must notice."""


def alias():
    s = "begin" * 3
    kept = s
    s += "!"
    return s, kept


def in_containers():
    s = str(12) + "34"
    table = {s: 1}
    before = hash(s)
    s += "5"
    return s, table, before == hash("1234"), hash(s) == hash("12345")


def doubled():
    s = "ab" + str(1)
    s += s
    s += s
    return s


def refused():
    s = "x" + str(1)
    try:
        s += 1
    except TypeError as error:
        return s, str(error)


def through_sizes():
    s = ""
    lengths = []
    for i in range(3000):
        s += "ab"
        if i % 500 == 0:
            lengths.append(len(s))
    return lengths, s == "ab" * 3000


def beyond_ascii():
    s = ""
    for i in range(300):
        s += "aé日"
        s[len(s) // 2]
    return len(s), s[298], s[299], s[-1], s.count("日"), s.find("日", 600)


def temporaries(n):
    return "a" + str(n) + "b" + str(n) + "c"


class Text(str):
    def __add__(self, other):
        return "added " + other


def of_a_subclass():
    s = Text("t")
    s += "u"
    return s, type(s).__name__


def left_and_right():
    s = "r" + str(0)
    s = "l" + s
    s = s + "m"
    return s


print(alias())
print(in_containers())
print(doubled())
print(refused())
print(through_sizes())
print(beyond_ascii())
print(temporaries(7))
print(of_a_subclass())
print(left_and_right())

whole = "module"
same = whole
whole += " level"
print(whole, same)
