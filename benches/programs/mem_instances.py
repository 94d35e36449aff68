# N small objects with four attributes, and N with slots.
N = 200_000


class Open:
    def __init__(self, value):
        self.value = value
        self.next = None
        self.mark = False
        self.name = "open"


class Slotted:
    __slots__ = ("value", "next")

    def __init__(self, value):
        self.value = value
        self.next = None


def main():
    first = None
    for i in range(N):
        one = Open(i)
        two = Slotted(i)
        one.next, two.next = two, first
        first = one
    total = 0
    while first is not None:
        total += first.value
        first = first.next
    print(total)


main()
