# Loops of a flow graph are found by a depth-first numbering and a union of sets.
N = 700
SIZE = 600


class Block:
    def __init__(self, number):
        self.number = number
        self.into = []
        self.out = []


class Union:
    def __init__(self, block):
        self.block = block
        self.parent = self

    def find(self):
        path = []
        node = self
        while node.parent is not node:
            path.append(node)
            node = node.parent
        for one in path:
            one.parent = node
        return node


def connect(a, b):
    a.out.append(b)
    b.into.append(a)


def make_graph(size):
    blocks = [Block(i) for i in range(size)]
    for i in range(size - 1):
        connect(blocks[i], blocks[i + 1])
        if i % 5 == 4:
            connect(blocks[i], blocks[i - 3])
        if i % 50 == 49:
            connect(blocks[i], blocks[i - 40])
        if i % 11 == 3 and i + 6 < size:
            connect(blocks[i], blocks[i + 6])
    return blocks


def number_blocks(root):
    numbers = {root: 0}
    last = {}
    stack = [(root, iter(root.out))]
    while stack:
        block, rest = stack[-1]
        for successor in rest:
            if successor not in numbers:
                numbers[successor] = len(numbers)
                stack.append((successor, iter(successor.out)))
                break
        else:
            last[block] = len(numbers) - 1
            stack.pop()
    return numbers, last


def find_loops(root):
    numbers, last = number_blocks(root)
    order = sorted(numbers, key=numbers.get)
    sets = {block: Union(block) for block in order}
    loops = []
    for header in reversed(order):
        low, high = numbers[header], last[header]
        body = set()
        todo = []
        for source in header.into:
            if low <= numbers[source] <= high and source is not header:
                todo.append(sets[source].find())
        while todo:
            node = todo.pop()
            if node.block is header or node in body:
                continue
            body.add(node)
            for source in node.block.into:
                if low <= numbers[source] <= high:
                    todo.append(sets[source].find())
        if body:
            loops.append((low, len(body)))
            for node in body:
                node.parent = sets[header]
    return loops


def main():
    check = 0
    for turn in range(N):
        loops = find_loops(make_graph(SIZE)[0])
        for low, size in loops:
            check = (check * 31 + low * size + turn) % 1000000007
    print(check, len(loops))


main()
