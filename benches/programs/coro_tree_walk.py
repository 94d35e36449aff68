# A binary tree walked in order by generators that delegate to themselves.
N = 240
NODES = 8_191


class Node:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None

    def walk(self):
        if self.left is not None:
            yield from self.left.walk()
        yield self.key
        if self.right is not None:
            yield from self.right.walk()


def grow(low, high):
    if low > high:
        return None
    middle = (low + high) // 2
    node = Node(middle)
    node.left = grow(low, middle - 1)
    node.right = grow(middle + 1, high)
    return node


def main():
    root = grow(1, NODES)
    check = 0
    for turn in range(N):
        for place, key in enumerate(root.walk()):
            check = (check + place * key + turn) % 1000000007
    print(check)


main()
