class Node:
    def __init__(self, value, left=None, right=None):
        self.value = value
        self.left = left
        self.right = right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


tree = Node("m", Node("d", Node("a"), Node("f")), Node("t", None, Node("x")))
print(" ".join(tree))
print(max(tree), len(list(tree)), "f" in tree)
