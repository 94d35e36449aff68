# A native key function may run code: `next` of generators, `eval` of texts, `len` and `str` of objects of the language.
log = []


def counting(start):
    log.append(start)
    yield start
    yield -start


def fresh():
    return [counting(3), counting(1), counting(2)]


print([next(left) for left in sorted(fresh(), key=next)], log)
log.clear()
print(next(min(fresh(), key=next)), next(max(fresh(), key=next)), log)
log.clear()
print(sorted(["1 + 1", "5", "2 - 9"], key=eval), max(["1", "3", "2"], key=eval), min([["b"], ["a"]], key=str))


class Sized:
    def __init__(self, size):
        self.size = size

    def __len__(self):
        log.append(self.size)
        return self.size

    def __repr__(self):
        log.append("repr")
        return f"Sized({self.size})"


print(sorted([Sized(3), Sized(1)], key=len), log)
log.clear()
print(max([[Sized(1)], [Sized(2)]], key=str), log)
texts = ["3", "1 / 0", "1"]
for action in (lambda: texts.sort(key=eval), lambda: sorted(texts, key=eval), lambda: min(texts, key=eval)):
    try:
        action()
    except ZeroDivisionError as error:
        print(error, texts)


def deep(depth):
    if depth == 0:
        return 0
    return max([f"deep({depth - 1})"], key=eval) and depth


print(deep(150))
